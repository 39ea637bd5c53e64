"""Which candidate that is known is trained next: for longer, or once more; and how often each was."""

from typing import NamedTuple

from nasvid.core.jobs import Fidelity
from nasvid.search.guide import Guide
from nasvid.search.history import Result
from nasvid.search.objectives import Objectives
from nasvid.search.promotion import Promotions
from nasvid.search.proposal import Job, JobKind
from nasvid.spec.sections import SearchSettings


class Training(NamedTuple):
    """A training of a candidate that was trained before.

    Args:
        kind: `promotion` or `repeat`.
        first: The job that found it.
        fidelity: How thoroughly to look.
    """

    kind: JobKind
    first: Result
    fidelity: Fidelity


class Retraining:
    """Promotions come first, then repeats of what the guide holds for promising.

    Args:
        settings: How to search.
        objectives: Reads scores.
        guide: Says which candidate is to be trained once more.
    """

    def __init__(self, settings: SearchSettings, objectives: Objectives, guide: Guide) -> None:
        self._promotions = Promotions(settings, objectives) if settings.rungs else None
        self._guide = guide
        self._fidelity = Fidelity(settings.epochs)
        # Trainings proposed of each graph at each number of epochs, those that found it left out.
        self._counts: dict[tuple[str, int], int] = {}

    def note(self, job: Job) -> None:
        """A job was proposed that trains a candidate again."""
        if self._promotions is not None:
            self._promotions.note(job)
        # The model scored on the final split is one that was scored before.
        if job.kind != "final":
            trained = job.graph_id, job.fidelity.epochs
            self._counts[trained] = self._counts.get(trained, 0) + 1

    def fold(self, result: Result) -> None:
        """Take the next result in."""
        if self._promotions is not None:
            self._promotions.fold(result)

    def count(self, graph_id: str, fidelity: Fidelity) -> int:
        """Trainings of a candidate for so many epochs that were proposed."""
        is_first = fidelity.epochs == self._fidelity.epochs
        return is_first + self._counts.get((graph_id, fidelity.epochs), 0)

    def next(self, number: int) -> Training | None:
        """What job `number` trains; None where it is to be a new architecture."""
        promotion = None if self._promotions is None else self._promotions.next()
        if promotion is not None:
            return Training("promotion", promotion.first, Fidelity(promotion.epochs))
        if not self._guide.is_ready:
            return None
        fidelity = self._fidelity
        again = self._guide.repeat(number, lambda graph_id: self.count(graph_id, fidelity))
        return None if again is None else Training("repeat", again, fidelity)
