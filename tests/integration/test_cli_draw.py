"""`nasvid draw` from files to pictures."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from nasvid.report.drawing import architecture
from tests.command_line import REPOSITORY, call, call_ok, write

QUICKSTART = REPOSITORY / "search_spaces/quickstart.yaml"
ZOO = REPOSITORY / "search_spaces/zoo"
SLOWFAST = ZOO / "slowfast_r50_8x8.yaml"
TVN = ZOO / "tvn_1.yaml"
BEGINS = {
    ".svg": b"<svg ",
    ".png": b"\x89PNG",
    ".mmd": b"---\ntitle: ",
    ".txt": b"tvn_1\n",
}


@pytest.mark.parametrize("suffix", BEGINS)
def test_the_ending_says_what_is_written(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"picture{suffix}"
    called = call_ok("draw", TVN, "-o", path)
    assert called.out == f"{path}: tvn_1, 6 boxes\n"
    assert path.read_bytes().startswith(BEGINS[suffix])
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_without_a_file_the_text_is_printed() -> None:
    out = call_ok("draw", SLOWFAST).out
    assert out.startswith("slowfast_r50_8x8\n50.31G MACs, 34.57M parameters\n")
    assert "stage2.lateral" in out


def test_a_space_is_drawn_with_what_is_open() -> None:
    out = call_ok("draw", QUICKSTART).out
    assert "? op.block: conv2d | conv3d | conv2plus1d | separable3d | attention" in out


def test_two_architectures_are_drawn_as_their_difference(tmp_path: Path) -> None:
    path = tmp_path / "diff.svg"
    call_ok("draw", TVN, ZOO / "tvn_2.yaml", "-o", path)
    text = path.read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert "only on the right" in text


def test_a_network_does_not_differ_from_itself() -> None:
    assert "the same architecture" in call_ok("draw", SLOWFAST, SLOWFAST).out


def test_depth_clip_and_classes_are_taken() -> None:
    out = call_ok("draw", ZOO / "x3d_m.yaml", "--depth", 0, "--clip", "4x160", "--classes", 7).out
    assert "4 × 160² × 3" in out
    assert out.splitlines()[-3].endswith("7")


def test_json_is_the_picture_as_data(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    data = call_ok("draw", SLOWFAST, "-o", path, "--json").json
    assert data["file"] == str(path)
    assert data["subject"] == "architecture"
    assert {"source": "stage2.lateral", "target": "stage2.slow_units"} in data["edges"]
    assert data["boxes"][0] == {
        "path": "slow",
        "role": "input",
        "kind": "rgb, frame stride 8",
        "shapes": ["8 × 224² × 3"],
        "frames": 8,
        "size": "224²",
        "lane": {"stream": 0, "branch": 0},
    }


def test_the_same_file_gives_the_same_picture(tmp_path: Path) -> None:
    paths = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for path in paths:
        call_ok("draw", QUICKSTART, "-o", path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_picture_is_not_written_over_another_one_unasked(tmp_path: Path) -> None:
    path = write(tmp_path / "x.svg", "mine")
    called = call("draw", QUICKSTART, "-o", path)
    assert called.status == 2
    assert called.err == f"error: {path}: exists already; give another name, or --overwrite.\n"
    assert path.read_text(encoding="utf-8") == "mine"
    call_ok("draw", QUICKSTART, "-o", path, "--overwrite")
    assert path.read_bytes().startswith(BEGINS[".svg"])


@pytest.mark.parametrize("name", ["x.pdf", "x", "svg"])
def test_another_ending_is_refused_before_anything_is_read(name: str, tmp_path: Path) -> None:
    called = call("draw", tmp_path / "missing.yaml", "-o", tmp_path / name)
    assert called.status == 2
    assert called.err == (
        f"error: --out: got a name that ends in {Path(name).suffix!r}; accepts .svg, .png, .mmd, "
        ".txt. The ending says what is written: SVG, PNG, Mermaid or text.\n"
    )


def test_files_that_are_wrong_are_told(tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    assert call("draw", missing).err == f"{missing}:1:1: there is no file '{missing}'.\n"
    broken = write(tmp_path / "broken.yaml", "version: 1\nname: [\n")
    called = call("draw", broken)
    assert called.status == 2
    assert called.err.startswith(f"{broken}:3:1: is not YAML")
    assert "Traceback" not in called.err


@pytest.mark.parametrize("files", [(QUICKSTART, SLOWFAST), (SLOWFAST, QUICKSTART)])
def test_a_space_has_no_difference(files: tuple[Path, Path]) -> None:
    called = call("draw", *files)
    assert called.status == 2
    assert f"{QUICKSTART}: is a space with something left to choose (width, " in called.err
    assert "and draw needs one architecture" in called.err


def test_a_space_is_drawn_for_its_own_clip() -> None:
    called = call("draw", QUICKSTART, "--clip", "4x16")
    assert called.status == 2
    assert "clip: got 4x16 for the space 'quickstart'" in called.err


def test_too_many_boxes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(architecture, "MAX_BOXES", 3)
    called = call("draw", QUICKSTART)
    assert called.status == 2
    assert called.err == (
        "error: draw: got 9 boxes; a picture holds up to 3. Give a smaller --depth.\n"
    )
