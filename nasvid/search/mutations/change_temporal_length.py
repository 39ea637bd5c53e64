"""Change how far a layer looks along time.

Source: Piergiovanni et al. 2019, EvaNet, https://arxiv.org/abs/1811.10636 (temporal lengths of 1 to
11).
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeTemporalLength(AspectChange):
    """Changes how many frames one kernel spans."""

    aspect: ClassVar[Aspect] = "temporal_length"
