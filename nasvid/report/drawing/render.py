"""From a picture to the content of a file, by the ending of its name."""

from collections.abc import Callable, Mapping

from nasvid.core.errors import NasvidError
from nasvid.report.drawing.attended import without_attended
from nasvid.report.drawing.compose import compose
from nasvid.report.drawing.mermaid import to_mermaid
from nasvid.report.drawing.model import Drawing
from nasvid.report.drawing.plain_text import to_text
from nasvid.report.drawing.svg import to_svg


def _svg(drawing: Drawing) -> bytes:
    return to_svg(compose(drawing)).encode()


def _png(drawing: Drawing) -> bytes:
    # Only this format needs matplotlib.
    from nasvid.report.drawing.png import to_png

    return to_png(compose(drawing))


def _mmd(drawing: Drawing) -> bytes:
    return to_mermaid(drawing).encode()


def _txt(drawing: Drawing) -> bytes:
    return to_text(drawing).encode()


FORMATS: Mapping[str, Callable[[Drawing], bytes]] = {
    ".svg": _svg,
    ".png": _png,
    ".mmd": _mmd,
    ".txt": _txt,
}


def check_format(suffix: str) -> None:
    """Raise a NasvidError where no format has this ending."""
    if suffix not in FORMATS:
        raise NasvidError(
            f"--out: got a name that ends in {suffix!r}; accepts {', '.join(FORMATS)}. "
            "The ending says what is written: SVG, PNG, Mermaid or text."
        )


def render(drawing: Drawing, suffix: str, *, attended: bool = False) -> bytes:
    """The content of a file with this ending.

    Args:
        drawing: The picture.
        suffix: The ending.
        attended: Whether lines are drawn from what is only attended to, however many they are; text
            has no lines that could cross and tells all.

    Raises:
        NasvidError: No format has it.
    """
    check_format(suffix)
    if not attended and suffix != ".txt":
        drawing = without_attended(drawing)
    return FORMATS[suffix](drawing)
