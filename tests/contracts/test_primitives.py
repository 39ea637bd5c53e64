"""What every primitive promises: its torch-free side tells the truth about its torch side."""

import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph, Input, graph_from_json, primitive_node
from nasvid.graph.parameters import Value, parameters_of
from nasvid.graph.primitive import PRIMITIVES, Primitive, make_primitive, primitive_from_json
from nasvid.modules.assemble import build
from nasvid.modules.leaf import Layer, Operation, leaf_of
from nasvid.modules.network import Network
from tests.strategies import DRAWS, SETTINGS, Setting

BATCH = 2
EXAMPLES = settings(max_examples=5)

# Those that go from frame to frame; another recurrent one stays fast.
LONG = ("skip_rnn", "lstm", "representation_flow")

each_primitive = pytest.mark.parametrize("name", list(PRIMITIVES))


@pytest.fixture(scope="module", autouse=True)
def _meta_rules() -> None:
    """Load torch's rules for tensors without memory, which takes seconds, outside of the tests."""
    F.relu(torch.empty(1, device="meta"))
    with FlopCounterMode(display=False):
        F.adaptive_avg_pool3d(torch.empty(1, 1, 1, 1, 1, device="meta"), 1)


def draw_setting(data: st.DataObject, name: str) -> Setting:
    if name not in SETTINGS:
        pytest.fail(
            f"primitive {name!r} has no strategy. Add an entry {name!r} to SETTINGS in "
            "tests/strategies.py: a function that returns a strategy for pairs of the primitive "
            "and the input shapes to test it with."
        )
    return data.draw(SETTINGS[name]())


def tensors(inputs: tuple[Shape, ...], device: str = "cpu") -> list[Tensor]:
    generator = None if device == "meta" else torch.Generator().manual_seed(0)
    return [
        torch.randn(
            BATCH * shape.num_folded, *shape.tensor_sizes, device=device, generator=generator
        )
        for shape in inputs
    ]


def callable_of(op: Primitive, inputs: tuple[Shape, ...]) -> Callable[..., Tensor]:
    leaf = leaf_of(op, *inputs)
    return leaf.make() if isinstance(leaf, Layer) else leaf.function


def network_of(op: Primitive, inputs: tuple[Shape, ...]) -> Network:
    names = tuple(f"in{index}" for index in range(len(inputs)))
    graph_inputs = tuple(Input(*pair) for pair in zip(names, inputs, strict=True))
    node = primitive_node("node", op, names, inputs)
    return build(Graph(graph_inputs, (node,), (("out", "node"),)))


def feed(inputs: tuple[Shape, ...], xs: list[Tensor]) -> dict[str, Tensor]:
    return {f"in{index}": x for index, x in enumerate(xs)}


def test_every_strategy_belongs_to_a_primitive() -> None:
    assert set(SETTINGS) <= set(PRIMITIVES)


