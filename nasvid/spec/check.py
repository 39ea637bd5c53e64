"""Names in a file: blocks that exist, parameters that they have, values that are in scope."""

from collections.abc import Iterable

from nasvid.core.errors import Mark
from nasvid.core.registry import unknown_name
from nasvid.spec.expressions import names_in
from nasvid.spec.problems import Problems
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import (
    PRIMARY,
    BlockCall,
    BlockSpec,
    Choice,
    Expression,
    Items,
    Literal,
    Network,
    NodeSpec,
    ValueSpec,
)

SHAPE_NAMES = ("channels", "frames", "height", "width")
GLOBAL_NAMES = ("classes",)
Arguments = tuple[tuple[str, ValueSpec], ...]


def check_network(network: Network, catalogue: Catalogue, problems: Problems) -> None:
    """Note every name in the network and its blocks that means nothing."""
    checker = _Checker(catalogue, problems)
    shared = [name for name, _ in network.decisions] + list(GLOBAL_NAMES)
    for name, value in network.decisions:
        checker.value(value, f"decisions.{name}", GLOBAL_NAMES)
    for block in network.blocks:
        checker.block(block, shared)
    for stream in network.inputs:
        for field in ("frames", "frame_stride", "size"):
            checker.value(getattr(stream, field), f"inputs.{stream.name}.{field}", shared)
    checker.nodes(network.nodes, [i.name for i in network.inputs], shared, "network")
    checker.recursion(network.blocks)


