"""What primitives say about parameters and shapes that do not fit."""

from typing import Any

import pytest

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import parameters_of
from nasvid.graph.primitive import PRIMITIVES, make_primitive

CLIP = Shape.clip(64, 8, 14, 14)
VECTOR = Shape.vector(64)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("conv", {"out": 0}, "parameter 'out': got 0; accepts an integer of at least 1."),
        ("conv", {"out": 8, "groups": 0}, "parameter 'groups': got 0; accepts an integer of"),
        ("conv", {"out": 8, "padding": "same"}, "got 'same'; accepts 'half', 'ceil', an integer"),
        ("conv", {"out": 8, "kernel": [3, 3]}, "got [3, 3]; accepts an integer or a list of three"),
        ("conv", {"out": 8, "kernal": 3}, "no parameter named 'kernal'. Did you mean 'kernel'?"),
        ("conv", {}, "parameter 'out' is required and not given."),
        ("conv_transposed", {"out": 8, "kernel": 2}, "got 2 on T with stride 1; only an odd"),
        ("conv_transposed", {"out": 0}, "parameter 'out': got 0; accepts an integer of at least"),
        ("fixed_conv", {"weights": [1, 0]}, "got [1, 0]; accepts a list of rows, each a list of"),
        (
            "fixed_conv",
            {"weights": [[1, 0], [1]]},
            "accepts a list of rows, each a list of equally",
        ),
        ("fixed_conv", {"weights": [["a"]]}, "got [['a']]; accepts a list of rows"),
        ("fixed_conv", {"weights": []}, "parameter 'weights': got []; accepts a list of rows"),
        ("fixed_conv", {"weights": [[0] * 5000]}, "parameter 'weights': got 5000; accepts at most"),
        ("tgm_conv", {"out": 8}, "parameter 'kernel' is required and not given."),
        ("tgm_conv", {"out": 8, "kernel": 3, "curves": 0}, "parameter 'curves': got 0; accepts"),
        ("lstm", {"hidden": 0}, "parameter 'hidden': got 0; accepts an integer of at least 1."),
        ("gru", {"hidden": 8, "layers": 0}, "parameter 'layers': got 0; accepts an integer of at"),
        ("skip_rnn", {"hidden": 8, "cell": "rnn"}, "got 'rnn'; accepts 'gru' or 'lstm'."),
        ("representation_flow", {"iterations": 0}, "parameter 'iterations': got 0; accepts an"),
        ("representation_flow", {"theta": 0}, "parameter 'theta': got 0.0; accepts a number above"),
        ("linear", {"out": 2.5}, "parameter 'out': got 2.5; accepts an integer"),
        ("drop_path", {"rate": 1}, "parameter 'rate': got 1.0; accepts a number from 0 to below"),
        ("group_norm", {"groups": 0}, "parameter 'groups': got 0; accepts an integer of at least"),
        ("group_norm", {"eps": 0}, "parameter 'eps': got 0.0; accepts a number above 0."),
        ("softmax", {"over": "TW"}, "parameter 'over': got 'TW'; accepts 'C' or 'T' or"),
        ("dropout", {"rate": 1}, "parameter 'rate': got 1.0; accepts a number from 0 to below 1."),
        ("batch_norm", {"eps": 0}, "parameter 'eps': got 0.0; accepts a number above 0."),
        ("batch_norm", {"momentum": 2}, "parameter 'momentum': got 2.0; accepts a number from 0"),
        ("layer_norm", {"eps": float("nan")}, "parameter 'eps': got nan; accepts a number."),
        ("gate", {"initial": 1.5}, "parameter 'initial': got 1.5; accepts null for a learned"),
        ("mean", {"over": "HT"}, "parameter 'over': got 'HT'; accepts 'T' or 'H' or"),
        ("mean", {"over": "HW"}, "parameter 'keep': got false with over 'HW'; only mean over"),
        ("max_over", {"over": "T"}, "parameter 'keep': got false with over 'T'; only max_over"),
        ("slice", {"axis": "T", "step": 0}, "parameter 'step': got 0; accepts an integer of at"),
        ("slice", {"axis": "T", "stop": 1.5}, "parameter 'stop': got 1.5; accepts an integer or"),
        ("expand", {"axis": "T", "size": 0}, "parameter 'size': got 0; accepts an integer of at"),
        ("repeat_frames", {"factor": 0}, "parameter 'factor': got 0; accepts an integer of at"),
        ("resize", {"factor": 2, "frames": 4}, "parameter 'frames': got 4 beside a factor of 2"),
        ("resize", {"height": 0}, "parameter 'height': got 0; accepts an integer of at least 1."),
        ("space_to_depth", {"block": 0}, "parameter 'block': got 0; accepts an integer of at"),
        ("shuffle_channels", {"groups": 0}, "parameter 'groups': got 0; accepts an integer of"),
        ("subsample_frames", {"step": 0}, "parameter 'step': got 0; accepts an integer of at"),
        ("max_pool", {"kernel": 2, "padding": 2}, "accepts at most half the kernel on each axis"),
        ("attention_product", {"over": "frame"}, "got 'frame'; accepts 'space' or 'time' or"),
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
        ("conv", {"out": 6, "groups": 3}, [CLIP], "groups 3 does not divide 64 input channels."),
        ("conv", {"out": 6, "groups": 4}, [CLIP], "groups 4 does not divide 6 output channels."),
        ("conv_transposed", {"out": 6, "groups": 4}, [CLIP], "does not divide 6 output channels."),
        ("fixed_conv", {"weights": [[1]]}, [CLIP], "got rows of 1; a filter over 64 channels with"),
        (
            "fixed_conv",
            {"weights": [[1]], "groups": 3},
            [CLIP],
            "does not divide 64 input channels",
        ),
        ("tgm_conv", {"out": 6, "kernel": 2}, [CLIP], "got 2 on T; padding 'half' needs an odd"),
        ("lstm", {"hidden": 8}, [VECTOR], "lstm takes clips (C, T, H, W); got C 64."),
        ("skip_rnn", {"hidden": 8}, [CLIP.replace(T=1)], "skip_rnn takes clips of at least 2"),
        ("representation_flow", {}, [CLIP.replace(T=1)], "takes clips of at least 2 frames"),
        ("conv", {"out": 6}, [VECTOR], "conv takes clips (C, T, H, W); got C 64."),
        ("max_pool", {"kernel": 2}, [CLIP], "got 2 on T; padding 'half' needs an odd length."),
        ("mean", {}, [VECTOR], "mean takes clips"),
        ("mean", {"over": "N"}, [CLIP], "got 'N' for CTHW 64x8x14x14; accepts it for tokens"),
        ("softmax_pool", {}, [CLIP], "only frames of one pixel become a vector. Put {mean:"),
        ("cumulative_pool", {}, [VECTOR], "cumulative_pool takes clips"),
        ("frame_difference", {}, [CLIP.replace(T=1)], "takes clips of at least 2 frames; got 64x1"),
        ("slice", {"axis": "H"}, [VECTOR], "got 'H' for an input with the axes C. Name one of"),
        (
            "slice",
            {"axis": "T", "start": 8},
            [CLIP],
            "slice from 8 to the end keeps nothing of the 8 elements on T.",
        ),
        (
            "expand",
            {"axis": "T", "size": 2},
            [CLIP],
            "got 'T' for CTHW 64x8x14x14; accepts an axis",
        ),
        ("space_to_depth", {"block": 4}, [CLIP], "got 4, which does not divide the height and"),
        ("shuffle_channels", {"groups": 5}, [CLIP], "groups 5 does not divide 64 channels."),
        ("softmax", {"over": "T"}, [VECTOR], "got 'T' for an input with the axes C."),
        ("group_norm", {"groups": 5}, [CLIP], "groups 5 does not divide 64 channels."),
        ("group_norm", {"groups": 64}, [VECTOR], "each group has one element, which would always"),
        ("add", {}, [CLIP, CLIP.replace(T=4)], "do not fit on axis T: 64x8x14x14, 64x4x14x14"),
        ("add", {}, [CLIP, VECTOR], "operands have different axes: CTHW 64x8x14x14, C 64."),
        (
            "concat",
            {},
            [CLIP, CLIP.replace(C=2, H=7)],
            "concat takes inputs that differ in channels alone; got 64x8x14x14, 2x8x7x14.",
        ),
        ("concat", {}, [CLIP, VECTOR], "concat takes inputs that differ in channels alone"),
        (
            "attention_product",
            {"heads": 5},
            [CLIP] * 3,
            "heads 5 does not divide 64 query channels.",
        ),
        (
            "attention_product",
            {},
            [CLIP, CLIP.replace(T=4), CLIP],
            "attention_product takes queries and keys of the same channels, which differ on",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_shown(
    name: str, parameters: dict[str, Any], inputs: list[Shape], message: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        make_primitive(name, parameters).output_shape(*inputs)
    assert message in str(caught.value)


def test_the_first_convolution_of_r3d_18_costs_what_its_paper_leads_to() -> None:
    # Tran et al. 2018, table 1: 3x7x7, 64 channels, stride 1x2x2, on 3x16x112x112.
    conv = make_primitive("conv", {"out": 64, "kernel": (3, 7, 7), "stride": (1, 2, 2)})
    clip = Shape.clip(3, 16, 112, 112)
    assert str(conv.output_shape(clip)) == "64x16x56x56"
    weights = 64 * 3 * 3 * 7 * 7
    assert conv.cost(clip) == Cost(macs=weights * 16 * 56 * 56, params=weights)


def test_one_and_one_point_zero_are_the_same_setting() -> None:
    assert make_primitive("gate", {"initial": 1}) == make_primitive("gate", {"initial": 1.0})
    assert make_primitive("gate", {"initial": 1}).to_json() == {"op": "gate", "initial": 1.0}
    assert repr(make_primitive("gate", {"initial": 1}).to_json()["initial"]) == "1.0"


@pytest.mark.parametrize(
    ("name", "primary"),
    [
        ("conv", "out"),
        ("fixed_conv", "weights"),
        ("linear", "out"),
        ("max_pool", "kernel"),
        ("avg_pool", "kernel"),
        ("mean", "over"),
        ("dropout", "rate"),
        ("gate", "initial"),
        ("subsample_frames", "step"),
        ("repeat_frames", "factor"),
        ("resize", "factor"),
        ("slice", "axis"),
        ("softmax", "over"),
        ("group_norm", "groups"),
        ("scale", "initial"),
    ],
)
def test_the_first_parameter_is_the_one_that_a_short_form_sets(name: str, primary: str) -> None:
    assert next(iter(parameters_of(PRIMITIVES[name]))) == primary
