"""Other widths, clips and classes for the networks of a file."""

from pathlib import Path

import pytest
import torch

import nasvid
from nasvid.api.settings import space_text
from nasvid.core.errors import NasvidError
from nasvid.cost.analytic import cost_of
from nasvid.lowering.lower import lower
from nasvid.spec.closed_file import standalone_text
from tests.spaces import flat, genotype_of, graph_of, load_text, problems_of, shapes_of, small

NETWORKS = sorted((Path(__file__).parents[2] / "networks").glob("*.yaml"))
FILE = small(
    """
    a: {conv3d: {out: 64, kernel: 3}}
    b: {unit: 24}
    c: {unit: {out: =filters, op: {conv2d: {out: 16}}}}
    d: {from: [a, c, {node: b, conv: {out: 32}}], merge: concat, block: {choice: [{conv: {out: 40}}, relu]}}
    e: {repeat: 2, each: {block: conv2d, out: 8}, last: {out: 16}}
    """,
    top="decisions: {filters: {choice: [16, 32]}, kernel: 8}\n"
    "blocks: {unit: {params: {out: 8, op: conv3d, height: 4, width: 4, next: {type: number, default: 12, width: true}}, "
    "body: [{block: =op}, {conv: =out}, {conv: {out: =next}}]}}",
)


def test_widths_of_nodes_blocks_options_and_decisions_are_scaled() -> None:
    chosen = {"filters": 32, "d__block": "conv"}
    plain = graph_of(FILE, **chosen)
    half = graph_of(f"override: {{width: 0.5}}\n{FILE}", **chosen)
    assert [str(n.shape.channels) for n in flat(plain).values() if n.name.endswith("conv")]
    shapes = shapes_of(half)
    assert shapes["a"].startswith("32x")
    assert str(flat(half)["b.conv"].shape).startswith("12x")
    assert str(flat(half)["b.conv_2"].shape).startswith("6x")
    assert str(flat(half)["c.op.conv"].shape).startswith("8x")
    assert str(flat(half)["c.conv"].shape).startswith("16x")
    assert shapes["d"].startswith("20x")
    assert str(flat(half)["e.0.conv"].shape).startswith("4x")
    assert str(flat(half)["e.1.conv"].shape).startswith("8x")
    assert shapes["head"] == "3"


def test_addresses_and_choices_stay() -> None:
    half = load_text(f"override: {{width: 0.5}}\n{FILE}").decisions
    assert [(d.path, d.options) for d in half] == [
        (d.path, d.options) for d in load_text(FILE).decisions
    ]


def test_frames_and_size_keep_the_ratio_of_the_streams() -> None:
    text = small(
        "a: {from: fast, block: relu}\nb: {from: [a, slow], merge: add, block: relu}",
        inputs="fast: {modality: rgb, frames: 16, size: 16}, slow: {modality: rgb, frames: 4, size: 16}",
    )
    graph = graph_of(f"override: {{frames: 8, size: 32}}\n{text}")
    assert [str(i.shape) for i in graph.inputs] == ["3x8x32x32", "3x2x32x32"]
    graph = graph_of(f"override: {{size: 32}}\n{text}")
    assert [str(i.shape) for i in graph.inputs] == ["3x16x32x32", "3x4x32x32"]
    assert shapes_of(graph_of(f"override: {{classes: 7}}\n{text}"))["head"] == "7"


