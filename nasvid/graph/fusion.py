"""The fusion of AssembleNet, step by step, for the merges that are made of it.

Source: Ryoo et al. 2019, AssembleNet, https://arxiv.org/abs/1905.13209, and its released code.
"""

from collections.abc import Sequence

from nasvid.graph.alignment import cells
from nasvid.graph.expander import Body
from nasvid.graph.parameters import Triple
from nasvid.graph.primitive import Primitive, make_primitive


def ceil_windows(sizes: Triple, target: Triple) -> Primitive:
    """The max pool of AssembleNet.

    A clip that is n elements long, where m are wanted, is pooled over (n + 1) // m elements, with
    padding at its end; where that does not give m elements, into m cells.
    """
    # An axis that fits is left alone: (n + 1) // n would be 2 for a single element.
    t, h, w = (1 if n == m else (n + 1) // m for n, m in zip(sizes, target, strict=True))
    ratio = (t, h, w)
    if all(-(-n // r) == m for n, r, m in zip(sizes, ratio, target, strict=True)):
        return make_primitive("max_pool", {"kernel": ratio, "stride": ratio, "padding": "ceil"})
    return cells(target)


def gated(body: Body, refs: Sequence[str], gates: Sequence[float | None]) -> list[str]:
    """Each input times its gate: learned, fixed, or none at all where it is fixed to 1."""
    return [
        ref if gate == 1 else body.add(f"gate_{k}", make_primitive("gate", {"initial": gate}), ref)
        for k, (ref, gate) in enumerate(zip(refs, gates, strict=True))
    ]


def summed_by_channels(body: Body, refs: Sequence[str], channels: int | None) -> str:
    """The sum of all inputs, those of equal channels first.

    A sum of other than the wanted number of channels passes one 1x1x1 convolution without bias (a
    linear layer, for vectors), so that each number of channels costs one, however many inputs have
    it.

    Args:
        body: Where to add the nodes.
        refs: What to sum.
        channels: The wanted number, or None for the largest there is.
    """
    wanted = max(body.shape(ref).channels for ref in refs) if channels is None else channels
    groups: dict[int, list[str]] = {}
    for ref in refs:
        groups.setdefault(body.shape(ref).channels, []).append(ref)
    sums: list[str] = []
    for count, members in groups.items():
        total = members[0]
        if len(members) > 1:
            total = body.add(f"sum_{count}", make_primitive("add", {}), *members)
        if count != wanted:
            kind = "conv" if body.shape(total).is_clip else "linear"
            project = make_primitive(kind, {"out": wanted, "bias": False})
            total = body.add(f"project_{count}", project, total)
        sums.append(total)
    return sums[0] if len(sums) == 1 else body.add("sum", make_primitive("add", {}), *sums)
