"""Files that somebody made to do harm: one message and exit status 2, soon and in little memory."""

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import Called, call

FOLDER = Path(__file__).parents[1] / "hostile"
FILES = sorted(FOLDER.glob("*.yaml"))
MAX_SECONDS = 20
MAX_MESSAGE = 12_000
MAX_MEMORY = 3_000_000_000
# What a terminal would act on.
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

each_command = pytest.mark.parametrize("command", ["check", "cost"])


def require_one_message(called: Called) -> None:
    assert called.status == 2, called.err
    assert called.out == ""
    assert called.err.strip()
    assert "Traceback" not in called.err
    assert len(called.err) < MAX_MESSAGE
    assert not CONTROLS.search(called.err), repr(called.err)


@pytest.mark.parametrize(
    "command",
    # Both read a file in one way, but nothing may hang on that.
    ["check", pytest.param("cost", marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_hostile_file_is_refused(command: str, path: Path) -> None:
    start = time.process_time()
    require_one_message(call(command, path))
    assert time.process_time() - start < MAX_SECONDS
    assert not Path("/tmp/nasvid_was_here").exists()


def test_there_are_many() -> None:
    assert len(FILES) > 90


def _long_line(path: Path) -> None:
    path.write_text(f"version: 1\nname: {'x' * 5_000_000}\n", encoding="utf-8")


def _long_expression(path: Path) -> None:
    path.write_text(f'version: 1\ndecisions: {{x: "={"1+" * 2_500_000}1"}}\n', encoding="utf-8")


def _long_list(path: Path) -> None:
    path.write_text(f"version: 1\nname: [{'1, ' * 1_600_000}1]\n", encoding="utf-8")


def _long_comment(path: Path) -> None:
    path.write_text(f"# {'x' * 5_000_000}\nversion: 1\n", encoding="utf-8")


def _many_lines(path: Path) -> None:
    path.write_text("version: 1\n" + "a:\n" * 1_600_000, encoding="utf-8")


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _link_out(path: Path) -> None:
    secret = path.parent.parent / "secret.yaml"
    secret.write_text("version: 1\nblocks: {hidden: {body: [relu]}}\n", encoding="utf-8")
    (path.parent / "link.yaml").symlink_to(secret)
    path.write_text("version: 1\ninclude: link.yaml\n", encoding="utf-8")


def _no_permission(path: Path) -> None:
    path.write_text("version: 1\n", encoding="utf-8")
    path.chmod(0)


MADE: list[Callable[[Path], None]] = [
    _long_line, _long_expression, _long_list, _long_comment, _many_lines, _folder, _pipe, _circle,
    _link_out, _no_permission,
]  # fmt: skip


@each_command
@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__.strip("_"))
def test_what_is_no_plain_small_file_is_refused(
    command: str, make: Callable[[Path], None], tmp_path: Path
) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    path = folder / "file.yaml"
    make(path)
    start = time.process_time()
    require_one_message(call(command, path))
    assert time.process_time() - start < MAX_SECONDS


@pytest.mark.parametrize(
    "name",
    [
        "alias_bomb",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("tag_system", "power", "huge_repeats", "nesting_brackets")
        ),
    ],
)
def test_the_program_itself_ends_so(name: str) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))

    code = "from nasvid.cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(FOLDER / f"{name}.yaml")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=limit,
    )
    require_one_message(Called(done.returncode, done.stdout, done.stderr))
