"""Which boxes belong to which stream."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from nasvid.report.drawing.lanes import find_lanes
from nasvid.report.drawing.model import Lane


def lanes_of(inputs: list[str], reads: dict[str, str], **kinds: str) -> dict[str, Lane | None]:
    """Lanes of boxes by what each reads, names apart by blanks."""
    listed = {box: sources.split() for box, sources in reads.items()}
    return find_lanes(inputs, {box: kinds.get(box, "conv") for box in reads}, listed)


def test_a_chain_is_of_the_stream_of_its_input() -> None:
    lanes = lanes_of(["rgb"], {"a": "rgb", "b": "a"})
    assert lanes == {"rgb": Lane(0), "a": Lane(0), "b": Lane(0)}


def test_streams_that_end_in_one_box_have_met() -> None:
    lanes = lanes_of(["rgb", "flow"], {"a": "rgb", "b": "flow", "c": "a b", "d": "c"})
    assert (lanes["a"], lanes["b"]) == (Lane(0), Lane(1))
    assert lanes["c"] is lanes["d"] is None


def test_a_stream_that_takes_in_another_one_goes_on() -> None:
    reads = {"stem": "fast", "side": "stem", "slow1": "slow side", "fast1": "stem"}
    lanes = lanes_of(["slow", "fast"], reads | {"end": "slow1 fast1"})
    assert lanes["side"] == lanes["fast1"] == Lane(1)
    assert lanes["slow1"] == Lane(0)
    assert lanes["end"] is None


def test_a_stream_may_take_in_one_and_lead_into_another() -> None:
    reads: dict[str, str] = {}
    slow, fast, audio = "slow", "fast", "audio"
    for stage in "12":
        reads |= {f"heard{stage}": audio, f"fast{stage}": f"{fast} heard{stage}"}
        reads |= {f"side{stage}": f"fast{stage}", f"slow{stage}": f"{slow} side{stage}"}
        reads |= {f"audio{stage}": audio}
        slow, fast, audio = (f"{name}{stage}" for name in ("slow", "fast", "audio"))
    kinds = {f"heard{stage}": "mean" for stage in "12"}
    lanes = lanes_of(["slow", "fast", "audio"], reads | {"end": f"{slow} {fast} {audio}"}, **kinds)
    assert [lanes[f"slow{stage}"] for stage in "12"] == [Lane(0)] * 2
    assert [lanes[f"fast{stage}"] for stage in "12"] == [Lane(1)] * 2
    assert [lanes[f"audio{stage}"] for stage in "12"] == [Lane(2)] * 2


def test_a_box_that_reads_several_streams_which_all_go_on_is_of_none() -> None:
    reads = {"a": "rgb", "b": "flow", "ab": "a b", "a2": "a", "b2": "b", "end": "ab a2 b2"}
    lanes = lanes_of(["rgb", "flow"], reads)
    assert lanes["ab"] is None
    assert (lanes["a2"], lanes["b2"]) == (Lane(0), Lane(1))


def test_blocks_of_one_kind_that_read_one_input_are_branches_of_it() -> None:
    reads = {"n0": "rgb", "n1": "rgb", "m0": "n0", "m1": "n1", "end": "m0 m1"}
    lanes = lanes_of(["rgb"], reads, n0="stem: 5x1x1", n1="stem: 3x1x1")
    assert (lanes["m0"], lanes["m1"]) == (Lane(0, 0), Lane(0, 1))
    assert lanes["end"] == Lane(0)


@given(st.data())
def test_where_streams_meet_no_way_leads_past(data: st.DataObject) -> None:
    inputs = ["a", "b"]
    reads: dict[str, list[str]] = {}
    for number in range(data.draw(st.integers(1, 8))):
        known = [*inputs, *reads]
        sources = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
        reads[f"n{number}"] = sources
    lanes = find_lanes(inputs, {box: box for box in reads}, reads)
    graph = nx.DiGraph([(s, box) for box, sources in reads.items() for s in sources])
    last = [box for box in graph if not graph.out_degree(box)]
    graph.add_edges_from((box, "end") for box in last)
    behind = nx.immediate_dominators(graph.reverse(), "end")
    for name in (name for name in inputs if name in graph):
        box = behind[name]
        while box != "end":
            # What all of a stream passes goes on with it, or is where it has met another one.
            others = {n for n in inputs if n in graph and nx.has_path(graph, n, box)} - {name}
            assert others or lanes[box] == lanes[name]
            box = behind[box]
