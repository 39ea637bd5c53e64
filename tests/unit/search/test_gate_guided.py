"""Learned gates: which edges they belong to, and the mutation that they guide."""

from collections.abc import Mapping
from typing import Any

import pytest

from nasvid.core.errors import NasvidError
from nasvid.core.seeds import keyed_rng
from nasvid.lowering.lower import lower
from nasvid.modules.assemble import build
from nasvid.modules.gates import learned_gates
from nasvid.search.gates import Edge, gates_of_edges
from nasvid.search.mutation import MUTATIONS, NothingToChangeError
from nasvid.search.mutations.gate_guided import GateGuided
from nasvid.search.operators import make_operators
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype
from tests.spaces import load_text, small
from tests.variation_spaces import view_of

SPACE = load_text(
    small(
        """
        a: {conv3d: {out: 4}}
        b: {from: rgb, conv3d: {out: 4}}
        c: {from: rgb, conv3d: {out: 4}}
        d: {from: rgb, conv3d: {out: 4}}
        one: {repeat: {min: 1, max: 3}, each: {block: conv3d, out: 4}, from: {any_below: {min: 1, max: 3}, merge: gated_sum}}
        off: {from: a, conv3d: {out: 4}, when: {choice: [true, false]}, otherwise: nothing}
        x: {from: {any_of: [a, off, b, one_0, one_1, one_2], min: 1, max: 4}, merge: gated_sum, block: fuse}
        y: {repeat: 2, each: {block: {choice: [fuse, relu]}}}
        """,
        top="""
blocks:
  fuse:
    nodes:
      low: {from: in, conv: {out: 4}}
      mid: {from: in, conv3d: {out: 4}}
      mix: {from: {any_of: [low, mid, {node: in, gate: 0.5}], min: 1}, merge: grouped_sum, block: relu}
""",
    )
)
VIEW = view_of(SPACE)


def member(**chosen: Any) -> Genotype:
    values = {path.replace("__", "."): value for path, value in chosen.items()}
    return SPACE.choose(values, {}).decisions.sample(keyed_rng(0))


def read(genotype: Genotype, gates: Mapping[str, float]) -> dict[Edge, float]:
    return gates_of_edges(VIEW.edges, genotype.by_path, gates)


def test_every_gate_of_a_built_network_belongs_to_an_edge() -> None:
    for seed in range(8):
        genotype = SPACE.decisions.sample(keyed_rng("gates", seed))
        gates = learned_gates(build(lower(SPACE, genotype).graph))
        # A gate of its own for each, so that means over copies can be told from mistakes.
        numbered = {name: float(k) for k, name in enumerate(gates)}
        found = read(genotype, numbered)
        values = genotype.by_path
        expected: set[tuple[str, object]] = set()
        connected = VIEW.connections(values)
        for edges in VIEW.needed_edges(values, connected):
            taken = edges.taken(values)
            if len(taken) > 1:
                expected |= {(edges.node, option) for option in taken if option != "in"}
        assert set(found) == expected
        assert all(name.rsplit(".gate_", 1)[0].endswith("_merge") for name in gates)


def test_a_gate_belongs_to_the_edge_of_its_number() -> None:
    genotype = member(
        one__repeat=2, x__from=["a", "off", "one_1", "one_2"], off__when=False, y__block="relu"
    )
    # Of the four edges one leads nowhere, and node 2 of two is node 0.
    found = read(genotype, {"x_merge.gate_0": 0.1, "x_merge.gate_1": 0.2, "x_merge.gate_2": 0.3})
    assert found == {("x", "a"): 0.1, ("x", "one_1"): 0.2, ("x", "one_0"): 0.3}


def test_gates_of_copies_that_share_their_edges_are_averaged() -> None:
    genotype = member(y__block="fuse", y__fuse__mix__from=["low", "mid"])
    gates = {"y.0.mix_merge.gate_0": 0.2, "y.1.mix_merge.gate_0": 0.4, "y.1.mix_merge.gate_1": 1.0}
    assert read(genotype, gates) == {
        ("y.fuse.mix", "low"): pytest.approx(0.3),
        ("y.fuse.mix", "mid"): 1.0,
    }


