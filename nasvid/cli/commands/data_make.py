"""`nasvid data make`: make a data set of real video files."""

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nasvid.cli.options import JSON
from nasvid.cli.output import console, print_json, side_console
from nasvid.cli.progress import Bar
from nasvid.core.errors import DataError
from nasvid.core.registry import unknown_name

if TYPE_CHECKING:
    from nasvid.data.dataset import Dataset


def command(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which: moving-digits.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="New folder.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A setting; may be repeated."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Short for --set seed=N.")] = None,
    json: JSON = False,
) -> None:
    """Write .mp4 files with train.csv, val.csv and test.csv; the same seed gives the same bytes."""
    # Loaded here: they need the extra `video`, and the list of commands does not.
    from nasvid.data.dataset import DATASETS
    from nasvid.data.summary import summarise

    key = name.replace("-", "_")
    if key not in DATASETS:
        raise DataError(unknown_name("data set", name, [n.replace("_", "-") for n in DATASETS]))
    kind = DATASETS[key]
    dataset = kind(**_parse(kind, settings or [], seed))
    with Bar(side_console(), "making videos") as bar:
        dataset.make(out, bar.decoding)
    found = summarise(out, max_probed=8)
    counts = {split: facts.num_videos for split, facts in found.splits.items()}
    if json:
        print_json({"path": str(out), "videos": counts, "classes": list(found.class_names)})
        return
    listed = ", ".join(f"{count} {split}" for split, count in counts.items())
    console().print(f"{out}: {listed} videos of {len(found.class_names)} classes", markup=False)


def _parse(kind: "type[Dataset]", settings: Iterable[str], seed: int | None) -> dict[str, Any]:
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    given: dict[str, Any] = {} if seed is None else {"seed": seed}
    for setting in settings:
        key, separator, text = setting.partition("=")
        key = key.replace("-", "_")
        if not separator:
            raise DataError(f"--set {setting}: got no value; accepts KEY=VALUE.")
        if key not in known:
            raise DataError(f"--set {setting}: {unknown_name('setting', key, known)}")
        try:
            # Settings of data sets are counts and sizes.
            given[key] = int(text)
        except ValueError as error:
            raise DataError(f"--set {setting}: got {text!r}; accepts an integer.") from error
    return given
