"""Networks for the tests of the export, built by hand."""

from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from nasvid.core.shapes import Shape
from nasvid.core.streams import Stream
from nasvid.export.write_module import write_module
from nasvid.graph.expander import MERGES
from nasvid.graph.ir import OUT, Graph, Input, Node, block_node, primitive_node
from nasvid.graph.primitive import make_primitive
from nasvid.modules.assemble import build

RGB = Stream("rgb", 3, 8, 2, 16, (0.45, 0.45, 0.45), (0.225, 0.225, 0.225))
FLOW = Stream("flow", 2, 8, 1, 16, (0.0, 0.0), (1.0, 1.0))


class Sketch:
    """A graph under construction."""

    def __init__(self, inputs: dict[str, Shape | Stream]) -> None:
        self._inputs = tuple(
            Input(name, what.shape, what) if isinstance(what, Stream) else Input(name, what)
            for name, what in inputs.items()
        )
        self._nodes: list[Node] = []
        self.shapes = {entry.name: entry.shape for entry in self._inputs}

    def op(self, name: str, op: str, *refs: str, **parameters: Any) -> str:
        shapes = tuple(self.shapes[ref] for ref in refs)
        return self._add(primitive_node(name, make_primitive(op, parameters), refs, shapes))

    def block(self, name: str, block: str, body: Graph, *refs: str) -> str:
        return self._add(block_node(name, block, body, refs))

    def graph(self, output: str, **ports: str) -> Graph:
        return Graph(self._inputs, tuple(self._nodes), ((OUT, output), *ports.items()))

    def _add(self, node: Node) -> str:
        self._nodes.append(node)
        for port, shape in node.shapes:
            self.shapes[f"{node.name}.{port}"] = shape
            if port == OUT:
                self.shapes[node.name] = shape
        return node.name


def body(shape: Shape) -> Sketch:
    """A block body under construction, with the one input that lowering gives it."""
    return Sketch({"in": shape})


def stem(shape: Shape, out: int) -> Graph:
    sketch = body(shape)
    sketch.op("conv", "conv", "in", out=out, kernel=(1, 5, 5), stride=(1, 2, 2))
    sketch.op("norm", "batch_norm", "conv")
    return sketch.graph(sketch.op("relu", "relu", "norm"))


def conv2plus1d(shape: Shape, out: int, stride: int) -> Graph:
    sketch = body(shape)
    mid = 2 * out + shape.channels
    sketch.op("spatial", "conv", "in", out=mid, kernel=(1, 3, 3), stride=(1, stride, stride))
    sketch.op("norm", "batch_norm", "spatial")
    sketch.op("relu", "relu", "norm")
    return sketch.graph(sketch.op("temporal", "conv", "relu", out=out, kernel=(3, 1, 1)))


