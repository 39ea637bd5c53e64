"""Starting a search and going on with one."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from nasvid.api.machine import Machine, describe_machine, make_executor
from nasvid.api.preparation import Task, check_function, decode, default_folder, prepare
from nasvid.api.run import Run
from nasvid.api.settings import RunSettings, name_of, read_settings, space_text
from nasvid.api.space import SearchSpace
from nasvid.api.warm_start import read_starts, starts_text
from nasvid.core.errors import RunError
from nasvid.cost.budget import Budget
from nasvid.data.fingerprint import fingerprint
from nasvid.data.progress import Progress
from nasvid.evaluation.custom import EvaluateFunction
from nasvid.execution.events import Event, WarmStarted, Watcher, ignore
from nasvid.execution.interrupts import Interrupts
from nasvid.execution.run_folder import RunFolder
from nasvid.execution.run_search import run_search
from nasvid.report.tensorboard import TensorBoardWatcher
from nasvid.search.candidates import Candidates
from nasvid.search.objectives import Objectives
from nasvid.spec.sections import SearchSettings


def search(
    space: SearchSpace | str | Path,
    data: str | Path | None = None,
    run: str | Path | None = None,
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
        run: A new or empty folder for the run; `runs/NAME` by default.
        evaluate: `evaluate(graph, *, fidelity, seed, report) -> metrics`, in place of training; a
            function, or its import path `package.module:function`.
        machine: Where to evaluate; all of this machine by default.
        reuse: Folder of another run whose results are taken over where they would be the same.
        watcher: Is told what happens.
        progress: Is told about the decoding of videos.
        settings: Settings of the search in place of those of the file, such as `candidates`.

    Returns: The run; `run.best()` is its winner.

    Warns:
        SettingsWarning: A setting that was asked for has no effect.

    Raises:
        NasvidError: Something is wrong with the space, the data, the budget or the folder; then
            nothing has been written.
        KeyboardInterrupt: Someone stopped it before the first candidate; nothing has been written.
    Example:
        >>> from tempfile import TemporaryDirectory
        >>> def evaluate(graph, *, fidelity, seed, report):
        ...     return {"top1": 1 / graph.num_primitives}
        >>> with TemporaryDirectory() as folder:
        ...     found = search(
        ...         "search_spaces/nas_bench_201.yaml",
        ...         run=f"{folder}/run",
        ...         evaluate=evaluate,
        ...         machine=Machine(executor="inline"),
        ...         candidates=12,
        ...         population=4,
        ...     )
        ...     best = found.best()
        >>> len(best.id), best.metrics["top1"] > 0
        (19, True)
    """
    machine = machine or Machine()
    task = prepare(space, data, evaluate, settings)
    path = default_folder(task.spec) if run is None else Path(run)
    RunFolder.check_free(path)
    _check_reuse(reuse)
    # Two calls up: `nasvid.search` is a call of its own.
    task.warn(stacklevel=3)
    decode(task, progress)
    with Interrupts() as interrupts, _new_folder(path, task) as folder:
        _go_on(folder, task, machine, reuse, watcher, interrupts)
    return Run(folder.path)


def plan(
    space: SearchSpace | str | Path,
    data: str | Path | None = None,
    run: str | Path | None = None,
    *,
    evaluate: EvaluateFunction | str | None = None,
    reuse: str | Path | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """What `search` would do with the same arguments; writes nothing, so it decodes no video.

    Raises:
        NasvidError: As `search` does.
    """
    task = prepare(space, data, evaluate, settings)
    path = default_folder(task.spec) if run is None else Path(run)
    RunFolder.check_free(path)
    _check_reuse(reuse)
    spec = task.spec
    size = spec.decisions.size()
    return {
        "space": spec.name,
        "size": str(size),
        "budget": str(Budget(spec.limits)),
        "classes": spec.network.classes,
        "data": "" if task.data is None else str(task.data),
        "evaluate": name_of(evaluate),
        "warm start": task.told_starts,
        "search": spec.search.to_json(),
        "training": spec.training.to_json() if evaluate is None else {},
        "run": str(path),
        "warnings": list(task.warnings),
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
    machine = machine or Machine()
    folder = RunFolder.open(Path(run))
    settings, spec = read_settings(folder)
    if evaluate is not None and name_of(evaluate) != settings.evaluate:
        former = f"by {settings.evaluate}" if settings.evaluate else "by training"
        raise RunError(
            f"{folder.path}: evaluate: got {name_of(evaluate)}, but the run was evaluated "
            f"{former}; its scores cannot be mixed with others. Start a new run."
        )
    function = settings.resolve_evaluate(str(folder.path)) if evaluate is None else evaluate
    if function is not None:
        check_function(function)
    _check_reuse(reuse)
    data = Path(settings.data) if settings.data else None
    starts = tuple(read_starts(folder.warm_start_file)) if spec.search.warm_start else ()
    with Interrupts() as interrupts:
        _go_on(folder, Task(spec, data, function, starts), machine, reuse, watcher, interrupts)
    return Run(folder.path)


def _go_on(
    folder: RunFolder,
    task: Task,
    machine: Machine,
    reuse: str | Path | None,
    watcher: Watcher,
    interrupts: Interrupts,
) -> None:
    spec = task.spec
    candidates = Candidates.of(spec)
    with interrupts.breakable():
        context = {
            "data": "" if task.data is None else fingerprint(task.data),
            "training": spec.training.to_json(),
            "evaluate": name_of(task.evaluate),
        }
        controller = task.controller(candidates)
    with TensorBoardWatcher(folder, Objectives.of(spec.search)) as board:

        def watch(event: Event) -> None:
            board(event)
            watcher(event)

        if task.told_starts:
            watch(WarmStarted(f"warm start: {task.told_starts}"))
        run_search(
            folder,
            controller,
            candidates,
            lambda: make_executor(machine, spec, task.data, task.evaluate),
            interrupts=interrupts,
            context=context,
            evaluator=describe_machine(machine),
            search=_followed(folder, spec.search),
            reuse_from=None if reuse is None else RunFolder.open(Path(reuse)).ledger_file,
            watcher=watch,
        )


def _followed(folder: RunFolder, settings: SearchSettings) -> dict[str, object]:
    """What the jobs of a run follow from; where its files say something else it cannot go on."""
    files = (folder.space_file, folder.warm_start_file)
    digests = {
        file.name: sha256(file.read_bytes()).hexdigest()[:16] for file in files if file.exists()
    }
    return {**{f"search.{name}": v for name, v in settings.to_json().items()}, **digests}


def _check_reuse(reuse: str | Path | None) -> None:
    if reuse is not None:
        RunFolder.open(Path(reuse))


@contextmanager
def _new_folder(path: Path, task: Task) -> Iterator[RunFolder]:
    """The folder of a new run; all is as it was before where the search could not even begin."""
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    frozen = RunSettings.of(task.spec, data=task.data, evaluate=name_of(task.evaluate))
    folder = RunFolder.create(
        path,
        settings_text=frozen.text(),
        space_text=space_text(task.spec),
        warm_start_text=starts_text(task.starts) if task.starts else "",
    )
    try:
        yield folder
    except BaseException:
        folder.remove_if_unused()
        if not path.exists():
            for parent in made[1:]:
                with suppress(OSError):  # another process may have put something there
                    parent.rmdir()
            if not made:
                path.mkdir()
        raise
