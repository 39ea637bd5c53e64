"""A grouped sum in which each input is attended to channel by channel, frame by frame.

Source: Ryoo et al. 2020, AssembleNet++, https://arxiv.org/abs/2008.08072, and its
released code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.alignment import Space, Time, fitted
from nasvid.graph.expander import MERGES, Body, Merge
from nasvid.graph.fusion import ceil_windows, gated, summed_by_channels
from nasvid.graph.ir import Graph
from nasvid.graph.parameters import require_at_least
from nasvid.graph.primitive import make_primitive


@MERGES.add
@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionSumMerge(Merge):
    """As `grouped_sum`, with every gated input times an attention vector for each frame.

    The vector is the sigmoid of a linear layer. With `self` that reads the mean over the frame of
    the input itself. With `peer` it reads a learned mixture of candidates: the mean over the frame
    of every input, and of every node that only attends, passes a linear layer to the largest number
    of channels among them; each input has a mixture of its own.

    Args:
        kind: `self` or `peer`.
        peers: How many of the last inputs are candidates alone and do not join the sum.
        channels: Channels that come out; the largest number there is by default.
        time: As in `AlignedMerge`.
        space: As in `AlignedMerge`.
    """

    joins_one: ClassVar[bool] = True
    is_gated: ClassVar[bool] = True

    kind: Literal["self", "peer"] = "peer"
    peers: int = 0
    channels: int | None = None
    time: Time = "pool"
    space: Space = "pool"

    def __post_init__(self) -> None:
        require_at_least("peers", self.peers, 0)
        if self.channels is not None:
            require_at_least("channels", self.channels, 1)
        if self.kind == "self" and self.peers:
            raise ShapeError(
                f"parameter 'peers': got {self.peers} with kind 'self', which looks at no peers. "
                "Use kind: peer."
            )

    def expand(
        self, inputs: Sequence[Shape], gates: Sequence[float | None], *, is_aligned: bool
    ) -> Graph:
        """See `Merge`; a gate is learned unless it is fixed, and left out where it is 1."""
        num_summed = len(inputs) - self.peers
        if num_summed < 1:
            raise ShapeError(
                f"parameter 'peers': got {self.peers} of {len(inputs)} inputs; at least one must "
                "join the sum."
            )
        for shape in inputs:
            if not shape.is_clip:
                raise ShapeError(
                    f"attention_sum takes clips (C, T, H, W); got {''.join(shape.axes)} {shape}."
                )
        body = Body(inputs)
        refs = body.refs[:num_summed]
        # A single input has nothing to compete with, so that it needs no gate.
        gates = [1.0] if num_summed == 1 else gates[:num_summed]
        if is_aligned:
            refs = fitted(body, refs, self.time, self.space, ceil_windows)
        edges = gated(body, refs, gates)
        candidates = self._candidates(body, body.shape(edges[0]).frames)
        attended = [_attended(body, k, edge, candidates) for k, edge in enumerate(edges)]
        return body.graph(summed_by_channels(body, attended, self.channels))

    def _candidates(self, body: Body, frames: int) -> list[str]:
        """What each input chooses from: one vector of equal channels for each node."""
        if self.kind == "self":
            return []
        widest = max(body.shape(ref).channels for ref in body.refs)
        project = make_primitive("linear", {"out": widest})
        candidates: list[str] = []
        for k, ref in enumerate(body.refs):
            vector = _frame_means(body, f"peer_mean_{k}", ref)
            if body.shape(vector).frames != frames:
                resize = make_primitive("resize", {"frames": frames})
                vector = body.add(f"peer_frames_{k}", resize, vector)
            candidates.append(body.add(f"peer_{k}", project, vector))
        return candidates


def _attended(body: Body, index: int, edge: str, candidates: Sequence[str]) -> str:
    if candidates:
        seen = body.add(f"mix_{index}", make_primitive("softmax_mix", {}), *candidates)
    else:
        seen = _frame_means(body, f"mean_{index}", edge)
    linear = make_primitive("linear", {"out": body.shape(edge).channels})
    score = body.add(f"score_{index}", linear, seen)
    attention = body.add(f"attention_{index}", make_primitive("sigmoid", {}), score)
    return body.add(f"attended_{index}", make_primitive("multiply", {}), edge, attention)


def _frame_means(body: Body, name: str, ref: str) -> str:
    return body.add(name, make_primitive("mean", {"over": "HW", "keep": True}), ref)
