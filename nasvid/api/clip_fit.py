"""What of another clip a network does not take as it was asked to."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from nasvid.graph.ir import FlatNode, Graph, flatten
from nasvid.graph.windows import AXES, Windows
from nasvid.lowering.clip import ClipSize

_ELEMENTS = {"T": "frames", "H": "rows", "W": "columns"}


def clip_misfits(clip: ClipSize, own: Graph, graph: Graph) -> tuple[str, ...]:
    """Texts about frames, rows and columns that get lost; none where the clip fits.

    Streams have whole frames, so a slow one may leave its ratio to the fastest. The first windows
    over an input, such as tubelets, may leave out its end; what they leave out of the network's own
    clip is part of the network.

    Args:
        clip: What was asked for.
        own: The network with the clip of its file.
        graph: The same with the other clip.
    """
    known = {(end.input, end.node, end.axis): end.lost for end in _lost_ends(own)}
    lost = (
        str(end)
        for end in _lost_ends(graph)
        if end.lost > known.get((end.input, end.node, end.axis), 0)
    )
    return tuple(f"clip {clip}: {text}" for text in (*_changed_ratios(own, graph), *lost))


def _changed_ratios(own: Graph, graph: Graph) -> Iterator[str]:
    frames = {item.name: item.stream.frames for item in own.inputs if item.stream is not None}
    now = {item.name: item.stream.frames for item in graph.inputs if item.stream is not None}
    seen = [i.name for i in own.inputs if i.stream is not None and i.stream.modality != "audio"]
    fastest = max(seen or frames, key=lambda name: frames[name], default=None)
    if fastest is None or fastest not in now:
        return
    for name, number in now.items():
        exact = Fraction(frames.get(name, number) * now[fastest], frames[fastest])
        if name in frames and exact != number:
            yield (
                f"{name} gets {number} for {now[fastest]} frames of {fastest}, where the file has "
                f"{frames[name]} for {frames[fastest]}; frames are whole."
            )


@dataclass(frozen=True, slots=True)
class _LostEnd:
    """The end of an input that the first windows over it leave out.

    Args:
        input: Name of the input.
        node: Name of the node with the windows.
        axis: T, H or W.
        size: Elements of the input on it.
        lost: How many at its end are left out.
        kernel: Elements of a window.
        stride: Distance of neighbouring windows.
    """

    input: str
    node: str
    axis: str
    size: int
    lost: int
    kernel: int
    stride: int

    def __str__(self) -> str:
        seen, elements = self.size - self.lost, _ELEMENTS[self.axis]
        return (
            f"{self.input} loses {self.lost} of {self.size} {elements} at its end, because "
            f"{self.node} has windows of {self.kernel}, {self.stride} apart; {seen} or "
            f"{seen + self.stride} fit."
        )


def _lost_ends(graph: Graph) -> Iterator[_LostEnd]:
    nodes, _ = flatten(graph)
    # Where the positions of an input lie as they came in, by index of an input or node.
    whole = {index: item.name for index, item in enumerate(graph.inputs)}
    for index, node in enumerate(nodes, start=len(graph.inputs)):
        if node.operands[0] not in whole or not node.input_shapes[0].is_clip:
            continue
        name = whole[node.operands[0]]
        windows = getattr(node.op, "windows", None)
        if isinstance(windows, Windows):
            yield from _lost_in(name, node, windows)
        elif len(node.operands) == 1 and node.shape.sizes[1:] == node.input_shapes[0].sizes[1:]:
            whole[index] = name


def _lost_in(name: str, node: FlatNode, windows: Windows) -> Iterator[_LostEnd]:
    clip = node.input_shapes[0]
    for index, (axis, (before, _)) in enumerate(zip(AXES, windows.pads(clip), strict=True)):
        size, kernel, stride = clip.axis(axis), windows.kernel[index], windows.stride[index]
        span = windows.dilation[index] * (kernel - 1) + 1
        end = (node.shape.axis(axis) - 1) * stride + span - before
        # Windows with gaps between them leave out elements by design.
        if end < size and span >= stride:
            yield _LostEnd(name, node.name, axis, size, size - end, kernel, stride)
