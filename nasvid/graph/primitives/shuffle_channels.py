"""Channels of several groups in turn."""

from dataclasses import dataclass

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.elementwise import Elementwise
from nasvid.graph.kept import NOTHING, VIEW, Kept
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import PRIMITIVES


@PRIMITIVES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class ShuffleChannels(Elementwise):
    """The first channel of each group, then the second of each, and so on.

    Between two grouped convolutions it lets each group see all others.

    Args:
        groups: Groups of channels.

    Source: Zhang et al. 2017, ShuffleNet, https://arxiv.org/abs/1707.01083, section 3.1.
    """

    groups: int

    def __post_init__(self) -> None:
        require_at_least("groups", self.groups, 1)

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        if "N" in inputs[0].axes:
            raise ShapeError("shuffle_channels takes clips and vectors; got tokens.")
        if inputs[0].channels % self.groups:
            raise ShapeError(
                f"parameter 'groups': groups {self.groups} does not divide "
                f"{inputs[0].channels} channels. Use a divisor."
            )
        return inputs[0]

    def kept(self, *inputs: Shape) -> Kept:
        """Nothing; channels that stay in their places are a view."""
        stays = self.groups in {1, inputs[0].channels}
        return VIEW if stays else NOTHING
