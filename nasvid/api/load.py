"""Reading a search space or an architecture."""

from collections.abc import Iterator
from dataclasses import replace
from os import PathLike
from pathlib import Path

from nasvid.api.search_settings import naming, unknown_plugins
from nasvid.api.space import SearchSpace
from nasvid.api.zoo_folder import check_name, named_file
from nasvid.core.errors import Mark, NasvidError, Problem, SpaceError
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.load import load_space
from nasvid.spec.override import Override
from nasvid.spec.parse_override import LEAST_WIDTH, MAX_CLASSES, MOST_WIDTH, is_width_factor
from nasvid.spec.places import place_in, place_of
from nasvid.spec.search_space import SearchSpace as Spec
from nasvid.spec.sections import SearchSettings
from nasvid.spec.source import Table, file_text, plain, read_text


def load(
    path: str | Path,
    clip: str | None = None,
    classes: int | None = None,
    width: float | None = None,
) -> SearchSpace:
    """Read a file of the language.

    Args:
        path: A search space, or an architecture: a space with nothing left to choose. The name of a
            network of the zoo, such as `x3d_m`, stands for its file.
        clip: `TxS`, frames of the fastest input that is seen and size of all such; slower ones and
            sound keep their ratio.
        classes: Value of `=classes`.
        width: Factor of all widths that the file writes down, such as 0.5.

    Raises:
        SpaceError: All problems of the file at once, each with file, line and column.
        ShapeError: The clip is not of the form TxS.
        NasvidError: The path is a folder, or the number of classes or the factor is none.
    Example:
        >>> space = load("search_spaces/quickstart.yaml")
        >>> space.sample(seed=1).cost().macs > 0
        True
    """
    if not isinstance(path, str | PathLike):
        raise NasvidError(
            f"load: got {path!r}; accepts the path of a .yaml file, or the name of a network of the zoo."
        )
    size = None if clip is None else ClipSize.parse(clip)
    if classes is not None and not _is_count(classes, MAX_CLASSES):
        raise NasvidError(
            f"classes: got {classes!r}; accepts whole numbers from 1 to {MAX_CLASSES}."
        )
    path = named_file(path)
    if not path.exists():
        check_name(path)
    if path.is_dir():
        raise NasvidError(f"{path}: is a folder; accepts a .yaml file of the language.")
    if width is not None and not is_width_factor(width):
        message = f"width: got {width}; accepts a factor from {LEAST_WIDTH} to {MOST_WIDTH:g}."
        raise NasvidError(message)
    spec = _load(str(path)).with_classes(classes)
    if width is not None:
        spec = replace(spec.with_override(Override(width)), is_resized=True)
    _check_plugins(spec)
    return SearchSpace(spec, size)


def _is_count(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _load(path: str) -> Spec:
    try:
        return load_space(path)
    except SpaceError as error:
        files = dict.fromkeys((path, *(problem.mark.file for problem in error.problems)))
        named = [problem for file in files for problem in _plugin_problems(file)]
        raise SpaceError([*error.problems, *named]) from error


def _plugin_problems(file: str) -> Iterator[Problem]:
    """What is wrong with names in a file of which other things are wrong."""
    try:
        search = place_in(read_text(file_text(file, Mark(file, 1, 1)), file), "search")
    except SpaceError:
        return
    if not isinstance(search, Table):
        return
    for name, message in unknown_plugins(SearchSettings().to_json() | naming(plain(search))):
        place = place_in(search, *name.split(".")) or search
        yield Problem(place.mark, f"search.{name}", message)


def _check_plugins(spec: Spec) -> None:
    # The language layer knows no algorithms, so their names are checked where both are known.
    found = unknown_plugins(spec.search.to_json())
    if found:
        raise SpaceError(
            Problem(place_of(spec, "search", *name.split(".")), f"search.{name}", message)
            for name, message in found
        )
