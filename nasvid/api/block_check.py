"""Checking one block of a file by itself, before a space is built of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nasvid.core.costs import Cost
from nasvid.core.errors import Mark, NasvidError, Problem, ShapeError, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.core.seeds import keyed_rng
from nasvid.core.shapes import Shape
from nasvid.cost.analytic import cost_of
from nasvid.lowering.lower import lower_block
from nasvid.search.lower_bound import all_genotypes
from nasvid.spec.decisions import Genotype
from nasvid.spec.enumerate import enumerate_decisions
from nasvid.spec.problems import Problems
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import Edge, Literal, NodeSpec, Source

MAX_MEMBERS = 12
NODE = "block"


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
        members: All of them, or some drawn at random.
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
    """
    parts = text.split("x")
    if len(parts) != 4 or not all(part.isdigit() and len(part) < 7 for part in parts):
        raise ShapeError(f"--in: got {text!r}; accepts CxTxHxW, such as 64x16x56x56.")
    return Shape.clip(*map(int, parts))


def check_block(space: SearchSpace, block: str, shape: str) -> BlockCheck:
    """Lower a block for an input of this shape, with all or some of its choices.

    Raises:
        SpaceError: There is no such block, or it fits with none of its choices.
        ShapeError: The shape is not of the form CxTxHxW.
    """
    clip = parse_shape(shape)
    mark = Mark(space.file, 1, 1)
    if block not in space.catalogue:
        message = unknown_name("block", block, space.catalogue.names)
        raise SpaceError([Problem(mark, "--block", message)])
    missing = sorted(space.catalogue.signature(block).required)
    if missing:
        listed = ", ".join(map(repr, missing))
        message = f"{block} needs {listed}; give defaults, or wrap it in a block that passes them."
        raise SpaceError([Problem(mark, "--block", message)])
    source = Source(mark, "all", (Edge(mark, "in"),))
    node = NodeSpec(mark, NODE, Literal(mark, block), (), source)
    problems = Problems()
    network = replace(space.network, nodes=(node,), output=NODE, inputs=())
    table = enumerate_decisions(network, space.catalogue, problems)
    problems.raise_any()
    alone = replace(space, network=network, decisions=table)
    count = table.size().count
    if count <= MAX_MEMBERS:
        genotypes = list(all_genotypes(table))
    else:
        genotypes = [table.sample(keyed_rng("block", k)) for k in range(MAX_MEMBERS)]
    return _checked(alone, block, clip, count, genotypes)


def _checked(
    space: SearchSpace, block: str, clip: Shape, count: int, genotypes: list[Genotype]
) -> BlockCheck:
    members: list[BlockMember] = []
    invalid: dict[str, int] = {}
    first: NasvidError | None = None
    for genotype in genotypes:
        try:
            graph = lower_block(space, genotype, clip)
        except NasvidError as error:
            first = first or error
            invalid[str(error)] = invalid.get(str(error), 0) + 1
            continue
        members.append(
            BlockMember(genotype.to_json(), graph.output_shapes[0][1], cost_of(graph))
        )
    if not members and first is not None:
        raise first
    return BlockCheck(block, clip, count, tuple(members), invalid)
