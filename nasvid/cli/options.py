"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

CLIP = Annotated[
    str | None,
    typer.Option(metavar="TxS", help="Frames and size in place of the file's, such as 32x256."),
]
CLASSES = Annotated[int | None, typer.Option(help="Classes (=classes) in place of the file's.")]
WIDTH = Annotated[
    float | None, typer.Option(metavar="FACTOR", help="Factor of all widths of the file, as 0.5.")
]
JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object for scripts.")]
RUN = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]
DEVICE = Annotated[str, typer.Option(metavar="NAME", help="auto, cpu or cuda.")]
ARCHITECTURE = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="An architecture: a file with nothing left to choose."),
]
SPACE = Annotated[Path, typer.Argument(metavar="FILE", help="A search space.")]
OVERWRITE = Annotated[bool, typer.Option("--overwrite", help="Replace what an earlier call wrote.")]
DATA_SOURCE = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="Data folder, or one CSV of `path label`.")
]
