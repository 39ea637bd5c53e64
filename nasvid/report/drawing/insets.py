"""Pictures of what is inside boxes, beside or below the picture that has the boxes."""

from collections.abc import Sequence
from math import log

from nasvid.report.drawing.layout.bands import MAX_HEIGHT, TARGET
from nasvid.report.drawing.layout.geometry import Point, Rect
from nasvid.report.drawing.page import Block
from nasvid.report.drawing.scene import Panel, Part, Words
from nasvid.report.drawing.text_size import text_width, wrapped

PAD = 12.0
LINE = 15.0
GAP = 24.0
SIZE = 11.0
# Insets below a picture may be wider than it.
WIDER = (1.0, 1.25, 1.5, 2.0, 3.0)


def framed(title: str, picture: Block) -> Block:
    """A picture with its title in a frame of its own."""
    lines = wrapped(title.split(), SIZE, max(picture.width, 200.0))
    width = max([picture.width, *(text_width(line, SIZE, is_bold=True) for line in lines)])
    top = PAD + LINE * len(lines) + PAD / 2
    rect = Rect(0.0, 0.0, width + 2 * PAD, top + picture.height + PAD)
    panel = Panel(rect=rect, fill="frame", line="frame-line", radius=8, is_dashed=True)
    words = [
        Words(at=(PAD, PAD + SIZE + LINE * number), text=line, size=SIZE, is_bold=True)
        for number, line in enumerate(lines)
    ]
    inner = picture.moved(PAD + (width - picture.width) / 2, top)
    return Block((Part((panel, *words), title, "inset"), *inner), rect.width, rect.height)


def with_insets(picture: Block, insets: Sequence[Block]) -> Block:
    """The picture and its insets, beside or below it, whichever makes the better page."""
    if not insets:
        return picture
    columns = _columns(insets, picture.height)
    beside = [(x + picture.width + GAP, y) for x, y in columns]
    offered = [beside]
    for factor in WIDER:
        rows = _rows(insets, picture.width * factor)
        offered.append([(x, y + picture.height + GAP) for x, y in rows])
    pages = [_page(picture, insets, corners) for corners in offered]
    return min(pages, key=_strain)


def _strain(page: Block) -> float:
    """How far a page is from one that is looked at whole."""
    shape = abs(log(page.width / page.height / TARGET))
    return shape + max(0.0, log(page.height / MAX_HEIGHT))


def _page(picture: Block, insets: Sequence[Block], corners: Sequence[Point]) -> Block:
    pairs = list(zip(insets, corners, strict=True))
    width = max([picture.width, *(x + inset.width for inset, (x, _) in pairs)])
    height = max([picture.height, *(y + inset.height for inset, (_, y) in pairs)])
    parts = [part for inset, corner in pairs for part in inset.moved(*corner)]
    return Block((*picture.parts, *parts), width, height)


def _rows(insets: Sequence[Block], width: float) -> list[Point]:
    """Places in rows of this width."""
    return _packed([(inset.width, inset.height) for inset in insets], width)


def _columns(insets: Sequence[Block], height: float) -> list[Point]:
    """Places in columns of this height."""
    places = _packed([(inset.height, inset.width) for inset in insets], height)
    return [(x, y) for y, x in places]


def _packed(sizes: Sequence[tuple[float, float]], length: float) -> list[tuple[float, float]]:
    """Places in lines of this length, along the lines and across them, for sizes along and across."""
    room = max([length, *(along for along, _ in sizes)])
    places: list[tuple[float, float]] = []
    begin = line = thickness = 0.0
    for along, across in sizes:
        if begin and begin + along > room:
            begin, line, thickness = 0.0, line + thickness + GAP, 0.0
        places.append((begin, line))
        begin, thickness = begin + along + GAP, max(thickness, across)
    return places
