"""Paths of a thing that moves over a torus: every position is as likely as every other.

A motion is told by how the position changes, never by where it is: paths start anywhere and wrap
around at the edges. Lengths are in units of the frame's side, angles in radians; y points down.
"""

from collections.abc import Callable

import numpy as np

Motion = Callable[[np.ndarray, np.random.Generator], np.ndarray]

# Sides per frame, and sides. Circles and swings go along their path at the speeds of the lines.
_SLOWEST, _FASTEST = 0.02, 0.06
_SMALLEST_RADIUS, _LARGEST_RADIUS = 0.1, 0.16


def _line(x: float, y: float) -> Motion:
    def path(time_T: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return np.outer(time_T * rng.uniform(_SLOWEST, _FASTEST), (x, y))

    return path


def _circle(sense: float) -> Motion:
    def path(time_T: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        radius = rng.uniform(_SMALLEST_RADIUS, _LARGEST_RADIUS)
        turn = sense * rng.uniform(_SLOWEST, _FASTEST) / radius
        angle_T = rng.uniform(0, 2 * np.pi) + turn * time_T
        return radius * np.stack([np.cos(angle_T), np.sin(angle_T)], axis=1)

    return path


def _swing(x: float, y: float) -> Motion:
    def path(time_T: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        radius = rng.uniform(_SMALLEST_RADIUS, _LARGEST_RADIUS)
        # A swing covers 4 radii per period.
        turn = 0.5 * np.pi * rng.uniform(_SLOWEST, _FASTEST) / radius
        angle_T = rng.uniform(0, 2 * np.pi) + turn * time_T
        return np.outer(radius * np.cos(angle_T), (x, y))

    return path


MOTIONS: dict[str, Motion] = {
    "right": _line(1, 0),
    "left": _line(-1, 0),
    "down": _line(0, 1),
    "up": _line(0, -1),
    "clockwise": _circle(1),
    "anticlockwise": _circle(-1),
    "sway": _swing(1, 0),
    "bob": _swing(0, 1),
}


def path_of(motion: str, num_frames: int, rng: np.random.Generator) -> np.ndarray:
    """A random path of a motion.

    Args:
        motion: A key of `MOTIONS`.
        num_frames: How long it is.
        rng: Draws the start, the speed and the phase.
    Returns: Positions x, y in [0, 1), shape (num_frames, 2); uniform over the square at every time.
    """
    path_T2 = MOTIONS[motion](np.arange(num_frames), rng) + rng.uniform(size=2)
    return path_T2 % 1.0
