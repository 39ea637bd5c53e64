"""The canonical id is equal exactly for graphs that are the same architecture."""

import random
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import nasvid
from nasvid.core.streams import Stream
from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import Graph, Input, block_node, graph_from_json, primitive_node
from nasvid.graph.parameters import Value
from nasvid.graph.primitive import make_primitive
from nasvid.lowering.lower import lower
from tests.graph_pairs import (
    CLIP,
    Sketch,
    are_isomorphic,
    draw_sketch,
    graph_of,
    shuffled,
    slightly_changed,
)

ROOT = Path(__file__).resolve().parents[3]
RGB = Stream("rgb", 3, 4, 1, 8, (0.0,) * 3, (1.0,) * 3)
FLOW = Stream("flow", 2, 4, 1, 8, (0.0,) * 2, (1.0,) * 2)

Step = tuple[str, dict[str, Value]]


def check_pairs(seeds: range) -> None:
    num_same = 0
    for seed in seeds:
        rng = random.Random(seed)
        sketch = draw_sketch(rng)
        known = graph_id(graph_of(sketch))
        assert graph_id(graph_of(shuffled(sketch, rng), prefix="other")) == known, seed
        other = shuffled(slightly_changed(sketch, rng), rng)
        is_same = are_isomorphic(sketch, other)
        assert (graph_id(graph_of(other)) == known) == is_same, seed
        num_same += is_same
    assert 0 < num_same < len(seeds), "pairs must be of both kinds"


def test_ids_are_equal_exactly_for_isomorphic_graphs() -> None:
    check_pairs(range(150))


@pytest.mark.slow
def test_ids_are_equal_exactly_for_two_thousand_pairs_of_graphs() -> None:
    check_pairs(range(1_000, 3_000))


def chain(*steps: Step, names: str = "n", source: str = "x") -> Graph:
    """Primitives in a row."""
    graph_input = Input(source, CLIP)
    nodes = []
    ref, shape = source, CLIP
    for index, (name, parameters) in enumerate(steps):
        node = primitive_node(f"{names}{index}", make_primitive(name, parameters), (ref,), (shape,))
        nodes.append(node)
        ref, shape = node.name, node.shape()
    return Graph((graph_input,), tuple(nodes), (("out", ref),))


CONV: Step = ("conv", {"out": 4, "kernel": 3})
RELU: Step = ("relu", {})


def test_names_do_not_count() -> None:
    assert graph_id(chain(CONV, RELU)) == graph_id(chain(CONV, RELU, names="other"))


def test_parameters_and_order_count() -> None:
    ids = {
        graph_id(chain(CONV, RELU)),
        graph_id(chain(RELU, CONV)),
        graph_id(chain(("conv", {"out": 4, "kernel": (3, 1, 1)}), RELU)),
        graph_id(chain(("conv", {"out": 4, "kernel": 3, "bias": True}), RELU)),
    }
    assert len(ids) == 4


def test_one_and_one_point_zero_are_the_same_setting() -> None:
    left = chain(("gate", {"initial": 0}), RELU)
    assert graph_id(left) == graph_id(chain(("gate", {"initial": 0.0}), RELU))


def test_the_name_and_the_stream_of_an_input_count() -> None:
    def net(name: str, stream: Stream) -> Graph:
        graph_input = Input(name, stream.shape, stream)
        relu = primitive_node("relu", make_primitive("relu", {}), (name,), (stream.shape,))
        return Graph((graph_input,), (relu,), (("out", "relu"),))

    streams = [RGB, replace(RGB, frame_stride=2), replace(RGB, std=(2.0,) * 3), FLOW]
    ids = {graph_id(net("a", stream)) for stream in streams}
    assert len(ids | {graph_id(net("b", RGB))}) == 5


def both_ways(name: str, parameters: dict[str, Value], *, swapped: bool) -> Graph:
    """A relu and a sigmoid of one input, joined in one order or the other."""
    relu = primitive_node("relu", make_primitive("relu", {}), ("x",), (CLIP,))
    sigmoid = primitive_node("sigmoid", make_primitive("sigmoid", {}), ("x",), (CLIP,))
    refs = ("sigmoid", "relu") if swapped else ("relu", "sigmoid")
    joined = primitive_node("joined", make_primitive(name, parameters), refs, (CLIP, CLIP))
    return Graph((Input("x", CLIP),), (relu, sigmoid, joined), (("out", "joined"),))


@pytest.mark.parametrize("name", ["add", "multiply", "maximum"])
def test_the_order_of_commutative_operands_does_not_count(name: str) -> None:
    first, second = (both_ways(name, {}, swapped=swapped) for swapped in (False, True))
    assert graph_id(first) == graph_id(second)


