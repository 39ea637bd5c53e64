"""What is in print, or was counted from released code, about networks of the zoo, beside what their files say."""

from collections import Counter
from pathlib import Path

import pytest

import nasvid
from nasvid.api.architecture import Architecture
from nasvid.api.zoo import zoo_network
from nasvid.api.zoo_folder import zoo_folder
from nasvid.graph.ir import flatten
from nasvid.spec.published import Printed

ZOO = zoo_folder()


def at(name: str, clip: str | None = None) -> Architecture:
    return nasvid.load(ZOO / f"{name}.yaml", clip=clip).architecture()


def count(architecture: Architecture, primitive: str) -> int:
    return sum(node.op.name() == primitive for node in flatten(architecture.graph)[0])


# Clip of the test, G with norms at 5 in the table of PyTorchVideo, M of parameters there, and G of
# multiply-adds where the classifier sees the mean over everything.
X3D = {
    "x3d_xs": ("4x182", "0.91G", "3.79M", "0.84G"),
    "x3d_s": ("13x182", "2.96G", "3.79M", "2.72G"),
    "x3d_m": ("16x256", "6.72G", "3.79M", "6.18G"),
    "x3d_l": ("16x356", "26.64G", "6.15M", "24.8G"),
}


@pytest.mark.parametrize("name", X3D)
def test_x3d_costs_what_pytorchvideo_prints_without_the_norm_that_it_leaves_out(name: str) -> None:
    clip, printed, params, mean = X3D[name]
    architecture = at(name, clip)
    cost = architecture.cost(norm=5)
    (norm,) = [
        node
        for node in flatten(architecture.graph)[0]
        if node.name == "stage2.units.0.shortcut.norm"
    ]
    left_out = norm.shape.size * 5
    rounded = round((cost.total - left_out) / 1e9, 2)
    assert f"{rounded}G" == printed
    assert Printed(params).agrees(cost.params)
    scores = architecture.graph.shape_of["scores"]
    per_place = 432 * 2048 + 2048 * 400
    assert Printed(mean).agrees(cost.macs - (scores.height * scores.width - 1) * per_place)


# Accuracies that are in print beside those of the model zoos of X3D and MoViNet.
ACCURACY = {
    "e3d_s": {"something-something-v1": 47.1},
    "e3d_m": {"something-something-v1": 49.4},
    "e3d_l": {"something-something-v1": 51.1},
    "assemblenet_101": {"moments-in-time": 34.27, "charades-map": 58.6},
    "res3d_18": {"sports-1m": 65.6},
}


@pytest.mark.parametrize("name", ACCURACY)
def test_accuracies_are_those_in_print(name: str) -> None:
    assert zoo_network(name).published.accuracy == ACCURACY[name]


@pytest.mark.parametrize(("name", "copies"), [("x3d_m", [3, 5, 11, 7]), ("x3d_l", [5, 10, 25, 15])])
def test_x3d_has_its_depths(name: str, copies: list[int]) -> None:
    names = {".".join(n.name.split(".")[:3]) for n in flatten(at(name).graph)[0]}
    stages = Counter(n.split(".")[0] for n in names if ".units." in n)
    assert [stages[stage] for stage in sorted(stages)] == copies


@pytest.mark.parametrize(("name", "number"), [("e3d_s", 83), ("e3d_m", 83), ("e3d_l", 167)])
def test_e3d_has_as_many_convolutions_as_its_budget(name: str, number: int) -> None:
    assert count(at(name), "conv") == number


@pytest.mark.parametrize(("name", "printed"), [("evanet_1", "71.3G"), ("evanet_2", "50.5G")])
def test_evanet_costs_twice_as_much_at_twice_the_frames(name: str, printed: str) -> None:
    # Counted with one mean over all frames; the classifier sees two of them at a time.
    per_pair = at(name).graph.shape_of["last_pool"].channels * 400
    short, long = (
        at(name, f"{frames}x224").cost().macs - (frames // 4 - 2) * per_pair for frames in (32, 64)
    )
    assert f"{round(short / 1e9, 1)}G" == printed
    assert long - per_pair == 2 * (short - per_pair)


@pytest.mark.parametrize(
    ("name", "widths"),
    [("evanet_1", [256, 510, 1024, 2046]), ("evanet_2", [255, 510, 1023, 2048])],
)
def test_parallel_layers_of_evanet_share_a_width_without_the_rest(
    name: str, widths: list[int]
) -> None:
    shapes = at(name).graph.shape_of
    assert [shapes[f"stage{k}"].channels for k in (2, 3, 4, 5)] == widths


@pytest.mark.parametrize(
    ("name", "width"),
    [("tvn_1", 2048), ("tvn_2", 2088), ("tvn_3", 2560), ("tvn_4", 2048), ("tvn_mobile_1", 128)],
)
def test_tiny_networks_have_their_widths(name: str, width: int) -> None:
    assert at(name).graph.shape_of["stages"].channels == width


# Layers and parameters that can be learned, base form and stream form.
MOVINETS = {
    "movinet_a0": (15, 3_111_799, 3_748_031),
    "movinet_a1": (24, 4_690_296, 6_447_352),
    "movinet_a2": (26, 5_249_562, 7_326_962),
    "movinet_a3": (33, 7_397_545, 10_986_618),
    "movinet_a4": (47, 11_349_463, 18_136_182),
    "movinet_a5": (59, 18_650_523, 31_495_934),
}
# Space, then time without later frames; gates of what was seen so far beside what is seen now.
STREAM = """
      space: {from: expand_swish, conv_norm_ceil: {out: =wide, kernel: [1, "=kernel[1]", "=kernel[2]"], stride: =stride, groups: =wide}}
      space_swish: silu
      time: {when: "=kernel[0] > 1", conv: {out: =wide, kernel: ["=kernel[0]", 1, 1], groups: =wide, causal: true}}
      time_norm: {when: "=kernel[0] > 1", batch_norm: {eps: 0.001}}
      time_swish: {when: "=kernel[0] > 1", block: silu}
      seen: {from: time_swish, mean: {over: HW, keep: true}}
      so_far: {from: seen, block: cumulative_pool}
      both: {from: [so_far, seen], block: concat}
      reduce: {conv: {out: =round_to(wide * 0.5), bias: true}}
      reduce_swish: silu
      widen: {conv: {out: =wide, bias: true}}
      gates: sigmoid
      gated: {from: [time_swish, gates], block: multiply}
"""


@pytest.mark.parametrize("name", MOVINETS)
def test_movinets_have_the_weights_of_both_forms(name: str, tmp_path: Path) -> None:
    layers, base, stream = MOVINETS[name]
    architecture = at(name)
    assert count(architecture, "scale") == layers
    assert architecture.cost().params == base
    text = (ZOO.parent / "movinet.yaml").read_text(encoding="utf-8")
    start, end = text.index("      depthwise:"), text.index("      project:")
    path = tmp_path / "movinet_stream.yaml"
    path.write_text(text[:start] + STREAM.lstrip("\n") + text[end:], encoding="utf-8")
    found = nasvid.load(path).architecture(architecture.choices).cost().params
    # From A3 on, gates also read fixed positions times a learned number, which no primitive adds.
    positions = layers if name >= "movinet_a3" else 0
    assert found + positions == stream
