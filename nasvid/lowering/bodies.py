"""Placing nodes, and lowering the bodies of the blocks that they are.

The walk mirrors `spec.enumerate`: the same addresses, but one option of each choice.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from nasvid.core.errors import GraphError, Mark, NasvidError, Problem, SpaceError
from nasvid.core.shapes import Shape
from nasvid.graph.ir import OUT, Graph, Input, primitive_node
from nasvid.graph.primitive import PRIMITIVES
from nasvid.lowering.builder import Builder
from nasvid.lowering.call import Call, by_name
from nasvid.lowering.chain import Chain
from nasvid.lowering.copies import calls_of_copies
from nasvid.lowering.instance import Instance, check_arguments, parameter_value
from nasvid.lowering.joins import joined
from nasvid.lowering.memo import Body, memo_of, settings_key
from nasvid.lowering.plain import PlainNode
from nasvid.lowering.scope import Scope
from nasvid.lowering.site import Reading, Site
from nasvid.lowering.values import Values
from nasvid.spec.addresses import argument_path, body_path, edge_path, variant_path
from nasvid.spec.parse_repeats import MAX_COPIES, is_count
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import IN, BlockSpec, Edge, NodeSpec, Repeat, Source, ValueSpec

MAX_PRIMITIVES = 20_000
# Instances placed, those of known bodies counted again.
MAX_STEPS = 50_000
SINGLE = (IN,)


class Bodies:
    """Places the nodes of one network.

    Args:
        space: The space that it is a member of.
        values: What is chosen.
        shared: Named decisions and `classes`, which all blocks see.
    """

    def __init__(self, space: SearchSpace, values: Values, shared: Mapping[str, Any]) -> None:
        self._space = space
        self._blocks = space.catalogue.blocks
        self._memo = memo_of(space.catalogue)
        self.values = values
        self._shared = shared
        self.num_steps = 0

    @cached_property
    def _shared_key(self) -> str:
        """What blocks can see of what they all see."""
        names = self._memo.names
        return settings_key({name: v for name, v in self._shared.items() if name in names})

    def node(self, node: NodeSpec, site: Site) -> None:
        """Place a node of the file.

        Raises:
            SpaceError: Shapes or parameters do not fit; says where.
        """
        path = site.address(node)
        if node.source is None:
            raise SpaceError.at(node.mark, path, "reads nothing.")
        plain = self._memo.plain(node)
        if plain is not None and not site.builder.lacks_nodes and self._is_there(node, site, path):
            self._place_plain(plain, site, path)
            return
        scope = site.scope
        if node.member is not None:
            at = argument_path(site.address_of(node.member.level), "repeat")
            count = self.values.evaluate(node.member.count, at, scope)
            if node.member.index >= count:
                site.builder.drop(node.name, node.member.stand_in(count))
                return
            scope = scope.with_value("i", node.member.index)
            site = Site(site.builder, scope, site.path, site.chosen)
        is_there = self._is_there(node, site, path)
        if not is_there and node.vanishes:
            site.builder.drop(node.name)
            return
        edges = self._edges(node.source, site, path)
        if not is_there and node.otherwise is None:
            # A node that is left out passes on its first input, as the sum of a residual
            # connection without one should.
            site.builder.alias(node.name, self._edge(node, *edges[0], site, path))
            return
        refs = tuple([self._edge(node, edge, ref, site, path) for edge, ref in edges])
        gates = tuple(
            [e.gate if e.gate is None else self._gate(e.gate, e, site, path) for e, _ in edges]
        )
        reading = Reading(refs, gates, node.source, path)
        if is_there or node.otherwise is None:
            self._place(node, node.name, reading, site, path)
        else:
            other = variant_path(path, "otherwise")
            self._place(node.otherwise, node.name, reading, site, other)

    def _is_there(self, node: NodeSpec, site: Site, path: str) -> bool:
        return node.when is None or bool(
            self.values.evaluate(node.when, argument_path(path, "when"), site.scope)
        )

    def _place_plain(self, plain: PlainNode, site: Site, path: str) -> None:
        """What all the rest comes to for a node of the plainest kind."""
        node, edge, builder = plain.node, plain.edge, site.builder
        ref = builder.resolve(edge.ref, edge.mark, f"{path}.from")
        given = self.values.arguments(plain.arguments, plain.block, site.scope, path)
        if plain.spec is not None:
            self._instance(node.name, Call(plain.block, given, path), (ref,), site, node)
            return
        self._count_steps(1, node.mark, path)
        try:
            op = self._memo.primitive(plain.block, given)
            builder.add(primitive_node(node.name, op, (ref,), (builder.shapes[ref],)))
        except NasvidError as error:
            raise SpaceError.at(node.mark, path, f"{plain.block}: {error}") from error
        self._check_size(site, node.mark, path)

    def _edges(self, source: Source, site: Site, path: str) -> list[tuple[Edge, str]]:
        """The edges by which a node reads, and what each reads; never none."""
        taken = self.values.edges(source, path)
        if not taken:
            message = "no edge is taken, so it reads nothing."
            raise SpaceError.at(source.mark, f"{path}.from", message)
        if not site.builder.lacks_nodes:
            return [(edge, edge.ref) for edge in taken]
        found: list[tuple[Edge, str]] = []
        refs = {edge.ref for edge in taken}
        for edge in taken:
            ref = site.builder.present(edge.ref)
            if ref != edge.ref and (ref in refs or all(ref != e.ref for e in source.edges)):
                continue
            if ref is None:
                continue
            refs.add(ref)
            found.append((edge, ref))
        if not found or (source.ports and len(found) < len(taken)):
            gone = ", ".join(repr(e.ref) for e in taken if all(e is not kept for kept, _ in found))
            message = f"cannot do without {gone}, which is not there."
            raise SpaceError.at(source.mark, f"{path}.from", message)
        return found

    def _edge(self, node: NodeSpec, edge: Edge, read: str, site: Site, path: str) -> str:
        """The reference that an edge gives, after the blocks that stand on it."""
        ref = site.builder.resolve(read, edge.mark, f"{path}.from")
        for step in edge.steps:
            where = edge_path(path, edge.ref)
            wanted = f"{node.name}_{edge.ref.replace('.', '_')}_{step.name}"
            name = site.builder.free_name(wanted)
            at = f"{where}.{step.name}"
            self._place(step, name, Reading((ref,), (None,), None, at), site, at)
            ref = site.builder.resolve(name, step.mark, where)
        return ref

    def _gate(self, value: ValueSpec, edge: Edge, site: Site, path: str) -> float | None:
        at = argument_path(edge_path(path, edge.ref), "gate")
        gate = self.values.evaluate(value, at, site.scope)
        if gate is None or (isinstance(gate, int | float) and 0 <= gate <= 1):
            return gate
        message = f"got {gate!r}; accepts a number from 0 to 1, or null for a learned gate."
        raise SpaceError.at(value.mark, at, message)

    def _place(self, node: NodeSpec, name: str, reading: Reading, site: Site, path: str) -> None:
        """Add a node under a name, with what joins its inputs and with all of its copies."""
        if node.repeat is not None:
            place = Site(site.builder, site.scope, path, site.chosen)
            self._add_copies(node, node.repeat, name, reading, place)
            return
        block = self.values.block(node, path, site.scope)
        refs = self._operands(node, name, reading, site, self._inputs(block.name))
        inner = body_path(path, block.name, is_fixed=node.is_fixed_block)
        given = self.values.arguments(node.arguments, block.name, site.scope, path)
        call = Call(block.name, block.given_with(given), inner)
        self._instance(name, call, refs, site, node)

    def _inputs(self, block: str) -> tuple[str, ...] | None:
        """Names of what a block reads; None for a primitive that takes several as they are."""
        spec = self._blocks.get(block)
        if spec is not None:
            return spec.inputs
        return SINGLE if PRIMITIVES[block].operands[1] == 1 else None

    def _operands(
        self,
        node: NodeSpec,
        name: str,
        reading: Reading,
        site: Site,
        inputs: tuple[str, ...] | None,
    ) -> tuple[str, ...]:
        """What goes into the inputs of a block: joined where there is one, else one by one."""
        source = reading.source
        if source is not None and source.ports:
            return by_name(reading.refs, source, inputs or SINGLE, f"{reading.path}.from")
        has_merge = source is not None and source.merge is not None
        if has_merge or (inputs is not None and len(inputs) == 1):
            return (joined(node, name, reading, site, self.values, self._memo),)
        if inputs is not None and len(reading.refs) != len(inputs):
            message = (
                f"reads {len(reading.refs)} nodes; the block has the inputs {', '.join(inputs)}."
            )
            mark = node.mark if source is None else source.mark
            raise SpaceError.at(mark, f"{reading.path}.from", message)
        return reading.refs

    def _add_copies(
        self, node: NodeSpec, repeat: Repeat, name: str, reading: Reading, site: Site
    ) -> None:
        """Add the chain of all copies of a node whose address is the path of the site."""
        path = site.path
        count = self.values.evaluate(repeat.count, argument_path(path, "repeat"), site.scope)
        if not is_count(count):
            message = f"got {count!r} copies; accepts 0 to {MAX_COPIES}."
            raise SpaceError.at(repeat.mark, f"{path}.repeat", message)
        copies = calls_of_copies(node, repeat, count, site, self.values, self._memo)
        inputs, ports = SINGLE, (OUT,)
        if copies or node.is_fixed_block:
            block = copies[0].block if copies else self.values.block(node, path, site.scope).name
            inputs = self._inputs(block) or SINGLE
            ports = self._ports(block)
        refs = self._operands(node, name, reading, site, inputs)
        chain = Chain(inputs, [site.builder.shapes[ref] for ref in refs], ports)
        place = Site(chain.builder, site.scope, path, site.chosen)
        for number, copy in enumerate(copies):
            is_new = number == 0 or copy is not copies[number - 1]
            if is_new and (
                (self._inputs(copy.block) or SINGLE, self._ports(copy.block)) != (inputs, ports)
            ):
                message = f"copy {number} is a {copy.block}, which has other ports."
                raise SpaceError.at(node.mark, path, message)
            self._instance(str(number), copy, chain.refs, place, node)
            chain.advance(str(number), node.mark, path)
        try:
            site.builder.add_block(name, "repeat", chain.graph(), refs, node.share)
        except NasvidError as error:
            raise SpaceError.at(node.mark, path, str(error)) from error
        self._check_size(site, node.mark, path)

    def _ports(self, block: str) -> tuple[str, ...]:
        """Names of what a block gives."""
        spec = self._blocks.get(block)
        return (OUT,) if spec is None else tuple([port for port, _ in spec.outputs])

    def _instance(
        self, name: str, call: Call, refs: tuple[str, ...], site: Site, node: NodeSpec
    ) -> None:
        """Add one instance of a block or primitive, as the node says."""
        mark, path, builder = node.mark, call.path, site.builder
        self._count_steps(1, mark, path)
        shapes = tuple([builder.shapes[ref] for ref in refs])
        spec = self._blocks.get(call.block)
        if spec is not None:
            body = self._body(spec, call, shapes, mark, site)
            try:
                builder.add_block(name, call.block, body, refs, node.share)
            except GraphError as error:
                raise SpaceError.at(mark, path, str(error)) from error
        else:
            try:
                op = self._memo.primitive(call.block, call.arguments)
                builder.add(primitive_node(name, op, refs, shapes), node.share)
            except NasvidError as error:
                raise SpaceError.at(mark, path, f"{call.block}: {error}") from error
        self._check_size(site, mark, path)

    def _count_steps(self, number: int, mark: Mark, path: str) -> None:
        self.num_steps += number
        if self.num_steps > MAX_STEPS:
            message = f"the network has more than {MAX_STEPS} block instances."
            raise SpaceError.at(mark, path, message)

    def _check_size(self, site: Site, mark: Mark, path: str) -> None:
        if site.builder.num_primitives > MAX_PRIMITIVES:
            message = f"the network has more than {MAX_PRIMITIVES} primitives."
            raise SpaceError.at(mark, path, message)

    def _body(
        self, spec: BlockSpec, call: Call, shapes: tuple[Shape, ...], mark: Mark, site: Site
    ) -> Graph:
        """The body of a block instance."""
        known = call.bodies.get(shapes)
        if known is None:
            known = call.bodies[shapes] = self._known_body(spec, call, shapes, mark, site)
        else:
            self._count_steps(known.num_steps, mark, call.path)
        return known.graph

    def _known_body(
        self, spec: BlockSpec, call: Call, shapes: tuple[Shape, ...], mark: Mark, site: Site
    ) -> Body:
        """The body of a block instance, made if it is not known; its steps are counted."""
        path = call.path
        chosen = site.below(path) if spec.name in self._memo.open_blocks else ()
        cut = len(path) + 1
        told = repr([(path[cut:], value) for path, value in chosen]) if chosen else ""
        key = (spec.name, settings_key(call.arguments), shapes, self._shared_key, told)
        known = self._memo.body(key)
        if known is not None:
            self._count_steps(known.num_steps, mark, path)
            return known
        before = self.num_steps
        try:
            graph = self._lowered(Instance(spec, call.arguments, shapes, path, mark, chosen))
        except SpaceError as error:
            files = {*self._space.texts, *self._space.included}
            if mark.file in files and spec.mark.file not in files:
                raise SpaceError(_seen_from(mark, error)) from error
            raise
        made = Body(graph, self.num_steps - before)
        self._memo.keep(key, made)
        return made

    def _lowered(self, instance: Instance) -> Graph:
        spec, path = instance.spec, instance.path
        check_arguments(instance)
        shapes = dict(zip(spec.inputs, instance.shapes, strict=True))
        builder = Builder(shapes, (node.name for node in spec.nodes))
        # The scope sees each parameter as soon as it has a value.
        values = dict(self._shared)
        site = Site(builder, Scope(values, builder.shapes), path, instance.chosen)
        for param in spec.params:
            values[param.name] = parameter_value(instance, param, self.values, site.scope)
        inputs = tuple(Input(name, shape) for name, shape in shapes.items())
        if spec.when is not None and not self.values.evaluate(spec.when, path, site.scope):
            # What comes in goes out, by name where the names agree.
            ports = (port for port, _ in spec.outputs)
            first = spec.inputs[0]
            return Graph(inputs, (), tuple((p, p if p in shapes else first) for p in ports))
        for node in spec.nodes:
            self.node(node, site)
        outputs = tuple(
            (port, builder.resolve(edge.ref, edge.mark, path)) for port, edge in spec.outputs
        )
        return builder.pruned(inputs, outputs)


def _seen_from(mark: Mark, error: SpaceError) -> list[Problem]:
    """Problems inside a standard block, told at the node in the user's file."""
    return [Problem(mark, p.path, f"{p.message} (in {p.mark})") for p in error.problems]
