"""Training speed on a GPU: nasvid's trainer against a bare torch loop over the exported network.

    python benchmarks/gpu_training.py                 the tables
    python benchmarks/gpu_training.py --write         the result beside this file
    python benchmarks/gpu_training.py --device cpu --networks small    to try it without a GPU

Both loops train networks of equal weights in the precision and memory format of nasvid's rule, with the
same optimiser and clipping. The bare loop trains one batch that is on the device already, as floats:
nothing there waits for data, so its speed is the most that the network allows. nasvid cuts every batch from
frames in memory, sends its bytes over and normalises them. The two take turns in one run. Then the
bare loop in other forms, which tells whether the rule chooses well; then the peak of memory against the
estimate of `nasvid cost --batch`.
"""

import argparse
import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from runpy import run_path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import nasvid
from nasvid.core.recipes import Recipe
from nasvid.cost.train_memory import train_memory
from nasvid.data.cache import FrameCache
from nasvid.data.clips import ClipData
from nasvid.evaluation.library import streams_of
from nasvid.export.write_module import write_module
from nasvid.graph.ir import Graph
from nasvid.modules.assemble import build
from nasvid.training.class_scores import class_scores
from nasvid.training.optimisers import make_optimizer
from nasvid.training.placement import Placement, place
from nasvid.training.trainer import network_input, training_steps

CLASSES = 10
# Steps before the clock runs, steps on the clock, and turns of either loop.
WARM_UP, STEPS, TURNS = 5, 12, 3
# Batch and clip.
NETWORKS = {
    "small": {"r3d_18": (4, "4x32"), "movinet_a0": (2, "4x32")},
    "moderate": {
        "r2plus1d_18": (16, "16x112"),
        "slowfast_r50_8x8": (8, "32x224"),
        "x3d_m": (16, "16x224"),
        "mvit_b_16x4": (8, "16x224"),
        "movinet_a0": (16, "50x172"),
        "c3d_lstm": (4, "64x112"),
        "r3d_18": (16, "8x64"),
    },
}

Step = Callable[[], object]


@dataclass(frozen=True)
class Task:
    """What is trained.

    Args:
        graph: The network.
        recipe: How.
        clips: On what.
        device: Where.
    """

    graph: Graph
    recipe: Recipe
    clips: ClipData
    device: str

    @classmethod
    def of(cls, name: str, batch: int, clip: str, device: str) -> "Task":
        """A network of the zoo on noise."""
        graph = nasvid.load(name, clip=clip, classes=CLASSES).graph
        return cls(graph, Recipe(batch_size=batch), noise(graph, 2 * batch), device)


def noise(graph: Graph, num_videos: int) -> ClipData:
    """Videos of noise for the streams of a network, twice as long as its longest clip."""
    rng = np.random.default_rng(0)
    streams = streams_of(graph)
    num_frames = 2 * max(stream.span for stream in streams.values())
    lengths = np.full(num_videos, num_frames)
    caches: dict[str, FrameCache] = {}
    for name, stream in streams.items():
        shape = (num_videos * num_frames, stream.channels, stream.size, stream.size)
        frames = np.frombuffer(rng.bytes(int(np.prod(shape))), np.uint8).reshape(shape)
        caches[name] = FrameCache(frames, lengths.cumsum() - lengths, lengths)
    labels = [number % CLASSES for number in range(num_videos)]
    return ClipData(labels, [str(number) for number in range(CLASSES)], streams, caches)


def exported(graph: Graph) -> nn.Module:
    """The network as nasvid writes it, with the weights of seed 0."""
    torch.manual_seed(0)
    weights = build(graph).state_dict()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.py"
        file.write_text(write_module(graph), encoding="utf-8")
        model: nn.Module = run_path(str(file))["Model"]()
    model.load_state_dict(weights)
    return model


def ours(task: Task) -> Step:
    """A step of nasvid's trainer for each call, without end."""
    torch.manual_seed(0)
    network = build(task.graph)
    placement = place(network, task.device, task.recipe.precision)
    steps: Iterator[None] = training_steps(
        network, task.clips, task.recipe, epochs=10_000, seed=0, placement=placement
    )
    return lambda: next(steps)


def bare(task: Task, placement: Placement | None = None, *, tried: bool = False) -> Step:
    """A step of a bare loop for each call.

    Args:
        task: What to train.
        placement: In which form; None takes that of the rule.
        tried: Whether cuDNN tries its kernels and takes the fastest.
    """
    torch.backends.cudnn.benchmark = tried
    network = exported(task.graph)
    placement = placement or place(network, task.device, task.recipe.precision)
    placement.put_network(network).train()
    optimizer = make_optimizer(network, task.recipe)
    weights = list(network.parameters())
    videos = np.arange(task.recipe.batch_size)
    clips, labels_B = task.clips.batch(videos, task.clips.even_centres(videos, 0, 1))
    clips = {name: x.to(task.device) for name, x in clips.items()}
    x = network_input(clips, task.clips.streams, placement)
    labels_B = labels_B.to(task.device)
    only = next(iter(x.values())) if len(x) == 1 else None

    def step() -> Tensor:
        optimizer.zero_grad()
        with placement.autocast():
            logits_BK = class_scores(network(x if only is None else only))
        loss = cross_entropy(logits_BK.float(), labels_B)
        loss.backward()
        nn.utils.clip_grad_norm_(weights, task.recipe.clip_grad)
        optimizer.step()
        return loss

    return step


