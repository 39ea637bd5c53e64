"""What travels between processes and into ledgers as JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.evaluations import FAILURE_KINDS, Evaluation, Failure
from nasvid.core.jobs import Fidelity, training_seed
from nasvid.core.recipes import Recipe
from nasvid.core.seeds import keyed_seed
from nasvid.core.shapes import Shape
from nasvid.core.streams import Stream

STREAM = Stream(
    modality="flow",
    channels=2,
    frames=8,
    frame_stride=3,
    size=32,
    mean=(0.0, 0.5),
    std=(1.0, 2.0),
)


def through_text(data: dict[str, Any]) -> dict[str, Any]:
    """The data as another process reads it."""
    return json.loads(json.dumps(data))


def test_metrics_come_back_from_text() -> None:
    evaluation = Evaluation(
        metrics={"top1": 0.5},
        gates={"fusion.gate_0": 0.25},
        curve=({"loss": 2.0}, {"loss": 1.0}),
        seconds=1.5,
        host="here",
    )
    assert Evaluation.from_json(through_text(evaluation.to_json())) == evaluation
    assert evaluation.ok


@pytest.mark.parametrize("kind", FAILURE_KINDS)
def test_failures_come_back_from_text(kind: str) -> None:
    evaluation = Evaluation(failure=Failure(kind, "the loss is nan", "Traceback"))
    assert Evaluation.from_json(through_text(evaluation.to_json())) == evaluation
    assert not evaluation.ok


def test_streams_come_back_from_text() -> None:
    assert Stream.from_json(through_text(STREAM.to_json())) == STREAM


def test_a_stream_knows_its_shape_and_its_reach_in_the_video() -> None:
    assert STREAM.shape == Shape.clip(2, 8, 32, 32)
    assert STREAM.span == 22


def test_recipes_come_back_from_text() -> None:
    recipe = Recipe(epochs=2, optimizer="sgd", lr=0.1, flip=True)
    assert Recipe.from_json(through_text(recipe.to_json())) == recipe


def test_a_fidelity_is_written_by_field() -> None:
    assert Fidelity(epochs=3, split="test").to_json() == {"epochs": 3, "split": "test"}


@given(
    st.integers(0, 2**63),
    st.text("0123456789abcdefg-"),
    st.integers(0, 500),
    st.integers(0, 99),
)
def test_a_training_seed_is_keyed_by_all_that_a_training_hangs_on(
    run_seed: int, graph_id: str, epochs: int, repeat: int
) -> None:
    seed = training_seed(run_seed, graph_id, Fidelity(epochs), repeat)
    assert seed == keyed_seed(run_seed, "train", graph_id, epochs, repeat)


def test_the_scored_split_does_not_change_the_training() -> None:
    scored = {training_seed(0, "id", Fidelity(4, split), 0) for split in ("val", "test")}
    assert len(scored) == 1


def test_all_else_changes_the_seed_of_the_training() -> None:
    seeds = {
        training_seed(0, "id", Fidelity(4), 0),
        training_seed(1, "id", Fidelity(4), 0),
        training_seed(0, "other", Fidelity(4), 0),
        training_seed(0, "id", Fidelity(5), 0),
        training_seed(0, "id", Fidelity(4), 1),
    }
    assert len(seeds) == 5
