"""The frames of groups: one in each band, as long as they cut neither boxes nor each other."""

from collections.abc import Mapping, Sequence

from nasvid.report.drawing.layout.geometry import Rect, around
from nasvid.report.drawing.layout.grid import FRAME_BOTTOM, FRAME_SIDE, FRAME_TOP, Grid

Frames = dict[str, tuple[Rect, ...]]


def find_frames(grid: Grid) -> Frames:
    """Group to its frames; groups whose frames would cut something are left out."""
    inside: dict[str, set[str]] = {}
    # Group and band to what its frame holds: boxes, and the frames of groups inside.
    holds: dict[tuple[str, int], list[Rect]] = {}
    depth: dict[str, int] = {}
    for place in grid.tracks.places:
        if not place.name:
            continue
        for level, group in enumerate(place.groups):
            inside.setdefault(group, set()).add(place.name)
            depth[group] = level
        if place.groups:
            band = grid.band_of[place.row]
            holds.setdefault((place.groups[-1], band), []).append(grid.boxes[place.name])
    frames: dict[str, list[Rect]] = {group: [] for group in depth}
    for group in sorted(depth, key=lambda g: (-depth[g], g)):
        for band in range(len(grid.bands)):
            held = holds.get((group, band))
            if held:
                frame = _around(held)
                frames[group].append(frame)
                holds.setdefault((grid.plan.parents[group], band), []).append(frame)
    found = {
        group: tuple(rects)
        for group, rects in frames.items()
        if not any(
            frame.overlaps(box)
            for frame in rects
            for name, box in grid.boxes.items()
            if name not in inside[group]
        )
    }
    return {group: rects for group, rects in found.items() if _is_clean(group, found)}


def _around(held: Sequence[Rect]) -> Rect:
    inner = around(held)
    return Rect(
        inner.left - FRAME_SIDE,
        inner.top - FRAME_TOP,
        inner.width + 2 * FRAME_SIDE,
        inner.height + FRAME_TOP + FRAME_BOTTOM,
    )


def _is_clean(group: str, found: Mapping[str, Sequence[Rect]]) -> bool:
    return not any(
        one.overlaps(two) and not (one.holds(two) or two.holds(one))
        for other, rects in found.items()
        if other != group
        for one in found[group]
        for two in rects
    )
