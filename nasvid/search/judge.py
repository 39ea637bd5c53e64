"""Whether a proposal is to be evaluated: never a repeat, never over the budget."""

from collections.abc import Hashable

from nasvid.core.costs import Cost
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.search.proposal import Job
from nasvid.spec.decisions import Genotype

REPEAT = Rejection("repeat")


class Judge:
    """Keeps what became of every genotype ever proposed; the answer never changes.

    A repeat is told by its decisions first, which is cheap, then by the canonical id of its graph:
    different decisions can give one network.

    Args:
        candidates: What may be evaluated, and at what cost.
    """

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._graph_ids: set[str] = set()
        self._verdicts: dict[Hashable, Rejection] = {}
        self._taken: set[Hashable] = set()

    def __len__(self) -> int:
        """Genotypes of which it is known that they are not proposed any more."""
        return len(self._verdicts)

    def is_taken(self, genotype: Genotype) -> bool:
        """Whether it is one of the jobs.

        What was turned down is left out: a controller that is rebuilt from its jobs knows nothing
        of it, and must go on alike.
        """
        return genotype.key in self._taken

    def take(self, job: Job) -> None:
        """A job was proposed; its architecture is not proposed again."""
        key = job.genotype.key
        self._graph_ids.add(job.graph_id)
        self._taken.add(key)
        self._verdicts[key] = REPEAT

    def look(self, genotype: Genotype) -> Prepared | Rejection:
        """The candidate, or why it is none."""
        known = self._verdicts.get(genotype.key)
        if known is not None:
            return known
        verdict = self._candidates.prepare(genotype)
        if isinstance(verdict, Prepared):
            if verdict.graph_id not in self._graph_ids:
                return verdict
            verdict = REPEAT
        self._verdicts[genotype.key] = verdict
        return verdict

    def measure(self, genotype: Genotype) -> Cost | None:
        """Its exact cost; None where it is no valid network."""
        return self._candidates.measure(genotype)
