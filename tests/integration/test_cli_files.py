"""Commands that look at files: check, profile, sample, cost, diff, schema, data, help."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from nasvid import __version__
from nasvid.cli.main import COMMANDS, DATA_COMMANDS
from tests.command_line import REPOSITORY, TINY_SPACE, call, call_ok, write

QUICKSTART = REPOSITORY / "search_spaces/quickstart.yaml"
CALLS = [[name] for name in COMMANDS] + [["data", name] for name in DATA_COMMANDS]


@pytest.fixture
def arch(tmp_path: Path, space_file: Path) -> Path:
    path = tmp_path / "arch.yaml"
    call_ok("sample", space_file, "--out", path)
    return path


@pytest.mark.parametrize("words", [[], ["data"], *CALLS], ids=" ".join)
def test_help_fits_a_terminal_and_ends_well(words: list[str]) -> None:
    called = call_ok(*words, "--help")
    assert called.out.startswith(f"Usage: {' '.join(['nasvid', *words])} ")
    assert "--help" in called.out
    assert max(map(len, called.out.splitlines())) <= 80
    assert called.err == ""


def test_every_command_has_a_summary_that_is_not_cut_off() -> None:
    shown = call_ok("--help").out
    assert all(f"{name:<9}{summary}\n" in shown for name, summary in COMMANDS.items())


def test_without_a_command_the_program_shows_its_help() -> None:
    called = call()
    assert called.status == 2
    assert "Commands:" in called.out + called.err


def test_the_version_is_printed() -> None:
    assert call_ok("--version").out == f"nasvid {__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["serach"], "No such command 'serach'"),
        (["check", "--fast"], "No such option: --fast"),
        (["profile"], "Missing argument 'FILE'"),
        (["profile", QUICKSTART, "--samples", "many"], "Invalid value for '--samples'"),
        (["profile", QUICKSTART, "--samples", "0"], "Invalid value for '--samples'"),
    ],
)
def test_a_wrong_call_is_told_on_standard_error(words: list[object], message: str) -> None:
    called = call(*words)
    assert called.status == 2
    assert message in called.err
    assert called.out == ""


def test_a_space_is_checked(space_file: Path) -> None:
    lines = call_ok("check", space_file).out.splitlines()
    assert lines[0] == f"{space_file}: ok"
    assert "  space    tiny, 2 decisions" in lines
    assert "  size     12 genotypes (exact)" in lines
    assert "  budget   macs <= 2.00M: met by 100 % of all members" in lines
    assert lines[-1] == "  (costs of all 12 members)"


def test_constraints_are_told_with_the_size(tmp_path: Path) -> None:
    line = "constraints: [{implies: {if: {width: 4}, then: {body.block: conv2d}}}]\nnetwork:"
    path = write(tmp_path / "narrow.yaml", TINY_SPACE.replace("network:", line, 1))
    lines = call_ok("check", path).out.splitlines()
    assert "  size     10 genotypes (exact)" in lines
    assert "  (all meet the constraints: implies)" in lines
    assert call_ok("check", path, "--json").json["constraints"] == ["implies"]


def test_a_checked_space_is_one_json_object(space_file: Path) -> None:
    found = call_ok("check", space_file, "--json").json
    assert (found["ok"], found["closed"], found["decisions"]) == (True, False, 2)
    assert found["size"] == {"count": 12, "label": "exact"}


def test_an_architecture_is_checked(arch: Path) -> None:
    lines = call_ok("check", arch).out.splitlines()
    assert lines[0] == f"{arch}: ok"
    assert "  input         rgb 3x4x16x16" in lines
    found = call_ok("check", arch, "--json").json
    assert found["closed"] is True
    assert found["id"].startswith("g2-")
    assert found["macs"] == call_ok("cost", arch, "--json").json["macs"]


def test_a_network_above_the_budget_of_its_space_is_a_network(tmp_path: Path) -> None:
    alone = tmp_path / "alone.yaml"
    call_ok("zoo", "slowfast_r101_16x8_nl", "-o", alone)
    below = REPOSITORY / "search_spaces/zoo/slowfast_r101_16x8_nl.yaml"
    checked = call_ok("check", below).out
    assert "a search there would not train it: macs 177,969" in " ".join(checked.split())
    assert "warning" not in call_ok("check", alone).out


def test_problems_of_a_file_are_json_too(tmp_path: Path) -> None:
    path = write(tmp_path / "wrong.yaml", TINY_SPACE.replace("classes: 8", "classes: none"))
    called = call("check", path, "--json")
    assert called.status == 2
    assert called.json["ok"] is False
    (problem,) = called.json["problems"]
    assert (problem["line"], problem["column"], problem["path"]) == (6, 10, "classes")
    assert called.err == f"{path}:6:10: classes: {problem['message']}\n"


def test_a_block_of_a_file_is_checked_without_decisions_that_it_does_not_use(
    tmp_path: Path,
) -> None:
    blocks = "blocks:\n  mine: {body: [{conv2d: {out: {choice: [8, 16]}}}]}\nnetwork:"
    path = write(tmp_path / "blocks.yaml", TINY_SPACE.replace("network:", blocks))
    called = call_ok("check", path, "--block", "mine", "--in", "4x2x8x8")
    lines = called.out.splitlines()
    assert lines[0] == "mine: ok for input 4x2x8x8"
    assert [line.split()[0] for line in lines[1:]] == ["8x2x8x8", "16x2x8x8"]
    assert call_ok("check", path, "--block", "mine", "--json").json["num_members"] == 2


def test_a_standard_block_is_checked_without_a_file() -> None:
    assert call_ok("check", "--block", "conv3d").out.startswith("conv3d: ok for input 64x16x56x56")


def test_a_profile_tells_size_costs_and_budget(space_file: Path) -> None:
    shown = call_ok("profile", space_file, "--samples", 20).out
    assert "size: 12 genotypes (exact)" in shown
    assert "members: all 12, 12 different architectures" in shown
    assert "witness found, 100.0 % of the members are within it" in shown
    shown = call_ok("profile", space_file, "--samples", 11).out
    assert "samples: 11, " in shown
    assert "witness found, 100.0 % of the samples are within it" in shown
    found = call_ok("profile", space_file, "--samples", 20, "--json").json
    assert found["ranges"]["macs"]["min"] <= found["ranges"]["macs"]["median"]
    assert (found["budget"]["verdict"], found["all"], found["samples"]) == ("witness", True, 12)


@pytest.mark.parametrize("samples", [20, 5])
def test_a_profile_fails_where_nothing_is_within_the_budget(tmp_path: Path, samples: int) -> None:
    path = write(tmp_path / "no.yaml", TINY_SPACE.replace("macs: 2M", "macs: 10K"))
    called = call("profile", path, "--samples", samples)
    assert called.status == 2
    assert "size: 12 genotypes (exact)" in called.out
    assert "budget: impossible" in called.out
    assert f"error: {path}:14:9: budget: " in called.err
    assert "every member has at least macs 11,584 > 10,000" in called.err
    called = call("profile", path, "--samples", samples, "--json")
    assert (called.status, called.json["budget"]["verdict"]) == (2, "impossible")
    assert call("check", path).status == 2


def test_a_profile_fails_where_no_member_is_a_network(tmp_path: Path) -> None:
    text = TINY_SPACE.replace("out: =width * 2,", "out: =width * 2, kernel: 4,")
    called = call("profile", write(tmp_path / "none.yaml", text))
    assert called.status == 2
    assert "nothing to say, as no member is a valid network" in called.out
    assert "none of the 12 members is a valid network" in called.err


def test_samples_are_files_that_load(tmp_path: Path, space_file: Path, arch: Path) -> None:
    assert "space: " in arch.read_text()
    alone = tmp_path / "elsewhere" / "alone.yaml"
    alone.parent.mkdir()
    found = call_ok("sample", space_file, "--standalone", "--out", alone, "--json").json
    assert found["file"] == str(alone)
    assert found["id"] == call_ok("check", arch, "--json").json["id"]
    assert found["id"] == call_ok("check", alone, "--json").json["id"]


@pytest.fixture
def layered(tmp_path: Path) -> Path:
    """A file on a file that includes one of a folder below, each with sizes of its own."""
    (tmp_path / "blocks").mkdir()
    write(
        tmp_path / "blocks/unit.yaml",
        """\
        version: 1
        decisions: {wide: {choice: [16, 24]}}
        blocks: {unit: {params: {out: =wide}, body: [{conv3d: {out: =out, stride: 2}}]}}
        """,
    )
    write(
        tmp_path / "space.yaml",
        """\
        version: 1
        inputs: {rgb: {frames: 4, size: 32}}
        include: blocks/unit.yaml
        override: {width: 0.5}
        network:
          nodes: {stem: {conv2d: {out: 24}}, body: {repeat: {min: 1, max: 2}, each: unit}}
          head: {classes: =classes}
        """,
    )
    text = "version: 1\nspace: space.yaml\nchoose: {wide: 24}\noverride: {size: 16, classes: 7}\n"
    return write(tmp_path / "top.yaml", text)


def test_files_on_files_are_written_as_one_with_the_same_networks(
    layered: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "elsewhere" / "alone.yaml"
    alone.parent.mkdir()
    assert call_ok("inline", layered, "-o", alone).out == f"{alone}: top\n"
    found = yaml.safe_load(alone.read_text("utf-8"))
    assert not {"space", "include"} & set(found)
    assert (found["choose"], found["override"], found["classes"]) == (
        {"wide": 24},
        {"width": 0.5, "size": 16},
        7,
    )
    assert call_ok("inline", layered).out == alone.read_text("utf-8")
    for seed in range(4):
        one, other = (call_ok("sample", f, "--seed", seed, "--json").json for f in (layered, alone))
        assert {k: one[k] for k in ("id", "macs", "choose")} == {
            k: other[k] for k in ("id", "macs", "choose")
        }


def test_inline_replaces_no_file_unless_it_is_told_to(layered: Path, tmp_path: Path) -> None:
    taken = write(tmp_path / "taken.yaml", "mine")
    assert call("inline", layered, "-o", taken).status == 2
    assert taken.read_text("utf-8") == "mine"
    call_ok("inline", layered, "-o", taken, "--overwrite")
    assert "network:" in taken.read_text("utf-8")


def test_widths_can_be_given_wherever_classes_can(layered: Path, tmp_path: Path) -> None:
    narrow = tmp_path / "narrow.yaml"
    call_ok("inline", layered, "--width", 0.5, "-o", narrow)
    assert yaml.safe_load(narrow.read_text("utf-8"))["override"]["width"] == 0.25
    arch = tmp_path / "arch.yaml"
    drawn = call_ok("sample", layered, "--width", 0.5, "-o", arch, "--json").json
    assert call_ok("cost", arch, "--json").json["params"] == drawn["params"]
    assert drawn["params"] == call_ok("sample", narrow, "--json").json["params"]
    ranges = [
        call_ok("profile", *words, "--json").json["ranges"]["params"]["max"]
        for words in ([layered], [layered, "--width", 0.5], [narrow])
    ]
    assert ranges[0] > ranges[1] == ranges[2]
    assert "width: got 0.0; accepts a factor from" in call("check", layered, "--width", 0).err


def test_a_sample_without_a_file_goes_to_standard_output(space_file: Path) -> None:
    called = call_ok("sample", space_file, "--seed", 3)
    assert called.out.startswith("version: 1\nname: tiny\n")
    assert called.err == ""


def test_a_file_is_replaced_only_if_asked(space_file: Path, arch: Path) -> None:
    before = arch.read_text()
    called = call("sample", space_file, "--seed", 6, "--out", arch)
    assert called.status == 2
    assert "exists already; give another name, or --overwrite" in called.err
    assert arch.read_text() == before
    call_ok("sample", space_file, "--seed", 6, "--out", arch, "--overwrite")
    assert arch.read_text() != before


def test_costs_are_shown_by_node_and_for_another_clip(arch: Path) -> None:
    shown = call_ok("cost", arch, "--nodes").out
    assert "rgb: 3x4x16x16" in shown
    assert "FLOPs (2 x MACs)" in shown
    assert "stem" in shown
    few, many = (
        call_ok("cost", arch, "--clip", clip, "--norm", 2, "--json").json
        for clip in ("4x16", "8x32")
    )
    assert many["macs"] > 7 * few["macs"]
    assert few["total"] == few["macs"] + few["norm_ops"]
    rows = call_ok("cost", arch, "--nodes", "--depth", 0, "--json").json["rows"]
    assert sum(row["macs"] for row in rows) == few["macs"]


def test_a_clip_that_does_not_fit_is_told_beside_the_result() -> None:
    called = call_ok("cost", "vivit_b", "--clip", "31x224", "--json")
    assert called.err.startswith("warning: clip 31x224: rgb loses 1 of 31 frames at its end")
    assert called.json["macs"] > 0


def test_the_memory_of_a_training_step_comes_with_a_batch(arch: Path) -> None:
    plain = call_ok("cost", arch, "--json").json
    sgd, adamw = (
        call_ok("cost", arch, "--batch", 8, "--optimizer", name, "--json").json
        for name in ("sgd", "adamw")
    )
    # What there was before stays as it was, for those who read it.
    assert list(plain) == [
        "macs", "norm_ops", "total", "flops", "params", "buffers", "activations", "nodes",
    ]  # fmt: skip
    assert adamw == plain | {"train_memory_bytes": adamw["train_memory_bytes"]}
    assert adamw["train_memory_bytes"] - sgd["train_memory_bytes"] == 4 * plain["params"]
    shown = call_ok("cost", arch, "--batch", 8, "--optimizer", "sgd").out
    assert "training memory, batch 8 (bytes)" in shown
    assert f"{sgd['train_memory_bytes']:,}" in shown


def test_an_open_space_has_no_cost_but_a_way_to_one(space_file: Path) -> None:
    called = call("cost", space_file)
    assert called.status == 2
    assert called.err == (
        f"error: {space_file}: is a space with something left to choose (width, body.block), and "
        f"cost needs one architecture. Draw one: nasvid sample {space_file} -o arch.yaml\n"
    )


def test_differences_are_told_in_words(tmp_path: Path, space_file: Path, arch: Path) -> None:
    other = tmp_path / "other.yaml"
    call_ok("sample", space_file, "--seed", 1, "--out", other)
    assert call_ok("diff", arch, arch, "--json").json["same"] is True
    found = call_ok("diff", arch, other, "--json").json
    assert found["same"] is False
    assert call_ok("diff", arch, other).out.splitlines() == found["differences"]


def test_the_schema_accepts_a_space_and_no_unknown_section() -> None:
    schema = json.loads(call_ok("schema").out)
    jsonschema.validate(yaml.safe_load(TINY_SPACE), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(TINY_SPACE) | {"budgte": {}}, schema)


def test_data_are_shown_and_checked(clips: Path) -> None:
    shown = call_ok("data", "show", clips).out
    assert "clockwise" in shown
    found = call_ok("data", "show", clips, "--json").json
    assert found["splits"]["train"]["num_videos"] == 16
    assert call_ok("data", "check", clips).out == f"{clips}: ok\n"
    assert call_ok("data", "check", clips, "--json").json["broken"] == []


def test_data_that_are_there_already_are_not_made_again(clips: Path) -> None:
    settings = [
        "--set",
        "train-per-class=2",
        "--set",
        "val-per-class=1",
        "--set",
        "test-per-class=1",
    ]
    settings += ["--set", "size=16", "--set", "frames=6"]
    found = call_ok("data", "make", "moving-digits", "--out", clips, *settings, "--json").json
    assert found["videos"] == {"train": 16, "val": 8, "test": 8}


def test_tables_fit_80_columns_and_hold_no_colours(
    monkeypatch: pytest.MonkeyPatch, clips: Path, finished_run: Path, arch: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for words in (
        ["status", finished_run],
        ["profile", QUICKSTART, "--samples", 20],
        ["cost", arch, "--nodes"],
        ["data", "show", clips],
        ["report", finished_run],
    ):
        shown = call_ok(*words).out
        lines = [line for line in shown.splitlines() if not line.startswith("report:")]
        assert max(map(len, lines)) <= 80
        assert "\x1b" not in shown
