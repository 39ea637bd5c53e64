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
# Published networks to compare with, at a width that brings them near the budget.
ZOO = {"r2plus1d_18": "0.0625", "slowfast_r50_8x8": "0.125"}
ZOO_CLIP = "8x32"
REFERENCES = ("single_frame", *ZOO)
# What an earlier demo left in its folder; the data is kept, as it would be the same.
MADE = (
    "evolution", "random", "export", "report.html",
    *REFERENCES, *(f"{name}.result.json" for name in REFERENCES),
)  # fmt: skip


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
    for step in _steps(out, options.workers, options.candidates):
        status = _nasvid(step)
        if status:
            return status
    _summarise(out, time.monotonic() - began)
    return 0


def _steps(out: Path, workers: int, candidates: int | None) -> list[list[str]]:
    """The commands of the demo, as a user would type them behind `nasvid`."""
    search = ["--data", str(out / "data"), "--workers", str(workers)]
    if candidates is not None:
        search += ["--candidates", str(candidates)]
    space = str(SPACES / "quickstart.yaml")
    evolution, random = str(out / "evolution"), str(out / "random")
    trained = ["--data", str(out / "data"), "--out"]
    return [
        ["data", "make", "moving-digits", "--out", str(out / "data")],
        ["profile", space],
        ["search", space, *search, "--out", evolution],
        ["search", space, *search, "--out", random, "--algorithm", "random_search",
         "--reuse", evolution, "--repeats", "0"],
        ["train", str(SPACES / "quickstart_single_frame.yaml"), *trained, str(out / "single_frame")],
        *(["train", str(SPACES / "zoo" / f"{name}.yaml"), "--width", width, "--clip", ZOO_CLIP,
           *trained, str(out / name)] for name, width in ZOO.items()),
        ["report", evolution, "--out", str(out / "report.html"), "--baseline", random,
         *(word for name in REFERENCES
           for word in ("--reference", str(out / f"{name}.result.json")))],
        ["export", evolution, "best", "--out", str(out / "export")],
    ]  # fmt: skip


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
    winner = exported["metrics"]["test"]["top1"]
    print(
        f"\ntest top-1: winner {winner:.1%}, best of random search {_test_of(out / 'random'):.1%}"
    )
    for name in REFERENCES:
        found = json.loads((out / f"{name}.result.json").read_text(encoding="utf-8"))
        print(f"            {name} {found['metrics']['test']['top1']:.1%}")
    print(f"            chance {1 / len(exported['classes']):.1%}")
    print(f"report: {out / 'report.html'}")
    print(f"export: {out / 'export'}")
    print(f"done in {seconds:.0f} s")


def _test_of(run: Path) -> float:
    program = "from nasvid.cli.main import run; run()"
    command = [sys.executable, "-c", program, "status", str(run), "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["test"]


if __name__ == "__main__":
    sys.exit(main())
