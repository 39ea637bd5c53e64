"""From what a picture shows to shapes on a page."""

from collections import Counter
from collections.abc import Mapping, Sequence

from nasvid.report.drawing.box_text import (
    TITLE,
    Line,
    box_lines,
    placed,
    text_size,
)
from nasvid.report.drawing.insets import framed, with_insets
from nasvid.report.drawing.layout.arrange import Layout, arrange
from nasvid.report.drawing.layout.geometry import Rect, Route, Stroke
from nasvid.report.drawing.layout.plan import Item, Plan
from nasvid.report.drawing.legend import legend
from nasvid.report.drawing.levels import ROOM, draw_levels, find_levels, in_levels
from nasvid.report.drawing.model import Box, Drawing, Edge
from nasvid.report.drawing.page import Block, header
from nasvid.report.drawing.scene import Panel, Part, Piece, Scene, Shape, Ticks, Wire, Words
from nasvid.report.drawing.straight import straight_edges
from nasvid.report.drawing.theme import lane_color, mark_color
from nasvid.report.drawing.wording import TIMES, gate_text

MARGIN = 18.0
COMMON_WIDTH = 200.0
# Cards behind a box that stands for several.
CARD = 3.0
MAX_TICKS = 64
PLAIN_WIDTH = 1.6
_GATE_WIDTHS = {"learned": 3.0, "attention": 1.0}
_GATE_DASHES = {"learned": (9.0, 2.0), "attention": (1.5, 2.5)}


def compose(drawing: Drawing) -> Scene:
    """The picture, laid out, with what is inside its boxes."""
    insets = [framed(inset.title, _picture(inset)) for inset in drawing.insets]
    whole = with_insets(_picture(drawing), insets)
    top = header(drawing, whole.width)
    below = legend(drawing, max(whole.width, top.width))
    width = max(whole.width, top.width, below.width)
    start = MARGIN + top.height
    parts = [
        *top.moved(MARGIN, MARGIN),
        *whole.moved(MARGIN + (width - whole.width) / 2, start),
        *below.moved(MARGIN, start + whole.height + MARGIN),
    ]
    height = start + whole.height + MARGIN + below.height + MARGIN
    return Scene(width + 2 * MARGIN, height, drawing.title, tuple(parts))


def _picture(drawing: Drawing) -> Block:
    """Boxes, lines and frames, and the levels behind them."""
    lines, plan, layout = _laid_out(drawing)
    levels = find_levels(drawing, layout) if plan.keeps_order else []
    left, right = (ROOM, 10.0) if levels else (0.0, 0.0)
    width, shift = left + layout.width + right, (left, 0.0)
    parts = [
        *draw_levels(levels, shift, 0.0, width),
        *_frames(drawing, layout, shift),
        *_edges(drawing, layout, shift),
        *_boxes(drawing, layout, lines, shift),
    ]
    return Block(tuple(parts), width, layout.height)


def lay_out(drawing: Drawing) -> tuple[Plan, Layout]:
    """Where boxes, lines and frames go, and what that was made for."""
    _, plan, layout = _laid_out(drawing)
    return plan, layout


def _laid_out(drawing: Drawing) -> tuple[dict[str, list[Line]], Plan, Layout]:
    """The text of every box, the plan, and where all goes."""
    lines = _texts(drawing, is_short=True)
    plan = in_levels(drawing, _plan(drawing, lines))
    layout = arrange(plan)
    if len(layout.frames) < len(drawing.groups):
        # Without its frame a group is told by the full addresses of what is in it.
        lines = _texts(drawing, is_short=False)
        plan = _plan(drawing, lines)
        layout = arrange(plan)
    return lines, plan, layout


def _texts(drawing: Drawing, *, is_short: bool) -> dict[str, list[Line]]:
    num_inputs = Counter(edge.target for edge in drawing.edges)
    lines: dict[str, list[Line]] = {}
    for box in drawing.boxes:
        title = box.path.removeprefix(f"{box.group}.") if is_short else box.path
        if title.isdecimal():
            # A copy is called after what it is a copy of.
            title = f"{box.group.rpartition('.')[2]}.{title}"
        lines[box.path] = box_lines(box, title, num_inputs[box.path])
    return lines


def _plan(drawing: Drawing, lines: Mapping[str, Sequence[Line]]) -> Plan:
    sizes = {box.path: text_size(lines[box.path]) for box in drawing.boxes}
    common = max((w for w, _ in sizes.values() if w <= COMMON_WIDTH), default=0.0)
    items: dict[str, Item] = {}
    for box in drawing.boxes:
        width, height = sizes[box.path]
        cards = 2 * CARD if box.count else 0.0
        items[box.path] = Item(
            max(width, common) + 2 * cards, height + cards, box.group, box.role == "input"
        )
    edges = dict.fromkeys((edge.source, edge.target) for edge in drawing.edges)
    parents = {group.path: group.parent for group in drawing.groups}
    return Plan(items, tuple(edges), straight_edges(drawing), parents)


