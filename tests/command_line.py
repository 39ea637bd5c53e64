"""The command line as tests call it, and spaces small enough to be searched in a second."""

import io
import json
import os
import subprocess
import sys
import textwrap
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from nasvid.cli.main import status_of

REPOSITORY = Path(__file__).parents[1]

TINY_SPACE = """\
version: 1
name: tiny
description: A stem and one searched block.
inputs:
  rgb: {modality: rgb, frames: 4, size: 16}
classes: 8
decisions:
  width: {choice: [4, 6, 8, 12]}
network:
  nodes:
    stem: {conv2d: {out: =width, stride: 4}}
    body: {block: {choice: [conv2d, conv3d, conv2plus1d]}, out: =width * 2, stride: 2}
  head: {classes: =classes}
budget: {macs: 2M}
search: {population: 2, tournament: 2, candidates: 4, window: 2, repeats: 1}
training: {epochs: 1}
"""


@dataclass(frozen=True)
class Called:
    """What came of a call of the program."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it is."""
        data = json.loads(self.out)
        assert isinstance(data, dict)
        return data


def call(*arguments: object) -> Called:
    """Call the program in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = status_of([str(argument) for argument in arguments])
    return Called(status, out.getvalue(), err.getvalue())


def call_ok(*arguments: object) -> Called:
    """Call the program, which has to succeed."""
    called = call(*arguments)
    assert called.status == 0, called.err
    return called


def start(*arguments: object, folder: Path, **environment: str) -> subprocess.Popen[str]:
    """Start the program in a process of its own."""
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-c", "from nasvid.cli.main import run; run()", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"} | environment,
    )


def write(path: Path, text: str) -> Path:
    """Write a file with its common indentation taken away; returns its path."""
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, str]:
    """Every file and folder below a folder, with the digest of what it holds."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else ""
        for path in sorted(folder.rglob("*"))
    }
