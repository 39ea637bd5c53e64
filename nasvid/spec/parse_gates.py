"""Located YAML to the gates that are fixed for one network."""

from nasvid.core.errors import Mark
from nasvid.spec.fixed_gates import FixedGate, NodeGates
from nasvid.spec.problems import Problems
from nasvid.spec.source import Located, Table, plain, shown

_EXAMPLE = "{level0_2: {stem_0: 0.138, stem_1: 0.847}}"


def parse_gates(located: Located | None, problems: Problems) -> tuple[NodeGates, ...]:
    """Read `gates: {NODE: {FROM: weight, ...}, ...}`."""
    if located is None:
        return ()
    if not isinstance(located, Table):
        message = f"got {shown(located)}; accepts a node and what it reads, {_EXAMPLE}."
        problems.add(located.mark, "gates", message)
        return ()
    found: list[NodeGates] = []
    for node, mark, edges in located.entries:
        if not isinstance(edges, Table) or not edges.entries:
            message = f"got {shown(edges)}; accepts what the node reads, each with a number from 0 to 1, {_EXAMPLE}."
            problems.add(edges.mark, f"gates.{node}", message)
            continue
        gates = [_parse_gate(node, *entry, problems) for entry in edges.entries]
        found.append(NodeGates(mark, node, tuple(gate for gate in gates if gate is not None)))
    return tuple(found)


def _parse_gate(
    node: str, ref: str, mark: Mark, located: Located, problems: Problems
) -> FixedGate | None:
    weight = plain(located)
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if is_number and 0 <= weight <= 1:
        return FixedGate(mark, ref, float(weight))
    message = (
        f"got {shown(located)}; accepts a number from 0 to 1. Leave the edge out where its gate is "
        "learned."
    )
    problems.add(located.mark, f"gates.{node}.{ref}", message)
    return None
