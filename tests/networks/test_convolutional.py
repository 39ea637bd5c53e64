"""What the tables print about convolutional networks beside parameters and MACs of one clip."""

import pytest

import nasvid
from nasvid.api.zoo import zoo_folder, zoo_network
from nasvid.cost.analytic import cost_rows
from nasvid.spec.published import Printed

ZOO = zoo_folder()


def test_feature_gates_add_one_matrix_each() -> None:
    plain, gated = zoo_network("s3d").cost, zoo_network("s3dg").cost
    widths = [64, 192]
    for module in ([128, 32], [192, 96], [208, 48], [224, 64], [256, 64], [288, 64]):
        widths += module
    widths += [320, 128, 320, 128, 384, 128]
    assert gated.params - plain.params == sum(c * c + c for c in widths)
    assert gated.macs - plain.macs == sum(c * c for c in widths)


@pytest.mark.parametrize(
    ("name", "params"), [("ip_csn_101", 24_601_616), ("ir_csn_101", 22_213_776)]
)
def test_channel_separated_networks_have_their_weights(name: str, params: int) -> None:
    assert zoo_network(name).cost.params == params


@pytest.mark.parametrize(
    ("name", "clip", "printed"),
    [
        ("x3d_xs", "4x160", "0.60G"),
        ("x3d_s", "13x160", "1.96G"),
        ("x3d_m", "16x224", "4.73G"),
        ("x3d_l", "16x312", "18.37G"),
        ("slowfast_r50_4x16", "32x256", "36.1G"),
        ("slowfast_r101_16x8", "64x256", "213G"),
    ],
)
def test_multiply_adds_alone_are_those_of_the_papers(name: str, clip: str, printed: str) -> None:
    macs = nasvid.load(ZOO / f"{name}.yaml", clip=clip).cost().macs
    assert Printed(printed).agrees(macs)


@pytest.mark.parametrize(
    ("depth", "widths", "classes", "params"),
    [
        (50, "wide", 157, 36_900_957),
        (101, "narrow", 157, 53_122_909),
        (26, "wide", 157, 20_157_789),
        (38, "wide", 157, 26_796_381),
        (68, "wide", 157, 53_452_893),
        (77, "wide", 157, 61_204_573),
        (101, "wide", 157, 83_273_821),
    ],
)
def test_assemblenet_has_the_weights_of_the_tensorflow_code(
    depth: int, widths: str, classes: int, params: int
) -> None:
    family = nasvid.load(ZOO / "families/assemblenet.yaml", classes=classes)
    choices = {"depth": depth, "widths": widths, "flow_from": "stream"}
    assert family.architecture(choices).cost().params == params


def test_the_flow_layer_of_assemblenet_is_a_term_of_its_own() -> None:
    family = nasvid.load(ZOO / "families/assemblenet.yaml")
    inside = family.architecture({"depth": 50, "widths": "wide", "flow_from": "layer"})
    outside = zoo_network("assemblenet_50")
    assert (inside.cost().params, inside.cost().macs) == (outside.cost.params, outside.cost.macs)
    assert [item.name for item in inside.graph.inputs] == ["rgb"]
    # 31 pairs of frames of 224x224, 6 + 16 * 40 products a pixel; see `filter_macs`.
    flow = inside.graph.nodes[[node.name for node in inside.graph.nodes].index("inner_flow")]
    assert flow.op is not None
    assert flow.op.filter_macs(inside.graph.inputs[0].shape) == 31 * 224 * 224 * 646


def test_two_in_one_adds_its_modulation_to_a_resnet_152() -> None:
    modulated = nasvid.load(ZOO / "two_in_one.yaml").architecture()
    motion = ("motion", "modulated_merge")
    own = sum(
        row.cost.params for row in cost_rows(modulated.graph, max_depth=0) if row.path in motion
    )
    assert round((modulated.cost().params - own) / 1e6, 2) == 58.35
    assert round(2 * (modulated.cost().params - own) / 1e6, 2) == 116.70


def test_the_inflated_inception_counts_what_no_table_prints() -> None:
    network = zoo_network("i3d_inception")
    assert round(network.cost.params / 1e6, 1) == 12.7
    assert round(network.cost.macs / 1e9) == 111
