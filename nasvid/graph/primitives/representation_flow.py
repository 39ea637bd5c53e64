"""Flow between neighbouring frames by iterations that gradients pass through."""

from dataclasses import dataclass

from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.kept import Kept
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES, Primitive, require_clip


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationFlow(Primitive):
    """Horizontal and vertical flow from each frame to the next, by the TV-L1 method.

    The channels are averaged and each clip is scaled to 0 ... 255 first. The last frame, which has
    no next one, gets the flow before it. There are no weights, and no MACs, as torch has no
    convolution to count: differences are subtractions, which mixed precision leaves in fp32. Where
    a paper counts them, `filter_macs` does.

    Args:
        iterations: Number of iterations.
        theta: How closely the flow follows its smoothed copy.
        data_weight: Weight of equal brightness against smoothness, the lambda of TV-L1.
        tau: Length of a step towards smoothness.

    Source: Piergiovanni and Ryoo 2018, https://arxiv.org/abs/1810.01455, section 3.2, with the
    settings of AssembleNet. Differs: a clip is scaled by its own range, not by that of its batch.
    """

    iterations: int = 20
    theta: float = 0.3
    data_weight: float = 0.15
    tau: float = 0.25

    def __post_init__(self) -> None:
        require_at_least("iterations", self.iterations, 1)
        for name in ("theta", "data_weight", "tau"):
            value = getattr(self, name)
            if value <= 0:
                raise ShapeError(f"parameter {name!r}: got {value!r}; accepts a number above 0.")

    def output_shape(self, *inputs: Shape) -> Shape:
        """Two channels."""
        clip = inputs[0]
        require_clip("representation_flow", clip)
        if clip.frames < 2:
            raise ShapeError(f"representation_flow takes clips of at least 2 frames; got {clip}.")
        return clip.replace(C=2)

    def cost(self, *inputs: Shape) -> Cost:
        """Nothing: it holds no weights and no matrix products."""
        del inputs
        return ZERO_COST

    def filter_macs(self, clip: Shape) -> int:
        """Multiply-adds of the differences, had they been written as convolutions.

        For each pixel of each pair of frames: two filters of three taps for the slope of the image,
        and in each iteration eight of two taps, for the divergence and the slope of both channels.

        Args:
            clip: What comes in.

        Source: the released layer of AssembleNet, google-research/assemblenet, which has them so.
        """
        return (clip.frames - 1) * clip.height * clip.width * (6 + 16 * self.iterations)

    def kept(self, *inputs: Shape) -> Kept:
        """The scaled frames, and 17 numbers for each pixel of each iteration."""
        clip = inputs[0]
        pixels = clip.height * clip.width
        pairs = (clip.frames - 1) * pixels
        # Apart from pixels: the range of the clip and whether it is empty, 13 bytes.
        elements = (17 * self.iterations + 5) * pairs + 2 * pixels
        return Kept(elements=elements, bytes=13)
