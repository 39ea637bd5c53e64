from collections.abc import Callable

import numpy as np
import pytest

from nasvid.core.errors import DataError
from nasvid.data.flow import flow_of

MovingTexture = Callable[..., np.ndarray]


@pytest.mark.parametrize(("x", "y"), [(1, 0), (-1, 0), (0, 2), (0, -2), (2, 1)])
@pytest.mark.parametrize("size", [32, 112])
def test_flow_points_where_the_image_moves(
    moving_texture: MovingTexture, x: int, y: int, size: int
) -> None:
    coded = flow_of(moving_texture(4, size, x=x, y=y))
    assert coded.shape == (4, size, size, 2)
    assert coded.dtype == np.uint8
    # Away from the edges, where something comes in that was not there.
    pixels = 20 * (coded[:, 6:-6, 6:-6].astype(float) - 128) / 127
    assert np.abs(pixels.mean((1, 2)) - (x, y)).max() < 0.25


def test_an_image_at_rest_has_no_flow(moving_texture: MovingTexture) -> None:
    assert (flow_of(moving_texture(3, 32)) == 128).all()


def test_the_last_frame_repeats_the_flow_before_it(moving_texture: MovingTexture) -> None:
    coded = flow_of(moving_texture(3, 32, x=1))
    assert (coded[2] == coded[1]).all()


def test_a_single_frame_is_at_rest(moving_texture: MovingTexture) -> None:
    coded = flow_of(moving_texture(1, 32))
    assert coded.shape == (1, 32, 32, 2)
    assert (coded == 128).all()


def test_frames_too_small_to_search_are_refused(moving_texture: MovingTexture) -> None:
    with pytest.raises(DataError, match="flow of 8x8 frames: the search needs at least 12 pixels"):
        flow_of(moving_texture(3, 8))
