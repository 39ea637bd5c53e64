"""What came back from evaluating a candidate: metrics, or why there are none."""

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

FailureKind = Literal["error", "diverged", "out_of_memory", "timeout", "crashed"]
# Of a metric, either way; sums of squares of larger ones are no numbers.
MOST_METRIC = 1e100
# What a training gives; a function of one's own gives what it likes.
TRAINED_METRICS = ("top1", "top5", "mean_class", "clip_top1", "clip_top5", "loss")
FAILURE_KINDS: tuple[str, ...] = get_args(FailureKind)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a candidate has no metrics.

    Args:
        kind: `error` (an exception), `diverged` (loss not finite), `out_of_memory`, `timeout`, or
            `crashed` (its worker died more often than is put down to chance).
        reason: One line for people.
        details: A traceback, or empty.
    """

    kind: str
    reason: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of one job.

    Args:
        metrics: Name to value, such as `top1`; empty for a failure.
        failure: Why there are no metrics, or None.
        gates: Learned gate of each gated edge after training, 0 to 1, by node path.
        curve: Per epoch the metrics reported while training.
        seconds: Wall-clock time; outside the promise of equal ledgers.
        host: Where it ran; outside the promise of equal ledgers.
    """

    metrics: dict[str, float] = field(default_factory=dict[str, float])
    failure: Failure | None = None
    gates: dict[str, float] = field(default_factory=dict[str, float])
    curve: tuple[dict[str, float], ...] = ()
    seconds: float = 0.0
    host: str = ""

    @property
    def ok(self) -> bool:
        """Whether there are metrics."""
        return self.failure is None

    def to_json(self) -> dict[str, Any]:
        """Plain data; `from_json` reads it back."""
        failure = self.failure
        return {
            "metrics": self.metrics,
            "failure": None
            if failure is None
            else {"kind": failure.kind, "reason": failure.reason, "details": failure.details},
            "gates": self.gates,
            "curve": list(self.curve),
            "seconds": self.seconds,
            "host": self.host,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Evaluation":
        """Read what `to_json` wrote."""
        failure = data["failure"]
        return cls(
            metrics=data["metrics"],
            failure=None if failure is None else Failure(**failure),
            gates=data["gates"],
            curve=tuple(data["curve"]),
            seconds=data["seconds"],
            host=data["host"],
        )
