from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.api.settings import RunSettings, name_of, read_settings, space_text
from nasvid.core.errors import RunError
from nasvid.execution.run_folder import RunFolder
from tests.command_line import write
from tests.user_evaluations import by_params


def create(path: Path, space: nasvid.SearchSpace) -> RunFolder:
    settings = RunSettings.of(space.spec, data=None, evaluate="")
    return RunFolder.create(path, settings_text=settings.text(), space_text=space_text(space.spec))


def test_settings_come_back_as_they_were(space: nasvid.SearchSpace, tmp_path: Path) -> None:
    changed = space.with_search(candidates=9, mutations={"resample_decision": 2.0})
    settings, spec = read_settings(create(tmp_path / "run", changed))
    assert settings == RunSettings.of(changed.spec, data=None, evaluate="")
    assert spec.search == changed.spec.search
    assert spec.training == changed.spec.training
    assert spec.limits == {"macs": 2_000_000}


def test_a_space_that_builds_on_others_is_kept_whole(space_file: Path, tmp_path: Path) -> None:
    top = write(
        tmp_path / "top.yaml",
        f"""\
        version: 1
        name: narrow
        space: {space_file.name}
        choose: {{width: 4}}
        """,
    )
    space = nasvid.load(top)
    folder = create(tmp_path / "run", space)
    space_file.unlink()
    _, spec = read_settings(folder)
    assert spec.name == "narrow"
    assert spec.decisions.size().count == 3


def test_a_file_that_stands_alone_is_kept_as_it_was_written(
    space_file: Path, space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    folder = create(tmp_path / "run", space)
    assert folder.space_file.read_text() == space_file.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\n",
        "- 1\n",
        "just text\n",
        "{space: a, classes: 8, data: '', evaluate: '', search: {}, training: 3, budget: {}}",
        "{space: a, classes: 8, data: '', evaluate: '', search: {x: 1}, training: {}, budget: {}}",
        "{space: a, classes: x, data: '', evaluate: '', search: {}, training: {}, budget: {}}",
        "{space: a, classes: 8, data: 1, evaluate: '', search: {}, training: {}, budget: {}}",
    ],
)
def test_damaged_settings_are_told(space: nasvid.SearchSpace, tmp_path: Path, text: str) -> None:
    folder = create(tmp_path / "run", space)
    folder.settings_file.write_text(text)
    with pytest.raises(RunError, match=r"run\.yaml: is not the settings file of a run \("):
        read_settings(folder)


class _Callable:
    def __call__(self, graph: Any, **_: Any) -> dict[str, float]:
        return {"top1": 1.0}


def test_functions_are_named_by_their_import_path_where_they_have_one() -> None:
    assert name_of(None) == ""
    assert name_of("package.module:function") == "package.module:function"
    assert name_of(by_params) == "tests.user_evaluations:by_params"
    assert name_of(lambda graph, **_: {"top1": 1.0}).startswith("function ")
    assert name_of(_Callable()).startswith("function ")


def test_a_function_without_an_import_path_is_not_resolved(space: nasvid.SearchSpace) -> None:
    settings = RunSettings.of(space.spec, data=None, evaluate=name_of(lambda graph, **_: {}))
    with pytest.raises(RunError, match=r"nasvid\.resume\(run, evaluate=function\)"):
        settings.resolve_evaluate("runs/a")
