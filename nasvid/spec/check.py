"""Names in a file: blocks that exist, parameters that they have, values that are in scope."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from nasvid.core.errors import Mark
from nasvid.core.registry import unknown_name
from nasvid.spec.expressions import names_in
from nasvid.spec.parse_values import CHOICE_KEYS
from nasvid.spec.problems import Problems
from nasvid.spec.signatures import Catalogue, Signature
from nasvid.spec.syntax import (
    PRIMARY,
    Arguments,
    BlockCall,
    BlockSpec,
    Choice,
    Edge,
    Expression,
    Items,
    Literal,
    Network,
    NodeSpec,
    Subset,
    ValueSpec,
    Variant,
)

SHAPE_NAMES = ("channels", "frames", "height", "width", "tokens")
GLOBAL_NAMES = ("classes",)
DEFAULT_PORT = "out"


def check_network(network: Network, catalogue: Catalogue, problems: Problems) -> None:
    """Note every name in the network and its blocks that means nothing."""
    checker = _Checker(catalogue, problems)
    for name, value in network.decisions:
        checker.value(value, f"decisions.{name}", _Names(frozenset(GLOBAL_NAMES)))
    shared = _Names(frozenset((*GLOBAL_NAMES, *(name for name, _ in network.decisions))))
    for block in network.blocks:
        checker.block(block, shared)
    for stream in network.inputs:
        path = f"inputs.{stream.name}"
        checker.value(stream.frames, f"{path}.frames", shared)
        checker.value(stream.frame_stride, f"{path}.frame_stride", shared)
        checker.value(stream.size, f"{path}.size", shared)
    checker.body(network.nodes, [i.name for i in network.inputs], shared, "network")
    nodes = {node.name: node for node in network.nodes}
    for name, edge in network.outputs:
        path = "network.output" if name == DEFAULT_PORT else f"network.outputs.{name}"
        checker.port(edge.ref, edge.mark, path, nodes)
    checker.recursion(network.blocks)


@dataclass(frozen=True, slots=True)
class _Names:
    """What an expression may speak of: values, and the shapes of inputs and nodes."""

    values: frozenset[str]
    shaped: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        if name in self.values:
            return True
        ref, _, attribute = name.rpartition(".")
        return attribute in SHAPE_NAMES and ref.partition(".")[0] in self.shaped

    def listed(self) -> list[str]:
        """All names, for a message."""
        return [*self.values, *(f"{ref}.{name}" for ref in self.shaped for name in SHAPE_NAMES)]

    def plus(self, values: Iterable[str] = (), shaped: Iterable[str] = ()) -> "_Names":
        """With more names."""
        return _Names(self.values | set(values), self.shaped | set(shaped))


class _Checker:
    def __init__(self, catalogue: Catalogue, problems: Problems) -> None:
        self._catalogue = catalogue
        self._problems = problems

    def block(self, block: BlockSpec, shared: _Names) -> None:
        """A block of the file, by itself."""
        path = f"blocks.{block.name}"
        scope = shared.plus(shaped=block.inputs)
        for param in block.params:
            if param.default is not None:
                self.value(param.default, f"{path}.params.{param.name}", scope)
            # A default may speak of the parameters above it.
            scope = scope.plus([param.name])
        if block.when is not None:
            self.value(block.when, f"{path}.when", scope)
        self.body(block.nodes, block.inputs, scope, f"{path}.body")
        nodes = {node.name: node for node in block.nodes}
        for _, edge in block.outputs:
            self.port(edge.ref, edge.mark, f"{path}.outputs", nodes)

    def body(
        self, nodes: Sequence[NodeSpec], inputs: Sequence[str], scope: _Names, path: str
    ) -> None:
        """The nodes of the network or of a block."""
        by_name = {node.name: node for node in nodes}
        inner = scope.plus(shaped=[*inputs, *by_name])
        for node in nodes:
            self._node(node, inner, f"{path}.{node.name}")
            for edge in node.source.edges if node.source else ():
                self.port(edge.ref, edge.mark, f"{path}.{node.name}.from", by_name)

    def _node(self, node: NodeSpec, scope: _Names, path: str) -> None:
        if node.when is not None:
            self.value(node.when, f"{path}.when", scope)
        if node.otherwise is not None:
            self._node(node.otherwise, scope, f"{path}.otherwise")
        inner = scope
        if node.member is not None:
            self.value(node.member.count, f"{path}.repeat", scope)
            inner = scope.plus(["i"])
        if node.repeat is not None:
            self.value(node.repeat.count, f"{path}.repeat", scope)
            inner = scope.plus(["i"])
        self._block_value(node.block, f"{path}.block", inner)
        self._call_of(node.block, node.arguments, node.mark, path)
        for name, value in node.arguments:
            self.value(value, f"{path}.{name}" if name else path, inner)
        for variant in node.repeat.variants if node.repeat else ():
            self._variant(variant, node, inner, f"{path}.{variant.name}")
        self._source(node, scope, path)

    def _variant(self, variant: Variant, node: NodeSpec, scope: _Names, path: str) -> None:
        """What some copies of a node have for themselves."""
        if variant.block is None:
            for name, _ in _bindings(node.block):
                if name in self._catalogue:
                    self._arguments(name, variant.arguments, path)
        else:
            self._block_value(variant.block, f"{path}.block", scope)
            given = (*node.arguments, *variant.arguments)
            self._call_of(variant.block, given, variant.block.mark, path)
        for name, value in variant.arguments:
            self.value(value, f"{path}.{name}" if name else path, scope)

    def _call_of(self, block: ValueSpec, given: Arguments, mark: Mark, path: str) -> None:
        """What a node calls its blocks with: parameters that exist, and none missing."""
        for name, bound in _bindings(block):
            if name in self._catalogue:
                self._arguments(name, (*bound, *given), path)
                self._required(name, (*bound, *given), mark, path)

    def _source(self, node: NodeSpec, scope: _Names, path: str) -> None:
        if node.source is None:
            return
        if node.source.merge is not None:
            self._merge(node.source.merge, f"{path}.merge", scope)
        for edge in node.source.edges:
            if edge.gate is not None:
                self.value(edge.gate, f"{path}.from.{edge.ref}.gate", scope)
            for step in edge.steps:
                self._node(step, scope, f"{path}.from.{edge.ref}.{step.name}")

    def _merge(self, value: ValueSpec, path: str, scope: _Names) -> None:
        """A value in the place of a merge: texts must name one."""
        if isinstance(value, Choice):
            for label, option in value.options:
                self._merge(option, f"{path}.{label}", scope)
        elif isinstance(value, Expression):
            self.value(value, path, scope)
        elif isinstance(value, BlockCall) and value.block in self._catalogue.merges:
            self._given(value.block, self._catalogue.merges[value.block], value.arguments, path)
            for name, argument in value.arguments:
                self.value(argument, f"{path}.{name}", scope)
        elif isinstance(value, BlockCall) or (
            isinstance(value, Literal) and isinstance(value.value, str)
        ):
            name = value.block if isinstance(value, BlockCall) else str(value.value)
            if name not in self._catalogue.merges:
                message = unknown_name("merge", name, self._catalogue.merges)
                self._problems.add(value.mark, path, message)
        else:
            self._problems.add(value.mark, path, "accepts the name of a merge, such as gated_sum.")

    def _block_value(self, value: ValueSpec, path: str, scope: _Names) -> None:
        """A value in the place of a block: texts must name one."""
        if isinstance(value, Choice):
            for label, option in value.options:
                self._block_value(option, f"{path}.{label}", scope)
        elif not isinstance(value, Literal):
            self.value(value, path, scope)
        elif isinstance(value.value, str):
            if value.value not in self._catalogue:
                message = unknown_name("block", value.value, self._catalogue.names)
                self._problems.add(value.mark, path, message)
        elif value.value is not None:
            # Null stands for what could not be read, which has been noted.
            message = f"got {value.value!r}; accepts the name of a block."
            self._problems.add(value.mark, path, message)

    def value(self, value: ValueSpec, path: str, scope: _Names) -> None:
        """Any value: names in expressions must be in scope, bound blocks must exist."""
        if isinstance(value, Expression):
            for name in names_in(value.tree):
                if name not in scope:
                    message = unknown_name("value", name, scope.listed())
                    self._problems.add(value.mark, path, message)
        elif isinstance(value, Items):
            for position, item in enumerate(value.items):
                self.value(item, f"{path}[{position}]", scope)
        elif isinstance(value, Choice | Subset):
            for label, option in value.options:
                self.value(option, f"{path}.{label}", scope)
        elif isinstance(value, BlockCall):
            self._call(value, path, scope)

    def _call(self, call: BlockCall, path: str, scope: _Names) -> None:
        if call.block not in self._catalogue:
            # `{choise: [1, 2]}` reads as a block of that name.
            known = (*self._catalogue.names, *CHOICE_KEYS)
            self._problems.add(call.mark, path, unknown_name("block", call.block, known))
            return
        self._arguments(call.block, call.arguments, path)
        for name, argument in call.arguments:
            self.value(argument, f"{path}.{name}", scope)

    def _arguments(self, block: str, given: Arguments, path: str) -> None:
        self._given(block, self._catalogue.signature(block), given, path)

    def _given(self, block: str, signature: Signature, given: Arguments, path: str) -> None:
        for name, value in given:
            resolved = signature.primary if name == PRIMARY else name
            if resolved is None:
                self._problems.add(value.mark, path, f"{block} takes no parameters.")
            elif resolved not in signature.params:
                message = unknown_name(f"parameter of {block}", name, signature.params)
                self._problems.add(value.mark, path, message)

    def _required(self, block: str, given: Arguments, mark: Mark, path: str) -> None:
        signature = self._catalogue.signature(block)
        names = {signature.primary if name == PRIMARY else name for name, _ in given}
        missing = sorted(signature.required - names)
        if missing:
            listed = ", ".join(map(repr, missing))
            self._problems.add(mark, path, f"{block} needs {listed}; give it a value.")

    def port(self, ref: str, mark: Mark, path: str, nodes: Mapping[str, NodeSpec]) -> None:
        """A reference such as `stage.fast`, as far as the file tells what `stage` is."""
        base, _, port = ref.partition(".")
        port = port or DEFAULT_PORT
        node = nodes.get(base)
        ports = {DEFAULT_PORT}
        if node is not None:
            bindings = _bindings(node.block)
            if not bindings or node.when is not None:
                # It hangs on what is passed in or chosen; lowering tells.
                return
            ports = {p for name, _ in bindings for p in self._ports(name)}
        # A block that cannot be read has none, which has been noted.
        if ports and port not in ports:
            self._problems.add(mark, path, unknown_name(f"port of {base}", port, ports))

    def _ports(self, block: str) -> list[str]:
        spec = self._catalogue.blocks.get(block)
        return [DEFAULT_PORT] if spec is None else [port for port, _ in spec.outputs]

    def recursion(self, blocks: Sequence[BlockSpec]) -> None:
        """Note blocks that would contain themselves."""
        inner = {block.name: _blocks_of(block) & {b.name for b in blocks} for block in blocks}
        try:
            TopologicalSorter(inner).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            mark = next(block.mark for block in blocks if block.name == circle[0])
            self._problems.add(
                mark, f"blocks.{circle[0]}", f"contains itself: {' <- '.join(circle)}."
            )


def _bindings(value: ValueSpec) -> list[tuple[str, Arguments]]:
    """Every block that a value names itself, with the arguments bound to it."""
    if isinstance(value, Literal):
        return [(value.value, ())] if isinstance(value.value, str) else []
    if isinstance(value, BlockCall):
        return [(value.block, value.arguments)]
    if isinstance(value, Choice):
        return [found for _, option in value.options for found in _bindings(option)]
    return []


def _blocks_of(block: BlockSpec) -> set[str]:
    """Every block that a body contains for sure, whatever is chosen."""
    found: set[str] = set()
    for node in block.nodes:
        edges: Sequence[Edge] = node.source.edges if node.source else ()
        for part in (node, node.otherwise, *(step for edge in edges for step in edge.steps)):
            if part is None:
                continue
            found |= {name for name, _ in _bindings(part.block)}
            for variant in part.repeat.variants if part.repeat else ():
                if variant.block is not None:
                    found |= {name for name, _ in _bindings(variant.block)}
    return found
