"""Whether a proposal is to be evaluated: never a repeat, never over the budget."""

from collections.abc import Hashable

from nasvid.core.costs import Cost
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.search.proposal import Job
from nasvid.spec.decisions import DecisionTable, Genotype

REPEAT = Rejection("repeat")
# Verdicts that are kept for whoever asks next; a graph is large.
MAX_KEPT = 16


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
        self._key = table.key
        self._graph_ids: set[str] = set()
        self._verdicts: dict[Hashable, Rejection] = {}
        # Jobs by their genotypes, to the canonical ids of their graphs.
        self._taken: dict[Hashable, str] = {}
        self._prepared: dict[Hashable, Prepared | Rejection] = {}

    def __len__(self) -> int:
        """Genotypes of which it is known that they are not proposed any more."""
        return len(self._verdicts)

    def is_taken(self, genotype: Genotype) -> bool:
        """Whether it is one of the jobs.

        What was turned down is left out: a controller that is rebuilt from its jobs knows nothing
        of it, and must go on alike.
        """
        return self._key(genotype) in self._taken

    def take(self, job: Job) -> None:
        """A job was proposed; its architecture is not proposed again."""
        key = self._key(job.genotype)
        self._graph_ids.add(job.graph_id)
        self._taken[key] = job.graph_id
        self._verdicts[key] = REPEAT

    def look(self, genotype: Genotype) -> Prepared | Rejection:
        """The candidate, or why it is none."""
        key = self._key(genotype)
        known = self._verdicts.get(key)
        if known is not None:
            return known
        verdict = self._prepare(key, genotype)
        if isinstance(verdict, Prepared):
            if verdict.graph_id not in self._graph_ids:
                return verdict
            verdict = REPEAT
        self._verdicts[key] = verdict
        return verdict

    def identify(self, genotype: Genotype) -> str | None:
        """Canonical id of its graph; None where it is none that may be evaluated."""
        key = self._key(genotype)
        known = self._taken.get(key)
        if known is not None:
            return known
        verdict = self._prepare(key, genotype)
        return verdict.graph_id if isinstance(verdict, Prepared) else None

    def measure(self, genotype: Genotype) -> Cost | None:
        """Its exact cost; None where it is no valid network."""
        return self._candidates.measure(genotype)

    def _prepare(self, key: Hashable, genotype: Genotype) -> Prepared | Rejection:
        """The candidate, or why it is none, repeats apart."""
        verdict = self._prepared.get(key)
        if verdict is None:
            verdict = self._candidates.prepare(genotype)
            if len(self._prepared) >= MAX_KEPT:
                del self._prepared[next(iter(self._prepared))]
            self._prepared[key] = verdict
        return verdict
