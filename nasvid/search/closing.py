"""What comes after the search: the best candidates again with fresh seeds, then the final split.

The best of many noisy scores flatters its architecture, so the leaders are trained again with fresh
seeds and the winner is the one that is best by all its trainings. Where a front is looked for some of
them are spread over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nasvid.core.jobs import Fidelity
from nasvid.search.archive import room_on_front
from nasvid.search.history import Result
from nasvid.search.objectives import Objectives
from nasvid.search.posterior import Vector
from nasvid.search.standings import Standings
from nasvid.spec.sections import SearchSettings

# Where a front is looked for so many finalists are the best by the first objective, so that there are
# several to find the winner among.
CONTENDERS = 2


@dataclass(frozen=True, slots=True)
class ClosingStep:
    """A job of the closing part.

    Args:
        kind: `finalist` or `final`.
        first: The job that found the architecture.
        fidelity: How thoroughly to look.
    """

    kind: Literal["finalist", "final"]
    first: Result
    fidelity: Fidelity


class Closing:
    """The jobs after the search; each is a function of the results before it.

    Args:
        settings: How to search.
        objectives: Reads scores.
        searched: The results of all search jobs.
        leaders: Candidates as a model of the scores ranks them; empty where there is none.
        base: Fidelity of the search.
        front: Of a search for one the front and its objectives as a model sees them; None where no
            front is looked for, empty where there is no model.
    """

    def __init__(
        self,
        settings: SearchSettings,
        objectives: Objectives,
        searched: Sequence[Result],
        leaders: Sequence[Result],
        base: Fidelity,
        front: Sequence[tuple[Result, Vector]] | None = None,
    ) -> None:
        self._settings = settings
        closing = settings.finalists, settings.repeats
        self._standings = Standings(objectives, settings.rungs, closing)
        for result in searched:
            self._standings.fold(result)
        ranked = self._standings.ranked()
        level = self._standings.epochs
        self._base = base if level is None else Fidelity(level, base.split)
        # A model knows more than single scores, but nothing of other levels.
        by_score = level is not None or not leaders
        order = [r.first for r in ranked] if by_score else [*leaders]
        if front is not None:
            members = spread(self._standings.front() if by_score else front)
            order = list(
                {r.job.number: r for r in (*order[:CONTENDERS], *members, *order)}.values()
            )
        self._finalists = list(order[: settings.finalists])
        self._num_finalist_jobs = len(self._finalists) * settings.repeats
        self.num_jobs = self._num_finalist_jobs + bool(ranked and settings.final_split)

    def fold(self, result: Result) -> None:
        """Take the result of a closing job in."""
        self._standings.fold(result)

    def step(self, index: int) -> ClosingStep | None:
        """The job of this place in the closing part; None where there are no more.

        Those before the final one need the search alone; the final one needs all others folded in.
        """
        if index < self._num_finalist_jobs:
            # All finalists once, then all of them once more: a run that is cut off is still fair.
            return ClosingStep(
                "finalist", self._finalists[index % len(self._finalists)], self._base
            )
        if index >= self.num_jobs:
            return None
        winner = self._standings.ranked()[0].first
        return ClosingStep("final", winner, Fidelity(self._base.epochs, self._settings.final_split))

    def is_final(self, index: int) -> bool:
        """Whether the job of this place needs the results of all others."""
        return index >= self._num_finalist_jobs


def spread(front: Sequence[tuple[Result, Vector]]) -> list[Result]:
    """The members of a front, those first whose loss would leave the largest gap, the ends last."""
    vectors = [vector for _, vector in front]
    room = room_on_front(vectors)
    places = range(len(front))
    ends = {
        pick(places, key=axis.__getitem__)
        for axis in zip(*vectors, strict=True)
        for pick in (max, min)
    }
    order = sorted(places, key=lambda k: (k in ends, -room[k], front[k][0].job.number))
    return [front[place][0] for place in order]
