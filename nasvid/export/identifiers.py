"""Python names made from the names of nodes and blocks: valid, telling and never taken twice."""

import builtins
import keyword
import re

from nasvid.core.errors import ExportError

# What a generated file uses by itself; nothing in it may shadow these.
RESERVED = frozenset(
    {
        "F",
        "Model",
        "Path",
        "Tensor",
        "__file__",
        "load",
        "math",
        "nn",
        "self",
        "torch",
    }
    | set(dir(builtins))
    | set(keyword.kwlist)
)


def class_name(block: str) -> str:
    """A class name for a block.

    Example:
        >>> class_name("squeeze_excite"), class_name("3d-unit"), class_name("")
        ('SqueezeExcite', 'Block3dUnit', 'Block')
    """
    words = re.findall(r"[A-Za-z0-9]+", block)
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name and name[0].isalpha() else f"Block{name}"


def variable_name(text: str) -> str:
    """A lower-case name for a local variable; may still be taken.

    Example:
        >>> variable_name("rgb-Fast"), variable_name("0"), variable_name("lambda")
        ('rgb_fast', 'x0', 'lambda')
    """
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return name if name and name[0].isalpha() else f"x{name}"


class Names:
    """The names taken in one scope of a generated file.

    Args:
        taken: Names of the scopes around it, which must not be shadowed.
    """

    def __init__(self, taken: frozenset[str] = RESERVED) -> None:
        self._taken = set(taken)

    def claim(self, wanted: str) -> str:
        """`wanted`, or the nearest free name; it is taken from now on.

        Example:
            >>> names = Names()
            >>> names.claim("unit"), names.claim("unit"), names.claim("sum"), names.claim("in")
            ('unit', 'unit2', 'sum_', 'in_')
        """
        base = f"{wanted}_" if wanted in RESERVED else wanted
        name, count = base, 1
        while name in self._taken:
            count += 1
            name = f"{base}{count}"
        self._taken.add(name)
        return name

    def frozen(self) -> frozenset[str]:
        """All names taken so far."""
        return frozenset(self._taken)


def check_attribute(attribute: str, where: str) -> str:
    """The attribute of a module as it is, if it can stand in source text and in a weight's key.

    Raises:
        ExportError: It is neither a plain ASCII identifier nor a number.
    """
    is_number = attribute.isascii() and attribute.isdigit()
    is_name = attribute.isascii() and attribute.isidentifier() and not keyword.iskeyword(attribute)
    if not (is_number or is_name):
        raise ExportError(
            f"{where}: the name {attribute!r} cannot stand in Python source; accepts letters, "
            "digits and underscores that do not spell a keyword. Rename it in the search space."
        )
    return attribute
