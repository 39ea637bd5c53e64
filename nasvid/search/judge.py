"""Whether a proposal is to be evaluated: never a repeat, never over the budget."""

from collections.abc import Hashable

from nasvid.core.costs import Cost
from nasvid.graph.ir import Graph
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.search.proposal import Job
from nasvid.spec.decisions import DecisionTable, Genotype

REPEAT = Rejection("repeat")


class Judge:
    """Keeps what became of every genotype ever proposed; the answer never changes.

    A repeat is told by its decisions first, which is cheap, then by the canonical id of its graph:
    different decisions can give one network.

    Args:
        candidates: What may be evaluated, and at what cost.
        table: The decisions, by which genotypes are told apart.
    """

    def __init__(self, candidates: Candidates, table: DecisionTable) -> None:
        self._candidates = candidates
        self._coding = table.coding
        self._graph_ids: set[str] = set()
        # By genotype that is not proposed any more: of a job the canonical id of its graph, else why
        # it was turned down.
        self.known: dict[Hashable, str | Rejection] = {}
        # The one that was asked for last, as who asks for its id asks for more next; and the one before
        # it, as children are compared with their parents.
        self._now, self._before = _Asked(), _Asked()

    def is_taken(self, genotype: Genotype) -> bool:
        """Whether it is one of the jobs.

        What was turned down is left out: a controller that is rebuilt from its jobs knows nothing
        of it, and must go on alike.
        """
        now = self._now
        if now.genotype is not genotype:
            now = self._ask(genotype)
        return isinstance(now.verdict, str)

    def look(self, genotype: Genotype) -> Prepared | Rejection:
        """The candidate, which is no job yet, or why it is none; as long as there are no jobs."""
        now = self._ask(genotype)
        now.verdict = verdict = self._candidates.prepare(genotype)
        if isinstance(verdict, Rejection):
            self.known[now.key] = verdict
        return verdict

    def restore(self, job: Job) -> None:
        """A job of an earlier session: its architecture is not proposed again."""
        now = self._ask(job.genotype)
        self._graph_ids.add(job.graph_id)
        self.known[now.key] = now.verdict = job.graph_id

    def take(self, genotype: Genotype) -> Prepared | Rejection:
        """The candidate, which is a job from now on and not taken again, or why it is none."""
        now = self._now
        if now.genotype is not genotype:
            now = self._ask(genotype)
        verdict = now.verdict
        if verdict is None:
            verdict = now.verdict = self._candidates.prepare(genotype)
        elif isinstance(verdict, str):
            return REPEAT
        if isinstance(verdict, Prepared):
            graph_id, graph_ids = verdict.graph_id, self._graph_ids
            if graph_id not in graph_ids:
                graph_ids.add(graph_id)
                self.known[now.key] = now.verdict = graph_id
                return verdict
            verdict = REPEAT
        self.known[now.key] = verdict
        return verdict

    def identify(self, genotype: Genotype) -> str | None:
        """Canonical id of its graph; None where it is none that may be evaluated."""
        now = self._now
        if now.genotype is not genotype:
            now = self._ask(genotype)
        verdict = now.verdict
        if verdict is None or verdict is REPEAT:
            verdict = now.verdict = self._candidates.prepare(genotype)
        if isinstance(verdict, Prepared):
            return verdict.graph_id
        return verdict if isinstance(verdict, str) else None

    def graph(self, genotype: Genotype) -> Graph | None:
        """Its graph; None where it is no valid network."""
        return self._candidates.graph(genotype)

    def measure(self, genotype: Genotype) -> Cost | None:
        """Its exact cost; None where it is no valid network."""
        return self._candidates.measure(genotype)

    def _ask(self, genotype: Genotype) -> "_Asked":
        now = self._before
        self._before, self._now = self._now, now
        if now.genotype is genotype:
            # Another one of the same values may have become a job since.
            known = self.known.get(now.key)
            if isinstance(known, str):
                now.verdict = known
            return now
        # As `DecisionTable.key`, which every child goes through.
        coding = self._coding
        code = genotype.known_code if genotype.coding is coding else genotype.code(coding)
        now.genotype, now.key = genotype, code or genotype.key
        now.verdict = self.known.get(now.key)
        return now


class _Asked:
    """A genotype that was asked for."""

    __slots__ = ("genotype", "key", "verdict")

    def __init__(self) -> None:
        # What it is told by; and what is known of it: the canonical id of its graph if it is a job,
        # what it is or why it is none if somebody looked.
        self.genotype: Genotype | None = None
        self.key: Hashable = None
        self.verdict: str | Prepared | Rejection | None = None
