"""What a picture of a network shows."""

import pytest

from nasvid.api.zoo import zoo_network
from nasvid.core.errors import NasvidError
from nasvid.report.drawing import architecture
from nasvid.report.drawing.architecture import draw_architecture
from nasvid.report.drawing.model import Box, Drawing, Edge, Lane
from tests.spaces import graph_of, small


def draw(name: str, depth: int | None = None) -> Drawing:
    return draw_architecture(zoo_network(name).space.graph, name, depth)


def draw_nodes(nodes: str, depth: int | None = None, **others: str) -> Drawing:
    return draw_architecture(graph_of(small(nodes, **others)), "small", depth)


def boxes_of(drawing: Drawing) -> dict[str, Box]:
    return {box.path: box for box in drawing.boxes}


def edges_of(drawing: Drawing) -> dict[tuple[str, str], Edge]:
    return {(edge.source, edge.target): edge for edge in drawing.edges}


def test_assemblenet_has_four_streams() -> None:
    lanes = [boxes_of(draw("assemblenet_50"))[f"stem_{k}"].lane for k in range(4)]
    assert lanes == [Lane(0, 0), Lane(0, 1), Lane(1, 0), Lane(1, 1)]


def test_the_edges_of_assemblenet_have_its_gates() -> None:
    edges = edges_of(draw("assemblenet_50"))
    assert edges["stem_1", "level0_2"].gate == pytest.approx(0.847, abs=1e-3)
    assert edges["stem_1", "level0_0"].gate is None


def test_edges_that_only_attend_are_told_from_those_that_are_summed() -> None:
    edges = edges_of(draw("assemblenet_plus_50"))
    assert edges["n0", "n6"].gate == 0.57556248
    assert edges["n2", "n6"].gate == "attention"


def test_the_lateral_connections_of_slowfast_are_seen() -> None:
    drawing = draw("slowfast_r50_8x8")
    boxes, edges = boxes_of(drawing), edges_of(drawing)
    for stage in range(2, 6):
        lateral, slow = f"stage{stage}.lateral", f"stage{stage}.slow_units"
        assert (lateral, slow) in edges
        assert (boxes[lateral].lane, boxes[slow].lane) == (Lane(1), Lane(0))
        assert boxes[lateral].steps == ("T \N{DIVISION SIGN}4",)
    assert boxes["scores"].lane is None
    assert [group.path for group in drawing.groups] == [f"stage{k}" for k in range(2, 6)]


def test_a_box_tells_frames_size_and_channels() -> None:
    box = boxes_of(draw("slowfast_r50_8x8"))["stage3.fast_units"]
    assert box.shapes == ("32 × 28² × 64",)
    assert (box.frames, box.count, box.steps) == (32, "4", ("HW ÷2",))
    assert box.kind == "bottleneck: 3x1x1, 1x3x3"


def test_depth_0_opens_nothing() -> None:
    drawing = draw("slowfast_r50_8x8", depth=0)
    assert drawing.groups == ()
    assert boxes_of(drawing)["stage2"].shapes == ("slow 8 × 56² × 256", "fast 32 × 56² × 32")
    assert sorted(e.port for e in drawing.edges if e.target == "stage3") == ["fast", "slow"]


def test_depth_opens_so_many_levels() -> None:
    paths = boxes_of(draw("x3d_m", depth=1))
    assert paths["stage2.units"].count == "3"
    assert "stage2.units.0" in boxes_of(draw("x3d_m", depth=2))
    assert "stage2.units.0.a" in {p[:16] for p in boxes_of(draw("x3d_m", depth=3))}


def test_copies_that_differ_are_boxes_of_their_own() -> None:
    paths = list(boxes_of(draw("tvn_1")))
    assert paths == ["rgb", "stages.0", "stages.1", "stages.2", "stages.3", "head"]


def test_alike_copies_are_one_box_though_the_first_one_strides() -> None:
    drawing = draw_nodes("a: {repeat: 4, each: {block: conv3d, out: 8}, first: {stride: 2}}")
    assert boxes_of(drawing)["a"].count == "4"


def test_opened_copies_that_are_alike_stay_one_box() -> None:
    nodes = "a: {repeat: 4, each: {block: conv3d, out: 8}, first: {stride: 2}}"
    boxes = boxes_of(draw_nodes(nodes, depth=1))
    assert (boxes["a.0"].count, boxes["a.1"].count) == ("", "3")
    assert [edge.source for edge in draw_nodes(nodes, depth=1).edges] == [
        "rgb",
        "a.0",
        "a.1",
        "head.pool",
    ]


