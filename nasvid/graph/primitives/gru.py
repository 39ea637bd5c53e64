"""Gated recurrent unit over frames."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.graph.primitive import PRIMITIVES
from nasvid.graph.recurrent import Recurrent


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Gru(Recurrent):
    """Gated recurrent unit over the frames of every place; parameters as in `Recurrent`.

    Source: Cho et al. 2014, https://arxiv.org/abs/1406.1078, section 2.3; in the form of cuDNN, which
    resets the state behind its matrix.
    """

    num_gates: ClassVar[int] = 3
