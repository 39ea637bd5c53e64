from pathlib import Path

import pytest

from nasvid.cli.output import tell_error, write_text
from nasvid.core.errors import Mark, NasvidError, Problem, RunError, SpaceError


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write_text(path, "a\n", overwrite=False)
    write_text(path, "b\n", overwrite=True)
    assert path.read_text() == "b\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("mine\n")
    with pytest.raises(NasvidError, match="exists already; give another name, or --overwrite"):
        write_text(path, "b\n", overwrite=False)
    assert path.read_text() == "mine\n"


@pytest.mark.parametrize("name", ["no/a.yaml", "file/a.yaml", "folder"])
def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine\n")
    (tmp_path / "folder").mkdir()
    with pytest.raises(NasvidError, match=rf"{name}: cannot be written: "):
        write_text(tmp_path / name, "b\n", overwrite=True)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def test_errors_begin_with_a_word_unless_they_have_places(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_error(RunError("runs/a: holds a run already."))
    tell_error(SpaceError([Problem(Mark("a.yaml", 1, 2), "name", "is missing.")]))
    shown = capsys.readouterr()
    assert shown.err == "error: runs/a: holds a run already.\na.yaml:1:2: name: is missing.\n"
    assert shown.out == ""
