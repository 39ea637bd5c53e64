"""Hypothesis strategies that suites share: shapes, and settings of every primitive."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import PADDING_RULES
from nasvid.graph.primitive import Primitive, make_primitive

# A primitive and input shapes that it accepts.
Setting = tuple[Primitive, tuple[Shape, ...]]

CHANNELS = st.integers(1, 6)
SIZES = st.integers(1, 5)


def clips(channels: SearchStrategy[int] = CHANNELS) -> SearchStrategy[Shape]:
    """Small clips."""
    return st.builds(Shape.clip, channels, SIZES, SIZES, SIZES)


def vectors(channels: SearchStrategy[int] = CHANNELS) -> SearchStrategy[Shape]:
    """Small pooled features."""
    return st.builds(Shape.vector, channels)


def triples(values: SearchStrategy[int]) -> SearchStrategy[Any]:
    """A parameter for T, H and W as users write it: one integer or a list of three."""
    return values | st.lists(values, min_size=3, max_size=3)


def paddings(values: SearchStrategy[int]) -> SearchStrategy[Any]:
    """A rule or an amount."""
    return st.sampled_from(PADDING_RULES) | triples(values)


def accepted(setting: Setting) -> bool:
    """Whether the primitive takes the shapes; for what cannot well be drawn right away."""
    op, inputs = setting
    try:
        op.output_shape(*inputs)
    except ShapeError:
        return False
    return True


def primitives(name: str, **parameters: SearchStrategy[Any]) -> SearchStrategy[Primitive]:
    """The named primitive with parameters drawn, or left at the default where there is one."""
    required = {key: values for key, values in parameters.items() if not key.endswith("_")}
    optional = {key[:-1]: values for key, values in parameters.items() if key.endswith("_")}
    return st.fixed_dictionaries(required, optional=optional).map(
        lambda given: make_primitive(name, given)
    )


def _unary(
    name: str, shapes: SearchStrategy[Shape] | None = None, **parameters: SearchStrategy[Any]
) -> SearchStrategy[Setting]:
    inputs = (clips() | vectors() if shapes is None else shapes).map(lambda shape: (shape,))
    return st.tuples(primitives(name, **parameters), inputs)


@st.composite
def _conv(draw: DrawFn) -> Setting:
    groups = draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 3))
    if draw(st.booleans()):
        groups = channels
    op = draw(
        primitives(
            "conv",
            out=st.integers(1, 3).map(lambda factor: factor * groups),
            kernel_=triples(st.integers(1, 3)),
            stride_=triples(st.integers(1, 3)),
            dilation_=triples(st.integers(1, 2)),
            groups=st.just(groups),
            padding_=paddings(st.integers(0, 2)),
            causal_=st.booleans(),
            bias_=st.booleans(),
        )
    )
    return op, (draw(clips(st.just(channels))),)


@st.composite
def _conv_transposed(draw: DrawFn) -> Setting:
    groups = draw(st.integers(1, 3))
    odd = st.sampled_from([1, 3])
    stride = draw(st.lists(st.integers(1, 3), min_size=3, max_size=3))
    kernel = [draw(odd if step == 1 else st.integers(1, 5)) for step in stride]
    op = draw(
        primitives(
            "conv_transposed",
            out=st.integers(1, 3).map(lambda factor: factor * groups),
            kernel=st.just(kernel),
            stride=st.just(stride),
            groups=st.just(groups),
            bias_=st.booleans(),
        )
    )
    return op, (draw(clips(st.integers(1, 2).map(lambda factor: factor * groups))),)


@st.composite
def _pool(draw: DrawFn, name: str) -> Setting:
    kernel = draw(st.lists(st.integers(1, 4), min_size=3, max_size=3))
    amounts = st.tuples(*(st.integers(0, length // 2) for length in kernel))
    op = draw(
        primitives(
            name,
            kernel=st.just(kernel),
            stride_=triples(st.integers(1, 3)),
            padding_=st.sampled_from(PADDING_RULES) | amounts,
        )
    )
    return op, (draw(clips()),)


@st.composite
def _reduction(draw: DrawFn, name: str) -> Setting:
    over = draw(st.sampled_from(["T", "H", "W", "TH", "TW", "HW", "THW"]))
    keep = st.booleans() if over == "THW" else st.just(True)
    return draw(primitives(name, over=st.just(over), keep=keep)), (draw(clips()),)


@st.composite
def _softmax_pool(draw: DrawFn) -> Setting:
    keep = draw(st.booleans())
    clip = draw(clips())
    one_pixel = clip if keep else clip.replace(H=1, W=1)
    return make_primitive("softmax_pool", {"keep": keep}), (one_pixel,)


@st.composite
def _slice(draw: DrawFn) -> Setting:
    shape = draw(clips() | vectors())
    op = draw(
        primitives(
            "slice",
            axis=st.sampled_from(shape.axes),
            start_=st.integers(-4, 4),
            stop_=st.none() | st.integers(-4, 6),
            step_=st.integers(1, 3),
        )
    )
    return op, (shape,)


@st.composite
def _expand(draw: DrawFn) -> Setting:
    shape = draw(clips() | vectors())
    axis = draw(st.sampled_from(shape.axes))
    op = draw(primitives("expand", axis=st.just(axis), size=SIZES))
    return op, (shape.replace(**{axis: 1}),)


@st.composite
def _resize(draw: DrawFn) -> Setting:
    kinds = st.sampled_from(["nearest", "linear"])
    factor, size = st.integers(1, 3), st.none() | SIZES
    scaled = primitives("resize", factor=triples(factor), kind_=kinds)
    sized = primitives("resize", frames_=size, height_=size, width_=size, kind_=kinds)
    return draw(scaled | sized), (draw(clips()),)


@st.composite
def _space_to_depth(draw: DrawFn) -> Setting:
    block = draw(st.integers(1, 3))
    clip = draw(clips(st.integers(1, 3)))
    squares = clip.replace(H=clip.height * block, W=clip.width * block)
    return make_primitive("space_to_depth", {"block": block}), (squares,)


@st.composite
def _shuffle_channels(draw: DrawFn) -> Setting:
    groups = draw(st.integers(1, 3))
    channels = st.integers(1, 3).map(lambda factor: factor * groups)
    op = make_primitive("shuffle_channels", {"groups": groups})
    return op, (draw(clips(channels) | vectors(channels)),)


@st.composite
def _broadcast(draw: DrawFn, name: str) -> Setting:
    full = draw(clips() | vectors())
    inputs = tuple(
        Shape(full.axes, tuple(size if draw(st.booleans()) else 1 for size in full.sizes))
        for _ in range(draw(st.integers(1, 4)))
    )
    return make_primitive(name, {}), inputs


@st.composite
def _concat(draw: DrawFn) -> Setting:
    full = draw(clips() | vectors())
    channels = draw(st.lists(CHANNELS, min_size=1, max_size=4))
    return make_primitive("concat", {}), tuple(full.replace(C=number) for number in channels)


@st.composite
def _attention_product(draw: DrawFn) -> Setting:
    heads = draw(st.integers(1, 3))
    queries = draw(clips(st.integers(1, 3).map(lambda factor: factor * heads)))
    values = queries.replace(C=heads * draw(st.integers(1, 3)))
    op = draw(
        primitives(
            "attention_product",
            heads=st.just(heads),
            over_=st.sampled_from(["space", "time", "joint"]),
        )
    )
    return op, (queries, queries, values)


@st.composite
def _group_norm(draw: DrawFn) -> Setting:
    groups = draw(st.integers(1, 3))
    channels = st.integers(1, 3).map(lambda factor: factor * groups)
    op = draw(primitives("group_norm", groups=st.just(groups), zero_init_=st.booleans(), eps_=_EPS))
    return op, (draw(clips(channels) | vectors(channels)),)


_RATES = st.floats(0, 1)
_EPS = st.floats(1e-6, 1)

# One entry for each primitive: a strategy for what it is tested with.
SETTINGS: dict[str, Callable[[], SearchStrategy[Setting]]] = {
    "adaptive_pool": lambda: _unary(
        "adaptive_pool",
        clips(),
        frames=SIZES,
        height=SIZES,
        width=SIZES,
        kind_=st.sampled_from(["avg", "max"]),
    ),
    "add": lambda: _broadcast("add"),
    "attention_product": _attention_product,
    "avg_pool": lambda: _pool("avg_pool").filter(accepted),
    "batch_norm": lambda: _unary(
        "batch_norm", zero_init_=st.booleans(), eps_=st.floats(1e-6, 1), momentum_=_RATES
    ),
    "concat": _concat,
    "conv": lambda: _conv().filter(accepted),
    "conv_transposed": _conv_transposed,
    "cumulative_pool": lambda: _unary(
        "cumulative_pool", clips(), kind_=st.sampled_from(["avg", "max"])
    ),
    "drop_path": lambda: _unary("drop_path", rate=st.floats(0, 0.9)),
    "dropout": lambda: _unary("dropout", rate=st.floats(0, 0.9)),
    "expand": _expand,
    "frame_difference": lambda: _unary(
        "frame_difference", clips(), last_=st.sampled_from(["repeat", "drop"])
    ).filter(accepted),
    "gate": lambda: _unary("gate", initial_=st.none() | _RATES),
    "gelu": lambda: _unary("gelu"),
    "group_norm": lambda: _group_norm().filter(accepted),
    "hard_sigmoid": lambda: _unary("hard_sigmoid"),
    "hard_swish": lambda: _unary("hard_swish"),
    "identity": lambda: _unary("identity"),
    "layer_norm": lambda: _unary("layer_norm", eps_=_EPS, zero_init_=st.booleans()),
    "linear": lambda: _unary("linear", out=CHANNELS, bias_=st.booleans()),
    "max_pool": lambda: _pool("max_pool").filter(accepted),
    "maximum": lambda: _broadcast("maximum"),
    "max_over": lambda: _reduction("max_over"),
    "mean": lambda: _reduction("mean"),
    "multiply": lambda: _broadcast("multiply"),
    "relu": lambda: _unary("relu"),
    "repeat_frames": lambda: _unary("repeat_frames", clips(), factor=st.integers(1, 3)),
    "resize": _resize,
    "scale": lambda: _unary("scale", initial_=st.floats(-2, 2), per_channel_=st.booleans()),
    "shuffle_channels": _shuffle_channels,
    "sigmoid": lambda: _unary("sigmoid"),
    "silu": lambda: _unary("silu"),
    "slice": lambda: _slice().filter(accepted),
    "softmax": lambda: _unary(
        "softmax", over_=st.sampled_from(["C", "T", "H", "W", "TH", "HW", "THW"])
    ).filter(accepted),
    "softmax_pool": _softmax_pool,
    "space_to_depth": _space_to_depth,
    "subsample_frames": lambda: _unary("subsample_frames", clips(), step=st.integers(1, 6)),
    "tanh": lambda: _unary("tanh"),
    "tgm_conv": lambda: _unary(
        "tgm_conv",
        clips(),
        out=CHANNELS,
        kernel=triples(st.integers(1, 5)),
        stride_=triples(st.integers(1, 2)),
        padding_=paddings(st.integers(0, 2)),
        curves_=st.integers(1, 5),
    ).filter(accepted),
    "zero": lambda: _unary("zero"),
}
