"""The levels of networks whose streams meet again and again."""

from itertools import combinations

import pytest

from nasvid.api.zoo import zoo_network
from nasvid.report.drawing.architecture import draw_architecture
from nasvid.report.drawing.compose import compose, lay_out
from nasvid.report.drawing.layout.tracks import find_tracks
from nasvid.report.drawing.levels import find_levels
from nasvid.report.drawing.model import Drawing
from nasvid.report.drawing.scene import Words


@pytest.fixture(scope="module")
def assemblenet() -> Drawing:
    return draw_architecture(zoo_network("assemblenet_50").space.graph, "assemblenet_50")


def words_of(drawing: Drawing) -> list[str]:
    parts = compose(drawing).parts
    return [piece.text for part in parts for piece in part.pieces if isinstance(piece, Words)]


def test_assemblenet_shows_its_streams_and_four_levels_with_frames_and_size(
    assemblenet: Drawing,
) -> None:
    _, layout = lay_out(assemblenet)
    told = [(level.name, level.text) for level in find_levels(assemblenet, layout)]
    assert told == [
        ("4 streams", "32 × 56²"),
        ("level 0", "32 × 56²"),
        ("level 1", "32 × 28²"),
        ("level 2", "32 × 14²"),
        ("level 3", "32 × 7²"),
    ]
    assert {"4 streams", "level 0", "level 3"} <= set(words_of(assemblenet))


def test_the_boxes_of_a_level_stand_in_the_order_of_the_file(assemblenet: Drawing) -> None:
    _, layout = lay_out(assemblenet)
    for level, count in (("stem", 4), ("level0", 4), ("level1", 4), ("level2", 2)):
        lefts = [layout.boxes[f"{level}_{k}"].left for k in range(count)]
        assert lefts == sorted(lefts)


def test_lines_past_a_level_share_no_way(assemblenet: Drawing) -> None:
    plan, layout = lay_out(assemblenet)
    tracks = find_tracks(plan, layout.rows)
    passing = [set(tracks.paths["stem_0", f"level1_{k}"][1:-1]) for k in range(4)]
    assert all(passing)
    assert not any(one & other for one, other in combinations(passing, 2))


def test_every_stream_has_its_colour_in_the_legend(assemblenet: Drawing) -> None:
    words = words_of(assemblenet)
    assert {"rgb: stem_0", "rgb: stem_1", "flow: stem_2", "flow: stem_3"} <= set(words)


def test_a_network_of_two_streams_side_by_side_has_no_levels() -> None:
    drawing = draw_architecture(zoo_network("two_stream_late").space.graph, "two_stream_late")
    plan, _ = lay_out(drawing)
    assert not plan.keeps_order
    assert "2 streams" not in words_of(drawing)
