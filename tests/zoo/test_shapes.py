"""Networks that no library has: the shapes of their weights, in order, stay those that were reviewed."""

import re
from pathlib import Path

import pytest

from nasvid.api.zoo import zoo
from tests.zoo_shapes import FOLDER, NAMES, folded, text

# One of each family; the others are for the slow ones.
FAST = (
    "c3d", "p3d63", "i3d_inception", "artnet_18", "eco", "two_stream_late", "evanet_1", "tvn_1",
    "assemblenet_50", "movinet_a0", "e3d_s", "lrcn", "timesformer_axial",
)  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in FAST else pytest.mark.slow) for n in NAMES],
)
def test_weights_have_their_shapes(name: str) -> None:
    pinned = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert text(name) == pinned, "if it is meant, run `python -m tests.zoo_shapes`"


def test_every_network_is_compared_or_pinned() -> None:
    tests = (Path(__file__).parents[1] / "parity").glob("test_*.py")
    words = {w for t in tests for w in re.findall(r"\w+", t.read_text(encoding="utf-8"))}
    # Names that are put together: resnet18 and resnet34, i3d_nln_r50 and i3d_nln_r101.
    compared = words | {"resnet18", "resnet34", "i3d_nln_r50", "i3d_nln_r101"}
    names = {network.name for network in zoo()}
    assert names - compared - set(NAMES) == set()
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(NAMES) <= names


def test_runs_that_come_again_are_written_once() -> None:
    lines = ["a", *["b", "c", "c", "c"] * 3, "b"]
    assert list(folded(lines)) == ["a", "3 times", "  b", "  3 times", "    c", "b"]
