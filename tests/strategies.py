"""Hypothesis strategies that suites share: shapes, and settings of every primitive."""

from collections.abc import Callable
from math import prod
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import PADDING_RULES
from nasvid.graph.primitive import Primitive, make_primitive
from nasvid.graph.rearrangement import parse_pattern

# A primitive and input shapes that it accepts.
Setting = tuple[Primitive, tuple[Shape, ...]]

# Enough for every value of a parameter with two or three of them to be drawn.
DRAWS = settings(max_examples=60)

CHANNELS = st.integers(1, 6)
SIZES = st.integers(1, 5)


def clips(channels: SearchStrategy[int] = CHANNELS) -> SearchStrategy[Shape]:
    """Small clips."""
    return st.builds(Shape.clip, channels, SIZES, SIZES, SIZES)


def vectors(channels: SearchStrategy[int] = CHANNELS) -> SearchStrategy[Shape]:
    """Small pooled features."""
    return st.builds(Shape.vector, channels)


def tokens(channels: SearchStrategy[int] = CHANNELS) -> SearchStrategy[Shape]:
    """Short rows of tokens."""
    return st.builds(Shape.tokens, channels, st.integers(1, 8))


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
    shapes = clips() | vectors() | tokens() if shapes is None else shapes
    inputs = shapes.map(lambda shape: (shape,))
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
def _fixed_conv(draw: DrawFn) -> Setting:
    groups, inner = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    kernel = draw(st.lists(st.integers(1, 2), min_size=3, max_size=3))
    row = st.lists(st.integers(-2, 2), min_size=inner * prod(kernel), max_size=inner * prod(kernel))
    op = draw(
        primitives(
            "fixed_conv",
            weights=st.lists(row, min_size=1, max_size=3),
            kernel=st.just(kernel),
            stride_=triples(st.integers(1, 3)),
            groups=st.just(groups),
            padding=st.just("ceil") | triples(st.integers(0, 2)),
        )
    )
    return op, (draw(clips(st.just(groups * inner))),)


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
    over = draw(st.just("THW") | st.sampled_from(["T", "H", "W", "TH", "TW", "HW"]))
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
    full = draw(clips() | vectors() | tokens())
    inputs = tuple(
        Shape(full.axes, tuple(size if draw(st.booleans()) else 1 for size in full.sizes))
        for _ in range(draw(st.integers(1, 4)))
    )
    return make_primitive(name, {}), inputs


@st.composite
def _concat(draw: DrawFn) -> Setting:
    full = draw(clips() | vectors() | tokens())
    channels = draw(st.lists(CHANNELS, min_size=1, max_size=4))
    return make_primitive("concat", {}), tuple(full.replace(C=number) for number in channels)


@st.composite
def _gelu(draw: DrawFn) -> Setting:
    op = make_primitive("gelu", {"approximate": draw(st.sampled_from(["none", "tanh"]))})
    return op, (draw(clips() | vectors() | tokens()),)


@st.composite
def _attention_product(draw: DrawFn) -> Setting:
    heads = draw(st.integers(1, 3))
    # A head of one channel may be laid out in no order, and torch then goes a slower way.
    channels = st.integers(2, 4).map(lambda factor: factor * heads)
    over = draw(st.sampled_from(["space", "time", "joint", "H", "W", "TH", "TW"]))
    queries = draw(clips(channels) | tokens(channels) if over == "joint" else clips(channels))
    seen = {"space": "HW", "time": "T", "joint": "THWN"}.get(over, over)
    pooled = {axis: draw(SIZES) for axis in seen if axis in queries.axes and draw(st.booleans())}
    keys = queries.replace(**pooled)
    weights = draw(st.sampled_from(["softmax", "mean"]))
    op = make_primitive("attention_product", {"heads": heads, "over": over, "weights": weights})
    return op, (queries, keys, keys.replace(C=heads * draw(st.integers(1, 3))))


@st.composite
def _window_attention(draw: DrawFn) -> Setting:
    heads = draw(st.integers(1, 3))
    window = [draw(st.integers(1, 3)) for _ in range(3)]
    shift = [draw(st.integers(0, length - 1)) for length in window]
    # A whole number of windows, or less than one.
    sizes = [draw(st.integers(1, 3).map(lambda k, n=n: k * n) | st.integers(1, n)) for n in window]
    queries = Shape.clip(heads * draw(st.integers(1, 3)), *sizes)
    op = draw(
        primitives(
            "window_attention",
            window=st.just(window),
            shift_=st.just(shift),
            heads=st.just(heads),
            relative_positions_=st.booleans(),
        )
    )
    return op, (queries, queries, queries.replace(C=heads * draw(st.integers(1, 3))))


