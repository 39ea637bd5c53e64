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
# Says that a folder is a demo's own.
STAMP = ".nasvid_demo"
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
    if not _clear(out):
        print(f"error: {out}: is not empty and no demo's; give another --out.", file=sys.stderr)
        return 2
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


def _clear(out: Path) -> bool:
    """Make the folder of the demo empty but for its data; False if it is someone else's."""
    if out.exists() and any(out.iterdir()) and not (out / STAMP).exists():
        return False
    out.mkdir(parents=True, exist_ok=True)
    (out / STAMP).touch()
    for name in MADE:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return True


def _summarise(out: Path, seconds: float) -> None:
    exported = json.loads((out / "export" / "config.json").read_text(encoding="utf-8"))
    single = json.loads((out / "single_frame.result.json").read_text(encoding="utf-8"))
    winner, frame = (found["metrics"]["test"]["top1"] for found in (exported, single))
    random = _test_of(out / "random")
    print(f"\ntest top-1: winner {winner:.1%}, best of random search {random:.1%}, ", end="")
    print(f"single frame {frame:.1%}, chance {1 / len(exported['classes']):.1%}")
    print(f"report: {out / 'report.html'}")
    print(f"export: {out / 'export'}")
    print(f"done in {seconds:.0f} s")


def _test_of(run: Path) -> float:
    program = "from nasvid.cli.main import run; run()"
    command = [sys.executable, "-c", program, "status", str(run), "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["test"]


if __name__ == "__main__":
    sys.exit(main())
