"""The model card: what an exported network is, what it takes, how well it does, how to run it."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from nasvid.core.costs import human_count
from nasvid.core.streams import Stream
from nasvid.export.comments import markdown

_VALUES = {
    "rgb": "red, green, blue; in [0, 1] before normalisation",
    "flow": (
        "optical flow to the next video frame, horizontal and vertical; pixels / 20, cut to "
        "[-1, 1], before normalisation"
    ),
}


class Card(TypedDict, total=False):
    """What a person says about a network.

    Keys:
        name: A title.
        description: A sentence or two.
        provenance: What was done to get it, such as run, candidate, data set, seed.
    """

    name: str
    description: str
    provenance: Mapping[str, Any]


def write_card(config: Mapping[str, Any], card: Card) -> str:
    """The text of `README.md`.

    Args:
        config: The content of `config.json`.
        card: What only a person or a run can say.
    """
    streams = {name: Stream.from_json(stream) for name, stream in config["streams"].items()}
    description = card.get("description")
    sections = [
        [f"# {markdown(card.get('name') or 'Video network')}"],
        [markdown(description)] if description else [],
        _summary(config),
        ["## Input", "", *_inputs(streams)],
        ["## Accuracy", "", *_accuracy(config.get("metrics", {}))],
        ["## Use", "", *_use(config, streams)],
        ["## Files", "", *_files(config)],
        ["## Where it comes from", "", *_provenance(config, card)],
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _summary(config: Mapping[str, Any]) -> list[str]:
    cost = config["cost"]
    classes = config.get("classes", [])
    rows = [
        ("MACs per clip", f"{human_count(cost['macs'])} multiply-adds (FLOPs = 2 x MACs)"),
        ("Parameters", human_count(cost["params"])),
        ("Activations per clip", f"{human_count(cost['activations'])} elements"),
    ]
    if classes:
        names = markdown(", ".join(map(str, classes)))
        rows.append(("Classes", f"{len(classes)}: {names}"))
    return _table(("Network", ""), rows)


def _inputs(streams: Mapping[str, Stream]) -> list[str]:
    rows = [
        (
            f"`{name}`",
            f"{s.channels} x {s.frames} x {s.size} x {s.size}",
            f"{s.frame_stride}",
            f"{s.span}",
            f"{_numbers(s.mean)} / {_numbers(s.std)}",
            _VALUES.get(s.modality, "as it was trained on"),
        )
        for name, s in streams.items()
    ]
    head = ("stream", "C x T x H x W", "frame stride", "span", "mean / std", "values")
    return [
        "Float tensors of shape (batch, channels C, frames T, height H, width W). Frame `i` of a clip",
        "is video frame `start + i * frame stride`; the span is the video frames a clip reaches over.",
        "The network sees `(value - mean) / std` per channel.",
        "",
        *_table(head, rows),
    ]


def _accuracy(metrics: Mapping[str, Mapping[str, float]]) -> list[str]:
    names = list(dict.fromkeys(name for found in metrics.values() for name in found))
    if not names:
        return ["Not measured."]
    rows = [
        (markdown(split), *(f"{found[name]:.4g}" if name in found else "" for name in names))
        for split, found in metrics.items()
    ]
    return _table(("split", *map(markdown, names)), rows)


def _use(config: Mapping[str, Any], streams: Mapping[str, Stream]) -> list[str]:
    shapes = {
        name: ", ".join(map(str, (1, *stream.shape.sizes))) for name, stream in streams.items()
    }
    clips = [f'    "{name}": torch.randn({shape}),' for name, shape in shapes.items()]
    made = "load()" if config["weights"] else "Model()  # without trained weights"
    return [
        "```",
        f"pip install torch{' safetensors' if config['weights'] else ''}",
        "```",
        "",
        "```python",
        "import torch",
        f"from model import {'load' if config['weights'] else 'Model'}",
        "",
        f"model = {made}",
        "clips = {  # put your normalised clips here",
        *clips,
        "}",
        "with torch.no_grad():",
        "    scores = model(clips)",
        "print(scores.softmax(dim=1).topk(1))",
        "```",
    ]


def _files(config: Mapping[str, Any]) -> list[str]:
    rows = [
        ("`model.py`", "the network; imports torch alone"),
        ("`config.json`", "streams, classes, cost, metrics and versions, for programs"),
        ("`arch.yaml`", "the architecture in the language of nasvid, to change or search on"),
    ]
    if config["weights"]:
        rows.insert(1, ("`model.safetensors`", "the trained weights"))
    return _table(("file", "holds"), rows)


def _provenance(config: Mapping[str, Any], card: Card) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in config["versions"].items())
    facts = {
        **card.get("provenance", {}),
        "architecture id": config["graph_id"],
        "written with": versions,
    }
    return [f"- {markdown(name)}: {markdown(value)}" for name, value in facts.items()]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
