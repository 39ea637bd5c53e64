"""Edges as a member has them, and changes of one edge."""

import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.graph.ir import Graph
from nasvid.lowering.lower import lower
from nasvid.search.edge_change import EdgeChange
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.mutations.add_edge import AddEdge
from nasvid.search.mutations.remove_edge import RemoveEdge
from nasvid.search.mutations.rewire_edge import RewireEdge
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from tests.spaces import load_text, small
from tests.variation_spaces import everything, member, view_of


def test_edges_are_those_of_the_graph() -> None:
    space = everything()
    view = view_of(space)
    seen: set[int] = set()
    for seed in range(20):
        genotype = member(space, seed)
        if view.identify(genotype) is None:
            continue
        graph = lower(space, genotype).graph
        names = {node.name for node in graph.nodes}
        for edges in view.edges:
            if edges.node in names:
                taken = edges.taken(genotype.by_path)
                assert sorted(map(str, taken)) == sorted(read_by(edges.node, graph))
                seen.add(len(taken))
    assert {1, 2, 3} <= seen


def read_by(name: str, graph: Graph) -> tuple[str, ...]:
    by_name = {node.name: node for node in graph.nodes}
    return by_name.get(f"{name}_merge", by_name[name]).inputs


def test_connections_are_those_of_the_graph() -> None:
    space = everything()
    view = view_of(space)
    for seed in range(20):
        genotype = member(space, seed)
        if view.identify(genotype) is None:
            continue
        graph = lower(space, genotype).graph
        connected = view.connections(genotype.by_path)
        needed = {name for name in connected.needed if connected.needs(name)}
        there = {i.name for i in graph.inputs} | {node.name for node in graph.nodes}
        # A node that a switch leaves out passes on what it reads, so it is read all the same.
        assert {name for name in there if not name.endswith("_merge")} <= needed
        assert needed - there <= {"gate"}


def reached(operator: EdgeChange, *taken: str, least: int = 1, most: int = 2) -> set[object]:
    decision = Decision("in.from", "subset", ("a", "b", "c"), role="edge", least=least, most=most)
    parent, view = Parent(Genotype((("in.from", taken),))), SpaceView(DecisionTable([decision]))
    found: set[object] = set()
    for seed in range(40):
        try:
            found.add(operator.mutate(parent, view, keyed_rng(seed))["in.from"])
        except NothingToChangeError:
            found.add(None)
    return found


def test_an_edge_is_added_where_there_is_room() -> None:
    assert reached(AddEdge(), "b") == {("a", "b"), ("b", "c")}
    assert reached(AddEdge(), "a", "c") == {None}


def test_an_edge_is_removed_where_one_is_left() -> None:
    assert reached(RemoveEdge(), "a", "c") == {("a",), ("c",)}
    assert reached(RemoveEdge(), "b") == {None}
    # A node must read something, whatever the bounds are.
    assert reached(RemoveEdge(), "b", least=0) == {None}


def test_an_edge_comes_from_another_node() -> None:
    assert reached(RewireEdge(), "b") == {("a",), ("c",)}
    assert reached(RewireEdge(), "a", "c") == {("a", "b"), ("b", "c")}


def test_one_of_several_sources_is_rewired() -> None:
    decision = Decision("in.from", "choice", ("a", "b", "c"), role="edge")
    parent, view = Parent(Genotype((("in.from", "a"),))), SpaceView(DecisionTable([decision]))
    found = {RewireEdge().mutate(parent, view, keyed_rng(k))["in.from"] for k in range(20)}
    assert found == {"b", "c"}


LEVEL = small(
    """
    a: {conv3d: {out: 4}}
    b: {from: rgb, conv3d: {out: 4}}
    one: {repeat: {min: 1, max: 4}, each: {block: conv3d, out: 4}, from: {any_below: {min: 1, max: 1}}}
    x: {from: {any_below: {min: 1}}, block: relu}
    """
)


def test_an_edge_to_a_node_that_is_not_there_counts_as_what_it_leads_to() -> None:
    space = load_text(LEVEL)
    view = view_of(space)
    (edges,) = (one for one in view.edges if one.node == "x")
    chosen = {"one.repeat": 2, "x.from": ["a", "one_1", "one_3"]}
    genotype = space.choose(chosen, {}).decisions.sample(keyed_rng(0))
    assert edges.taken(genotype.by_path) == ("a", "one_1")
    assert edges.free(genotype.by_path) == ["b", "one_0"]
    added = {AddEdge().mutate(Parent(genotype), view, keyed_rng(k))["x.from"] for k in range(60)}
    assert added - {genotype["x.from"]} == {("a", "one_0", "one_1"), ("a", "b", "one_1")}


def test_bounds_may_be_met_by_edges_that_lead_nowhere_else() -> None:
    decision = "x: {from: {any_below: {min: 3}}, block: relu}"
    space = load_text(LEVEL.replace("x: {from: {any_below: {min: 1}}, block: relu}", decision))
    view = view_of(space)
    (edges,) = (one for one in view.edges if one.node == "x")
    chosen = {"one.repeat": 1, "x.from": ["a", "b", "one_0"]}
    values = space.choose(chosen, {}).decisions.sample(keyed_rng(0)).by_path
    assert edges.value_of(("b", "one_0"), values) == ("b", "one_0", "one_1")
    assert edges.value_of(("a", "b"), values) is None


def test_edges_of_nodes_that_nobody_reads_are_left_alone() -> None:
    space = load_text(LEVEL)
    view = view_of(space)
    chosen = {"one.repeat": 2, "x.from": ["one_0"], "one_1.from": ["a"]}
    genotype = space.choose(chosen, {}).decisions.sample(keyed_rng(0))
    for seed in range(30):
        child = RewireEdge().mutate(Parent(genotype), view, keyed_rng(seed))
        assert child["one_1.from"] == ("a",) or child["x.from"] != ("one_0",)


def test_a_subset_that_is_about_no_edges_changes_too() -> None:
    table = DecisionTable([Decision("kinds", "subset", ("a", "b"), least=0, most=2)])
    parent = Parent(Genotype((("kinds", ("a",)),)))
    child = RemoveEdge().mutate(parent, SpaceView(table), keyed_rng(0))
    assert child["kinds"] == ()
    with pytest.raises(NothingToChangeError, match="no active choice of edges leaves room"):
        RemoveEdge().mutate(Parent(child), SpaceView(table), keyed_rng(0))
