"""Located YAML to constraints between decisions."""

from collections.abc import Iterable, Iterator

from nasvid.core.registry import unknown_name
from nasvid.spec.constraint import CONSTRAINTS, Constraint, named_constraints
from nasvid.spec.constraint_reading import Reading
from nasvid.spec.constraints.sum_equals import SumEquals
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.frontier import TooLongError
from nasvid.spec.problems import Problems
from nasvid.spec.source import Listing, Located, Table, shown
from nasvid.spec.syntax import NodeSpec
from nasvid.spec.ways import count_feasible

MAX_CONSTRAINTS = 200
# Values of decisions tried for one draw; about a third of a second.
MAX_DRAWN = 200_000


def parse_constraints(located: Located | None, reading: Reading) -> tuple[Constraint, ...]:
    """Read the `constraints:` section; each is checked against the decisions of the space."""
    if located is None:
        return ()
    problems = reading.problems
    if not isinstance(located, Listing):
        message = f"got {shown(located)}; accepts a list such as [{{equal: [a.out, b.out]}}]."
        problems.add(located.mark, "constraints", message)
        return ()
    if len(located.items) > MAX_CONSTRAINTS:
        message = f"has {len(located.items)} entries; at most {MAX_CONSTRAINTS} are accepted."
        problems.add(located.mark, "constraints", message)
        return ()
    found: list[Constraint] = []
    for position, item in enumerate(located.items):
        path = f"constraints[{position}]"
        if not isinstance(item, Table) or len(item.entries) != 1:
            names = ", ".join(CONSTRAINTS)
            message = f"got {shown(item)}; accepts one of {names} with what it speaks of."
            problems.add(item.mark, path, message)
            continue
        name, mark, value = item.entries[0]
        if name not in CONSTRAINTS:
            problems.add(mark, path, unknown_name("constraint", name, CONSTRAINTS))
            continue
        before = len(problems.found)
        constraint = CONSTRAINTS[name].parse(value, f"{path}.{name}", reading)
        if constraint is not None and len(problems.found) == before:
            found.append(constraint)
    return tuple(found)


def level_totals(nodes: Iterable[NodeSpec], reading: Reading) -> Iterator[Constraint]:
    """What `totals:` of the levels of the network ask for."""
    levels: dict[str, list[NodeSpec]] = {}
    for node in nodes:
        if node.member is not None and node.totals:
            levels.setdefault(node.member.level, []).append(node)
    for level, members in levels.items():
        for name, total in members[0].totals:
            paths = tuple(f"{node.name}.{name}" for node in members)
            decisions = [reading.decisions.get(path) for path in paths]
            if not all(decision is not None and decision.is_number for decision in decisions):
                message = (
                    f"each node of the level has to choose {name!r} among numbers, as in "
                    f"{name}: {{choice: [32, 64]}}."
                )
                reading.problems.add(members[0].mark, f"{level}.totals.{name}", message)
                continue
            constraint = SumEquals.of(members[0].mark, paths, total, reading)
            if constraint is not None:
                yield constraint


def check_feasible(table: DecisionTable, problems: Problems) -> None:
    """Note constraints that are too large to draw for, or that no genotype meets."""
    for constraint in table.constraints:
        decisions = [table.by_path[path] for path in constraint.paths]
        try:
            if not constraint.may_be_tried:
                count_feasible(constraint, decisions, MAX_DRAWN)
        except TooLongError:
            message = (
                "there are too many ways to meet this constraint; name fewer decisions, or give "
                "them fewer options, such as numbers with a common step."
            )
            problems.add(constraint.mark, f"constraints.{constraint.name()}", message)
            return
    for constraints in table.unmet():
        first = min(constraints, key=lambda constraint: constraint.mark)
        path = f"constraints.{first.name()}"
        message = f"no choice of options meets {named_constraints(constraints)}."
        if len(constraints) == 1:
            message = "no choice of options meets this constraint."
        problems.add(first.mark, path, message)
