"""The shapes of all weights of networks of the zoo, in order, as short texts: python -m tests.zoo_shapes.

For networks that no library has with which they could be compared on copied weights; weights that
are read or released elsewhere go into them in this order.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import torch

from nasvid.api.zoo import ZooNetwork, zoo_network

FOLDER = Path(__file__).parent / "golden" / "zoo_shapes"
# What `make parity` compares is left out; two_in_one is compared without its modulation alone.
NAMES = (
    "single_frame", "early_fusion", "late_fusion", "slow_fusion", "c3d", "c3d_lstm", "conv3d_lstm",
    "p3d63", "p3d199", "i3d_inception", "s3dg", "artnet_18", "stc_resnext101", "eco", "lrcn",
    "skip_rnn", "two_stream_late", "two_stream_conv_fusion", "two_stream_residual",
    "two_stream_i3d", "two_stream_3d_fused", "convpool", "two_stream_lstm", "two_in_one",
    "timesformer_local_global", "timesformer_axial", "evanet_1", "evanet_2", "assemblenet_50",
    "assemblenet_101", "assemblenet_plus_50", "assemblenet_plus_lite", "tvn_1", "tvn_2", "tvn_3",
    "tvn_4", "tvn_mobile_1", "tvn_mobile_2", "movinet_a0", "movinet_a1", "movinet_a2",
    "movinet_a3", "movinet_a4", "movinet_a5", "e3d_s", "e3d_m", "e3d_l",
)  # fmt: skip
# Longest run of lines that is looked for again behind itself.
LONGEST = 40


def shapes(network: ZooNetwork) -> list[str]:
    """A line for each layer: the shapes of its weights."""
    with torch.device("meta"):
        module = network.space.architecture().build()
    found = [(name, parameter.shape) for name, parameter in module.named_parameters()]
    layers = groupby(found, key=lambda item: item[0].rpartition(".")[0])
    return [" ".join("x".join(map(str, shape)) or "1" for _, shape in layer) for _, layer in layers]


def folded(lines: Sequence[str]) -> Iterator[str]:
    """The lines, where runs of them that come again at once are written once, indented, with a count."""
    start = 0
    while start < len(lines):
        length, times = _best_run(lines[start:])
        if times == 1:
            yield lines[start]
        else:
            yield f"{times} times"
            yield from (f"  {line}" for line in folded(lines[start : start + length]))
        start += length * times


def _best_run(lines: Sequence[str]) -> tuple[int, int]:
    """Length and number of the run at the beginning that saves most lines."""
    best, saved = (1, 1), 0
    for length in range(1, min(LONGEST, len(lines) // 2) + 1):
        times = 1
        while lines[times * length : (times + 1) * length] == lines[:length]:
            times += 1
        if (times - 1) * length - 1 > saved:
            best, saved = (length, times), (times - 1) * length - 1
    return best


def text(name: str) -> str:
    """What is pinned of a network."""
    return "\n".join([*folded(shapes(zoo_network(name))), ""])


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        (FOLDER / f"{name}.txt").write_text(text(name), encoding="utf-8")
