"""Names under `share` that one node alone has."""

import pytest

from nasvid.spec.lone_shares import lone_shares
from tests.spaces import load_text, only_problem, small

ALONE = "no other node of this body shares {0!r}, so it has weights of its own."


def found(nodes: str, top: str = "") -> list[str]:
    return [str(problem) for problem in lone_shares(load_text(small(nodes, top=top)).network)]


def test_a_name_of_one_node_is_told_with_its_place_and_the_others() -> None:
    nodes = "a: {conv: 3, share: trunk}\nb: {conv: 3, share: trnuk}\nc: {conv: 3, share: trunk}"
    message = ALONE.format("trnuk")
    assert found(nodes) == [f"space.yaml:8:8: b: {message} Other names here: 'trunk'."]


@pytest.mark.parametrize(
    "nodes",
    [
        "a: {conv: 3, share: w}\nb: {conv: 3, share: w}",
        "a: {repeat: 2, each: {conv: 3}, share: w}",
        "a: {repeat: {min: 1, max: 2}, each: {conv: 3}, share: w}",
        "level1: {repeat: 2, each: {conv: 3}, from: {any_below: {min: 1}}, share: w}",
    ],
)
def test_what_may_have_several_uses_is_not_told(nodes: str) -> None:
    assert found(nodes) == []


def test_a_name_counts_in_one_body_alone() -> None:
    top = "blocks: {two: {body: [{conv: 3, share: w}, relu]}}"
    assert found("a: two\nb: {conv: 3, share: w}\nc: two", top) == [
        f"space.yaml:8:8: b: {ALONE.format('w')}",
        f"space.yaml:2:23: blocks.two.conv: {ALONE.format('w')}",
    ]


@pytest.mark.parametrize("count", ["0", "1"])
def test_a_single_copy_is_told(count: str) -> None:
    assert found(f"a: {{repeat: {count}, each: {{conv: 3}}, share: w}}") == [
        f"space.yaml:7:8: a: {ALONE.format('w')}"
    ]


def test_copies_that_choose_for_themselves_do_not_share() -> None:
    nodes = "a: {repeat: 2, each: {conv: 3}, per_copy: true, share: w}"
    assert only_problem(small(nodes)) == (
        "space.yaml:7:53: network.nodes.a: 'per_copy' lets copies differ, 'share' makes them one; "
        "give one of the two."
    )
