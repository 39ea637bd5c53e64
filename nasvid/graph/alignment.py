"""Bringing the inputs of a merge to one number of frames, one size and one number of channels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.expander import Body, Merge
from nasvid.graph.parameters import Triple
from nasvid.graph.primitive import Primitive, make_primitive

# From the sizes on T, H and W to those that are wanted, none of which is larger.
PoolRule = Callable[[Triple, Triple], Primitive]
Time = Literal["pool", "stride", "repeat"]
Space = Literal["pool", "resize"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedMerge(Merge):
    """A merge of inputs that may differ in frames and size.

    Args:
        time: `pool` max-pools to the fewest frames, `stride` takes as many as the fewest, at equal
            distances, `repeat` repeats frames up to the most.
        space: `pool` max-pools to the smallest height and width, `resize` takes the nearest pixels
            up to the largest.
    """

    time: Time = "pool"
    space: Space = "pool"

    def aligned(self, body: Body, refs: Sequence[str], *, match_channels: bool) -> list[str]:
        """All inputs with the same frames and size and, if asked, the same number of channels.

        The largest number of channels is the target; others pass a 1x1x1 convolution (a linear
        layer, for vectors).
        """
        refs = fitted(body, refs, self.time, self.space, whole_windows)
        return with_equal_channels(body, refs) if match_channels else refs


def fitted(body: Body, refs: Sequence[str], time: Time, space: Space, pool: PoolRule) -> list[str]:
    """All inputs with the same frames and size, by the rules of `AlignedMerge`.

    Raises:
        ShapeError: Some inputs are clips and others are not.
    Source: spatial max-pooling as in Ryoo et al. 2019, AssembleNet, https://arxiv.org/abs/1905.13209;
        the other rules are own design.
    """
    shapes = [body.shape(ref) for ref in refs]
    require_same_axes(shapes)
    frames, height, width = (
        (max if rule in {"repeat", "resize"} else min)(shape.axis(axis) for shape in shapes)
        for axis, rule in (("T", time), ("H", space), ("W", space))
    )
    target = (frames, height, width)
    if time == "stride":
        refs = [_strided(body, k, ref, frames) for k, ref in enumerate(refs)]
    refs = [_pooled(body, k, ref, target, pool) for k, ref in enumerate(refs)]
    return [_enlarged(body, k, ref, target) for k, ref in enumerate(refs)]


def with_equal_channels(body: Body, refs: Sequence[str]) -> list[str]:
    """All inputs with the largest number of channels, by 1x1x1 convolutions."""
    widest = max(body.shape(ref).channels for ref in refs)
    return [_projected(body, k, ref, widest) for k, ref in enumerate(refs)]


def whole_windows(sizes: Triple, target: Triple) -> Primitive:
    """A max pool over whole windows where the ratio is an integer, else into cells."""
    if all(size % aim == 0 for size, aim in zip(sizes, target, strict=True)):
        t, h, w = (size // aim for size, aim in zip(sizes, target, strict=True))
        ratio = (t, h, w)
        return make_primitive("max_pool", {"kernel": ratio, "stride": ratio, "padding": (0, 0, 0)})
    return cells(target)


def cells(target: Triple) -> Primitive:
    """A max pool into so many cells on each axis."""
    frames, height, width = target
    named = {"frames": frames, "height": height, "width": width, "kind": "max"}
    return make_primitive("adaptive_pool", named)


def require_same_axes(shapes: Sequence[Shape]) -> None:
    """Raise a ShapeError where some inputs are clips and others are not."""
    if len({shape.axes for shape in shapes}) > 1:
        listed = ", ".join(f"{''.join(shape.axes)} {shape}" for shape in shapes)
        raise ShapeError(f"cannot align clips with pooled vectors: {listed}. Pool all or none.")


def _sizes(shape: Shape) -> Triple:
    return shape.axis("T"), shape.axis("H"), shape.axis("W")


def _strided(body: Body, index: int, ref: str, frames: int) -> str:
    found = body.shape(ref).axis("T")
    if found == frames:
        return ref
    if found % frames == 0:
        op = make_primitive("subsample_frames", {"step": found // frames})
    else:
        # The frame at or before each place.
        op = make_primitive("resize", {"frames": frames})
    return body.add(f"stride_{index}", op, ref)


def _pooled(body: Body, index: int, ref: str, target: Triple, pool: PoolRule) -> str:
    sizes = _sizes(body.shape(ref))
    t, h, w = (min(size, aim) for size, aim in zip(sizes, target, strict=True))
    if sizes == (t, h, w):
        return ref
    return body.add(f"pool_{index}", pool(sizes, (t, h, w)), ref)


def _enlarged(body: Body, index: int, ref: str, target: Triple) -> str:
    frames, height, width = target
    found = body.shape(ref)
    if found.axis("T") < frames and frames % found.axis("T") == 0:
        repeat = make_primitive("repeat_frames", {"factor": frames // found.axis("T")})
        ref = body.add(f"repeat_{index}", repeat, ref)
    if _sizes(body.shape(ref)) == target:
        return ref
    sizes = {"frames": frames, "height": height, "width": width}
    return body.add(f"resize_{index}", make_primitive("resize", sizes), ref)


def _projected(body: Body, index: int, ref: str, channels: int) -> str:
    shape = body.shape(ref)
    if shape.channels == channels:
        return ref
    kind = "conv" if shape.is_clip else "linear"
    return body.add(f"project_{index}", make_primitive(kind, {"out": channels}), ref)
