"""The Python of the README does what it says, on a small data set."""

import re
from pathlib import Path

import pytest

from tests.command_line import REPOSITORY

pytestmark = [pytest.mark.slow, pytest.mark.ray]  # searches on Ray


def python_of_the_readme() -> str:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))


def test_the_python_of_the_readme_runs(
    tmp_path: Path,
    clips: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "search_spaces").symlink_to(REPOSITORY / "search_spaces")
    (tmp_path / "data").symlink_to(clips)
    monkeypatch.chdir(tmp_path)
    block, replaced = re.subn(
        r"candidates=50", "candidates=2, population=1, repeats=0", python_of_the_readme()
    )
    assert replaced == 1
    exec(compile(block, "README.md", "exec"), {})
    macs_and_params, published, best_and_front, asked = capsys.readouterr().out.splitlines()
    assert published == "65711652864"
    assert re.fullmatch(r"\d+ \d+", macs_and_params)
    assert re.fullmatch(r"[01]\.\d+ \['g2-.*'\]", best_and_front)
    assert re.fullmatch(r"\d+ \d+", asked)
    assert (tmp_path / "runs/first/ledger.jsonl").is_file()
    assert (tmp_path / "out/model.safetensors").is_file()
