"""Change a stride.

Source: Piergiovanni et al. 2019, Tiny Video Networks, https://arxiv.org/abs/1910.06961 (strides of
space and time as genes).
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeStride(AspectChange):
    """Changes one stride in space or time."""

    aspect: ClassVar[Aspect] = "stride"
