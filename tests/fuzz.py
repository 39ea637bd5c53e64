"""Broken files by the hundred thousand: each is a space, or an error that points.

    make fuzz                                     100,000 cases
    make fuzz ARGS="--cases 5000 --seed 7"        others
    python -m tests.fuzz --case 4711              one case again, its text and what became of it

Every case is drawn from its number alone, so a number is all that is needed to see it again.
"""

import argparse
import os
import random
import re
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from nasvid.core.errors import NasvidError, SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.lowering.load import load_space
from nasvid.lowering.lower import lower
from nasvid.spec.closed_file import dump
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.source import plain, read_text
from tests.broken_files import with_changed_branches, with_changed_bytes
from tests.rich_spaces import RICH
from tests.spaces import FILE, read, small

ROOT = Path(__file__).parents[1]
FOLDERS = ("search_spaces", "tests/networks", "nasvid/blocks")
KINDS = ("refused", "no network", "network")
MEMBERS = 5
# Far from what is usual, so that no machine is too slow: of the processor, and of memory in use.
MAX_SECONDS = 40
MAX_BYTES = 3_000_000_000
MAX_MESSAGE = 20_000
CHUNK = 100


@cache
def shipped() -> dict[str, str]:
    """File name to text of every YAML file that nasvid comes with."""
    return {
        path.name: read(path)
        for folder in FOLDERS
        for path in sorted((ROOT / folder).glob("*.yaml"))
    }


@cache
def originals() -> list[str]:
    """What is broken: shipped files, examples of the documents, and spaces with every construct."""
    document = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", document, re.DOTALL)
    files = [wrapped(name, text) for name, text in shipped().items()]
    return [*files, *examples, *RICH.values()]


def wrapped(name: str, text: str) -> str:
    """The file, or a space with its block where it holds a block alone."""
    data = plain(read_text(text))
    if "network" in data or "space" in data:
        return text
    del data["version"]
    stem = Path(name).stem
    return small(f"it: {{{stem}: {{}}}}") + dump({"blocks": {stem: data}})


def broken(case: int) -> str:
    """The text of a case."""
    rng = random.Random(case)
    text = rng.choice(originals())
    if rng.random() < 0.3:
        return with_changed_bytes(text, rng)
    return dump(with_changed_branches(_tree(text), rng))


@cache
def _tree(text: str) -> Any:
    return plain(read_text(text))


def error_of(text: str) -> SpaceError | SearchSpace:
    """The space of a text, or why it is none."""
    try:
        return load_space(FILE, {FILE: text, **shipped()})
    except SpaceError as error:
        return error


def try_out(text: str, members: int = MEMBERS) -> str:
    """Load a text, lower and count some members; returns what became of it.

    Raises:
        AssertionError: An error does not point, or a genotype does not fit its space.
    """
    space = error_of(text)
    if isinstance(space, SpaceError):
        assert space.problems
        assert all(p.mark.line >= 1 and p.mark.column >= 1 and p.message for p in space.problems)
        assert len(str(space.problems[0])) < MAX_MESSAGE
        return "refused"
    assert space.decisions.size().count >= 0
    reasons: list[str] = []
    for k in range(members):
        try:
            cost = cost_of(lower(space, space.decisions.sample(keyed_rng("broken", k))).graph)
            assert cost.macs >= 0
        except NasvidError as error:
            reasons.append(str(error))
    assert not [reason for reason in reasons if "the genotype" in reason]
    assert all(reason and len(reason) < MAX_MESSAGE for reason in reasons)
    return "network" if len(reasons) < members else "no network"


def check(cases: range, members: int = MEMBERS) -> Counter[str]:
    """What became of these cases.

    Raises:
        AssertionError: One of them is neither a space nor a clear error, or takes too long.
    """
    found: Counter[str] = Counter()
    for case in cases:
        start = time.process_time()
        found[try_out(broken(case), members)] += 1
        assert time.process_time() - start < MAX_SECONDS, case
    return found


class TooLongError(Exception):
    """A case keeps the processor busy."""


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TooLongError(f"took more than {MAX_SECONDS} s of the processor.")


def _attempt(cases: range) -> tuple[Counter[str], list[tuple[int, str]]]:
    """What became of these cases, and what was wrong with some."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    signal.signal(signal.SIGVTALRM, _stop)
    found: Counter[str] = Counter()
    failed: list[tuple[int, str]] = []
    for case in cases:
        signal.setitimer(signal.ITIMER_VIRTUAL, MAX_SECONDS)
        try:
            found[try_out(broken(case))] += 1
        # Whatever is raised is a finding.
        except BaseException:  # noqa: BLE001
            failed.append((case, traceback.format_exc()))
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return found, failed


def run(first: int, number: int, jobs: int) -> int:
    """Try cases in several processes, tell what fails; the exit status."""
    chunks = [
        range(start, min(start + CHUNK, first + number))
        for start in range(first, first + number, CHUNK)
    ]
    found: Counter[str] = Counter()
    num_failed, start = 0, time.monotonic()
    with ProcessPoolExecutor(jobs) as pool:
        for done, (counts, failed) in enumerate(pool.map(_attempt, chunks), 1):
            found += counts
            for case, reason in failed:
                num_failed += 1
                _say(f"case {case}:\n{reason}")
            if done % 50 == 0 or done == len(chunks):
                tried = min(done * CHUNK, number)
                rate = tried / (time.monotonic() - start)
                counts_text = ", ".join(f"{found[kind]} {kind}" for kind in KINDS)
                _say(f"{tried} cases, {rate:.0f}/s: {counts_text}, {num_failed} failed")
    return 1 if num_failed else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _shown(case: int) -> Iterator[str]:
    text = broken(case)
    yield text
    yield try_out(text)


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="number of the first case, in millions")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--case", type=int, help="show this case alone")
    given = parser.parse_args(arguments)
    if given.case is not None:
        for line in _shown(given.case):
            _say(line)
        return 0
    return run(given.seed * 1_000_000, given.cases, given.jobs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
