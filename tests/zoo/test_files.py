"""Every file of the zoo: its name, its head, and its size against what is in print."""

import re
from pathlib import Path

import pytest

import nasvid
from nasvid.api.zoo import ZooNetwork, zoo
from nasvid.api.zoo_folder import zoo_folder
from nasvid.spec.published import Printed
from tests.zoo_page import PATH, page

NAMES = [
    "single_frame",
    "early_fusion",
    "late_fusion",
    "slow_fusion",
    "resnet18",
    "resnet34",
    "r2d_18",
    "f_r2d_18",
    "c3d",
    "res3d_18",
    "res3d_34",
    "r3d_18",
    "r3d_34",
    "mc2_18",
    "mc3_18",
    "mc4_18",
    "mc5_18",
    "rmc2_18",
    "rmc3_18",
    "rmc4_18",
    "rmc5_18",
    "p3d63",
    "p3d199",
    "r2plus1d_18",
    "r2plus1d_34",
    "r2plus1d_r50",
    "i3d_inception",
    "s3d",
    "s3dg",
    "ir_csn_101",
    "ip_csn_101",
    "ir_csn_152",
    "ip_csn_152",
    "csn_r101",
    "i3d_nln_r50",
    "i3d_nln_r101",
    "artnet_18",
    "stc_resnext101",
    "eco",
    "c2d_r50",
    "i3d_r50",
    "slow_r50_4x16",
    "slow_r50_8x8",
    "slowfast_r50_4x16",
    "slowfast_r50_8x8",
    "slowfast_r101_8x8",
    "slowfast_r101_16x8",
    "slowfast_r101_16x8_nl",
    "x3d_xs",
    "x3d_s",
    "x3d_m",
    "x3d_l",
    "lrcn",
    "c3d_lstm",
    "conv3d_lstm",
    "skip_rnn",
    "two_stream_late",
    "two_stream_conv_fusion",
    "two_stream_residual",
    "two_stream_i3d",
    "two_stream_3d_fused",
    "convpool",
    "two_stream_lstm",
    "two_in_one",
    "avslowfast",
    "timesformer_space",
    "timesformer_joint",
    "timesformer_divided",
    "timesformer_local_global",
    "timesformer_axial",
    "vivit_b",
    "mvit_b_16x4",
    "mvit_b_32x3",
    "mvit_v2_s",
    "swin3d_t",
    "evanet_1",
    "evanet_2",
    "assemblenet_50",
    "assemblenet_101",
    "assemblenet_plus_50",
    "assemblenet_plus_lite",
    "tvn_1",
    "tvn_2",
    "tvn_3",
    "tvn_4",
    "tvn_mobile_1",
    "tvn_mobile_2",
    "movinet_a0",
    "movinet_a1",
    "movinet_a2",
    "movinet_a3",
    "movinet_a4",
    "movinet_a5",
    "e3d_s",
    "e3d_m",
    "e3d_l",
]

# Parameters, multiply-adds in G and what a normalised element counts in them, at a clip: typed from
# the tables, so that what the files say is checked too. None is not in print.
TABLES = {
    "r3d_18": ("33.4M", "40.70G", 0, None),
    "res3d_18": ("33.2M", None, 0, None),
    "mc2_18": ("11.4M", None, 0, None),
    "mc3_18": ("11.7M", "43.34G", 0, None),
    "mc4_18": ("12.7M", None, 0, None),
    "mc5_18": ("16.9M", None, 0, None),
    "rmc2_18": ("33.3M", None, 0, None),
    "rmc3_18": ("33.0M", None, 0, None),
    "rmc4_18": ("32.0M", None, 0, None),
    "rmc5_18": ("27.9M", None, 0, None),
    "r2d_18": ("11.4M", None, 0, None),
    "f_r2d_18": ("11.4M", None, 0, None),
    "resnet18": (None, "1.8G", 0, None),
    "resnet34": (None, "3.6G", 0, None),
    "r2plus1d_18": ("31505325", "40.52G", 0, None),
    "r2plus1d_34": (None, "152G", 0, None),
    "i3d_inception": ("12.7M", None, 0, None),
    "s3d": ("8320048", "17.98G", 0, None),
    "ir_csn_101": (None, "56.5G", 0, None),
    "ip_csn_101": (None, "63.6G", 0, None),
    "ir_csn_152": (None, "74.0G", 0, None),
    "ip_csn_152": (None, "83.3G", 0, None),
    "i3d_nln_r50": (None, "282G", 0, None),
    "i3d_nln_r101": (None, "359G", 0, None),
    "c2d_r50": ("24.33M", "25.89G", 5, "8x256"),
    "i3d_r50": ("28.04M", "37.53G", 5, "8x256"),
    "slow_r50_4x16": ("32.45M", "27.55G", 5, "4x256"),
    "slow_r50_8x8": ("32.45M", "54.52G", 0, "8x256"),
    "slowfast_r50_4x16": ("34.48M", "36.69G", 5, "32x256"),
    "slowfast_r50_8x8": ("34.57M", "65.71G", 0, "32x256"),
    "slowfast_r101_8x8": ("62.83M", "127.20G", 5, "32x256"),
    "slowfast_r101_16x8": ("53.77M", "215.61G", 5, "64x256"),
    "slowfast_r101_16x8_nl": (None, "234G", 0, "64x256"),
    "csn_r101": ("22.21M", "75.62G", 5, "32x256"),
    "r2plus1d_r50": ("28.11M", "76.45G", 5, "16x256"),
    "x3d_xs": ("3794322", "0.60G", 0, None),
    "x3d_s": ("3794322", "1.96G", 0, None),
    "x3d_m": ("3794322", "4.73G", 0, None),
    "x3d_l": ("6153432", "18.37G", 0, None),
    "mvit_b_16x4": ("36.61M", "70.80G", 5, None),
    "mvit_b_32x3": ("36.61M", "170.37G", 5, None),
    "mvit_v2_s": ("34537744", "64.22G", 0, None),
    "swin3d_t": ("28158070", "43.88G", 0, None),
    "timesformer_space": ("86.11M", None, 0, None),
    "timesformer_joint": ("86.11M", None, 0, None),
    "timesformer_divided": ("121.57M", None, 0, None),
    "two_in_one": ("58.48M", None, 0, None),
    "evanet_1": ("32.80M", "71.3G", 0, None),
    "evanet_2": ("40.30M", "50.5G", 0, None),
    "assemblenet_50": ("37273875", "250.5G", 0, None),
    "assemblenet_101": ("53309459", "397.2G", 0, None),
    "tvn_1": ("26414721", "4.33G", 0, None),
    "tvn_2": ("109438487", "34.61G", 0, None),
    "tvn_3": ("67709221", "53.64G", 0, None),
    "tvn_4": ("43669005", "25.92G", 0, None),
    "tvn_mobile_1": ("7352607", "5.35G", 0, None),
    "tvn_mobile_2": ("5528460", "5.03G", 0, None),
    "movinet_a0": ("3111799", "2.63G", 0, None),
    "movinet_a1": ("4690296", "5.87G", 0, None),
    "movinet_a2": ("5249562", "11.56G", 0, None),
    "movinet_a3": ("7397545", "55.6G", 0, None),
    "movinet_a4": ("11349463", "103.3G", 0, None),
    "movinet_a5": ("18650523", "276.3G", 0, None),
    "e3d_s": (None, "1.86G", 0, None),
    "e3d_m": (None, "4.64G", 0, None),
    "e3d_l": (None, "18.34G", 0, None),
}

