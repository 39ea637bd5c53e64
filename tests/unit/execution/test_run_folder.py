import subprocess
import sys
from pathlib import Path

import pytest

from nasvid.core.errors import RunError
from nasvid.execution.run_folder import RunFolder


def create(path: Path) -> RunFolder:
    return RunFolder.create(path, settings_text="seed: 1\n", space_text="version: 1\n")


def test_a_run_holds_its_settings_and_its_space(tmp_path: Path) -> None:
    folder = create(tmp_path / "runs" / "first")
    assert folder.settings_file.read_text() == "seed: 1\n"
    assert folder.space_file.read_text() == "version: 1\n"
    assert RunFolder.open(folder.path) == folder
    assert sorted(p.name for p in folder.path.iterdir()) == ["run.yaml", "space.yaml"]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert create(tmp_path).settings_file.exists()


def test_a_run_is_not_overwritten(tmp_path: Path) -> None:
    create(tmp_path)
    with pytest.raises(
        RunError, match=rf"holds a run already\. Go on with it by --resume {tmp_path}"
    ):
        create(tmp_path)


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(RunError, match="is not empty; a run needs a new or empty folder"):
        create(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="is a file; a run needs a new or empty folder"):
        create(tmp_path / "file")


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def fail_late(self: Path, target: Path) -> Path:
        if target.name == "run.yaml":
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_late)
    with pytest.raises(RunError, match=r"cannot be written \(Permission denied\)"):
        create(tmp_path / "runs" / "first")
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_no_folder_can_be_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"cannot be written \(Not a directory\)"):
        create(tmp_path / "file" / "run")


def test_a_folder_without_a_run_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"the folder holds no run\.yaml"):
        RunFolder.open(tmp_path)
    with pytest.raises(RunError, match="there is no such folder"):
        RunFolder.open(tmp_path / "nowhere")


def test_two_processes_do_not_write_one_run(tmp_path: Path) -> None:
    folder = create(tmp_path)
    assert not folder.is_locked
    script = (
        "import sys; from pathlib import Path\n"
        "from nasvid.execution.run_folder import RunFolder\n"
        "with RunFolder(Path(sys.argv[1])).lock():\n"
        "    print('locked', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        assert folder.is_locked
        with pytest.raises(RunError, match="another process is writing this run"), folder.lock():
            pass
        other.kill()
    assert not folder.is_locked
