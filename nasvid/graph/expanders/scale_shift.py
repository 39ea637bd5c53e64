"""One input, scaled and shifted by what another one says.

Source: Zhao and Snoek 2019, Dance with flow, https://arxiv.org/abs/1904.00696, in which flow
modulates RGB features. Differs: the scale is 1 plus what is learned, as in Perez et al. 2017, FiLM,
https://arxiv.org/abs/1709.07871, so that it starts near the identity.
"""

from collections.abc import Sequence

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.alignment import require_same_axes
from nasvid.graph.expander import MERGES, Body, Merge
from nasvid.graph.ir import Graph
from nasvid.graph.primitive import make_primitive

_AXES = ("T", "H", "W")


@MERGES.add
class ScaleShiftMerge(Merge):
    """first * (1 + scale) + shift, where 1x1x1 convolutions of the second give scale and shift.

    Aligned, the second input gets the frames and size of the first: what is larger is max-pooled,
    what is smaller repeated.
    """

    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """See `Merge`."""
        del gates
        if len(inputs) != 2:
            raise ShapeError(
                f"scale_shift takes two inputs, what is changed and what changes it; got "
                f"{len(inputs)}. Merge some of them before."
            )
        require_same_axes(inputs)
        body = Body(inputs)
        first, second = body.refs
        if is_aligned and inputs[0].is_clip:
            second = _fitted(body, second, inputs[0])
        kind = "conv" if inputs[0].is_clip else "linear"
        project = make_primitive(kind, {"out": inputs[0].channels, "bias": True})
        scale = body.add("scale", project, second)
        shift = body.add("shift", project, second)
        change = body.add("scaled", make_primitive("multiply", {}), first, scale)
        return body.graph(body.add("sum", make_primitive("add", {}), first, change, shift))


def _fitted(body: Body, ref: str, target: Shape) -> str:
    sizes = [body.shape(ref).axis(axis) for axis in _AXES]
    aims = [target.axis(axis) for axis in _AXES]
    names = ("frames", "height", "width")
    if any(size > aim for size, aim in zip(sizes, aims, strict=True)):
        sizes = [min(size, aim) for size, aim in zip(sizes, aims, strict=True)]
        cells = dict(zip(names, sizes, strict=True)) | {"kind": "max"}
        ref = body.add("pool", make_primitive("adaptive_pool", cells), ref)
    if sizes != aims:
        resize = make_primitive("resize", dict(zip(names, aims, strict=True)))
        ref = body.add("resize", resize, ref)
    return ref
