"""How wide a text is, without a font at hand.

Widths are those of DejaVu Sans, in hundredths of the font size and rounded up: common sans-serif
fonts are no wider, so that a text fits into its box with whatever font it is shown.
"""

from collections.abc import Sequence

_REGULAR = (
    "32 41 46 84 64 96 78 28 40 40 50 84 32 37 32 34 64 64 64 64 64 64 64 64 64 64 34 34 "
    "84 84 84 54 100 69 69 70 78 64 58 78 76 30 30 66 56 87 75 79 61 79 70 64 62 74 69 99 "
    "69 62 69 40 34 40 84 50 50 62 64 55 64 62 36 64 64 28 28 58 28 98 64 62 64 64 42 53 "
    "40 64 60 82 60 60 53 64 34 64 84 "
)
_BOLD = (
    "35 46 53 84 70 101 88 31 46 46 53 84 38 42 38 37 70 70 70 70 70 70 70 70 70 70 40 40 "
    "84 84 84 59 100 78 77 74 84 69 69 83 84 38 38 78 64 100 84 86 74 86 78 73 69 82 78 "
    "111 78 73 73 46 37 46 84 50 50 68 72 60 72 68 44 72 72 35 35 67 35 105 72 69 72 72 "
    "50 60 48 72 66 93 65 66 59 72 37 72 84 "
)
_SIGNS = {
    "\N{MULTIPLICATION SIGN}": 84,
    "\N{DIVISION SIGN}": 84,
    "\N{EN DASH}": 50,
    "\N{MIDDLE DOT}": 38,
    "\N{SUPERSCRIPT TWO}": 44,
    "\N{RIGHTWARDS ARROW}": 84,
}
# Of all others; characters of East Asia are as wide as they are high.
_OTHER = 100
_TABLES = tuple(tuple(map(int, table.split())) for table in (_REGULAR, _BOLD))


def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Width of one line, in the unit of the font size.

    Example:
        >>> text_width("conv", 10.0) < text_width("conv", 10.0, is_bold=True) < 40
        True
    """
    table = _TABLES[is_bold]
    widths = (table[ord(c) - 32] if " " <= c <= "~" else _SIGNS.get(c, _OTHER) for c in text)
    return size / 100 * sum(widths)


def wrapped(words: Sequence[str], size: float, width: float, indent: str = "") -> list[str]:
    """Words in as few lines as this width allows; a word that is too long is a line of its own.

    Example:
        >>> wrapped(["one", "two", "three"], 10.0, 48.0)
        ['one two', 'three']
    """
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(f"{indent}{word}" if lines else word)
    return lines
