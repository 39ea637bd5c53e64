"""Maximum over sliding windows."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.parameters import Padding, Triple
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip
from nasvid.graph.windows import Windows


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class MaxPool(Primitive):
    """Largest element of every window; padding never wins.

    Args:
        kernel: Length on T, H, W.
        stride: Step on T, H, W.
        padding: As in `Windows`; an amount is at most half the kernel.
    """

    kernel: Triple
    stride: Triple = (1, 1, 1)
    padding: Padding = "half"

    def __post_init__(self) -> None:
        self.windows.check()
        self.windows.check_pool()

    @property
    def windows(self) -> Windows:
        """The sliding windows."""
        return Windows(kernel=self.kernel, stride=self.stride, padding=self.padding)

    def output_shape(self, *inputs: Shape) -> Shape:
        """One position per window."""
        require_clip("max_pool", inputs[0])
        return self.windows.slide(inputs[0])

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: pools have no MACs."""
        del inputs
        return ZERO_COST

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """Its padding."""
        return self.windows.pads(inputs[0])

    def kept(self, *inputs: Shape) -> Kept:
        """The input or a padded copy, and where each maximum stands, in 8 bytes."""
        indices = 8 * self.output_shape(*inputs).size
        if self.windows.is_even(inputs[0]):
            return Kept(inputs=(0,), bytes=indices)
        return Kept(elements=self.windows.padded(inputs[0]).size, bytes=indices)

    def mixed_precision(self) -> Literal["fp32"]:
        """Torch pools clips on a CPU in fp32."""
        return "fp32"
