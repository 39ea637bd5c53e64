"""All decisions of a network, found by walking every option of every use of every block.

The addresses made here and those that lowering asks for follow one rule, in `addresses.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nasvid.core.registry import unknown_name
from nasvid.spec.addresses import argument_path, body_path, copy_path, edge_path, option_path
from nasvid.spec.decisions import Condition, Decision, DecisionTable
from nasvid.spec.problems import Problems
from nasvid.spec.signatures import Catalogue
from nasvid.spec.syntax import (
    PRIMARY,
    BlockCall,
    Choice,
    Expression,
    Items,
    Literal,
    Network,
    NodeSpec,
    ValueSpec,
)
from nasvid.spec.expressions import Name

MAX_DECISIONS = 20_000
MAX_BLOCK_DEPTH = 30
MAX_WALKED = 100_000
Conditions = tuple[Condition, ...]


@dataclass(frozen=True)
class _Bound:
    """A value together with the place where its names mean something."""

    value: ValueSpec
    path: str
    scope: Mapping[str, "_Bound"] = field(default_factory=dict)


_Scope = Mapping[str, _Bound]


def enumerate_decisions(
    network: Network, catalogue: Catalogue, problems: Problems
) -> DecisionTable:
    """The table of all decisions; conditions name earlier ones."""
    walker = _Walker(catalogue, problems)
    scope: dict[str, _Bound] = {}
    for name, value in network.decisions:
        walker.declare(value, name, ())
        scope[name] = _Bound(value, name)
    for stream in network.inputs:
        for field_name in ("frames", "frame_stride", "size"):
            value: ValueSpec = getattr(stream, field_name)
            walker.declare(value, argument_path(stream.name, field_name), ())
    for node in network.nodes:
        walker.node(node, node.name, scope, (), 0)
    return DecisionTable(walker.found.values())


class _Walker:
    def __init__(self, catalogue: Catalogue, problems: Problems) -> None:
        self._catalogue = catalogue
        self._problems = problems
        self._left = MAX_WALKED
        self.found: dict[str, Decision] = {}

    def declare(
        self, value: ValueSpec, path: str, conditions: Conditions, role: str = "value"
    ) -> None:
        """Note the decisions inside a value."""
        if isinstance(value, Items):
            for position, item in enumerate(value.items):
                self.declare(item, f"{path}.{position}", conditions)
        elif isinstance(value, BlockCall):
            for name, argument in value.arguments:
                self.declare(argument, argument_path(path, self._param(value.block, name)), conditions)
        elif isinstance(value, Choice):
            labels = tuple(label for label, _ in value.options)
            is_blocks = role == "block" or any(
                isinstance(option, BlockCall) for _, option in value.options
            )
            self._add(
                Decision(
                    path,
                    "choice",
                    labels,
                    value.is_ordered,
                    "block" if is_blocks else role,  # type: ignore[arg-type]
                    conditions=conditions,
                    mark=value.mark,
                )
            )
            for label, option in value.options:
                self.declare(option, option_path(path, label), (Condition(path, label),))

    def node(
        self, node: NodeSpec, path: str, scope: _Scope, conditions: Conditions, depth: int
    ) -> None:
        """Note the decisions of a node and of whatever blocks it may be."""
        self._left -= 1
        if depth > MAX_BLOCK_DEPTH or self._left < 0:
            # Blocks in blocks grow by powers; a short file must not keep us busy for ever.
            limit = f"{MAX_BLOCK_DEPTH} levels deep or {MAX_WALKED} nodes in all"
            self._problems.add(node.mark, path, f"blocks in blocks grow beyond {limit}.")
            self._problems.raise_any()
        if node.when is not None:
            self.declare(node.when, argument_path(path, "when"), conditions)
        self._source(node, path, scope, conditions, depth)
        if node.repeat is None:
            self._instance(node, path, scope, conditions, depth)
            return
        self.declare(node.repeat.count, argument_path(path, "repeat"), conditions, "repeat")
        if not node.repeat.per_copy:
            self._instance(node, path, scope, conditions, depth)
            return
        for copy, opened in self._copies(node, path, scope, conditions):
            self._instance(node, copy_path(path, copy), scope, opened, depth)

    def _copies(
        self, node: NodeSpec, path: str, scope: _Scope, conditions: Conditions
    ) -> list[tuple[int, Conditions]]:
        count = node.repeat.count if node.repeat else None
        at = argument_path(path, "repeat")
        if isinstance(count, Expression) and isinstance(count.tree, Name):
            bound = scope.get(count.tree.text)
            if bound is not None:
                count, at = bound.value, bound.path
        if isinstance(count, Literal) and isinstance(count.value, int):
            return [(copy, conditions) for copy in range(count.value)]
        if isinstance(count, Choice):
            sizes = [(label, o.value) for label, o in count.options if isinstance(o, Literal)]
            most = max((size for _, size in sizes if isinstance(size, int)), default=0)
            return [
                (copy, tuple(Condition(at, label) for label, n in sizes if isinstance(n, int) and n > copy))
                for copy in range(most)
            ]
        self._problems.add(
            node.mark, path, "per_copy needs a repeat that is a number or a choice of numbers."
        )
        return []

    def _source(
        self, node: NodeSpec, path: str, scope: _Scope, conditions: Conditions, depth: int
    ) -> None:
        source = node.source
        if source is None:
            return
        at = argument_path(path, "from")
        refs = tuple(edge.ref for edge in source.edges)
        if source.kind == "one":
            self._add(Decision(at, "choice", refs, role="edge", conditions=conditions, mark=source.mark))
        elif source.kind == "some":
            self._add(
                Decision(
                    at, "subset", refs, role="edge", least=source.least, most=source.most,
                    conditions=conditions, mark=source.mark,
                )
            )  # fmt: skip
        if source.merge is not None:
            self.declare(source.merge, argument_path(path, "merge"), conditions)
        for edge in source.edges:
            opened = conditions if source.kind == "all" else (Condition(at, edge.ref),)
            where = edge_path(path, edge.ref)
            if edge.gate is not None:
                self.declare(edge.gate, argument_path(where, "gate"), opened)
            for step in edge.steps:
                self.node(step, f"{where}.{step.name}", scope, opened, depth + 1)

    def _instance(
        self, node: NodeSpec, path: str, scope: _Scope, conditions: Conditions, depth: int
    ) -> None:
        repeat = node.repeat
        variants = (("first", repeat.first), ("last", repeat.last)) if repeat else ()
        at = argument_path(path, "block")
        self.declare(node.block, at, conditions, "block")
        alternatives = list(self._alternatives(node.block, at, scope, conditions))
        names = [call.block for call, _, _ in alternatives]
        for name, value in node.arguments:
            resolved = self._param(names[0], name) if names else name
            self.declare(value, argument_path(path, resolved), conditions)
        for variant, arguments in variants:
            for name, value in arguments:
                self.declare(value, argument_path(f"{path}.{variant}", name), conditions)
        for call, bound_path, opened in alternatives:
            given = {
                self._param(call.block, name): _Bound(value, argument_path(bound_path, self._param(call.block, name)), scope)
                for name, value in call.arguments
            }
            for name, value in node.arguments:
                resolved = self._param(call.block, name)
                given[resolved] = _Bound(value, argument_path(path, resolved), scope)
            inner = body_path(path, call.block, is_fixed=node.is_fixed_block)
            self._body(call.block, inner, given, scope, opened, depth)

    def _body(
        self,
        name: str,
        path: str,
        given: Mapping[str, _Bound],
        outer: _Scope,
        conditions: Conditions,
        depth: int,
    ) -> None:
        block = self._catalogue.blocks.get(name)
        if block is None:
            return
        shared = {key: bound for key, bound in outer.items() if bound.path == key}
        scope: dict[str, _Bound] = dict(shared)
        for param in block.params:
            if param.name in given:
                scope[param.name] = given[param.name]
            elif param.default is not None:
                at = argument_path(path, param.name)
                self.declare(param.default, at, conditions)
                scope[param.name] = _Bound(param.default, at, dict(scope))
        for node in block.nodes:
            self.node(node, f"{path}.{node.name}", scope, conditions, depth + 1)

    def _alternatives(
        self, value: ValueSpec, path: str, scope: _Scope, conditions: Conditions
    ) -> list[tuple[BlockCall, str, Conditions]]:
        """Every block that a value may stand for, where its arguments live, and when."""
        if isinstance(value, BlockCall):
            return [(value, path, conditions)]
        if isinstance(value, Literal) and isinstance(value.value, str):
            if value.value not in self._catalogue:
                self._problems.add(
                    value.mark, path, unknown_name("block", value.value, self._catalogue.names)
                )
                return []
            return [(BlockCall(value.mark, value.value, ()), path, conditions)]
        if isinstance(value, Choice):
            return [
                found
                for label, option in value.options
                for found in self._alternatives(
                    option, option_path(path, label), scope, (Condition(path, label),)
                )
            ]
        if isinstance(value, Expression) and isinstance(value.tree, Name):
            bound = scope.get(value.tree.text)
            if bound is not None:
                return self._alternatives(bound.value, bound.path, bound.scope or scope, conditions)
        self._problems.add(
            value.mark, path, "accepts a block's name, a choice of blocks, or =NAME of one of these."
        )
        return []

    def _param(self, block: str, name: str) -> str:
        if name != PRIMARY or block not in self._catalogue:
            return name
        return self._catalogue.signature(block).primary or name

    def _add(self, decision: Decision) -> None:
        known = self.found.get(decision.path)
        if known is None:
            self.found[decision.path] = decision
            if len(self.found) > MAX_DECISIONS:
                self._stop(decision, f"there are more than {MAX_DECISIONS} decisions.")
        elif known.mark != decision.mark:
            self._note(decision, "two decisions have this address; rename a node or parameter.")
        elif known.conditions:
            # One use reached in two ways is open if either is.
            both = dict.fromkeys((*known.conditions, *decision.conditions))
            merged = tuple(both) if decision.conditions else ()
            self.found[decision.path] = replace(known, conditions=merged)

    def _note(self, decision: Decision, message: str) -> None:
        if decision.mark is not None:
            self._problems.add(decision.mark, decision.path, message)

    def _stop(self, decision: Decision, message: str) -> None:
        self._note(decision, message)
        self._problems.raise_any()
