"""Whatever a file says, it is a space or an error that points, in bounded time and memory."""

import random
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from nasvid.core.errors import NasvidError, SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.lowering.load import load_space
from nasvid.lowering.lower import lower
from nasvid.spec.closed_file import dump
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.source import plain, read_text
from tests.broken_files import with_changed_branches, with_changed_bytes
from tests.rich_spaces import RICH
from tests.spaces import FILE, read, small

ROOT = Path(__file__).parents[3]
SHIPPED = {
    path.name: read(path)
    for folder in ("search_spaces", "tests/networks", "nasvid/blocks")
    for path in sorted((ROOT / folder).glob("*.yaml"))
}
TEXTS = [*SHIPPED.values(), *RICH.values()]
# Of the processor, with memory traced; far from what is usual, so that no machine is too slow.
MAX_SECONDS = 40
MAX_BYTES = 400_000_000


def broken(seed: int) -> str:
    rng = random.Random(seed)
    text = rng.choice(TEXTS)
    if rng.random() < 0.3:
        return with_changed_bytes(text, rng)
    return dump(with_changed_branches(plain(read_text(text)), rng))


def error_of(text: str) -> SpaceError | SearchSpace:
    """The space of a text, or why it is none."""
    try:
        return load_space(FILE, {FILE: text, **SHIPPED})
    except SpaceError as error:
        return error


def try_out(text: str) -> str:
    """Load a text and lower some members; returns what became of it."""
    space = error_of(text)
    if isinstance(space, SpaceError):
        assert space.problems
        assert all(p.mark.line >= 1 and p.mark.column >= 1 for p in space.problems)
        return "refused"
    assert space.decisions.size().count >= 1
    reasons: list[str] = []
    for k in range(5):
        try:
            lower(space, space.decisions.sample(keyed_rng("broken", k)))
        except NasvidError as error:
            reasons.append(str(error))
    assert not [reason for reason in reasons if "the genotype" in reason]
    return "network" if len(reasons) < 5 else "no network"


def check(seeds: range) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in seeds:
        start = time.process_time()
        found[try_out(broken(seed))] += 1
        assert time.process_time() - start < MAX_SECONDS, seed
    return found


@pytest.mark.parametrize("first", range(0, 400, 40))
def test_a_broken_file_is_a_space_or_an_error_that_points(first: int) -> None:
    assert sum(check(range(first, first + 40)).values()) == 40


@pytest.mark.slow
def test_a_thousand_broken_files_are_spaces_or_errors_of_all_kinds() -> None:
    found = check(range(1_000, 2_000))
    assert set(found) == {"refused", "no network", "network"}
    assert min(found.values()) > 20


def _nodes(number: int, node: str) -> str:
    return "\n".join(f"n{k}: {node}" for k in range(number))


def _blocks(number: int, body: str, last: str) -> str:
    blocks = "".join(f"  b{k}: {{body: {body.format(k + 1)}}}\n" for k in range(number))
    return f"blocks:\n{blocks}  b{number}: {{body: {last}}}"


BOMBS = {
    "aliases": "a0: &a0 [x, x]\n"
    + "".join(f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}]\n" for k in range(1, 40)),
    "brackets": "[" * 9_999,
    "keys": "{" + ", ".join(f"k{k}: " for k in range(1_000)) + "}",
    "values": "[" + ", ".join("x" * 4_000) + "]\n",
    "ranges": small(_nodes(1_500, "{conv: {integer: {min: 1, max: 9999}}}")),
    "edges": small(_nodes(1_999, "{from: {any_earlier: }, block: relu}")),
    "wrong nodes": small(_nodes(1_999, "{conv9: 3}")),
    "wrong choices": small("a: relu") + "choose:\n" + _nodes(1_000, "3").replace("n", "  n"),
    "copies": small(
        "a: {repeat: {min: 1, max: 1000}, per_copy: true, conv2d: {out: {choice: [3, 4]}}}"
    ),
    "powers of blocks": small("a: b0", top=_blocks(28, "[b{0}, b{0}]", "[conv2d]")),
    "powers of copies": small("a: b0", top=_blocks(8, "[{{repeat: 1000, each: b{0}}}]", "[relu]")),
    "powers of nothing": small(
        "a: b0",
        top=_blocks(5, "[{{repeat: 1000, each: b{0}}}]", "[relu]").replace(
            "b5: {", "b5: {when: =1 > 2, "
        ),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_what_is_made_to_keep_us_busy_ends_soon_and_stays_small(name: str) -> None:
    tracemalloc.start()
    start = time.process_time()
    became = try_out(BOMBS[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert became != "network"
    assert time.process_time() - start < MAX_SECONDS
    assert peak < MAX_BYTES
