"""The whole job on one machine: data, search, baselines, report, export.

Runs the same commands that a user would; each is printed before it runs.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SPACES = ROOT / "search_spaces"
# What an earlier demo left in its folder; the data is kept, as it would be the same.
MADE = ("evolution", "random", "single_frame", "single_frame.result.json", "export", "report.html")


def main() -> int:
    """Run the demo; the exit status is that of the first command that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder of the demo")
    parser.add_argument("--candidates", type=int, help="architectures of each search")
    parser.add_argument("--workers", type=int, default=0, help="Ray workers; 0 takes all cores")
    options = parser.parse_args()
    began = time.monotonic()
    out: Path = options.out
    _clear(out)
    search = ["--data", str(out / "data"), "--workers", str(options.workers)]
    if options.candidates is not None:
        search += ["--candidates", str(options.candidates)]
    space = str(SPACES / "quickstart.yaml")
    evolution, random, single = (
        str(out / name) for name in ("evolution", "random", "single_frame")
    )
    steps = [
        ["data", "make", "moving-digits", "--out", str(out / "data")],
        ["profile", space],
        ["search", space, *search, "--out", evolution],
        ["search", space, *search, "--out", random, "--algorithm", "random_search",
         "--reuse", evolution, "--repeats", "0"],
        ["train", str(SPACES / "quickstart_single_frame.yaml"), "--data", str(out / "data"),
         "--out", single],
        ["report", evolution, "--out", str(out / "report.html"), "--baseline", random,
         "--reference", f"{single}.result.json"],
        ["export", evolution, "best", "--out", str(out / "export")],
    ]  # fmt: skip
    for step in steps:
        status = _nasvid(step)
        if status:
            return status
    _summarise(out, time.monotonic() - began)
    return 0


def _nasvid(arguments: list[str]) -> int:
    print(f"\n$ nasvid {' '.join(arguments)}", flush=True)
    program = "from nasvid.cli.main import run; run()"
    return subprocess.run([sys.executable, "-c", program, *arguments], check=False).returncode


def _clear(out: Path) -> None:
    for name in MADE:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _summarise(out: Path, seconds: float) -> None:
    exported = json.loads((out / "export" / "config.json").read_text(encoding="utf-8"))
    single = json.loads((out / "single_frame.result.json").read_text(encoding="utf-8"))
    winner, frame = (found["metrics"]["test"]["top1"] for found in (exported, single))
    print(f"\nwinner: test top-1 {winner:.1%}; single frame: {frame:.1%}; chance: 12.5%")
    print(f"report: {out / 'report.html'}")
    print(f"export: {out / 'export'}")
    print(f"done in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
