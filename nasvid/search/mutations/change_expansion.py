"""Change a factor of a width.

Source: Feichtenhofer 2020, X3D, https://arxiv.org/abs/2004.04730, section 3.2 (the width inside a
bottleneck as an axis). Differs: as a mutation.
"""

from typing import ClassVar, final

from nasvid.search.aspect_change import AspectChange
from nasvid.search.aspects import Aspect
from nasvid.search.mutation import MUTATIONS


@MUTATIONS.add
@final
class ChangeExpansion(AspectChange):
    """Changes one factor of a width, such as that inside an inverted bottleneck."""

    aspect: ClassVar[Aspect] = "expansion"
