"""A member written as a file of its own is the same architecture."""

from pathlib import Path

import pytest

from nasvid.graph.canonical import graph_id
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.load import load_space
from nasvid.lowering.lower import lower
from nasvid.spec.closed_file import relative_reference, short_text, standalone_text
from nasvid.spec.decisions import Genotype
from tests.spaces import genotype_of, small

OPEN = small(
    """
    a: {from: rgb, conv: {out: =width}}
    b: {from: flow, block: {choice: [conv2d, {conv3d: {temporal_kernel: {choice: [1, 3]}}}]}}
    c: {from: {any_of: [a, b], min: 1, merge: {choice: [gated_sum, concat]}}, block: relu}
    d: {repeat: {min: 0, max: 2}, per_copy: true, conv2d: {out: {choice: [3, 4]}}}
    e: {dropout: {float: {min: 0, max: 0.5}}}
    f: {conv: {out: "=sizes[0]", bias: =7 in sizes}}
    """,
    top="""
decisions: {width: {choice: [4, 6]}, sizes: {subset: [5, 6, 7], min: 1}}
constraints: [{implies: {if: {width: 4}, then: {sizes: 5}}}]
""",
    inputs="rgb: {frames: {choice: [4, 8]}, size: 8}, flow: {frames: 4, size: 8}",
)


@pytest.fixture
def space_file(tmp_path: Path) -> Path:
    path = tmp_path / "space.yaml"
    path.write_text(OPEN, "utf-8")
    return path


def id_of_closed(path: Path) -> str:
    """Canonical id of the one member of a file."""
    space = load_space(str(path))
    return graph_id(lower(space, space.only_genotype()).graph)


@pytest.mark.parametrize("seed", range(6))
def test_a_standalone_text_is_the_same_architecture(
    space_file: Path, tmp_path: Path, seed: int
) -> None:
    space = load_space(str(space_file))
    genotype = genotype_of(space, seed)
    path = tmp_path / "standalone.yaml"
    path.write_text(standalone_text(space, genotype.by_path), "utf-8")
    space_file.unlink()
    assert id_of_closed(path) == graph_id(lower(space, genotype).graph)


@pytest.mark.parametrize("seed", range(6))
def test_a_short_text_is_the_same_architecture(space_file: Path, tmp_path: Path, seed: int) -> None:
    space = load_space(str(space_file))
    genotype = genotype_of(space, seed)
    folder = tmp_path / "best"
    folder.mkdir()
    path = folder / "short.yaml"
    reference = relative_reference(space_file, folder)
    path.write_text(short_text(space, genotype, reference), "utf-8")
    assert reference == "../space.yaml"
    assert id_of_closed(path) == graph_id(lower(space, genotype).graph)


def test_a_standalone_text_keeps_another_clip(space_file: Path, tmp_path: Path) -> None:
    space = load_space(str(space_file))
    genotype = genotype_of(space, 1)
    graph = lower(space, genotype, ClipSize(16, 12)).graph
    streams = {i.name: i.stream for i in graph.inputs if i.stream is not None}
    path = tmp_path / "standalone.yaml"
    path.write_text(standalone_text(space, genotype.by_path, streams), "utf-8")
    assert id_of_closed(path) == graph_id(graph)


def test_a_genotype_comes_back_from_its_json(space_file: Path) -> None:
    genotype = genotype_of(load_space(str(space_file)), 3)
    again = Genotype.from_json(genotype.to_json())
    assert again == genotype
    assert again.id == genotype.id
