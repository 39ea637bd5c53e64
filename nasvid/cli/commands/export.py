"""`nasvid export`: hand over a candidate, or a network of the zoo, as plain PyTorch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nasvid.api.architecture import Architecture
from nasvid.api.run import Run
from nasvid.api.zoo_folder import named_file
from nasvid.cli.architecture import load_architecture
from nasvid.cli.options import CLASSES, CLIP, JSON, OVERWRITE, WIDTH
from nasvid.cli.output import console, print_json, score_lines, side_console
from nasvid.cli.progress import TrainingProgress
from nasvid.core.errors import NasvidError

if TYPE_CHECKING:
    from nasvid.api.handover import Handover


def command(
    *,
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|FILE", help="Folder of a run; or an architecture, to write it untrained."
        ),
    ],
    which: Annotated[
        str | None,
        typer.Argument(
            metavar="WHICH", help="Of a run: best, a job number, or the beginning of an id."
        ),
    ] = None,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="New folder.")],
    train: Annotated[
        bool | None,
        typer.Option(
            "--train/--no-train",
            help="Of a run: train again with the seed of the job, or write no weights.",
        ),
    ] = None,
    clip: CLIP = None,
    classes: CLASSES = None,
    width: WIDTH = None,
    device: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Of a run: auto, cpu or cuda. [default: that of the search]"
        ),
    ] = "",
    overwrite: OVERWRITE = False,
    json: JSON = False,
) -> None:
    """Write a network of a run as plain PyTorch that needs no nasvid.

    The folder gets model.py, model.safetensors, arch.yaml, config.json and README.md. In place of
    a run, the file of an architecture or the name of a network of the zoo is written without
    weights; --clip, --classes and --width are for those.
    """
    if named_file(run).is_file():
        if which is not None or train:
            raise NasvidError(
                f"export: {run} is an architecture, which takes no WHICH and is written untrained; "
                "nasvid train trains and writes it."
            )
        architecture = load_architecture(run, "export", clip=clip, classes=classes, width=width)
        done = _written(architecture, run, out, overwrite=overwrite)
    elif (clip, classes, width) != (None, None, None):
        raise NasvidError("export: --clip, --classes and --width are for architectures, not runs.")
    else:
        found = Run(run)
        with TrainingProgress(side_console(), found.settings.training["epochs"]) as progress:
            done = found.export(
                which or "best",
                out,
                train=train is not False,
                device=device,
                overwrite=overwrite,
                on_epoch=progress,
            )
    if json:
        metrics = {split: dict(scores) for split, scores in done.metrics.items()}
        print_json({"path": str(done.path), "metrics": metrics})
        return
    screen = console()
    for line in score_lines(done.metrics):
        screen.print(line, markup=False)
    screen.print(f"export: {done.path}", markup=False)


def _written(architecture: Architecture, file: Path, out: Path, *, overwrite: bool) -> "Handover":
    # Loaded here, so that a mistake in the arguments is told without waiting for torch.
    from nasvid.api.handover import hand_over, provenance_of

    return hand_over(
        architecture,
        out,
        data=None,
        recipe=architecture.recipe,
        seed=0,
        provenance=provenance_of(file),
        overwrite=overwrite,
    )
