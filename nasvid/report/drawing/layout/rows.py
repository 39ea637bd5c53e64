"""The row of every box: below all that it reads, and groups in rows of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nasvid.report.drawing.layout.plan import Plan


def find_rows(plan: Plan) -> dict[str, int]:
    """Row of each item, counted from 0.

    What reads from a group stands below all of it, so that groups one behind the other share no row.
    Edges that close a circle are not looked at.
    """
    tree = _Tree(plan)
    found: dict[str, int] = {}
    tree.place("", 0, found)
    return found


@dataclass(slots=True)
class _Level:
    """The items and groups that stand in one group."""

    names: list[str] = field(default_factory=list[str])
    above: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    # How many things outside each reads, and is read by.
    outer_in: dict[str, int] = field(default_factory=dict[str, int])
    outer_out: dict[str, int] = field(default_factory=dict[str, int])


class _Tree:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._levels: dict[str, _Level] = {"": _Level()}
        self._heights: dict[str, int] = {}
        self._starts: dict[str, dict[str, int]] = {}
        places = {name: [*plan.groups_around(name), name] for name in plan.items}
        for place in places.values():
            for parent, child in zip(["", *place], place, strict=False):
                level = self._levels.setdefault(parent, _Level())
                if child not in level.above:
                    level.names.append(child)
                    level.above[child] = []
        for source, target in plan.edges:
            self._add_edge(places[source], places[target])
        self._measure("")

    def _add_edge(self, source: Sequence[str], target: Sequence[str]) -> None:
        shared = 0
        while shared < min(len(source), len(target)) and source[shared] == target[shared]:
            shared += 1
        if shared == min(len(source), len(target)):
            return
        level = self._levels[source[shared - 1] if shared else ""]
        level.above[target[shared]].append(source[shared])
        for parent, child in zip(source[shared:], source[shared + 1 :], strict=False):
            outer = self._levels[parent].outer_out
            outer[child] = outer.get(child, 0) + 1
        for parent, child in zip(target[shared:], target[shared + 1 :], strict=False):
            outer = self._levels[parent].outer_in
            outer[child] = outer.get(child, 0) + 1

    def _measure(self, group: str) -> int:
        level = self._levels[group]
        for name in level.names:
            self._heights[name] = self._measure(name) if name in self._levels else 1
        above = without_circles(level.names, level.above)
        starts: dict[str, int] = {}
        for name in in_order(level.names, above):
            is_item = name in self._plan.items
            is_top = is_item and self._plan.items[name].is_top
            ends = [starts[other] + self._heights[other] for other in above[name]]
            starts[name] = 0 if is_top else max(ends, default=0)
        height = max((starts[n] + self._heights[n] for n in level.names), default=0)
        if group:
            self._lower(level, above, starts, height)
        self._starts[group] = starts
        return height

    def _lower(
        self, level: _Level, above: Mapping[str, list[str]], starts: dict[str, int], height: int
    ) -> None:
        """Let down what is nearer to its readers then, without being farther from what it reads."""
        below: dict[str, list[str]] = {name: [] for name in level.names}
        for name, others in above.items():
            for other in others:
                below[other].append(name)
        for name in reversed(in_order(level.names, above)):
            num_in = len(set(above[name])) + (1 if level.outer_in.get(name) else 0)
            num_out = len(set(below[name])) + (1 if level.outer_out.get(name) else 0)
            if 0 < num_in <= num_out:
                lowest = min((starts[other] for other in below[name]), default=height)
                starts[name] = lowest - self._heights[name]

    def place(self, group: str, start: int, found: dict[str, int]) -> None:
        """Note the rows of all items in a group that begins in this row."""
        for name, own in self._starts[group].items():
            if name in self._levels:
                self.place(name, start + own, found)
            else:
                found[name] = start + own


def without_circles(
    names: Sequence[str], above: Mapping[str, Iterable[str]]
) -> dict[str, list[str]]:
    """What each name stands below, without the edges that close a circle."""
    kept: dict[str, list[str]] = {name: [] for name in names}
    done: set[str] = set()
    for root in names:
        if root in done:
            continue
        # By hand, as chains are longer than the stack of Python.
        open_names = {root: iter(dict.fromkeys(above[root]))}
        while open_names:
            name = next(reversed(open_names))
            other = next(open_names[name], None)
            if other is None:
                del open_names[name]
                done.add(name)
            elif other not in open_names:
                kept[name].append(other)
                if other not in done:
                    open_names[other] = iter(dict.fromkeys(above[other]))
    return kept


def in_order(names: Sequence[str], above: Mapping[str, Sequence[str]]) -> list[str]:
    """The names, each behind those that it stands below; else in the order given."""
    placed: dict[str, None] = {}
    for root in names:
        waiting = [root]
        while waiting:
            name = waiting[-1]
            missing = [other for other in above[name] if other not in placed]
            if missing:
                waiting += missing[::-1]
            else:
                placed.setdefault(waiting.pop())
    return list(placed)
