"""Labels of points and lines in a plot, each put where it covers neither another label nor a point."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox, BboxBase

SIZE = 8.5
# Half the side of a square around a point that a label keeps off, in points.
_REACH = 3.5
# A label farther away than this is tied to its point by a thin line; in points.
_NEAR = 16
# What is worse: to cover a label, to leave the axes, to leave the figure; to cover a point counts 1.
_LABEL_WEIGHT, _AXES_WEIGHT, _FIGURE_WEIGHT = 10.0, 2.0, 100.0

# Offset from the point in points, and the side of the text that is there.
Side = Literal["left", "center", "right"]
Spot = tuple[float, float, Side]


def _around(distance: float) -> tuple[Spot, ...]:
    return (
        (0, distance, "center"),
        (0, -distance, "center"),
        (7, distance - 11, "left"),
        (-7, distance - 11, "right"),
        (7, 11 - distance, "left"),
        (-7, 11 - distance, "right"),
        (0, distance, "left"),
        (0, distance, "right"),
        (0, -distance, "left"),
        (0, -distance, "right"),
    )


# Around a point, near spots first.
AROUND: tuple[Spot, ...] = tuple(spot for k in range(1, 6) for spot in _around(11.0 * k))
# On either side of a line that ends at the point on the right.
_RIGHT: Side = "right"
ALONG: tuple[Spot, ...] = tuple(
    (-2.0 - shift, up, _RIGHT) for shift in (0, 40, 80, 120, 160, 200) for up in (7.0, -7.0)
)


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside a point.

    Args:
        text: What it says.
        at: The point, in units of the data.
        color: Of the text.
    """

    text: str
    at: tuple[float, float]
    color: str


def place_labels(
    axes: Axes,
    labels: Sequence[Label],
    points: Sequence[tuple[float, float]] = (),
    lines: Sequence[float] = (),
    spots: Sequence[Spot] = AROUND,
) -> list[Annotation]:
    """Draw labels, the first ones nearest to their points.

    Args:
        axes: Where everything else has been drawn, as labels do not change the axes.
        labels: In order of weight.
        points: What they should not cover, besides each other, in units of the data.
        lines: Heights of lines across the axes that they should not cover.
        spots: Where a label may be, the best ones first.
    """
    drawn = [_annotate(axes, label) for label in labels]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = axes.get_figure(root=True)
        assert figure is not None
        figure.draw_without_rendering()
        boxes = [_square(axes, point) for point in points] + [_strip(axes, y) for y in lines]
        taken: list[Bbox] = []
        for annotation in drawn:
            _put(annotation, axes, spots, taken, boxes)
            taken.append(extent(annotation))
    return drawn


def extent(text: Text) -> Bbox:
    """Where a text is in its figure, in pixels, without the line that ties it to its point."""
    return Text.get_window_extent(text)


def _annotate(axes: Axes, label: Label) -> Annotation:
    annotation = axes.annotate(
        label.text,
        label.at,
        xytext=(0, 0),
        textcoords="offset points",
        fontsize=SIZE,
        color=label.color,
        zorder=6,
        va="center",
        parse_math=False,
        arrowprops={"arrowstyle": "-", "color": label.color, "linewidth": 0.6, "shrinkB": 3},
    )
    # Labels that reach out of the axes must not shrink them.
    annotation.set_in_layout(False)
    return annotation


def _put(
    annotation: Annotation,
    axes: Axes,
    spots: Sequence[Spot],
    taken: Sequence[Bbox],
    boxes: Sequence[Bbox],
) -> None:
    """Move a label to the spot where it covers least, the first of the best ones."""

    def cover(spot: Spot) -> float:
        _move(annotation, spot)
        box = extent(annotation)
        area = box.width * box.height
        return (
            _FIGURE_WEIGHT * (area - _common(box, axes.figure.bbox))
            + _AXES_WEIGHT * (area - _common(box, axes.bbox))
            + _LABEL_WEIGHT * sum(_common(box, other) for other in taken)
            + sum(_common(box, other) for other in boxes)
        )

    best = min(spots, key=cover)
    _move(annotation, best)
    if annotation.arrow_patch is not None:
        annotation.arrow_patch.set_visible(spots is AROUND and abs(best[1]) > _NEAR)


def _move(annotation: Annotation, spot: Spot) -> None:
    across, up, side = spot
    annotation.set_position((across, up))
    annotation.set_horizontalalignment(side)


def _square(axes: Axes, point: tuple[float, float]) -> Bbox:
    across, up = axes.transData.transform(point)
    reach = _REACH * axes.figure.get_dpi() / 72
    return Bbox.from_extents(across - reach, up - reach, across + reach, up + reach)


def _strip(axes: Axes, height: float) -> Bbox:
    """A line across the axes."""
    up = axes.transData.transform((0, height))[1]
    return Bbox.from_extents(axes.bbox.x0, up - 1, axes.bbox.x1, up + 1)


def _common(box: BboxBase, other: BboxBase) -> float:
    """The area that two boxes have in common."""
    across = min(box.x1, other.x1) - max(box.x0, other.x0)
    up = min(box.y1, other.y1) - max(box.y0, other.y0)
    return across * up if across > 0 and up > 0 else 0.0
