"""How a candidate is trained."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of one training run; the same for all candidates of a search.

    Args:
        epochs: Passes over the training clips.
        batch_size: Clips per step.
        optimizer: `adamw` or `sgd` (Nesterov momentum).
        lr: Peak learning rate.
        weight_decay: Decay; not applied to norms, biases and gates.
        momentum: Momentum of `sgd`.
        warmup: Share of all steps with a linear warm-up; a cosine to 0 follows.
        label_smoothing: Share of the target spread over all classes.
        clip_grad: Largest gradient norm; 0 switches clipping off.
        flip: Whether to mirror clips left to right at random; leave off where direction matters.
        train_clips: Most training clips per epoch, a fixed subset; 0 takes all.
        val_clips: Clips per video at evaluation, spread evenly; scores are averaged per video.
        precision: `auto`, `fp32` or `bf16`.
    """

    epochs: int = 4
    batch_size: int = 16
    optimizer: str = "adamw"
    lr: float = 0.003
    weight_decay: float = 0.02
    momentum: float = 0.9
    warmup: float = 0.1
    label_smoothing: float = 0.0
    clip_grad: float = 1.0
    flip: bool = False
    train_clips: int = 0
    val_clips: int = 1
    precision: str = "auto"

    def to_json(self) -> dict[str, Any]:
        """Field name to value."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Recipe":
        """Read what `to_json` wrote."""
        return cls(**data)
