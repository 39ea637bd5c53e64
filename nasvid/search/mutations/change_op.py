"""Change an operation.

Source: Real et al. 2019, Regularized Evolution for Image Classifier Architecture Search,
https://arxiv.org/abs/1802.01548, section 3.2 (the op mutation). Differs: blocks of any kind, also
activations and merges; what a new block leaves open is drawn.
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeOp(AspectChange):
    """Changes what one node is, or how its inputs become one."""

    aspect: ClassVar[Aspect] = "op"
