"""Nodes that were placed before are those that would be placed anew."""

import gc
import weakref
from pathlib import Path

import pytest

from nasvid.core.errors import NasvidError
from nasvid.core.seeds import keyed_rng
from nasvid.graph.ir import Graph
from nasvid.lowering import lower as lowering
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.load import load_space
from nasvid.lowering.lower import lower
from nasvid.lowering.placements import placements_of
from nasvid.spec.decisions import DecisionTable, Genotype
from nasvid.spec.search_space import SearchSpace
from tests.rich_spaces import RICH
from tests.spaces import graph_of, load_text, small

SPACES = Path(__file__).resolve().parents[3] / "search_spaces"


def told(space: SearchSpace, genotype: Genotype, clip: ClipSize | None = None) -> Graph | str:
    """The graph, or why there is none."""
    try:
        return lower(space, genotype, clip).graph
    except NasvidError as error:
        return str(error)


def check_all(space: SearchSpace, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Lower some members, by what is remembered and without."""
    genotypes = [space.decisions.sample(keyed_rng("placed", k)) for k in range(count)]
    found = [told(space, genotype) for genotype in genotypes]
    again = [told(space, genotype) for genotype in reversed(genotypes)]
    smaller = [told(space, genotype, ClipSize(2, None)) for genotype in genotypes]
    with monkeypatch.context() as patch:
        patch.setattr(DecisionTable, "code", lambda self, genotype: None)
        patch.setattr(lowering, "placements_of", None)
        expected = [told(space, genotype) for genotype in genotypes]
        assert found == expected
        assert again[::-1] == expected
        assert smaller == [told(space, genotype, ClipSize(2, None)) for genotype in genotypes]


@pytest.mark.parametrize("name", RICH)
def test_members_of_rich_spaces_are_as_if_nothing_were_remembered(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_all(load_text(RICH[name]), monkeypatch, 40)


@pytest.mark.parametrize("name", ["bench_36", "four_stream", "mobile", "slowfast", "tvn"])
def test_members_of_shipped_spaces_are_as_if_nothing_were_remembered(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_all(load_space(str(SPACES / f"{name}.yaml")), monkeypatch, 8)


def test_names_that_are_taken_by_then_are_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # What stands on the edges of `x` and of `x_y` would have one name, where both are there.
    text = small(
        """
        z: {conv: 3}
        y_z: {from: z, conv: {choice: [3, 4]}}
        x: {from: {node: y_z, max_pool: 1}, when: {choice: [true, false]}, otherwise: nothing, block: relu}
        x_y: {from: {node: z, max_pool: 1}, conv: {choice: [3, 4]}}
        last: {from: [x, x_y], merge: add, block: relu}
        """
    )
    graph = graph_of(text, x__when=True)
    assert {"x_y_z_max_pool", "x_y_z_max_pool_2"} < {node.name for node in graph.nodes}
    check_all(load_text(text), monkeypatch, 30)


def test_what_is_remembered_goes_with_its_space() -> None:
    space = load_text(small("a: {conv: {choice: [3, 4]}}"))
    lower(space, space.decisions.sample(keyed_rng(0)))
    seen = weakref.ref(placements_of(space))
    assert seen() is not None
    del space
    gc.collect()
    assert seen() is None