def seconds(step: Step, device: str) -> tuple[float, float]:
    """Seconds of a step, and seconds until the calls of a step are all sent to the device."""
    for _ in range(WARM_UP):
        step()
    wait(device)
    began = time.perf_counter()
    for _ in range(STEPS):
        step()
    sent = time.perf_counter()
    wait(device)
    return (time.perf_counter() - began) / STEPS, (sent - began) / STEPS


def wait(device: str) -> None:
    """Until the device has done all it was sent."""
    if device != "cpu":
        torch.cuda.synchronize()


def free() -> None:
    """Give the memory of the last network back."""
    gc.collect()
    torch.backends.cudnn.benchmark = False
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def compared(name: str, task: Task) -> str:
    """A row: clips a second of both loops, their ratio, and what nasvid's loop spends where."""
    loops = {"bare": bare(task), "ours": ours(task)}
    turns = [{key: seconds(step, task.device) for key, step in loops.items()} for _ in range(TURNS)]
    batch = task.recipe.batch_size
    rates = [median(batch / turn[key][0] for turn in turns) for key in ("bare", "ours")]
    ratio = median(turn["bare"][0] / turn["ours"][0] for turn in turns)
    sent = 1000 * median(turn["ours"][1] for turn in turns)
    videos = np.arange(batch)
    began = time.perf_counter()
    for _ in range(STEPS):
        task.clips.batch(videos, task.clips.even_centres(videos, 0, 1))
    cut = 1000 * (time.perf_counter() - began) / STEPS
    whole = 1000 * batch / rates[1]
    return (
        f"| {name} | {rates[0]:.1f} | {rates[1]:.1f} | {ratio:.2f} | {whole:.1f} | {sent:.1f} | "
        f"{cut:.1f} |"
    )


def forms(name: str, task: Task) -> str:
    """A row: the bare loop in other forms, as clips a second."""
    rule = place(build(task.graph), task.device, task.recipe.precision)
    other = replace(rule, is_channels_last=not rule.is_channels_last)
    found: list[str] = []
    for placement, tried in (
        (rule, False),
        (rule, True),
        (other, False),
        (other, True),
        (replace(rule, precision="fp32"), False),
    ):
        try:
            taken, _ = seconds(bare(task, placement, tried=tried), task.device)
            found.append(f"{task.recipe.batch_size / taken:.1f}")
        except torch.OutOfMemoryError:
            found.append("out of memory")
        free()
    layout = "last" if rule.is_channels_last else "first"
    return f"| {name} | {layout}, {rule.precision} | {' | '.join(found)} |"


def memory(name: str, task: Task) -> str:
    """A row: peak of memory of nasvid's loop against the estimate, in either precision."""
    found: list[str] = []
    for precision in ("fp32", "bf16"):
        recipe = replace(task.recipe, precision=precision)
        estimate = train_memory(
            task.graph, recipe.batch_size, precision=precision, optimizer=recipe.optimizer
        ).total
        free()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        step = ours(replace(task, recipe=recipe))
        for _ in range(3):
            step()
        taken = torch.cuda.max_memory_allocated() - before
        del step
        found.append(f"{taken / 2**20:.0f} | {estimate / 2**20:.0f} | {taken / estimate:.2f}")
    return f"| {name} | {' | '.join(found)} |"


TABLES: tuple[tuple[str, str, Callable[[str, Task], str]], ...] = (
    (
        "Clips a second, nasvid against a bare loop",
        "| network | bare | nasvid | nasvid / bare | nasvid ms a step | of which until sent | cutting a batch |",
        compared,
    ),
    (
        "Clips a second of the bare loop in other forms",
        "| network | by the rule | so | so, kernels tried | other layout | other layout, kernels tried | fp32 |",
        forms,
    ),
    (
        "MiB at the peak of a step of nasvid's loop",
        "| network | fp32 | estimate | ratio | bf16 | estimate | ratio |",
        memory,
    ),
)


def lines(networks: dict[str, tuple[int, str]], device: str, tables: int) -> Iterator[str]:
    """The first tables."""
    for title, header, row in TABLES[:tables]:
        if row is memory and device == "cpu":
            continue
        yield from (f"## {title}", "", header, "|---" * (header.count("|") - 1) + "|")
        for name, (batch, clip) in networks.items():
            task = Task.of(name, batch, clip, device)
            yield row(f"{name}, {batch} of {clip}", task)
            del task
            free()
        yield ""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Speed of training on a GPU.")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--networks", choices=sorted(NETWORKS), default="moderate")
    parser.add_argument("--tables", type=int, default=len(TABLES), help="only so many of the first")
    parser.add_argument("--write", action="store_true", help="write the result beside this file")
    options = parser.parse_args()
    date = time.strftime("%Y-%m-%d")
    device = torch.cuda.get_device_name() if options.device != "cpu" else "CPU"
    head = [
        f"# Training speed, {date}",
        "",
        (
            f"nasvid {nasvid.__version__}, torch {torch.__version__}, {device}; python "
            f"benchmarks/gpu_training.py; medians of {TURNS} turns of {STEPS} steps after {WARM_UP}."
        ),
        "",
    ]
    written: list[str] = []
    for line in chain(head, lines(NETWORKS[options.networks], options.device, options.tables)):
        print(line, flush=True)
        written.append(line)
    if options.write:
        path = Path(__file__).with_name(f"gpu_training_{date}.md")
        path.write_text("\n".join(written).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
