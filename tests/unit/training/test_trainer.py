"""Training and scoring of one network."""

import pytest
import torch
from torch import Tensor, nn

from nasvid.core.recipes import Recipe
from nasvid.modules.assemble import build
from nasvid.training.placement import place
from nasvid.training.scoring import score, scoring_steps
from nasvid.training.trainer import DivergedError, training_steps
from tests.unit.training.colours import colour_clips, tiny_graph

RECIPE = Recipe(epochs=4, batch_size=8, lr=0.02)


def _train(network: nn.Module, recipe: Recipe = RECIPE) -> list[dict[str, float]]:
    curve: list[dict[str, float]] = []
    steps = training_steps(
        network,
        colour_clips(),
        recipe,
        epochs=recipe.epochs,
        seed=3,
        placement=place(network, "cpu", recipe.precision),
        on_epoch=lambda epoch, metrics: curve.append({"epoch": epoch, **metrics}),
    )
    for _ in steps:
        pass
    return curve


def _score(network: nn.Module, views: int = 1) -> dict[str, float]:
    clips = colour_clips(24, seed=1)
    return score(network, clips, views=views, batch_size=8, placement=place(network, "cpu"))


@pytest.mark.parametrize(
    "recipe",
    [
        RECIPE,
        Recipe(epochs=4, batch_size=8, lr=0.1, optimizer="sgd", label_smoothing=0.1, flip=True),
    ],
)
def test_a_tiny_network_learns_a_tiny_task(recipe: Recipe) -> None:
    torch.manual_seed(0)
    network = build(tiny_graph(dropout=0.0))
    curve = _train(network, recipe)
    # Chance is 1/3.
    assert _score(network)["top1"] > 0.8
    assert curve[-1]["train_loss"] < curve[0]["train_loss"]
    assert [entry["epoch"] for entry in curve] == [1, 2, 3, 4]


def test_every_item_is_one_step() -> None:
    network = build(tiny_graph())
    before = network.state_dict()["conv.weight"].clone()
    steps = training_steps(
        network, colour_clips(), RECIPE, epochs=2, seed=0, placement=place(network, "cpu")
    )
    next(steps)
    after_one = network.state_dict()["conv.weight"].clone()
    assert not torch.equal(before, after_one)
    # 48 videos in batches of 8, twice.
    assert sum(1 for _ in steps) == 11


def test_gradients_are_clipped_to_the_norm_of_the_recipe() -> None:
    norms: list[float] = []
    for clip_grad in (0.0, 0.001):
        torch.manual_seed(0)
        network = build(tiny_graph(dropout=0.0))
        recipe = Recipe(batch_size=8, clip_grad=clip_grad)
        next(
            training_steps(
                network, colour_clips(), recipe, epochs=1, seed=0, placement=place(network, "cpu")
            )
        )
        gradients = [w.grad.flatten() for w in network.parameters() if w.grad is not None]
        norms.append(torch.cat(gradients).norm().item())
    assert norms[0] > 0.01
    assert norms[1] == pytest.approx(0.001, rel=1e-3)


def test_a_loss_that_is_not_finite_ends_the_training() -> None:
    network = build(tiny_graph())
    with pytest.raises(DivergedError, match=r"the loss became nan in epoch 1; a lower lr"):
        _train(network, Recipe(epochs=4, batch_size=8, lr=float("inf"), clip_grad=0))


def test_an_output_that_is_not_finite_is_no_score() -> None:
    network = build(tiny_graph())
    network.state_dict()["linear.bias"].fill_(float("nan"))
    with pytest.raises(DivergedError, match="output is not finite"):
        _score(network)


class _CentreFrames(nn.Module):
    """Scores that tell the views of a video apart: how bright each channel is."""

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        return x["clip"].mean(dim=(2, 3, 4))


def test_every_view_of_every_video_is_scored() -> None:
    network = _CentreFrames()
    clips = colour_clips(20)
    steps = scoring_steps(network, clips, views=2, batch_size=8, placement=place(network, "cpu"))
    # 20 videos in batches of 8, twice.
    assert sum(1 for _ in steps) == 6
    assert _score(network, views=2)["clip_top1"] > 0.9


def test_scoring_leaves_running_statistics_alone() -> None:
    network = build(tiny_graph())
    before = {name: value.clone() for name, value in network.state_dict().items()}
    _score(network)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
