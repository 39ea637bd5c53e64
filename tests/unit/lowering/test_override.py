"""Other widths, clips and classes for the networks of a file."""

from pathlib import Path

import pytest
import torch

import nasvid
from nasvid.core.errors import NasvidError
from tests.spaces import flat, graph_of, load_text, problems_of, shapes_of, small

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


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_every_published_network_has_other_widths(path: Path) -> None:
    full, half = (nasvid.load(path, width=width).sample(0).cost() for width in (1, 0.5))
    assert 0.2 < half.params / full.params < 0.3
    assert nasvid.load(path, width=1).sample(0).id == nasvid.load(path).sample(0).id


@pytest.mark.parametrize("name", ["r3d_18", "r2plus1d_18", "evanet_1", "assemblenet_50"])
def test_a_small_one_runs(name: str) -> None:
    path = Path(__file__).parents[2] / f"networks/{name}.yaml"
    architecture = nasvid.load(path, clip="8x64", classes=5, width=0.125).architecture()
    streams = {i.name: torch.randn(2, *i.shape.sizes) for i in architecture.graph.inputs}
    module = architecture.build()
    output = module(streams)
    output.sum().backward()
    assert output.shape == (2, 5)


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