def test_a_closed_file_overrides_what_the_one_below_does(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(f"override: {{width: 0.5, size: 16}}\n{FILE}", "utf-8")
    path = tmp_path / "closed.yaml"
    path.write_text(
        "version: 1\nspace: base.yaml\noverride: {width: 0.5, frames: 2}\n"
        "choose: {filters: 16, d.block: conv}\n",
        encoding="utf-8",
    )
    architecture = nasvid.load(path).architecture()
    shapes = shapes_of(architecture.graph)
    assert shapes["a"] == "16x2x16x16"
    assert shapes["d"].startswith("10x")
    alone = tmp_path / "alone.yaml"
    alone.write_text(architecture.to_yaml(), encoding="utf-8")
    assert nasvid.load(alone).architecture().id == architecture.id


def test_widths_may_be_given_from_outside(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(FILE, encoding="utf-8")
    member = nasvid.load(path, width=0.25).sample(3)
    assert shapes_of(member.graph)["a"].startswith("16x")
    # The file of the space alone would not say it.
    out = tmp_path / "member.yaml"
    out.write_text(member.to_yaml(out), encoding="utf-8")
    assert nasvid.load(out).architecture().id == member.id
    for factor in (0, -1, 1e9, float("nan")):
        with pytest.raises(NasvidError, match="accepts a factor from"):
            nasvid.load(path, width=factor)


def test_factors_multiply_before_widths_are_rounded(tmp_path: Path) -> None:
    # 45 * 0.5 = 22.5 and 23 * 0.5 = 11.5, but 45 * 0.25 = 11.25.
    text = f"override: {{width: 0.5}}\n{small('a: {conv: {out: 45}}')}"
    (tmp_path / "base.yaml").write_text(text, "utf-8")
    path = tmp_path / "top.yaml"
    path.write_text("version: 1\nspace: base.yaml\noverride: {width: 0.5, classes: 4}\n", "utf-8")
    architecture = nasvid.load(path).architecture()
    assert shapes_of(architecture.graph) == {"a": "11x4x8x8", "head": "4"}
    alone = tmp_path / "alone.yaml"
    alone.write_text(architecture.to_yaml(), encoding="utf-8")
    assert nasvid.load(alone).architecture().id == architecture.id
    assert shapes_of(nasvid.load(path, width=4).sample().graph)["a"] == "45x4x8x8"


@pytest.mark.parametrize(
    ("head", "blocks"),
    [
        ("{block: linear, out: 10}", ""),
        ("{block: {linear: {out: 10}}}", ""),
        ("scores", "scores: {body: [{linear: {out: 64}}, {name: last, linear: {out: 10}}]}"),
        ("scores", "scores: {params: {out: 10}, body: [{linear: {out: =out}}]}"),
        ("{block: scores, out: 10}", "scores: {params: {out: 4}, body: [{linear: {out: =out}}]}"),
        ("outer", "outer: {body: [scores]}, scores: {body: [{linear: {out: 10}}]}"),
    ],
)  # fmt: skip
def test_classes_that_the_head_writes_down_stay(head: str, blocks: str) -> None:
    text = small(
        "a: {conv: {out: 64}}\nm: mean", top=f"override: {{width: 0.5}}\nblocks: {{{blocks}}}"
    )
    graph = graph_of(text.replace("{classes: =classes}", head))
    assert shapes_of(graph)["a"].startswith("32x")
    assert shapes_of(graph)["head"] == "10"


def test_features_that_are_an_output_too_are_scaled() -> None:
    text = small("a: {conv: {out: 64}}\nb: {linear: {out: 10}}", top="override: {width: 0.5}")
    ends = "  outputs: {features: a, scores: b}"
    shapes = shapes_of(graph_of(text.replace("  head: {classes: =classes}", ends)))
    assert shapes == {"a": "32x4x8x8", "b": "10x4x8x8"}


def test_heads_and_groups_divide_at_every_factor() -> None:
    text = small(
        """
        a: {conv: {out: 96}}
        b: {conv: {out: 96, kernel: 3, groups: =parts}}
        c: {transformer_layer: {heads: {choice: [3, 6]}}}
        d: {block: unit}
        """,
        top="decisions: {groups: 4}\nblocks: {unit: {params: {num_heads: 2}, body: "
        "[{self_attention: {heads: =num_heads}}]}}",
    ).replace("parts", "groups")
    for factor in (0.1, 0.3, 0.37, 0.7, 1.3):
        space = load_text(f"override: {{width: {factor}}}\n{text}")
        for heads in (3, 6):
            channels = lower(space, genotype_of(space, c__heads=heads)).graph.nodes[0].shapes[0][1]
            assert channels.channels % 12 == 0


def test_groups_of_a_depthwise_convolution_follow_its_width() -> None:
    text = small("a: {conv: {out: 24}}\nb: {conv: {out: 24, kernel: 3, groups: 24}}")
    for factor, width in ((0.25, 6), (0.3, 7), (0.5, 12)):
        graph = graph_of(f"override: {{width: {factor}}}\n{text}")
        assert shapes_of(graph)["b"] == f"{width}x4x8x8"
        assert cost_of(graph).params == 3 * width + 27 * width + 3 * width + 3


def test_default_heads_of_standard_blocks_divide_too() -> None:
    text = small("a: {conv: {out: 64}}\nb: transformer_layer")
    shapes = shapes_of(graph_of(f"override: {{width: 0.3}}\n{text}"))
    assert shapes["a"].startswith("16x")


def test_a_run_keeps_the_widths_that_were_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(FILE, encoding="utf-8")
    space = nasvid.load(path, width=0.5)
    kept = tmp_path / "kept.yaml"
    kept.write_text(space_text(space.spec), encoding="utf-8")
    assert nasvid.load(kept).sample(2).id == space.sample(2).id
    assert space_text(nasvid.load(path).spec) == FILE


@pytest.mark.parametrize("width", [0.25, 0.3, 0.7])
@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_parameters_fall_by_the_square_of_any_factor(path: Path, width: float) -> None:
    # A classifier shrinks by the factor itself, so it is left out.
    full, narrow = (
        nasvid.load(path, classes=1, width=factor).sample(0).cost() for factor in (1, width)
    )
    assert 0.6 < narrow.params / full.params / width**2 < 1.4


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_one_file_is_the_same_network(path: Path, tmp_path: Path) -> None:
    space = nasvid.load(path, width=0.25)
    text = standalone_text(space.spec, space.spec.chosen)
    alone = tmp_path / "alone.yaml"
    alone.write_text(text, encoding="utf-8")
    again = nasvid.load(alone)
    assert [(d.path, d.options) for d in again.decisions] == [
        (d.path, d.options) for d in space.decisions
    ]
    assert again.sample(1).id == space.sample(1).id


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_every_published_network_has_other_widths(path: Path) -> None:
    full, half = (nasvid.load(path, classes=1, width=width).sample(0).cost() for width in (1, 0.5))
    assert 0.2 < half.params / full.params < 0.3
    assert nasvid.load(path, width=1).sample(0).id == nasvid.load(path).sample(0).id


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_a_quarter_of_every_published_network_runs(path: Path) -> None:
    # The pools of SlowFast have the size of its training crop.
    clip = "8x224" if "slowfast" in path.stem else "8x64"
    architecture = nasvid.load(path, clip=clip, classes=5, width=0.25).sample(0)
    module = architecture.build().eval()
    with torch.no_grad():
        output = module({i.name: torch.randn(1, *i.shape.sizes) for i in architecture.graph.inputs})
    assert output.shape == (1, 5)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("3", "got 3; accepts {width: 0.5, frames: 8, size: 112, classes: 10}."),
        ("{wide: 2}", "no key named 'wide'"),
        ("{width: 0}", "got 0; accepts a factor from 0.001 to 1000."),
        ("{width: x}", "got 'x'; accepts a factor"),
        ("{width: true}", "accepts a factor"),
        ("{frames: 0}", "got 0; accepts a count from 1 to"),
        ("{size: 1.5}", "got 1.5; accepts a count from 1 to"),
        ("{classes: 0}", "got 0; accepts a count of classes."),
    ],
)
def test_a_wrong_override_is_told(section: str, message: str) -> None:
    [problem] = problems_of(small("a: relu", top=f"override: {section}"))
    assert message in problem
    [problem] = problems_of(
        f"version: 1\nspace: base.yaml\noverride: {section}\n", base=small("a: relu")
    )
    assert message in problem
