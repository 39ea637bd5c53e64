"""Which edges are drawn straight: those along which streams go on."""

from collections.abc import Mapping

from nasvid.report.drawing.model import Box, Drawing, Edge, Lane
from nasvid.report.drawing.straight import straight_edges


def straight(lanes: Mapping[str, int | None], edges: list[str], **gates: float) -> set[str]:
    boxes = tuple(
        Box(
            path=path,
            role="input" if path in ("x", "y") else "layer",
            lane=None if lane is None else Lane(lane),
        )
        for path, lane in lanes.items()
    )
    drawn = tuple(Edge(source=e[0], target=e[1], gate=gates.get(e)) for e in edges)
    drawing = Drawing(subject="architecture", title="t", boxes=boxes, edges=drawn)
    return {source + target for source, target in straight_edges(drawing)}


def test_a_stream_goes_straight_through_what_it_takes_in() -> None:
    # b leads from the stream of y into that of x.
    lanes = {"x": 0, "y": 1, "a": 1, "b": 1, "c": 0, "d": 1, "e": None}
    found = straight(lanes, ["ya", "ab", "xc", "bc", "ad", "ce", "de"])
    assert found == {"ya", "xc", "ad"}


def test_a_long_way_into_another_stream_is_not_the_stream() -> None:
    lanes = {"x": 0, "y": 1, "a": 1, "b": 1, "c": 1, "d": 0, "e": 1, "f": None}
    found = straight(lanes, ["ya", "ab", "bc", "cd", "xd", "ae", "df", "ef"])
    assert "ae" in found
    assert "ab" not in found


def test_the_widest_gate_is_straight() -> None:
    lanes = {"x": 0, "a": 0, "b": 0, "c": 0}
    found = straight(lanes, ["xa", "ab", "ac", "bc"], ac=0.2, bc=0.9)
    assert found == {"xa", "ab", "bc"}


def test_no_edge_is_straight_where_an_input_parts_or_streams_meet() -> None:
    lanes = {"x": 0, "y": 1, "a": 0, "b": 0, "c": None}
    assert straight(lanes, ["xa", "xb", "ac", "bc", "yc"]) == set()
