"""The members of a space that are one small step away from a member."""

import random
from collections.abc import Iterator

from nasvid.search.mutation import NothingToChangeError, with_value
from nasvid.spec.decision import takes
from nasvid.spec.decisions import Decision, DecisionTable, DecisionValue, Genotype


def neighbours(genotype: Genotype, table: DecisionTable, rng: random.Random) -> list[Genotype]:
    """The members that differ by one step of one decision, see `steps`, each once.

    Args:
        genotype: A member.
        table: The decisions of its space.
        rng: Draws what a step opens.
    """
    found: dict[object, Genotype] = {}
    for decision in table.active(genotype):
        for value in steps(decision, genotype[decision.path]):
            try:
                child = with_value(genotype, decision.path, value, table, rng)
            except NothingToChangeError:
                continue  # no other values go with it under the constraints
            found.setdefault(child.key, child)
    return list(found.values())


def steps(decision: Decision, value: DecisionValue) -> Iterator[DecisionValue]:
    """The values next to a value.

    Those before and behind it where the options are ordered, else all others; of a subset those
    with one option more, with one less, and with one replaced.

    Example:
        >>> list(steps(Decision("width", "choice", (8, 16, 32, 64), is_ordered=True), 16))
        [8, 32]
        >>> list(steps(Decision("inputs", "subset", ("a", "b", "c"), least=1, most=2), ("a",)))
        [('a', 'b'), ('a', 'c'), ('b',), ('c',)]
    """
    options = decision.options
    if isinstance(value, tuple):
        yield from _subsets(decision, value)
        return
    here = next(k for k, option in enumerate(options) if takes(value, (option,)))
    if decision.is_ordered:
        yield from (options[k] for k in (here - 1, here + 1) if 0 <= k < len(options))
    else:
        yield from (option for k, option in enumerate(options) if k != here)


def _subsets(decision: Decision, value: DecisionValue) -> Iterator[DecisionValue]:
    options = decision.options
    taken = frozenset(k for k, option in enumerate(options) if takes(value, (option,)))
    free = [k for k in range(len(options)) if k not in taken]
    changed: list[frozenset[int]] = []
    if len(taken) < decision.most:
        changed += [taken | {k} for k in free]
    if len(taken) > decision.least:
        changed += [taken - {k} for k in sorted(taken)]
    changed += [taken - {k} | {other} for k in sorted(taken) for other in free]
    for places in changed:
        yield tuple(options[k] for k in sorted(places))