@pytest.mark.parametrize(
    "name",
    # About the draws of this suite, not about primitives.
    [
        pytest.param(n, marks=() if n in ("conv", "linear") else pytest.mark.slow)
        for n in PRIMITIVES
    ],
)
def test_every_parameter_is_tried_with_several_values(name: str) -> None:
    tried: dict[str, set[Value]] = {
        parameter: set() for parameter in parameters_of(PRIMITIVES[name])
    }

    @DRAWS
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        op, _ = draw_setting(data, name)
        for parameter, values in tried.items():
            values.add(getattr(op, parameter))

    draw()
    assert [parameter for parameter, values in tried.items() if len(values) < 2] == []


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_the_shape_is_the_one_of_torch(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    with torch.device("meta"):
        out = callable_of(op, inputs)(*tensors(inputs, "meta"))
    shape = op.output_shape(*inputs)
    assert tuple(out.shape) == (BATCH * shape.num_folded, *shape.tensor_sizes)
    assert shape.axes in {("C",), ("C", "N"), ("C", "T", "H", "W")}


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_parameters_and_buffers_are_those_of_torch(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    with torch.device("meta"):
        network = network_of(op, inputs)
    cost = op.cost(*inputs)
    assert cost.params == sum(p.numel() for p in network.parameters() if p.requires_grad)
    assert cost.buffers == sum(b.numel() for b in network.buffers())


@each_primitive
@settings(max_examples=3)
@given(data=st.data())
def test_a_module_without_values_is_as_one_with_them(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    leaf = leaf_of(op, *inputs)
    if not isinstance(leaf, Layer):
        return
    made = leaf.make()
    with torch.device("meta"):
        empty = leaf.make_empty()
    assert repr(empty) == repr(made)
    assert vars(empty).keys() == vars(made).keys()
    for tensor, other in zip(empty.state_dict().values(), made.state_dict().values(), strict=True):
        assert tensor.is_meta
        assert (tensor.shape, tensor.dtype) == (other.shape, other.dtype)
    assert empty.state_dict().keys() == made.state_dict().keys()


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_twice_the_macs_are_the_operations_that_torch_counts(
    name: str, data: st.DataObject
) -> None:
    op, inputs = draw_setting(data, name)
    with torch.device("meta"):
        network = network_of(op, inputs)
        with FlopCounterMode(display=False) as counter:
            network(feed(inputs, tensors(inputs, "meta")))
    assert op.cost(*inputs).flops * BATCH == counter.get_total_flops()
    assert op.cost(*inputs).activations == 0


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_backward_reaches_every_parameter(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    network = network_of(op, inputs)
    xs = [x.requires_grad_() for x in tensors(inputs)]
    out = network(feed(inputs, xs))
    assert torch.isfinite(out).all()
    if out.requires_grad:
        (out * torch.randn(out.shape)).sum().backward()
    for parameter in network.parameters():
        assert parameter.grad is not None
        assert torch.isfinite(parameter.grad).all()


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_a_module_survives_pickling(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    network = network_of(op, inputs).eval()
    streams = feed(inputs, tensors(inputs))
    copied = pickle.loads(pickle.dumps(network))
    assert torch.equal(copied(streams), network(streams))


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_parameters_survive_json(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    again = primitive_from_json(op.to_json())
    assert again == op
    assert hash(again) == hash(op)
    graph = network_of(op, inputs).graph
    assert graph_from_json(graph.to_json()) == graph


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_the_source_does_what_the_module_does(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    leaf, xs = leaf_of(op, *inputs), tensors(inputs)
    if isinstance(leaf, Operation):
        assert torch.equal(evaluate(leaf.source, xs), leaf.function(*xs))
        return
    module, copied = leaf.make().eval(), copy_from_source(leaf).eval()
    copied.load_state_dict(module.state_dict())
    assert torch.equal(copied(*xs), module(*xs))


def evaluate(source: str, xs: list[Tensor]) -> Tensor:
    names = [f"x{index}" for index in range(len(xs))]
    scope = {"torch": torch, "nn": nn, "F": F} | dict(zip(names, xs, strict=True))
    return eval(source.format(*names, inputs=", ".join(names)), scope)


def copy_from_source(layer: Layer) -> nn.Module:
    """The module of a layer made from the text of its class alone, as in an exported file."""
    plain = {name: eval(repr(value)) for name, value in layer.arguments.items()}
    if layer.factory.__module__.startswith("torch."):
        return getattr(nn, layer.factory.__name__)(**plain)
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "F": F, "Any": Any}
    exec(inspect.getsource(layer.factory), scope)
    return scope[layer.factory.__name__](**plain)


@pytest.mark.parametrize("name", [n for n in PRIMITIVES if not PRIMITIVES[n].sees_folded])
@EXAMPLES
@given(data=st.data())
def test_an_axis_in_the_batch_is_so_many_clips_with_one_set_of_weights(
    name: str, data: st.DataObject
) -> None:
    op, inputs = draw_setting(data, name)
    folded = tuple(shape.fold(T=3) for shape in inputs)
    with torch.device("meta"):
        network = network_of(op, folded)
        out = network(feed(folded, tensors(folded, "meta")))
    shape, cost, each = network.graph.output_shapes[0][1], cost_of(network.graph), op.cost(*inputs)
    assert shape == op.output_shape(*inputs).fold(T=3)
    assert tuple(out.shape) == (BATCH * 3, *shape.tensor_sizes)
    assert cost.params == each.params == sum(p.numel() for p in network.parameters())
    assert (cost.macs, cost.norm_elements) == (3 * each.macs, 3 * each.norm_elements)
    assert cost.activations == (0 if op.is_view else shape.size)
    assert graph_from_json(network.graph.to_json()) == network.graph


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_what_takes_tokens_treats_them_as_the_positions_of_a_clip(
    name: str, data: st.DataObject
) -> None:
    op, inputs = draw_setting(data, name)
    row = tuple(Shape.tokens(shape.channels, 5) for shape in inputs)
    clip = tuple(Shape.clip(shape.channels, 5, 1, 1) for shape in inputs)
    try:
        is_row = op.output_shape(*row).is_tokens and op.output_shape(*clip).is_clip
    except ShapeError:
        is_row = False
    if not is_row or op.sees_folded:
        return
    of_row, of_clip = network_of(op, row).eval(), network_of(op, clip).eval()
    for key, tensor in of_clip.state_dict().items():
        tensor.copy_(of_row.state_dict()[key].reshape(tensor.shape))
    xs = tensors(row)
    out = of_clip(feed(clip, [x.transpose(1, 2)[..., None, None] for x in xs]))
    torch.testing.assert_close(of_row(feed(row, xs)), out[..., 0, 0].transpose(1, 2))


@pytest.mark.parametrize("name", [n for n in PRIMITIVES if PRIMITIVES[n].is_view])
@EXAMPLES
@given(data=st.data())
def test_a_view_shares_the_memory_of_its_input(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    xs = tensors(inputs)
    out = callable_of(op, inputs)(*xs)
    assert out.untyped_storage().data_ptr() == xs[0].untyped_storage().data_ptr()


@pytest.mark.parametrize("name", [n for n in PRIMITIVES if PRIMITIVES[n].is_commutative])
@EXAMPLES
@given(data=st.data())
def test_the_order_of_inputs_does_not_matter_where_it_says_so(
    name: str, data: st.DataObject
) -> None:
    op, inputs = draw_setting(data, name)
    order = data.draw(st.permutations(range(len(inputs))))
    swapped = tuple(inputs[index] for index in order)
    xs = tensors(inputs)
    out = callable_of(op, inputs)(*xs)
    assert op.output_shape(*swapped) == op.output_shape(*inputs)
    torch.testing.assert_close(callable_of(op, swapped)(*(xs[index] for index in order)), out)


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_too_few_or_too_many_inputs_are_an_error(name: str, data: st.DataObject) -> None:
    op, inputs = draw_setting(data, name)
    least, most = op.operands
    op.check_operands(inputs)
    wrong = [inputs[:1] * (least - 1)] + ([] if most is None else [inputs[:1] * (most + 1)])
    for shapes in wrong:
        with pytest.raises(ShapeError, match=f"{name} got {len(shapes)} inputs; accepts"):
            op.check_operands(shapes)


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in PRIMITIVES],
)
@settings(max_examples=8)
@given(data=st.data())
def test_one_module_serves_inputs_of_other_sizes_where_it_says_so(
    name: str, data: st.DataObject
) -> None:
    op, inputs = draw_setting(data, name)
    other = _resized(inputs, data)
    try:
        op.output_shape(*other)
    except ShapeError:
        return
    leaf, leaf_of_other = leaf_of(op, *inputs), leaf_of(op, *other)
    if isinstance(leaf, Layer) or isinstance(leaf_of_other, Layer):
        is_same = leaf == leaf_of_other
    else:
        is_same = leaf.source == leaf_of_other.source
    is_said = op.module_sizes(*inputs) == op.module_sizes(*other)
    assert is_said == is_same
    if is_same:
        with torch.device("meta"):
            module = callable_of(op, inputs)
            module(*tensors(inputs, "meta"))
            out = module(*tensors(other, "meta"))
        shape = op.output_shape(*other)
        assert tuple(out.shape) == (BATCH * shape.num_folded, *shape.tensor_sizes)


def _resized(inputs: tuple[Shape, ...], data: st.DataObject) -> tuple[Shape, ...]:
    """The same shapes but for some of their sizes, which change alike in all of them."""
    changes = {
        (axis, size): data.draw(st.sampled_from([size, 2 * size, size + 1, size + 4]))
        for shape in inputs
        for axis, size in zip(shape.axes, shape.sizes, strict=True)
        if axis != "C"
    }
    return tuple(
        shape.replace(
            **{
                axis: changes[axis, size]
                for axis, size in zip(shape.axes, shape.sizes, strict=True)
                if axis != "C"
            }
        )
        for shape in inputs
    )


@EXAMPLES
@given(data=st.data())
def test_a_primitive_without_a_strategy_fails_with_a_recipe(data: st.DataObject) -> None:
    with pytest.raises(pytest.fail.Exception, match="Add an entry 'twist' to SETTINGS"):
        draw_setting(data, "twist")


@EXAMPLES
@given(
    channels=st.integers(1, 4),
    out=st.integers(1, 4),
    groups=st.integers(1, 4),
    kernel=st.integers(1, 4),
    padding=st.integers(0, 1),
    size=st.integers(1, 3),
)
def test_a_convolution_is_refused_where_torch_refuses_it(
    channels: int, out: int, groups: int, kernel: int, padding: int, size: int
) -> None:
    parameters: dict[str, Value] = {"out": out, "groups": groups, "kernel": kernel}
    op = make_primitive("conv", parameters | {"padding": padding})
    clip = Shape.clip(channels, size, size, size)
    try:
        op.output_shape(clip)
        is_refused = False
    except ShapeError:
        is_refused = True
    try:
        conv = nn.Conv3d(channels, out, kernel, groups=groups, padding=padding)
        conv(torch.zeros(1, *clip.sizes))
        is_refused_by_torch = False
    except (ValueError, RuntimeError):
        is_refused_by_torch = True
    assert is_refused == is_refused_by_torch
