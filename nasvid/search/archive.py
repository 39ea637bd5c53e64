"""The candidates that no other one dominates, kept up to date as results come in."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter, ge

from nasvid.search.history import Result
from nasvid.search.posterior import Vector
from nasvid.search.space_view import Parent

_PROMISE = attrgetter("promise")


class Candidate:
    """One candidate in the tree of descent.

    Args:
        result: The candidate.
    """

    __slots__ = ("children", "known_parent", "member", "result")

    def __init__(self, result: Result) -> None:
        self.result = result
        # What `parent` gave; None as long as nobody asked, as most candidates never have a child.
        self.known_parent: Parent | None = None
        # Its successful children; None as long as there are none.
        self.children: list[Candidate] | None = None
        # What it is on a front; None where it is on none.
        self.member: Member | None = None

    def parent(self) -> Parent:
        """The candidate as its children see it."""
        if self.known_parent is None:
            self.known_parent = Parent.of(self.result)
        return self.known_parent

    def has_child(self, child: "Candidate | None") -> None:
        """A child of it was evaluated; None for one that failed."""
        if child is not None:
            if self.children is None:
                self.children = [child]
            else:
                self.children.append(child)
        if self.member is not None:
            self.member.has_child()


@dataclass(slots=True, eq=False)
class Member:
    """A candidate on a front.

    Args:
        candidate: Which.
        vector: Its objectives, all maximised.
        num_children: Children of it that were evaluated, those that failed among them.
        room: How far apart its neighbours on the front are, see `room_on_front`.
        promise: The room for each child, one more being on its way.
        archive: The one that took it in last.
    """

    candidate: Candidate
    vector: Vector
    num_children: int = 0
    room: float = 0.0
    promise: float = 0.0
    archive: "Archive | None" = None

    def has_child(self) -> None:
        """A child of it was evaluated."""
        self.num_children += 1
        self.promise = self.room / (1 + self.num_children)
        if self.archive is not None:
            self.archive.known_ranks = None

    def give(self, room: float) -> None:
        """Its neighbours changed."""
        self.room = room
        self.promise = room / (1 + self.num_children)


class Archive:
    """The front of the candidates that were added; the others cost nothing any more."""

    def __init__(self) -> None:
        # All three in rising order of the vectors, so that what dominates a vector stands behind it.
        self._vectors: list[Vector] = []
        self._firsts: list[float] = []
        self._members: list[Member] = []
        self._is_measured = True
        # What `ranks` found last; None where something changed.
        self.known_ranks: tuple[list[float], list[Member]] | None = None

    def __len__(self) -> int:
        return len(self._members)

    @property
    def members(self) -> Sequence[Member]:
        """The front in rising order of the first objective, with the room of each."""
        if not self._is_measured:
            for member, room in zip(self._members, room_on_front(self._vectors), strict=True):
                member.give(room)
            self._is_measured = True
        return self._members

    def ranks(self) -> tuple[list[float], list[Member]]:
        """The promises of all members in rising order, and the members."""
        if self.known_ranks is None:
            members = sorted(self.members, key=_PROMISE)
            self.known_ranks = [member.promise for member in members], members
        return self.known_ranks

    def add(self, member: Member) -> list[Member]:
        """Take a candidate in unless another one is as good in all; drop those that it dominates.

        Returns: Who is not on the front now: those that were dropped, or the candidate itself.
        """
        vector = member.vector
        if self.reaches(vector):
            return [member]
        member.archive = self
        place = bisect_left(self._vectors, vector)
        dropped: list[Member] = []
        for index in self._dominated(vector, place):
            dropped.append(self._members.pop(index))
            del self._vectors[index], self._firsts[index]
            place -= 1
        self._vectors.insert(place, vector)
        self._firsts.insert(place, vector[0])
        self._members.insert(place, member)
        self._is_measured, self.known_ranks = False, None
        return dropped

    def reaches(self, vector: Vector) -> bool:
        """Whether a member is as good in all objectives."""
        vectors = self._vectors
        place = bisect_left(self._firsts, vector[0])
        # Of two objectives the second one falls along the front, so the next member tells all.
        if len(vector) == 2:
            return place < len(vectors) and vectors[place][1] >= vector[1]
        return any(all(map(ge, other, vector)) for other in vectors[place:])

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
