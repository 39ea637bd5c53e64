"""Every n-th frame."""

from dataclasses import dataclass
from typing import ClassVar

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class SubsampleFrames(Primitive):
    """Frames 0, step, 2 * step, ... of a clip.

    Args:
        step: Distance of the frames that are kept.
    """

    is_view: ClassVar[bool] = True

    step: int

    def __post_init__(self) -> None:
        require_at_least("step", self.step, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """ceil(frames / step) frames."""
        require_clip("subsample_frames", inputs[0])
        return inputs[0].replace(T=-(-inputs[0].frames // self.step))

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing."""
        del inputs
        return ZERO_COST
