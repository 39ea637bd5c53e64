"""Source text laid out as the formatter would: one line where it fits, else one argument a line."""

import math
import re
from dataclasses import dataclass

from nasvid.core.errors import ExportError

LINE = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A call, the head of a function definition, or a list where there is no callee.

    Args:
        callee: What is called.
        arguments: `keyword=`, or empty for a positional one, and value.
        is_list: Whether the arguments always stand one a line, as the parts of a sequence do.
    """

    callee: str
    arguments: tuple[tuple[str, "Call | str"], ...] = ()
    is_list: bool = False

    @property
    def brackets(self) -> str:
        """What encloses the arguments."""
        return "()" if self.callee else "[]"

    def __str__(self) -> str:
        inner = ", ".join(f"{key}{value}" for key, value in self.arguments)
        return f"{self.callee}{self.brackets[0]}{inner}{self.brackets[1]}"


def lay_out(prefix: str, value: Call | str, suffix: str = "", indent: int = 0) -> list[str]:
    r"""Lines of `prefix value suffix`.

    Example:
        >>> lay_out("z = ", Call("f", (("", "x"), ("y=", "2"))), indent=4)
        ['    z = f(x, y=2)']
        >>> print(*lay_out("z = ", Call("f", (("", "x" * 50), ("", "y" * 50)))), sep="\n")
        z = f(
            xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,
            yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy,
        )
    """
    space = " " * indent
    flat = f"{space}{prefix}{value}{suffix}"
    if isinstance(value, str) or not value.arguments or _fits(flat, value):
        return [flat]
    inner = f"{space}    {', '.join(f'{key}{item}' for key, item in value.arguments)}"
    opening, closing = value.brackets
    lines = [f"{space}{prefix}{value.callee}{opening}"]
    if _fits(inner, value):
        lines.append(inner)
    else:
        for key, item in value.arguments:
            lines += lay_out(key, item, ",", indent + 4)
    return [*lines, f"{space}{closing}{suffix}"]


def literal(value: object) -> str:
    """A number, text, boolean, None or tuple as source text.

    Example:
        >>> print(literal((1, 1e-05, None, "time")), literal(float("inf")))
        (1, 1e-5, None, "time") float("inf")
    """
    if isinstance(value, tuple):
        inner = ", ".join(literal(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, str):
        text = ascii(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
    if value is None or isinstance(value, bool | int | float):
        return re.sub(r"e([+-])0*", r"e\1", repr(value)).replace("e+", "e")
    raise ExportError(f"a layer has the argument {value!r}; source text holds plain values alone.")


def _fits(line: str, call: Call) -> bool:
    return len(line) <= LINE and not _holds_list(call)


def _holds_list(call: Call) -> bool:
    inner = [item for _, item in call.arguments if isinstance(item, Call)]
    return (call.is_list and len(call.arguments) > 1) or any(map(_holds_list, inner))
