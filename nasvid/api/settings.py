"""What a run is, on disk: everything that its jobs depend on, resolved and frozen."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import yaml

import nasvid
from nasvid.core.errors import Mark, RunError
from nasvid.core.recipes import Recipe
from nasvid.execution.run_folder import RunFolder
from nasvid.lowering.load import load_space
from nasvid.spec.closed_file import standalone_text
from nasvid.spec.sections import SearchSettings
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.source import file_text, plain, read_text


@dataclass(frozen=True, slots=True)
class RunSettings:
    """The resolved settings of a run.

    Args:
        space: Name of the space.
        classes: Value of `=classes`.
        data: The data folder, absolute; empty where a custom function needs none.
        evaluate: Import path of a custom evaluation; empty for training.
        search: How to search.
        training: How candidates are trained.
        budget: The limits.
    """

    space: str
    classes: int
    data: str
    evaluate: str
    search: dict[str, Any]
    training: dict[str, Any]
    budget: dict[str, int]

    @classmethod
    def of(cls, space: SearchSpace, *, data: Path | None, evaluate: str) -> "RunSettings":
        """From a space as it will be searched."""
        return cls(
            space=space.name,
            classes=space.network.classes,
            data="" if data is None else str(data.resolve()),
            evaluate=evaluate,
            search=space.search.to_json(),
            training=space.training.to_json(),
            budget=dict(space.limits),
        )

    def text(self) -> str:
        """The content of `run.yaml`."""
        data = {"version": 1, "nasvid": nasvid.__version__} | asdict(self)
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def space_text(space: SearchSpace) -> str:
    """The content of `space.yaml`: as the user wrote it, unless it builds on other files."""
    texts = list(space.texts.values())
    if len(texts) == 1:
        return texts[0]
    return standalone_text(space, space.chosen)


def read_settings(folder: RunFolder) -> tuple[RunSettings, SearchSpace]:
    """The settings of a run and its space, as they were when it began.

    Raises:
        RunError: The settings are damaged.
        SpaceError: The space is.
    """
    path = str(folder.settings_file)
    found = plain(read_text(file_text(path, Mark(path, 1, 1)), path))
    try:
        settings = RunSettings(**{key: found[key] for key in RunSettings.__slots__})
        search = SearchSettings(**settings.search)
        training = Recipe.from_json(settings.training)
    except (KeyError, TypeError) as error:
        raise RunError(
            f"{path}: is not the settings file of a run ({error}); restore it, or start a new run."
        ) from error
    space = load_space(str(folder.space_file)).with_classes(settings.classes)
    space = replace(
        space, name=settings.space, search=search, training=training, limits=settings.budget
    )
    return settings, space
