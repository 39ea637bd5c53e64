"""The candidates that no other one dominates, kept up to date as results come in."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import ge

from nasvid.search.history import Result

Vector = tuple[float, ...]


@dataclass(slots=True)
class Member:
    """One candidate of the front.

    Args:
        vector: Its objectives, all maximised.
        result: The candidate.
        room: How far apart its neighbours on the front are, see `room_on_front`.
    """

    vector: Vector
    result: Result
    room: float = 0.0


class Archive:
    """The front of the candidates that were added; the others cost nothing any more."""

    def __init__(self) -> None:
        # Both in rising order of the vectors, so that what dominates a vector stands behind it.
        self._vectors: list[Vector] = []
        self._members: list[Member] = []
        self._is_measured = True

    def __len__(self) -> int:
        return len(self._members)

    @property
    def members(self) -> Sequence[Member]:
        """The front in rising order of the first objective, with the room of each."""
        if not self._is_measured:
            for member, room in zip(self._members, room_on_front(self._vectors), strict=True):
                member.room = room
            self._is_measured = True
        return self._members

    def add(self, vector: Vector, result: Result) -> list[Member]:
        """Take a candidate in unless another one is as good in all; drop those that it dominates.

        Args:
            vector: Its objectives, all maximised.
            result: The candidate.

        Returns: Who is not on the front now: those that were dropped, or the candidate itself.
        """
        member = Member(vector, result)
        place = bisect_left(self._vectors, vector)
        if self._is_reached(vector, place):
            return [member]
        dropped: list[Member] = []
        for index in self._dominated(vector, place):
            dropped.append(self._members.pop(index))
            del self._vectors[index]
            place -= 1
        self._vectors.insert(place, vector)
        self._members.insert(place, member)
        self._is_measured = False
        return dropped

    def _is_reached(self, vector: Vector, place: int) -> bool:
        """Whether a member is as good in all objectives."""
        # Of two objectives the second one falls along the front, so the next member tells all.
        behind = self._vectors[place : place + 1] if len(vector) == 2 else self._vectors[place:]
        return any(all(map(ge, other, vector)) for other in behind)

    def _dominated(self, vector: Vector, place: int) -> Iterator[int]:
        """Members that a vector dominates, from behind."""
        for index in range(place - 1, -1, -1):
            if all(map(ge, vector, self._vectors[index])):
                yield index
            elif len(vector) == 2:
                return


def room_on_front(vectors: Sequence[Vector]) -> list[float]:
    """For each vector of a front how far apart its neighbours are, summed over the objectives.

    Every objective counts from 0 to 1 over the front; the ends of the front have the most room, 1
    in each objective.

    Source: Deb et al. 2002, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, section
    III-B, the crowding distance. Differs: the ends have a finite room, so that a lone gap can win.
    Example:
        >>> room_on_front([(0.0, 4.0), (1.0, 3.0), (4.0, 0.0)])
        [2.0, 2.0, 2.0]
        >>> room_on_front([(0.0, 4.0), (1.0, 3.0), (2.0, 1.0), (4.0, 0.0)])
        [2.0, 1.25, 1.5, 2.0]
    """
    room = [0.0] * len(vectors)
    for axis in zip(*vectors, strict=True):
        order = sorted(range(len(axis)), key=axis.__getitem__)
        span = axis[order[-1]] - axis[order[0]]
        room[order[0]] = room[order[-1]] = float(len(vectors[0]))
        if span:
            for before, here, after in zip(order, order[1:], order[2:], strict=False):
                room[here] += (axis[after] - axis[before]) / span
    return [min(value, float(len(vectors[0]))) for value in room]
