"""What a picture of a space shows."""

import pytest

from nasvid.lowering.load import load_space
from nasvid.report.drawing.choices import tell_choices
from nasvid.report.drawing.model import Box, Drawing
from nasvid.report.drawing.space import draw_space
from nasvid.spec.decision import Decision
from tests.command_line import REPOSITORY
from tests.spaces import load_text, small


def draw(nodes: str, depth: int | None = None, **others: str) -> Drawing:
    return draw_space(load_text(small(nodes, **others)), depth)


def boxes_of(drawing: Drawing) -> dict[str, Box]:
    return {box.path: box for box in drawing.boxes}


@pytest.fixture(scope="module")
def quickstart() -> Drawing:
    return draw_space(load_space(str(REPOSITORY / "search_spaces/quickstart.yaml")))


def test_what_is_open_stands_at_its_node(quickstart: Drawing) -> None:
    assert boxes_of(quickstart)["fusion"].choices == (
        "from: 1–3 of 4 edges",
        "merge: gated_sum | concat",
        "op.block: conv2d | conv3d | conv2plus1d | separable3d | attention",
        "squeeze_excite.ratio: 0 | 0.25",
    )


def test_named_decisions_are_told_once(quickstart: Drawing) -> None:
    assert quickstart.shared == ("width: 12 | 16 | 24 | 32",)


def test_edges_that_may_be_left_out_are_marked(quickstart: Drawing) -> None:
    is_open = {(e.source, e.target): e.is_optional for e in quickstart.edges}
    assert is_open["rgb_slow", "fusion"]
    assert not is_open["rgb_stem", "rgb_slow"]


def test_sizes_are_ranges_over_members(quickstart: Drawing) -> None:
    boxes = boxes_of(quickstart)
    assert boxes["rgb_slow"].shapes == ("2–8 × 8² × 12–32",)
    assert boxes["trunk"].count == "1–3"
    assert "sizes as in 10 members" in quickstart.facts


def test_a_picture_of_a_space_is_always_the_same(quickstart: Drawing) -> None:
    again = draw_space(load_space(str(REPOSITORY / "search_spaces/quickstart.yaml")))
    assert again == quickstart


def test_what_is_chosen_is_no_longer_open() -> None:
    space = load_text(
        small("""
        a: {conv: {out: {choice: [4, 8]}}}
        b: {from: rgb, conv: {out: 4}}
        c: {from: {any_of: [a, b], min: 1}, conv: {out: {choice: [4, 8]}}}
        d: {from: c, conv: {out: 4}, when: {choice: [true, false]}}
    """)
    )
    drawing = draw_space(space.choose({"c.from": ["a"], "a.out": 4, "d.when": False}, {}))
    assert [e.source for e in drawing.edges if e.target == "c"] == ["a"]
    assert [e.source for e in drawing.edges if e.target == "head"] == ["c"]
    boxes = boxes_of(drawing)
    assert "d" not in boxes
    assert (boxes["a"].choices, boxes["c"].choices) == ((), ("out: 4 | 8",))


def test_a_node_that_may_be_left_out_is_marked() -> None:
    drawing = draw("a: {conv: {out: 4}, when: {choice: [true, false]}}")
    assert boxes_of(drawing)["a"].is_optional


def test_the_nodes_of_a_level_are_one_box() -> None:
    drawing = draw("""
        s: {from: rgb, conv: {out: 4}}
        t: {from: rgb, conv: {out: 4}}
        one:
          repeat: {min: 2, max: 4}
          each: {conv: {out: {choice: [4, 8]}}}
          from: {any_below: {min: 1, max: 2}, merge: gated_sum}
        two: {from: {any_below: {min: 1, max: 3}, merge: gated_sum}, conv: {out: 4}}
    """)
    box = boxes_of(drawing)["one"]
    assert box.count == "2–4"
    assert box.choices == ("repeat: 2 | 3 | 4", "*.from: 1–2 of 2 edges", "*.out: 4 | 8")
    assert box.notes == ("nodes side by side",)
    assert box.shapes == ("4 × 8² × 4–8",)
    reads = {e.source: (e.gate, e.is_optional) for e in drawing.edges if e.target == "two"}
    assert reads == dict.fromkeys(["s", "t", "one"], ("learned", True))


def test_copies_that_choose_for_themselves_are_told_once() -> None:
    drawing = draw("""
        a:
          repeat: {min: 2, max: 3}
          per_copy: true
          each: {block: {choice: [conv2d, conv3d]}, out: {choice: [4, 8]}}
    """)
    assert boxes_of(drawing)["a"].choices == (
        "repeat: 2 | 3",
        "*.block: conv2d | conv3d",
        "*.out: 4 | 8",
    )


