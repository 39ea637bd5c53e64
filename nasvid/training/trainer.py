"""Training of one network, one step at a time."""

from collections.abc import Callable, Iterator, Mapping
from math import isfinite

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nasvid.core.errors import EvaluationError
from nasvid.core.recipes import Recipe
from nasvid.core.streams import Stream
from nasvid.data.clips import ClipData
from nasvid.data.normalise import normalise
from nasvid.training.batches import num_batches, training_batches, training_videos
from nasvid.training.class_scores import class_scores
from nasvid.training.optimisers import make_optimizer
from nasvid.training.placement import Placement
from nasvid.training.schedule import lr_factor
from nasvid.training.sending import Sender

# A look at the loss waits for the device, so it is taken now and then; a sum stays not finite once
# one of its terms was.
STEPS_BETWEEN_LOOKS = 16

OnEpoch = Callable[[int, dict[str, float]], None]


class DivergedError(EvaluationError):
    """The loss is not finite."""


def training_steps(
    network: nn.Module,
    clips: ClipData,
    recipe: Recipe,
    *,
    epochs: int,
    seed: int,
    placement: Placement,
    on_epoch: OnEpoch | None = None,
) -> Iterator[None]:
    """Train a network in place; every item of the iterator is one finished step.

    Draws of the network itself (dropout) come from torch's global generator; whoever takes the
    steps of several networks in turn gives each its own state (`evaluation/isolation.py`). All
    else depends on `seed` alone.

    Args:
        network: Takes a dict of clips by stream, returns logits of shape (B, K).
        clips: The training split.
        recipe: How to train; its `epochs` do not count here.
        epochs: Passes over the training videos.
        seed: Order, centres and mirroring of the clips.
        placement: Where and in which form, from `place`.
        on_epoch: Told the epoch from 1, and `train_loss` and `train_top1` as means over it.
    Raises:
        DivergedError: The loss is not finite.
    """
    trainer = _Trainer(network, recipe, placement, clips.streams)
    videos = training_videos(clips, recipe)
    num_steps = epochs * num_batches(len(videos), recipe.batch_size)
    step = 0
    for epoch in range(epochs):
        trainer.begin_epoch()
        for x, labels_B in training_batches(clips, videos, recipe, seed, epoch):
            trainer.step(x, labels_B, recipe.lr * lr_factor(step, num_steps, recipe.warmup))
            step += 1
            if step % STEPS_BETWEEN_LOOKS == 0:
                trainer.require_finite(epoch)
            yield
        trainer.require_finite(epoch)
        if on_epoch is not None:
            on_epoch(epoch + 1, trainer.means())


def network_input(
    x: Mapping[str, Tensor], streams: Mapping[str, Stream], placement: Placement
) -> dict[str, Tensor]:
    """Bytes of clips on the device to what a network sees, in its memory format.

    The layout changes last, because normalising a channel is three times as fast while its values
    lie side by side.
    """
    return {
        name: placement.arrange(normalise(clips_BCTHW, streams[name]))
        for name, clips_BCTHW in x.items()
    }


class _Trainer:
    """A network with its optimiser, and sums over the epoch that stay on the device."""

    def __init__(
        self,
        network: nn.Module,
        recipe: Recipe,
        placement: Placement,
        streams: Mapping[str, Stream],
    ) -> None:
        self._network = placement.put_network(network)
        self._weights = list(network.parameters())
        self._optimizer = make_optimizer(network, recipe)
        self._recipe = recipe
        self._placement = placement
        self._streams = streams
        self._sender = Sender(placement.device)

    def begin_epoch(self) -> None:
        self._network.train()
        self._loss = torch.zeros((), device=self._placement.device)
        self._num_right = torch.zeros((), device=self._placement.device)
        self._num_clips = 0

    def step(self, x: Mapping[str, Tensor], labels_B: Tensor, lr: float) -> None:
        for group in self._optimizer.param_groups:
            group["lr"] = lr
        # Bytes travel: they are a quarter of what a network sees.
        labels_B, *sent = self._sender.send(labels_B, *x.values())
        x = dict(zip(x, sent, strict=True))
        self._optimizer.zero_grad()
        with self._placement.autocast():
            x = network_input(x, self._streams, self._placement)
            logits_BK = class_scores(self._network(x))
        loss = cross_entropy(
            logits_BK.float(), labels_B, label_smoothing=self._recipe.label_smoothing
        )
        loss.backward()
        if self._recipe.clip_grad > 0:
            nn.utils.clip_grad_norm_(self._weights, self._recipe.clip_grad)
        self._optimizer.step()
        self._loss += loss.detach() * len(labels_B)
        self._num_right += (logits_BK.detach().argmax(dim=1) == labels_B).sum()
        self._num_clips += len(labels_B)

    def require_finite(self, epoch: int) -> None:
        loss = self._loss.item()
        if not isfinite(loss):
            raise DivergedError(
                f"training: the loss became {loss} in epoch {epoch + 1}; a lower lr, a longer "
                "warmup or gradient clipping may help."
            )

    def means(self) -> dict[str, float]:
        return {
            "train_loss": self._loss.item() / self._num_clips,
            "train_top1": self._num_right.item() / self._num_clips,
        }
