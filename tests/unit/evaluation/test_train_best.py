"""Training from start to end in one call."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from nasvid.core.errors import EvaluationError
from nasvid.core.jobs import Fidelity, Request
from nasvid.core.recipes import Recipe
from nasvid.evaluation.evaluator import Evaluator
from nasvid.evaluation.train_best import train_and_save, train_candidate
from nasvid.evaluation.weights import save_weights
from nasvid.modules.assemble import build
from tests.unit.training.colours import tiny_graph, write_colours

RECIPE = Recipe(epochs=2, batch_size=8, lr=0.02)


def test_training_by_hand_ends_as_in_an_evaluator(colours: Path) -> None:
    evaluator = Evaluator(colours, RECIPE)
    evaluator.submit(Request(0, tiny_graph().to_json(), Fidelity(), 5))
    in_slot = evaluator.poll(60)[0][1]
    epochs: list[int] = []
    by_hand, network = train_candidate(
        tiny_graph(), colours, RECIPE, Fidelity(), 5, on_epoch=lambda epoch, _: epochs.append(epoch)
    )
    assert by_hand.metrics == in_slot.metrics
    assert network is not None
    assert epochs == [1, 2]


def test_saved_weights_are_those_that_the_metrics_came_from(colours: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    best = train_and_save(tiny_graph(), colours, RECIPE, 5, path)
    evaluation, network = train_candidate(tiny_graph(), colours, RECIPE, Fidelity(split="test"), 5)
    assert network is not None
    weights = load_file(path)
    assert set(weights) == set(network.state_dict())
    for name, tensor in network.state_dict().items():
        assert torch.equal(weights[name], tensor)
    assert best.test == evaluation.metrics
    assert best.evaluation.metrics != best.test
    assert build(tiny_graph()).load_state_dict(weights).missing_keys == []
    assert [file.name for file in tmp_path.iterdir()] == ["model.safetensors"]


def test_a_folder_without_a_test_split_is_scored_on_val_alone(tmp_path: Path) -> None:
    data = write_colours(tmp_path, {"train": 24, "val": 12})
    best = train_and_save(tiny_graph(), data, RECIPE, 5, tmp_path / "model.safetensors")
    assert best.test == {}
    assert best.evaluation.ok


def test_a_training_that_fails_leaves_no_file(colours: Path, tmp_path: Path) -> None:
    recipe = Recipe(epochs=1, batch_size=8, lr=float("inf"), clip_grad=0)
    with pytest.raises(EvaluationError, match="training with seed 5 failed: training: the loss be"):
        train_and_save(tiny_graph(), colours, recipe, 5, tmp_path / "model.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused_before_training(
    colours: Path, tmp_path: Path
) -> None:
    path = tmp_path / "nowhere" / "model.safetensors"
    epochs: list[int] = []
    with pytest.raises(
        EvaluationError, match=r"weights cannot be written: there is no such folder\. Choose a fold"
    ):
        train_and_save(
            tiny_graph(), colours, RECIPE, 5, path, on_epoch=lambda epoch, _: epochs.append(epoch)
        )
    assert epochs == []


def test_a_file_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(EvaluationError, match="taken: the weights cannot be written: Is a direct"):
        save_weights(build(tiny_graph()), tmp_path / "taken")
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]
