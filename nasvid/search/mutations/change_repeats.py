"""Change a number of repeats.

Source: Piergiovanni et al. 2019, EvaNet, https://arxiv.org/abs/1811.10636 (repeats of modules).
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeRepeats(AspectChange):
    """Changes how often one block is repeated, or how many blocks one list has."""

    aspect: ClassVar[Aspect] = "repeats"
