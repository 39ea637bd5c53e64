import numpy as np
import pytest
import torch

from nasvid.core.streams import Stream
from nasvid.data.normalise import normalise


def test_rgb_bytes_become_normalised_shares() -> None:
    stream = Stream("rgb", 3, 1, 1, 2, (0.1, 0.2, 0.3), (0.5, 0.25, 2.0))
    x_BCTHW = torch.arange(24, dtype=torch.uint8).view(2, 3, 1, 2, 2) * 10
    result = normalise(x_BCTHW, stream)
    assert result.dtype == torch.float32
    assert result.shape == x_BCTHW.shape
    mean, std = (np.reshape(values, (3, 1, 1, 1)) for values in (stream.mean, stream.std))
    assert np.allclose(result.numpy(), (x_BCTHW.numpy() / 255 - mean) / std, atol=1e-6)


@pytest.mark.parametrize(("byte", "value"), [(1, -1.0), (128, 0.0), (255, 1.0)])
def test_flow_bytes_become_displacements(byte: int, value: float) -> None:
    stream = Stream("flow", 2, 1, 1, 1, (0.0, 0.0), (1.0, 1.0))
    x_BCTHW = torch.full((1, 2, 1, 1, 1), byte, dtype=torch.uint8)
    assert normalise(x_BCTHW, stream).flatten().tolist() == [value, value]


def test_the_bytes_stay_as_they_are() -> None:
    stream = Stream("rgb", 3, 1, 1, 1, (0.5,) * 3, (0.5,) * 3)
    x_BCTHW = torch.full((1, 3, 1, 1, 1), 9, dtype=torch.uint8)
    normalise(x_BCTHW, stream)
    assert (x_BCTHW == 9).all()
