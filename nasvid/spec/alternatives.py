"""Which blocks a value may stand for: names, choices, lists, and arithmetic that picks one."""

from collections.abc import Iterator
from dataclasses import replace

from nasvid.core.registry import unknown_name
from nasvid.spec.addresses import argument_path, item_path, option_path
from nasvid.spec.bindings import Alternative, Bound, Conditions
from nasvid.spec.decision import Condition
from nasvid.spec.expressions import Call, Number
from nasvid.spec.problems import Problems
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import PRIMARY, BlockCall, Choice, Expression, Items, Literal, Subset

NO_BLOCK = (
    "accepts a block's name, a choice of blocks, or =NAME of one of these, also behind `if`: "
    '"=a if i > 0 else b".'
)


class Alternatives:
    """Looks up blocks.

    Args:
        catalogue: What can be named as a block.
        problems: Takes what names none.
    """

    def __init__(self, catalogue: Catalogue, problems: Problems) -> None:
        self._catalogue = catalogue
        self._problems = problems

    def bound_arguments(self, alternative: Alternative) -> dict[str, Bound]:
        """What the call itself gives to the block."""
        source = alternative.bound
        given: dict[str, Bound] = {}
        for name, value in alternative.call.arguments:
            param = self.parameter(alternative.call.block, name)
            at = argument_path(source.path, param)
            given[param] = Bound(value, at, source.conditions, source.scope)
        return given

    def named_by(self, bound: Bound, here: Conditions) -> Iterator[Alternative]:
        """Every block that a value may stand for where these conditions hold."""
        found = bound.named()
        value = found.value
        if isinstance(value, Expression):
            yield from self._branches(found, value, here)
        elif isinstance(value, BlockCall):
            yield Alternative(value, found, here)
        elif isinstance(value, Choice):
            within = found.within(here)
            for label, option in value.options:
                taken = Condition(found.path, label, within)
                at = option_path(found.path, label)
                inner = Bound(option, at, (Condition(found.path, label),), found.scope)
                yield from self.named_by(inner, (taken,))
        elif not isinstance(value, Literal) or not isinstance(value.value, str):
            self._problems.add(value.mark, bound.path, NO_BLOCK)
        elif value.value not in self._catalogue:
            message = unknown_name("block", value.value, self._catalogue.names)
            self._problems.add(value.mark, bound.path, message)
        else:
            yield Alternative(BlockCall(value.mark, value.value, ()), found, here)

    def _branches(self, bound: Bound, value: Expression, here: Conditions) -> Iterator[Alternative]:
        """The blocks of `a if condition else b`; which of them, lowering alone can tell."""
        tree = value.tree
        if isinstance(tree, Number):
            yield from self.named_by(replace(bound, value=Literal(value.mark, tree.value)), here)
        elif isinstance(tree, Call) and tree.op == "if":
            for branch in tree.arguments[1:]:
                inner = Expression(value.mark, value.text, branch)
                yield from self.named_by(replace(bound, value=inner), here)
        elif isinstance(tree, Call) and tree.op == "index":
            base = replace(bound, value=Expression(value.mark, value.text, tree.arguments[0]))
            yield from self._items(base.named(), here)
        else:
            self._problems.add(value.mark, bound.path, NO_BLOCK)

    def _items(self, bound: Bound, here: Conditions) -> Iterator[Alternative]:
        """The blocks of a list; which of them `ops[i]` is, lowering alone can tell."""
        value = bound.value
        if isinstance(value, Items):
            for position, item in enumerate(value.items):
                inner = replace(bound, value=item, path=item_path(bound.path, position))
                yield from self.named_by(inner, here)
        elif isinstance(value, Subset | Choice):
            for label, option in value.options:
                taken = Condition(bound.path, label, bound.within(here))
                at = option_path(bound.path, label)
                inner = Bound(option, at, (Condition(bound.path, label),), bound.scope)
                if isinstance(value, Subset):
                    yield from self.named_by(inner, (taken,))
                else:
                    # A choice of lists.
                    yield from self._items(inner.named(), (taken,))
        else:
            self._problems.add(value.mark, bound.path, NO_BLOCK)

    def parameter(self, block: str, name: str) -> str:
        """The name of a parameter; the short form gives the first one."""
        if name != PRIMARY:
            return name
        return self._catalogue.signature(block).primary or name
