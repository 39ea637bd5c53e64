"""Golden texts: what people read when they compare two architectures."""

from typing import Any

from nasvid.core.streams import Stream
from nasvid.graph.ir import Graph, Input, Node, block_node, primitive_node
from nasvid.graph.primitive import make_primitive
from nasvid.report.diff import differences
from nasvid.spec.decisions import Genotype

RGB = Stream("rgb", 3, 8, 2, 32, (0.4, 0.4, 0.4), (0.2, 0.2, 0.2))
FLOW = Stream("flow", 2, 8, 2, 32, (0.0, 0.0), (1.0, 1.0))


class Builder:
    """Writes a graph node by node."""

    def __init__(self, *inputs: Input) -> None:
        self.inputs = inputs
        self.nodes: list[Node] = []

    def op(self, name: str, op: str, *refs: str, **parameters: Any) -> "Builder":
        shape_of = self.graph().shape_of
        shapes = tuple(shape_of[ref] for ref in refs)
        self.nodes.append(primitive_node(name, make_primitive(op, parameters), refs, shapes))
        return self

    def block(self, name: str, block: str, body: Graph, *refs: str) -> "Builder":
        self.nodes.append(block_node(name, block, body, refs))
        return self

    def graph(self, output: str = "") -> Graph:
        outputs = (("out", output),) if output else ()
        return Graph(self.inputs, tuple(self.nodes), outputs)

    def shape(self, ref: str) -> Any:
        return self.graph().shape_of[ref]


def streams(**given: Stream) -> Builder:
    return Builder(*(Input(name, stream.shape, stream) for name, stream in given.items()))


def unit(builder: Builder, ref: str, **conv: Any) -> Graph:
    """A convolution block for what `ref` gives."""
    body = Builder(Input("in", builder.shape(ref)))
    return body.op("conv", "conv", "in", **conv).op("act", "relu", "conv").graph("act")


def net(*, stream: Stream = RGB, width: int = 8, kernel: tuple[int, int, int] = (1, 3, 3)) -> Graph:
    builder = streams(rgb=stream).op("stem", "conv", "rgb", out=width, kernel=(1, 3, 3))
    builder.block("stage2", "unit", unit(builder, "stem", out=16, kernel=kernel), "stem")
    builder.block("stage10", "unit", unit(builder, "stage2", out=16), "stage2")
    return builder.op("pool", "mean", "stage10").op("head", "linear", "pool", out=4).graph("head")


def test_an_architecture_is_the_same_as_itself_under_other_names() -> None:
    other = streams(rgb=RGB).op("first", "conv", "rgb", out=8, kernel=(1, 3, 3))
    other.block("a", "x", unit(other, "first", out=16, kernel=(1, 3, 3)), "first")
    other.block("b", "y", unit(other, "a", out=16), "a")
    other.op("c", "mean", "b").op("d", "linear", "c", out=4)
    assert differences(net(), other.graph("d")) == ["the same architecture"]


def test_decisions_without_effect_are_told() -> None:
    left = Genotype((("a", 1), ("b", ("x", "y"))))
    right = Genotype((("a", 1), ("b", ("x",)), ("b.size", None)))
    assert differences(net(), net(), left, right) == [
        "the same architecture",
        "decision b: [x, y] -> [x] (without effect on the network)",
        "decision b.size: not open -> null (without effect on the network)",
    ]


def test_a_changed_kernel_is_told_with_what_it_costs() -> None:
    left, right = Genotype((("kernel", 1),)), Genotype((("kernel", 3),))
    assert differences(net(), net(kernel=(3, 3, 3)), left, right) == [
        "decision kernel: 1 -> 3",
        "node stage2.conv: conv kernel 1x3x3 -> 3x3x3",
        "MACs: 13.30M -> 32.18M (+18,874,368, +141.9 %)",
        "params: 1.69K -> 4.00K (+2,304, +136.2 %)",
    ]


def test_a_changed_width_is_told_with_the_shape_it_gives() -> None:
    assert differences(net(), net(width=4)) == [
        "node stem: conv out 8 -> 4; gives 8x8x32x32 -> 4x8x32x32",
        "MACs: 13.30M -> 7.70M (-5,603,328, -42.1 %)",
        "params: 1.69K -> 1.01K (-684, -40.4 %)",
    ]


def test_a_changed_stream_tells_which_layers_see_other_shapes() -> None:
    half = Stream("rgb", 3, 4, 4, 32, RGB.mean, RGB.std)
    assert differences(net(), net(stream=half)) == [
        "stream rgb: frames 8 -> 4, frame_stride 2 -> 4",
        "shape 8x8x32x32 -> 8x4x32x32: stem",
        "shape 16x8x32x32 -> 16x4x32x32: stage2, stage10",
        "MACs: 13.30M -> 6.65M (-6,651,904, -50.0 %)",
    ]


