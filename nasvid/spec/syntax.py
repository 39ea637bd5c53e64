"""The parsed form of a search space file: frozen data, every piece with its place in the file."""

from dataclasses import dataclass
from typing import Literal as OneOf

from nasvid.core.errors import Mark
from nasvid.spec.expressions import Tree
from nasvid.spec.source import Scalar

# The argument of the shorthand `{max_pool: 2}`: whatever parameter comes first.
PRIMARY = ""


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
    """An open choice: `{choice: [...]}`; options have labels by which `choose` names them."""

    mark: Mark
    options: tuple[tuple[Scalar, "ValueSpec"], ...]
    is_ordered: bool


@dataclass(frozen=True, slots=True)
class BlockCall:
    """A block with some of its arguments bound: a value, or what a node holds."""

    mark: Mark
    block: str
    arguments: tuple[tuple[str, "ValueSpec"], ...]


ValueSpec = Literal | Expression | Items | Choice | BlockCall


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


@dataclass(frozen=True, slots=True)
class Repeat:
    """Copies of a node in a chain.

    Args:
        count: How many.
        per_copy: Whether each copy chooses for itself; else the copies share their choices.
        first: Arguments of the first copy alone.
        last: Arguments of the last copy alone.
    """

    mark: Mark
    count: ValueSpec
    per_copy: bool
    first: tuple[tuple[str, ValueSpec], ...]
    last: tuple[tuple[str, ValueSpec], ...]


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """A node of a network or of a block's body."""

    mark: Mark
    name: str
    block: ValueSpec
    arguments: tuple[tuple[str, ValueSpec], ...]
    source: Source | None = None
    repeat: Repeat | None = None
    when: ValueSpec | None = None

    @property
    def is_fixed_block(self) -> bool:
        """Whether the file names the block; else it is chosen or passed in."""
        return isinstance(self.block, Literal | BlockCall)


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """A parameter of a block; no default means that it must be given."""

    mark: Mark
    name: str
    kind: OneOf["number", "numbers", "boolean", "text", "list", "block", "any"]
    default: ValueSpec | None


@dataclass(frozen=True, slots=True)
class BlockSpec:
    """A block: parameters and a body; nodes stand after those that they read."""

    mark: Mark
    name: str
    params: tuple[ParamSpec, ...]
    nodes: tuple[NodeSpec, ...]
    outputs: tuple[tuple[str, str], ...]
    when: Expression | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """An input stream; frames, frame stride and size may be choices."""

    mark: Mark
    name: str
    modality: str
    frames: ValueSpec
    frame_stride: ValueSpec
    size: ValueSpec
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """All that says which networks there are."""

    inputs: tuple[InputSpec, ...]
    decisions: tuple[tuple[str, ValueSpec], ...]
    blocks: tuple[BlockSpec, ...]
    nodes: tuple[NodeSpec, ...]
    output: str
    classes: int
