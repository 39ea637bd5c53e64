"""The spaces that are shipped: members verify or are rejected for a reason that is known, and the
published networks are members."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

import nasvid
from nasvid.api.zoo import zoo
from nasvid.api.zoo_folder import zoo_folder
from nasvid.graph.canonical import graph_id
from nasvid.lowering.lower import lower
from nasvid.search.lower_bound import all_genotypes
from nasvid.search.profile import SpaceProfile
from nasvid.spec.genotype import Genotype
from tests.space_pages import FOLDER, README, SpacePage, pages, profile_of, readme

SPACES = zoo_folder().parent
# Space to what its samples may be rejected for, beside the budget.
SEARCHED = {
    "tvn": (),
    "four_stream": (),
    "evanet": (),
    "x3d": (),
    "movinet": (),
    "attention_cell": (),
    "slowfast": (),
    "transformer": (),
    "two_stream": (),
    "mobile": (),
    "nas_bench_201": (),
    "bench_36": (),
}
each_space = pytest.mark.parametrize("name", SEARCHED)


def test_all_spaces_are_known() -> None:
    found = {path.stem for path in SPACES.glob("*.yaml")}
    assert found == {*SEARCHED, "quickstart", "quickstart_single_frame"}


def check(name: str, profile: SpaceProfile) -> None:
    reasons = [reason for reason in profile.invalid if not reason.startswith(SEARCHED[name])]
    assert reasons == []
    assert profile.verdict in ("witness", "no_budget")


@each_space
def test_members_verify(name: str) -> None:
    check(name, nasvid.load(SPACES / f"{name}.yaml").profile(samples=10, seed=1))


@pytest.mark.slow
@each_space
def test_many_members_verify(name: str) -> None:
    # benchmarks/sample_spaces.py draws 10,000.
    check(name, profile_of(name))


@pytest.mark.parametrize(
    ("space", "members"),
    [
        ("tvn", ["tvn_1", "tvn_2", "tvn_3", "tvn_4", "tvn_mobile_1", "tvn_mobile_2"]),
        ("evanet", ["evanet_1", "evanet_2"]),
        ("x3d", ["x3d_l", "x3d_m", "x3d_s", "x3d_xs"]),
        ("movinet", [f"movinet_a{k}" for k in range(6)]),
        (
            "slowfast",
            [
                f"slowfast_{n}"
                for n in ("r101_16x8", "r101_16x8_nl", "r101_8x8", "r50_4x16", "r50_8x8")
            ],
        ),
        (
            "transformer",
            [f"timesformer_{n}" for n in ("axial", "divided", "joint", "local_global")],
        ),
    ],
)
def test_published_networks_are_members(space: str, members: list[str]) -> None:
    line = f"space: ../{space}.yaml"
    found = [n for n in zoo() if line in n.path.read_text(encoding="utf-8").splitlines()]
    assert [network.name for network in found] == members
    whole = nasvid.load(SPACES / f"{space}.yaml")
    for network in found:
        architecture = network.space.architecture()
        assert whole.architecture(architecture.choices).id == architecture.id


def test_layers_of_evanet_that_are_not_there_choose_nothing() -> None:
    layers = [
        d for d in nasvid.load(SPACES / "evanet.yaml").decisions if d.path.endswith(".op.block")
    ]
    opened = {d.path: [condition.option for condition in d.conditions] for d in layers}
    assert (opened["stage2.a.op.block"], opened["stage2.e.op.block"]) == ([], [5, 6])
    choices = nasvid.load(SPACES / "zoo/evanet_1.yaml").architecture().choices
    kinds = [path for path in choices if path.endswith(".op.block")]
    assert len(kinds) == 2 + 5 + 4 + 3


# Level to its nodes: the numbers of what each reads, counted from the stems on, and its dilation.
ASSEMBLENET = {
    "level0": [([1], 1), ([0], 4), ([0, 1, 2, 3], 1), ([2, 3], 2)],
    "level1": [([0, 4, 5, 6, 7], 2), ([0, 2, 4, 7], 1), ([0, 5, 7], 4), ([0, 5], 1)],
    "level2": [([4, 8, 10, 11], 1), ([8, 9], 4)],
    "level3": [([12, 13], 2)],
}


def assemblenet_in_four_streams(depth: int, filters: Sequence[int]) -> dict[str, Any]:
    """The choices of the graph of AssembleNet."""
    choices: dict[str, Any] = {"depth": depth, "joining": "grouped_sum", "stem.repeat": 4}
    names = [f"stem_{k}" for k in range(4)]
    for number, name in enumerate(names):
        stream = "rgb" if number < 2 else "flow"
        choices |= {f"{name}.from": [stream], f"{name}.block": f"{stream}_stem"}
        choices |= {f"{name}.out": 32, f"{name}.block.rgb_stem.dilation": 4}
        if number > 1:
            del choices[f"{name}.block.rgb_stem.dilation"]
    for (level, nodes), width in zip(ASSEMBLENET.items(), filters, strict=True):
        choices[f"{level}.repeat"] = len(nodes)
        for number, (inputs, dilation) in enumerate(nodes):
            name = f"{level}_{number}"
            choices[f"{name}.from"] = [names[k] for k in inputs]
            choices |= {f"{name}.filters": width, f"{name}.dilation": dilation}
        names += [f"{level}_{number}" for number in range(len(nodes))]
        if level in ("level2", "level3"):
            choices[f"{level}_filters"] = width * len(nodes)
    return choices


@pytest.mark.parametrize(
    ("depth", "widths", "params"),
    [(50, "wide", 37_273_903), (101, "narrow", 53_309_487)],
)
def test_the_graphs_of_assemblenet_are_members_of_the_four_streams(
    depth: int, widths: str, params: int, tmp_path: Path
) -> None:
    filters = [32, 64, 256, 512] if widths == "wide" else [32, 64, 192, 256]
    space = nasvid.load(SPACES / "four_stream.yaml")
    member = space.architecture(assemblenet_in_four_streams(depth, filters))
    # The published network has fixed gates, the space learned ones.
    for path in (SPACES / "zoo/families").glob("assemblenet*.yaml"):
        text = re.sub(r"\{node: (n\d+), gate: [.\d]+\}", r"\1", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    published = nasvid.load(tmp_path / "assemblenet.yaml").architecture(
        {"depth": depth, "widths": widths, "flow_from": "stream"}
    )
    assert member.id == published.id
    # The 28 gates come on top of the count for fixed ones.
    assert member.cost().params == params


def test_s3d_is_a_member_of_the_attention_cells() -> None:
    space = nasvid.load(SPACES / "attention_cell.yaml")
    places = {f"cell_{place}.when": False for place in ("3c", "4d", "4f", "5b")}
    member = space.architecture({"rgb.frame_stride": 2, **places})
    s3d = nasvid.load(SPACES / "zoo/s3d.yaml", clip="16x112").architecture()
    assert member.id == s3d.id


EDGES = ("0_1", "0_2", "1_2", "0_3", "1_3", "2_3")


def test_nas_bench_201_has_its_cells() -> None:
    space = nasvid.load(SPACES / "nas_bench_201.yaml")
    assert (space.size.count, space.size.label) == (15_625, "exact")
    # All 3x3 convolutions: 1.531546 M parameters and 220.12 M MACs in the benchmark's table.
    cost = space.architecture({f"edge_{edge}": "conv3" for edge in EDGES}).cost()
    assert (cost.params, round(cost.macs / 1e6, 2)) == (1_531_546, 220.12)
    assert len({genotype.id for genotype in all_genotypes(space.spec.decisions)}) == 15_625


def test_a_cell_without_a_path_is_a_member_that_looks_at_nothing() -> None:
    space = nasvid.load(SPACES / "nas_bench_201.yaml")
    nothing = space.architecture({f"edge_{edge}": "none" for edge in EDGES})
    model = nothing.build().eval()
    scores = model({"rgb": torch.randn(3, 3, 1, 32, 32)})
    assert torch.equal(scores, scores[:1].expand(3, -1))


def without_order(genotype: Genotype) -> object:
    """What the choices come to where a skipped edge makes two nodes one."""
    by_edge = [str(genotype.by_path[f"edge_{edge}"]) for edge in EDGES]
    first, *one, end = by_edge[0], sorted(by_edge[1:3]), sorted(by_edge[3:5]), by_edge[5]
    return (first, str(one), end) if first == "skip" else tuple(by_edge)


@pytest.mark.slow
def test_nas_bench_201_has_13625_different_graphs(tmp_path: Path) -> None:
    # One cell in place of fifteen equal ones.
    text = (SPACES / "nas_bench_201.yaml").read_text(encoding="utf-8")
    network = text.index("\nnetwork:")
    text = f"{text[:network]}\nnetwork:\n  nodes:\n    one: cell\n  head: {{classes: 10}}\n"
    path = tmp_path / "cell.yaml"
    path.write_text(text, encoding="utf-8")
    space = nasvid.load(path).spec
    rule: dict[str, set[object]] = {}
    for genotype in all_genotypes(space.decisions):
        identity = graph_id(lower(space, genotype).graph)
        rule.setdefault(identity, set()).add(without_order(genotype))
    assert len(rule) == 15_625 - (5**5 - 15 * 15 * 5) == 13_625
    assert all(len(merged) == 1 for merged in rule.values())


def test_a_space_has_a_page() -> None:
    assert {page.name for page in pages()} == {*SEARCHED, "quickstart"}
    assert {path.name for path in FOLDER.glob("*.md")} == {
        "README.md",
        *(page.path.name for page in pages()),
    }


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_tells_the_facts(page: SpacePage) -> None:
    text = page.path.read_text(encoding="utf-8")
    assert text == page.text(has_costs=False), "run `python -m tests.space_pages`"
    assert page.space.spec.description


def test_the_list_of_spaces_is_up_to_date() -> None:
    assert README.read_text(encoding="utf-8") == readme(), "run `python -m tests.space_pages`"


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_tells_the_costs(page: SpacePage) -> None:
    text = page.path.read_text(encoding="utf-8")
    assert text == page.text(has_costs=True), "run `python -m tests.space_pages`"
