"""`nasvid data make`: make a data set of real video files."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from nasvid.cli.output import JSON_OPTION, console, print_json
from nasvid.core.errors import DataError
from nasvid.core.registry import unknown_name
from nasvid.data.dataset import DATASETS, Dataset
from nasvid.data.summary import summarise


def command(
    name: Annotated[str, typer.Argument(help="Which: moving-digits.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="New folder.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting as KEY=VALUE; may be repeated.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; short for --set seed=N.")] = None,
    json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Write .mp4 files with train.csv, val.csv and test.csv; the same seed gives the same bytes."""
    key = name.replace("-", "_")
    if key not in DATASETS:
        raise DataError(unknown_name("data set", name, [n.replace("_", "-") for n in DATASETS]))
    kind = DATASETS[key]
    given = _parse(kind, [*(settings or []), *([] if seed is None else [f"seed={seed}"])])
    screen = console()
    with Progress(console=screen, disable=json or not screen.is_terminal) as progress:
        task = progress.add_task("making videos", total=None)

        def tell(what: str, done: int, total: int) -> None:
            progress.update(task, description=what, completed=done, total=total)

        kind(**given).make(out, tell)
    found = summarise(out, max_probed=8)
    counts = {split: facts.num_videos for split, facts in found.splits.items()}
    if json:
        print_json({"path": str(out), "videos": counts, "classes": list(found.class_names)})
        return
    listed = ", ".join(f"{count} {split}" for split, count in counts.items())
    screen.print(f"{out}: {listed} videos of {len(found.class_names)} classes", markup=False)


def _parse(kind: type[Dataset], settings: list[str]) -> dict[str, Any]:
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for setting in settings:
        key, separator, text = setting.partition("=")
        key = key.replace("-", "_")
        if not separator or key not in known:
            raise DataError(f"--set {setting}: {unknown_name('setting', key, known)}")
        try:
            # Settings of data sets are counts and sizes.
            given[key] = int(text)
        except ValueError as error:
            raise DataError(f"--set {setting}: got {text!r}; accepts an integer.") from error
    return given
