"""Everything that is checked and done before a search may write anything."""

import inspect
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nasvid.api.budget_check import SAMPLES, check_budget
from nasvid.api.data_folder import read_data_folder
from nasvid.api.idle_settings import SettingsWarning, check_idle
from nasvid.api.load import load
from nasvid.api.space import SearchSpace
from nasvid.api.trained_objectives import check_trained
from nasvid.api.warm_start import Start, named_starts
from nasvid.core.errors import EvaluationError, NasvidError
from nasvid.core.seeds import keyed_rng
from nasvid.data.progress import Progress
from nasvid.evaluation.custom import EvaluateFunction, resolve_function
from nasvid.lowering.lower import lower
from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.candidates import Candidates
from nasvid.search.controller import Controller
from nasvid.search.space_view import SpaceView
from nasvid.spec.outline import outline_of
from nasvid.spec.places import place_of
from nasvid.spec.search_space import SearchSpace as Spec

RUNS = Path("runs")


@dataclass(frozen=True, slots=True)
class Task:
    """A search that can begin.

    Args:
        spec: The space as it will be searched: settings, classes and final split resolved.
        data: The data folder; None where a custom evaluation needs none.
        evaluate: A custom evaluation; None for training.
        starts: Members that are evaluated first.
        told_starts: How many of those that were named are, for people; empty if none were.
        warnings: Settings that were asked for and have no effect, for people.
    """

    spec: Spec
    data: Path | None
    evaluate: EvaluateFunction | str | None
    starts: tuple[Start, ...] = ()
    told_starts: str = ""
    warnings: tuple[str, ...] = ()

    def controller(self, candidates: Candidates | None = None) -> Controller:
        """The search, before its first job.

        Args:
            candidates: The members of the space, if there are some already.
        """
        spec = self.spec
        return Controller(
            spec.decisions,
            spec.search,
            Candidates.of(spec) if candidates is None else candidates,
            limits=spec.limits,
            outline=outline_of(spec.network),
            warm_start=[start.genotype for start in self.starts],
        )

    def warn(self, stacklevel: int) -> None:
        """Tell the warnings, so many calls up."""
        for text in self.warnings:
            warnings.warn(text, SettingsWarning, stacklevel=stacklevel + 1)


def prepare_space(space: SearchSpace | str | Path, settings: dict[str, Any]) -> Task:
    """A search whose candidates somebody else evaluates.

    Raises:
        NasvidError: Something is wrong with the space, the settings or the budget.
    """
    space = _opened(space, settings)
    task = _checked(space, _without_final_split(space.spec), None, None, is_own=True)
    told = list(task.warnings)
    if "left out" in task.told_starts:
        # Of a run messages tell it.
        told.append(f"warm_start: {task.told_starts}.")
    if task.spec.search.timeout_s:
        told.append("timeout_s: has no effect on what is evaluated elsewhere; leave it out.")
    return replace(task, warnings=tuple(told))


def prepare(
    space: SearchSpace | str | Path,
    data: str | Path | None,
    evaluate: EvaluateFunction | str | None,
    settings: dict[str, Any],
) -> Task:
    """The search that these arguments describe; reads clip lists but decodes no video.

    Raises:
        NasvidError: Something is wrong with the space, the data, the function or the budget.
    """
    space = _opened(space, settings)
    spec = space.spec
    if evaluate is not None:
        check_function(evaluate)
    else:
        check_trained(spec)
    source = None if data is None else Path(data)
    spec = _for_data(spec, source) if source is not None else _without_data(spec, evaluate)
    return _checked(space, spec, source, evaluate, is_own=evaluate is not None)


def _opened(space: SearchSpace | str | Path, settings: dict[str, Any]) -> SearchSpace:
    """The space with these settings of the search."""
    if not isinstance(space, SearchSpace):
        space = load(space)
    space.check_clip()
    return space.with_search(**settings)