def test_the_order_of_a_concatenation_counts() -> None:
    first, second = (both_ways("concat", {}, swapped=swapped) for swapped in (False, True))
    assert graph_id(first) != graph_id(second)


@pytest.mark.parametrize(
    "idle",
    [
        ("identity", {}),
        ("add", {}),
        ("multiply", {}),
        ("concat", {}),
        ("dropout", {"rate": 0}),
        ("drop_path", {"rate": 0}),
        ("gate", {"initial": 1}),
        ("subsample_frames", {"step": 1}),
    ],
)
def test_what_does_nothing_is_looked_through(idle: Step) -> None:
    assert graph_id(chain(CONV, idle, RELU)) == graph_id(chain(CONV, RELU))


@pytest.mark.parametrize(
    "busy",
    [
        ("dropout", {"rate": 0.5}),
        ("gate", {}),
        ("gate", {"initial": 0.5}),
        ("subsample_frames", {"step": 2}),
        ("zero", {}),
    ],
)
def test_what_does_something_is_not(busy: Step) -> None:
    assert graph_id(chain(CONV, busy, RELU)) != graph_id(chain(CONV, RELU))


def test_an_operand_taken_twice_is_not_one_taken_once() -> None:
    def doubled(number: int) -> Graph:
        relu = primitive_node("relu", make_primitive("relu", {}), ("x",), (CLIP,))
        refs = ("relu",) * number
        total = primitive_node("sum", make_primitive("add", {}), refs, (CLIP,) * number)
        return Graph((Input("x", CLIP),), (relu, total), (("out", "sum"),))

    assert len({graph_id(doubled(number)) for number in (1, 2, 3)}) == 3


def test_one_branch_read_twice_is_not_two_branches_that_look_alike() -> None:
    shared = Sketch(
        1, (("relu", (0,)), ("sigmoid", (1,)), ("sigmoid", (1,)), ("add", (2, 3))), (4,)
    )
    apart = Sketch(
        1,
        (("relu", (0,)), ("relu", (0,)), ("sigmoid", (1,)), ("sigmoid", (2,)), ("add", (3, 4))),
        (5,),
    )
    assert graph_id(graph_of(shared)) != graph_id(graph_of(apart))


def test_ports_of_the_outputs_count() -> None:
    nodes = (("relu", (0,)), ("sigmoid", (0,)))
    fast_slow = graph_of(Sketch(1, nodes, (1, 2)))
    slow_fast = graph_of(Sketch(1, nodes, (2, 1)))
    assert graph_id(fast_slow) != graph_id(slow_fast)


def test_block_boundaries_do_not_count() -> None:
    body = chain(CONV, RELU, source="in")
    wrapped = block_node("stage", "stage", body, ("x",))
    twice = block_node(
        "outer", "outer", Graph((Input("x", CLIP),), (wrapped,), (("out", "stage"),)), ("x",)
    )
    graph = Graph((Input("x", CLIP),), (twice,), (("out", "outer"),))
    assert graph_id(graph) == graph_id(chain(CONV, RELU))


def test_a_body_with_two_outputs_is_followed_by_port() -> None:
    def net(fast: str, slow: str) -> Graph:
        relu = primitive_node("relu", make_primitive("relu", {}), ("in",), (CLIP,))
        sigmoid = primitive_node("sigmoid", make_primitive("sigmoid", {}), ("in",), (CLIP,))
        outputs = (("fast", "relu"), ("slow", "sigmoid"))
        body = Graph((Input("in", CLIP),), (relu, sigmoid), outputs)
        stage = block_node("stage", "stage", body, ("x",))
        op = make_primitive("concat", {})
        joined = primitive_node("joined", op, (f"stage.{fast}", f"stage.{slow}"), (CLIP, CLIP))
        return Graph((Input("x", CLIP),), (stage, joined), (("out", "joined"),))

    assert graph_id(net("fast", "slow")) == graph_id(both_ways("concat", {}, swapped=False))
    assert graph_id(net("slow", "fast")) == graph_id(both_ways("concat", {}, swapped=True))


def branches(number: int, depth: int) -> tuple[list[tuple[str, tuple[int, ...]]], list[int]]:
    """Parallel branches that are all alike, and where they end."""
    nodes: list[tuple[str, tuple[int, ...]]] = []
    ends: list[int] = []
    for _ in range(number):
        at = 0
        for _ in range(depth):
            nodes.append(("relu", (at,)))
            at = len(nodes)
        ends.append(at)
    return nodes, ends


