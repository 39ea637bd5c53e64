"""Change a ratio.

Source: Piergiovanni et al. 2019, Tiny Video Networks, https://arxiv.org/abs/1910.06961 (squeeze ratios
as genes).
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeRatio(AspectChange):
    """Changes one ratio, such as that of squeeze-excite; a ratio of 0 leaves that out."""

    aspect: ClassVar[Aspect] = "ratio"
