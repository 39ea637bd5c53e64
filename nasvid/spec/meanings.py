"""What parameters and named decisions are for, found by following names through blocks.

A parameter of a block is for whatever its body passes it on to, down to primitives. Where a block is
itself a parameter, its default and what the body names stand for all that it may be.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nasvid.spec.expressions import Call, Name, Number, Tree, names_in
from nasvid.spec.meaning import CLIP_KEYS, UNKNOWN, Axis, Meaning, Use, of_input, of_node
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import (
    PRIMARY,
    Arguments,
    BlockCall,
    Choice,
    Expression,
    Items,
    Literal,
    Network,
    NodeSpec,
    Repeat,
    Source,
    Subset,
    ValueSpec,
)

# Of a list of three, as of kernels and strides.
_AXES: tuple[Axis, Axis, Axis] = ("time", "space", "space")
# What makes a value a part of a condition.
_CONDITIONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "in", "and", "or", "not"))
_PRODUCTS = frozenset(("*", "/", "//"))


@dataclass(frozen=True, slots=True)
class _Flow:
    """A value and what it goes to.

    Args:
        value: The value.
        names: The names that it speaks of.
        target: What it is for, or block and parameter.
    """

    value: ValueSpec
    names: frozenset[str]
    target: Meaning | tuple[str, str]


class Meanings:
    """Looks up what values of a network are for.

    Args:
        network: The network.
        catalogue: Blocks and primitives that its nodes may be.
    """

    def __init__(self, network: Network, catalogue: Catalogue) -> None:
        self._network = network
        self._catalogue = catalogue
        self._named = dict(network.decisions)
        self._known: dict[tuple[str, str], Meaning] = {}
        self._flows_of: dict[str, list[_Flow]] = {}

    def of_parameter(self, block: str, name: str) -> Meaning:
        """Of a parameter of a block, primitive or merge; unknown where there is no such block."""
        key = (block, name)
        if key not in self._known:
            # Whatever leads back to itself adds nothing.
            self._known[key] = UNKNOWN
            self._known[key] = self._parameter(block, name)
        return self._known[key]

    def of_argument(self, blocks: Iterable[str], name: str) -> Meaning:
        """Of an argument, as written, of a node that may be one of these blocks."""
        found = UNKNOWN if name == PRIMARY else Meaning(names=frozenset((name,)))
        for block in blocks:
            found = found.joined(self.of_parameter(block, self._resolved(block, name)))
        return found

    def of_named(self, name: str) -> Meaning:
        """Of an entry of `decisions`, which all inputs and nodes may read."""
        flows = [
            _flow(getattr(stream, key), of_input(key))
            for stream in self._network.inputs
            for key in CLIP_KEYS
        ]
        flows += [flow for node in self._network.nodes for flow in self._node(node)]
        flows += [flow for _, value in self._network.decisions for flow in self._calls(value)]
        for block in self._network.blocks:
            if all(param.name != name for param in block.params):
                flows += self._body(block.name)
        return self._through(flows, name)

    def blocks_of(self, value: ValueSpec) -> tuple[str, ...]:
        """Blocks that a value outside of any block may stand for."""
        return tuple(dict.fromkeys(self._blocks(value, {}, ())))

    def _parameter(self, block: str, name: str) -> Meaning:
        if block in self._catalogue.blocks:
            passed = self._through(self._body(block), name)
            return Meaning(frozenset(), frozenset((name,))).joined(passed)
        if block in self._catalogue.primitives or block in self._catalogue.merges:
            return Meaning(frozenset((Use(block, name),)))
        return UNKNOWN

    def _through(self, flows: Iterable[_Flow], name: str) -> Meaning:
        found = UNKNOWN
        for flow in flows:
            if name not in flow.names:
                continue
            target = flow.target
            meaning = self.of_parameter(*target) if isinstance(target, tuple) else target
            for axis, is_part in _mentions(flow.value, name):
                found = found.joined(meaning.seen(axis, is_part=is_part))
        return found

    def _body(self, block: str) -> list[_Flow]:
        """All values of the body of a block."""
        if block not in self._flows_of:
            spec = self._catalogue.blocks[block]
            params = {p.name: p.default for p in spec.params if p.default is not None}
            flows = [flow for node in spec.nodes for flow in self._node(node, params)]
            for name, default in params.items():
                flows += [_flow(default, (block, name)), *self._calls(default)]
            if spec.when is not None:
                flows.append(_flow(spec.when, of_node("when", (block,))))
            self._flows_of[block] = flows
        return self._flows_of[block]

    def _node(
        self, node: NodeSpec, params: Mapping[str, ValueSpec] | None = None
    ) -> Iterator[_Flow]:
        """All values of a node; `params` are the defaults of the block around it."""
        blocks = tuple(dict.fromkeys(self._blocks(node.block, params or {}, ())))
        yield _flow(node.block, of_node("block"))
        yield from self._calls(node.block)
        yield from self._arguments(node.arguments, blocks)
        if node.when is not None:
            name = "branch" if node.vanishes else "when"
            yield _flow(node.when, of_node(name, (node.name, *blocks)))
        if node.member is not None:
            yield _flow(node.member.count, of_node("repeat"))
        if node.repeat is not None:
            yield from self._copies(node.repeat, blocks)
        if node.otherwise is not None:
            yield from self._node(node.otherwise, params)
        if node.source is not None:
            yield from self._source(node.source, params)

    def _copies(self, repeat: Repeat, blocks: tuple[str, ...]) -> Iterator[_Flow]:
        yield _flow(repeat.count, of_node("repeat"))
        for variant in repeat.variants:
            yield from self._arguments(variant.arguments, blocks)
            if variant.block is not None:
                yield _flow(variant.block, of_node("block"))
                yield from self._calls(variant.block)

    def _source(self, source: Source, params: Mapping[str, ValueSpec] | None) -> Iterator[_Flow]:
        if source.merge is not None:
            yield _flow(source.merge, of_node("merge"))
            yield from self._calls(source.merge)
        for edge in source.edges:
            if edge.gate is not None:
                yield _flow(edge.gate, of_node("gate"))
            for step in edge.steps:
                yield from self._node(step, params)

    def _arguments(self, arguments: Arguments, blocks: tuple[str, ...]) -> Iterator[_Flow]:
        for name, value in arguments:
            for block in blocks:
                yield _flow(value, (block, self._resolved(block, name)))
            if not blocks:
                yield _flow(value, Meaning(names=frozenset((name,))))
            yield from self._calls(value)

    def _calls(self, value: ValueSpec) -> Iterator[_Flow]:
        """What blocks within a value are called with."""
        if isinstance(value, BlockCall):
            yield from self._arguments(value.arguments, (value.block,))
        elif isinstance(value, Choice | Subset):
            for _, option in value.options:
                yield from self._calls(option)
        elif isinstance(value, Items):
            for item in value.items:
                yield from self._calls(item)

    def _resolved(self, block: str, name: str) -> str:
        if name != PRIMARY or (
            block not in self._catalogue and block not in self._catalogue.merges
        ):
            return name
        return self._catalogue.signature(block).primary or name

    def _blocks(
        self, value: ValueSpec, params: Mapping[str, ValueSpec], within: tuple[str, ...]
    ) -> Iterator[str]:
        """Blocks that a value may stand for; `within` are the names that led here."""
        if isinstance(value, Literal) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, BlockCall):
            yield value.block
        elif isinstance(value, Choice | Subset):
            for _, option in value.options:
                yield from self._blocks(option, params, within)
        elif isinstance(value, Items):
            for item in value.items:
                yield from self._blocks(item, params, within)
        elif isinstance(value, Expression):
            yield from _texts(value.tree)
            for name in names_in(value.tree):
                default = params.get(name, self._named.get(name))
                if default is not None and name not in within:
                    yield from self._blocks(default, params, (*within, name))


def has_decisions(value: ValueSpec) -> bool:
    """Whether anything in a value may be open."""
    return not isinstance(value, Literal | Expression)


def of_item(meaning: Meaning, position: int, length: int) -> Meaning:
    """Of an item of a list that is for this."""
    return meaning.seen(_AXES[position] if length == len(_AXES) else "", is_part=False)


def _flow(value: ValueSpec, target: Meaning | tuple[str, str]) -> _Flow:
    return _Flow(value, frozenset(_names(value)), target)


def _names(value: ValueSpec) -> Iterator[str]:
    if isinstance(value, Expression):
        yield from names_in(value.tree)
    elif isinstance(value, Items):
        for item in value.items:
            yield from _names(item)
    elif isinstance(value, Choice | Subset):
        for _, option in value.options:
            yield from _names(option)


def _texts(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Number) and isinstance(tree.value, str):
        yield tree.value
    elif isinstance(tree, Call):
        for argument in tree.arguments:
            yield from _texts(argument)


def _mentions(value: ValueSpec, name: str) -> Iterator[tuple[Axis, bool]]:
    """Each place where a value speaks of a name: for which axis, and whether it is a part there."""
    if isinstance(value, Expression):
        for is_part in _places(value.tree, name):
            yield "", is_part
    elif isinstance(value, Items):
        axes = _AXES if len(value.items) == len(_AXES) else ("",) * len(value.items)
        for axis, item in zip(axes, value.items, strict=True):
            for inner, is_part in _mentions(item, name):
                yield inner or axis, is_part
    elif isinstance(value, Choice | Subset):
        for _, option in value.options:
            yield from _mentions(option, name)


def _places(tree: Tree, name: str, *, is_part: bool = False) -> Iterator[bool]:
    """For each place of a name in arithmetic whether it is a part there."""
    if isinstance(tree, Name):
        if tree.text == name:
            yield is_part
    elif isinstance(tree, Call):
        is_product = tree.op in _PRODUCTS and sum(map(bool, map(names_in, tree.arguments))) > 1
        is_part = is_part or is_product or tree.op in _CONDITIONS
        for number, argument in enumerate(tree.arguments):
            is_condition = tree.op == "if" and number == 0
            is_divisor = tree.op in ("/", "//") and number == 1
            yield from _places(argument, name, is_part=is_part or is_condition or is_divisor)
