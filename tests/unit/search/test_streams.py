"""Streams and branches that come, go and change."""

from typing import Any

import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.lowering.lower import lower
from nasvid.search.mutation import Mutation, NothingToChangeError
from nasvid.search.mutations.add_branch import AddBranch
from nasvid.search.mutations.add_stream import AddStream
from nasvid.search.mutations.change_stream import ChangeStream
from nasvid.search.mutations.remove_branch import RemoveBranch
from nasvid.search.mutations.remove_stream import RemoveStream
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from nasvid.spec.search_space import SearchSpace
from tests.spaces import load_text, small
from tests.variation_spaces import view_of

INPUTS = "rgb: {frames: {choice: [4, 8]}, size: 8}, flow: {modality: flow, frames: 4, size: {choice: [8, 16]}}"
JOINED = load_text(
    small(
        """
        r: {from: rgb, conv3d: {out: 4}}
        f: {from: flow, conv3d: {out: 4}}
        deep: {from: f, conv3d: {out: 4}}
        x: {from: {any_of: [r, f, deep], min: 1, max: 2}, merge: mean, block: relu}
        y: {from: {any_of: [x, r, deep], min: 1}, merge: mean, block: relu}
        """,
        inputs=INPUTS,
    )
)
LEVEL = load_text(
    small(
        """
        stem: {repeat: {min: 1, max: 3}, each: {block: conv3d, out: 4}, from: {any_below: {min: 1, max: 1}}}
        x: {from: {any_below: {min: 1}}, merge: mean, block: relu}
        """,
        inputs=INPUTS,
    )
)


def children(mutation: Mutation, space: SearchSpace, **chosen: Any) -> list[Genotype]:
    values = {path.replace("__", "."): value for path, value in chosen.items()}
    parent = Parent(space.choose(values, {}).decisions.sample(keyed_rng(0)))
    view = view_of(space)
    return [mutation.mutate(parent, view, keyed_rng(seed)) for seed in range(40)]


def streams(space: SearchSpace, genotype: Genotype) -> int:
    """Nodes of the graph that read inputs alone."""
    graph = lower(space, genotype).graph
    inputs = {i.name for i in graph.inputs}
    return sum(inputs.issuperset(node.inputs) for node in graph.nodes)


def test_a_stream_that_nobody_reads_is_added_by_an_edge() -> None:
    found = children(AddStream(), JOINED, x__from=["r"], y__from=["x"])
    assert {streams(JOINED, child) for child in found} == {2}
    assert {child["x.from"] for child in found} == {("r",), ("r", "f"), ("r", "deep")}
    assert {child["y.from"] for child in found} == {("x",), ("x", "deep")}


def test_a_stream_takes_the_place_of_others_where_there_is_no_room() -> None:
    text = small(
        "r: {from: rgb, conv3d: {out: 4}}\nf: {from: flow, conv3d: {out: 4}}\n"
        "x: {from: {choice: [r, f]}, block: relu}",
        inputs=INPUTS,
    )
    assert {c["x.from"] for c in children(AddStream(), load_text(text), x__from="r")} == {"f"}


def test_a_stream_goes_with_all_edges_that_lead_from_it_alone() -> None:
    found = children(RemoveStream(), JOINED, x__from=["r", "deep"], y__from=["x", "r", "deep"])
    assert {(child["x.from"], child["y.from"]) for child in found} == {
        (("r",), ("x", "r")),
        (("deep",), ("x", "deep")),
    }
    assert {streams(JOINED, child) for child in found} == {1}


def test_the_last_stream_stays() -> None:
    with pytest.raises(NothingToChangeError, match="there is one stream"):
        children(RemoveStream(), JOINED, x__from=["r"], y__from=["x"])


def test_a_level_of_streams_grows_and_shrinks() -> None:
    more = children(AddStream(), LEVEL, stem__repeat=2, x__from=["stem_0", "stem_1"])
    assert {streams(LEVEL, child) for child in more} == {3}
    less = children(RemoveStream(), LEVEL, stem__repeat=2, x__from=["stem_0", "stem_1"])
    assert {streams(LEVEL, child) for child in less} == {1}


def test_the_rate_the_size_or_the_input_of_a_stream_changes() -> None:
    chosen = {"rgb__frames": 4, "flow__size": 8, "stem__repeat": 1, "stem_0__from": ["rgb"]}
    found = children(ChangeStream(), LEVEL, **chosen)
    assert {(c["rgb.frames"], c["flow.size"], c["stem_0.from"]) for c in found} == {
        (8, 8, ("rgb",)),
        (4, 16, ("rgb",)),
        (4, 8, ("flow",)),
    }


def test_a_network_of_one_stream_has_none_to_add() -> None:
    view = view_of(load_text(small("a: {conv3d: {out: {choice: [3, 4]}}}")))
    assert not AddStream().applies(view)
    assert not RemoveStream().applies(view)


BRANCHES = load_text(
    small(
        """
        a: {cell: {branches: {choice: [1, 2, 3]}}}
        b: {from: rgb, conv3d: {out: 4}, when: {choice: [true, false]}, otherwise: nothing}
        c: {from: [a, b], merge: concat, block: relu}
        """,
        top="""
blocks:
  cell:
    params: {branches: 1}
    nodes:
      p: {from: in, conv: {out: =12 // branches}}
      q: {from: in, when: =branches > 1, otherwise: nothing, conv: {out: =12 // branches}}
      r: {from: in, when: =branches > 2, otherwise: nothing, conv: {out: =12 // branches}}
      all: {from: [p, q, r], block: concat}
""",
    )
)


def test_a_branch_is_added() -> None:
    found = children(AddBranch(), BRANCHES, a__branches=1, b__when=False)
    assert {(c["a.branches"], c["b.when"]) for c in found} == {(2, False), (1, True)}


def test_a_branch_is_removed() -> None:
    found = children(RemoveBranch(), BRANCHES, a__branches=3, b__when=True)
    assert {(c["a.branches"], c["b.when"]) for c in found} == {(2, True), (3, False)}


def test_there_are_bounds_to_branches() -> None:
    with pytest.raises(NothingToChangeError, match="no branch can be added or removed"):
        children(AddBranch(), BRANCHES, a__branches=3, b__when=True)


@pytest.mark.parametrize(
    "decision",
    [
        Decision("x.branches", "subset", (1, 2, 3, 4), least=2, most=2),
        Decision("x.branch", "choice", (False, 2)),
        Decision("x.branch", "choice", (True, "wide")),
    ],
)
def test_what_is_no_number_and_no_switch_is_no_branch_that_comes_or_goes(
    decision: Decision,
) -> None:
    table = DecisionTable([decision])
    view = SpaceView(table)
    assert [d.path for d in view.about("branch")] == [decision.path]
    for operator in (AddBranch(), RemoveBranch()):
        assert not operator.applies(view)
        parent = Parent(table.sample(keyed_rng("parent")))
        with pytest.raises(NothingToChangeError):
            operator.mutate(parent, view, keyed_rng("child"))
