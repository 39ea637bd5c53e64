"""Exact cost of published networks: analytic, without building them, against tools that count torch.

    python benchmarks/count_cost.py
    python benchmarks/count_cost.py r3d_18 slowfast_r50_8x8

All tools count multiply-adds of one clip, one after the other, so that the ratios hold on a noisy
machine. Times are CPU time, for nasvid the least of several runs; building a module is not part of
them. nasvid starts from an architecture that is loaded, with all that it remembers emptied before.
Others get a module without data (the meta device), but for fvcore, which traces a real pass. fvcore
and ptflops are no dependencies: without `pip install fvcore ptflops` they are left out.
"""

import contextlib
import io
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

import nasvid
from nasvid.api.architecture import Architecture
from nasvid.graph.ir import Graph

ROOT = Path(__file__).resolve().parents[1]
# Networks that are no part of the zoo stand beside their tests.
FOLDERS = (ROOT / "search_spaces" / "zoo", ROOT / "tests" / "networks")
NAMES = (
    "r3d_18",
    "r2plus1d_18",
    "slowfast_r50_8x8",
    "assemblenet_50",
    "evanet_1",
    "x3d_s",
    "mvit_b_16x4",
    "mvit_v2_s",
    "swin3d_t",
    "timesformer_divided",
    "vivit_fe_b_16x2",
)
RUNS, RUNS_OF_TOOLS = 21, 1


class Streams(nn.Module):
    """A network that takes its clips one by one, as the tools call it.

    Args:
        network: Takes a dict of clips.
        names: Of the clips, in order.
    """

    def __init__(self, network: nn.Module, names: tuple[str, ...]) -> None:
        super().__init__()
        self.network = network
        self.names = names

    def forward(self, *clips: Tensor, **streams: Tensor) -> Tensor:
        """What the network makes of the clips, in order or by name."""
        return self.network(streams or dict(zip(self.names, clips, strict=True)))


@dataclass(frozen=True)
class Tool:
    """Something that counts the multiply-adds of a module.

    Args:
        name: For the table.
        count: Takes the module and its clips.
        device: On which it works.
    """

    name: str
    count: Callable[[Streams, tuple[Tensor, ...]], int]
    device: str = "meta"


def main() -> None:
    """Print a table: for each network and tool the MACs, the milliseconds and the ratio to ours."""
    warnings.simplefilter("ignore")
    tools = list(_tools())
    print(
        f"torch {torch.__version__}; least of {RUNS} runs for nasvid, {RUNS_OF_TOOLS} of other tools"
    )
    print()
    columns = "".join(f" {tool.name} | ms | ratio |" for tool in tools)
    print(f"| network | nasvid MACs | ms |{columns}")
    print("|---|---|---|" + "---|---|---|" * len(tools))
    for name in sys.argv[1:] or NAMES:
        print(_row(name, tools), flush=True)


def _row(name: str, tools: Sequence[Tool]) -> str:
    files = [folder / f"{name}.yaml" for folder in FOLDERS]
    architecture = nasvid.load(next(f for f in files if f.exists())).architecture()
    ours, seconds = _analytic(architecture)
    cells = [name, f"{ours:,}", f"{1e3 * seconds:.2f}"]
    for tool in tools:
        try:
            theirs, longer = _timed(tool, architecture)
        except Exception as error:  # noqa: BLE001  (a tool that fails is a result)
            cells += [f"fails: {type(error).__name__}", "", ""]
            continue
        verdict = "equal" if theirs == ours else f"{100 * (theirs / ours - 1):+.2f} %"
        cells += [verdict, f"{1e3 * longer:.0f}", f"{longer / seconds:.0f}"]
    return "| " + " | ".join(cells) + " |"


def _analytic(architecture: Architecture) -> tuple[int, float]:
    seconds: list[float] = []
    macs = 0
    for _ in range(RUNS):
        _forget(architecture.graph)
        began = time.process_time()
        macs = architecture.cost(norm=5).macs
        seconds.append(time.process_time() - began)
    return macs, min(seconds)


def _forget(graph: Graph) -> None:
    """Empty all that is remembered of a graph and of primitives."""
    for module in [*sys.modules.values()]:
        if module.__name__.startswith("nasvid."):
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()
    graph.findings.clear()
    for node in graph.nodes:
        if node.body is not None:
            _forget(node.body)


def _timed(tool: Tool, architecture: Architecture) -> tuple[int, float]:
    seconds: list[float] = []
    macs = 0
    for _ in range(RUNS_OF_TOOLS):
        inputs = architecture.graph.inputs
        with torch.device(tool.device):
            module = Streams(architecture.build(), tuple(item.name for item in inputs)).eval()
            clips = tuple(torch.zeros(1, *item.shape.sizes) for item in inputs)
        began = time.process_time()
        with torch.no_grad():
            macs = tool.count(module, clips)
        seconds.append(time.process_time() - began)
    return macs, min(seconds)


def _tools() -> Iterator[Tool]:
    yield Tool("FlopCounterMode", _flop_counter)
    try:
        import fvcore.nn  # noqa: F401  # pyright: ignore[reportMissingImports]
    except ImportError:
        print("fvcore is absent: pip install fvcore")
    else:
        yield Tool("fvcore", _fvcore, device="cpu")
    try:
        import ptflops  # noqa: F401  # pyright: ignore[reportMissingImports]
    except ImportError:
        print("ptflops is absent: pip install ptflops")
    else:
        for backend in ("aten", "pytorch"):
            yield Tool(f"ptflops {backend}", _ptflops(backend))


def _flop_counter(module: Streams, clips: tuple[Tensor, ...]) -> int:
    with FlopCounterMode(display=False) as counter:
        module(*clips)
    return counter.get_total_flops() // 2


def _fvcore(module: Streams, clips: tuple[Tensor, ...]) -> int:
    from fvcore.nn import FlopCountAnalysis  # pyright: ignore[reportMissingImports]

    counted: Any = FlopCountAnalysis(module, clips)
    counted.unsupported_ops_warnings(False)  # noqa: FBT003  (the method takes nothing else)
    counted.uncalled_modules_warnings(False)  # noqa: FBT003
    return int(counted.total())


def _ptflops(backend: str) -> Callable[[Streams, tuple[Tensor, ...]], int]:
    from ptflops import get_model_complexity_info  # pyright: ignore[reportMissingImports]

    def count(module: Streams, clips: tuple[Tensor, ...]) -> int:
        # It prints what it cannot count.
        with contextlib.redirect_stdout(io.StringIO()):
            macs, _ = get_model_complexity_info(
                module,
                (1,),
                input_constructor=lambda _: dict(zip(module.names, clips, strict=True)),
                as_strings=False,
                print_per_layer_stat=False,
                backend=backend,
            )
        if macs is None:
            raise ValueError("it gave no number.")
        return int(macs)

    return count


if __name__ == "__main__":
    main()
