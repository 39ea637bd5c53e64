"""Files that have to be one architecture."""

from pathlib import Path

from nasvid.api.architecture import Architecture
from nasvid.api.load import load
from nasvid.cli.output import side_console
from nasvid.core.errors import NasvidError


def load_architecture(
    file: Path,
    command: str,
    *,
    clip: str | None = None,
    classes: int | None = None,
    width: float | None = None,
) -> Architecture:
    """The architecture in a file; what of the clip does not fit is told on standard error.

    Args:
        file: The file.
        command: Name of the command that needs it, for the message.
        clip: See `nasvid.api.load.load`.
        classes: See `nasvid.api.load.load`.
        width: See `nasvid.api.load.load`.

    Raises:
        NasvidError: The file is a space with something left to choose.
    """
    space = load(file, clip=clip, classes=classes, width=width)
    missing = space.open_decisions
    if missing:
        listed = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        raise NasvidError(
            f"{file}: is a space with something left to choose ({listed}), and {command} needs one "
            f"architecture. Draw one: nasvid sample {file} -o arch.yaml"
        )
    architecture = space.architecture()
    for warning in architecture.clip_warnings:
        side_console().print(f"warning: {warning}", markup=False)
    return architecture