def _checked(
    space: SearchSpace,
    spec: Spec,
    source: Path | None,
    evaluate: EvaluateFunction | str | None,
    *,
    is_own: bool,
) -> Task:
    """The task, once all that hangs on the space alone is found right.

    Args:
        space: The space as it was asked for.
        spec: The same as it will be searched.
        source: The data folder, if there is one.
        evaluate: A custom evaluation, if it is a function.
        is_own: Whether candidates are evaluated by something else than training here.
    """
    _check_algorithm(spec)
    idle = check_idle(space.spec, space.by_hand, _lacks_split(spec, source), is_own=is_own)
    check_budget(spec)
    found = named_starts(space, spec)
    if found is None:
        return Task(spec, source, evaluate, warnings=idle)
    return Task(spec, source, evaluate, tuple(found.starts), str(found), idle)


def _lacks_split(spec: Spec, source: Path | None) -> str:
    """Why a search has no final split; empty if it has one."""
    if spec.search.final_split:
        return ""
    if source is None:
        return "an evaluate function without data has one split, its own"
    return f"{source} has no list of that split"


def _check_algorithm(spec: Spec) -> None:
    """Raise a NasvidError where the algorithm cannot search the space, or lacks a package."""
    search = spec.search
    try:
        ALGORITHMS[search.algorithm](SpaceView(spec.decisions, spec.limits), search)
    except NasvidError as error:
        raise NasvidError(f"search.algorithm: {error}") from error


def check_function(evaluate: EvaluateFunction | str) -> None:
    """Raise an EvaluationError unless this is, or names, a function that can be called."""
    function = resolve_function(evaluate) if isinstance(evaluate, str) else evaluate
    name = evaluate if isinstance(evaluate, str) else getattr(function, "__qualname__", "evaluate")
    if not callable(function):
        raise EvaluationError(f"evaluate: got {function!r}; accepts a function or an import path.")
    try:
        inspect.signature(function).bind(None, fidelity=None, seed=0, report=None)
    except TypeError as error:
        raise EvaluationError(
            f"evaluate: {name!r} cannot be called as evaluate(graph, fidelity=..., seed=..., "
            f"report=...): {error}. Define it as def evaluate(graph, *, fidelity, seed, report)."
        ) from error
    except ValueError:
        # Some callables written in C do not tell their signature.
        return


def decode(task: Task, progress: Progress | None) -> None:
    """Decode all videos once, before any worker starts, and see that the head fits the data.

    Raises:
        DataError: A video cannot be decoded; all that cannot are named.
        EvaluationError: The networks do not fit the data.
    """
    if task.data is None or task.evaluate is not None:
        return
    # Loaded here, so that a mistake in the arguments is told without waiting for torch.
    from nasvid.evaluation.library import ClipLibrary, check_head, streams_of

    library = ClipLibrary(task.data, progress=progress)
    search = task.spec.search
    splits = dict.fromkeys(filter(None, ("train", "val", search.final_split)))
    for attempt in range(SAMPLES):
        genotype = task.spec.decisions.sample(keyed_rng(search.seed, "decode", attempt))
        try:
            graph = lower(task.spec, genotype, keep_unused=True).graph
        except NasvidError:
            continue
        for split in splits:
            clips = library.open(split, streams_of(graph))
            try:
                check_head(graph, clips.num_classes)
            except EvaluationError as error:
                where = place_of(task.spec, "network", "head")
                raise EvaluationError(f"{where}: network.head: {error}") from error
        return
    raise NasvidError(f"{task.spec.file}: no valid network was found to decode the videos for.")


def default_folder(spec: Spec) -> Path:
    """Where a run goes that was given no folder: `runs/NAME`."""
    return RUNS / (re.sub(r"[^A-Za-z0-9._-]+", "_", spec.name).strip("._-") or "search")


def _for_data(spec: Spec, source: Path) -> Spec:
    """The space with the classes of the data, and a final split that the data has."""
    lists = read_data_folder(source)
    search = spec.search
    if search.final_split not in lists:
        search = replace(search, final_split="")
    return replace(spec, search=search).with_classes(lists["train"].num_classes)


def _without_data(spec: Spec, evaluate: EvaluateFunction | str | None) -> Spec:
    if evaluate is None:
        raise EvaluationError(
            "data: got none; training needs a folder with train.csv and val.csv. Give one, or an "
            "evaluate function of your own."
        )
    return _without_final_split(spec)


def _without_final_split(spec: Spec) -> Spec:
    # Which clips others score on is their own affair: there is no other split to ask them for.
    return replace(spec, search=replace(spec.search, final_split=""))