def squeeze_excite(shape: Shape) -> Graph:
    sketch = body(shape)
    sketch.op("pool", "mean", "in", keep=True)
    sketch.op("reduce", "conv", "pool", out=shape.channels // 2, bias=True)
    sketch.op("relu", "relu", "reduce")
    sketch.op("expand", "conv", "relu", out=shape.channels, bias=True)
    sketch.op("sigmoid", "sigmoid", "expand")
    return sketch.graph(sketch.op("scale", "multiply", "in", "sigmoid"))


def attention(shape: Shape, over: str) -> Graph:
    sketch = body(shape)
    sketch.op("norm", "layer_norm", "in")
    for name in ("query", "key", "value"):
        sketch.op(name, "linear", "norm", out=shape.channels)
    sketch.op("attend", "attention_product", "query", "key", "value", heads=2, over=over)
    return sketch.graph(sketch.op("project", "linear", "attend", out=shape.channels))


def unit(shape: Shape, out: int, stride: int = 1, over: str = "") -> Graph:
    """A residual unit, with attention where it is told over what."""
    sketch = body(shape)
    if over:
        sketch.block("op", "attention", attention(shape, over), "in")
    else:
        sketch.block("op", "conv2plus1d", conv2plus1d(shape, out, stride), "in")
    last = sketch.op("norm", "batch_norm", "op")
    last = sketch.block("se", "squeeze_excite", squeeze_excite(sketch.shapes[last]), last)
    if sketch.shapes[last] == shape:
        last = sketch.op("add", "add", "in", last)
    return sketch.graph(sketch.op("relu", "relu", last))


def repeat(shape: Shape, copies: int, out: int, **settings: Any) -> Graph:
    """A chain of units; only the first changes size."""
    sketch = body(shape)
    last = "in"
    for copy in range(copies):
        given = settings if copy == 0 else {k: v for k, v in settings.items() if k != "stride"}
        last = sketch.block(str(copy), "unit", unit(sketch.shapes[last], out, **given), last)
    return sketch.graph(last)


def head(shape: Shape, classes: int) -> Graph:
    sketch = body(shape)
    sketch.op("pool", "mean", "in")
    sketch.op("dropout", "dropout", "pool", rate=0.5)
    return sketch.graph(sketch.op("classify", "linear", "dropout", out=classes))


def merge(sketch: Sketch, name: str, kind: str, *refs: str) -> str:
    shapes = [sketch.shapes[ref] for ref in refs]
    joined = MERGES[kind]().expand(shapes, [None] * len(refs), is_aligned=True)
    return sketch.block(name, f"merge_{kind}", joined, *refs)


def two_stream() -> Graph:
    """RGB at two frame rates and flow, gated sums, repeats, squeeze-excite."""
    sketch = Sketch({"rgb": RGB, "flow": FLOW})
    sketch.block("rgb_fast", "stem", stem(sketch.shapes["rgb"], 8), "rgb")
    sketch.op("rgb_sparse", "subsample_frames", "rgb", step=2)
    sketch.block("rgb_slow", "stem", stem(sketch.shapes["rgb_sparse"], 16), "rgb_sparse")
    sketch.block("flow_stem", "stem", stem(sketch.shapes["flow"], 8), "flow")
    merge(sketch, "level1_merge", "gated_sum", "rgb_fast", "flow_stem")
    body_1 = repeat(sketch.shapes["level1_merge"], 2, 16, stride=2)
    sketch.block("level1", "repeat", body_1, "level1_merge")
    merge(sketch, "level2_merge", "gated_sum", "rgb_slow", "level1")
    body_2 = repeat(sketch.shapes["level2_merge"], 4, 24, stride=2)
    sketch.block("level2", "repeat", body_2, "level2_merge")
    sketch.block("head", "head", head(sketch.shapes["level2"], 10), "level2")
    return sketch.graph("head")


def single_stream() -> Graph:
    """One stream through a plain chain of levels, with attention over space and over time."""
    sketch = Sketch({"rgb": RGB})
    last = sketch.block("stem", "stem", stem(sketch.shapes["rgb"], 8), "rgb")
    for level, over in enumerate(("space", "time", "joint"), start=1):
        last = sketch.block(f"level{level}", "unit", unit(sketch.shapes[last], 8, over=over), last)
    last = sketch.block("head", "head", head(sketch.shapes[last], 4), last)
    return sketch.graph(last)


def two_ports() -> Graph:
    """A block with two outputs, of which one use takes both and another only the second."""
    sketch = Sketch({"rgb": RGB})

    def split(shape: Shape, out: int) -> Graph:
        inner = body(shape)
        inner.op("wide", "conv", "in", out=out)
        inner.op("pooled", "max_pool", "wide", kernel=2, stride=2, padding=0)
        return inner.graph("wide", pooled="pooled")

    sketch.block("first", "split", split(sketch.shapes["rgb"], 4), "rgb")
    sketch.block("second", "split", split(sketch.shapes["first"], 6), "first")
    sketch.op("again", "max_pool", "first.pooled", kernel=1)
    sketch.op("both", "concat", "second.pooled", "again", "first.pooled")
    return sketch.graph("both", fast="first")


def load_source(source: str) -> ModuleType:
    """The module of a source text."""
    module = ModuleType("model")
    module.__file__ = "model.py"
    exec(compile(source, "model.py", "exec"), module.__dict__)
    return module


def streams_of(graph: Graph, batch: int = 2) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {
        entry.name: torch.randn(
            batch * entry.shape.num_folded, *entry.shape.tensor_sizes, generator=generator
        )
        for entry in graph.inputs
    }


def with_random_state(network: nn.Module) -> nn.Module:
    """The network with no weight and no running statistic at a value that hides mistakes."""
    generator = torch.Generator().manual_seed(1)
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.uniform_(0.5, 1.5, generator=generator)
        if tensor.is_floating_point() and tensor.ndim > 1:
            # So that sums stay finite, however deep the network.
            tensor.div_(tensor[0].numel())
    return network


def assert_same(
    graph: Graph,
    source: str | None = None,
    *,
    is_pruned: bool = True,
    precision: torch.dtype = torch.float32,
) -> str:
    """The source of a network, after a check that it computes and trains like the network.

    Where something reaches no output, running statistics differ: the source does not compute it.
    """
    source = write_module(graph) if source is None else source
    network = with_random_state(build(graph)).to(precision)
    exported = load_source(source).Model().to(precision)
    assert list(exported.state_dict()) == list(network.state_dict())
    exported.load_state_dict(network.state_dict())
    for is_training in (False, True):
        results = []
        for model in (network.train(is_training), exported.train(is_training)):
            torch.manual_seed(0)
            results.append(
                model({k: v.clone().to(precision) for k, v in streams_of(graph).items()})
            )
        expected, found = (r if isinstance(r, dict) else {OUT: r} for r in results)
        assert list(expected) == list(found)
        for port, tensor in expected.items():
            assert tensor.isfinite().all(), port
            assert torch.equal(tensor, found[port]), port
    for name, tensor in network.state_dict().items() if is_pruned else ():
        assert torch.equal(tensor, exported.state_dict()[name]), name
    return source
