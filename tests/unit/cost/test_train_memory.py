"""What estimates of training memory are made of; `tests/networks` compares them with torch."""

import pytest

from nasvid.core.errors import NasvidError
from nasvid.core.shapes import Shape
from nasvid.cost.train_memory import train_memory
from nasvid.graph.ir import Graph, Input, Node, primitive_node
from nasvid.graph.parameters import Value
from nasvid.graph.primitive import make_primitive

Call = tuple[str, dict[str, Value]]

CLIP = Shape.clip(3, 4, 8, 8)
BATCH = 2
# Bytes in fp32 of a batch of what comes out of the convolution.
WIDE = 4 * BATCH * 4 * CLIP.positions

CONV: Call = ("conv", {"out": 4})
SECOND: Call = ("conv", {"out": 4, "kernel": 3})
RELU: Call = ("relu", {})
NORM: Call = ("batch_norm", {})
FIRST_FRAME: Call = ("slice", {"axis": "T", "stop": 1})
DROPOUT: Call = ("dropout", {"rate": 0.5})
STATISTICS = 4 * 2 * 4


def chain(*calls: Call) -> Graph:
    """Primitives one after the other."""
    nodes: list[Node] = []
    ref, shape = "x", CLIP
    for index, (name, parameters) in enumerate(calls):
        node = primitive_node(f"n{index}", make_primitive(name, parameters), (ref,), (shape,))
        nodes.append(node)
        ref, shape = node.name, node.shape()
    return Graph((Input("x", CLIP),), tuple(nodes), (("out", ref),))


def kept(*calls: Call, precision: str = "fp32") -> int:
    """Bytes that are kept, without the loss, which keeps what comes out in fp32."""
    graph = chain(*calls)
    scores = 4 * BATCH * graph.output_shapes[0][1].size
    return train_memory(graph, BATCH, precision=precision).kept - scores


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        # The clip that comes in is counted by itself.
        ([CONV], 0),
        ([CONV, CONV], WIDE),
        ([CONV, NORM, RELU], 2 * WIDE + STATISTICS),
        # What the activation keeps is what the convolution reads.
        ([CONV, RELU, CONV], WIDE),
        # A view keeps the whole tensor.
        ([CONV, FIRST_FRAME, CONV], WIDE),
        ([CONV, RELU, FIRST_FRAME, CONV], WIDE),
        ([CONV, DROPOUT], WIDE),
        # What hangs on no weight has no gradients.
        ([RELU, ("sigmoid", {}), CONV], 4 * BATCH * CLIP.size),
    ],
)
def test_what_lies_in_one_piece_of_memory_is_kept_once(calls: list[Call], expected: int) -> None:
    assert kept(*calls) == expected


def test_copies_in_bf16_are_kept_in_place_of_what_they_are_copies_of() -> None:
    weights, first = 4 * 3, 2 * BATCH * CLIP.size
    assert kept(CONV, precision="bf16") == first + 2 * weights
    # What the second one reads is bf16 already.
    assert kept(CONV, CONV, precision="bf16") == first + 2 * (weights + 16) + WIDE // 2


def test_weights_gradients_and_the_state_of_the_optimiser_are_fp32() -> None:
    params = 12 + 4 * 4 * 27 + 8
    graph = chain(CONV, SECOND, NORM)
    for precision in ("fp32", "bf16"):
        sgd = train_memory(graph, BATCH, precision=precision, optimizer="sgd")
        adamw = train_memory(graph, BATCH, precision=precision, optimizer="adamw")
        # Running mean, running variance, and the number of batches.
        assert sgd.weights == 4 * (params + 9)
        assert sgd.gradients == sgd.optimizer == 4 * params
        assert adamw.optimizer == 8 * params
        assert adamw.total - sgd.total == 4 * params
        assert sgd.clips == 4 * BATCH * CLIP.size


def test_the_peak_is_below_the_sum_of_its_parts_and_grows_with_the_batch() -> None:
    graph = chain(CONV, NORM, RELU, SECOND)
    small, large = train_memory(graph, 1), train_memory(graph, 10)
    for memory in (small, large):
        parts = memory.weights + memory.optimizer + memory.clips + memory.kept + memory.transient
        assert parts < memory.total + memory.gradients
        assert memory.total <= parts + memory.gradients
    per_clip = 4 * CLIP.size + (large.kept - small.kept) // 9
    assert large.total - small.total > 9 * per_clip


def test_without_activations_worth_speaking_of_the_peak_is_at_the_step_of_the_optimiser() -> None:
    vector = Shape.vector(1000)
    node = primitive_node("a", make_primitive("linear", {"out": 1000}), ("x",), (vector,))
    graph = Graph((Input("x", vector),), (node,), (("out", "a"),))
    memory = train_memory(graph, 1)
    at_rest = memory.weights + memory.gradients + memory.optimizer + memory.clips
    assert at_rest <= memory.total < 1.01 * at_rest


@pytest.mark.parametrize(
    ("batch", "settings", "message"),
    [
        (0, {}, "batch: got 0; accepts at least 1."),
        (1, {"precision": "fp16"}, "precision: got 'fp16'; accepts fp32 or bf16."),
        (1, {"optimizer": "lion"}, "optimizer: got 'lion'; accepts sgd or adamw."),
    ],
)
def test_what_cannot_be_estimated_is_named(
    batch: int, settings: dict[str, str], message: str
) -> None:
    with pytest.raises(NasvidError) as caught:
        train_memory(chain(CONV), batch, **settings)
    assert str(caught.value) == message
