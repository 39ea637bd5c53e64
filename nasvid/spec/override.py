"""Another size of the networks of a file: widths, clip and classes.

Widths are scaled where they are written down: numbers that are given to parameters called `out`,
`width`, `filters` and the like, in the nodes of the file and in its own blocks, and such parameters'
defaults and named decisions. What a file computes from them follows. Options of a choice keep their
labels, so addresses and choices stay as they are. A node that gives an output and feeds no other
keeps its numbers, which are classes.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import floor, gcd, lcm

from nasvid.spec.divisors import GROUPS, divisor_of, is_depthwise
from nasvid.spec.expressions import names_in
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
    ParamSpec,
    Subset,
    ValueSpec,
    Variant,
)

WIDTH_NAMES = frozenset(
    ("out", "width", "widths", "channels", "dim", "dims", "filters", "inner", "middle", "hidden",
     "features", "wide")
)  # fmt: skip
# A width stays a multiple of the largest of these that it was one of, if that changes it by a tenth
# at most, as in MobileNet.
MULTIPLES = (8, 4, 2)
MOST_CHANGE = 0.1


@dataclass(frozen=True, slots=True)
class Override:
    """What takes the place of what a file says; None leaves it.

    Args:
        width: Factor of all widths.
        frames: Of the fastest input that is seen; slower ones and sound keep their ratio.
        size: Height and width of all inputs that are seen.
    """

    width: float | None = None
    frames: int | None = None
    size: int | None = None

    def then(self, later: "Override") -> "Override":
        """Both; factors multiply, else the later one wins."""
        width = later.width if self.width is None else self.width
        if self.width is not None and later.width is not None:
            width = self.width * later.width
        return Override(width, later.frames or self.frames, later.size or self.size)

    def to_json(self) -> dict[str, float]:
        """What is given, by name."""
        named = {"width": self.width, "frames": self.frames, "size": self.size}
        return {name: value for name, value in named.items() if value is not None}


def scaled_width(value: int, factor: float, divisor: int = 1) -> int:
    """A width times a factor: a multiple of what it was a multiple of, where that is near.

    Args:
        value: The width.
        factor: What it is multiplied by.
        divisor: A multiple of all heads and groups; as far as they divided the width, they divide
            what comes out, however near that is.

    Example:
        >>> [scaled_width(width, 0.25) for width in (256, 24, 8, 2)]
        [64, 6, 2, 1]
        >>> scaled_width(768, 0.3), scaled_width(768, 0.3, divisor=12)
        (232, 240)
    """
    exact = value * factor
    kept = gcd(value, divisor)
    for multiple in MULTIPLES:
        unit = lcm(multiple, kept)
        rounded = floor(exact / unit + 0.5) * unit
        if value % multiple == 0 and abs(rounded - exact) <= MOST_CHANGE * exact:
            return rounded
    return max(1, floor(exact / kept + 0.5)) * kept


def with_width(
    network: Network, factor: float, standard: Mapping[str, BlockSpec] | None = None
) -> Network:
    """The network with all widths that its file writes down scaled.

    Args:
        network: As the file writes it.
        factor: What widths are multiplied by.
        standard: Blocks that are not of the file; how many heads they have is looked up.
    """
    blocks = {block.name: block for block in network.blocks}
    last = _last_nodes(network)
    scale = _Scale(factor, divisor_of(network, standard or {}), blocks, _last_blocks(last, blocks))
    names = [name for name, _ in network.decisions]
    return replace(
        network,
        decisions=tuple(
            (name, scale.value(value) if is_width(name, names) else scale.inner(value))
            for name, value in network.decisions
        ),
        blocks=tuple(scale.block(block) for block in network.blocks),
        nodes=tuple(node if node in last else scale.node(node) for node in network.nodes),
    )


def _last_blocks(nodes: Collection[NodeSpec], blocks: Mapping[str, BlockSpec]) -> frozenset[str]:
    """Blocks of the file that give the output, as one of these nodes or inside one."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        for name in _block_names(waiting.pop().block):
            if name in blocks and name not in found:
                found.add(name)
                waiting += _last_nodes(blocks[name])
    return frozenset(found)


def _last_nodes(body: Network | BlockSpec) -> list[NodeSpec]:
    """Nodes that give an output and feed no other node: classifiers, and no features."""
    given = {edge.ref.partition(".")[0] for _, edge in body.outputs}
    sources = [node.source for node in body.nodes if node.source is not None]
    read = {edge.ref.partition(".")[0] for source in sources for edge in source.edges}
    return [node for node in body.nodes if node.name in given - read]


