"""`nasvid search`: evolution on Ray; a stopped search goes on with --resume."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from nasvid.api.load import load
from nasvid.api.machine import Machine
from nasvid.api.preparation import default_folder
from nasvid.api.run import Run
from nasvid.api.search import plan, resume, search
from nasvid.api.space import SearchSpace
from nasvid.cli import search_options as given
from nasvid.cli.options import DEVICE, JSON
from nasvid.cli.outcome import conclude, stopped
from nasvid.cli.output import console, print_json, side_console, told_warnings
from nasvid.cli.progress import SearchProgress
from nasvid.core.errors import NasvidError, RunError
from nasvid.report.candidate_row import CandidateRow
from nasvid.search.objectives import Objectives
from nasvid.spec.sections import SearchSettings


def command(
    *,
    file: given.FILE = None,
    data: given.DATA = None,
    out: given.OUT = None,
    resume_run: given.RESUME = None,
    dry_run: given.DRY_RUN = False,
    algorithm: given.ALGORITHM = None,
    candidates: given.CANDIDATES = None,
    population: given.POPULATION = None,
    seed: given.SEED = None,
    repeats: given.REPEATS = None,
    warm_start: given.WARM_START = None,
    evaluate: given.EVALUATE = None,
    reuse: given.REUSE = None,
    executor: given.EXECUTOR = "ray",
    workers: given.WORKERS = 0,
    address: given.ADDRESS = "",
    device: DEVICE = "auto",
    slots: given.SLOTS = 1,
    json: JSON = False,
) -> None:
    """Search a space for its best architecture, or go on with a search that was stopped.

    Settings that are not given here are those of the file. Ctrl-C stops after the running jobs;
    nothing that was finished is lost.
    """
    machine = Machine(
        executor=executor, workers=workers, address=address, device=device, slots=slots
    )
    settings: dict[str, Any] = {
        "algorithm": algorithm,
        "candidates": candidates,
        "population": population,
        "seed": seed,
        "repeats": repeats,
        "warm_start": warm_start or None,
    }
    if resume_run is not None:
        _check_alone([file, data, out, evaluate, dry_run or None, *settings.values()])
        raise typer.Exit(_resume(resume_run, machine, reuse, as_json=json))
    if file is None:
        raise NasvidError("search: got no file; give a search space, or --resume RUN.")
    space = load(file).with_search(**settings)
    target = default_folder(space.spec) if out is None else out
    arguments = {"data": data, "run": target, "evaluate": evaluate, "reuse": reuse}
    if dry_run:
        _show(plan(space, **arguments), as_json=json)
    else:
        raise typer.Exit(_search(space, arguments, machine, as_json=json))


def _search(
    space: SearchSpace, arguments: dict[str, Any], machine: Machine, *, as_json: bool
) -> int:
    try:
        with _progress(space.spec.search) as watcher, told_warnings(watcher.say):
            run = search(
                space, **arguments, machine=machine, watcher=watcher, progress=watcher.decoding
            )
    except KeyboardInterrupt:
        return stopped(arguments["run"])
    return conclude(run, as_json=as_json)


def _resume(path: Path, machine: Machine, reuse: Path | None, *, as_json: bool) -> int:
    former = Run(path)
    settings = SearchSettings.from_json(former.settings.search)
    try:
        with _progress(settings, _trainings(former)) as watcher:
            run = resume(path, machine=machine, reuse=reuse, watcher=watcher)
    except KeyboardInterrupt:
        return stopped(path)
    return conclude(run, as_json=as_json)


def _progress(settings: SearchSettings, known: Iterable[CandidateRow] = ()) -> SearchProgress:
    return SearchProgress(side_console(), Objectives.of(settings), known)


def _trainings(run: Run) -> tuple[CandidateRow, ...]:
    """What earlier sessions left; nothing where the first one was stopped before it began."""
    try:
        return run.summary.rows
    except RunError:
        # What is wrong with a ledger is told when the search opens it.
        return ()


def _check_alone(others: list[Any]) -> None:
    if any(value is not None for value in others):
        raise NasvidError(
            "--resume: goes on with the space, data and settings that the run began with; leave "
            "out FILE, --data, --out, --evaluate, --dry-run and settings of the search."
        )


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    out = console()
    warnings = found.pop("warnings")
    for name, value in found.items():
        shown = _listed(value) if isinstance(value, dict) else str(value)
        if shown:
            out.print(f"{name}: {shown}", markup=False)
    for warning in warnings:
        out.print(f"warning: {warning}", markup=False)
    out.print("nothing was written (--dry-run)")


def _listed(settings: dict[str, Any]) -> str:
    return ", ".join(f"{key} {item}" for key, item in settings.items())
