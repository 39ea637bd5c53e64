"""Switch a skip connection.

Source: Piergiovanni et al. 2019, Tiny Video Networks, https://arxiv.org/abs/1910.06961 (skip
connections as genes).
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeSkip(AspectChange):
    """Switches one skip connection."""

    aspect: ClassVar[Aspect] = "skip"
