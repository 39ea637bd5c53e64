"""Change a width.

Source: Lin et al. 2021, Zen-NAS, https://arxiv.org/abs/2102.01063 (widths of blocks are mutated).
Differs: to any other option.
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeWidth(AspectChange):
    """Changes one number of channels."""

    aspect: ClassVar[Aspect] = "width"
