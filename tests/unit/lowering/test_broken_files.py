"""Whatever a file says, it is a space or an error that points, in bounded time and memory."""

import time
import tracemalloc

import pytest

from tests.fuzz import KINDS, MAX_SECONDS, check, try_out
from tests.spaces import small

# Of memory, which is traced.
MAX_BYTES = 400_000_000


@pytest.mark.parametrize(
    "first",
    [
        *range(0, 200, 100),
        *(pytest.param(k, marks=pytest.mark.slow) for k in range(200, 2_000, 100)),
    ],
)
def test_a_broken_file_is_a_space_or_an_error_that_points(first: int) -> None:
    # Others by the hundred thousand, and more members of each: make fuzz.
    assert sum(check(range(first, first + 100), members=2).values()) == 100


def test_broken_files_become_all_that_there_is() -> None:
    found = check(range(150))
    assert set(found) == set(KINDS)
    assert min(found.values()) > 3


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
    # Tracing takes several times as long as the work itself.
    assert time.process_time() - start < 4 * MAX_SECONDS
    assert peak < MAX_BYTES
