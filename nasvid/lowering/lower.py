"""Search space + genotype -> graph.

The walk mirrors `spec.enumerate`: the same addresses, but one option of each choice. Blocks that
leave nothing to choose are lowered once per set of arguments and input shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nasvid.core.errors import Mark, NasvidError, Problem, SpaceError
from nasvid.core.shapes import Shape
from nasvid.core.streams import CHANNELS_OF, Stream
from nasvid.graph.expander import MERGES
from nasvid.graph.ir import OUT, Graph, Input, Node, block_node, primitive_node
from nasvid.graph.primitive import PRIMITIVES, make_primitive
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.memo import memo_of
from nasvid.lowering.prune import prune
from nasvid.lowering.scope import BlockValue, Scope
from nasvid.spec.addresses import argument_path, body_path, copy_path, edge_path, option_path
from nasvid.spec.decisions import Genotype
from nasvid.spec.expressions import ExpressionError, evaluate
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.syntax import (
    PRIMARY,
    BlockCall,
    BlockSpec,
    Choice,
    Edge,
    Expression,
    InputSpec,
    Items,
    Literal,
    NodeSpec,
    ParamSpec,
    ValueSpec,
)

MAX_NODES = 20_000
MAX_COPIES = 1_000
DEFAULT_MERGE = "add"
_KINDS: Mapping[str, tuple[type, ...]] = {
    "number": (int, float),
    "boolean": (bool,),
    "text": (str,),
    "list": (tuple,),
    "block": (str, BlockValue),
    "any": (object,),
}


@dataclass(frozen=True, slots=True)
class Lowered:
    """A graph, and what a user may want to know of how it came about."""

    graph: Graph
    warnings: tuple[str, ...]


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
    return _Lowering(space, genotype, clip).run(keep_unused=keep_unused)


def lower_block(space: SearchSpace, genotype: Genotype, shape: Shape) -> Graph:
    """The graph of a network whose nodes read a plain input `in` of this shape.

    Raises:
        SpaceError: Shapes or parameters do not fit; says where.
    """
    return _Lowering(space, genotype, None).run_body(shape)


class _Lowering:
    def __init__(self, space: SearchSpace, genotype: Genotype, clip: ClipSize | None) -> None:
        self._space = space
        self._values = genotype.by_path
        self._clip = clip
        self._blocks = space.catalogue.blocks
        self._memo = memo_of(space.catalogue)
        self._shared: dict[str, Any] = {"classes": space.network.classes}
        self._num_nodes = 0

    def run(self, *, keep_unused: bool) -> Lowered:
        network = self._space.network
        empty = self._share_decisions()
        streams = {spec.name: self._stream(spec, empty) for spec in network.inputs}
        if self._clip is not None:
            streams = self._clip.applied(streams)
        inputs = tuple(Input(name, stream.shape, stream) for name, stream in streams.items())
        builder = _Builder({i.name: i.shape for i in inputs})
        scope = Scope(self._shared, builder.shapes)
        for node in network.nodes:
            self._node(node, builder, scope, node.name)
        output = builder.resolve(network.output)
        whole = Graph(inputs, tuple(builder.nodes), ((OUT, output),))
        if keep_unused:
            return Lowered(whole, ())
        graph, unused = prune(whole)
        warnings = tuple(
            f"{name!r} does not reach the output and is left out." for name in unused
        )
        return Lowered(graph, warnings)

    def run_body(self, shape: Shape) -> Graph:
        self._share_decisions()
        network = self._space.network
        builder = _Builder({"in": shape})
        scope = Scope(self._shared, builder.shapes)
        for node in network.nodes:
            self._node(node, builder, scope, node.name)
        output = builder.resolve(network.output)
        return Graph((Input("in", shape),), tuple(builder.nodes), ((OUT, output),))

    def _share_decisions(self) -> Scope:
        """Evaluate the named decisions; returns a scope with them alone."""
        scope = Scope(self._shared, {})
        for name, value in self._space.network.decisions:
            self._shared[name] = self._evaluate(value, name, scope, f"decisions.{name}")
        self._globals = tuple(self._shared.items())
        return scope

    def _stream(self, spec: InputSpec, scope: Scope) -> Stream:
        counts: dict[str, int] = {}
        for key in ("frames", "frame_stride", "size"):
            value: ValueSpec = getattr(spec, key)
            path = argument_path(spec.name, key)
            count = self._evaluate(value, path, scope, f"inputs.{path}")
            if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 10**5:
                raise _problem(value.mark, f"inputs.{path}", f"got {count!r}; accepts a count.")
            counts[key] = count
        return Stream(
            modality=spec.modality,
            channels=CHANNELS_OF[spec.modality],
            mean=spec.mean,
            std=spec.std,
            **counts,
        )

    def _node(self, node: NodeSpec, builder: "_Builder", scope: Scope, path: str) -> None:
        refs, gates = self._edges(node, builder, scope, path)
        if node.when is not None and not self._evaluate(
            node.when, argument_path(path, "when"), scope, path
        ):
            if len(refs) != 1:
                raise _problem(
                    node.mark, path, "is left out by `when`, but has several inputs to pass on."
                )
            builder.alias(node.name, refs[0])
            return
        try:
            self._place(node, node.name, refs, gates, builder, scope, path)
        except SpaceError:
            raise
        except NasvidError as error:
            raise _problem(node.mark, path, str(error)) from error

    def _place(
        self,
        node: NodeSpec,
        name: str,
        refs: list[str],
        gates: list[float | None],
        builder: "_Builder",
        scope: Scope,
        path: str,
    ) -> None:
        at = argument_path(path, "block")
        if node.repeat is None or not node.repeat.per_copy:
            block = self._block(node.block, at, scope, path)
        else:
            block = None
        if not self._takes_many(block):
            refs = [self._merged(node, name, refs, gates, builder, scope, path)]
        if node.repeat is not None:
            self._repeat(node, name, refs[0], block, builder, scope, path)
        elif block is not None:
            inner = body_path(path, block.name, is_fixed=node.is_fixed_block)
            given = self._arguments(node.arguments, block, scope, path)
            self._instance(name, block, given, refs, builder, inner, node.mark)

    def _takes_many(self, block: BlockValue | None) -> bool:
        if block is None or block.name in self._blocks or block.name not in PRIMITIVES:
            return False
        return PRIMITIVES[block.name].operands[1] != 1

    def _edges(
        self, node: NodeSpec, builder: "_Builder", scope: Scope, path: str
    ) -> tuple[list[str], list[float | None]]:
        """The references that a node reads, after what stands on the edges, with fixed gates."""
        source = node.source
        if source is None:
            raise _problem(node.mark, path, "reads nothing.")
        edges: Sequence[Edge] = source.edges
        if source.kind != "all":
            taken = self._values[argument_path(path, "from")]
            names = taken if isinstance(taken, tuple) else (taken,)
            edges = [edge for edge in edges if edge.ref in names]
        if not edges:
            raise _problem(source.mark, f"{path}.from", "no edge is taken, so it reads nothing.")
        refs: list[str] = []
        gates: list[float | None] = []
        for edge in edges:
            where = edge_path(path, edge.ref)
            refs.append(self._edge(node, edge, where, builder, scope))
            gate = edge.gate
            gates.append(
                None
                if gate is None
                else self._evaluate(gate, argument_path(where, "gate"), scope, where)
            )
        return refs, gates

    def _edge(
        self, node: NodeSpec, edge: Edge, where: str, builder: "_Builder", scope: Scope
    ) -> str:
        ref = builder.resolve(edge.ref)
        for step in edge.steps:
            path = f"{where}.{step.name}"
            name = builder.free_name(f"{node.name}_{edge.ref.replace('.', '_')}_{step.name}")
            try:
                self._place(step, name, [ref], [None], builder, scope, path)
            except SpaceError:
                raise
            except NasvidError as error:
                raise _problem(step.mark, path, str(error)) from error
            ref = builder.resolve(name)
        return ref

    def _merged(
        self,
        node: NodeSpec,
        name: str,
        refs: list[str],
        gates: list[float | None],
        builder: "_Builder",
        scope: Scope,
        path: str,
    ) -> str:
        if len(refs) == 1:
            return refs[0]
        source = node.source
        merge, mark = DEFAULT_MERGE, node.mark
        is_aligned = source is None or source.is_aligned
        if source is not None and source.merge is not None:
            mark = source.merge.mark
            found = self._evaluate(source.merge, argument_path(path, "merge"), scope, path)
            merge = found.name if isinstance(found, BlockValue) else str(found)
        try:
            kind = MERGES[merge]()
            shapes = [builder.shapes[ref] for ref in refs]
            body = kind.expand(shapes, gates, is_aligned=is_aligned)
        except NasvidError as error:
            raise _problem(mark, f"{path}.merge", str(error)) from error
        joined = builder.free_name(f"{name}_merge")
        builder.add(block_node(joined, f"merge_{merge}", body, tuple(refs)))
        return joined

    def _repeat(
        self,
        node: NodeSpec,
        name: str,
        ref: str,
        block: BlockValue | None,
        builder: "_Builder",
        scope: Scope,
        path: str,
    ) -> None:
        repeat = node.repeat
        if repeat is None:
            return
        count = self._evaluate(repeat.count, argument_path(path, "repeat"), scope, path)
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MAX_COPIES:
            message = f"got {count!r} copies; accepts 0 to {MAX_COPIES}."
            raise _problem(repeat.mark, f"{path}.repeat", message)
        if count == 0:
            builder.alias(name, ref)
            return
        chain = _Builder({"in": builder.shapes[ref]})
        last = "in"
        for copy in range(count):
            inner_scope = scope.with_value("i", copy)
            at = copy_path(path, copy) if repeat.per_copy else path
            value = block or self._block(node.block, argument_path(at, "block"), inner_scope, at)
            given = self._arguments(node.arguments, value, inner_scope, at)
            for variant, arguments, is_this in (
                ("last", repeat.last, copy == count - 1),
                ("first", repeat.first, copy == 0),
            ):
                if is_this:
                    where = f"{at}.{variant}"
                    given |= self._arguments(arguments, value, inner_scope, where)
            inner = body_path(at, value.name, is_fixed=node.is_fixed_block)
            self._instance(str(copy), value, given, [last], chain, inner, node.mark)
            last = chain.resolve(str(copy))
        body, _ = prune(
            Graph((Input("in", builder.shapes[ref]),), tuple(chain.nodes), ((OUT, last),))
        )
        builder.add_block(name, "repeat", body, (ref,))

    def _arguments(
        self, arguments: Sequence[tuple[str, ValueSpec]], block: BlockValue, scope: Scope, path: str
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in arguments:
            resolved = name
            if name == PRIMARY:
                resolved = self._space.catalogue.signature(block.name).primary or name
            at = argument_path(path, resolved)
            found[resolved] = self._evaluate(value, at, scope, at)
        return found

    def _block(self, value: ValueSpec, at: str, scope: Scope, path: str) -> BlockValue:
        found = self._evaluate(value, at, scope, path)
        if isinstance(found, str):
            found = BlockValue(found)
        if not isinstance(found, BlockValue) or found.name not in self._space.catalogue:
            got = found.name if isinstance(found, BlockValue) else found
            raise _problem(value.mark, at, f"got {got!r}; accepts the name of a block.")
        return found

    def _instance(
        self,
        name: str,
        block: BlockValue,
        given: Mapping[str, Any],
        refs: list[str],
        builder: "_Builder",
        path: str,
        mark: Mark,
    ) -> None:
        """Add one instance of a block or primitive."""
        self._num_nodes += 1
        if self._num_nodes > MAX_NODES:
            raise _problem(mark, path, f"the network has more than {MAX_NODES} nodes.")
        arguments = {**dict(block.arguments), **given}
        shapes = tuple(builder.shapes[ref] for ref in refs)
        spec = self._blocks.get(block.name)
        try:
            if spec is None:
                op = make_primitive(block.name, arguments)
                builder.add(primitive_node(name, op, tuple(refs), shapes))
                return
        except NasvidError as error:
            if isinstance(error, SpaceError):
                raise
            raise _problem(mark, path, f"{block.name}: {error}") from error
        body = self._body(spec, arguments, shapes[0], path, mark)
        builder.add_block(name, block.name, body, (refs[0],))

    def _body(
        self, spec: BlockSpec, arguments: Mapping[str, Any], shape: Shape, path: str, mark: Mark
    ) -> Graph:
        key = self._memo.key(spec.name, arguments, shape, self._globals)
        known = None if key is None else self._memo.get(key)
        if known is not None:
            return known
        body = self._lowered_body(spec, arguments, shape, path, mark)
        if key is not None:
            self._memo.keep(key, body)
        return body

    def _lowered_body(
        self, spec: BlockSpec, arguments: Mapping[str, Any], shape: Shape, path: str, mark: Mark
    ) -> Graph:
        names = {param.name for param in spec.params}
        for name in arguments:
            if name not in names:
                known = ", ".join(sorted(names)) or "none"
                raise _problem(mark, path, f"{spec.name} has no parameter {name!r}; it has: {known}.")
        builder = _Builder({"in": shape})
        values = dict(self._globals)
        for param in spec.params:
            values[param.name] = self._param(param, arguments, values, builder, spec, path, mark)
        scope = Scope(values, builder.shapes)
        inputs = (Input("in", shape),)
        if spec.when is not None and not self._evaluate(spec.when, path, scope, path):
            return Graph(inputs, (), ((OUT, "in"),))
        for node in spec.nodes:
            self._node(node, builder, scope, f"{path}.{node.name}")
        outputs = tuple((port, builder.resolve(ref)) for port, ref in spec.outputs)
        return prune(Graph(inputs, tuple(builder.nodes), outputs))[0]

    def _param(
        self,
        param: ParamSpec,
        arguments: Mapping[str, Any],
        values: Mapping[str, Any],
        builder: "_Builder",
        spec: BlockSpec,
        path: str,
        mark: Mark,
    ) -> Any:
        at = argument_path(path, param.name)
        if param.name in arguments:
            value = arguments[param.name]
        elif param.default is not None:
            value = self._evaluate(param.default, at, Scope(values, builder.shapes), at)
        else:
            raise _problem(mark, at, f"{spec.name} needs {param.name!r}; give it a value.")
        is_right = isinstance(value, _KINDS[param.kind]) and not (
            param.kind == "number" and isinstance(value, bool)
        )
        if not is_right and value is not None:
            article = "true or false" if param.kind == "boolean" else f"a {param.kind}"
            raise _problem(mark, at, f"got {value!r}; {spec.name} accepts {article} here.")
        return value

    def _evaluate(self, value: ValueSpec, at: str, scope: Scope, path: str) -> Any:
        """The value at an address, in a scope."""
        if isinstance(value, Literal):
            return value.value
        if isinstance(value, Expression):
            try:
                return evaluate(value.tree, scope)
            except ExpressionError as error:
                raise _problem(value.mark, path, f"{value.text}: {error}") from error
        if isinstance(value, Items):
            return tuple(
                self._evaluate(item, f"{at}.{position}", scope, path)
                for position, item in enumerate(value.items)
            )
        if isinstance(value, Choice):
            label = self._values[at]
            for found, option in value.options:
                if found == label and type(found) is type(label):
                    return self._evaluate(option, option_path(at, found), scope, path)
            raise _problem(value.mark, at, f"got {label!r}, which is no option.")
        return self._call(value, at, scope)

    def _call(self, call: BlockCall, at: str, scope: Scope) -> BlockValue:
        given = self._arguments(call.arguments, BlockValue(call.block), scope, at)
        return BlockValue(call.block, tuple(given.items()))


class _Builder:
    """The nodes of one body so far, and what each name in the file stands for."""

    def __init__(self, shapes: dict[str, Shape]) -> None:
        self.shapes = shapes
        self.nodes: list[Node] = []
        self._aliases: dict[str, str] = {}

    def resolve(self, ref: str) -> str:
        """The reference in the graph for one in the file."""
        if ref in self._aliases:
            return self._aliases[ref]
        base, _, port = ref.partition(".")
        ref = ref if port and port != OUT else base
        if ref not in self.shapes:
            ports = sorted(key for key in self.shapes if key.split(".")[0] == base)
            known = ", ".join(ports)
            raise SpaceError(
                [Problem(Mark("", 0, 0), ref, f"{base!r} has no port {port!r}; it has: {known}.")]
            )
        return ref

    def alias(self, name: str, ref: str) -> None:
        """Let a name stand for another node."""
        self._aliases[name] = ref
        self.shapes[name] = self.shapes[ref]

    def add(self, node: Node) -> None:
        """One more node."""
        self.nodes.append(node)
        for port, shape in node.shapes:
            self.shapes[f"{node.name}.{port}"] = shape
            if port == OUT:
                self.shapes[node.name] = shape

    def add_block(self, name: str, block: str, body: Graph, refs: tuple[str, ...]) -> None:
        """One more block instance; one that does nothing is left out."""
        if not body.nodes and len(body.outputs) == 1:
            self.alias(name, refs[0])
        else:
            self.add(block_node(name, block, body, refs))

    def free_name(self, name: str) -> str:
        """The name, or one like it that is not taken."""
        free, count = name, 1
        while free in self.shapes:
            count += 1
            free = f"{name}_{count}"
        return free


def _problem(mark: Mark, path: str, message: str) -> SpaceError:
    return SpaceError([Problem(mark, path, message)])
