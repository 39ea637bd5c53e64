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
        # The one that was asked for last, as who asks for its id asks for more next: what it is told
        # by, what is known of it and, once somebody looked, what it is.
        self._asked: Genotype | None = None
        self._key: Hashable = None
        self._here: str | Rejection | None = None
        self._verdict: Prepared | Rejection | None = None
        # The same of the one before it: children are compared with their parents.
        self._before: tuple[Genotype | None, Hashable, Prepared | Rejection | None]
        self._before = None, None, None

    def is_taken(self, genotype: Genotype) -> bool:
        """Whether it is one of the jobs.

        What was turned down is left out: a controller that is rebuilt from its jobs knows nothing
        of it, and must go on alike.
        """
        if genotype is not self._asked:
            self._ask(genotype)
        return isinstance(self._here, str)

    def take(self, job: Job) -> None:
        """A job was proposed; its architecture is not proposed again."""
        genotype, graph_id = job.genotype, job.graph_id
        if genotype is not self._asked:
            self._ask(genotype)
        self._graph_ids.add(graph_id)
        self.known[self._key] = self._here = graph_id

    def look(self, genotype: Genotype) -> Prepared | Rejection:
        """The candidate, or why it is none."""
        if genotype is not self._asked:
            self._ask(genotype)
        known = self._here
        if known is not None:
            return REPEAT if isinstance(known, str) else known
        verdict = self._verdict or self._prepare(genotype)
        if isinstance(verdict, Prepared):
            if verdict.graph_id not in self._graph_ids:
                return verdict
            verdict = REPEAT
        self.known[self._key] = self._here = verdict
        return verdict

    def identify(self, genotype: Genotype) -> str | None:
        """Canonical id of its graph; None where it is none that may be evaluated."""
        if genotype is not self._asked:
            self._ask(genotype)
        known = self._here
        if known is not None and known is not REPEAT:
            return known if isinstance(known, str) else None
        verdict = self._verdict or self._prepare(genotype)
        return verdict.graph_id if isinstance(verdict, Prepared) else None

    def graph(self, genotype: Genotype) -> Graph | None:
        """Its graph; None where it is no valid network."""
        return self._candidates.graph(genotype)

    def measure(self, genotype: Genotype) -> Cost | None:
        """Its exact cost; None where it is no valid network."""
        return self._candidates.measure(genotype)

    def _ask(self, genotype: Genotype) -> None:
        before = self._before
        self._before = self._asked, self._key, self._verdict
        if before[0] is genotype:
            self._asked, self._key, self._verdict = before
        else:
            # As `DecisionTable.key`, which every child goes through.
            self._key = genotype.code(self._coding) or genotype.key
            self._asked, self._verdict = genotype, None
        self._here = self.known.get(self._key)

    def _prepare(self, genotype: Genotype) -> Prepared | Rejection:
        """What the one that was asked for last is, repeats apart."""
        self._verdict = verdict = self._candidates.prepare(genotype)
        return verdict
