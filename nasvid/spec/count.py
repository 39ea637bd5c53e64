"""How many genotypes there are: exact wherever that can be found out in reasonable time.

Decisions that hang on each other form components, whose counts multiply. Where every decision hangs
on one other alone, a component is a tree and counts by a formula. Else one decision that is open for
sure is tried with each of its values, which leaves smaller components.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, pairwise
from math import comb
from typing import Literal

from nasvid.spec.decision import Condition, Decision, Scalar, is_same, paths_in

# Decisions looked at, those looked at again counted again; about a second.
MAX_STEPS = 200_000
MAX_DEPTH = 100
# Larger numbers are read by their exponent.
MAX_WRITTEN_OUT = 1_000_000_000

Conditions = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class SpaceSize:
    """How many genotypes a space has, and whether that number is exact or an upper bound."""

    count: int
    label: Literal["exact", "upper bound"]

    def __str__(self) -> str:
        """In words, with all digits up to a billion.

        Example:
            >>> print(SpaceSize(15_625, "exact"))
            15,625 genotypes (exact)
            >>> print(SpaceSize(7**80, "upper bound"))
            about 4.05e67 genotypes (upper bound)
        """
        if self.count < MAX_WRITTEN_OUT:
            return f"{self.count:,} genotypes ({self.label})"
        about = f"about {Decimal(self.count):.2e} genotypes".replace("e+", "e")
        return about if self.label == "exact" else f"{about} ({self.label})"


def count_genotypes(decisions: Sequence[Decision]) -> SpaceSize:
    """Number of genotypes of a table.

    Where an exact count takes too long, decisions that hang on more than one other count as if they
    were always open, which gives an upper bound.

    Args:
        decisions: Parents before their children.
    """
    try:
        return SpaceSize(_Counter().count(decisions), "exact")
    except _TooLongError:
        loose = [d if _is_simple(d, decisions) else replace(d, conditions=()) for d in decisions]
        return SpaceSize(_tree_count(loose), "upper bound")


class _TooLongError(Exception):
    pass


class _Counter:
    def __init__(self) -> None:
        self._left = MAX_STEPS

    def count(self, decisions: Sequence[Decision], depth: int = 0) -> int:
        self._left -= len(decisions)
        if self._left < 0 or depth > MAX_DEPTH:
            raise _TooLongError
        product = 1
        for component in components(decisions):
            product *= self._component(component, depth)
        return product

    def _component(self, decisions: Sequence[Decision], depth: int) -> int:
        hub = _hub(decisions)
        if hub is None:
            return _tree_count(decisions)
        mentioned = mentioned_options(decisions).get(hub.path, ())
        others = [decision for decision in decisions if decision is not hub]
        return sum(
            ways * self.count(_decided(others, hub.path, taken), depth + 1)
            for taken, ways in cases_of(hub, mentioned)
        )


def components(
    decisions: Sequence[Decision], together: Iterable[Sequence[str]] = ()
) -> list[list[Decision]]:
    """The decisions in groups that share no condition, each in the order of the table.

    Args:
        decisions: Parents before their children.
        together: Paths that are to be in one group; those of no decision are passed over.
    """
    group_of: dict[str, list[Decision]] = {d.path: [d] for d in decisions}

    def join(first: str, second: str) -> None:
        small, large = sorted((group_of[first], group_of[second]), key=len)
        if small is large:
            return
        large.extend(small)
        for moved in small:
            group_of[moved.path] = large

    for decision in decisions:
        for path in paths_in(decision.conditions):
            join(decision.path, path)
    for paths in together:
        for first, second in pairwise(path for path in paths if path in group_of):
            join(first, second)
    position = {decision.path: index for index, decision in enumerate(decisions)}
    groups = {id(group): group for group in group_of.values()}
    return [sorted(group, key=lambda d: position[d.path]) for group in groups.values()]


def _hub(decisions: Sequence[Decision]) -> Decision | None:
    """A decision that is open for sure and on which one hangs that no tree can hold."""
    by_path = {decision.path: decision for decision in decisions}
    for decision in decisions:
        if not _is_simple(decision, by_path):
            hub = decision
            while hub.conditions:
                hub = by_path[hub.conditions[0].path]
            return hub
    return None


def _is_simple(decision: Decision, decisions: Sequence[Decision] | dict[str, Decision]) -> bool:
    conditions = decision.conditions
    if not conditions:
        return True
    if len({c.path for c in conditions}) > 1 or any(c.within for c in conditions):
        return False
    if len(conditions) == 1:
        return True
    known = decisions if isinstance(decisions, dict) else {d.path: d for d in decisions}
    # Options of a choice exclude each other; of a subset several may hold at once.
    return known[conditions[0].path].kind == "choice"


def mentioned_options(decisions: Iterable[Decision]) -> dict[str, list[Scalar]]:
    """Path to the options of that decision on which others hang."""
    found: dict[str, list[Scalar]] = {}

    def look(conditions: Conditions) -> None:
        for condition in conditions:
            options = found.setdefault(condition.path, [])
            if not any(is_same(condition.option, option) for option in options):
                options.append(condition.option)
            look(condition.within)

    for decision in decisions:
        look(decision.conditions)
    return found


def cases_of(
    hub: Decision, mentioned: Sequence[Scalar]
) -> Iterator[tuple[tuple[Scalar, ...], int]]:
    """What of the mentioned options is taken, and how many values of the hub do so."""
    present = [o for o in hub.options if any(is_same(o, m) for m in mentioned)]
    num_others = len(hub.options) - len(present)
    if hub.kind == "choice":
        yield from (((option,), 1) for option in present)
        if num_others:
            yield (), num_others
        return
    for num_taken in range(len(present) + 1):
        ways = sum(
            comb(num_others, size - num_taken)
            for size in range(max(hub.least, num_taken), hub.most + 1)
        )
        if ways:
            yield from ((taken, ways) for taken in combinations(present, num_taken))


def _decided(decisions: Sequence[Decision], path: str, taken: tuple[Scalar, ...]) -> list[Decision]:
    """What is left when one decision has taken these options: closed decisions are dropped."""
    left: list[Decision] = []
    closed: set[str] = set()
    for decision in decisions:
        conditions = decision.conditions
        reduced = _reduced(conditions, path, taken, closed) if conditions else ()
        if reduced is None:
            closed.add(decision.path)
        else:
            left.append(replace(decision, conditions=reduced) if conditions else decision)
    return left


def _reduced(
    conditions: Conditions, path: str, taken: tuple[Scalar, ...], closed: set[str]
) -> Conditions | None:
    """What is still asked for; empty if they hold, None if they cannot."""
    left: list[Condition] = []
    for condition in conditions:
        within = condition.within
        if within:
            found = _reduced(within, path, taken, closed)
            if found is None:
                continue
            within = found
        if condition.path in closed:
            continue
        if condition.path != path:
            left.append(Condition(condition.path, condition.option, within))
        elif any(is_same(condition.option, option) for option in taken):
            if not within:
                return ()
            left.extend(within)
    return tuple(left) or None


def _tree_count(decisions: Sequence[Decision]) -> int:
    """The count where every decision hangs on one other at most."""
    below: dict[tuple[str, type, Scalar], int] = {}
    count = 1
    # Children stand behind their parents, so from the end on they are ready when asked for.
    for decision in reversed(decisions):
        number = _count_values(
            decision, [below.get((decision.path, type(o), o), 1) for o in decision.options]
        )
        if not decision.conditions:
            count *= number
        for key in {(c.path, type(c.option), c.option) for c in decision.conditions}:
            below[key] = below.get(key, 1) * number
    return count


def _count_values(decision: Decision, weights: Sequence[int]) -> int:
    if decision.kind == "choice":
        return sum(weights)
    # Elementary symmetric polynomials: subsets of size k weigh the product of their members.
    by_size = [1] + [0] * len(weights)
    for weight in weights:
        for size in range(len(weights), 0, -1):
            by_size[size] += by_size[size - 1] * weight
    return sum(by_size[decision.least : decision.most + 1])
