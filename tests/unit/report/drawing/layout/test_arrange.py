"""Layouts: boxes apart, lines beside them, groups in frames, and always the same."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.api.zoo import ZooNetwork, zoo
from nasvid.report.drawing.architecture import draw_architecture
from nasvid.report.drawing.compose import lay_out
from nasvid.report.drawing.layout.arrange import Layout, arrange
from nasvid.report.drawing.layout.geometry import Rect, around
from nasvid.report.drawing.layout.order import crossings, order
from nasvid.report.drawing.layout.plan import Item, Plan
from nasvid.report.drawing.layout.rows import find_rows
from nasvid.report.drawing.layout.tracks import find_tracks

# Lines touch the boxes that they lead to.
TOUCH = 0.5
each_network = pytest.mark.parametrize("network", list(zoo()), ids=lambda network: network.name)


def overlaps(layout: Layout) -> list[tuple[str, str]]:
    return [
        (one, other)
        for (one, left), (other, right) in combinations(layout.boxes.items(), 2)
        if left.overlaps(right)
    ]


def lines_through_boxes(layout: Layout) -> list[tuple[tuple[str, str], str]]:
    found: list[tuple[tuple[str, str], str]] = []
    for edge, route in layout.routes.items():
        points = route.samples()
        whole = around([Rect(x, y, 1e-9, 1e-9) for x, y in points])
        for name, box in layout.boxes.items():
            if not whole.overlaps(box):
                continue
            inner = Rect(
                box.left + TOUCH, box.top + TOUCH, box.width - 2 * TOUCH, box.height - 2 * TOUCH
            )
            # Two points that follow each other are near each other, or on one upright line.
            if any(_around(a, b).overlaps(inner) for a, b in pairwise(points)):
                found.append((edge, name))
    return found


def _around(one: tuple[float, float], other: tuple[float, float]) -> Rect:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    return Rect(left, top, abs(one[0] - other[0]) + 1e-9, abs(one[1] - other[1]) + 1e-9)


def check(layout: Layout, plan: Plan) -> None:
    assert overlaps(layout) == []
    assert lines_through_boxes(layout) == []
    whole = Rect(-TOUCH, -TOUCH, layout.width + 2 * TOUCH, layout.height + 2 * TOUCH)
    assert all(whole.holds(box) for box in layout.boxes.values())
    for (source, target), route in layout.routes.items():
        start, end = layout.boxes[source], layout.boxes[target]
        assert start.left <= route.start[0] <= start.right
        assert end.left <= route.end[0] <= end.right
        assert route.end[1] == pytest.approx(end.bottom if route.is_up else end.top)
    for group, frames in layout.frames.items():
        for name, box in layout.boxes.items():
            inside = group in plan.groups_around(name)
            assert inside == any(frame.overlaps(box) for frame in frames)


@each_network
def test_no_picture_of_the_zoo_has_boxes_or_lines_over_each_other(network: ZooNetwork) -> None:
    drawing = draw_architecture(network.space.graph, network.name)
    plan, layout = lay_out(drawing)
    check(layout, plan)
    assert layout.frames.keys() == {group.path for group in drawing.groups}
    assert set(layout.boxes) == {box.path for box in drawing.boxes}
    assert 0.2 < layout.width / layout.height < 4
    for inset in drawing.insets:
        plan, layout = lay_out(inset)
        check(layout, plan)


@pytest.mark.slow
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@each_network
def test_no_picture_of_any_depth_has_either(network: ZooNetwork, depth: int) -> None:
    plan, layout = lay_out(draw_architecture(network.space.graph, network.name, depth))
    check(layout, plan)


@st.composite
def plans(draw: st.DrawFn, *, may_circle: bool = False) -> Plan:
    parents = {"g": "", "g.h": "g", "k": ""}
    number = draw(st.integers(1, 12))
    names = [f"n{k}" for k in range(number)]
    sizes = st.floats(20, 200)
    items = {
        name: Item(
            draw(sizes),
            draw(sizes),
            draw(st.sampled_from(["", "", "g", "g.h", "k"])),
            k < 2 and draw(st.booleans()),
        )
        for k, name in enumerate(names)
    }
    pairs = [
        (a, b) for a in range(number) for b in range(number) if a != b and (may_circle or a < b)
    ]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=18, unique=True)) if pairs else []
    edges = [(names[a], names[b]) for a, b in chosen if not items[names[b]].is_top]
    straight = draw(st.sets(st.sampled_from(edges), max_size=4)) if edges else set()
    return Plan(items, tuple(edges), frozenset(straight), parents)


@given(plans())
def test_any_plan_is_laid_out_apart(plan: Plan) -> None:
    check(arrange(plan), plan)


@given(plans(may_circle=True))
def test_circles_are_laid_out_apart_too(plan: Plan) -> None:
    check(arrange(plan), plan)


@given(plans())
def test_what_reads_stands_below_what_it_reads(plan: Plan) -> None:
    free = Plan({n: Item(i.width, i.height) for n, i in plan.items.items()}, plan.edges)
    rows = find_rows(free)
    assert all(rows[source] < rows[target] for source, target in free.edges)


@given(plans())
def test_the_same_plan_gives_the_same_layout(plan: Plan) -> None:
    assert arrange(plan) == arrange(plan)


def test_ordering_takes_crossings_out() -> None:
    items = {name: Item(10, 10) for name in ("a", "b", "c", "d")}
    plan = Plan(items, (("a", "d"), ("b", "c")))
    tracks = find_tracks(plan, find_rows(plan))
    tracks.rows[1].reverse()
    tracks.rows[1].sort(key=lambda place: tracks.places[place].name)
    assert crossings(tracks) == 1
    order(tracks)
    assert crossings(tracks) == 0


def test_groups_one_behind_the_other_share_no_row() -> None:
    items = {name: Item(10, 10, name[0]) for name in ("g1", "g2", "k1", "k2")}
    edges = (("g1", "g2"), ("g1", "k1"), ("g2", "k2"))
    rows = find_rows(Plan(items, edges, parents={"g": "", "k": ""}))
    assert max(rows["g1"], rows["g2"]) < min(rows["k1"], rows["k2"])


def test_a_long_chain_stands_in_several_bands() -> None:
    names = [f"n{k}" for k in range(30)]
    plan = Plan({name: Item(150, 60) for name in names}, tuple(pairwise(names)))
    layout = arrange(plan)
    check(layout, plan)
    assert 0.6 < layout.width / layout.height < 2


def test_streams_side_by_side_that_are_too_high_stand_in_several_bands_and_do_not_cross() -> None:
    items = {f"{s}{k}": Item(150, 60, is_top=not k) for k in range(24) for s in "abc"}
    edges = tuple((f"{s}{k}", f"{s}{k + 1}") for k in range(23) for s in "abc")
    plan = Plan(items, edges)
    layout = arrange(plan)
    check(layout, plan)
    assert layout.height < 1200
    turning = [edge for edge, route in layout.routes.items() if len(route.strokes) > 5]
    assert len(turning) == 3
    corners = [set(layout.routes[edge].corners()) for edge in turning]
    uprights = [{x for x, _ in found} for found in corners]
    assert len({max(x) for x in uprights}) == 3


def test_an_opened_block_is_not_cut_across_several_streams() -> None:
    items = {f"{s}{k}": Item(150, 60, "g") for k in range(24) for s in "ab"}
    edges = tuple((f"{s}{k}", f"{s}{k + 1}") for k in range(23) for s in "ab")
    layout = arrange(Plan(items, edges, parents={"g": ""}))
    assert len(layout.frames["g"]) == 1


@pytest.mark.slow
def test_hundreds_of_boxes_that_read_each_other_are_laid_out_apart() -> None:
    names = [f"n{k}" for k in range(200)]
    steps = (1, 7, 40)
    edges = tuple((names[k - s], names[k]) for k in range(200) for s in steps if k >= s)
    plan = Plan({name: Item(120, 50) for name in names}, edges)
    check(arrange(plan), plan)


def test_a_straight_edge_is_straight() -> None:
    items = {name: Item(100, 40) for name in ("a", "side", "b")}
    edges = (("a", "b"), ("a", "side"), ("side", "b"))
    layout = arrange(Plan(items, edges, frozenset({("a", "b")})))
    assert {x for x, _ in layout.routes["a", "b"].samples()} == {layout.boxes["a"].middle}


def test_nothing_is_laid_out_as_nothing() -> None:
    assert arrange(Plan({})) == Layout({}, {}, {}, {}, 0.0, 0.0)