@st.composite
def _relative_attention(draw: DrawFn) -> Setting:
    heads, class_token = draw(st.integers(1, 3)), draw(st.booleans())
    grid, key_grid = (draw(st.tuples(*[st.integers(1, 4)] * 3)) for _ in range(2))
    queries = Shape.tokens(heads * draw(st.integers(1, 3)), prod(grid) + class_token)
    keys = queries.replace(N=prod(key_grid) + class_token)
    op = make_primitive(
        "relative_attention",
        {"grid": grid, "key_grid": key_grid, "class_token": class_token, "heads": heads},
    )
    return op, (queries, keys, keys.replace(C=heads * draw(st.integers(1, 3))))


@st.composite
def _concat_tokens(draw: DrawFn) -> Setting:
    inputs = draw(st.lists(tokens(st.just(draw(CHANNELS))), min_size=1, max_size=3))
    return make_primitive("concat_tokens", {}), tuple(inputs)


_PATTERNS = (
    "B C T H W -> B (T H W) C",
    "B C T H W -> B (H W T) C",
    "B C T H W -> (B T) (H W) C",
    "B C T H W -> (B H W) C T",
    "B C T H W -> B (T C) H W",
    "B C T H W -> B C H",
    "B C T H W -> C T H W",
    "B C (T t) (H h) (W w) -> (B T H W) (t h w) C",
    "(B T H W) (t h w) C -> B C (T t) (H h) (W w)",
    "B C (t T) (h H) (w W) -> (B T H W) (t h w) C",
    "B (T H W) C -> (B H W) (T) C",
    "B (T H W) C -> B C T H W",
    "(B T) (H W) C -> B C T H W",
    "(B T) N C -> B (T N) C",
    "(B T) N C -> B N C",
    "(B W) (T) C -> B (T W) C",
    "B N C -> (B T) N C",
    "B N C -> B C",
    "B N (heads C) -> (B heads) N C",
    "(B heads) N C -> B N (heads C)",
    "(B T) C -> B (T) C",
    "B C -> B N C",
)


@st.composite
def _rearrange(draw: DrawFn) -> Setting:
    pattern = parse_pattern(draw(st.sampled_from(_PATTERNS)))
    left, right = pattern.left, pattern.right
    # An axis can come or go only where it has size 1, or come with a size.
    size = {name: draw(st.integers(1, 3)) for name in right.names if name != "N"}
    size |= {name: 1 for name in left.names if name not in right.names}
    size |= {"N": draw(st.integers(1, 5)) if "N" in left.names and "N" in right.names else 1}
    channels = prod(size[name] for name in left.channels)
    if left.tokens:
        shape = Shape.tokens(channels, prod(size[name] for name in left.tokens))
    elif left.clip:
        shape = Shape.clip(channels, *(prod(size[n] for n in names) for _, names in left.clip))
    else:
        shape = Shape.vector(channels)
    outer = {"K": 2} if draw(st.booleans()) else {}
    shape = shape.fold(**outer, **{name: size[name] for name in left.batch})
    words = {"T": "frames", "H": "height", "W": "width", "heads": "heads"}
    given: dict[str, Any] = {word: size[name] for name, word in words.items() if name in size}
    if "t" in size:
        given["window"] = [size[name] for name in "thw"]
    return make_primitive("rearrange", {"pattern": str(pattern), **given}), (shape,)


@st.composite
def _group_norm(draw: DrawFn) -> Setting:
    groups = draw(st.integers(1, 3))
    channels = st.integers(1, 3).map(lambda factor: factor * groups)
    op = draw(primitives("group_norm", groups=st.just(groups), zero_init_=st.booleans(), eps_=_EPS))
    return op, (draw(clips(channels) | vectors(channels)),)


