import os
import subprocess
import sys
from pathlib import Path

import pytest

from nasvid.cli import main
from nasvid.cli.main import COMMANDS, DATA_COMMANDS, EXTRA_OF
from tests.command_line import REPOSITORY, call

FOLDER = Path(main.__file__).parent / "commands"


def test_every_file_of_a_command_is_a_command() -> None:
    names = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert names == {*COMMANDS, *(f"data_{name}" for name in DATA_COMMANDS)}


def test_packages_that_may_be_absent_are_those_of_their_extra() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    packages = {"cv2": "opencv-python-headless", "sklearn": "scikit-learn", "PIL": "pillow"}
    for module, extra in EXTRA_OF.items():
        (line,) = [line for line in text.splitlines() if line.startswith(f"{extra} = [")]
        assert f'"{packages.get(module, module)}>=' in line


@pytest.mark.slow  # each starts a program that imports all it can
@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("av", ["data", "make", "moving-digits", "--out", "new"]),
        ("sklearn", ["data", "make", "moving-digits", "--out", "new"]),
        ("cv2", ["data", "show", "."]),
        ("av", ["data", "check", "."]),
    ],
)
def test_a_package_that_is_absent_is_told_with_how_to_install_it(
    tmp_path: Path, package: str, words: list[str]
) -> None:
    program = (
        f"import sys; sys.modules[{package!r}] = None\n"
        f"from nasvid.cli.main import run; run({words!r})"
    )
    command = [sys.executable, "-c", program]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"error: package {package!r} is not installed; it is part of the extra 'video'. "
        "Install it with: pip install 'nasvid[video]'\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [ValueError("odd"), ModuleNotFoundError("odd", name="odd")])
def test_a_mistake_of_our_own_is_called_one(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(main, "app", lambda **_: fail())
    called = call("check", "a.yaml")
    assert called.status == 1
    assert called.err.startswith("nasvid met an error of its own; please report what follows.\n")
    assert called.err.endswith("Error: odd\n")


def test_ctrl_c_is_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nasvid.cli.commands.check.load", interrupted)
    called = call("check", "a.yaml")
    assert called.status == 1
    assert called.err == "stopped.\n"
