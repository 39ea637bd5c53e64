"""Signs and short texts that pictures have in common."""

from collections.abc import Sequence

from nasvid.core.streams import Stream
from nasvid.report.drawing.model import GateValue

MAX_TEXT = 80
TIMES = "\N{MULTIPLICATION SIGN}"
SQUARED = "\N{SUPERSCRIPT TWO}"
OVER = "\N{DIVISION SIGN}"
TO = "\N{EN DASH}"


def one_line(text: str) -> str:
    r"""A text that a user wrote, without what would break a line or steer a terminal.

    Example:
        >>> one_line("two\nlines"), len(one_line("x" * 1000))
        ('two lines', 80)
    """
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return shown if len(shown) <= MAX_TEXT else f"{shown[: MAX_TEXT - 3]}..."


def range_text(values: Sequence[int]) -> str:
    """One number, or the least and the largest of several.

    Example:
        >>> range_text([4, 4]), range_text([4, 1, 2])
        ('4', '1–4')
    """
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}{TO}{high}"


def gate_text(gate: GateValue) -> str:
    """A gate with the digits that an eye can use.

    Example:
        >>> gate_text(0.98922044), gate_text("learned"), gate_text(None)
        ('0.989', 'learned', '')
    """
    if gate is None:
        return ""
    return f"{gate:.3g}" if isinstance(gate, float | int) else gate


def stream_text(stream: Stream) -> str:
    """Modality and frame stride.

    Example:
        >>> stream_text(Stream("rgb", 3, 8, 4, 224, (0.0,) * 3, (1.0,) * 3))
        'rgb, frame stride 4'
    """
    return f"{stream.modality}, frame stride {stream.frame_stride}"
