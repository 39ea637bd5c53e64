"""What a network says about streams that it cannot take."""

import pytest
import torch
from torch import Tensor

from nasvid.core.errors import GraphError
from nasvid.modules.assemble import build
from tests.unit.modules.graphs import FLOW, RGB, single_stream, two_streams

BOTH = "'rgb' of shape (B, 3, 4, 8, 8) and 'flow' of shape (B, 2, 8, 8, 8)"
RGB_CLIPS = torch.zeros(2, *RGB.sizes)
FLOW_CLIPS = torch.zeros(2, *FLOW.sizes)


@pytest.mark.parametrize(
    ("streams", "message"),
    [
        (RGB_CLIPS, f"got one tensor; accepts a dict with {BOTH}."),
        ({"rgb": RGB_CLIPS}, f"got the streams rgb; accepts {BOTH}."),
        ({}, f"got the streams none; accepts {BOTH}."),
        (
            {"rgb": RGB_CLIPS, "flow": FLOW_CLIPS, "depth": RGB_CLIPS},
            f"got the streams depth, flow, rgb; accepts {BOTH}.",
        ),
        (
            {"rgb": RGB_CLIPS, "flow": FLOW_CLIPS[:, :, ::2]},
            "stream 'flow': got the shape (2, 2, 4, 8, 8); accepts (B, 2, 8, 8, 8).",
        ),
    ],
)
def test_wrong_streams_are_named_with_what_is_accepted(
    streams: Tensor | dict[str, Tensor], message: str
) -> None:
    with pytest.raises(GraphError) as caught:
        build(two_streams())(streams)
    assert str(caught.value) == message


def test_a_clip_without_a_batch_is_refused() -> None:
    with pytest.raises(GraphError) as caught:
        build(single_stream())(torch.zeros(RGB.sizes))
    assert str(caught.value) == (
        "stream 'rgb': got the shape (3, 4, 8, 8); accepts (B, 3, 4, 8, 8)."
    )
