"""Rows that would make a tall and narrow picture stand in several bands, side by side."""

from collections.abc import Sequence
from math import log

from nasvid.report.drawing.layout.tracks import Tracks

MAX_BANDS = 12
GUTTER = 44.0
# Width over height that pictures come near to, where they can be cut.
TARGET = 1.25
# A cut costs the eye a jump, so it has to be worth it.
COST_OF_CUT = 0.35
# Pictures that are higher are cut across several streams too, between opened blocks alone.
MAX_HEIGHT = 1200.0
MAX_CROSSING = 6
# Distance of the lines that go round to the next band side by side.
LANE = 9.0
# The tallest band against the mean; what cannot be cut evenly looks broken.
UNEVEN = 1.4


def cut_rows(tracks: Tracks, heights: Sequence[float], width: float) -> list[range]:
    """The rows of each band, at least one.

    A band ends where all that leads on comes from one box; in pictures that are too high without, also
    where the lines of a few streams lead on.

    Args:
        tracks: In order.
        heights: Of every row with the room below it.
        width: Of all rows together.
    """
    number = len(heights)
    cuts = [row + 1 for row in range(number - 1) if _is_bridge(tracks, row)]
    if sum(heights) > MAX_HEIGHT:
        cuts = [row + 1 for row in range(number - 1) if row + 1 in cuts or _is_between(tracks, row)]
    best = [range(number)]
    least = _strain(width, sum(heights), 0)
    for count in range(2, MAX_BANDS + 1):
        bands = _cut(cuts, heights, count)
        if len(bands) < count:
            break
        tallest = max(sum(heights[row] for row in band) for band in bands)
        if tallest > UNEVEN * sum(heights) / count:
            continue
        strain = _strain(count * width + (count - 1) * GUTTER, tallest, count - 1)
        if strain < least:
            best, least = bands, strain
    return best


def _strain(width: float, height: float, num_cuts: int) -> float:
    shape = abs(log(max(width, 1.0) / max(height, 1.0) / TARGET))
    return shape + COST_OF_CUT * num_cuts**0.6


def _is_bridge(tracks: Tracks, row: int) -> bool:
    uppers = crossing(tracks, row)
    return len(uppers) == 1 and bool(tracks.places[uppers[0]].name)


def _is_between(tracks: Tracks, row: int) -> bool:
    """Whether a few lines lead on from this row, and no opened block goes on with them."""
    here, there = (
        {group for place in tracks.rows[k] for group in tracks.places[place].groups}
        for k in (row, row + 1)
    )
    return 0 < len(crossing(tracks, row)) <= MAX_CROSSING and not here & there


def crossing(tracks: Tracks, row: int) -> list[int]:
    """The places of a row from which lines lead on, from left to right."""
    return [place for place in tracks.rows[row] if tracks.below[place]]


def _cut(cuts: Sequence[int], heights: Sequence[float], count: int) -> list[range]:
    """So many bands of nearly equal heights; fewer where there are too few places to cut."""
    total, bands, start = sum(heights), list[range](), 0
    above = [sum(heights[:row]) for row in range(len(heights) + 1)]
    for band in range(1, count):
        offered = [row for row in cuts if row > start]
        if not offered:
            break
        aim = total * band / count
        end = min(offered, key=lambda row: (abs(above[row] - aim), row))
        bands.append(range(start, end))
        start = end
    return [*bands, range(start, len(heights))]