def test_a_block_that_holds_most_of_a_small_network_is_opened() -> None:
    drawing = draw("i3d_inception")
    assert "trunk.mixed_3b" in boxes_of(drawing)


def test_what_has_no_multiplications_stands_in_the_box_of_what_it_follows() -> None:
    drawing = draw_nodes("""
        a: {conv: {out: 8, kernel: [1, 3, 3]}}
        b: batch_norm
        c: relu
        d: {max_pool: {kernel: 3, stride: 2}}
    """)
    assert boxes_of(drawing)["a"].kind == "conv 1x3x3 + batch_norm + relu"
    assert list(boxes_of(drawing)) == ["rgb", "a", "d", "head"]


def test_what_two_nodes_read_is_a_box() -> None:
    drawing = draw_nodes("""
        a: {conv: {out: 8}}
        b: {from: a, block: relu}
        c: {from: [a, b], block: concat}
        d: {from: c, conv: {out: 8}}
    """)
    boxes = boxes_of(drawing)
    assert list(boxes) == ["rgb", "a", "b", "d", "head"]
    assert boxes["d"].join == "concat"
    assert [edge.source for edge in drawing.edges if edge.target == "d"] == ["a", "b"]


def test_merges_stand_in_the_box_of_the_node_that_they_are_for() -> None:
    drawing = draw_nodes("""
        a: {from: rgb, conv: {out: 8}}
        b: {from: rgb, conv: {out: 8}}
        c: {from: [{node: a, gate: 0.25}, b], merge: gated_sum, conv: {out: 8}}
    """)
    assert boxes_of(drawing)["c"].join == "gated_sum"
    edges = edges_of(drawing)
    assert (edges["a", "c"].gate, edges["b", "c"].gate) == (0.25, "learned")


def test_shared_weights_are_told() -> None:
    drawing = draw_nodes("""
        a: {from: rgb, conv: {out: 3, kernel: 3}, share: w}
        b: {from: a, conv: {out: 3, kernel: 3}, share: w}
    """)
    assert boxes_of(drawing)["b"].notes == ("weights of a",)


def test_several_outputs_are_told() -> None:
    text = small("a: {conv: {out: 8}}\nb: {from: a, conv: {out: 4}}")
    text = text.replace("  head: {classes: =classes}\n", "  outputs: {first: a, second: b}\n")
    boxes = boxes_of(draw_architecture(graph_of(text), "two"))
    assert (boxes["a"].notes, boxes["b"].notes) == (("output first",), ("output second",))


def test_too_many_boxes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(architecture, "MAX_BOXES", 10)
    with pytest.raises(
        NasvidError, match=r"got 35 boxes; a picture holds up to 10\. Give a smaller"
    ):
        draw("x3d_m", depth=2)


def test_the_json_leaves_out_what_is_empty_but_no_gate_of_0() -> None:
    drawing = Drawing(
        subject="architecture",
        title="t",
        boxes=(Box(path="a", role="input"), Box(path="b", role="layer")),
        edges=(Edge(source="a", target="b", gate=0.0),),
    )
    data = drawing.to_json()
    assert data["boxes"][0] == {"path": "a", "role": "input"}
    assert data["edges"] == [{"source": "a", "target": "b", "gate": 0.0}]


def test_a_box_tells_pools_gates_and_which_copies_have_time() -> None:
    boxes = boxes_of(draw("tvn_1"))
    assert boxes["stages.0"].kind == "stage of layer: 1x4x4, max_pool 2x1x1, context_gate"
    assert boxes["stages.0"].notes == ("max_pool 2x1x1 in copy 0",)
    assert boxes["stages.1"].kind == "stage of layer: max_pool 1x3x3, squeeze_excite 0.91"
    assert boxes["stages.3"].kind == "stage of layer: 1x3x3, squeeze_excite 0.73, context_gate"


def test_copies_that_take_turns_are_told_once() -> None:
    boxes = boxes_of(draw("evanet_1"))
    assert boxes["stage4"].notes == ("tgm 11x3x3 in even copies", "tgm 1x3x3 in odd copies")
    assert boxes["between3"].kind == "between: max_pool 1x2x2"
