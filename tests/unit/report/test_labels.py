from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from nasvid.report.figures import plot_best_so_far, plot_pareto
from nasvid.report.labels import Label, extent, place_labels
from nasvid.report.reference_point import ReferencePoint
from tests.unit.report.synthetic_runs import make_row, make_summary

# Three networks of about equal cost and score beside the best of the search.
REFERENCES = [
    ReferencePoint("r2plus1d_18", 0.74, 9_000_000),
    ReferencePoint("slowfast_r50_8x8", 0.75, 9_200_000),
    ReferencePoint("tvn_1", 0.745, 8_800_000),
    ReferencePoint("single_frame", 0.13, 12_000_000),
]
RUN = make_summary(
    *(make_row(k, 0.3 + 0.05 * k, macs=1_000_000 * (k + 1)) for k in range(9)),
    make_row(9, 0.75, macs=9_000_000),
    budget={"macs": 10_000_000},
)


def texts_of(figure: Figure) -> list[Bbox]:
    axes = figure.axes[0]
    figure.draw_without_rendering()
    return [extent(text) for text in axes.texts]


def overlap(one: Bbox, other: Bbox) -> bool:
    return bool(one.overlaps(other))


def is_inside(box: Bbox, figure: Figure) -> bool:
    whole = figure.bbox
    return whole.x0 <= box.x0 and box.x1 <= whole.x1 and whole.y0 <= box.y0 and box.y1 <= whole.y1


def test_labels_of_close_networks_do_not_cover_each_other() -> None:
    figure = plot_pareto(RUN, references=REFERENCES).figure
    texts = texts_of(figure)
    assert len(texts) == len(REFERENCES) + 1
    assert not any(overlap(*pair) for pair in combinations(texts, 2))
    assert all(is_inside(box, figure) for box in texts)


def test_labels_of_lines_at_one_height_do_not_cover_each_other() -> None:
    figure = plot_best_so_far(RUN, references=REFERENCES).figure
    texts = texts_of(figure)
    assert not any(overlap(*pair) for pair in combinations(texts, 2))
    assert all(is_inside(box, figure) for box in texts)


def test_a_label_keeps_off_points() -> None:
    figure = Figure(figsize=(4, 3), layout="constrained")
    axes = figure.add_subplot()
    points = [(0.5, 0.5 + 0.02 * k) for k in range(10)]
    axes.scatter(*zip(*points, strict=True))
    (label,) = place_labels(axes, [Label("a name", points[0], "black")], points)
    box = extent(label)
    assert not any(box.contains(*axes.transData.transform(point)) for point in points)


def test_labels_leave_the_axes_as_they_are() -> None:
    figure = Figure(figsize=(4, 3), layout="constrained")
    axes = figure.add_subplot()
    axes.scatter([0, 1], [0, 1])
    figure.draw_without_rendering()
    before = axes.get_position().bounds
    place_labels(axes, [Label("a long name of a network", (1, 1), "black")], [(1, 1)])
    figure.draw_without_rendering()
    assert axes.get_position().bounds == before
