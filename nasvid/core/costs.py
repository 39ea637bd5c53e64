"""What a network costs, counted exactly before anything is built."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one clip passing once through a node or a network.

    MACs are multiply-adds of convolutions, linear layers, matrix products and recurrent cells; most
    papers print this number as "FLOPs". Normalisation is kept apart, because tables differ in
    whether they count it.

    Args:
        macs: Multiply-adds.
        norm_elements: Elements that pass a normalisation layer.
        params: Trainable parameters.
        buffers: Elements of buffers such as running statistics.
        activations: Elements written by nodes that are not mere views.
    Example:
        >>> total = Cost(macs=10, params=3) + Cost(macs=5, norm_elements=4)
        >>> total.macs, total.flops, total.norm_ops(2)
        (15, 30, 8)
    """

    macs: int = 0
    norm_elements: int = 0
    params: int = 0
    buffers: int = 0
    activations: int = 0

    @property
    def flops(self) -> int:
        """Floating point operations of the multiply-adds: 2 * macs."""
        return 2 * self.macs

    def norm_ops(self, per_element: int = 2) -> int:
        """Operations of normalisation layers; tables count 0, 2 or 5 for an element."""
        return per_element * self.norm_elements

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.macs + other.macs,
            self.norm_elements + other.norm_elements,
            self.params + other.params,
            self.buffers + other.buffers,
            self.activations + other.activations,
        )

    def to_json(self) -> dict[str, int]:
        """Field name to count."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


ZERO_COST = Cost()
# What can be limited, and weighed against a metric.
COUNTED = ("macs", "params", "activations")


def human_count(count: float) -> str:
    """A count as people write it.

    Example:
        >>> human_count(65_710_000_000), human_count(34_570_000), human_count(864)
        ('65.71G', '34.57M', '864')
    """
    for suffix, scale in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("K", 1e3)):
        if count >= scale:
            return f"{count / scale:.2f}{suffix}"
    return f"{count:g}"
