"""A picture of one network."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nasvid.core.costs import human_count
from nasvid.core.errors import NasvidError
from nasvid.core.shapes import Shape
from nasvid.cost.analytic import cost_of, node_cost
from nasvid.graph.ir import OUT, Graph, Input
from nasvid.report.drawing.bundling import Bundle, Hosts, bundles, find_hosts
from nasvid.report.drawing.copy_words import copy_notes
from nasvid.report.drawing.gates import gates_of
from nasvid.report.drawing.inside import look_inside
from nasvid.report.drawing.lanes import find_lanes
from nasvid.report.drawing.model import Box, Drawing, Edge, GateValue
from nasvid.report.drawing.node_words import kind_and_count
from nasvid.report.drawing.opening import Opening, by_itself, is_merge, to_depth
from nasvid.report.drawing.outline import Item, Outline, Read, outline
from nasvid.report.drawing.shape_words import (
    frames_of,
    shape_text,
    size_text,
    step_factors,
    step_texts,
)
from nasvid.report.drawing.wording import one_line, stream_text
from nasvid.report.wording import primitive_text

# More than anyone can look at, and as much as is laid out in seconds.
MAX_BOXES = 1_000


def draw_architecture(graph: Graph, title: str, depth: int | None = None) -> Drawing:
    """A picture of a network.

    Args:
        graph: The network.
        title: Its name.
        depth: Levels of blocks that are opened; None opens what shows how the streams go.

    Raises:
        NasvidError: There would be too many boxes.
    """
    opening = find_opening(graph, depth)
    whole = outline(graph, opening)
    hosts = find_hosts(whole)
    drawing = arrange(whole, hosts, title)
    lanes = {box.path: box.lane for box in drawing.boxes}
    insets = look_inside(bundles(whole, hosts)[0], lanes, _draw_body)
    return replace(drawing, insets=insets)


def _draw_body(body: Graph) -> Drawing:
    """A picture of the body of a block, with nothing opened."""
    whole = outline(body, Opening())
    return replace(arrange(whole, find_hosts(whole), ""), facts=())


def find_opening(graph: Graph, depth: int | None) -> Opening:
    """What a picture of so many levels opens."""

    def count_boxes(opening: Opening) -> int:
        whole = outline(graph, opening)
        found, _ = bundles(whole, find_hosts(whole))
        return len(found) + len(graph.inputs)

    return by_itself(graph, count_boxes) if depth is None else to_depth(graph, depth)


def arrange(whole: Outline, hosts: Hosts, title: str) -> Drawing:
    """The picture of a network that is opened so far, with what shares a box.

    Raises:
        NasvidError: There would be too many boxes.
    """
    graph = whole.graph
    found, box_of = bundles(whole, hosts)
    check_size(len(found) + len(graph.inputs))
    edges = _edges(found, box_of)
    reads: dict[str, list[str]] = {path: [] for path in found}
    for edge in edges:
        reads[edge.target].append(edge.source)
    told = _outputs(whole, box_of)
    boxes = [_box(bundle, told.get(path, ())) for path, bundle in found.items()]
    kinds = {box.path: box.kind for box in boxes}
    lanes = find_lanes([i.name for i in graph.inputs], kinds, reads)
    boxes = [*map(_input_box, graph.inputs), *boxes]
    cost = cost_of(graph)
    return Drawing(
        subject="architecture",
        title=one_line(title),
        facts=(f"{human_count(cost.macs)} MACs", f"{human_count(cost.params)} parameters"),
        streams=tuple(i.name for i in graph.inputs),
        boxes=tuple(replace(box, lane=lanes[box.path]) for box in boxes),
        edges=tuple(edges),
        groups=whole.groups,
    )


def check_size(num_boxes: int) -> None:
    """Raise a NasvidError where a picture would have too many boxes."""
    if num_boxes > MAX_BOXES:
        raise NasvidError(
            f"draw: got {num_boxes:,} boxes; a picture holds up to {MAX_BOXES:,}. "
            "Give a smaller --depth."
        )


def _edges(found: Mapping[str, Bundle], box_of: Mapping[str, str]) -> list[Edge]:
    edges: dict[tuple[str, str, str], Edge] = {}
    for path, bundle in found.items():
        for read, gate in _gated_reads(bundle.first):
            port = "" if read.port == OUT else read.port
            edge = Edge(source=box_of[read.source], target=path, gate=gate, port=port)
            edges.setdefault((edge.source, path, port), edge)
    return list(edges.values())


def _gated_reads(item: Item) -> Sequence[tuple[Read, GateValue]]:
    gates: Sequence[GateValue] = (None,) * len(item.reads)
    if is_merge(item.node):
        gates = gates_of(item.node)
    return list(zip(item.reads, gates, strict=True))


def _outputs(whole: Outline, box_of: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Names of the outputs that a box gives, where a network has several."""
    found: dict[str, tuple[str, ...]] = {}
    if len(whole.outputs) > 1:
        for name, read in whole.outputs:
            box = box_of[read.source]
            found[box] = (*found.get(box, ()), name)
    return found


def _input_box(given: Input) -> Box:
    return Box(
        path=given.name,
        role="input",
        kind="" if given.stream is None else stream_text(given.stream),
        shapes=(shape_text(given.shape),),
        frames=frames_of(given.shape),
        size=_size(given.shape),
    )


def _box(bundle: Bundle, outputs: Sequence[str]) -> Box:
    main = bundle.main
    kind, copies = kind_and_count(main.node)
    count = copies * main.count
    before = max(bundle.first.shapes_in, key=lambda shape: shape.size)
    _, after = bundle.last.shapes_out[0]
    notes = [f"weights of {main.weights_of}"] if main.weights_of else []
    notes += copy_notes(main.node)
    notes += [f"output {name}" for name in outputs]
    return Box(
        path=main.path,
        role="layer" if main.node.body is None else "block",
        kind=" + ".join([kind, *_words(bundle.after)]),
        join=" + ".join(_words(bundle.before)),
        count=str(count) if count > 1 else "",
        shapes=_shapes(bundle.last),
        steps=step_texts([step_factors(before, after)]),
        frames=frames_of(after),
        size=_size(after),
        notes=tuple(notes),
        details=_details(bundle),
        group=main.group,
    )


def _words(items: Sequence[Item]) -> list[str]:
    """What is told of items that share the box of another one; what does nothing is left out."""
    words: list[str] = []
    for item in items:
        word, _ = kind_and_count(item.node)
        word = word.removeprefix("merge_").partition(":")[0]
        is_idle = word == "identity" or (word == "add" and len(item.reads) == 1)
        if not is_idle:
            words.append(word)
    return words


def _size(shape: Shape) -> str:
    return size_text(shape.height, shape.width) if shape.is_clip else ""


def _shapes(item: Item) -> tuple[str, ...]:
    shapes = item.shapes_out
    if len(shapes) == 1:
        return (shape_text(shapes[0][1]),)
    return tuple(f"{port} {shape_text(shape)}" for port, shape in shapes)


def _details(bundle: Bundle) -> tuple[str, ...]:
    macs = params = 0
    lines: list[str] = []
    for item in bundle.parts:
        cost = node_cost(item.graph, item.node)
        macs += cost.macs * item.count
        params += 0 if item.weights_of else cost.params * item.count
        op = item.node.op
        what = item.node.block if op is None else primitive_text(op)
        lines.append(f"{item.path}: {what}")
    return (*lines, f"{human_count(macs)} MACs, {human_count(params)} parameters")
