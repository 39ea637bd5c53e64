"""Where each place stands from left to right.

Places that are joined by a line that is to be straight form a column and move as one; columns are
pushed apart as far as their widths ask for, and drawn to what they are joined to.

Source: columns as the blocks of Brandes and Koepf 2001, https://doi.org/10.1007/3-540-45848-4_3;
placing them by relaxation is own design.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from nasvid.report.drawing.layout.tracks import Tracks

GAP = 22.0
# Beside lines that pass less room will do.
TRACK_GAP = 7.0
# The frame of a group, and the room between two of them.
FRAME = 16.0
ROUNDS = 60


def find_columns(tracks: Tracks) -> list[float]:
    """The middle of each place, from 0 on."""
    column = _columns(tracks)
    num_columns = max(column, default=-1) + 1
    left: list[list[tuple[int, float]]] = [[] for _ in range(num_columns)]
    right: list[list[tuple[int, float]]] = [[] for _ in range(num_columns)]
    for row in tracks.rows:
        for one, other in pairwise(row):
            room = _room(tracks, one, other)
            left[column[other]].append((column[one], room))
            right[column[one]].append((column[other], room))
    order = _from_left(left, right)
    middle = [0.0] * num_columns
    for index in order:
        middle[index] = max((middle[other] + room for other, room in left[index]), default=0.0)
    _relax(tracks, column, middle, (left, right), order)
    least = min(
        (middle[column[p]] - place.width / 2 for p, place in enumerate(tracks.places)), default=0.0
    )
    return [middle[index] - least for index in column]


def _columns(tracks: Tracks) -> list[int]:
    """The number of the column of each place."""
    upper_of: dict[int, int] = {}
    position = {place: k for row in tracks.rows for k, place in enumerate(row)}
    for row in range(len(tracks.rows) - 1):
        lines = sorted(
            tracks.lines(row), key=lambda line: (-_weight(tracks, line), position[line[0]])
        )
        taken: list[tuple[int, int]] = []
        uppers: set[int] = set()
        for upper, lower in lines:
            if upper in uppers or lower in upper_of or not _weight(tracks, (upper, lower)):
                continue
            ends = (position[upper], position[lower])
            where = bisect_left(taken, ends)
            # Columns must not cross, else they would push each other for ever.
            fits_left = where == 0 or taken[where - 1][1] < ends[1]
            fits_right = where == len(taken) or taken[where][1] > ends[1]
            if fits_left and fits_right:
                taken.insert(where, ends)
                uppers.add(upper)
                upper_of[lower] = upper
    column = [-1] * len(tracks.places)
    count = 0
    for row in tracks.rows:
        for place in row:
            if place in upper_of:
                column[place] = column[upper_of[place]]
            else:
                column[place] = count
                count += 1
    return column


def _weight(tracks: Tracks, line: tuple[int, int]) -> int:
    """How much a line wants to be straight."""
    upper, lower = line
    num_tracks = (not tracks.places[upper].name) + (not tracks.places[lower].name)
    if line in tracks.straight:
        return 4 + num_tracks
    if num_tracks == 2:
        return 3
    # A line that is alone at both ends has nothing to bend for.
    return 2 if len(tracks.below[upper]) == len(tracks.above[lower]) == 1 else 0


def _room(tracks: Tracks, left: int, right: int) -> float:
    """Least distance of the middles of two neighbours."""
    one, other = tracks.places[left], tracks.places[right]
    shared = 0
    while one.groups[: shared + 1] == other.groups[: shared + 1] and shared < len(one.groups):
        shared += 1
    frames = len(one.groups) + len(other.groups) - 2 * shared
    gap = GAP if one.name and other.name else TRACK_GAP
    return (one.width + other.width) / 2 + gap + FRAME * frames


def _from_left(
    left: Sequence[Sequence[tuple[int, float]]], right: Sequence[Sequence[tuple[int, float]]]
) -> list[int]:
    """The columns, each behind those that stand to its left somewhere."""
    missing = [len(others) for others in left]
    ready = [index for index, count in enumerate(missing) if not count]
    order: list[int] = []
    while ready:
        index = ready.pop()
        order.append(index)
        for other, _ in right[index]:
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    assert len(order) == len(left)
    return order


def _relax(
    tracks: Tracks,
    column: Sequence[int],
    middle: list[float],
    sides: tuple[Sequence[Sequence[tuple[int, float]]], Sequence[Sequence[tuple[int, float]]]],
    order: Sequence[int],
) -> None:
    """Draw columns to what they are joined to, as far as their neighbours let them."""
    left, right = sides
    joined: list[list[int]] = [[] for _ in middle]
    for row in range(len(tracks.rows) - 1):
        for upper, lower in tracks.lines(row):
            one, other = column[upper], column[lower]
            if one != other:
                joined[one].append(other)
                joined[other].append(one)
    for turn in range(ROUNDS):
        for index in order if turn % 2 else reversed(order):
            if not joined[index]:
                continue
            wanted = sum(middle[other] for other in joined[index]) / len(joined[index])
            least = max((middle[o] + room for o, room in left[index]), default=wanted)
            most = min((middle[o] - room for o, room in right[index]), default=wanted)
            middle[index] = max(least, min(wanted, most)) if least <= most else middle[index]