def _block_names(value: ValueSpec) -> list[str]:
    if isinstance(value, Literal):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, BlockCall):
        return [value.block]
    if isinstance(value, Choice):
        return [name for _, option in value.options for name in _block_names(option)]
    return []


def is_width(name: str, beside: Collection[str] = ()) -> bool:
    """Whether what has this name is a width in channels, by the words in it.

    Args:
        name: Of a parameter or decision.
        beside: Names beside it; with a height there, `width` is one of pixels.

    Example:
        >>> is_width("out"), is_width("stage2_filters"), is_width("kernel")
        (True, True, False)
        >>> is_width("width"), is_width("width", ["height", "width"])
        (True, False)
    """
    if name == "width" and "height" in beside:
        return False
    return not WIDTH_NAMES.isdisjoint(name.split("_"))


@dataclass(frozen=True, slots=True)
class _Scale:
    factor: float
    divisor: int
    blocks: Mapping[str, BlockSpec]
    last_blocks: frozenset[str]

    def block(self, block: BlockSpec) -> BlockSpec:
        names = [param.name for param in block.params]
        last = _last_nodes(block) if block.name in self.last_blocks else []
        # What the last node reads is a number of classes too, unless the file says otherwise.
        read = {
            name
            for node in last
            for _, value in node.arguments
            if isinstance(value, Expression)
            for name in names_in(value.tree)
        }
        return replace(
            block,
            params=tuple(
                param if param.name in read and not param.is_width else self.param(param, names)
                for param in block.params
            ),
            nodes=tuple(node if node in last else self.node(node) for node in block.nodes),
        )

    def param(self, param: ParamSpec, names: Collection[str]) -> ParamSpec:
        if param.default is None:
            return param
        is_one = is_width(param.name, names) if param.is_width is None else param.is_width
        return replace(
            param, default=self.value(param.default) if is_one else self.inner(param.default)
        )

    def node(self, node: NodeSpec) -> NodeSpec:
        source = node.source
        if source is not None:
            source = replace(source, edges=tuple(self.edge(edge) for edge in source.edges))
        repeat = node.repeat
        if repeat is not None:
            variants = tuple(self.variant(v, node.block) for v in repeat.variants)
            repeat = replace(repeat, variants=variants)
        return replace(
            node,
            block=self.inner(node.block),
            arguments=self.arguments(node.arguments, node.block),
            source=source,
            repeat=repeat,
            otherwise=None if node.otherwise is None else self.node(node.otherwise),
        )

    def edge(self, edge: Edge) -> Edge:
        return replace(edge, steps=tuple(self.node(step) for step in edge.steps))

    def variant(self, variant: Variant, block: ValueSpec) -> Variant:
        block = block if variant.block is None else variant.block
        return replace(
            variant,
            block=None if variant.block is None else self.inner(variant.block),
            arguments=self.arguments(variant.arguments, block),
        )

    def arguments(self, arguments: Arguments, block: ValueSpec | str) -> Arguments:
        """Arguments of a block; one of the file may say itself which are widths."""
        name = block.value if isinstance(block, Literal) else block
        spec = self.blocks.get(name) if isinstance(name, str) else None
        params = () if spec is None else spec.params
        said = {param.name: param.is_width for param in params}
        beside = {name for name, _ in arguments} | set(said)
        if params:
            said[PRIMARY] = said[params[0].name]
            if said[PRIMARY] is None:
                said[PRIMARY] = is_width(params[0].name, beside)

        if is_depthwise(arguments):
            said[GROUPS] = True

        def is_one(name: str) -> bool:
            known = said.get(name)
            return is_width(name, beside) if known is None else known

        return tuple(
            (name, self.value(value) if is_one(name) else self.inner(value))
            for name, value in arguments
        )

    def value(self, value: ValueSpec) -> ValueSpec:
        """A width: its numbers are scaled, arithmetic stays."""
        if isinstance(value, Literal):
            number = value.value
            if isinstance(number, int) and not isinstance(number, bool) and number > 0:
                return replace(value, value=scaled_width(number, self.factor, self.divisor))
            return value
        return self._over(value, self.value)

    def inner(self, value: ValueSpec) -> ValueSpec:
        """Another value: the widths of blocks in it are scaled."""
        return value if isinstance(value, Literal) else self._over(value, self.inner)

    def _over(self, value: ValueSpec, change: Callable[[ValueSpec], ValueSpec]) -> ValueSpec:
        if isinstance(value, Items):
            return replace(value, items=tuple(change(item) for item in value.items))
        if isinstance(value, Choice | Subset):
            options = tuple((label, change(option)) for label, option in value.options)
            return replace(value, options=options)
        if isinstance(value, BlockCall):
            return replace(value, arguments=self.arguments(value.arguments, value.block))
        return value
