"""In words: what differs between two architectures."""

from nasvid.core.costs import human_count
from nasvid.core.streams import Stream
from nasvid.cost.analytic import cost_of
from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import Graph
from nasvid.report.diff_nodes import node_differences
from nasvid.report.wording import natural_key, value_text
from nasvid.spec.decisions import Genotype

SAME = "the same architecture"


def differences(
    left: Graph,
    right: Graph,
    left_genotype: Genotype | None = None,
    right_genotype: Genotype | None = None,
) -> list[str]:
    """One line for each difference: decisions, streams, nodes, shapes, edges, cost.

    Where the canonical ids agree the first line says so; decisions that differ all the same follow.
    A leading `-` or `+` marks what stands on the left or on the right alone.

    Args:
        left: A network.
        right: Another network.
        left_genotype: The decisions that made the left one, where known.
        right_genotype: The decisions that made the right one; both or neither are compared.
    """
    decisions: list[str] = []
    if left_genotype is not None and right_genotype is not None:
        decisions = decision_differences(left_genotype, right_genotype)
    if graph_id(left) == graph_id(right):
        return [SAME, *(f"{line} (without effect on the network)" for line in decisions)]
    return [
        *decisions,
        *stream_differences(left, right),
        *node_differences(left, right),
        *cost_differences(left, right),
    ]


def decision_differences(left: Genotype, right: Genotype) -> list[str]:
    """Decisions with different values, and those open on one side alone, by path.

    Example:
        >>> left = Genotype((("op", "conv3d"), ("width", 32)))
        >>> decision_differences(left, Genotype((("op", "attention"), ("op.heads", 2), ("width", 32))))
        ['decision op: conv3d -> attention', 'decision op.heads: not open -> 2']
    """
    lines: list[str] = []
    for path in sorted(left.by_path.keys() | right.by_path.keys(), key=natural_key):
        before = value_text(left[path]) if path in left else "not open"
        after = value_text(right[path]) if path in right else "not open"
        if before != after:
            lines.append(f"decision {path}: {before} -> {after}")
    return lines


def stream_differences(left: Graph, right: Graph) -> list[str]:
    """Inputs removed and added, and settings of streams that differ, by name."""
    streams_left = {i.name: i.stream for i in left.inputs}
    streams_right = {i.name: i.stream for i in right.inputs}
    lines: list[str] = []
    for name in sorted(streams_left.keys() | streams_right.keys(), key=natural_key):
        before, after = streams_left.get(name), streams_right.get(name)
        if name not in streams_right:
            lines.append(f"- stream {name}: {_stream_text(before)}")
        elif name not in streams_left:
            lines.append(f"+ stream {name}: {_stream_text(after)}")
        elif before is not None and after is not None and before != after:
            lines.append(f"stream {name}: {_stream_changes(before, after)}")
    return lines


def _stream_text(stream: Stream | None) -> str:
    if stream is None:
        return "without settings"
    return (
        f"{stream.modality}, {stream.frames} frames, frame_stride {stream.frame_stride}, "
        f"{stream.size} x {stream.size} pixels"
    )


def _stream_changes(left: Stream, right: Stream) -> str:
    before, after = left.to_json(), right.to_json()
    changes = [
        f"{name} {value_text(before[name])} -> {value_text(after[name])}"
        for name in before
        if before[name] != after[name]
    ]
    return ", ".join(changes)


def cost_differences(left: Graph, right: Graph) -> list[str]:
    """MACs and parameters that differ, with the change in numbers and in percent."""
    before, after = cost_of(left), cost_of(right)
    lines: list[str] = []
    for name, one, other in (
        ("MACs", before.macs, after.macs),
        ("params", before.params, after.params),
    ):
        if one != other:
            lines.append(
                f"{name}: {human_count(one)} -> {human_count(other)} ({_change(one, other)})"
            )
    return lines


def _change(before: int, after: int) -> str:
    absolute = f"{after - before:+,}"
    return f"{absolute}, {100 * (after - before) / before:+.1f} %" if before else absolute