def _frames(drawing: Drawing, layout: Layout, shift: tuple[float, float]) -> list[Part]:
    parts: list[Part] = []
    for group in drawing.groups:
        for rect in layout.frames.get(group.path, ()):
            here = rect.moved(*shift)
            count = f" {TIMES}{group.count}" if group.count else ""
            name = Words(
                at=(here.left + 8, here.top + 13),
                text=f"{group.path}{count}",
                color="muted",
                size=10,
            )
            panel = Panel(rect=here, fill="frame", line="frame-line", radius=8)
            parts.append(Part((panel, name), f"{group.path}: {group.kind}", "frame"))
    return parts


def _edges(drawing: Drawing, layout: Layout, shift: tuple[float, float]) -> list[Part]:
    lanes = {box.path: box.lane for box in drawing.boxes}
    parts: list[Part] = []
    merged: dict[tuple[str, str], list[Edge]] = {}
    for edge in drawing.edges:
        merged.setdefault((edge.source, edge.target), []).append(edge)
    for ends, edges in merged.items():
        edge = max(edges, key=_edge_width)
        color = mark_color(edge.mark) or f"{lane_color(lanes[edge.source])}-line"
        width = _edge_width(edge)
        route = layout.routes[ends].moved(*shift)
        wire = Wire(
            route=_shortened(route, _arrow(width)[1]),
            color=color,
            width=width,
            dashes=_dashes(edge),
        )
        head = Shape(points=_head(route, width), fill=color)
        parts.append(Part((wire, head), _tip(edges), "edge"))
    # Thin lines lie on thick ones, so that both are seen where they share a way.
    return sorted(parts, key=_thickness, reverse=True)


def _thickness(part: Part) -> float:
    return max(piece.width for piece in part.pieces if isinstance(piece, Wire))


def _edge_width(edge: Edge) -> float:
    if isinstance(edge.gate, float | int):
        return 0.8 + 5.0 * edge.gate
    return _GATE_WIDTHS.get(str(edge.gate), PLAIN_WIDTH)


def _dashes(edge: Edge) -> tuple[float, ...]:
    if edge.mark == "removed":
        return (3.0, 3.0)
    if edge.is_optional:
        return (5.0, 4.0)
    return _GATE_DASHES.get(str(edge.gate), ())


def _arrow(width: float) -> tuple[float, float]:
    """Half the width of the head of an arrow, and its length."""
    return 2.6 + width * 0.65, 6.5


def _head(route: Route, width: float) -> tuple[tuple[float, float], ...]:
    half, length = _arrow(width)
    x, y = route.end
    back = y + length if route.is_up else y - length
    return (x, y), (x - half, back), (x + half, back)


def _shortened(route: Route, length: float) -> Route:
    """Without the end that the head of the arrow covers."""
    last = route.strokes[-1]
    if last.kind != "line":
        return route
    x, y = last.end
    end = (x, y + length - 1 if route.is_up else y - length + 1)
    return Route(route.start, (*route.strokes[:-1], Stroke("line", (end,))), route.is_up)


def _tip(edges: Sequence[Edge]) -> str:
    texts: list[str] = []
    for edge in edges:
        port = f".{edge.port}" if edge.port else ""
        text = f"{edge.source}{port} -> {edge.target}"
        if edge.before is not None:
            text += f", gate {gate_text(edge.before)} -> {gate_text(edge.gate)}"
        elif edge.gate is not None:
            text += f", gate {gate_text(edge.gate)}"
        texts.append(text + (", open" if edge.is_optional else ""))
    return "\n".join(texts)


def _boxes(
    drawing: Drawing,
    layout: Layout,
    lines: Mapping[str, Sequence[Line]],
    shift: tuple[float, float],
) -> list[Part]:
    parts: list[Part] = []
    for box in drawing.boxes:
        whole = layout.boxes[box.path].moved(*shift)
        cards = 2 * CARD if box.count else 0.0
        rect = Rect(whole.left + cards, whole.top, whole.width - 2 * cards, whole.height - cards)
        behind = (2, 1) if box.count else ()
        pieces: list[Piece] = [_panel(box, rect.moved(k * CARD, k * CARD)) for k in behind]
        pieces.append(_panel(box, rect))
        if ticks := _ticks(box, rect):
            pieces.append(ticks)
        pieces += placed(lines[box.path], (rect.left, rect.top))
        parts.append(Part(tuple(pieces), "\n".join([box.path, *box.details]), "box"))
    return parts


def _panel(box: Box, rect: Rect) -> Panel:
    color = lane_color(box.lane)
    mark = mark_color(box.mark)
    return Panel(
        rect=rect,
        fill=color,
        line=mark or f"{color}-line",
        width=2.4 if mark else 1.6 if box.role == "input" else 1.0,
        radius=14.0 if box.role == "input" else 5.0,
        is_dashed=box.mark == "removed" or box.is_optional,
    )


def _ticks(box: Box, rect: Rect) -> Ticks | None:
    """As many ticks as there are frames, as far as they can be told apart."""
    if not box.frames:
        return None
    number = min(box.frames, MAX_TICKS)
    left, width = rect.left + TITLE, rect.width - 2 * TITLE
    step = width / MAX_TICKS if number == MAX_TICKS else width / number
    places = tuple(left + step * (k + 0.5) for k in range(number))
    return Ticks(
        places=places, top=rect.bottom - 5.5, height=3.5, color=f"{lane_color(box.lane)}-line"
    )
