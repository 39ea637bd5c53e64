"""Rows and bands with their places on the page."""

from collections.abc import Sequence

from nasvid.report.drawing.layout.bands import GUTTER, LANE, crossing, cut_rows
from nasvid.report.drawing.layout.geometry import Rect
from nasvid.report.drawing.layout.plan import Plan
from nasvid.report.drawing.layout.tracks import Tracks

ROW_GAP = 26.0
MAX_ROW_GAP = 80.0
# More room where lines go far sideways, so that they do not lie flat.
SLOPE = 0.07
# Boxes of a row that differ by less are made equally high.
STRETCH = 24.0
FRAME_SIDE, FRAME_TOP, FRAME_BOTTOM = 9.0, 20.0, 8.0
# Between a box and the line that leads round to the next band.
TURN = 15.0


class Grid:
    """Where rows begin and places stand.

    Args:
        plan: What is laid out.
        tracks: Places in rows, in order.
        middles: The middle of each place if there were one band.
    """

    def __init__(self, plan: Plan, tracks: Tracks, middles: Sequence[float]) -> None:
        self.plan = plan
        self.tracks = tracks
        self.middles = list(middles)
        self.heights = [max(map(self._height, row), default=0.0) for row in tracks.rows]
        gaps = [self._gap(row) for row in range(len(tracks.rows))]
        width = max(m + p.width / 2 for m, p in zip(middles, tracks.places, strict=True))
        tall = [height + gap for height, gap in zip(self.heights, gaps, strict=True)]
        is_whole = plan.keeps_order
        self.bands = [range(len(tall))] if is_whole else cut_rows(tracks, tall, width)
        self.band_of = {row: number for number, band in enumerate(self.bands) for row in band}
        self.tops = [0.0] * len(tracks.rows)
        self.rights: list[float] = []
        self._place(gaps)
        self.boxes = {
            place.name: self._rect(index) for index, place in enumerate(tracks.places) if place.name
        }

    def bottom(self, row: int) -> float:
        """Where a row ends."""
        return self.tops[row] + self.heights[row]

    def groups(self, row: int) -> set[str]:
        """The groups that a row runs through."""
        places = self.tracks.places
        return {group for place in self.tracks.rows[row] for group in places[place].groups}

    def _height(self, place: int) -> float:
        name = self.tracks.places[place].name
        return self.plan.items[name].height if name else 0.0

    def _gap(self, row: int) -> float:
        """Room below a row, for lines and for frames that begin or end."""
        if row + 1 == len(self.tracks.rows):
            return 0.0
        lines = self.tracks.lines(row)
        far = max((abs(self.middles[u] - self.middles[v]) for u, v in lines), default=0.0)
        here, there = self.groups(row), self.groups(row + 1)
        frames = FRAME_BOTTOM * len(here - there) + FRAME_TOP * len(there - here)
        return max(min(MAX_ROW_GAP, ROW_GAP + far * SLOPE), frames + ROW_GAP / 2)

    def _place(self, gaps: Sequence[float]) -> None:
        """Set the tops of rows, and move each band beside the one before it."""
        places, left = self.tracks.places, 0.0
        for band in self.bands:
            top = FRAME_TOP * len(self.groups(band[0])) + (TURN if len(self.bands) > 1 else 0.0)
            top += LANE * max(0, self._num_lanes(band[0] - 1) - 1)
            for row in band:
                self.tops[row] = top
                top += self.heights[row] + gaps[row]
            inside = [place for row in band for place in self.tracks.rows[row]]
            side = FRAME_SIDE * max((len(places[p].groups) for p in inside), default=0)
            start = min(self.middles[p] - places[p].width / 2 for p in inside) - side
            for place in inside:
                self.middles[place] += left - start
            self.rights.append(max(self.middles[p] + places[p].width / 2 for p in inside) + side)
            left = self.rights[-1] + GUTTER + LANE * max(0, self._num_lanes(band[-1]) - 1)

    def _num_lanes(self, row: int) -> int:
        """How many lines lead on from a row."""
        return len(crossing(self.tracks, row)) if row >= 0 else 0

    def _rect(self, index: int) -> Rect:
        place = self.tracks.places[index]
        height, whole = self._height(index), self.heights[place.row]
        height = whole if whole - height < STRETCH else height
        top = self.tops[place.row] + (whole - height) / 2
        return Rect(self.middles[index] - place.width / 2, top, place.width, height)
