"""The levels of a network whose streams meet again and again: rows of boxes of one resolution.

Such a network, as AssembleNet is one, is read from level to level; its boxes stand in the order of the
file then, and a light band behind each level tells frames and size.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from nasvid.report.drawing.layout.arrange import Layout
from nasvid.report.drawing.layout.geometry import Rect, around
from nasvid.report.drawing.layout.plan import Plan
from nasvid.report.drawing.layout.rows import find_rows
from nasvid.report.drawing.model import Box, Drawing
from nasvid.report.drawing.scene import Panel, Part, Words
from nasvid.report.drawing.wording import TIMES

# Rows of so many boxes, and so many of them, are no longer a few streams side by side.
MIN_BOXES, MIN_ROWS = 3, 2
# Edges past other rows that are told apart without a cable.
MAX_LONG = 32
ROOM = 84.0
_PAD = 8.0
_LEVEL = re.compile(r"(level)_?(\d+)")


@dataclass(frozen=True, slots=True)
class Level:
    """A band behind rows of one resolution.

    Args:
        rect: From the first box to the last one.
        name: Such as `level 0`, or how many streams begin here; empty where blocks have no common one.
        text: Frames and size.
    """

    rect: Rect
    name: str
    text: str


def in_levels(drawing: Drawing, plan: Plan) -> Plan:
    """The plan of a picture that has levels, so that they can be read; else the plan itself."""
    if drawing.groups:
        return plan
    rows = find_rows(plan)
    inputs = {box.path for box in drawing.boxes if box.role == "input"}
    sizes: dict[int, int] = {}
    for name, row in rows.items():
        sizes[row] = sizes.get(row, 0) + (name not in inputs)
    if sum(size >= MIN_BOXES for size in sizes.values()) < MIN_ROWS:
        return plan
    num_long = sum(rows[target] - rows[source] > 1 for source, target in plan.edges)
    return replace(plan, straight=frozenset(), keeps_order=True, is_cabled=num_long > MAX_LONG)


def find_levels(drawing: Drawing, layout: Layout) -> list[Level]:
    """The levels of a picture from top to bottom; none where all is of one resolution."""
    rows: dict[int, list[Box]] = {}
    inputs = {box.path for box in drawing.boxes if box.role == "input"}
    later = {edge.target for edge in drawing.edges if edge.source not in inputs}
    for box in drawing.boxes:
        if box.role != "input":
            rows.setdefault(layout.rows[box.path], []).append(box)
    runs: list[tuple[tuple[str, str], list[Box]]] = []
    for row in sorted(rows):
        told = _told(rows[row], later)
        if told is None:
            continue
        if runs and runs[-1][0] == told:
            runs[-1][1].extend(rows[row])
        else:
            runs.append((told, rows[row]))
    if len({text for (_, text), _ in runs}) < 2:
        return []
    return [_level(layout.boxes, told, boxes) for told, boxes in runs]


def _told(row: Sequence[Box], later: Collection[str]) -> tuple[str, str] | None:
    """Name, frames and size that the boxes of a row have in common."""
    sizes = {box.size for box in row}
    if len(sizes) > 1 or "" in sizes:
        return None
    frames = {box.frames for box in row}
    time = f"{frames.pop()} {TIMES} " if len(frames) == 1 else ""
    found = {match.groups() for box in row if (match := _LEVEL.match(box.kind)) is not None}
    if not any(box.path in later for box in row):
        name = f"{len(row)} streams" if len(row) > 1 else ""
    else:
        name = " ".join(found.pop()) if len(found) == 1 else ""
    return name, f"{time}{sizes.pop()}"


def _level(places: Mapping[str, Rect], told: tuple[str, str], boxes: Sequence[Box]) -> Level:
    whole = around(places[box.path] for box in boxes)
    rect = Rect(whole.left, whole.top - _PAD, whole.width, whole.height + 2 * _PAD)
    return Level(rect, *told)


def draw_levels(
    levels: Sequence[Level], shift: tuple[float, float], left: float, right: float
) -> list[Part]:
    """Bands from left to right, each with its name in the room at its beginning."""
    parts: list[Part] = []
    for level in levels:
        here = level.rect.moved(*shift)
        rect = Rect(left, here.top, right - left, here.height)
        lines = [text for text in (level.name, level.text) if text]
        y = rect.top + rect.height / 2 - 7.0 * (len(lines) - 2)
        words = [
            Words(
                at=(rect.left + _PAD, y - 14.0 * (len(lines) - 1 - number)),
                text=text,
                color="muted",
                size=12.0 if text == level.name else 10.0,
                is_bold=text == level.name,
            )
            for number, text in enumerate(lines)
        ]
        panel = Panel(rect=rect, fill="frame", radius=8)
        parts.append(Part((panel, *words), ", ".join(lines), "frame"))
    return parts