def test_nodes_streams_and_edges_that_came_and_went_are_told() -> None:
    left = streams(rgb=RGB).op("a", "conv", "rgb", out=4).op("b", "conv", "rgb", out=4)
    left.op("sum", "add", "a", "b").op("end", "relu", "sum")
    right = streams(rgb=RGB, flow=FLOW).op("a", "conv", "rgb", out=4)
    right.block("motion", "unit", unit(right, "flow", out=4, kernel=3), "flow")
    right.op("sum", "add", "a", "motion").op("end", "max_pool", "sum", kernel=3)
    assert differences(left.graph("end"), right.graph("end")) == [
        "+ stream flow: flow, 8 frames, frame_stride 2, 32 x 32 pixels",
        "- node b: conv(out=4) from rgb; gives 4x8x32x32; 98.30K MACs; 12 params",
        "+ node motion: block unit from flow; gives 4x8x32x32; 1.77M MACs; 216 params",
        "node end: relu -> max_pool(kernel=3x3x3)",
        "- edge b -> sum",
        "+ edge motion -> sum",
        "MACs: 196.61K -> 1.87M (+1,671,168, +850.0 %)",
        "params: 24 -> 228 (+204, +850.0 %)",
    ]


def test_the_order_of_a_concat_counts_and_that_of_a_sum_does_not() -> None:
    def joined(op: str, *refs: str) -> Graph:
        builder = streams(rgb=RGB).op("a", "conv", "rgb", out=4).op("b", "relu", "a")
        return builder.op("join", op, *refs).graph("join")

    assert differences(joined("add", "a", "b"), joined("add", "b", "a")) == [
        "the same architecture"
    ]
    assert differences(joined("concat", "a", "b"), joined("concat", "b", "a")) == [
        "order of the inputs of join: (a, b) -> (b, a)"
    ]


def test_a_block_that_became_another_is_told_with_its_inside() -> None:
    def with_block(block: str, body: Builder, output: str) -> Graph:
        builder = streams(rgb=RGB).block("stage", block, body.graph(output), "rgb")
        return builder.graph("stage")

    conv = Builder(Input("in", RGB.shape)).op("conv", "conv", "in", out=4)
    pool = Builder(Input("in", RGB.shape)).op("conv", "conv", "in", out=4, bias=True)
    pool.op("pool", "avg_pool", "conv", kernel=(1, 2, 2), stride=(1, 2, 2), padding=(0, 0, 0))
    added = "avg_pool(kernel=1x2x2, stride=1x2x2, padding=0x0x0) from conv; gives 4x8x16x16"
    assert differences(with_block("conv2d", conv, "conv"), with_block("pooled", pool, "pool")) == [
        f"+ node stage.pool: {added}",
        "node stage: block conv2d -> pooled; gives 4x8x32x32 -> 4x8x16x16",
        "node stage.conv: conv bias false -> true",
        "output stage.out: conv -> pool",
        "params: 12 -> 16 (+4, +33.3 %)",
    ]


def test_a_node_that_became_a_block_is_told_whole() -> None:
    left = streams(rgb=RGB).op("stage", "conv", "rgb", out=4)
    right = streams(rgb=RGB)
    right.block("stage", "unit", unit(right, "rgb", out=4), "rgb")
    rest = "from rgb; gives 4x8x32x32; 98.30K MACs; 12 params"
    assert differences(left.graph("stage"), right.graph("stage")) == [
        f"node stage: conv(out=4) {rest} -> block unit {rest}"
    ]


def test_blocks_with_nothing_in_common_are_told_whole() -> None:
    left, right = streams(rgb=RGB), streams(rgb=RGB)
    left.block("stage", "unit", unit(left, "rgb", out=4), "rgb")
    pool = Builder(Input("in", RGB.shape)).op("pool", "max_pool", "in", kernel=(1, 3, 3))
    right.block("stage", "pooled", pool.graph("pool"), "rgb")
    unit_text = "block unit from rgb; gives 4x8x32x32; 98.30K MACs; 12 params"
    assert differences(left.graph("stage"), right.graph("stage")) == [
        f"node stage: {unit_text} -> block pooled from rgb; gives 3x8x32x32",
        "MACs: 98.30K -> 0 (-98,304, -100.0 %)",
        "params: 12 -> 0 (-12, -100.0 %)",
    ]
