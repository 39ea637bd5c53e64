"""What the signs of a picture mean, as far as they stand in it."""

from collections.abc import Iterator, Mapping

from nasvid.report.drawing.layout.geometry import Rect, Route, Stroke
from nasvid.report.drawing.model import Drawing, Lane, Mark
from nasvid.report.drawing.page import Block, moved
from nasvid.report.drawing.scene import Panel, Part, Piece, Ticks, Wire, Words
from nasvid.report.drawing.text_size import text_width
from nasvid.report.drawing.theme import lane_color
from nasvid.report.drawing.wording import OVER, SQUARED, TIMES

SIZE = 10.0
LINE = 17.0
GAP = 20.0
SIGN = 26.0
MARKS: Mapping[Mark, str] = {
    "added": "only on the right",
    "removed": "only on the left",
    "changed": "other layers",
    "reshaped": "other shapes alone",
}

Entry = tuple[tuple[Piece, ...], str]


def legend(drawing: Drawing, width: float) -> Block:
    """The signs in lines of this width."""
    parts: list[Part] = []
    x, y, widest = 0.0, 0.0, 0.0
    for pieces, text in _entries(drawing):
        sign = SIGN if pieces else 0.0
        needed = sign + text_width(text, SIZE)
        if x and x + needed > max(width, 320.0):
            x, y = 0.0, y + LINE
        shown = [moved(piece, x, y) for piece in pieces]
        shown.append(Words(at=(x + sign, y + SIZE), text=text, color="muted", size=SIZE))
        parts.append(Part(tuple(shown)))
        widest = max(widest, x + needed)
        x += needed + GAP
    return Block(tuple(parts), widest, y + LINE if parts else 0.0)


def _entries(drawing: Drawing) -> Iterator[Entry]:
    yield from _streams(drawing)
    yield from _boxes(drawing)
    yield from _edges(drawing)
    if drawing.shared or any(box.choices for box in drawing.boxes):
        text = "decision" if drawing.subject == "difference" else "open: address and options"
        sign = Words(at=(0, SIZE), text="a.b:", color="choice", size=SIZE, is_bold=True)
        yield (sign,), text
    marks = {item.mark for item in (*drawing.boxes, *drawing.edges)}
    for mark, text in MARKS.items():
        if mark in marks:
            yield (_outline(mark, is_dashed=mark == "removed"),), text


def _streams(drawing: Drawing) -> Iterator[Entry]:
    first: dict[Lane, str] = {}
    for box in drawing.boxes:
        if box.lane is not None and box.role != "input":
            first.setdefault(box.lane, box.path)
    for number, name in enumerate(drawing.streams):
        lanes = sorted((lane for lane in first if lane.stream == number), key=lambda x: x.branch)
        if len(lanes) > 1:
            # Several streams read one input; each is known by the box that it begins with.
            for lane in lanes:
                yield (_swatch(lane_color(lane)),), f"{name}: {first[lane]}"
        elif any(box.lane is not None and box.lane.stream == number for box in drawing.boxes):
            yield (_swatch(lane_color(Lane(number))),), name
    if any(box.lane is None for box in drawing.boxes):
        yield (_swatch("met"),), "streams together"


def _boxes(drawing: Drawing) -> Iterator[Entry]:
    boxes = drawing.boxes
    yield (), f"8 {TIMES} 56{SQUARED} {TIMES} 64: frames {TIMES} size {TIMES} channels"
    if any(box.frames for box in boxes):
        places = tuple(2.5 * k + 1 for k in range(8))
        yield (Ticks(places=places, top=3.0, height=5.0, color="met-line"),), "a tick a frame"
    if any(box.steps for box in boxes):
        yield (), f"T {OVER}2, HW {OVER}2: time, space shrinks"
    if any(box.count for box in boxes):
        yield (), f"{TIMES}3: copies in a chain"


def _edges(drawing: Drawing) -> Iterator[Entry]:
    gates = {edge.gate for edge in drawing.edges if edge.gate is not None}
    if gates - {"learned", "attention"}:
        yield (_wire(0.8, 3.0), _wire(5.8, 8.0)), "gate 0 to 1"
    if "learned" in gates:
        yield (_wire(3.0, 6.0, (9.0, 2.0)),), "learned gate"
    if "attention" in gates:
        yield (_wire(1.0, 6.0, (1.5, 2.5)),), "attended to only"
    if drawing.num_hidden:
        text = f"{drawing.num_hidden} more only attend: told in the boxes, drawn with --attended"
        yield (_wire(1.0, 6.0, (1.5, 2.5)),), text
    if any(item.is_optional for item in (*drawing.edges, *drawing.boxes)):
        yield (_wire(1.6, 6.0, (5.0, 4.0)),), "in some members only"


def _swatch(color: str) -> Panel:
    return Panel(rect=Rect(0, 0, 20, 12), fill=color, line=f"{color}-line", radius=3)


def _outline(color: str, *, is_dashed: bool) -> Panel:
    rect = Rect(1, 1, 18, 10)
    return Panel(rect=rect, fill="page", line=color, width=2.2, radius=3, is_dashed=is_dashed)


def _wire(width: float, y: float, dashes: tuple[float, ...] = ()) -> Wire:
    route = Route((0, y), (Stroke("line", ((20, y),)),))
    return Wire(route=route, color="met-line", width=width, dashes=dashes)
