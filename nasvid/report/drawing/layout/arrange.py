"""A place for every box, a line for every edge, a frame for every group."""

from collections.abc import Mapping
from dataclasses import dataclass

from nasvid.report.drawing.layout.columns import find_columns
from nasvid.report.drawing.layout.frames import find_frames
from nasvid.report.drawing.layout.geometry import Rect, Route, around
from nasvid.report.drawing.layout.grid import Grid
from nasvid.report.drawing.layout.order import order
from nasvid.report.drawing.layout.plan import Plan
from nasvid.report.drawing.layout.routes import find_routes
from nasvid.report.drawing.layout.rows import find_rows
from nasvid.report.drawing.layout.tracks import Edge, find_tracks


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything goes; the upper left corner is 0, 0.

    Args:
        boxes: Name to place.
        rows: Name to the number of its row.
        frames: Group to the places of its frame, one in each band; none where it would cut others.
        routes: Edge to its line.
        width: Of all of it.
        height: Of all of it.
    """

    boxes: Mapping[str, Rect]
    rows: Mapping[str, int]
    frames: Mapping[str, tuple[Rect, ...]]
    routes: Mapping[Edge, Route]
    width: float
    height: float


def arrange(plan: Plan) -> Layout:
    """Lay out boxes in rows, from what is read to what reads.

    Boxes do not overlap, and no line runs through a box. The same plan gives the same layout.
    """
    if not plan.items:
        return Layout({}, {}, {}, {}, 0.0, 0.0)
    rows = find_rows(plan)
    tracks = find_tracks(plan, rows)
    order(tracks, keeps_boxes=plan.keeps_order)
    grid = Grid(plan, tracks, find_columns(tracks))
    routes, frames = find_routes(grid), find_frames(grid)
    rects = [*grid.boxes.values(), *(rect for rects in frames.values() for rect in rects)]
    rects += [Rect(x, y, 0, 0) for route in routes.values() for x, y in route.corners()]
    whole = around(rects)
    x, y = -whole.left, -whole.top
    return Layout(
        {name: rect.moved(x, y) for name, rect in grid.boxes.items()},
        rows,
        {name: tuple(rect.moved(x, y) for rect in rects) for name, rects in frames.items()},
        {edge: route.moved(x, y) for edge, route in routes.items()},
        whole.width,
        whole.height,
    )