def test_gates_of_another_network_are_left_out() -> None:
    genotype = member(x__from=["a", "b"], off__when=True)
    assert read(genotype, {"x_merge.gate_3": 0.5, "z_merge.gate_0": 0.5, "x.gate_0": 0.1}) == {}


X = {"one__repeat": 3, "off__when": True, "y__block": "relu", "x__mix__from": ["low"]}


def mutated(gates: Mapping[str, float], seeds: int = 40, **options: Any) -> list[Genotype]:
    genotype = member(
        x__from=["a", "b", "one_0"], one_0__from=["a"], one_1__from=["b"], one_2__from=["b"], **X
    )
    operator = GateGuided(survival=0.0, **options)
    parent = Parent(genotype, gates)
    return [operator.mutate(parent, VIEW, keyed_rng(seed)) for seed in range(seeds)]


GATES = {"x_merge.gate_0": 0.9, "x_merge.gate_1": 0.1, "x_merge.gate_2": 0.5}


def test_the_weakest_edge_goes_and_another_one_comes() -> None:
    found = mutated(GATES)
    assert all("b" not in child["x.from"] for child in found)  # type: ignore[operator]
    assert all({"a", "one_0"} <= set(child["x.from"]) for child in found)  # type: ignore[arg-type]
    nodes = ("x", "x.mix", "one_0")
    assert {sum(len(child[f"{n}.from"]) for n in nodes) for child in found} == {5}  # type: ignore[arg-type]
    assert {len(child["x.from"]) for child in found} == {2, 3}  # type: ignore[arg-type]


def test_a_threshold_drops_all_edges_below_it() -> None:
    found = mutated(GATES, rule="threshold", threshold=0.6, regrowth=0.0)
    assert {child["x.from"] for child in found} == {("a",)}


def test_weak_edges_survive_by_chance() -> None:
    genotype = member(x__from=["a", "b", "one_0"], one_0__from=["a"], **X)
    operator = GateGuided(survival=0.5)
    parent = Parent(genotype, GATES)
    children = [operator.mutate(parent, VIEW, keyed_rng(seed)) for seed in range(100)]
    kept = sum("b" in child["x.from"] for child in children)  # type: ignore[operator]
    assert 30 < kept < 70


def test_a_node_that_must_read_something_gets_another_edge_for_a_weak_one() -> None:
    genotype = member(x__from=["b", "one_0"], one_0__from=["a"], **X)
    gates = {"x_merge.gate_0": 0.1, "x_merge.gate_1": 0.2}
    operator = GateGuided(rule="threshold", threshold=0.5, survival=0.0, regrowth=0.0)
    for seed in range(20):
        child = operator.mutate(Parent(genotype, gates), VIEW, keyed_rng(seed))
        assert len(child["x.from"]) == 1  # type: ignore[arg-type]
        assert "b" not in child["x.from"]  # type: ignore[operator]


def test_an_edge_at_random_goes_where_no_gates_are_known() -> None:
    gone = [{"a", "b", "one_0"} - set(child["x.from"]) for child in mutated({}, 80)]  # type: ignore[arg-type]
    assert {name for names in gone for name in names} == {"a", "b", "one_0"}
    assert all(len(names) <= 1 for names in gone)


def test_a_network_without_choices_of_several_edges_says_so() -> None:
    space = load_text(small("a: {conv: {choice: [3, 4]}}"))
    view = SpaceView(space.decisions)
    assert not GateGuided().applies(view)
    with pytest.raises(NothingToChangeError, match="leaves room for other edges"):
        GateGuided().mutate(Parent(space.decisions.sample(keyed_rng(0))), view, keyed_rng(0))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"rule": "strongest"}, "rule: got 'strongest'; accepts weakest or threshold"),
        ({"share": 1.5}, "share: got 1.5; accepts a number from 0 to 1"),
        ({"regrowth": -1.0}, "regrowth: got -1.0; accepts a number of 0 or more"),
        ({"survive": 0.1}, "Did you mean 'survival'"),
    ],
)
def test_options_of_a_file_are_checked(options: dict[str, Any], text: str) -> None:
    with pytest.raises(NasvidError, match=text):
        make_operators(MUTATIONS, {"gate_guided": options}, "search.mutations")
