"""Search space + genotype -> graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nasvid.core.errors import Problem, SpaceError
from nasvid.core.shapes import Shape
from nasvid.core.streams import Stream
from nasvid.graph.ir import Graph, Input
from nasvid.lowering.bodies import Bodies
from nasvid.lowering.builder import Builder
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.placements import Start, placements_of
from nasvid.lowering.prune import prune
from nasvid.lowering.scope import Scope
from nasvid.lowering.site import Site
from nasvid.lowering.values import Values
from nasvid.spec.addresses import argument_path
from nasvid.spec.decisions import Genotype
from nasvid.spec.parse_network import MAX_COUNT, is_clip_count
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import InputSpec, Network, ValueSpec


@dataclass(frozen=True, slots=True)
class Lowered:
    """A graph, and what a user may want to know of how it came about."""

    graph: Graph
    warnings: tuple[Problem, ...]


def lower(
    space: SearchSpace,
    genotype: Genotype,
    clip: ClipSize | None = None,
    *,
    keep_unused: bool = False,
) -> Lowered:
    """The graph of one member of a space.

    Args:
        space: The space.
        genotype: One of its genotypes.
        clip: Frames and size to use in place of those that the space describes.
        keep_unused: Whether to keep nodes that do not reach the output.

    Raises:
        SpaceError: Shapes or parameters do not fit; says where.
    """
    inputs, builder = _placed(space, genotype, clip)
    network = space.network
    whole = Graph(inputs, tuple(builder.nodes), _outputs(builder, network))
    if keep_unused:
        return Lowered(whole, ())
    graph, unused = prune(whole)
    if not unused:
        return Lowered(graph, ())
    # What joins inputs or stands on edges goes with the node that it was made for.
    places = {spec.name: (spec.mark, f"inputs.{spec.name}") for spec in network.inputs}
    places |= {node.name: (node.mark, node.name) for node in network.nodes}
    message = "does not reach the output and is left out."
    return Lowered(
        graph, tuple(Problem(*places[name], message) for name in unused if name in places)
    )


def lower_nodes(space: SearchSpace, genotype: Genotype) -> Graph:
    """All nodes of a network, whether or not they reach the output; the graph has no outputs.

    Raises:
        SpaceError: Shapes or parameters do not fit; says where.
    """
    inputs, builder = _placed(space, genotype, None)
    return Graph(inputs, tuple(builder.nodes), ())


def lower_block(space: SearchSpace, genotype: Genotype, shape: Shape) -> Graph:
    """The graph of a network whose nodes read a plain input `in` of this shape.

    Raises:
        SpaceError: Shapes or parameters do not fit; says where.
    """
    values = Values(space.catalogue, genotype)
    shared = _shared(space, values)
    network = space.network
    builder = Builder({"in": shape}, (node.name for node in network.nodes))
    _add_nodes(builder, space, genotype, values, shared)
    return Graph((Input("in", shape),), tuple(builder.nodes), _outputs(builder, network))


def _outputs(builder: Builder, network: Network) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, builder.resolve(edge.ref, edge.mark, "network.output"))
        for name, edge in network.outputs
    )


def _placed(
    space: SearchSpace, genotype: Genotype, clip: ClipSize | None
) -> tuple[tuple[Input, ...], Builder]:
    """The inputs of a network, and all its nodes."""
    values = Values(space.catalogue, genotype)
    code = space.decisions.code(genotype)
    if code is None:
        start = _start(space, values, clip)
    else:
        start = placements_of(space).start(code, clip, lambda: _start(space, values, clip))
    names = (node.name for node in space.network.nodes)
    builder = Builder({i.name: i.shape for i in start.inputs}, names)
    _add_nodes(builder, space, genotype, values, start.shared)
    return start.inputs, builder


def _start(space: SearchSpace, values: Values, clip: ClipSize | None) -> Start:
    shared = _shared(space, values)
    scope = Scope(shared, {})
    streams = {spec.name: _stream(spec, values, scope) for spec in space.network.inputs}
    wanted = space.override
    if clip is None and (wanted.frames is not None or wanted.size is not None):
        clip = ClipSize(wanted.frames, wanted.size)
    if clip is not None:
        streams = clip.applied(streams)
    return Start(
        shared, tuple(Input(name, stream.shape, stream) for name, stream in streams.items())
    )


def _shared(space: SearchSpace, values: Values) -> dict[str, Any]:
    """What all blocks see: named decisions and `classes`."""
    shared: dict[str, Any] = {"classes": space.network.classes}
    scope = Scope(dict(shared), {})
    for name, value in space.network.decisions:
        shared[name] = values.evaluate(value, name, scope)
    return shared


def _add_nodes(
    builder: Builder,
    space: SearchSpace,
    genotype: Genotype,
    values: Values,
    shared: Mapping[str, Any],
) -> None:
    site = Site(builder, Scope(shared, builder.shapes), "", genotype.values)
    bodies = Bodies(space, values, shared)
    code = space.decisions.code(genotype)
    if code is not None:
        placements_of(space).place(bodies, site, code)
        return
    # Of a genotype that is none of the space: what is missing or strange is told.
    for node in space.network.nodes:
        bodies.node(node, site)


def _stream(spec: InputSpec, values: Values, scope: Scope) -> Stream:
    def count(key: str, value: ValueSpec) -> int:
        path = argument_path(spec.name, key)
        number = values.evaluate(value, path, scope)
        if not is_clip_count(number):
            message = f"got {number!r}; accepts a count from 1 to {MAX_COUNT}."
            raise SpaceError.at(value.mark, f"inputs.{path}", message)
        return number

    return Stream(
        modality=spec.modality,
        channels=spec.channels,
        frames=count("frames", spec.frames),
        frame_stride=count("frame_stride", spec.frame_stride),
        size=count("size", spec.size),
        mean=spec.mean,
        std=spec.std,
    )
