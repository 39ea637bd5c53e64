"""The values that a genotype gives to what stands in a file."""

from typing import Any

from nasvid.core.errors import SpaceError
from nasvid.lowering.scope import BlockValue, Scope
from nasvid.spec.addresses import argument_path, item_path, option_path
from nasvid.spec.decision import DecisionValue, is_same
from nasvid.spec.decisions import Genotype
from nasvid.spec.expressions import ExpressionError, Name, evaluate
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import (
    PRIMARY,
    Arguments,
    BlockCall,
    Choice,
    Edge,
    Expression,
    Items,
    Literal,
    NodeSpec,
    Source,
    Subset,
    ValueSpec,
)

_UNKNOWN = object()


class Values:
    """Evaluates values at their addresses.

    Args:
        catalogue: What can be named as a block.
        genotype: What is chosen.
    """

    def __init__(self, catalogue: Catalogue, genotype: Genotype) -> None:
        self._catalogue = catalogue
        self._genotype = genotype

    def evaluate(self, value: ValueSpec, at: str, scope: Scope) -> Any:
        """The value at an address, in a scope.

        Raises:
            SpaceError: Arithmetic has no result, or the genotype lacks a value.
        """
        if isinstance(value, Literal):
            return value.value
        if isinstance(value, Expression):
            tree = value.tree
            # Most are a name alone.
            if isinstance(tree, Name) and tree.text in scope:
                return scope[tree.text]
            try:
                return evaluate(tree, scope)
            except ExpressionError as error:
                raise SpaceError.at(value.mark, at, f"{value.text}: {error}") from error
        if isinstance(value, Items):
            return tuple(
                self.evaluate(item, item_path(at, position), scope)
                for position, item in enumerate(value.items)
            )
        if isinstance(value, Choice):
            return self._chosen_option(value, at, scope)
        if isinstance(value, Subset):
            taken = self._chosen_at(at, value)
            labels = taken if isinstance(taken, tuple) else (taken,)
            return tuple(
                self.evaluate(option, option_path(at, label), scope)
                for label, option in value.options
                if any(is_same(label, one) for one in labels)
            )
        return self._call(value, at, scope)

    def arguments(
        self, arguments: Arguments, block: str, scope: Scope, path: str
    ) -> dict[str, Any]:
        """Parameter to value, for arguments of a block that stand at this address."""
        found: dict[str, Any] = {}
        for name, value in arguments:
            resolved = name
            if name == PRIMARY:
                resolved = self._catalogue.signature(block).primary or name
            if isinstance(value, Literal):
                found[resolved] = value.value
                continue
            if isinstance(value, Expression) and isinstance(value.tree, Name):
                # What most arguments are: a parameter handed on.
                known = scope.find(value.tree.text, _UNKNOWN)
                if known is not _UNKNOWN:
                    found[resolved] = known
                    continue
            found[resolved] = self.evaluate(value, argument_path(path, resolved), scope)
        return found

    def block(self, node: NodeSpec, path: str, scope: Scope) -> BlockValue:
        """The block that a node is.

        Raises:
            SpaceError: Its value is no block.
        """
        return self.block_of(node.block, argument_path(path, "block"), scope)

    def block_of(self, value: ValueSpec, at: str, scope: Scope) -> BlockValue:
        """The block that a value at this address stands for.

        Raises:
            SpaceError: It is no block.
        """
        found = value.value if isinstance(value, Literal) else self.evaluate(value, at, scope)
        if isinstance(found, str):
            found = BlockValue(found)
        if not isinstance(found, BlockValue) or found.name not in self._catalogue:
            got = found.name if isinstance(found, BlockValue) else found
            raise SpaceError.at(value.mark, at, f"got {got!r}; accepts the name of a block.")
        return found

    def edges(self, source: Source, path: str) -> tuple[Edge, ...]:
        """The edges by which a node reads."""
        if source.kind == "all":
            return source.edges
        taken = self._chosen_at(argument_path(path, "from"), source)
        refs = taken if isinstance(taken, tuple) else (taken,)
        return tuple(edge for edge in source.edges if edge.ref in refs)

    def _chosen_option(self, choice: Choice, at: str, scope: Scope) -> Any:
        label = self._chosen_at(at, choice)
        if label is None or isinstance(label, int | float | str):
            option = choice.option_of.get((type(label), label))
            if isinstance(option, Literal):
                return option.value
            if option is not None:
                return self.evaluate(option, option_path(at, label), scope)
        raise SpaceError.at(choice.mark, at, f"the genotype has {label!r}, which is no option.")

    def _chosen_at(self, at: str, place: Choice | Subset | Source) -> DecisionValue:
        values = self._genotype.by_path
        if at not in values:
            raise SpaceError.at(place.mark, at, "the genotype has no value for this decision.")
        return values[at]

    def _call(self, call: BlockCall, at: str, scope: Scope) -> BlockValue:
        given = self.arguments(call.arguments, call.block, scope, at)
        return BlockValue(call.block, tuple(given.items()))
