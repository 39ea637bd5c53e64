"""Random small tables in which decisions hang on each other in every way, and constraints on them."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from nasvid.core.errors import Mark
from nasvid.spec.constraint import Constraint
from nasvid.spec.constraint_reading import Reading
from nasvid.spec.constraints.count_between import CountBetween
from nasvid.spec.constraints.equal import Equal
from nasvid.spec.constraints.implies import Implies
from nasvid.spec.constraints.nondecreasing import Nondecreasing
from nasvid.spec.constraints.require import Require
from nasvid.spec.constraints.sum_equals import SumEquals
from nasvid.spec.decision import Condition, Decision
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.problems import Problems
from nasvid.spec.source import Leaf

_LABELS = (1, True, 0, False, "a", "1", None, 2.5)


@st.composite
def conditions(draw: st.DrawFn, above: list[Decision], depth: int = 0) -> tuple[Condition, ...]:
    """Some conditions on decisions above, within one another up to two deep."""
    found: list[Condition] = []
    for _ in range(draw(st.integers(0 if depth else 1, 2))):
        parent = draw(st.sampled_from(above))
        option = draw(st.sampled_from(parent.options))
        within = draw(conditions(above, depth + 1)) if depth < 2 else ()
        found.append(Condition(parent.path, option, within))
    return tuple(found)


@st.composite
def tables(draw: st.DrawFn) -> DecisionTable:
    """Small tables in which decisions hang on each other in every way."""
    found: list[Decision] = []
    for index in range(draw(st.integers(1, 6))):
        options = tuple(draw(st.permutations(_LABELS))[: draw(st.integers(1, 3))])
        is_subset = draw(st.booleans())
        least = draw(st.integers(0, len(options))) if is_subset else 0
        found.append(
            Decision(
                f"d{index}",
                "subset" if is_subset else "choice",
                options,
                least=least,
                most=draw(st.integers(least, len(options))) if is_subset else 0,
                conditions=draw(conditions(found)) if found and draw(st.booleans()) else (),
            )
        )
    return DecisionTable(found)


@st.composite
def constrained_tables(draw: st.DrawFn) -> DecisionTable:
    """Such tables with up to three constraints, which may share decisions."""
    table = draw(tables())
    return DecisionTable(table, draw(st.lists(constraints(list(table)), max_size=3)))


def sum_of(
    mark: Mark, paths: tuple[str, ...], total: float, by_path: Mapping[str, Decision]
) -> SumEquals:
    """The constraint that numbers add up to a total."""
    problems = Problems()
    constraint = SumEquals.of(mark, paths, total, Reading(by_path, {}, problems))
    problems.raise_any()
    assert constraint is not None
    return constraint


@st.composite
def constraints(draw: st.DrawFn, decisions: list[Decision]) -> Constraint:
    """A constraint of any kind between some of these decisions."""
    numbers = [decision for decision in decisions if decision.is_number]
    kinds = ["equal", "implies", "count_between", "require"]
    kind = draw(st.sampled_from([*kinds, "nondecreasing", "sum_equals"] if numbers else kinds))
    mark = Mark("space.yaml", draw(st.integers(1, 9)), 1)
    by_path = {decision.path: decision for decision in decisions}
    if kind in ("nondecreasing", "sum_equals"):
        by_path = {decision.path: decision for decision in numbers}
    # In any order: a constraint may read against the order of the table.
    order = draw(st.permutations(list(by_path)))
    paths = tuple(order[: draw(st.integers(1, len(order)))])
    options: list[Any] = [option for path in paths for option in by_path[path].options]
    some = st.lists(st.sampled_from(options), min_size=1, max_size=3).map(tuple)
    if kind == "nondecreasing":
        return Nondecreasing(mark=mark, paths=paths)
    if kind == "equal":
        return Equal(mark=mark, paths=paths)
    if kind == "require":
        sign = draw(st.sampled_from(("==", "!=")))
        terms = " and ".join(f"{a} {sign} {b}" for a, b in pairwise((*paths, paths[0])))
        reading = Reading(by_path, {}, Problems())
        require = Require.parse(Leaf(mark, f"={terms}"), "require", reading)
        assert require is not None
        return require
    if kind == "sum_equals":
        total = draw(st.sampled_from((0, 1, 1.0, 2.5, 3.5)))
        return sum_of(mark, paths, total, by_path)
    if kind == "count_between":
        least = draw(st.integers(0, len(paths)))
        most = draw(st.integers(least, len(paths)))
        return CountBetween(mark=mark, paths=paths, values=draw(some), least=least, most=most)
    cut = draw(st.integers(0, len(paths)))
    cases = [(path, draw(some)) for path in paths]
    return Implies(mark=mark, paths=paths, cases=tuple(cases[:cut]), results=tuple(cases[cut:]))
