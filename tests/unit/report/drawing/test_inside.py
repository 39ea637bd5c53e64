"""What pictures show of the inside of blocks that they leave closed."""

from dataclasses import replace

import pytest

from nasvid.api.zoo import zoo_network
from nasvid.report.drawing.architecture import draw_architecture
from nasvid.report.drawing.compose import compose
from nasvid.report.drawing.insets import with_insets
from nasvid.report.drawing.inside import has_branches
from nasvid.report.drawing.layout.geometry import Rect
from nasvid.report.drawing.model import Box, Drawing, Edge
from nasvid.report.drawing.page import Block
from nasvid.report.drawing.render import render
from nasvid.report.drawing.scene import Panel, Part


def draw(name: str) -> Drawing:
    return draw_architecture(zoo_network(name).space.graph, name)


def boxes_of(drawing: Drawing) -> dict[str, Box]:
    return {box.path: box for box in drawing.boxes}


@pytest.fixture(scope="module")
def evanet() -> Drawing:
    return draw("evanet_1")


def test_the_parallel_layers_of_each_module_are_seen(evanet: Drawing) -> None:
    titles = [inset.title for inset in evanet.insets]
    assert titles == [f"module of stage{k}, opened" for k in (2, 3, 4, 5)]
    stage3 = boxes_of(evanet.insets[1])
    assert stage3["a"].kind == "layer of pool_layer: max_pool 3x3x3"
    assert stage3["e"].kind == "layer of conv_layer: 5x3x3"
    edges = {(edge.source, edge.target) for edge in evanet.insets[1].edges}
    assert {("in", name) for name in "abcde"} | {(name, "layers") for name in "abcde"} <= edges


def test_blocks_that_hold_the_same_are_opened_once() -> None:
    insets = draw("i3d_inception").insets
    assert len(insets) == 1
    assert insets[0].title.startswith("inception of trunk.mixed_3b, trunk.mixed_3c, ")
    assert insets[0].title.endswith(" and 5 more, opened")
    assert {"b0", "b1", "b2", "b3", "joined"} <= boxes_of(insets[0]).keys()


@pytest.mark.parametrize("name", ["resnet18", "movinet_a0", "x3d_m", "assemblenet_50"])
def test_a_shortcut_is_no_branch(name: str) -> None:
    assert draw(name).insets == ()


def test_the_inside_has_the_colour_of_the_stream_and_no_ticks(evanet: Drawing) -> None:
    lane = boxes_of(evanet)["stage3"].lane
    assert {(box.lane, box.frames) for box in evanet.insets[1].boxes} == {(lane, 0)}


def test_every_format_shows_the_inside(evanet: Drawing) -> None:
    svg, text, mermaid = (render(evanet, suffix).decode() for suffix in (".svg", ".txt", ".mmd"))
    assert svg.count('class="inset"') == 4
    assert "[module of stage4, opened]" in text
    assert 'subgraph i3["module of stage5, opened"]' in mermaid
    assert evanet.to_json()["insets"][0]["title"] == "module of stage2, opened"


def test_insets_overlap_neither_the_picture_nor_each_other(evanet: Drawing) -> None:
    scene = compose(evanet)
    frames = [part.pieces[0] for part in scene.parts if part.kind == "inset"]
    rects = [frame.rect for frame in frames if isinstance(frame, Panel)]
    assert len(rects) == 4
    assert not any(a.overlaps(b) for k, a in enumerate(rects) for b in rects[:k])
    boxes = [part.pieces[-1] for part in scene.parts if part.kind == "box"]
    assert len(boxes) == len(evanet.boxes) + sum(len(inset.boxes) for inset in evanet.insets)


def test_insets_stand_beside_a_high_picture_and_below_a_wide_one() -> None:
    def block(width: float, height: float) -> Block:
        panel = Panel(rect=Rect(0, 0, width, height), fill="met")
        return Block((Part((panel,)),), width, height)

    beside = with_insets(block(300, 1000), [block(300, 400), block(300, 400)])
    assert (beside.width, beside.height) == (624, 1000)
    below = with_insets(block(1000, 300), [block(400, 300), block(400, 300)])
    assert (below.width, below.height) == (1000, 624)


def test_two_ways_are_branches_where_both_have_kernels() -> None:
    def fork(left: str, right: str) -> Drawing:
        names = {"in": "", "a": left, "b": right, "sum": "add"}
        boxes = tuple(Box(path=path, role="layer", kind=kind) for path, kind in names.items())
        ends = (("in", "a"), ("in", "b"), ("a", "sum"), ("b", "sum"))
        edges = tuple(Edge(source=one, target=other) for one, other in ends)
        return Drawing(subject="architecture", title="", boxes=boxes, edges=edges)

    assert has_branches(fork("conv 1x3x3", "conv 3x1x1"))
    assert not has_branches(fork("conv 1x3x3", "conv"))
    assert not has_branches(fork("conv 1x3x3", "avg_pool 1x2x2"))


def test_queries_keys_and_values_are_no_branches() -> None:
    names = {"in": "", "q": "linear", "k": "linear", "v": "linear", "out": "attention_product"}
    boxes = tuple(Box(path=path, role="layer", kind=kind) for path, kind in names.items())
    edges = [Edge(source="in", target=name) for name in "qkv"]
    edges += [Edge(source=name, target="out") for name in "qkv"]
    drawing = Drawing(subject="architecture", title="", boxes=boxes, edges=tuple(edges))
    assert not has_branches(drawing)
    others = tuple(replace(box, kind=box.kind.replace("attention_product", "add")) for box in boxes)
    assert has_branches(replace(drawing, boxes=others))
