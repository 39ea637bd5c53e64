"""A picture as SVG: hand-written XML that refers to nothing and follows light and dark."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from nasvid.report.drawing.layout.geometry import Route
from nasvid.report.drawing.scene import Panel, Part, Piece, Scene, Ticks, Wire, Words
from nasvid.report.drawing.theme import DARK, LIGHT

NAMESPACE = "http://www.w3.org/2000/svg"
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def to_svg(scene: Scene) -> str:
    """The text of the file."""
    width, height = _number(scene.width), _number(scene.height)
    body = [text for part in scene.parts for text in _part(part)]
    used = sorted(_colors(scene) | {"page"})
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return "\n".join(
        [
            f'<svg xmlns="{NAMESPACE}" {size} role="img" font-family="{FONT}">',
            f"<title>{_text(scene.title)}</title>",
            "<style>",
            *_style(used),
            "</style>",
            f'<rect class="f-page" width="{width}" height="{height}"/>',
            *body,
            "</svg>",
            "",
        ]
    )


def _style(used: list[str]) -> Iterator[str]:
    yield ".b{font-weight:bold}.i{font-style:italic}path,polyline{fill:none}"
    yield from (_rule(name, LIGHT[name]) for name in used)
    yield "@media (prefers-color-scheme:dark){"
    yield from (_rule(name, DARK[name]) for name in used)
    yield "}"


def _rule(name: str, color: str) -> str:
    return f".f-{name}{{fill:{color}}}.l-{name}{{stroke:{color}}}"


def _colors(scene: Scene) -> set[str]:
    found: set[str] = set()
    for part in scene.parts:
        for piece in part.pieces:
            for key in ("fill", "line", "color"):
                found.add(getattr(piece, key, ""))
    return found - {""}


def _part(part: Part) -> Iterator[str]:
    if part.kind == "text":
        for piece in part.pieces:
            yield _piece(piece)
        return
    yield f'<g class="{part.kind}">'
    if part.tip:
        yield f"<title>{_text(part.tip)}</title>"
    for piece in part.pieces:
        yield _piece(piece)
    yield "</g>"


def _piece(piece: Piece) -> str:
    if isinstance(piece, Panel):
        return _panel(piece)
    if isinstance(piece, Words):
        return _words(piece)
    if isinstance(piece, Wire):
        dashes = f' stroke-dasharray="{_numbers(piece.dashes)}"' if piece.dashes else ""
        return (
            f'<path class="l-{piece.color}" stroke-width="{_number(piece.width)}"{dashes} '
            f'd="{_course(piece.route)}"/>'
        )
    if isinstance(piece, Ticks):
        return _ticks(piece)
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in piece.points)
    return f'<polygon class="f-{piece.fill}" points="{points}"/>'


def _panel(piece: Panel) -> str:
    rect = piece.rect
    line = f" l-{piece.line}" if piece.line else ""
    width = f' stroke-width="{_number(piece.width)}"' if piece.line and piece.width != 1 else ""
    dashes = ' stroke-dasharray="4 3"' if piece.is_dashed else ""
    return (
        f'<rect class="f-{piece.fill}{line}" x="{_number(rect.left)}" y="{_number(rect.top)}" '
        f'width="{_number(rect.width)}" height="{_number(rect.height)}" '
        f'rx="{_number(piece.radius)}"{width}{dashes}/>'
    )


def _words(piece: Words) -> str:
    looks = f"f-{piece.color}" + " b" * piece.is_bold + " i" * piece.is_italic
    x, y = piece.at
    return (
        f'<text class="{looks}" x="{_number(x)}" y="{_number(y)}" '
        f'font-size="{_number(piece.size)}">{_text(piece.text)}</text>'
    )


def _ticks(piece: Ticks) -> str:
    top, height = _number(piece.top), _number(piece.height)
    course = "".join(f"M{_number(x)} {top}v{height}" for x in piece.places)
    return f'<path class="l-{piece.color}" stroke-width="1" d="{course}"/>'


def _course(route: Route) -> str:
    found = [f"M{_numbers(route.start)}"]
    for stroke in route.strokes:
        letter = "L" if stroke.kind == "line" else "C"
        found.append(letter + " ".join(_numbers(point) for point in stroke.points))
    return "".join(found)


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(map(_number, values))


def _number(value: float) -> str:
    return (
        f"{value:.1f}".rstrip("0").rstrip(".").replace("-0", "0" if round(value, 1) == 0 else "-0")
    )


def _text(text: str) -> str:
    """Text as XML has it; what XML cannot hold is left out."""
    kept = "".join(c for c in text if c in "\n\t" or c.isprintable())
    return escape(kept)
