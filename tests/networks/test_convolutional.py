"""What the tables print about convolutional networks beside parameters and MACs of one clip."""

import pytest

import nasvid
from nasvid.api.zoo import zoo_network
from nasvid.api.zoo_folder import zoo_folder
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
