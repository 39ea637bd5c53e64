"""Checking one block by itself, before a space is built of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from nasvid.core.costs import Cost
from nasvid.core.errors import Mark, NasvidError, ShapeError
from nasvid.core.registry import unknown_name
from nasvid.core.seeds import keyed_rng
from nasvid.core.shapes import Shape
from nasvid.cost.analytic import cost_of
from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import OUT
from nasvid.lowering.load import load_space
from nasvid.lowering.lower import lower_block
from nasvid.search.lower_bound import all_genotypes
from nasvid.spec.decisions import Genotype
from nasvid.spec.enumerate import enumerate_decisions
from nasvid.spec.problems import Problems
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import IN, Edge, Literal, Network, NodeSpec, Source

MAX_MEMBERS = 12
NODE = "block"
# A file that says as little as a file can, for the blocks that come with nasvid.
_STANDARD = """\
version: 1
inputs: {rgb: {modality: rgb, frames: 1, size: 8}}
network: {nodes: {pool: {max_pool: 1}}, head: {classes: =classes}}
"""


@dataclass(frozen=True, slots=True)
class BlockMember:
    """One way to choose what a block leaves open."""

    choices: Mapping[str, Any]
    output_shape: Shape
    cost: Cost


@dataclass(frozen=True, slots=True)
class BlockCheck:
    """What a block does with an input.

    Args:
        block: Its name.
        input_shape: What goes in.
        num_members: Ways to choose what it leaves open.
        members: Those that give different networks: all of them, or some drawn at random.
        invalid: Why some do not fit, with counts.
    """

    block: str
    input_shape: Shape
    num_members: int
    members: tuple[BlockMember, ...]
    invalid: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "ok": True,
            "block": self.block,
            "in": list(self.input_shape.sizes),
            "num_members": self.num_members,
            "members": [
                {
                    "choose": dict(member.choices),
                    "out": list(member.output_shape.sizes),
                    **member.cost.to_json(),
                }
                for member in self.members
            ],
            "invalid": dict(self.invalid),
        }


def parse_shape(text: str) -> Shape:
    """A clip shape from `CxTxHxW`.

    Raises:
        ShapeError: The text is of another form.
    Example:
        >>> str(parse_shape("64x16x56x56"))
        '64x16x56x56'
    """
    parts = text.split("x")
    if len(parts) != 4 or not all(p.isdecimal() and len(p) < 7 and int(p) > 0 for p in parts):
        raise ShapeError(f"--in: got {text!r}; accepts CxTxHxW, such as 64x16x56x56.")
    return Shape.clip(*map(int, parts))


def standard_space() -> SearchSpace:
    """A space with the blocks that come with nasvid and no others."""
    name = "standard blocks"
    return load_space(name, {name: _STANDARD})


def check_block(space: SearchSpace, block: str, clip: Shape) -> BlockCheck:
    """Lower a block for an input of this shape, with all or some of its choices.

    Raises:
        NasvidError: There is no such block, or it needs arguments.
        SpaceError: It fits with none of its choices.
    """
    if block not in space.catalogue:
        raise NasvidError(f"--block: {unknown_name('block', block, space.catalogue.names)}")
    missing = sorted(space.catalogue.signature(block).required)
    if missing:
        raise NasvidError(
            f"--block: {block} needs {', '.join(map(repr, missing))}; give defaults, or wrap it in "
            "a block that passes them."
        )
    alone = _alone(space, block)
    count = alone.decisions.size().count
    if count <= MAX_MEMBERS:
        genotypes = list(all_genotypes(alone.decisions))
    else:
        draws = (keyed_rng("block", number) for number in range(MAX_MEMBERS))
        genotypes = [alone.decisions.sample(rng) for rng in draws]
    members, invalid = _lowered(alone, clip, genotypes)
    return BlockCheck(block, clip, count, members, invalid)


def _alone(space: SearchSpace, block: str) -> SearchSpace:
    """The space of a network that is this block, with the decisions that it uses."""
    mark = Mark(space.file, 1, 1)
    spec = space.catalogue.blocks.get(block)
    edges = (Edge(mark, IN),) * (1 if spec is None else len(spec.inputs))
    node = NodeSpec(mark, NODE, Literal(mark, block), (), Source(mark, "all", edges))
    names = _mentioned(block, space.catalogue, space.network)
    used = tuple((name, value) for name, value in space.network.decisions if name in names)
    ports = (OUT,) if spec is None else tuple(port for port, _ in spec.outputs)
    outputs = tuple((port, Edge(mark, f"{NODE}.{port}")) for port in ports)
    network = replace(space.network, nodes=(node,), outputs=outputs, inputs=(), decisions=used)
    problems = Problems()
    table = enumerate_decisions(network, space.catalogue, problems)
    problems.raise_any()
    return replace(space, network=network, decisions=table)


def _mentioned(block: str, catalogue: Catalogue, network: Network) -> set[str]:
    """Every name that the block mentions, or a block or decision that it mentions."""
    decisions = dict(network.decisions)
    names: set[str] = set()
    open_names = [block]
    while open_names:
        name = open_names.pop()
        if name in names:
            continue
        names.add(name)
        open_names += _texts(catalogue.blocks.get(name))
        open_names += _texts(decisions.get(name))
    return names


def _texts(piece: object) -> Iterator[str]:
    """Every text in a piece of a parsed file."""
    if isinstance(piece, str):
        yield piece
    elif isinstance(piece, tuple):
        for part in piece:
            yield from _texts(part)
    elif is_dataclass(piece) and not isinstance(piece, Mark):
        for field in fields(piece):
            yield from _texts(getattr(piece, field.name))


def _lowered(
    space: SearchSpace, clip: Shape, genotypes: list[Genotype]
) -> tuple[tuple[BlockMember, ...], dict[str, int]]:
    members: dict[str, BlockMember] = {}
    invalid: dict[str, int] = {}
    first: NasvidError | None = None
    for genotype in genotypes:
        try:
            graph = lower_block(space, genotype, clip)
        except NasvidError as error:
            first = first or error
            invalid[str(error)] = invalid.get(str(error), 0) + 1
            continue
        member = BlockMember(genotype.to_json(), graph.output_shapes[0][1], cost_of(graph))
        members.setdefault(graph_id(graph), member)
    if not members and first is not None:
        raise first
    return tuple(members.values()), invalid
