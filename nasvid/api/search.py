"""Starting a search and going on with one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nasvid.api.load import load
from nasvid.api.run import Run
from nasvid.api.settings import RunSettings, read_settings, space_text
from nasvid.api.space import SearchSpace
from nasvid.core.errors import BudgetError, EvaluationError, NasvidError, RunError
from nasvid.core.registry import unknown_name
from nasvid.core.seeds import keyed_rng
from nasvid.cost.budget import Budget
from nasvid.data.clip_list import read_clip_list, split_csv
from nasvid.data.fingerprint import fingerprint
from nasvid.data.progress import Progress
from nasvid.evaluation.custom import EvaluateFunction, resolve_function
from nasvid.evaluation.library import ClipLibrary, check_head, streams_of
from nasvid.execution.evaluator_factory import EvaluatorFactory
from nasvid.execution.events import Event, Watcher, ignore
from nasvid.execution.executor import Executor
from nasvid.execution.inline_executor import InlineExecutor
from nasvid.execution.loop import Outcome
from nasvid.execution.ray_executor import RayExecutor
from nasvid.execution.run_folder import RunFolder
from nasvid.execution.run_search import run_search
from nasvid.lowering.lower import lower
from nasvid.report.tensorboard import TensorBoardWatcher
from nasvid.search.candidates import Candidates
from nasvid.search.controller import Controller
from nasvid.search.profile import profile_space
from nasvid.spec.search_space import SearchSpace as Spec

EVALUATOR = "nasvid.evaluation.evaluator:Evaluator"
EXECUTORS = ("ray", "inline")
# Marks a function that was given itself, not by an import path.
UNNAMED = "function "
# A worker that hangs beyond its own time limit is killed at this many times the limit.
KILL_FACTOR = 3.0
# Enough to tell a hard budget from an impossible one within a second or two.
WITNESS_SAMPLES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where candidates are evaluated; results do not depend on it.

    Args:
        executor: `ray` or `inline` (in this process).
        workers: Ray actors; 0 takes as many as the machine or cluster has room for.
        address: A running Ray cluster; empty starts Ray on this machine.
        device: `auto`, `cpu` or `cuda`.
        slots: Candidates that one worker trains at once.
    """

    executor: str = "ray"
    workers: int = 0
    address: str = ""
    device: str = "auto"
    slots: int = 1


def search(
    space: SearchSpace | str | Path,
    data: str | Path | None = None,
    run: str | Path = "runs/search",
    *,
    evaluate: EvaluateFunction | str | None = None,
    machine: Machine | None = None,
    reuse: str | Path | None = None,
    watcher: Watcher = ignore,
    progress: Progress | None = None,
    **settings: Any,
) -> Run:
    """Search a space for its best architecture.

    Args:
        space: The space, or its file.
        data: A folder with `train.csv`, `val.csv` and maybe `test.csv`. Not needed with `evaluate`.
        run: A new or empty folder for the run.
        evaluate: `evaluate(graph, *, fidelity, seed, report) -> metrics`, in place of training; a
            function, or its import path `package.module:function`.
        machine: Where to evaluate; all of this machine by default.
        reuse: Folder of another run whose results are taken over where they would be the same.
        watcher: Is told what happens.
        progress: Is told about the decoding of videos.
        settings: Settings of the search in place of those of the file, such as `candidates`.

    Returns: The run; `run.best()` is its winner.

    Raises:
        NasvidError: Something is wrong with the space, the data, the budget or the folder; then
            nothing has been written.
    """
    spec, source = _resolve(space, data, evaluate, settings)
    if source is not None and evaluate is None:
        _decode(spec, source, progress)
    if reuse is not None:
        RunFolder.open(Path(reuse))
    evaluate_path = _import_path(evaluate)
    machine = machine or Machine()
    if machine.executor not in EXECUTORS:
        raise RunError(f"executor: {unknown_name('executor', machine.executor, EXECUTORS)}")
    frozen = RunSettings.of(spec, data=source, evaluate=evaluate_path)
    folder = RunFolder.create(
        Path(run), settings_text=frozen.text(), space_text=space_text(spec)
    )
    try:
        _go_on(folder, frozen, spec, evaluate, machine, reuse, watcher)
    except NasvidError:
        # Where nothing could begin (no cluster, no Ray), nothing is left behind.
        folder.remove_if_unused()
        raise
    return Run(folder.path)


