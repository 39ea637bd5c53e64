"""The forward pass of a graph as a list of steps over numbered slots, compiled once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from torch import Tensor, nn

from nasvid.graph.ir import OUT, Graph
from nasvid.graph.naming import attribute_name
from nasvid.graph.sharing import first_uses
from nasvid.modules.leaf import Layer, Operation, leaf_of

# Bodies that stand in many places are one object, and so are their plans.
_LEAVES, _PLAN = "leaves", "plan"


# Of a step all but what is dead behind it.
_Call = tuple[str, Callable[..., Any] | None, tuple[int, ...], tuple[int, ...]]


class Step(NamedTuple):
    """One call; a tuple, because a plan of thousands is made in a moment.

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
    calls: list[_Call] = []
    first, leaves = first_uses(graph.nodes), leaves_of(graph)
    for node in graph.nodes:
        name, begin = node.name, num_slots
        for port, _ in node.shapes:
            slot_of[f"{name}.{port}"] = num_slots
            if port == OUT:
                slot_of[name] = num_slots
            num_slots += 1
        operands = tuple([slot_of[ref] for ref in node.inputs])
        results = (begin,) if num_slots == begin + 1 else tuple(range(begin, num_slots))
        leaf = leaves.get(name)
        if isinstance(leaf, Operation):
            calls.append(("", leaf.function, operands, results))
        else:
            calls.append((attribute_name(first.get(name, name)), None, operands, results))
    outputs = tuple([slot_of[ref] for _, ref in graph.outputs])
    dead = _dead_after(calls, outputs)
    steps = tuple([Step(*call, tuple(gone)) for call, gone in zip(calls, dead, strict=True)])
    return Plan(steps, num_slots - len(graph.inputs), outputs)


def _dead_after(calls: Sequence[_Call], kept: tuple[int, ...]) -> list[list[int]]:
    """For each call the slots that it touches last."""
    last: dict[int, int] = {}
    for index, (_, _, operands, results) in enumerate(calls):
        for slot in operands:
            last[slot] = index
        for slot in results:
            last[slot] = index
    for slot in kept:
        last.pop(slot, None)
    dead: list[list[int]] = [[] for _ in calls]
    for slot in sorted(last):
        dead[last[slot]].append(slot)
    return dead
