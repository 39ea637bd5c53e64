"""Mean over frames, weighted towards the frames with high values."""

from collections.abc import Hashable
from dataclasses import dataclass

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class SoftmaxPool(Primitive):
    """The sum over frames of x * softmax(x / sqrt(frames)), with the softmax over frames.

    After the scores of each frame it is a soft maximum over time, for long videos in which a class
    shows in a few frames.

    Args:
        keep: Whether T stays with size 1; otherwise a clip of one pixel becomes a vector.

    Source: Ryoo et al. 2019, AssembleNet, https://arxiv.org/abs/1905.13209, and its released head.
    """

    keep: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        """One frame, or the channels alone."""
        clip = inputs[0]
        require_clip("softmax_pool", clip)
        if self.keep:
            return clip.replace(T=1)
        if clip.height * clip.width > 1:
            raise ShapeError(
                f"parameter 'keep': got false for {clip}; only frames of one pixel become a "
                "vector. Put {mean: {over: HW, keep: true}} before it, or use keep: true."
            )
        return Shape.vector(clip.channels)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: pools have no MACs."""
        del inputs
        return ZERO_COST

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """The number of frames."""
        return inputs[0].frames

    def kept(self, *inputs: Shape) -> Kept:
        """The input and its shares."""
        return Kept(inputs=(0,), elements=inputs[0].size)
