"""Which output of a network is trained."""

from collections.abc import Mapping

from torch import Tensor

# Of several outputs; the name of a single one, too.
SCORES = "out"


def class_scores(output: Tensor | Mapping[str, Tensor]) -> Tensor:
    """The class scores among what a network gives: its only output, or that called `out`."""
    return output if isinstance(output, Tensor) else output[SCORES]
