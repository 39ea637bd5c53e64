"""Sliding windows over time, height and width: padding and output sizes, as in torch."""

from dataclasses import dataclass

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.parameters import Padding, Triple, require_at_least

AXES = ("T", "H", "W")

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The windows of a convolution or pool.

    Args:
        kernel: Window length on T, H, W.
        stride: Distance of neighbouring windows.
        dilation: Distance of neighbouring elements of a window.
        padding: `half` pads `dilation * (kernel - 1) // 2` on both sides of an odd kernel, so that
            stride 1 keeps the size; `ceil` pads to `ceil(size / stride)` windows with the odd
            element at the end, as TensorFlow's SAME; three integers pad that much on both sides.
        causal: Whether all padding on T stands in front, so that no window sees a later frame;
            `half` then takes even kernels on T too.

    Example:
        >>> windows = Windows(kernel=(1, 3, 3), stride=(1, 2, 2))
        >>> str(windows.slide(Shape.clip(8, 4, 7, 7))), windows.pads(Shape.clip(8, 4, 7, 7))
        ('8x4x4x4', ((0, 0), (1, 1), (1, 1)))
    """

    kernel: Triple
    stride: Triple = (1, 1, 1)
    dilation: Triple = (1, 1, 1)
    padding: Padding = "half"
    causal: bool = False

    def check(self) -> None:
        """Raise a ShapeError unless all lengths are in range."""
        require_at_least("kernel", self.kernel, 1)
        require_at_least("stride", self.stride, 1)
        require_at_least("dilation", self.dilation, 1)
        if isinstance(self.padding, tuple):
            require_at_least("padding", self.padding, 0)

    def check_pool(self) -> None:
        """Raise a ShapeError where a window could hold padding alone."""
        if not isinstance(self.padding, tuple):
            return
        if any(2 * p > k for p, k in zip(self.padding, self.kernel, strict=True)):
            raise ShapeError(
                f"parameter 'padding': got {self.padding!r} with kernel {self.kernel!r}; a pool "
                "accepts at most half the kernel on each axis."
            )

    def _span(self, index: int) -> int:
        """Elements from the first to the last of a window, both counted."""
        return self.dilation[index] * (self.kernel[index] - 1) + 1

    def pads(self, clip: Shape) -> tuple[Pair, Pair, Pair]:
        """Elements added before and after, on T, H, W."""
        t, h, w = (self._pad(index, clip.axis(axis)) for index, axis in enumerate(AXES))
        return t, h, w

    def is_even(self, clip: Shape) -> bool:
        """Whether as much is added before as after, on each axis."""
        return all(before == after for before, after in self.pads(clip))

    def padded(self, clip: Shape) -> Shape:
        """The clip with its padding."""
        amounts = map(sum, self.pads(clip))
        sizes = (size + amount for size, amount in zip(clip.sizes[1:], amounts, strict=True))
        return Shape(clip.axes, (clip.channels, *sizes), clip.folded)

    def _pad(self, index: int, size: int) -> Pair:
        if not self.causal or index > 0:
            return self._pad_around(index, size)
        if self.padding == "half":
            return self._span(0) - 1, 0
        return sum(self._pad_around(0, size)), 0

    def _pad_around(self, index: int, size: int) -> Pair:
        if isinstance(self.padding, tuple):
            return self.padding[index], self.padding[index]
        span, stride = self._span(index), self.stride[index]
        if self.padding == "ceil":
            num_windows = -(-size // stride)
            total = max(0, (num_windows - 1) * stride + span - size)
            return total // 2, total - total // 2
        if self.kernel[index] % 2 == 0:
            raise ShapeError(
                f"parameter 'kernel': got {self.kernel[index]} on {AXES[index]}; padding 'half' "
                "needs an odd length. Use padding 'ceil' or give it as three integers."
            )
        return (span - 1) // 2, (span - 1) // 2

    def slide(self, clip: Shape, channels: int | None = None) -> Shape:
        """The clip with one position per window.

        Args:
            clip: What the windows slide over.
            channels: Those that come out; None keeps those of the clip.

        Raises:
            ShapeError: No window fits, or an even kernel is to be padded by half.
        """
        sizes = [clip.sizes[0] if channels is None else channels]
        for index, size in enumerate(clip.sizes[1:]):
            before, after = self._pad(index, size)
            padded = size + before + after
            span = self._span(index)
            if span > padded:
                raise ShapeError(
                    f"parameter 'kernel': got {self.kernel[index]} on {AXES[index]}, which spans "
                    f"{span} elements; the padded input has {padded}. Use a shorter kernel, more "
                    "padding, or smaller strides before."
                )
            sizes.append((padded - span) // self.stride[index] + 1)
        return Shape(clip.axes, tuple(sizes), clip.folded)