def test_blocks_that_streams_pass_through_are_opened_and_others_by_depth() -> None:
    top = """
blocks:
  pair:
    inputs: [one, two]
    nodes:
      left: {from: one, conv: {out: {choice: [4, 8]}}}
      right: {from: two, conv: {out: 4}}
    outputs: {one: left, two: right}
"""
    nodes = """
        a: {conv2d: {out: 4}}
        p: {from: [a, a], block: pair}
        c: {from: [p.one, p.two], merge: concat, conv: {out: 4}}
    """
    drawing = draw(nodes, top=top)
    assert [group.path for group in drawing.groups] == ["p"]
    assert boxes_of(drawing)["p.left"].choices == ("out: 4 | 8",)
    assert "a.conv" in boxes_of(draw(nodes, 1, top=top))
    assert "p" in boxes_of(draw(nodes, 0, top=top))


def test_what_stands_on_an_edge_is_told() -> None:
    drawing = draw("a: {from: {node: rgb, subsample_frames: {choice: [1, 2]}}, conv: {out: 4}}")
    box = boxes_of(drawing)["a"]
    assert box.notes == ("subsample_frames from rgb",)
    assert box.choices == ("from.rgb.subsample_frames.step: 1 | 2",)


def test_addresses_that_differ_in_one_name_and_offer_the_same_are_one_line() -> None:
    decisions = [Decision(f"m.{name}.out", "choice", (1, 2)) for name in "abc"]
    told = tell_choices([*decisions, Decision("m.d.out", "choice", (1, 3))], {"m"}, {})
    assert told.at["m"] == ("*.out: 1 | 2", "d.out: 1 | 3")


def test_a_named_decision_is_no_argument_of_a_node_of_that_name() -> None:
    told = tell_choices([Decision("stem", "choice", ("a", "b"))], {"stem"}, {})
    assert told.shared == ("stem: a | b",)


def test_long_lists_are_cut() -> None:
    decisions = [
        Decision(f"m.{'x' * (k + 1)}", "choice", tuple(range(0, 200, 10))) for k in range(30)
    ]
    lines = tell_choices(decisions, {"m"}, {}).at["m"]
    assert len(lines) == 16
    assert lines[0] == "x: 0 | 10 | 20 | 30 | 40 | 50 | ... 20 in all ... | 190"
    assert lines[-1] == "15 more: nasvid profile lists them"


def load_shipped(name: str) -> Drawing:
    return draw_space(load_space(str(REPOSITORY / f"search_spaces/{name}.yaml")))


def test_the_stems_of_a_space_are_streams_of_their_own_and_sums_tell_their_totals() -> None:
    drawing = load_shipped("four_stream")
    boxes = boxes_of(drawing)
    assert [boxes[f"stem_{k}"].is_optional for k in range(5)] == [False, False, True, True, True]
    assert boxes["stem_4"].count == ""
    assert boxes["stem_1"].choices[0] == "from: 1 of 2 edges"
    assert boxes["level0"].join == "grouped_sum or attention_sum"
    assert {e.gate for e in drawing.edges if e.target == "level0"} == {"learned"}
    constraints = next(fact for fact in drawing.facts if fact.startswith("constraints"))
    assert "stem.out add up to 128" in constraints
    assert "level2.filters add up to level2_filters" in constraints


def test_what_another_decision_chooses_is_told_with_its_options() -> None:
    top = "decisions: {kind: {choice: [conv2d, conv3d, conv2plus1d, separable3d, attention]}}"
    box = boxes_of(draw("a: {block: =kind, out: 4}", top=top))["a"]
    assert box.kind == "kind: conv2d or conv3d or conv2plus1d or separable3d or attention"


def test_a_space_shows_the_cell_that_its_stages_repeat_once() -> None:
    insets = load_shipped("nas_bench_201").insets
    assert [inset.title for inset in insets] == ["cell of stage1, stage2, stage3, opened"]
    edges = {(edge.source, edge.target) for edge in insets[0].edges}
    assert edges == {
        *(("in", "e01"), ("in", "e02"), ("in", "e03"), ("e01", "e12"), ("e01", "e13")),
        *(("e02", "n2"), ("e12", "n2"), ("n2", "e23")),
        *(("e03", "n3"), ("e13", "n3"), ("e23", "n3")),
    }
    cell = boxes_of(insets[0])
    assert cell["e01"].kind == "edge_0_1: none or skip or conv1 or conv3 or pool3"
    assert cell["in"].role == "input"
