"""Change the size of a kernel.

Source: Cai et al. 2019, ProxylessNAS, https://arxiv.org/abs/1812.00332 (kernels of 3, 5 and 7 as
choices). Differs: as a mutation.
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeKernel(AspectChange):
    """Changes the size of one kernel in space, or in space and time together."""

    aspect: ClassVar[Aspect] = "kernel"
