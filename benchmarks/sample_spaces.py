"""Random members of every space that is shipped: are they networks, how large, and within the budget?

    python benchmarks/sample_spaces.py
    python benchmarks/sample_spaces.py --samples 500 tvn mobile

Draws as `nasvid profile` does, seed 0. A member that is no network is counted under its reason.
"""

import argparse
import time
from pathlib import Path

import nasvid
from nasvid.core.costs import human_count
from nasvid.search.profile import SpaceProfile

SPACES = Path(__file__).resolve().parents[1] / "search_spaces"
HEADER = (
    "space", "samples", "networks", "different", "no network", "within the budget",
    "MACs: least, median, most", "parameters: least, median, most", "ms a sample",
)  # fmt: skip


def main() -> None:
    """Print the rows of a Markdown table, each as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="spaces; all by default")
    parser.add_argument("--samples", type=int, default=10_000, help="members of each space")
    options = parser.parse_args()
    names = options.names or sorted(path.stem for path in SPACES.glob("*.yaml"))
    print(f"| {' | '.join(HEADER)} |\n{'|---' * len(HEADER)}|", flush=True)
    for name in names:
        began = time.process_time()
        profile = nasvid.load(SPACES / f"{name}.yaml").profile(samples=options.samples)
        seconds = time.process_time() - began
        print(f"| {' | '.join(_row(name, profile, seconds))} |", flush=True)


def _row(name: str, profile: SpaceProfile, seconds: float) -> list[str]:
    reasons = [f"{count}: {reason}" for reason, (count, _) in profile.invalid.items()]
    share = f"{100 * profile.within_budget / profile.samples:.1f} %" if profile.limits else "-"
    return [
        name,
        f"{profile.samples:,}" + (" (all)" if profile.is_whole else ""),
        f"{len(profile.valid):,}",
        f"{profile.distinct:,}",
        "<br>".join(reasons) or "0",
        share,
        *(_range(profile, key) for key in ("macs", "params")),
        f"{1000 * seconds / profile.samples:.0f}",
    ]


def _range(profile: SpaceProfile, key: str) -> str:
    if key not in profile.ranges:
        return "-"
    found = profile.ranges[key]
    return ", ".join(human_count(count) for count in (found.least, found.median, found.most))


if __name__ == "__main__":
    main()