class _Checker:
    def __init__(self, catalogue: Catalogue, problems: Problems) -> None:
        self._catalogue = catalogue
        self._problems = problems

    def block(self, block: BlockSpec, shared: Iterable[str]) -> None:
        scope = [*shared, *(param.name for param in block.params)]
        with_in = [*scope, *(f"in.{name}" for name in SHAPE_NAMES)]
        for param in block.params:
            if param.default is not None:
                self.value(param.default, f"blocks.{block.name}.params.{param.name}", with_in)
        if block.when is not None:
            self.value(block.when, f"blocks.{block.name}.when", with_in)
        self.nodes(block.nodes, ["in"], scope, f"blocks.{block.name}.body")

    def nodes(
        self, nodes: tuple[NodeSpec, ...], inputs: list[str], scope: list[str], path: str
    ) -> None:
        shaped = [*inputs, *(node.name for node in nodes)]
        inner = [*scope, *(f"{ref}.{name}" for ref in shaped for name in SHAPE_NAMES)]
        for node in nodes:
            self.node(node, inner, f"{path}.{node.name}")

    def node(self, node: NodeSpec, scope: list[str], path: str) -> None:
        if node.when is not None:
            self.value(node.when, f"{path}.when", scope)
        inner = scope
        if node.repeat is not None:
            self.value(node.repeat.count, f"{path}.repeat", scope)
            inner = [*scope, "i"]
        self.block_value(node.block, f"{path}.block", scope)
        variants = (node.repeat.first, node.repeat.last) if node.repeat else ()
        for name, bound in _bindings(node.block):
            if name in self._catalogue:
                given = (*bound, *node.arguments)
                self.arguments(name, given, node.mark, path, is_complete=True)
                for variant in variants:
                    self.arguments(name, variant, node.mark, path, is_complete=False)
        for name, value in (*node.arguments, *(item for variant in variants for item in variant)):
            self.value(value, f"{path}.{name}" if name else path, inner)
        self.source(node, scope, path)

    def source(self, node: NodeSpec, scope: list[str], path: str) -> None:
        if node.source is None:
            return
        if node.source.merge is not None:
            self.value(node.source.merge, f"{path}.merge", scope)
        for edge in node.source.edges:
            if edge.gate is not None:
                self.value(edge.gate, f"{path}.from.{edge.ref}.gate", scope)
            for step in edge.steps:
                self.node(step, scope, f"{path}.from.{edge.ref}.{step.name}")

    def block_value(self, value: ValueSpec, path: str, scope: list[str]) -> None:
        """A value in the place of a block: texts must name one."""
        if isinstance(value, Literal):
            if not isinstance(value.value, str):
                if value.value is not None:
                    self._problems.add(
                        value.mark, path, f"got {value.value!r}; accepts the name of a block."
                    )
            elif value.value not in self._catalogue:
                self._unknown_block(value.mark, path, value.value)
        elif isinstance(value, Choice):
            for label, option in value.options:
                self.block_value(option, f"{path}.{label}", scope)
        else:
            self.value(value, path, scope)

    def value(self, value: ValueSpec, path: str, scope: Iterable[str]) -> None:
        """Any value: names in expressions must be in scope, bound blocks must exist."""
        if isinstance(value, Expression):
            known = set(scope)
            for name in names_in(value.tree):
                if name not in known:
                    self._problems.add(value.mark, path, unknown_name("value", name, known))
        elif isinstance(value, Items):
            for position, item in enumerate(value.items):
                self.value(item, f"{path}[{position}]", scope)
        elif isinstance(value, Choice):
            for label, option in value.options:
                self.value(option, f"{path}.{label}", scope)
        elif isinstance(value, BlockCall):
            if value.block not in self._catalogue:
                self._unknown_block(value.mark, path, value.block)
                return
            self.arguments(value.block, value.arguments, value.mark, path, is_complete=False)
            for name, argument in value.arguments:
                self.value(argument, f"{path}.{name}", scope)

    def arguments(
        self, block: str, given: Arguments, mark: Mark, path: str, *, is_complete: bool
    ) -> None:
        signature = self._catalogue.signature(block)
        names = [signature.primary if name == PRIMARY else name for name, _ in given]
        for (name, value), resolved in zip(given, names, strict=True):
            if resolved is None:
                self._problems.add(value.mark, path, f"{block} takes no parameters.")
            elif resolved not in signature.params:
                self._problems.add(
                    value.mark, path, unknown_name(f"parameter of {block}", name, signature.params)
                )
        missing = sorted(signature.required - set(names))
        if is_complete and missing:
            self._problems.add(
                mark, path, f"{block} needs {', '.join(map(repr, missing))}; give it a value."
            )

    def recursion(self, blocks: tuple[BlockSpec, ...]) -> None:
        """Note blocks that would contain themselves."""
        for block in blocks:
            if block.name in self._reachable(block.name, set()):
                self._problems.add(
                    block.mark,
                    f"blocks.{block.name}",
                    "contains itself, directly or through other blocks; break the circle.",
                )

    def _reachable(self, name: str, seen: set[str]) -> set[str]:
        block = self._catalogue.blocks.get(name)
        for inner in () if block is None else _blocks_of(block):
            if inner not in seen:
                seen.add(inner)
                self._reachable(inner, seen)
        return seen

    def _unknown_block(self, mark: Mark, path: str, name: str) -> None:
        self._problems.add(mark, path, unknown_name("block", name, self._catalogue.names))


def _bindings(value: ValueSpec) -> list[tuple[str, Arguments]]:
    """Every block that a value names itself, with the arguments bound to it."""
    if isinstance(value, Literal):
        return [(value.value, ())] if isinstance(value.value, str) else []
    if isinstance(value, BlockCall):
        return [(value.block, value.arguments)]
    if isinstance(value, Choice):
        return [found for _, option in value.options for found in _bindings(option)]
    return []


def _blocks_of(block: BlockSpec) -> list[str]:
    """Every block that a body may name, whatever is chosen."""
    found: list[str] = []
    for node in block.nodes:
        steps = [s for e in (node.source.edges if node.source else ()) for s in e.steps]
        for part in (node, *steps):
            found += _names_of(part.block)
            for _, value in part.arguments:
                # Only a bound block is one for sure; a text may be anything.
                found += [] if isinstance(value, Literal) else _names_of(value)
    for param in block.params:
        if param.default is not None and not isinstance(param.default, Literal):
            found += _names_of(param.default)
    return found


def _names_of(value: ValueSpec) -> list[str]:
    if isinstance(value, Literal):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, BlockCall):
        return [value.block, *(n for _, v in value.arguments for n in _names_of(v))]
    if isinstance(value, Choice):
        return [name for _, option in value.options for name in _names_of(option)]
    return []
