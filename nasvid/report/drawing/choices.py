"""What is open in a space, told at the nodes that it belongs to."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nasvid.report.drawing.wording import one_line, range_text
from nasvid.report.wording import value_text
from nasvid.spec.decision import Decision

ANY = "*"
MAX_LINES = 16
# Options that are told one by one.
MAX_OPTIONS = 8
# Addresses that differ in one name and offer the same are told once from so many on.
FOLDED_FROM = 3

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Lines about decisions.

    Args:
        at: Path of a box to its lines; addresses are those below the box.
        shared: Lines about decisions of no box, with their whole addresses.
    """

    at: Mapping[str, tuple[str, ...]]
    shared: tuple[str, ...]


def tell_choices(
    decisions: Iterable[Decision], boxes: Collection[str], level_of: Mapping[str, str]
) -> Told:
    """What each open decision offers.

    Args:
        decisions: All decisions.
        boxes: Paths of the boxes.
        level_of: Name of a node of a level to that of the level, which is the box.
    """
    at: dict[str, list[tuple[Parts, str]]] = {}
    shared: list[tuple[Parts, str]] = []
    for decision in decisions:
        if decision.num_values < 2:
            continue
        parts = _parts(decision.path, level_of)
        box, depth = _owner(parts, boxes)
        if box is None:
            shared.append((parts, options_text(decision)))
        else:
            at.setdefault(box, []).append((parts[depth:], options_text(decision)))
    return Told(
        {box: _lines(_folded(found)) for box, found in at.items()},
        _lines(list(dict.fromkeys(shared))),
    )


def _parts(path: str, level_of: Mapping[str, str]) -> Parts:
    """The names in an address, numbers of copies and nodes of levels left open."""
    first, *others = path.split(".")
    head = (level_of[first], ANY) if first in level_of else (first,)
    return (*head, *(ANY if name.isdecimal() else name for name in others))


def _owner(parts: Parts, boxes: Collection[str]) -> tuple[str | None, int]:
    """The innermost box that an address leads into, and how many of its names lead there."""
    box, depth, path = None, 0, ""
    for index, name in enumerate(parts):
        if name == ANY:
            continue
        path = f"{path}.{name}" if path else name
        # A decision without more behind the name is no argument, but one that is called so.
        if path in boxes and index + 1 < len(parts):
            box, depth = path, index + 1
    return box, depth


def _lines(found: Sequence[tuple[Parts, str]]) -> tuple[str, ...]:
    lines = [f"{'.'.join(parts)}: {options}" for parts, options in found]
    if len(lines) <= MAX_LINES:
        return tuple(lines)
    return (
        *lines[: MAX_LINES - 1],
        f"{len(lines) - MAX_LINES + 1} more: nasvid profile lists them",
    )


def _folded(found: Sequence[tuple[Parts, str]]) -> list[tuple[Parts, str]]:
    """Addresses that differ in one name alone and offer the same, as one."""
    kept = list(dict.fromkeys(found))
    for position in range(max((len(parts) for parts, _ in kept), default=1) - 1):
        opened = [(_opened(parts, position), options) for parts, options in kept]
        alike = Counter(opened)
        pairs = zip(kept, opened, strict=True)
        kept = list(dict.fromkeys(one if alike[one] >= FOLDED_FROM else own for own, one in pairs))
    return kept


def _opened(parts: Parts, position: int) -> Parts:
    """With any name in one place, other than the last, which says what is chosen."""
    if position >= len(parts) - 1:
        return parts
    return (*parts[:position], ANY, *parts[position + 1 :])


def options_text(decision: Decision) -> str:
    """What a decision offers, in a line.

    Example:
        >>> options_text(Decision("a.out", "choice", (16, 32))), options_text(Decision("n", "choice", (1, 2, 3, 4)))
        ('16 | 32', '1–4')
        >>> options_text(Decision("a.from", "subset", ("x", "y", "z"), role="edge", least=1, most=2))
        '1–2 of 3 edges'
    """
    texts = [one_line(value_text(option)) for option in decision.options]
    if decision.kind == "subset":
        number = range_text((decision.least, decision.most))
        if decision.role == "edge":
            return f"{number} of {len(texts)} edges"
        return f"{number} of {' | '.join(_cut(texts))}"
    if decision.role == "edge":
        return f"one of {len(texts)} edges"
    whole = [o for o in decision.options if isinstance(o, int) and not isinstance(o, bool)]
    steps = {after - before for before, after in pairwise(whole)}
    if len(whole) == len(texts) > 3 and steps == {1}:
        return range_text(whole)
    return " | ".join(_cut(texts))


def _cut(texts: Sequence[str]) -> list[str]:
    if len(texts) <= MAX_OPTIONS:
        return list(texts)
    return [*texts[: MAX_OPTIONS - 2], f"... {len(texts)} in all ...", texts[-1]]
