"""The mean of all inputs."""

from collections.abc import Sequence

from nasvid.core.shapes import Shape
from nasvid.graph.alignment import AlignedMerge
from nasvid.graph.expander import MERGES, Body
from nasvid.graph.ir import Graph
from nasvid.graph.primitive import make_primitive


@MERGES.add
class MeanMerge(AlignedMerge):
    """Align frames, size and channels, then take the mean."""

    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """See `Merge`."""
        del gates
        body = Body(inputs)
        refs = self.aligned(body, body.refs, match_channels=True) if is_aligned else body.refs
        share = make_primitive("gate", {"initial": 1 / len(inputs)})
        shares = [body.add(f"share_{k}", share, ref) for k, ref in enumerate(refs)]
        return body.graph(body.add("mean", make_primitive("add", {}), *shares))
