"""Files that are there as a whole or not at all."""

import os
import tempfile
from pathlib import Path

from nasvid.core.errors import RunError


def write_text_file(path: Path, text: str) -> Path:
    """Write or replace a file in one step; returns its path.

    Raises:
        RunError: The folder is missing and cannot be made, or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            # mkstemp makes files that only their owner can read; a report is there to be shared.
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RunError(
            f"{path}: got {error.strerror or error}; accepts a path in a folder that can be "
            "written. Choose another path."
        ) from error
    return path
