"""A path that changes nothing."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.graph.elementwise import Elementwise
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Elementwise):
    """The input itself."""

    is_view: ClassVar[bool] = True
