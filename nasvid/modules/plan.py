"""The forward pass of a graph as a list of steps over numbered slots, compiled once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from nasvid.graph.ir import OUT, Graph
from nasvid.graph.naming import attribute_name
from nasvid.graph.sharing import first_uses
from nasvid.modules.leaf import Layer, Operation, leaf_of

# Bodies that stand in many places are one object, and so are their plans.
_LEAVES, _PLAN = "leaves", "plan"


@dataclass(frozen=True, slots=True)
class Step:
    """One call.

    Args:
        child: Name of the child module to call, or empty.
        function: What to call where there is no child.
        operands: Slots that it reads.
        results: Slots that it writes; more than one for a block of several ports.
        dead: Slots that no later step reads.
    """

    child: str
    function: Callable[..., Any] | None
    operands: tuple[int, ...]
    results: tuple[int, ...]
    dead: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All calls of one graph.

    Modules are looked up by name at every call, so that a child can be replaced.

    Args:
        steps: In order.
        num_slots: Slots beyond those of the inputs.
        outputs: Slots of the outputs.
    """

    steps: tuple[Step, ...]
    num_slots: int
    outputs: tuple[int, ...]

    def run(
        self, children: Mapping[str, nn.Module | None], inputs: Sequence[Tensor]
    ) -> tuple[Tensor, ...]:
        """The outputs for these inputs."""
        slots: list[Any] = [*inputs, *[None] * self.num_slots]
        for step in self.steps:
            call: Any = children[step.child] if step.child else step.function
            result = call(*[slots[index] for index in step.operands])
            if len(step.results) == 1:
                slots[step.results[0]] = result
            else:
                for index, tensor in zip(step.results, result, strict=True):
                    slots[index] = tensor
            for index in step.dead:
                slots[index] = None
        return tuple(slots[index] for index in self.outputs)


def leaves_of(graph: Graph) -> Mapping[str, Layer | Operation]:
    """What the primitives of a graph, those inside blocks apart, become in torch, by their nodes."""
    known = graph.findings.get(_LEAVES)
    if known is None:
        shape_of = graph.shape_of
        known = graph.findings[_LEAVES] = {
            node.name: leaf_of(node.op, *[shape_of[ref] for ref in node.inputs])
            for node in graph.nodes
            if node.op is not None
        }
    return known


def plan_of(graph: Graph) -> Plan:
    """The plan of a graph; children are named by `attribute_name`."""
    known = graph.findings.get(_PLAN)
    if known is None:
        known = graph.findings[_PLAN] = _compiled(graph)
    return known


def _compiled(graph: Graph) -> Plan:
    slot_of = {graph_input.name: index for index, graph_input in enumerate(graph.inputs)}
    num_slots = len(slot_of)
    calls: list[tuple[str, Callable[..., Any] | None, tuple[int, ...], tuple[int, ...]]] = []
    first, leaves = first_uses(graph.nodes), leaves_of(graph)
    for node in graph.nodes:
        leaf = leaves.get(node.name)
        results: list[int] = []
        for port, _ in node.shapes:
            slot_of[f"{node.name}.{port}"] = num_slots
            if port == OUT:
                slot_of[node.name] = num_slots
            results.append(num_slots)
            num_slots += 1
        child, function = attribute_name(first.get(node.name, node.name)), None
        if isinstance(leaf, Operation):
            child, function = "", leaf.function
        calls.append((child, function, tuple(slot_of[ref] for ref in node.inputs), tuple(results)))
    outputs = tuple(slot_of[ref] for _, ref in graph.outputs)
    dead = _dead_after([(*read, *written) for _, _, read, written in calls], set(outputs))
    steps = tuple(Step(*call, gone) for call, gone in zip(calls, dead, strict=True))
    return Plan(steps, num_slots - len(graph.inputs), outputs)


def _dead_after(touched: Sequence[tuple[int, ...]], kept: set[int]) -> list[tuple[int, ...]]:
    """For each step the slots that it touches last."""
    seen = set(kept)
    dead: list[tuple[int, ...]] = []
    for slots in reversed(touched):
        dead.append(tuple(sorted(set(slots) - seen)))
        seen.update(slots)
    return dead[::-1]
