"""What primitives for tokens, and axes in the batch, say about shapes that do not fit."""

from typing import Any

import pytest

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.folding import cost, output_shape
from nasvid.graph.ir import Graph, Input, graph_from_json, primitive_node
from nasvid.graph.primitive import Primitive, make_primitive

CLIP = Shape.clip(64, 8, 14, 14)
TOKENS = Shape.tokens(64, 9)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("position", {"over": "frames"}, "got 'frames'; accepts 'space' or 'time' or 'joint' or"),
        (
            "take_token",
            {"index": -1},
            "parameter 'index': got -1; accepts an integer of at least 0",
        ),
        ("window_attention", {}, "parameter 'window' is required and not given."),
        ("window_attention", {"window": 4, "shift": (0, 4, 0)}, "accepts less than the window on"),
        ("relative_attention", {"grid": 2}, "parameter 'key_grid' is required and not given."),
        ("pad_to_multiple", {"multiple": (2, 0, 2)}, "accepts three integers of at least 1."),
    ],
)
def test_a_parameter_that_cannot_be_is_named(
    name: str, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        make_primitive(name, parameters)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "parameters", "inputs", "message"),
    [
        ("class_token", {}, [CLIP], "class_token takes tokens (C, N); got CTHW 64x8x14x14. Make"),
        ("take_token", {"index": 9}, [TOKENS], "parameter 'index': got 9 for 9 tokens, which are"),
        ("position", {"over": "tokens"}, [CLIP], "position over 'tokens' takes tokens (C, N)"),
        ("position", {"over": "time"}, [TOKENS], "position over 'time' takes clips (C, T, H, W)"),
        ("batch_norm", {}, [TOKENS], "batch_norm takes clips and vectors; got tokens."),
        ("group_norm", {"groups": 8}, [TOKENS], "group_norm takes clips and vectors; got tokens."),
        ("conv", {"out": 8}, [TOKENS], "conv takes clips (C, T, H, W); got CN 64x9."),
        (
            "concat_tokens",
            {},
            [TOKENS, TOKENS.replace(C=32)],
            "concat_tokens takes tokens of the same channels; got 64x9, 32x9.",
        ),
        (
            "concat",
            {},
            [TOKENS, TOKENS.replace(N=2)],
            "concat takes inputs that differ in channels",
        ),
        (
            "attention_product",
            {"over": "time"},
            [TOKENS] * 3,
            "attention_product over 'time' takes clips; got CN 64x9.",
        ),
        (
            "window_attention",
            {"window": (8, 7, 7)},
            [CLIP.replace(W=16)] * 3,
            "windows of 7 do not divide 16 positions on W. Use a divisor, or pad the clip before.",
        ),
        ("window_attention", {"window": 2, "heads": 5}, [CLIP] * 3, "heads 5 does not divide 64"),
        (
            "relative_attention",
            {"grid": (2, 2, 2), "key_grid": (2, 2, 2)},
            [TOKENS] * 3,
            "parameter 'grid': 2x2x2 positions are not the 9 tokens that come in.",
        ),
        (
            "relative_attention",
            {"grid": (2, 2, 2), "key_grid": (1, 2, 2), "class_token": True},
            [TOKENS] * 3,
            "parameter 'key_grid': 1x2x2 positions and a class token are not the 9 tokens",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_shown(
    name: str, parameters: dict[str, Any], inputs: list[Shape], message: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        make_primitive(name, parameters).output_shape(*inputs)
    assert message in str(caught.value)


def test_inputs_with_different_axes_in_the_batch_do_not_meet() -> None:
    with pytest.raises(ShapeError) as caught:
        output_shape(make_primitive("add", {}), (TOKENS.fold(T=4), TOKENS))
    assert str(caught.value) == (
        "add takes inputs with the same axes folded into the batch; got 64x9 per T (T 4), "
        "64x9 (nothing folded). Use rearrange to fold them alike."
    )


def counted(op: Primitive, shape: Shape) -> Cost:
    return cost(op, (shape,), output_shape(op, (shape,)))


def test_each_position_of_an_axis_in_the_batch_costs_what_a_clip_costs() -> None:
    linear = make_primitive("linear", {"out": 10})
    folded, single = (counted(linear, shape) for shape in (TOKENS.fold(T=4, H=2), TOKENS))
    assert (folded.macs, folded.activations) == (8 * single.macs, 8 * single.activations)
    assert folded.params == single.params == 650
    norm = counted(make_primitive("layer_norm", {}), TOKENS.fold(T=4, H=2))
    assert (norm.norm_elements, norm.params) == (8 * 64 * 9, 2 * 64)


def test_axes_in_the_batch_travel_with_the_graph() -> None:
    clip = Input("rgb", Shape.clip(3, 8, 4, 4))
    fold = make_primitive("rearrange", {"pattern": "B C T H W -> (B T) C H W"})
    node = primitive_node("frames", fold, ("rgb",), (clip.shape,))
    graph = Graph((clip,), (node,), (("out", "frames"),))
    assert graph_from_json(graph.to_json()) == graph
    assert graph.output_shapes == (("out", Shape.clip(3, 1, 4, 4).fold(T=8)),)
    # Nothing is written where nothing is folded, so that older graphs stay as they are.
    assert "folded" not in graph.to_json()["inputs"][0]
    body = Graph((Input("in", clip.shape.fold(K=2)),), (), (("out", "in"),))
    assert graph_from_json(body.to_json()) == body
