"""Opened splits, and whether a network fits them."""

from dataclasses import replace
from pathlib import Path

import pytest

from nasvid.core.errors import DataError, EvaluationError
from nasvid.core.shapes import Shape
from nasvid.evaluation.library import ClipLibrary, check_head, streams_of
from nasvid.graph.ir import Graph, Input
from tests.unit.training.colours import STREAM, tiny_graph


def test_a_split_is_opened_once_for_the_same_streams(colours: Path) -> None:
    library = ClipLibrary(colours)
    first = library.open("val", {"clip": STREAM})
    assert library.open("val", {"clip": STREAM}) is first
    assert library.open("val", {"clip": replace(STREAM, frames=2)}) is not first
    assert library.open("train", {"clip": STREAM}).num_videos == 48


def test_data_that_is_not_there_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train\.csv"):
        ClipLibrary(tmp_path).open("train", {"clip": STREAM})


def test_a_head_that_does_not_fit_the_classes_is_explained() -> None:
    with pytest.raises(
        EvaluationError,
        match=r"graph: the head gives C 4; the data has 3 classes and needs one output C 3\. "
        r"Set `classes` of the head to 3, or use other data\.",
    ):
        check_head(tiny_graph(num_classes=4), 3)


def test_an_output_that_is_no_vector_does_not_fit() -> None:
    clip = STREAM.shape
    with pytest.raises(EvaluationError, match="the head gives CTHW 3x4x8x8; the data has 3"):
        check_head(Graph((Input("clip", clip, STREAM),), (), (("out", "clip"),)), 3)
    scores = Shape.vector(3).fold(T=4)
    with pytest.raises(EvaluationError, match="the head gives C 3 per T; the data has 3 classes"):
        check_head(Graph((Input("clip", scores, STREAM),), (), (("out", "clip"),)), 3)


def test_an_input_without_a_stream_cannot_be_fed() -> None:
    with pytest.raises(EvaluationError, match="graph: input 'x' names no stream"):
        streams_of(Graph((Input("x", STREAM.shape),), (), (("out", "x"),)))
