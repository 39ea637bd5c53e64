"""How many copies a repeat has, as far as the file tells."""

from nasvid.spec.bindings import Bound
from nasvid.spec.syntax import Choice, Literal, ValueSpec


def decision_of_count(count: Bound) -> str:
    """Address of the choice of a number, or empty where it is fixed."""
    found = count.resolved()
    return found.path if found is not None and isinstance(found.value, Choice) else ""


def copies_of(option: ValueSpec) -> int | None:
    """The number of copies that an option stands for, where the file tells."""
    value = option.value if isinstance(option, Literal) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
