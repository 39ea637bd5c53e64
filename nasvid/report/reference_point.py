"""A known network to compare a run with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReferencePoint:
    """A network that was trained beside the search, such as one that sees a single frame.

    Args:
        name: For labels.
        score: Its value of the objective on the validation split.
        macs: Multiply-adds of one clip.
        params: Trainable parameters; 0 where unknown.
        test_score: Its value of the objective on the test split, or None.
    """

    name: str
    score: float
    macs: int
    params: int = 0
    test_score: float | None = None
