"""What constraints are made of in a file: addresses, values, numbers, arithmetic."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from nasvid.core.errors import Mark
from nasvid.core.registry import unknown_name
from nasvid.spec.decision import Decision, Scalar, is_same
from nasvid.spec.expressions import ExpressionError, names_in, parse_expression
from nasvid.spec.formula import Formula, outer_names
from nasvid.spec.problems import Problems
from nasvid.spec.source import Leaf, Listing, Located, Table, plain, shown
from nasvid.spec.syntax import FIRST, LAST, ValueSpec

MAX_PATHS = 1_000

# Address to the numbers that labels stand for; options that are numbers themselves are not here.
Numbers = Mapping[str, Mapping[Scalar, int | float]]
# Address and the values that are meant.
Cases = tuple[tuple[str, tuple[Scalar, ...]], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the parts of a constraint; what is wrong is noted.

    Args:
        decisions: All of the space, by address.
        named: What the entries of `decisions:` stand for.
        problems: Takes what is wrong.
    """

    decisions: Mapping[str, Decision]
    named: Mapping[str, ValueSpec]
    problems: Problems

    def section(
        self,
        located: Located,
        path: str,
        required: tuple[str, ...],
        optional: tuple[str, ...] = (),
    ) -> Table | None:
        """The mapping behind a constraint's name, if it has these keys."""
        if not isinstance(located, Table):
            message = f"got {shown(located)}; accepts a mapping with {', '.join(required)}."
            self.problems.add(located.mark, path, message)
            return None
        self.problems.check_keys(located, path, (*required, *optional))
        missing = [key for key in required if located.get(key) is None]
        if missing:
            message = f"lacks {', '.join(map(repr, missing))}."
            self.problems.add(located.mark, path, message)
            return None
        return located

    def paths(self, located: Located | None, mark: Mark, path: str) -> tuple[str, ...]:
        """The decisions that one address or a list names; `*` stands for any part of one name."""
        items = located.items if isinstance(located, Listing) else [located]
        found: dict[str, None] = {}
        for item in items:
            text = None if item is None else plain(item)
            if item is None or not isinstance(text, str):
                place = mark if item is None else item.mark
                message = "accepts a list of addresses, such as [stage1.width, stage2.width]."
                self.problems.add(place, path, message)
                return ()
            matched = _matching(text, self.decisions)
            if not matched:
                message = unknown_name("decision", text, self.decisions)
                self.problems.add(item.mark, path, message)
            found.update(dict.fromkeys(matched))
        if len(found) > MAX_PATHS:
            message = f"names {len(found)} decisions; at most {MAX_PATHS} fit."
            self.problems.add(mark, path, message)
            return ()
        return tuple(found)

    def numbers(self, paths: Iterable[str], mark: Mark, path: str) -> Numbers:
        """What the options of these decisions stand for, which must be numbers."""
        found: dict[str, dict[Scalar, int | float]] = {}
        for address in paths:
            decision = self.decisions[address]
            if decision.kind != "choice":
                message = f"{address} takes several options; numbers are asked for here."
                self.problems.add(mark, path, message)
            elif decision.numbers:
                found[address] = dict(zip(decision.options, decision.numbers, strict=True))
            else:
                strange = [option for option in decision.options if not is_number(option)]
                if strange:
                    message = f"{address} has the option {strange[0]!r}, which is no number."
                    self.problems.add(mark, path, message)
        return found

    def values(self, located: Located, path: str, paths: Iterable[str]) -> tuple[Scalar, ...]:
        """One value or a list of them, each an option of one of these decisions."""
        items = located.items if isinstance(located, Listing) else (located,)
        options = [option for address in paths for option in self.decisions[address].options]
        found: list[Scalar] = []
        for item in items:
            if not isinstance(item, Leaf):
                message = f"got {shown(item)}; accepts a value or a list of them."
                self.problems.add(item.mark, path, message)
                continue
            meant = [option for option in options if _is_meant(item.value, option)]
            if options and not meant:
                listed = ", ".join(dict.fromkeys(map(repr, options[:12])))
                message = f"got {shown(item)}, which is no option; there are {listed}."
                self.problems.add(item.mark, path, message)
            for option in meant:
                if not any(is_same(option, one) for one in found):
                    found.append(option)
        return tuple(found)

    def formula(self, located: Located, path: str) -> Formula | None:
        """Arithmetic over named decisions, and over others by their addresses."""
        text = plain(located)
        if not isinstance(text, str) or not text.startswith("="):
            message = f"got {shown(located)}; accepts arithmetic, such as =width * copies <= 256."
            self.problems.add(located.mark, path, message)
            return None
        try:
            tree = parse_expression(text[1:])
        except ExpressionError as error:
            self.problems.add(located.mark, path, str(error))
            return None
        names = dict.fromkeys(names_in(tree))
        named = tuple((name, self.named[name]) for name in names if name in self.named)
        addresses = tuple(n for n in names if n not in self.named and n in self.decisions)
        for name in names:
            if name not in self.named and name not in addresses:
                message = unknown_name("decision", name, {*self.named, *self.decisions})
                self.problems.add(located.mark, path, message)
                return None
        for name, spec in named:
            for outer in outer_names(spec):
                message = f"{name!r} hangs on {outer!r}, of which constraints know nothing."
                self.problems.add(located.mark, path, message)
                return None
        owners = tuple(f"{name}." for name, _ in named)
        paths = tuple(
            address
            for address in self.decisions
            if address in names or (owners and address.startswith(owners))
        )
        return Formula(located.mark, path, text, tree, named, addresses, paths)

    def cases(self, located: Located | None, path: str) -> Cases:
        """A mapping of addresses to one value or several."""
        if not isinstance(located, Table) or not located.entries:
            if located is not None:
                message = f"got {shown(located)}; accepts addresses with values, {{width: 32}}."
                self.problems.add(located.mark, path, message)
            return ()
        found: list[tuple[str, tuple[Scalar, ...]]] = []
        for address, mark, value in located.entries:
            paths = self.paths(Leaf(mark, address), mark, path)
            if paths:
                values = self.values(value, f"{path}.{address}", paths)
                found += [(one, values) for one in paths]
        return tuple(found)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number_of(numbers: Numbers, path: str, value: Any) -> int | float:
    """What a value of a decision stands for."""
    return numbers[path][value] if path in numbers else value


def _is_meant(value: Scalar, option: Scalar) -> bool:
    # 0 may be written for the float 0.0.
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return is_same(value, option) or (is_whole and isinstance(option, float) and value == option)


def _matching(text: str, decisions: Iterable[str]) -> list[str]:
    if "*" not in text:
        return [text] if text in decisions else []
    pattern = "[^.]*".join(map(re.escape, text.split("*")))
    found = [address for address in decisions if re.fullmatch(pattern, address)]
    seen: dict[str, int] = {}

    def place(address: str) -> list[tuple[int, int]]:
        # In the order of the file, but for what the first and the last copy have for themselves.
        parts = address.split(".")
        heads = (".".join(parts[: k + 1]) for k in range(len(parts)))
        return [
            ((part == LAST) - (part == FIRST), seen.setdefault(head, len(seen)))
            for part, head in zip(parts, heads, strict=True)
        ]

    return sorted(found, key=place)
