"""The command line on the zoo of published networks."""

from pathlib import Path

import pytest

from nasvid.cli.commands.zoo import HEADER, shown_columns
from tests.command_line import call, call_ok


def test_a_family_is_listed_with_a_line_for_each_network() -> None:
    lines = call_ok("zoo", "--family", "x3d", "--sort", "macs").out.splitlines()
    assert lines[0].split() == " ".join(HEADER).split()
    assert [line.split()[0] for line in lines[1:]] == ["x3d_xs", "x3d_s", "x3d_m", "x3d_l"]
    assert lines[1].split()[1:6] == ["x3d", "2020", "rgb", "4x12,", "160"]


def test_limits_leave_out_what_is_larger() -> None:
    found = call_ok("zoo", "--family", "x3d", "--max-macs", "2G", "--max-params", "4M", "--json")
    assert [network["name"] for network in found.json["networks"]] == ["x3d_s", "x3d_xs"]


def test_a_narrow_terminal_leaves_out_the_least_telling_columns() -> None:
    widths = [22, 12, 4, 60, 7, 7, 14, 26, 20]
    shown = [HEADER[index] for index in shown_columns(widths, 80)]
    assert shown == ["network", "year", "streams (frames x stride, size)", "params", "MACs"]
    assert len(shown_columns(widths, 200)) == len(HEADER)


def test_one_network_tells_its_source_its_size_and_what_is_in_print() -> None:
    lines = call_ok("zoo", "slowfast_r50_8x8").out.splitlines()
    head = "slowfast_r50_8x8: SlowFast R50 8x8: 34.57 M, 65.71 GMAC at the test crop, 256"
    assert lines[0].startswith(head)
    told = dict(line.split(": ", 1) for line in lines[1:])
    assert told["streams"] == "slow (rgb) 8x8; fast (rgb) 32x2, 224"
    assert told["counted"] == "34.57M parameters, 50.31G MACs"
    assert told["in print"].startswith("34.57M parameters (counted 34,566,488); 65.71G at 32x256")
    assert told["next"].startswith("nasvid cost ")


def test_one_network_is_written_as_one_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    called = call_ok("zoo", "x3d_xs", "--output", file)
    assert called.out.splitlines()[-1] == f"wrote {file}"
    alone = call_ok("cost", file, "--json").json
    assert alone["params"] == call_ok("zoo", "x3d_xs", "--json").json["params"]
    again = call("zoo", "x3d_xs", "--output", file)
    assert again.status == 2
    assert "exists" in again.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x3d_xss"], "zoo: no network named 'x3d_xss'. Did you mean 'x3d_xs'?"),
        (
            ["--family", "slowfats"],
            "--family: no family named 'slowfats'. Did you mean 'slowfast'?",
        ),
        (
            ["--family", "x3d", "--stream", "flow"],
            "--stream: no modality named 'flow'; known: rgb.",
        ),
        (["--family", "x3d", "--max-macs", "1K"], "zoo: no network passes all of the filters"),
        (["--max-macs", "1.2X"], "--max-macs: got '1.2X'; accepts a positive count such as 2G"),
        (["x3d_xs", "--family", "x3d"], "zoo: a NAME stands alone; filters are for the list."),
        (["--output", "x.yaml"], "--output: is for one network; give its NAME."),
    ],
)
def test_a_mistake_is_told(arguments: list[str], message: str) -> None:
    called = call("zoo", *arguments)
    assert called.status == 2
    assert message in called.err
    assert called.out == ""


def test_a_family_is_told_to_be_one() -> None:
    called = call("zoo", "slowfast")
    assert called.status == 2
    assert "slowfast is a family; nasvid zoo --family slowfast lists its networks." in called.err
    assert "Did you mean 'x3d_xs'?" in call("zoo", "X3D_XS").err


@pytest.mark.slow  # an export proves itself in a new interpreter
def test_a_network_is_exported_by_its_name(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["--classes", 5, "--width", 0.125, "--clip", "8x32"]
    assert call_ok("export", "slowfast_r50_8x8", "-o", out, *words).out == f"export: {out}\n"
    assert sorted(p.name for p in out.iterdir()) == [
        "README.md", "arch.yaml", "config.json", "model.py",
    ]  # fmt: skip
    assert "slow 3x2x32x32" in call_ok("check", out / "arch.yaml").out
    card = (out / "README.md").read_text()
    assert "- published: https://arxiv.org/abs/1812.03982\n" in card
    module = (out / "model.py").read_text()
    assert "    model = Model()  # without trained weights\n" in module
    assert "safetensors" not in module + card


def test_what_goes_with_runs_alone_is_refused_for_a_network(tmp_path: Path) -> None:
    called = call("export", "slowfast_r50_8x8", "best", "-o", tmp_path / "other")
    assert called.status == 2
    assert "takes no WHICH and is written untrained; nasvid train" in called.err
    called = call("export", tmp_path, "-o", tmp_path / "other", "--width", 2)
    assert "--clip, --classes and --width are for architectures" in called.err
