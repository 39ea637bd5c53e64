"""Time of a forward pass of networks from a graph, against the same network written by hand in torch.

    python benchmarks/forward_overhead.py

R3D-18 with equal weights and equal outputs, the two in turn, so that the ratio holds on a noisy
machine; then chains of operations on four numbers each, where the calls are all there is to measure.
One thread, CPU time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import nasvid
from nasvid.core.shapes import Shape
from nasvid.graph.ir import Graph, Input, Node, block_node, primitive_node
from nasvid.graph.parameters import Value
from nasvid.graph.primitive import make_primitive
from nasvid.modules.assemble import build

R3D_18 = Path(__file__).resolve().parents[1] / "search_spaces" / "zoo" / "r3d_18.yaml"
CLIP = (2, 3, 8, 64, 64)
PAIRS = 40
NODES = 200


def main() -> None:
    """Print two tables: the ratio for R3D-18, and microseconds a node for chains."""
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, medians of {PAIRS} pairs of runs")
    print()
    print(
        "| R3D-18, clip "
        + "x".join(map(str, CLIP))
        + " | by hand ms | nasvid ms | nasvid / by hand |"
    )
    print("|---|---|---|---|")
    for mode in ("eval, no grad", "train, forward and backward"):
        print(f"| {mode} | {_r3d_18(is_training=mode.startswith('train'))} |")
    print()
    print(f"| chain of {NODES} | direct us a node | nasvid us a node | overhead us a node |")
    print("|---|---|---|---|")
    for name, chain, direct in _chains():
        print(f"| {name} | {_per_node(chain, direct)} |")


class BasicBlock(nn.Module):
    """Two 3x3x3 convolutions beside a shortcut."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(channels, out, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm3d(out)
        self.conv2 = nn.Conv3d(out, out, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm3d(out)
        self.shortcut = (
            nn.Sequential(nn.Conv3d(channels, out, 1, stride, bias=False), nn.BatchNorm3d(out))
            if stride > 1
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """The sum of both paths, behind a relu."""
        y = F.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        return F.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class R3D18(nn.Module):
    """R3D-18 as one would write it.

    Source: Tran et al. 2018, https://arxiv.org/abs/1711.11248, table 1.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv3d(3, 64, (3, 7, 7), (1, 2, 2), (1, 3, 3), bias=False)
        self.norm = nn.BatchNorm3d(64)
        blocks: list[nn.Module] = [BasicBlock(64, 64, 1), BasicBlock(64, 64, 1)]
        for channels, out in pairwise((64, 128, 256, 512)):
            blocks += [BasicBlock(channels, out, 2), BasicBlock(out, out, 1)]
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(512, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of the classes."""
        y = self.blocks(F.relu(self.norm(self.conv(x))))
        return self.head(y.mean(dim=(2, 3, 4)))


def _r3d_18(*, is_training: bool) -> str:
    clip = f"{CLIP[2]}x{CLIP[3]}"
    ours = nasvid.load(R3D_18, clip=clip).build().train(is_training)
    by_hand = _with_weights_of(ours).train(is_training)
    x_BCTHW = torch.randn(CLIP, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(ours.eval()(x_BCTHW), by_hand.eval()(x_BCTHW))
    ours.train(is_training)
    by_hand.train(is_training)

    def step(network: nn.Module) -> None:
        if is_training:
            network(x_BCTHW).sum().backward()
        else:
            with torch.no_grad():
                network(x_BCTHW)

    return _compared(lambda: step(by_hand), lambda: step(ours))


def _with_weights_of(network: nn.Module) -> R3D18:
    """The network by hand, with the weights of this one, which have other names in the same order."""
    tensors = network.state_dict()
    by_hand = R3D18(classes=len(tensors["head.linear.bias"]))
    by_hand.load_state_dict(dict(zip(by_hand.state_dict(), tensors.values(), strict=True)))
    return by_hand


def _compared(by_hand: Callable[[], None], ours: Callable[[], None]) -> str:
    pairs = [(_seconds(by_hand), _seconds(ours)) for _ in range(PAIRS + 3)][3:]
    first, second = (1e3 * median(times) for times in zip(*pairs, strict=True))
    ratio = median(ours / hand for hand, ours in pairs)
    return f"{first:.1f} | {second:.1f} | {ratio:.3f}"


def _chains() -> Iterator[tuple[str, nn.Module, Callable[[Tensor], Tensor]]]:
    """What a chain is made of, the chain, and the same calls one after the other."""
    relu, scale = ("relu", {}), ("scale", {})
    yield "operations", _network([relu] * NODES, 1), _calls([F.relu] * NODES)
    scales = _network([scale] * NODES, 1)
    yield "layers", scales, _calls([*scales.children()])
    yield "blocks of 5 operations", _network([relu] * 5, NODES // 5), _calls([F.relu] * NODES)
    yield "blocks of 1 operation", _network([relu], NODES), _calls([F.relu] * NODES)


def _calls(calls: Sequence[Callable[[Tensor], Tensor]]) -> Callable[[Tensor], Tensor]:
    def run(x: Tensor) -> Tensor:
        for call in calls:
            x = call(x)
        return x

    return run


def _network(calls: Sequence[tuple[str, dict[str, Value]]], num_blocks: int) -> nn.Module:
    """Primitives one after the other, as a network or as so many blocks of it."""
    shape = Shape.vector(2)
    body = _chain(
        [
            primitive_node(f"n{index}", make_primitive(*call), (_before("n", index),), (shape,))
            for index, call in enumerate(calls)
        ]
    )
    if num_blocks == 1:
        return build(body).eval()
    blocks = [
        block_node(f"b{index}", "block", body, (_before("b", index),))
        for index in range(num_blocks)
    ]
    return build(_chain(blocks)).eval()


def _before(letter: str, index: int) -> str:
    return f"{letter}{index - 1}" if index else "x"


def _chain(nodes: Sequence[Node]) -> Graph:
    return Graph((Input("x", Shape.vector(2)),), tuple(nodes), (("out", nodes[-1].name),))


def _per_node(chain: nn.Module, direct: Callable[[Tensor], Tensor]) -> str:
    x = torch.ones(2, 2)
    with torch.no_grad():
        torch.testing.assert_close(chain(x), direct(x))
        pairs = [
            (_seconds(lambda: direct(x)), _seconds(lambda: chain(x))) for _ in range(PAIRS + 3)
        ][3:]
    first, second = (1e6 * median(times) / NODES for times in zip(*pairs, strict=True))
    return f"{first:.2f} | {second:.2f} | {second - first:.2f}"


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