def parallel(number: int, depth: int) -> Sketch:
    nodes, ends = branches(number, depth)
    nodes.append(("add", tuple(ends)))
    return Sketch(1, tuple(nodes), (len(nodes),))


def crossing(number: int) -> Sketch:
    """Branches of which each is read by as many sums, which are alike in turn."""
    nodes, ends = branches(number, 2)
    sums: list[int] = []
    for _ in range(number):
        nodes.append(("add", tuple(ends)))
        nodes.append(("relu", (len(nodes),)))
        sums.append(len(nodes))
    nodes.append(("multiply", tuple(sums)))
    return Sketch(1, tuple(nodes), (len(nodes),))


def circle(number: int) -> Sketch:
    """Branches in a circle: each sum reads two neighbours."""
    nodes, ends = branches(number, 1)
    sums: list[int] = []
    for left, right in pairwise([*ends, ends[0]]):
        nodes.append(("add", (left, right)))
        sums.append(len(nodes))
    nodes.append(("multiply", tuple(sums)))
    return Sketch(1, tuple(nodes), (len(nodes),))


@pytest.mark.parametrize(
    "sketch", [parallel(12, 3), parallel(200, 5), crossing(12), circle(12)],
    ids=["12 branches", "200 branches", "12 crossing branches", "12 branches in a circle"],
)  # fmt: skip
def test_many_branches_that_look_alike_take_no_time(sketch: Sketch) -> None:
    rng = random.Random(0)
    other = graph_of(shuffled(sketch, rng), prefix="other")
    start = time.perf_counter()
    assert graph_id(graph_of(sketch)) == graph_id(other)
    assert time.perf_counter() - start < 1


def test_one_circle_of_twelve_is_not_two_of_six() -> None:
    nodes, ends = branches(12, 1)
    sums: list[int] = []
    for ring in (ends[:6], ends[6:]):
        for left, right in pairwise([*ring, ring[0]]):
            nodes.append(("add", (left, right)))
            sums.append(len(nodes))
    nodes.append(("multiply", tuple(sums)))
    two_rings = Sketch(1, tuple(nodes), (len(nodes),))
    assert graph_id(graph_of(two_rings)) != graph_id(graph_of(circle(12)))


def test_an_id_survives_json() -> None:
    graph = graph_of(draw_sketch(random.Random(5)))
    assert graph_id(graph_from_json(graph.to_json())) == graph_id(graph)


def test_an_id_is_the_same_in_every_process() -> None:
    code = (
        "import random\n"
        "from nasvid.graph.canonical import graph_id\n"
        "from tests.graph_pairs import draw_sketch, graph_of\n"
        "print(graph_id(graph_of(draw_sketch(random.Random(7)))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="."
    )
    assert done.stdout.strip() == graph_id(graph_of(draw_sketch(random.Random(7))))


def test_ids_of_known_graphs_never_change_within_a_version() -> None:
    # Own numbers; a change of one needs a new version of the form.
    assert graph_id(chain(CONV, RELU)) == "g2-29525ff3bf6d50ab"
    assert graph_id(both_ways("concat", {}, swapped=False)) == "g2-48804a68bfa3dde5"
    assert graph_id(graph_of(circle(4))) == "g2-2192b8b21fe3378f"


def test_what_is_known_of_bodies_makes_no_difference() -> None:
    # Members of one space share bodies, which read other rows in each; read anew they share nothing.
    space = nasvid.load(ROOT / "search_spaces" / "bench_36.yaml").spec
    members = [space.decisions.sample(random.Random(seed)) for seed in range(12)]
    graphs = [lower(space, member).graph for member in members]
    found = [graph_id(graph) for graph in graphs]
    assert len(set(found)) == len(found)
    assert [graph_id(graph_from_json(graph.to_json())) for graph in graphs] == found


def test_alike_branches_are_told_from_one_that_is_read_twice() -> None:
    # Rows that compute the same have one key, so the order of all rows has to be found.
    def net(*refs: str) -> Graph:
        nodes = [
            primitive_node(name, make_primitive(*CONV), ("x",), (CLIP,)) for name in ("a", "b")
        ]
        shape = nodes[0].shape()
        joined = primitive_node("joined", make_primitive("concat", {}), refs, (shape, shape))
        return Graph((Input("x", CLIP),), (*nodes[: len(set(refs))], joined), (("out", "joined"),))

    assert graph_id(net("a", "b")) == graph_id(net("b", "a"))
    assert graph_id(net("a", "b")) != graph_id(net("a", "a"))
