"""Reading a search space or an architecture."""

from pathlib import Path

from nasvid.api.space import SearchSpace
from nasvid.core.errors import Mark, Problem, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.load import load_space
from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.mutation import MUTATIONS
from nasvid.spec.search_space import SearchSpace as Spec


def load(path: str | Path, clip: str | None = None, classes: int | None = None) -> SearchSpace:
    """Read a file of the language.

    Args:
        path: A search space, or an architecture: a space with nothing left to choose.
        clip: `TxS`, frames of the fastest input and size of all; slower inputs keep their ratio.
        classes: Value of `=classes`.

    Raises:
        SpaceError: All problems of the file at once, each with file, line and column.
        ShapeError: The clip is not of the form TxS.
    Example:
        >>> space = load("search_spaces/quickstart.yaml")
        >>> space.sample(seed=1).cost().macs > 0
        True
    """
    size = None if clip is None else ClipSize.parse(clip)
    spec = load_space(str(path)).with_classes(classes)
    _check_search(spec)
    return SearchSpace(spec, size)


def _check_search(spec: Spec) -> None:
    # The language layer knows no algorithms, so their names are checked where both are known.
    problems: list[Problem] = []
    mark = Mark(spec.file, 1, 1)
    algorithm = spec.search.algorithm
    if algorithm not in ALGORITHMS:
        message = unknown_name("algorithm", algorithm, ALGORITHMS)
        problems.append(Problem(mark, "search.algorithm", message))
    problems += [
        Problem(mark, "search.mutations", unknown_name("mutation", name, MUTATIONS))
        for name in spec.search.mutations
        if name not in MUTATIONS
    ]
    if problems:
        raise SpaceError(problems)
