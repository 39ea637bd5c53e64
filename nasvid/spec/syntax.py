"""The parsed form of a search space file: frozen data, every piece with its place in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf

from nasvid.core.errors import Mark
from nasvid.spec.decision import Scalar
from nasvid.spec.expressions import Tree

# The argument of the shorthand `{max_pool: 2}`: whatever parameter comes first.
PRIMARY = ""
# The variants of a repeat that speak of one copy.
FIRST = "first"
LAST = "last"
# The input of a block that does not name its inputs.
IN = "in"


@dataclass(frozen=True, slots=True)
class Literal:
    """A plain scalar."""

    mark: Mark
    value: Scalar


@dataclass(frozen=True, slots=True)
class Expression:
    """Arithmetic, written `=...`."""

    mark: Mark
    text: str
    tree: Tree


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values, such as a kernel's time, height and width."""

    mark: Mark
    items: tuple["ValueSpec", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An open choice: `{choice: [...]}`; options have labels by which `choose` names them.

    Args:
        mark: Place.
        options: Label and value.
        is_ordered: Whether neighbouring options are alike.
    """

    mark: Mark
    options: tuple[tuple[Scalar, "ValueSpec"], ...]
    is_ordered: bool
    # Made once, as many uses of a block share them.
    labels: tuple[Scalar, ...] = field(init=False, repr=False, compare=False)
    option_of: Mapping[tuple[type, Scalar], "ValueSpec"] = field(
        init=False, repr=False, compare=False
    )
    # What the options stand for where that is numbers under other labels.
    numbers: tuple[int | float, ...] = field(init=False, repr=False, compare=False)
    is_flat: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(label for label, _ in self.options))
        # The first one wins, as it would if they were looked through.
        by_label = {(type(label), label): option for label, option in reversed(self.options)}
        object.__setattr__(self, "option_of", by_label)
        object.__setattr__(self, "numbers", _numbers(self.options))
        is_flat = all(isinstance(option, Literal | Expression) for _, option in self.options)
        object.__setattr__(self, "is_flat", is_flat)


def _numbers(options: tuple[tuple[Scalar, "ValueSpec"], ...]) -> tuple[int | float, ...]:
    values = [option.value for _, option in options if isinstance(option, Literal)]
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    is_labelled = len(numbers) == len(options) and any(
        label is not number for (label, _), number in zip(options, numbers, strict=True)
    )
    return tuple(numbers) if is_labelled else ()


@dataclass(frozen=True, slots=True)
class Subset:
    """An open choice of several options, `{subset: [...]}`; a list in the order of the file.

    Args:
        mark: Place.
        options: Label and value.
        least: Fewest that are taken.
        most: Most that are taken.
    """

    mark: Mark
    options: tuple[tuple[Scalar, "ValueSpec"], ...]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class BlockCall:
    """A block with some of its arguments bound: a value, or what a node holds."""

    mark: Mark
    block: str
    arguments: "Arguments"


ValueSpec = Literal | Expression | Items | Choice | Subset | BlockCall
Arguments = tuple[tuple[str, ValueSpec], ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """One input of a node.

    Args:
        mark: Place.
        ref: Name of an input or node.
        steps: Nodes that stand on the edge, in order.
        gate: Fixed gate of the edge where the merge is gated, or None for a learned one.
    """

    mark: Mark
    ref: str
    steps: tuple["NodeSpec", ...] = ()
    gate: ValueSpec | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a node reads.

    Args:
        mark: Place.
        kind: `all` of the edges, `one` of them (a choice), or `some` (a subset).
        edges: In file order.
        ports: Input of the block that each edge leads to, where the file names them.
        is_below: Whether it may read whatever stands on lower levels; the edges follow.
        level: Number of the level that it reads; the edges follow.
        least: Fewest edges of `some`.
        most: Most edges of `some`.
        merge: How several inputs become one; None takes the default of the node.
        is_aligned: Whether shapes are matched before the merge.
    """

    mark: Mark
    kind: OneOf["all", "one", "some"]
    edges: tuple[Edge, ...]
    least: int = 1
    most: int = 1
    merge: ValueSpec | None = None
    is_aligned: bool = True
    ports: tuple[str, ...] = ()
    is_below: bool = False
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What some copies of a repeat have in place of what all have.

    Args:
        name: `first`, `last`, or `every_2_from_1`; part of the address of choices in it.
        arguments: Theirs alone.
        block: Another block, or None for that of all copies.
        step: Of `every`, the distance of two of them; 0 for `first` and `last`.
        start: Of `every`, the first of them.
    """

    name: str
    arguments: Arguments
    block: ValueSpec | None = None
    step: int = 0
    start: int = 0

    @property
    def is_fixed_block(self) -> bool:
        """Whether the file names the block; else it is chosen or passed in."""
        return isinstance(self.block, Literal | BlockCall)

    def covers(self, copy: int, count: int) -> bool:
        """Whether it holds for this one of so many copies."""
        if self.step:
            return copy % self.step == self.start
        return copy == (0 if self.name == FIRST else count - 1)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Copies of a node in a chain.

    Args:
        mark: Place.
        count: How many.
        per_copy: Whether each copy chooses for itself; else the copies share their choices.
        variants: What some copies have for themselves; where two hold, the later one wins.
    """

    mark: Mark
    count: ValueSpec
    per_copy: bool
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One of the nodes that a level stands for; there if the level has more than its number.

    Args:
        level: Name of the level.
        index: Counted from 0.
        count: How many nodes the level has.
    """

    level: str
    index: int
    count: ValueSpec

    def stand_in(self, count: int) -> str | None:
        """The node that is read in its place where the level has so many: the remainder's."""
        return f"{self.level}_{self.index % count}" if count else None


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """A node of a network or of a block's body.

    Args:
        mark: Place.
        name: Unique in its body.
        block: What it is.
        arguments: What that is called with.
        source: What it reads; None until it is wired.
        repeat: Copies.
        when: Where this is false the node is not there.
        otherwise: What stands in its place then; None lets its first input pass.
        vanishes: Whether nothing stands there then, not even what it reads.
        level: Number of the level that it is.
        member: Which node of a level it is.
        totals: What a parameter adds up to over the nodes of its level.
        share: Nodes of one body with the same text here use one set of weights.
    """

    mark: Mark
    name: str
    block: ValueSpec
    arguments: Arguments
    source: Source | None = None
    repeat: Repeat | None = None
    when: ValueSpec | None = None
    otherwise: "NodeSpec | None" = None
    vanishes: bool = False
    level: int | None = None
    member: Member | None = None
    totals: tuple[tuple[str, float], ...] = ()
    share: str = ""

    @property
    def is_fixed_block(self) -> bool:
        """Whether the file names the block; else it is chosen or passed in."""
        return isinstance(self.block, Literal | BlockCall)


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """A parameter of a block.

    Args:
        mark: Place.
        name: In arithmetic and in calls.
        kind: What it accepts.
        default: None means that it must be given.
        is_width: Whether `override: {width: ...}` scales it; None lets the name tell.
    """

    mark: Mark
    name: str
    kind: OneOf["number", "numbers", "boolean", "text", "list", "block", "any"]
    default: ValueSpec | None
    is_width: bool | None = None


@dataclass(frozen=True, slots=True)
class BlockSpec:
    """A block: parameters and a body; nodes stand after those that they read.

    Args:
        mark: Place.
        name: By which nodes call it.
        params: In the order in which they are declared.
        nodes: The body.
        outputs: Port and what it gives; a body with a single output calls it `out`.
        inputs: What it reads; a body with a single input calls it `in`.
        when: The block does nothing where this is false.
        description: For people.
    """

    mark: Mark
    name: str
    params: tuple[ParamSpec, ...]
    nodes: tuple[NodeSpec, ...]
    outputs: tuple[tuple[str, Edge], ...]
    inputs: tuple[str, ...] = (IN,)
    when: Expression | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """An input stream; frames, frame stride and size may be choices."""

    mark: Mark
    name: str
    modality: str
    channels: int
    frames: ValueSpec
    frame_stride: ValueSpec
    size: ValueSpec
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """All that says which networks there are.

    Args:
        inputs: The streams.
        decisions: Named decisions, which any node may use.
        blocks: Blocks of the file.
        nodes: Every node stands after those that it reads.
        outputs: Name of each output and the node, or port of a node, that gives it.
        classes: Value of `=classes`.
    """

    inputs: tuple[InputSpec, ...]
    decisions: tuple[tuple[str, ValueSpec], ...]
    blocks: tuple[BlockSpec, ...]
    nodes: tuple[NodeSpec, ...]
    outputs: tuple[tuple[str, Edge], ...]
    classes: int
