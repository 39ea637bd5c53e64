"""What a run is, on disk: everything that its jobs depend on, resolved and frozen."""

import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

import nasvid
from nasvid.core.errors import Mark, RunError
from nasvid.core.recipes import Recipe
from nasvid.evaluation.custom import EvaluateFunction
from nasvid.execution.run_folder import RunFolder
from nasvid.lowering.load import load_space
from nasvid.spec.closed_file import standalone_text
from nasvid.spec.models import SearchSection, TrainingSection
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.sections import SearchSettings
from nasvid.spec.source import file_text, plain, read_text

# Marks a function that was given itself and can be imported from nowhere.
UNNAMED = "function "


@dataclass(frozen=True, slots=True)
class RunSettings:
    """The resolved settings of a run.

    Args:
        space: Name of the space.
        classes: Value of `=classes`.
        data: The data folder, absolute; empty where a custom function needs none.
        evaluate: Name of a custom evaluation, see `name_of`; empty for training.
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

    def resolve_evaluate(self, where: str) -> str | None:
        """Import path of the custom evaluation; None for training.

        Args:
            where: The run, for the message.

        Raises:
            RunError: The function can be imported from nowhere.
        """
        if self.evaluate.startswith(UNNAMED):
            raise RunError(
                f"{where}: was evaluated by the {self.evaluate}, which cannot be imported; go on "
                "with it from Python: nasvid.resume(run, evaluate=function)."
            )
        return self.evaluate or None

    def text(self) -> str:
        """The content of `run.yaml`."""
        data = {"version": 1, "nasvid": nasvid.__version__} | asdict(self)
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def name_of(evaluate: EvaluateFunction | str | None) -> str:
    """How a custom evaluation is called: its import path, or what is known of it; empty for none.

    Example:
        >>> name_of("my_project.scoring:evaluate"), name_of(lambda graph, **_: {"top1": 1.0})
        ('my_project.scoring:evaluate', 'function nasvid.api.settings.<lambda>')
    """
    if evaluate is None or isinstance(evaluate, str):
        return evaluate or ""
    module = getattr(evaluate, "__module__", "?")
    name = getattr(evaluate, "__qualname__", type(evaluate).__qualname__)
    is_importable = (
        module != "__main__" and getattr(sys.modules.get(module), name, None) is evaluate
    )
    return f"{module}:{name}" if is_importable else f"{UNNAMED}{module}.{name}"


def space_text(space: SearchSpace) -> str:
    """The content of `space.yaml`: as the user wrote it, unless that alone says less."""
    texts = list(space.texts.values())
    if len(texts) == 1 and not space.included and not space.is_resized:
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
        settings = TypeAdapter(RunSettings).validate_python(found)
        SearchSection.model_validate(settings.search)
        TrainingSection.model_validate(settings.training)
        search = SearchSettings.from_json(settings.search)
        training = Recipe.from_json(settings.training)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise RunError(
            f"{path}: is not the settings file of a run ({where}: {first['msg']}); restore it, or "
            "start a new run."
        ) from error
    space = load_space(str(folder.space_file)).with_classes(settings.classes)
    space = replace(
        space, name=settings.space, search=search, training=training, limits=settings.budget
    )
    return settings, space