def plan(
    space: SearchSpace | str | Path,
    data: str | Path | None,
    run: str | Path,
    *,
    evaluate: EvaluateFunction | str | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """What `search` would do with the same arguments, after all the same checks; writes nothing.

    Raises:
        NasvidError: As `search` does.
    """
    spec, source = _resolve(space, data, evaluate, settings)
    RunFolder.check_free(Path(run))
    if isinstance(evaluate, str):
        resolve_function(evaluate)
    size = spec.decisions.size()
    return {
        "space": spec.name,
        "size": f"{size.count} genotypes ({size.label})",
        "budget": str(Budget(spec.limits)),
        "classes": spec.network.classes,
        "data": "" if source is None else str(source),
        "search": spec.search.to_json(),
        "training": spec.training.to_json(),
    }


def resume(
    run: str | Path,
    *,
    evaluate: EvaluateFunction | None = None,
    machine: Machine | None = None,
    reuse: str | Path | None = None,
    watcher: Watcher = ignore,
) -> Run:
    """Go on with a search that was stopped; a finished one is left as it is.

    Args:
        run: Its folder.
        evaluate: The function, where the search was given one that has no import path.
        machine: Where to evaluate.
        reuse: Folder of another run whose results are taken over where they would be the same.
        watcher: Is told what happens.

    Raises:
        NasvidError: There is no run, or what it depends on has changed.
    """
    folder = RunFolder.open(Path(run))
    settings, spec = read_settings(folder)
    _go_on(folder, settings, spec, evaluate, machine or Machine(), reuse, watcher)
    return Run(folder.path)


def _go_on(
    folder: RunFolder,
    settings: RunSettings,
    spec: Spec,
    evaluate: EvaluateFunction | str | None,
    machine: Machine,
    reuse: str | Path | None,
    watcher: Watcher,
) -> Outcome:
    function = evaluate or settings.evaluate or None
    if isinstance(function, str) and function.startswith(UNNAMED):
        raise RunError(
            f"{folder.path}: was searched with the {function}, which has no import path; "
            "go on with it from Python: nasvid.resume(run, evaluate=function)."
        )
    if isinstance(function, str):
        resolve_function(function)
    source = Path(settings.data) if settings.data else None
    context = {
        "data": "" if source is None else fingerprint(source),
        "training": spec.training.to_json(),
        "evaluate": settings.evaluate,
    }
    candidates = Candidates.of(spec)
    with TensorBoardWatcher(folder, spec.search.objective) as board:

        def watch(event: Event) -> None:
            board(event)
            watcher(event)

        return run_search(
            folder,
            Controller(spec.decisions, spec.search, candidates),
            candidates,
            lambda: _executor(machine, spec, source, function),
            context=context,
            reuse_from=None if reuse is None else RunFolder.open(Path(reuse)).ledger_file,
            watcher=watch,
        )


def _executor(
    machine: Machine,
    spec: Spec,
    source: Path | None,
    function: EvaluateFunction | str | None,
) -> Executor:
    device = machine.device
    if device == "auto":
        device = _best_device()
    arguments: dict[str, Any] = {
        "data": source,
        "recipe": spec.training,
        "device": device,
        "slots": machine.slots,
        "evaluate": function,
        "timeout_s": spec.search.timeout_s or None,
    }
    makers: dict[str, Callable[[], Executor]] = {
        "inline": lambda: InlineExecutor(EvaluatorFactory(EVALUATOR, arguments)),
        "ray": lambda: RayExecutor(
            # One thread each: two workers of one thread beat one worker of two.
            EvaluatorFactory(EVALUATOR, arguments | {"threads": 1}),
            workers=machine.workers,
            # More would only wait: no more jobs than the window are ever in flight.
            at_most=-(-spec.search.window // machine.slots),
            address=machine.address,
            gpus_per_worker=1.0 if device.startswith("cuda") else 0.0,
            kill_after_s=KILL_FACTOR * spec.search.timeout_s,
        ),
    }
    return makers[machine.executor]()


def _best_device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _resolve(
    space: SearchSpace | str | Path,
    data: str | Path | None,
    evaluate: EvaluateFunction | str | None,
    settings: dict[str, Any],
) -> tuple[Spec, Path | None]:
    """The space as it will be searched, checked against data and budget."""
    if not isinstance(space, SearchSpace):
        space = load(space)
    spec, source = _with_data(space.with_search(**settings).spec, data, evaluate)
    _check_budget(spec)
    return spec, source


def _with_data(
    spec: Spec, data: str | Path | None, evaluate: EvaluateFunction | str | None
) -> tuple[Spec, Path | None]:
    """The space for the classes of the data, and the data folder."""
    if data is None:
        if evaluate is None:
            raise EvaluationError(
                "data: got none; training needs a folder with train.csv and val.csv. Give one, or "
                "an evaluate function of your own."
            )
        return replace(spec, search=replace(spec.search, final_split="")), None
    source = Path(data)
    classes = len(read_clip_list(split_csv(source, "train")).class_names)
    read_clip_list(split_csv(source, "val"))
    if spec.search.final_split == "test" and not split_csv(source, "test").is_file():
        spec = replace(spec, search=replace(spec.search, final_split=""))
    return spec.with_classes(classes), source


def _check_budget(spec: Spec) -> None:
    """Raise a BudgetError where no member within the budget can be found."""
    profile = profile_space(spec, samples=WITNESS_SAMPLES, seed=spec.search.seed)
    if not profile.ranges:
        reason, (count, example) = next(iter(profile.invalid.items()))
        raise BudgetError(
            f"{spec.file}: none of {profile.samples} samples is a valid network; {count} times: "
            f"{reason} For example: {example}"
        )
    if profile.verdict in ("impossible", "none_found"):
        raise BudgetError(budget_message(spec, profile))


def budget_message(spec: Spec, profile: Any) -> str:
    """Why no member fits a budget, and by how much."""
    budget = str(Budget(spec.limits))
    if profile.verdict == "impossible":
        broken = [n for n, most in spec.limits.items() if profile.bound[n] > most]
        listed = ", ".join(f"{n} {profile.bound[n]} > {spec.limits[n]}" for n in broken)
        return (
            f"{spec.file}: budget: {budget} is impossible: every member has at least {listed}. "
            "Raise the limit, or put smaller options into the space."
        )
    listed = ", ".join(f"{name} {least}" for name, least in profile.smallest.items())
    return (
        f"{spec.file}: budget: no member within {budget} was found in {profile.tries} tries; the "
        f"smallest seen are {listed}. Raise the limit, or put smaller options into the space."
    )


def _decode(spec: Spec, source: Path, progress: Progress | None) -> None:
    """Decode all videos once, before any worker starts, and see that the head fits the data."""
    library = ClipLibrary(source, progress=progress)
    for attempt in range(WITNESS_SAMPLES):
        genotype = spec.decisions.sample(keyed_rng(spec.search.seed, "decode", attempt))
        try:
            graph = lower(spec, genotype, keep_unused=True).graph
        except NasvidError:
            continue
        splits = ["train", "val"]
        if spec.search.final_split == "test":
            splits.append("test")
        for split in splits:
            check_head(graph, library.open(split, streams_of(graph)).num_classes)
        return
    raise NasvidError(f"{spec.file}: no valid network was found to decode the videos for.")


def _import_path(evaluate: EvaluateFunction | str | None) -> str:
    if evaluate is None or isinstance(evaluate, str):
        return evaluate or ""
    return f"{UNNAMED}{evaluate.__module__}.{getattr(evaluate, '__qualname__', '?')}"
