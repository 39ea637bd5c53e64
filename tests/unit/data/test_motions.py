import numpy as np
import pytest

from nasvid.data.motions import MOTIONS, path_of


def steps_of(motion: str, seed: int) -> np.ndarray:
    """Displacements x, y from frame to frame, the wrap-around undone."""
    path_T2 = path_of(motion, 24, np.random.default_rng(seed))
    assert path_T2.min() >= 0
    assert path_T2.max() < 1
    return (np.diff(path_T2, axis=0) + 0.5) % 1.0 - 0.5


@pytest.mark.parametrize("motion", MOTIONS)
@pytest.mark.parametrize("frame", [0, 11, 23])
def test_a_position_says_nothing_about_the_motion(motion: str, frame: int) -> None:
    rng = np.random.default_rng(1)
    positions = np.stack([path_of(motion, 24, rng)[frame] for _ in range(2000)])
    counts, _, _ = np.histogram2d(*positions.T, bins=4, range=[[0, 1], [0, 1]])
    # 125 are expected in each of the 16 cells, give or take 11.
    assert counts.min() > 80
    assert counts.max() < 170


@pytest.mark.parametrize(
    ("motion", "x", "y"), [("right", 1, 0), ("left", -1, 0), ("down", 0, 1), ("up", 0, -1)]
)
@pytest.mark.parametrize("seed", range(5))
def test_lines_go_where_they_are_said_to(motion: str, x: int, y: int, seed: int) -> None:
    steps = steps_of(motion, seed)
    speed = steps @ (x, y)
    assert 0.02 <= speed.min() <= speed.max() <= 0.06
    assert np.allclose(steps, np.outer(speed, (x, y)))


@pytest.mark.parametrize(("motion", "sense"), [("clockwise", 1), ("anticlockwise", -1)])
@pytest.mark.parametrize("seed", range(5))
def test_circles_turn_as_they_are_said_to(motion: str, sense: int, seed: int) -> None:
    steps = steps_of(motion, seed)
    # With y pointing down, a clockwise turn has a positive cross product.
    turns = steps[:-1, 0] * steps[1:, 1] - steps[:-1, 1] * steps[1:, 0]
    assert (sense * turns > 0).all()


@pytest.mark.parametrize(("motion", "axis"), [("sway", 0), ("bob", 1)])
@pytest.mark.parametrize("seed", range(5))
def test_swings_go_back_and_forth_along_their_axis(motion: str, axis: int, seed: int) -> None:
    steps = steps_of(motion, seed)
    assert np.allclose(steps[:, 1 - axis], 0)
    assert steps[:, axis].max() > 0.01
    assert steps[:, axis].min() < -0.01
