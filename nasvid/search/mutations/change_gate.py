"""Switch a gate, or change its value.

Source: Piergiovanni et al. 2019, Tiny Video Networks, https://arxiv.org/abs/1910.06961 (context gates
as genes).
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeGate(AspectChange):
    """Switches one gate of channels, or changes a fixed gate of an edge."""

    aspect: ClassVar[Aspect] = "gate"
