"""The same elements under other axes, in torch."""

from functools import partial

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.rearrange import Rearrange
from nasvid.modules.leaf import Operation

Sizes = tuple[int, ...] | None


def rearranged(
    x: Tensor, split: Sizes, order: Sizes, single: Sizes, repeated: Sizes, merged: Sizes
) -> Tensor:
    """Reshape, permute, expand, reshape; steps that are None are left out."""
    if split is not None:
        x = x.reshape(split)
    if order is not None:
        x = x.permute(order)
    if single is not None and repeated is not None:
        x = x.reshape(single).expand(repeated)
    return x if merged is None else x.reshape(merged)


def leaf(op: Rearrange, *inputs: Shape) -> Operation:
    """`reshape`, `permute`, `expand` and `reshape`, as far as they are needed."""
    steps = op.apply(inputs[0])
    calls = [
        f".{method}({', '.join(map(str, sizes))})"
        for method, sizes in (
            ("reshape", steps.split),
            ("permute", steps.order),
            ("reshape", steps.single),
            ("expand", steps.repeated),
            ("reshape", steps.merged),
        )
        if sizes is not None
    ]
    function = partial(
        rearranged,
        split=steps.split,
        order=steps.order,
        single=steps.single,
        repeated=steps.repeated,
        merged=steps.merged,
    )
    return Operation(function, "".join(["{0}", *calls]))
