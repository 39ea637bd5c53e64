"""What decisions are about."""

from pathlib import Path

import pytest

from nasvid.lowering.load import load_space
from nasvid.search.aspects import ASPECTS, aspects_of, decisions_about
from nasvid.spec.decision import Decision
from tests.variation_spaces import everything

SPACES = Path(__file__).parents[3] / "search_spaces"


@pytest.mark.parametrize(
    ("space", "path", "aspects"),
    [
        ("two_stream", "rgb_width", "width"),
        ("two_stream", "flow_share", "expansion"),
        ("two_stream", "clip", "rate"),
        ("two_stream", "size", "resolution"),
        ("two_stream", "tower", "branch"),
        ("two_stream", "joint.merge", "op"),
        ("transformer", "rgb.frame_stride", "rate"),
        ("two_stream", "rgb_stage1.op.block", "op"),
        ("two_stream", "rgb_stage1.gate.ratio", "ratio"),
        ("two_stream", "rgb_side.both.when", "switch"),
        ("two_stream", "joint.repeat", "repeats"),
        ("two_stream", "attend.attention.when", "switch"),
        ("two_stream", "attend.attention.over", ""),
        ("tvn", "rgb.size", "resolution"),
        ("tvn", "stages.0.spatial", "op"),
        ("tvn", "stages.0.spatial_kernel", "kernel"),
        ("tvn", "stages.0.temporal_kernel", "temporal_length"),
        ("tvn", "stages.0.temporal_stride", "stride"),
        ("tvn", "stages.0.filters", "width"),
        ("tvn", "stages.0.expand", "expansion"),
        ("tvn", "stages.0.squeeze.some", "ratio"),
        ("tvn", "stages.0.gate", "gate switch"),
        ("tvn", "stages.0.skip", "branch skip"),
        ("tvn", "stages.0.inverted", ""),
        ("tvn", "stages.0.repeats", "repeats"),
        ("x3d", "depth", "repeats"),
        ("x3d", "bottleneck", "expansion"),
        ("nas_bench_201", "edge_0_1", "op"),
        ("quickstart", "rgb_slow.from.rgb_stem.subsample_frames.step", "rate"),
    ],
)
def test_decisions_of_shipped_spaces_are_about(space: str, path: str, aspects: str) -> None:
    table = load_space(str(SPACES / f"{space}.yaml")).decisions
    assert " ".join(sorted(aspects_of(table.by_path[path]))) == aspects


@pytest.mark.parametrize(
    ("name", "aspect"),
    [
        ("kernel", "kernel"),
        ("temporal_kernel", "temporal_length"),
        ("temporal_stride", "stride"),
        ("out", "width"),
        ("expand", "expansion"),
        ("squeeze", "ratio"),
        ("depth", "repeats"),
        ("size", "resolution"),
        ("seed", None),
    ],
)
def test_a_name_tells_where_nothing_else_is_known(name: str, aspect: str | None) -> None:
    found = aspects_of(Decision(f"stage.{name}", "choice", (1, 2, 4)))
    assert found == ({aspect} if aspect else set())


def test_words_are_no_numbers() -> None:
    assert not aspects_of(Decision("width", "choice", ("narrow", "wide")))
    labelled = Decision("width", "choice", ("narrow", "wide"), numbers=(8, 16))
    assert aspects_of(labelled) == {"width"}


def test_every_aspect_has_decisions_in_a_space_of_everything() -> None:
    about = decisions_about(everything().decisions)
    assert [aspect for aspect in ASPECTS if not about[aspect]] == []


def test_decisions_with_one_value_are_left_out() -> None:
    about = decisions_about([Decision("kernel", "choice", (3,)), Decision("out", "choice", (4, 8))])
    assert (about["kernel"], [d.path for d in about["width"]]) == ((), ["out"])
