"""What the tables print about convolutional networks beside parameters and MACs of one clip."""

import pytest

import nasvid
from nasvid.api.zoo import zoo_network
from nasvid.api.zoo_folder import zoo_folder
from nasvid.cost.analytic import cost_rows
from nasvid.graph.ir import flatten
from nasvid.graph.primitives.conv import Conv
from nasvid.spec.published import Printed

ZOO = zoo_folder()


def test_s3dg_gates_every_branch_by_one_matrix_without_bias() -> None:
    widths = [192]
    for module in ([64, 128, 32, 32], [128, 192, 96, 64], [192, 208, 48, 64], [160, 224, 64, 64]):
        widths += module
    for module in ([128, 256, 64, 64], [112, 288, 64, 64], *[[256, 320, 128, 128]] * 2):
        widths += module
    widths += [384, 384, 128, 128]
    nodes = flatten(zoo_network("s3dg").space.architecture().graph)[0]
    gates = [n.op for n in nodes if n.name.endswith("gate.map") and isinstance(n.op, Conv)]
    assert [(gate.out, gate.bias) for gate in gates] == [(c, False) for c in widths]


def test_halves_in_time_of_s3dg_have_a_bias_and_no_norm() -> None:
    nodes = flatten(zoo_network("s3dg").space.architecture().graph)[0]
    halves = [n.op for n in nodes if n.name.endswith(".time") and isinstance(n.op, Conv)]
    assert [half.bias for half in halves] == [True] * 19
    assert not [node for node in nodes if node.name.endswith(".time.norm")]


@pytest.mark.parametrize(("frames", "billions"), [(7, 79.3), (3, 64.2)])
def test_s3dg_costs_what_its_head_says(frames: int, billions: float) -> None:
    cost = zoo_network("s3dg").cost
    # Kernels of the first layer, at 32 frames of 112x112.
    shorter = (7 - frames) * 49 * 3 * 64
    assert round((cost.params - shorter) / 1e6, 2) == (9.56 if frames == 7 else 9.53)
    assert round((cost.macs - shorter * 32 * 112 * 112) / 1e9, 1) == billions


def test_the_last_pool_of_s3d_drops_an_odd_row() -> None:
    nodes = flatten(nasvid.load(ZOO / "s3d.yaml", clip="16x112").architecture().graph)[0]
    (pool,) = [node for node in nodes if node.name == "trunk.pool4"]
    assert (pool.shape.height, pool.shape.width) == (3, 3)


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
