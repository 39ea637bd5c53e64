"""What stands above a picture: its title, what it costs, decisions that all nodes share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nasvid.report.drawing.box_text import Line, Span, placed, text_size
from nasvid.report.drawing.model import Drawing
from nasvid.report.drawing.scene import Panel, Part, Piece, Shape, Ticks, Wire, Words
from nasvid.report.drawing.text_size import wrapped

MIDDLE_DOT = "\N{MIDDLE DOT}"
ROOM_BELOW = 14.0
BETWEEN = 16.0


@dataclass(frozen=True, slots=True)
class Block:
    """Parts of a page around 0, 0, and the room they take."""

    parts: tuple[Part, ...]
    width: float
    height: float

    def moved(self, x: float, y: float) -> list[Part]:
        """The parts with the upper left corner here."""
        return [
            Part(tuple(moved(piece, x, y) for piece in part.pieces), part.tip, part.kind)
            for part in self.parts
        ]


def moved(piece: Piece, x: float, y: float) -> Piece:
    """The same piece elsewhere."""
    if isinstance(piece, Panel):
        changed = piece.rect.moved(x, y)
        return Panel(
            rect=changed,
            fill=piece.fill,
            line=piece.line,
            width=piece.width,
            radius=piece.radius,
            is_dashed=piece.is_dashed,
        )
    if isinstance(piece, Words):
        return Words(
            at=(piece.at[0] + x, piece.at[1] + y),
            text=piece.text,
            color=piece.color,
            size=piece.size,
            is_bold=piece.is_bold,
            is_italic=piece.is_italic,
        )
    if isinstance(piece, Wire):
        return Wire(
            route=piece.route.moved(x, y), color=piece.color, width=piece.width, dashes=piece.dashes
        )
    if isinstance(piece, Ticks):
        places = tuple(place + x for place in piece.places)
        return Ticks(places=places, top=piece.top + y, height=piece.height, color=piece.color)
    points = tuple((px + x, py + y) for px, py in piece.points)
    return Shape(points=points, fill=piece.fill)


def header(drawing: Drawing, width: float) -> Block:
    """The title, facts and shared decisions of a picture that is so wide."""
    room = max(width, 320.0)
    lines: list[Line] = [(Span(drawing.title, size=16.0, is_bold=True),)]
    words = f" {MIDDLE_DOT} ".join(drawing.facts).split(" ")
    lines += [(Span(text, "muted", 11.0),) for text in wrapped(words, 11.0, room) if text]
    lines += _shared(drawing.shared, room)
    span, height = text_size(lines)
    pieces = tuple(placed(lines, (-9.0, -6.0)))
    return Block((Part(pieces),), span - 18.0, height - 15.0 + ROOM_BELOW)


def _shared(shared: Sequence[str], room: float) -> list[Line]:
    """Decisions one behind the other, as many in a line as there is room for."""
    lines: list[Line] = []
    left = 0.0
    for choice in shared:
        name, _, options = choice.partition(": ")
        head = Span(f"{name}: ", "choice", 10.0, is_bold=True)
        texts = wrapped(options.split(" "), 10.0, max(room - head.width, 120.0))
        tail = Span(texts[0], size=10.0)
        needed = BETWEEN + head.width + tail.width
        if len(texts) == 1 and lines and needed <= left:
            lines[-1] = (*lines[-1], replace(head, indent=BETWEEN), tail)
            left -= needed
            continue
        lines.append((head, tail))
        lines += [(Span(text, size=10.0, indent=16.0),) for text in texts[1:]]
        left = room - head.width - tail.width if len(texts) == 1 else 0.0
    return lines
