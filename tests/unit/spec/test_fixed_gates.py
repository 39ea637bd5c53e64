"""`gates:` of a file: the gates of one network, fixed."""

from pathlib import Path

import pytest

import nasvid
from nasvid.api.settings import space_text
from nasvid.api.warm_start import find_starts
from nasvid.cost.analytic import cost_of
from nasvid.graph.canonical import graph_id
from nasvid.graph.primitives.gate import Gate
from nasvid.lowering.lower import lower
from nasvid.spec.closed_file import short_text, standalone_text
from nasvid.spec.override import Override
from nasvid.spec.search_space import SearchSpace
from tests.spaces import flat, graph_of, load_text, only_problem, problems_of, small

OPEN = small(
    """
    a: {from: rgb, conv: 4}
    b: {from: rgb, conv: 4}
    level: {repeat: {min: 1, max: 3}, each: {conv: 4}, from: {any_below: {min: 1, max: 3}, merge: =joining}}
    plain: {from: [a, b], conv: 4}
    last: {from: {level: 1, merge: gated_sum}, conv: 4}
    end: {from: [last, plain], merge: {grouped_sum: {channels: 4}}, block: relu}
    """,
    top="decisions: {joining: {choice: [grouped_sum, mean]}}",
)
CHOSEN = "joining: grouped_sum, level.repeat: 2, level_0.from: [a, b], level_1.from: [a], level_2.from: [b]"


def closed(gates: str, choose: str = CHOSEN) -> str:
    choose = choose.replace(", level_2.from: [b]", "")
    return f"version: 1\nspace: open.yaml\nchoose: {{{choose}}}\ngates: {gates}\n"


def load_gated(gates: str) -> SearchSpace:
    return load_text(closed(gates), open=OPEN)


def weights_of(space: SearchSpace) -> dict[str, float | None]:
    graph = lower(space, space.only_genotype(), keep_unused=True).graph
    return {
        path: node.op.initial for path, node in flat(graph).items() if isinstance(node.op, Gate)
    }


def test_edges_that_are_named_have_their_gates_and_others_learn_theirs() -> None:
    assert weights_of(load_gated("{level_0: {a: 0.25, b: 1}, end: {plain: 0}}")) == {
        "level_0_merge.gate_0": 0.25,
        "last_merge.gate_0": None,
        "last_merge.gate_1": None,
        "end_merge.gate_0": None,
        "end_merge.gate_1": 0.0,
    }


def test_a_fixed_gate_is_no_parameter_and_no_decision() -> None:
    learned, fixed = load_text(closed("{}"), open=OPEN), load_gated("{last: {level_0: 0.5}}")
    counts = [
        cost_of(lower(space, space.only_genotype()).graph).params for space in (learned, fixed)
    ]
    assert counts[0] - counts[1] == 1
    assert fixed.only_genotype() == learned.only_genotype()


def test_the_network_is_that_of_gates_on_edges() -> None:
    text = small(
        "a: {from: rgb, conv: 4}\nb: {from: rgb, conv: 4}\n"
        "c: {from: [{node: a, gate: 0.25}, b], merge: gated_sum, conv: 4}"
    )
    plain = text.replace("{node: a, gate: 0.25}", "a")
    assert graph_id(graph_of(f"{plain}\ngates: {{c: {{a: 0.25}}}}")) == graph_id(graph_of(text))
    # What the file says of an edge gives way to its section.
    assert graph_id(graph_of(f"{text}\ngates: {{c: {{a: 0.5}}}}")) != graph_id(graph_of(text))


def test_an_edge_to_a_block_that_is_not_there_is_named_as_it_is_chosen() -> None:
    text = OPEN.replace(
        "    plain:",
        "    upper: {repeat: 1, each: {conv: 4}, from: {any_below: {min: 2}, merge: gated_sum}}\n    plain:",
    )
    chosen = CHOSEN.replace(", level_2.from: [b]", ", upper_0.from: [a, level_2]")
    gates = "{upper_0: {level_2: 0.5}}"
    space = load_text(closed(gates, chosen), open=text)
    # There are two of the level, so that the first stands in for the third.
    assert weights_of(space)["upper_0_merge.gate_1"] == 0.5
    chosen = chosen.replace("[a, level_2]", "[level_0, level_2]")
    assert problems_of(closed(gates, chosen), open=text) == [
        "space.yaml:4:9: gates.upper_0: reads level_0 alone, and a single input has no gate. Drop its gates."
    ]


