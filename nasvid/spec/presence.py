"""Which options of choices leave a node in: what its `when` says of each."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from nasvid.spec.bindings import Bound
from nasvid.spec.expressions import Call, ExpressionError, Tree, evaluate, names_in
from nasvid.spec.syntax import Expression, Literal, ValueSpec

# Whether an option leaves the node in; None where lowering alone can tell.
Verdict = Callable[[ValueSpec], bool | None]


def conditions_of(when: Bound) -> list[Bound]:
    """What must all be true for `when` to be: the parts that `and` joins, those of one choice together.

    Args:
        when: The value of `when` where it stands.
    """
    found = when.named()
    if not isinstance(found.value, Expression):
        return [found]
    by_names: dict[frozenset[str], Tree] = {}
    for part in _parts(found.value.tree):
        names = frozenset(names_in(part))
        known = by_names.get(names)
        by_names[names] = part if known is None else Call("and", (known, part))
    return [replace(found, value=replace(found.value, tree=tree)) for tree in by_names.values()]


def _parts(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Call) and tree.op == "and":
        for argument in tree.arguments:
            yield from _parts(argument)
    else:
        yield tree


def presence(when: Bound) -> tuple[Bound, Verdict]:
    """The choice that `when` hangs on, if it hangs on one, and the verdict on its options.

    Arithmetic that names one choice and nothing else, such as `=branches > 2`, is worked out for
    each option.

    Args:
        when: One of the conditions of `when`.
    """
    found = when.named()
    if not isinstance(found.value, Expression):
        return found, _truth
    tree = found.value.tree
    names = set(names_in(tree))
    chosen = found.scope.get(next(iter(names))) if len(names) == 1 else None
    if chosen is None:
        return found, _truth
    (name,) = names

    def verdict(option: ValueSpec) -> bool | None:
        if not isinstance(option, Literal):
            return None
        try:
            return bool(evaluate(tree, {name: option.value}))
        except ExpressionError:
            # Lowering says what is wrong with it, with its place.
            return None

    return chosen, verdict


def _truth(option: ValueSpec) -> bool | None:
    return bool(option.value) if isinstance(option, Literal) else None
