"""The spaces that are shipped: members verify or are rejected for a reason that is known, and the
published networks are members."""

from pathlib import Path

import pytest

import nasvid
from nasvid.api.zoo import zoo, zoo_folder
from nasvid.search.lower_bound import all_genotypes

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


def check(name: str, samples: int) -> None:
    profile = nasvid.load(SPACES / f"{name}.yaml").profile(samples=samples, seed=1)
    reasons = [item.reason for item in profile.invalid]
    assert [r for r in reasons if not r.startswith(SEARCHED[name])] == []
    assert profile.verdict in ("witness", "no_budget")
    if profile.verdict == "witness":
        assert profile.witness is not None


@each_space
def test_members_verify(name: str) -> None:
    check(name, 25)


@pytest.mark.slow
@each_space
def test_many_members_verify(name: str) -> None:
    check(name, 1000)


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


ASSEMBLENET_50 = {
    "level0": (32, [([1], 1), ([0], 4), ([0, 1, 2, 3], 1), ([2, 3], 2)]),
    "level1": (64, [([0, 4, 5, 6, 7], 2), ([0, 2, 4, 7], 1), ([0, 5, 7], 4), ([0, 5], 1)]),
    "level2": (256, [([4, 8, 10, 11], 1), ([8, 9], 4)]),
    "level3": (512, [([12, 13], 2)]),
}


def test_the_graph_of_assemblenet_50_is_a_member_of_the_four_streams() -> None:
    names = ["rgb0", "rgb1", "flow0", "flow1"]
    choices: dict[str, object] = {"rgb0_dilation": 4, "rgb1_dilation": 4}
    for level, (filters, nodes) in ASSEMBLENET_50.items():
        choices[f"{level}.repeat"] = len(nodes)
        start = len(names)
        for number, (inputs, dilation) in enumerate(nodes):
            choices[f"{level}_{number}.from"] = [names[k] for k in inputs]
            choices[f"{level}_{number}.filters"] = filters
            choices[f"{level}_{number}.dilation"] = dilation
        names += [f"{level}_{number}" for number in range(len(nodes))]
        assert len(names) == start + len(nodes)
    space = nasvid.load(SPACES / "four_stream.yaml")
    # What is not there decides nothing, but has a value.
    given = dict(choices)
    for decision in space.decisions:
        given.setdefault(decision.path, next(iter(decision.values())))
    open_ones = {d.path for d in space.decisions.open_given(choices)}
    cost = space.architecture({**choices, **{path: given[path] for path in open_ones}}).cost()
    # Gates are learned here; TensorFlow's count for learned gates, with 339 classes.
    assert cost.params == 37_273_903


def test_nas_bench_201_has_its_cells() -> None:
    space = nasvid.load(SPACES / "nas_bench_201.yaml")
    assert (space.size.count, space.size.label) == (15_625, "exact")
    edges = ("0_1", "0_2", "1_2", "0_3", "1_3", "2_3")
    # All 3x3 convolutions: 1.531546 M parameters and 220.12 M MACs in the benchmark's table.
    cost = space.architecture({f"edge_{edge}": "conv3" for edge in edges}).cost()
    assert (cost.params, round(cost.macs / 1e6, 2)) == (1_531_546, 220.12)
    assert len({genotype.id for genotype in all_genotypes(space.spec.decisions)}) == 15_625
    nothing = space.architecture({f"edge_{edge}": "none" for edge in edges})
    assert nothing.cost().macs > 0


@pytest.mark.parametrize("path", sorted(SPACES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_space_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "\ndescription: " in text or path.stem == "nas_bench_201"
    if path.stem in SEARCHED:
        assert (SPACES.parent / "docs/spaces" / f"{path.stem}.md").exists()
