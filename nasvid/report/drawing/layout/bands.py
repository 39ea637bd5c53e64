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
# The tallest band against the mean; what cannot be cut evenly looks broken.
UNEVEN = 1.4


def cut_rows(tracks: Tracks, heights: Sequence[float], width: float) -> list[range]:
    """The rows of each band, at least one.

    A band ends where all that leads on comes from one box.

    Args:
        tracks: In order.
        heights: Of every row with the room below it.
        width: Of all rows together.
    """
    number = len(heights)
    cuts = [row + 1 for row in range(number - 1) if _is_bridge(tracks, row)]
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
    uppers = {upper for upper, _ in tracks.lines(row)}
    return len(uppers) == 1 and bool(tracks.places[uppers.pop()].name)


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
