"""A picture as shapes that have a place, a colour and a size; formats only write them down."""

from dataclasses import dataclass
from typing import Literal

from nasvid.report.drawing.layout.geometry import Point, Rect, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A rectangle with round corners.

    Args:
        rect: Where.
        fill: Name of a colour.
        line: Name of the colour of its edge; none without.
        width: Of its edge.
        radius: Of its corners.
        is_dashed: Whether its edge is.
    """

    rect: Rect
    fill: str
    line: str = ""
    width: float = 1.0
    radius: float = 6.0
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text.

    Args:
        at: Where its base line begins.
        text: As it is; formats escape it.
        color: Name of a colour.
        size: Of the font.
        is_bold: Whether it is bold.
        is_italic: Whether it is slanted.
    """

    at: Point
    text: str
    color: str = "ink"
    size: float = 11.0
    is_bold: bool = False
    is_italic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """The line of an edge.

    Args:
        route: Its course.
        color: Name of a colour.
        width: How thick it is.
        dashes: Lengths of what is drawn and what is not, in turn; drawn through without.
    """

    route: Route
    color: str
    width: float
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A filled polygon."""

    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """Short upright lines in one row.

    Args:
        places: From left to right.
        top: Where all begin.
        height: Of each.
        color: Name of a colour.
    """

    places: tuple[float, ...]
    top: float
    height: float
    color: str


Piece = Panel | Words | Wire | Shape | Ticks


@dataclass(frozen=True, slots=True)
class Part:
    """Shapes that are one thing.

    Args:
        pieces: What is farther back comes first.
        tip: What is told to whoever points at it; empty for nothing.
        kind: What it is, for those who look into the file.
    """

    pieces: tuple[Piece, ...]
    tip: str = ""
    kind: Literal["box", "edge", "frame", "inset", "text"] = "text"


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture.

    Args:
        width: Of the page.
        height: Of the page.
        title: For people who cannot see it.
        parts: What is farther back comes first.
    """

    width: float
    height: float
    title: str
    parts: tuple[Part, ...]
