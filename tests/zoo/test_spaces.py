"""The spaces that are shipped: members verify or are rejected for a reason that is known, and the
published networks are members."""

from pathlib import Path

import pytest
import torch

import nasvid
from nasvid.api.space import SearchSpace
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
        ("four_stream", ["assemblenet_101", "assemblenet_50"]),
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
        ("two_stream", ["two_stream_conv_fusion", "two_stream_i3d", "two_stream_late"]),
        (
            "transformer",
            [f"timesformer_{n}" for n in ("axial", "divided", "joint", "local_global", "space")],
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
        spec = whole.spec.with_classes(network.space.spec.network.classes)
        member = SearchSpace(spec).architecture(architecture.choices)
        # Gates that are fixed are no choices: the member learns them.
        num_gates = sum(map(len, network.space.spec.gates.values()))
        assert (member.id == architecture.id) == (num_gates == 0)
        assert member.cost().params - architecture.cost().params == num_gates


def test_layers_of_evanet_that_are_not_there_choose_nothing() -> None:
    layers = [
        d for d in nasvid.load(SPACES / "evanet.yaml").decisions if d.path.endswith(".op.block")
    ]
    opened = {d.path: [condition.option for condition in d.conditions] for d in layers}
    assert (opened["stage2.a.op.block"], opened["stage2.e.op.block"]) == ([], [5, 6])
    choices = nasvid.load(SPACES / "zoo/evanet_1.yaml").architecture().choices
    kinds = [path for path in choices if path.endswith(".op.block")]
    assert len(kinds) == 2 + 5 + 4 + 3


@pytest.mark.parametrize(
    ("depth", "widths", "params"),
    [(50, "wide", 37_273_903), (101, "narrow", 53_309_487)],
)
def test_the_gates_of_assemblenet_are_all_that_its_choices_leave_to_learn(
    depth: int, widths: str, params: int
) -> None:
    published = nasvid.load(SPACES / f"zoo/assemblenet_{depth}.yaml").architecture()
    learned = nasvid.load(SPACES / "four_stream.yaml").architecture(published.choices)
    assert learned.id != published.id
    # The 28 gates come on top of the count for fixed ones.
    assert (learned.cost().params, published.cost().params) == (params, params - 28)
    # The file that makes flow inside has the same network for flow that comes in.
    family = nasvid.load(SPACES / "zoo/families/assemblenet.yaml")
    choices = {"depth": depth, "widths": widths, "flow_from": "stream"}
    assert family.architecture(choices).id == published.id


def test_s3d_is_a_member_of_the_attention_cells() -> None:
    space = nasvid.load(SPACES / "attention_cell.yaml")
    places = {f"cell_{place}.when": False for place in ("3c", "4d", "4f", "5b")}
    member = space.architecture({"rgb.frame_stride": 2, **places})
    s3d = nasvid.load(SPACES / "zoo/s3d.yaml", clip="16x112").architecture()
    assert member.id == s3d.id


def test_searched_members_of_two_stream_read_both_streams() -> None:
    whole = nasvid.load(SPACES / "two_stream.yaml").spec
    searched = SearchSpace(whole.choose({"tower": "searched"}, {}))
    members = [searched.sample(seed=seed) for seed in range(20)]
    assert {member.choices["fusion"] for member in members} == {"scores", "maps"}
    read = [{item.name for item in member.graph.inputs} for member in members]
    assert read == [{"rgb", "flow"}] * 20


def test_what_joins_streams_is_open_where_they_are_joined() -> None:
    space = nasvid.load(SPACES / "two_stream.yaml")
    for side in ("rgb_side", "flow_side"):
        merge = space.decisions.by_path[f"{side}.both.joined.merge"]
        opened = [(condition.path, condition.option) for condition in merge.conditions]
        assert opened == [(f"{side}.both.when", True)]


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
