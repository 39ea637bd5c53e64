"""`nasvid search`: evolution on Ray; a stopped search goes on with --resume."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from nasvid.api.load import load
from nasvid.api.run import Run
from nasvid.api.search import Machine, plan, resume, search
from nasvid.cli.output import JSON_OPTION, console, print_json
from nasvid.cli.progress import SearchProgress
from nasvid.core.costs import human_count
from nasvid.core.errors import NasvidError
from nasvid.report.tables import pareto_table


def command(
    file: Annotated[
        Path | None, typer.Argument(help="A search space; not with --resume.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder with train.csv, val.csv and maybe test.csv.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="New folder of the run; runs/NAME by default.")
    ] = None,
    resume_run: Annotated[
        Path | None, typer.Option("--resume", help="Go on with the search in this folder.")
    ] = None,
    algorithm: Annotated[str | None, typer.Option(help="aging_evolution or random_search.")] = None,
    candidates: Annotated[int | None, typer.Option(min=1, help="Architectures to evaluate.")] = None,
    population: Annotated[int | None, typer.Option(min=1, help="Size of the population.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of everything.")] = None,
    repeats: Annotated[
        int | None, typer.Option(min=0, help="More trainings of the winner at the end.")
    ] = None,
    evaluate: Annotated[
        str | None, typer.Option(help="Your evaluation: package.module:function.")
    ] = None,
    reuse: Annotated[
        Path | None, typer.Option(help="Take over results of this run where they would be equal.")
    ] = None,
    executor: Annotated[str, typer.Option(help="ray, or inline for debugging.")] = "ray",
    workers: Annotated[
        int, typer.Option(min=0, help="Evaluators; 0 takes all there is room for.")
    ] = 0,
    address: Annotated[str, typer.Option(help="A running Ray cluster, such as auto.")] = "",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    slots: Annotated[int, typer.Option(min=1, help="Candidates at once in one evaluator.")] = 1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and stop before the search.")
    ] = False,
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Search a space for its best architecture, or go on with a search that was stopped."""
    machine = Machine(
        executor=executor, workers=workers, address=address, device=device, slots=slots
    )
    settings: dict[str, Any] = {
        "algorithm": algorithm,
        "candidates": candidates,
        "population": population,
        "seed": seed,
        "repeats": repeats,
    }
    # Progress goes to standard error, so that standard output is the result alone.
    progress_console = Console(stderr=json, highlight=False, soft_wrap=True)
    if resume_run is not None:
        _check_resume(file, data, out, evaluate, settings)
        objective = Run(resume_run).settings.search["objective"]
        with SearchProgress(progress_console, objective, is_quiet=json) as progress:
            run = resume(resume_run, machine=machine, reuse=reuse, watcher=progress)
        raise typer.Exit(_conclude(run, as_json=json))
    if file is None:
        raise NasvidError("search: got no file; give a search space, or --resume RUN.")
    space = load(file).with_search(**settings)
    target = Path("runs") / space.name if out is None else out
    if dry_run:
        _show_plan(plan(space, data, target, evaluate=evaluate), target, as_json=json)
        return
    with SearchProgress(progress_console, space.spec.search.objective, is_quiet=json) as progress:
        run = search(
            space,
            data,
            target,
            evaluate=evaluate,
            machine=machine,
            reuse=reuse,
            watcher=progress,
            progress=progress.decoding,
        )
    raise typer.Exit(_conclude(run, as_json=json))


def _check_resume(*given: Any) -> None:
    *places, settings = given
    changed = [name for name, value in settings.items() if value is not None]
    if any(value is not None for value in places) or changed:
        raise NasvidError(
            "--resume: goes on with the space, data and settings that the run began with; leave "
            "out FILE, --data, --out, --evaluate and settings of the search."
        )


def _show_plan(found: dict[str, Any], target: Path, *, as_json: bool) -> None:
    if as_json:
        print_json(found | {"run": str(target)})
        return
    out = console()
    for name, value in found.items():
        out.print(f"{name}: {value}", markup=False)
    out.print(f"run: {target} (nothing written, --dry-run)", markup=False)


def _conclude(run: Run, *, as_json: bool) -> int:
    summary = run.summary
    is_complete = summary.state == "complete"
    if as_json:
        front = [
            {
                "id": c.id,
                "job": c.job.number,
                "macs": c.job.cost.macs,
                "params": c.job.cost.params,
                "metrics": c.metrics,
            }
            for c in run.pareto()
        ]
        winner = summary.winner
        print_json(
            {
                "run": str(run.path),
                "state": summary.state,
                "finished": summary.num_finished,
                "best": None if winner is None else winner.id,
                "test": summary.test_score,
                "pareto": front,
            }
        )
        return 0 if is_complete else 1
    out = console()
    if not is_complete:
        out.print(
            f"{run.path}: stopped; nothing that was finished is lost. Go on with: nasvid search "
            f"--resume {run.path}",
            markup=False,
        )
        return 1
    out.print(pareto_table(summary))
    winner = summary.winner
    if winner is None:
        out.print("no candidate could be scored; nasvid status tells why", markup=False)
        return 1
    cost = f"{human_count(winner.macs)} MACs, {human_count(winner.params)} params"
    out.print(f"best: {winner.id} ({cost})", markup=False)
    out.print(f"report: nasvid report {run.path}", markup=False)
    out.print(f"export: nasvid export {run.path} best -o out/", markup=False)
    return 0