def _recurrent(name: str) -> SearchStrategy[Setting]:
    hidden, layers = st.integers(1, 4), st.integers(1, 2)
    return _unary(name, clips(), hidden=hidden, layers_=layers, bidirectional_=st.booleans())


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
        "batch_norm",
        clips() | vectors(),
        zero_init_=st.booleans(),
        eps_=st.floats(1e-6, 1),
        momentum_=_RATES,
    ),
    "class_token": lambda: _unary("class_token", tokens()),
    "concat": _concat,
    "concat_tokens": _concat_tokens,
    "conv": lambda: _conv().filter(accepted),
    "conv_transposed": _conv_transposed,
    "cumulative_pool": lambda: _unary(
        "cumulative_pool", clips(), kind_=st.sampled_from(["avg", "max"])
    ),
    "drop_path": lambda: _unary("drop_path", rate=st.floats(0, 0.9)),
    "dropout": lambda: _unary("dropout", rate=st.floats(0, 0.9)),
    "expand": _expand,
    "fixed_conv": lambda: _fixed_conv().filter(accepted),
    "frame_difference": lambda: _unary(
        "frame_difference", clips(), last_=st.sampled_from(["repeat", "drop"])
    ).filter(accepted),
    "gate": lambda: _unary("gate", initial_=st.none() | _RATES),
    "gelu": _gelu,
    "group_norm": lambda: _group_norm().filter(accepted),
    "gru": lambda: _recurrent("gru"),
    "hard_sigmoid": lambda: _unary("hard_sigmoid"),
    "hard_swish": lambda: _unary("hard_swish"),
    "identity": lambda: _unary("identity"),
    "layer_norm": lambda: _unary("layer_norm", eps_=_EPS, zero_init_=st.booleans()),
    "linear": lambda: _unary("linear", out=CHANNELS, bias_=st.booleans()),
    "lstm": lambda: _recurrent("lstm"),
    "max_pool": lambda: _pool("max_pool").filter(accepted),
    "maximum": lambda: _broadcast("maximum"),
    "max_over": lambda: _reduction("max_over"),
    "mean": lambda: (
        _reduction("mean") | _unary("mean", tokens(), over=st.just("N"), keep_=st.booleans())
    ),
    "multiply": lambda: _broadcast("multiply"),
    "pad_to_multiple": lambda: _unary(
        "pad_to_multiple", clips(), multiple=triples(st.integers(1, 4))
    ),
    "position": lambda: _unary(
        "position",
        clips() | tokens(),
        over_=st.sampled_from(["space", "time", "joint", "tokens"]),
    ).filter(accepted),
    "rearrange": _rearrange,
    "relative_attention": _relative_attention,
    "relu": lambda: _unary("relu"),
    "repeat_frames": lambda: _unary("repeat_frames", clips(), factor=st.integers(1, 3)),
    "representation_flow": lambda: _unary(
        "representation_flow",
        clips(),
        iterations=st.integers(1, 2),
        theta_=st.floats(0.1, 1),
        data_weight_=st.floats(0.1, 1),
        tau_=st.floats(0.1, 0.5),
    ).filter(accepted),
    "resize": _resize,
    "scale": lambda: _unary("scale", initial_=st.floats(-2, 2), per_channel_=st.booleans()),
    "shuffle_channels": _shuffle_channels,
    "sigmoid": lambda: _unary("sigmoid"),
    "silu": lambda: _unary("silu"),
    "skip_rnn": lambda: _unary(
        "skip_rnn", clips(), hidden=st.integers(1, 4), cell_=st.sampled_from(["gru", "lstm"])
    ).filter(accepted),
    "slice": lambda: _slice().filter(accepted),
    "softmax": lambda: _unary(
        "softmax", over_=st.sampled_from(["C", "T", "H", "W", "TH", "HW", "THW"])
    ).filter(accepted),
    "softmax_pool": _softmax_pool,
    "softmax_mix": lambda: st.builds(
        lambda shape, number: (make_primitive("softmax_mix", {}), (shape,) * number),
        clips() | vectors() | tokens(),
        st.integers(1, 4),
    ),
    "space_to_depth": _space_to_depth,
    "subsample_frames": lambda: _unary("subsample_frames", clips(), step=st.integers(1, 6)),
    "take_token": lambda: _unary("take_token", tokens(), index_=st.integers(0, 7)).filter(accepted),
    "tanh": lambda: _unary("tanh"),
    "window_attention": _window_attention,
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
