"""Which candidates live on where several objectives count: by front, then by room, as NSGA-II does.

Source: Deb et al. 2002, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, section III.
Differs: ties go to the earlier candidate, so that nothing is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from nasvid.core.errors import NasvidError


@dataclass(frozen=True, slots=True)
class Survivor:
    """A candidate that lives on.

    Args:
        index: Its place among all.
        rank: The front it is on; 0 is that of the non-dominated ones.
        crowding: How far apart its neighbours on that front are; infinite at the ends.
    """

    index: int
    rank: int
    crowding: float

    def beats(self, other: "Survivor") -> bool:
        """Whether it is on a better front, or on the same one with more room."""
        return (self.rank, -self.crowding) < (other.rank, -other.crowding)


class Survival:
    """Sorts by pymoo.

    Raises:
        NasvidError: pymoo is not installed.
    """

    def __init__(self) -> None:
        try:
            # Loaded where it is used, as it takes a second and few searches need it.
            sorting = import_module("pymoo.util.nds.non_dominated_sorting")
            metrics = import_module("pymoo.operators.survival.rank_and_crowding.metrics")
        except ModuleNotFoundError as error:
            raise NasvidError(
                f"nsga2: package {error.name!r} is not installed; it is part of the extra "
                "'search'. Install it with: pip install 'nasvid[search]'"
            ) from error
        self._sorting: Any = sorting.NonDominatedSorting()
        self._crowding: Any = metrics.get_crowding_function("cd")

    def survivors(self, vectors: Sequence[tuple[float, ...]], count: int) -> list[Survivor]:
        """Those that live on, best front first, within a front in order.

        Args:
            vectors: Objectives of each candidate, all maximised.
            count: How many live on; all of them where there are fewer.
        """
        import numpy as np

        # pymoo minimises.
        points = -np.array(vectors, dtype=float)
        found: list[Survivor] = []
        for rank, front in enumerate(self._sorting.do(points, n_stop_if_ranked=count)):
            crowding = self._crowding.do(points[front])
            room = count - len(found)
            kept = sorted(range(len(front)), key=lambda k: (-crowding[k], k))[:room]
            found += [Survivor(int(front[k]), rank, float(crowding[k])) for k in sorted(kept)]
        return found