NETWORKS = list(zoo())
each_network = pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)


def test_the_zoo_has_exactly_these_networks() -> None:
    assert sorted(network.name for network in zoo()) == sorted(NAMES)


@each_network
def test_counted_numbers_are_the_printed_ones(network: ZooNetwork) -> None:
    published, cost = network.published, network.printed_cost
    assert network.agrees(), (published.to_json(), cost)
    told = [None if p is None else p.text for p in (published.params, published.macs)]
    found = (*told, published.norm, published.clip)
    assert found == TABLES.get(network.name, (None, None, 0, None))


@each_network
def test_a_file_is_short_and_begins_with_its_source(network: ZooNetwork) -> None:
    lines = network.path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../nasvid.schema.json"
    assert "Source: " in network.summary
    assert network.space.name == network.name
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 220


# Numbers of heads that are said to be counted, and parameters of X3D's and others to the last digit.
COUNTED = re.compile(
    r"[Cc]ounted ([\d.]+) (M|GMAC)\b|, ([\d.]+) (GMAC) at \d+x|([\d,]{9,}) (parameters)"
)
# What these say of other networks, or at other clips.
OTHERS = {"assemblenet_plus_50": "47,804,878"}


@each_network
def test_a_head_says_what_is_counted(network: ZooNetwork) -> None:
    cost = network.cost
    for found in COUNTED.finditer(network.summary):
        number, unit = (part for part in found.groups() if part is not None)
        if number == OTHERS.get(network.name):
            continue
        count = cost.macs if unit == "GMAC" else cost.params
        printed = number.replace(",", "") + {"GMAC": "G", "M": "M", "parameters": ""}[unit]
        assert Printed(printed).agrees(count), (number, unit, count)


@each_network
def test_no_budget_forbids_it(network: ZooNetwork) -> None:
    assert not network.space.spec.limits or not network.space.spec.has_own_budget


@each_network
def test_nothing_in_it_is_left_out_of_the_network(network: ZooNetwork) -> None:
    warnings = network.space.architecture().warnings
    assert [w for w in warnings if "left out" in w] == []


def test_families_are_named_alike() -> None:
    families = {network.published.family for network in zoo()}
    assert len(families) < len(NAMES) / 2
    assert {"slowfast", "x3d", "movinet", "tvn", "evanet", "assemblenet"} <= families


@pytest.mark.parametrize("path", sorted((zoo_folder() / "families").glob("*.yaml")), ids=str)
def test_a_family_is_used(path: Path) -> None:
    texts = [
        p.read_text(encoding="utf-8") for p in zoo_folder().parent.rglob("*.yaml") if p != path
    ]
    assert any(path.name in text for text in texts)


def test_slowfast_costs_what_everybody_knows() -> None:
    cost = nasvid.load(zoo_folder() / "slowfast_r50_8x8.yaml", clip="32x256").cost()
    assert round(cost.macs / 1e9, 2) == 65.71
    assert round(cost.params / 1e6, 2) == 34.57


def test_the_page_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == page(NETWORKS), "run `python -m tests.zoo_page`"
