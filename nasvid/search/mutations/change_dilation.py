"""Change a dilation.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209 (temporal dilations of blocks).
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeDilation(AspectChange):
    """Changes one dilation."""

    aspect: ClassVar[Aspect] = "dilation"