@pytest.mark.parametrize(
    ("gates", "message"),
    [
        ("3", "4:8: gates: got 3; accepts a node and what it reads, {level0_2: {stem_0: 0.138, stem_1: 0.847}}."),
        ("{end: 0.5}", "4:14: gates.end: got 0.5; accepts what the node reads, each with a number from 0 to 1, {level0_2: {stem_0: 0.138, stem_1: 0.847}}."),
        ("{end: {last: 1.5}}", "4:21: gates.end.last: got 1.5; accepts a number from 0 to 1. Leave the edge out where its gate is learned."),
        ("{end: {last: true}}", "4:21: gates.end.last: got True; accepts a number from 0 to 1. Leave the edge out where its gate is learned."),
        ("{end: {last: high}}", "4:21: gates.end.last: got 'high'; accepts a number from 0 to 1. Leave the edge out where its gate is learned."),
        ("{ent: {last: 1}}", "4:9: gates.ent: no node named 'ent'. Did you mean 'end'? Accepts nodes that join what they read by gates."),
        ("{level_2: {a: 1}}", "4:9: gates.level_2: is not there with what is chosen. Drop its gates."),
        ("{level_1: {a: 1}}", "4:9: gates.level_1: reads a alone, and a single input has no gate. Drop its gates."),
        ("{plain: {a: 1}}", "4:9: gates.plain: joins what it reads by add, which has no gates; accepts nodes with attention_sum, gated_sum, grouped_sum."),
        ("{end: {a: 1}}", "4:15: gates.end.a: it does not read 'a'; accepts what it reads: last, plain."),
    ],
)  # fmt: skip
def test_a_gate_that_is_none_is_told(gates: str, message: str) -> None:
    assert only_problem(closed(gates), open=OPEN).endswith(message)


def test_the_merge_that_is_chosen_counts() -> None:
    chosen = CHOSEN.replace("grouped_sum", "mean")
    (problem,) = problems_of(closed("{level_0: {a: 0.5}}", chosen), open=OPEN)
    assert "gates.level_0: joins what it reads by mean, which has no gates" in problem


def test_gates_are_of_one_network() -> None:
    text = closed("{end: {last: 0.5}}", "joining: grouped_sum, level.repeat: 1")
    assert only_problem(text, open=OPEN).endswith(
        "gates: are of one network, and level_0.from is left to choose here. Choose it, or leave the "
        "gates out; then they are learned."
    )


def test_all_forms_of_the_file_keep_them() -> None:
    space = load_gated("{level_0: {a: 0.25}, end: {last: 0.5}}")
    genotype = space.only_genotype()
    wanted = graph_id(lower(space, genotype).graph)
    forms = [
        standalone_text(space, genotype.by_path),
        standalone_text(space, {}),
        space_text(space),
    ]
    forms[1] = standalone_text(space, space.chosen)
    for text in forms:
        again = load_text(text)
        assert graph_id(lower(again, again.only_genotype()).graph) == wanted
        assert again.gates == {"level_0": {"a": 0.25}, "end": {"last": 0.5}}
    text = short_text(space, genotype, "gated.yaml")
    again = load_text(text, gated=closed("{level_0: {a: 0.25}, end: {last: 0.5}}"), open=OPEN)
    assert graph_id(lower(again, again.only_genotype()).graph) == wanted


def test_a_file_that_builds_on_another_adds_gates_and_changes_some() -> None:
    text = "version: 1\nspace: gated.yaml\ngates: {end: {last: 0.75}, last: {level_1: 0.5}}\n"
    below = closed("{end: {last: 0.25, plain: 0.125}}")
    assert load_text(text, gated=below, open=OPEN).gates == {
        "end": {"last": 0.75, "plain": 0.125},
        "last": {"level_1": 0.5},
    }


def test_another_width_keeps_them() -> None:
    space = load_gated("{end: {last: 0.25}}")
    wide = space.with_override(Override(2.0)).with_override(Override(0.5))
    assert weights_of(wide) == weights_of(space)


def test_a_search_takes_the_decisions_of_a_network_and_learns_its_gates(tmp_path: Path) -> None:
    (tmp_path / "open.yaml").write_text(OPEN, encoding="utf-8")
    (tmp_path / "gated.yaml").write_text(closed("{end: {last: 0.25}}"), encoding="utf-8")
    space = nasvid.load(tmp_path / "open.yaml")
    (start,) = find_starts(space.spec, ["gated.yaml"], tmp_path, "warm_start")
    member = nasvid.load(tmp_path / "gated.yaml").architecture()
    assert start.genotype == member.genotype
    assert space.architecture(member.choices).cost().params == member.cost().params + 1
