"""Writes what is counted into the pages of the spaces, `docs/spaces/NAME.md`: python -m tests.space_pages.

The words of a page are written by hand; what stands between its marks comes from the files.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nasvid
from nasvid.api.space import SearchSpace
from nasvid.api.zoo import zoo
from nasvid.api.zoo_folder import zoo_folder
from nasvid.core.costs import human_count
from nasvid.cost.budget import Budget
from nasvid.search.profile import SpaceProfile
from nasvid.spec.decision import Decision

SPACES = zoo_folder().parent
FOLDER = Path(__file__).parents[1] / "docs" / "spaces"
README = FOLDER / "README.md"
SAMPLES = 200
# Options that are written out.
MAX_LISTED = 12
# Numbers in a row that are.
MAX_RUN = 3
HEADER = "| decision | values | times |"


@dataclass(frozen=True)
class SpacePage:
    """The page of a space.

    Args:
        name: Of the space.
    """

    name: str

    @property
    def path(self) -> Path:
        """Its file."""
        return FOLDER / f"{self.name}.md"

    @property
    def space(self) -> SearchSpace:
        """The space."""
        return nasvid.load(SPACES / f"{self.name}.yaml")

    def text(self, *, has_costs: bool) -> str:
        """The page with its counted parts as they should be.

        Args:
            has_costs: Whether the costs of random members are counted anew, which takes seconds.
        """
        text = _filled(self.path.read_text(encoding="utf-8"), "facts", self._facts())
        return _filled(text, "costs", self._costs()) if has_costs else text

    def _facts(self) -> list[str]:
        space = self.space
        limits = space.spec.limits
        return [
            f"- File: [{self.name}.yaml](../../search_spaces/{self.name}.yaml)",
            f"- Size: {space.size}, {len(space.decisions)} decisions",
            f"- Budget: {Budget(limits) if limits else 'none'}",
            *_constraints(space),
            "",
            HEADER,
            "|---|---|---|",
            *(f"| `{path}` | {values} | {times} |" for path, values, times in _rows(space)),
        ]

    def _costs(self) -> list[str]:
        profile = profile_of(self.name)
        what = "All" if profile.is_whole else "Of"
        lines = [
            f"{what} {profile.samples} members, seed 0, as `nasvid profile --samples {SAMPLES}` draws them:",
            "",
            "| | least | median | most |",
            "|---|---|---|---|",
        ]
        for key, label in (("macs", "MACs"), ("params", "parameters")):
            found = profile.ranges[key]
            counts = map(human_count, (found.least, found.median, found.most))
            lines.append(f"| {label} | {' | '.join(counts)} |")
        if profile.limits:
            share = 100 * profile.within_budget / profile.samples
            lines += ["", f"{share:.0f} % of them are within the budget."]
        return [*lines, "", *self._members()]

    def _members(self) -> list[str]:
        """The published ones, and which of them no search begins with."""
        line = f"space: ../{self.name}.yaml\n"
        found = [n for n in zoo() if line in n.path.read_text(encoding="utf-8")]
        if not found:
            return ["Published members in the zoo: none."]
        limits = self.space.spec.limits.items()
        over = {n.name for n in found if any(getattr(n.cost, key) > most for key, most in limits)}
        lines = ["Published members in the zoo:", ""]
        for network in found:
            link = f"[{network.name}](../../search_spaces/zoo/{network.name}.yaml)"
            lines.append(f"- {link}{' (over the budget)' if network.name in over else ''}")
        return [*lines, "", "A warm start leaves out those over the budget."] if over else lines


@cache
def profile_of(name: str) -> SpaceProfile:
    """What random members of a space are like; takes seconds."""
    return SpacePage(name).space.profile(samples=SAMPLES)


def readme() -> str:
    """The page that lists all spaces."""
    lines = ["| space | for | size | budget |", "|---|---|---|---|"]
    for page in pages():
        space = page.space
        limits = space.spec.limits
        lines.append(
            f"| [{page.name}]({page.name}.md) | {space.spec.description} | {space.size} | "
            f"{Budget(limits) if limits else 'none'} |"
        )
    return _filled(README.read_text(encoding="utf-8"), "spaces", lines)


def pages() -> list[SpacePage]:
    """Of all spaces with something to choose, by name."""
    names = sorted(path.stem for path in SPACES.glob("*.yaml"))
    return [page for page in map(SpacePage, names) if not page.space.is_closed]


def _filled(text: str, part: str, lines: Sequence[str]) -> str:
    """The text with these lines between the marks of a part."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    head, rest = text.split(begin)
    return "\n".join((f"{head}{begin}", *lines, f"{end}{rest.split(end)[1]}"))


def _constraints(space: SearchSpace) -> list[str]:
    counts = Counter(constraint.name() for constraint in space.decisions.constraints)
    names = (name if count == 1 else f"{count} x {name}" for name, count in counts.items())
    return [f"- Constraints: {', '.join(names)}"] if counts else []


def _rows(space: SearchSpace) -> list[tuple[str, str, int]]:
    """Addresses, those with equal values as one with `*`; the values; how many these are."""
    groups: dict[tuple[object, ...], list[list[str]]] = {}
    for decision in space.decisions:
        parts = decision.path.split(".")
        last = "" if len(parts) == 1 else parts[-1]
        key = (len(parts), last, _stem(parts[0]), _values(decision))
        groups.setdefault(key, []).append(parts)
    return [(_pattern(paths), str(key[-1]), len(paths)) for key, paths in groups.items()]


def _stem(part: str) -> str:
    """What numbered names have in common: `stage` of `stage2`, `level` of `level0_3`."""
    return re.sub(r"(_?\d+[a-z]?)+$", "", part)


def _pattern(paths: list[list[str]]) -> str:
    return ".".join(_joined(parts) for parts in zip(*paths, strict=True))


def _joined(parts: Sequence[str]) -> str:
    """One name for several, with `*` for what differs behind the letters that they share."""
    if len(set(parts)) == 1:
        return parts[0]
    first, last = min(parts), max(parts)
    same = next(
        (k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return f"{first[:same]}*"


def _values(decision: Decision) -> str:
    options = decision.options
    if decision.kind == "subset":
        what = "edges" if decision.role == "edge" else "options"
        return (
            f"{decision.least} to {decision.most} {what}"
            if decision.most > 1
            else f"one of the {what}"
        )
    if options == tuple(range(len(options) + 1))[1:] and len(options) > MAX_RUN:
        return f"1 to {len(options)}"
    if len(options) > MAX_LISTED:
        return f"{options[0]} to {options[-1]}, {len(options)} values"
    return ", ".join(_plain(option) for option in options)


def _plain(option: object) -> str:
    words = {True: "true", False: "false", None: "null"}
    return words[option] if isinstance(option, bool) or option is None else str(option)


def main() -> None:
    """Write all pages."""
    for page in pages():
        page.path.write_text(page.text(has_costs=True), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")


if __name__ == "__main__":
    main()
