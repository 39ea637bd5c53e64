"""The order of the places in each row: few crossings, and groups together.

Source: sweeps by barycentres as in Sugiyama et al. 1981, https://doi.org/10.1109/TSMC.1981.4308636;
groups are moved as one.
"""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence

from nasvid.report.drawing.layout.tracks import Tracks

SWEEPS = 16
# Swapping neighbours looks at every pair; beyond this, sweeps have to do.
MAX_SWAPPED = 400


def order(tracks: Tracks, *, keeps_boxes: bool = False) -> None:
    """Put the places of every row in order.

    Args:
        tracks: All places.
        keeps_boxes: Whether boxes keep the order that they have, and lines alone move among them.
    """
    _start(tracks, keeps_boxes=keeps_boxes)
    best, fewest = _copy(tracks.rows), crossings(tracks)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        _sweep(tracks, is_down=sweep % 2 == 0, keeps_boxes=keeps_boxes)
        if len(tracks.places) <= MAX_SWAPPED:
            _swap(tracks, keeps_boxes=keeps_boxes)
        found = crossings(tracks)
        if found < fewest:
            best, fewest = _copy(tracks.rows), found
    tracks.rows[:] = best


def _copy(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    return [list(row) for row in rows]


def crossings(tracks: Tracks) -> int:
    """How often lines between neighbouring rows cross."""
    position = _positions(tracks)
    return sum(_crossed(tracks, row, position) for row in range(len(tracks.rows) - 1))


def _crossed(tracks: Tracks, row: int, position: Sequence[int]) -> int:
    passed: list[int] = []
    count = 0
    for upper in tracks.rows[row]:
        ends = sorted(position[lower] for lower in tracks.below[upper])
        count += sum(len(passed) - bisect_left(passed, end + 1) for end in ends)
        for end in ends:
            insort(passed, end)
    return count


def _positions(tracks: Tracks) -> list[int]:
    position = [0] * len(tracks.places)
    for row in tracks.rows:
        for index, place in enumerate(row):
            position[place] = index
    return position


def _start(tracks: Tracks, *, keeps_boxes: bool) -> None:
    """The order in which a walk from the first row down finds the places."""
    found: dict[int, int] = {}
    for row in tracks.rows:
        for root in row:
            waiting = [root]
            while waiting:
                place = waiting.pop()
                if place not in found:
                    found[place] = len(found)
                    waiting += reversed(tracks.below[place])
    key = {place: float(number) for place, number in found.items()}
    _arrange(tracks, key, found, keeps_boxes=keeps_boxes)


def _sweep(tracks: Tracks, *, is_down: bool, keeps_boxes: bool) -> None:
    """Put each place amid those that it is joined to in the row before."""
    position = _positions(tracks)
    sizes = [len(row) for row in tracks.rows]
    nearby = tracks.above if is_down else tracks.below
    rows = range(len(sizes)) if is_down else range(len(sizes) - 1, -1, -1)
    # Shares of a row, so that rows of few and of many places compare.
    key = {p: (position[p] + 0.5) / sizes[place.row] for p, place in enumerate(tracks.places)}
    for row in rows:
        for place in tracks.rows[row]:
            joined = [key[other] for other in nearby[place]]
            if joined:
                key[place] = sum(joined) / len(joined)
        ranked = sorted(tracks.rows[row], key=lambda p: (key[p], position[p]))
        for index, place in enumerate(ranked):
            key[place] = (index + 0.5) / sizes[row]
    _arrange(tracks, key, dict(enumerate(position)), keeps_boxes=keeps_boxes)


def _arrange(
    tracks: Tracks, key: Mapping[int, float], tie: Mapping[int, int], *, keeps_boxes: bool
) -> None:
    """Sort the rows by a key; the members of a group stand together, in the order of their means."""
    totals: dict[str, tuple[float, int]] = {}
    for index, place in enumerate(tracks.places):
        for group in place.groups:
            total, count = totals.get(group, (0.0, 0))
            totals[group] = total + key[index], count + 1
    means = {group: total / count for group, (total, count) in totals.items()}

    def rank(index: int) -> list[tuple[float, int, str]]:
        around = [(means[group], 0, group) for group in tracks.places[index].groups]
        return [*around, (key[index], 1 + tie[index], "")]

    for row in tracks.rows:
        row.sort(key=rank)
        if keeps_boxes:
            # Places of boxes are numbered in the order of the boxes, before those of lines.
            boxes = iter(sorted(place for place in row if tracks.places[place].name))
            row[:] = [next(boxes) if tracks.places[place].name else place for place in row]


def _swap(tracks: Tracks, *, keeps_boxes: bool) -> None:
    """Swap neighbours of one group wherever that leaves fewer crossings."""
    position = _positions(tracks)
    for row in tracks.rows:
        for left in range(len(row) - 1):
            one, other = row[left], row[left + 1]
            pair = tracks.places[one], tracks.places[other]
            if pair[0].groups != pair[1].groups or (keeps_boxes and pair[0].name and pair[1].name):
                continue
            now = _pair(tracks, one, other, position)
            if _pair(tracks, other, one, position) < now:
                row[left], row[left + 1] = other, one
                position[one], position[other] = left + 1, left


def _pair(tracks: Tracks, left: int, right: int, position: Sequence[int]) -> int:
    """Crossings of the lines of two neighbours that stand in this order."""
    return sum(
        position[one] > position[other]
        for joined in (tracks.above, tracks.below)
        for one in joined[left]
        for other in joined[right]
    )
