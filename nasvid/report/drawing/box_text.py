"""The text of a box, line by line, and how much room it takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nasvid.report.drawing.layout.geometry import Point, Rect
from nasvid.report.drawing.model import Box
from nasvid.report.drawing.scene import Panel, Piece, Words
from nasvid.report.drawing.text_size import text_width, wrapped
from nasvid.report.drawing.theme import mark_color
from nasvid.report.drawing.wording import TIMES

TITLE, TEXT, SMALL = 12.0, 10.5, 9.5
TEXT_WIDTH = 168.0
CHOICE_WIDTH = 250.0
INDENT = 10.0
PAD_X, PAD_TOP, PAD_BOTTOM = 9.0, 6.0, 9.0
MAX_TITLE = 28
MAX_OPTIONS_LINES = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look.

    Args:
        text: The text.
        color: Name of a colour.
        size: Of the font.
        is_bold: Whether it is bold.
        is_italic: Whether it is slanted.
        back: Name of the colour of a panel behind it; none without.
        indent: Room in front of it.
    """

    text: str
    color: str = "ink"
    size: float = TEXT
    is_bold: bool = False
    is_italic: bool = False
    back: str = ""
    indent: float = 0.0

    @property
    def width(self) -> float:
        """With the panel and the room beside it."""
        width = text_width(self.text, self.size, is_bold=self.is_bold)
        return self.indent + width + (12.0 if self.back else 0.0)


Line = tuple[Span, ...]


def box_lines(box: Box, title: str, num_inputs: int) -> list[Line]:
    """The text of a box from top to bottom.

    Args:
        box: The box.
        title: Its address, or the end of it.
        num_inputs: How many edges lead to it.
    """
    lines: list[Line] = []
    if box.join:
        how, *others = box.join.split(" + ")
        joins = " + ".join([f"{how} of {num_inputs}" if num_inputs > 1 else how, *others])
        lines += [(Span(text, "muted", SMALL, is_italic=True),) for text in _note(joins)]
    head = short_path(title) + (f" {TIMES}{box.count}" if box.count else "")
    lines.append((Span(head, size=TITLE, is_bold=True),))
    for text in wrapped(box.kind.split(), TEXT, TEXT_WIDTH):
        lines.append((Span(text, "muted"),))
    lines += _shape_lines(box)
    for choice in box.choices:
        lines += _choice_lines(choice)
    for note in box.notes:
        lines += [(Span(text, "muted", SMALL, is_italic=True),) for text in _note(note)]
    return lines


def _note(note: str) -> list[str]:
    return wrapped(note.split(), SMALL, TEXT_WIDTH)


def short_path(path: str) -> str:
    """An address that is no longer than a title may be: its end.

    Example:
        >>> short_path("stage2.slow_units"), short_path("layers.0.attention_over_time.projection")
        ('stage2.slow_units', '...ention_over_time.projection')
    """
    return path if len(path) <= MAX_TITLE + 2 else f"...{path[-MAX_TITLE + 1 :]}"


def _shape_lines(box: Box) -> list[Line]:
    color = mark_color(box.mark) if box.mark == "reshaped" else None
    lines: list[Line] = [(Span(text, color or "ink"),) for text in box.shapes]
    steps = tuple(Span(step, "step-ink", SMALL, is_bold=True, back="step") for step in box.steps)
    if steps and len(lines) == 1 and _width((*lines[0], *steps)) <= TEXT_WIDTH:
        first, *others = steps
        return [(*lines[0], replace(first, indent=4.0), *others)]
    return [*lines, steps] if steps else lines


def _choice_lines(choice: str) -> list[Line]:
    """The address on a line of its own, unless its options fit beside it."""
    address, _, options = choice.partition(": ")
    head = Span(f"{address}: ", "choice", SMALL, is_bold=True)
    words = options.split(" | ")
    words = [f"{word} |" for word in words[:-1]] + words[-1:]
    texts = wrapped(words, SMALL, CHOICE_WIDTH)
    if len(texts) == 1 and head.width + text_width(texts[0], SMALL) <= CHOICE_WIDTH:
        return [(head, Span(texts[0], size=SMALL))]
    if len(texts) > MAX_OPTIONS_LINES:
        texts = [*texts[: MAX_OPTIONS_LINES - 1], "..."]
    return [(head,), *((Span(text, size=SMALL, indent=INDENT),) for text in texts)]


def _width(line: Sequence[Span]) -> float:
    return sum(span.width for span in line)


def _height(line: Sequence[Span]) -> float:
    return max(span.size for span in line) * 1.36


def text_size(lines: Sequence[Line]) -> tuple[float, float]:
    """Width and height of a box with this text."""
    width = max(map(_width, lines), default=0.0) + 2 * PAD_X
    return width, sum(map(_height, lines)) + PAD_TOP + PAD_BOTTOM


def placed(lines: Sequence[Line], corner: Point) -> Iterator[Piece]:
    """The text in a box whose upper left corner is here."""
    y = corner[1] + PAD_TOP
    for line in lines:
        x = corner[0] + PAD_X
        base = y + max(span.size for span in line)
        for span in line:
            left = x + span.indent
            if span.back:
                rect = Rect(
                    left, base - span.size + 0.5, span.width - span.indent - 4.0, span.size + 2.5
                )
                yield Panel(rect=rect, fill=span.back, radius=4.0)
                left += 4.0
            yield Words(
                at=(left, base),
                text=span.text,
                color=span.color,
                size=span.size,
                is_bold=span.is_bold,
                is_italic=span.is_italic,
            )
            x += span.width
        y += _height(line)
