"""An architecture handed over: a folder of plain PyTorch, weights, settings and a card."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor

import nasvid
from nasvid.core.costs import human_count
from nasvid.core.errors import ExportError
from nasvid.cost.analytic import cost_of
from nasvid.export.card import Card, write_card
from nasvid.export.self_check import check_same_output
from nasvid.export.write_module import write_module
from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import Graph
from nasvid.modules.assemble import build
from nasvid.modules.network import Network

FORMAT = "nasvid-export-1"
WEIGHTS = "model.safetensors"
FILES = frozenset({"README.md", "arch.yaml", "config.json", "model.py", WEIGHTS, "__pycache__"})


def export_architecture(
    graph: Graph,
    out_dir: str | Path,
    *,
    weights: Mapping[str, Tensor] | None,
    arch_yaml: str,
    config: Mapping[str, Any],
    card: Card,
    overwrite: bool = False,
) -> Path:
    """Write the folder and prove that it works; on any error nothing is left behind.

    Args:
        graph: The network.
        out_dir: The folder; missing parents are made.
        weights: Its state, by the names that `build(graph)` has; None leaves weights out.
        arch_yaml: The architecture in the language of nasvid.
        config: What `config.json` shall hold besides streams, cost, versions and graph id, such as
            `classes` (their names in order) and `metrics` (split to name to value).
        card: What the model card says besides.
        overwrite: Whether an earlier export may be replaced.

    Returns: The folder.

    Raises:
        ExportError: The folder cannot be written or holds something else, the weights are not
            those of the network, or the written file does not compute what the network computes.
    """
    out = Path(out_dir).resolve()
    check_target(out, overwrite=overwrite)
    network = _network(graph, weights)
    full_config = _config(graph, config, has_weights=weights is not None)
    texts = {
        "model.py": write_module(graph, _notes(full_config, card), has_weights=weights is not None),
        "arch.yaml": arch_yaml,
        "config.json": _json(full_config),
        "README.md": write_card(full_config, card),
    }
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target, so that a rename puts the whole folder in place at once.
        with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
            _write(Path(scratch), network, texts, has_weights=weights is not None)
            _put_in_place(Path(scratch), out)
    except OSError as error:
        raise _unwritable(out, error.strerror or str(error)) from error
    return out


def check_target(out: Path, *, overwrite: bool) -> None:
    """Refuse to touch anything but an empty folder or, if asked to, an earlier export.

    Args:
        out: The folder, an absolute path.
        overwrite: Whether an earlier export may be replaced.

    Raises:
        ExportError: `export_architecture` could not write there.
    """
    if not out.exists():
        nearest = next(folder for folder in out.parents if folder.exists())
        if not nearest.is_dir():
            raise _unwritable(out, f"{nearest} is a file")
        try:
            # Tried, not asked: permissions tell nothing of read-only and special file systems.
            with TemporaryDirectory(prefix=f".{out.name}.", dir=nearest):
                return
        except OSError as error:
            raise _unwritable(
                out, f"no folder can be made in {nearest} ({error.strerror})"
            ) from error
    if not out.is_dir():
        raise ExportError(f"{out}: is a file; accepts a new or empty folder.")
    found = {path.name for path in out.iterdir()}
    if not found:
        return
    if not overwrite:
        raise ExportError(
            f"{out}: the folder is not empty; accepts a new or empty folder. Choose another one, or "
            "ask to overwrite an earlier export."
        )
    if not _is_export(out):
        raise ExportError(
            f"{out}: the folder is not empty and no earlier export; only an export is overwritten. "
            "Choose another folder."
        )
    if foreign := sorted(found - FILES):
        raise ExportError(
            f"{out}: holds {foreign[0]!r} beside an earlier export, which would be lost. Move it "
            "away, or choose another folder."
        )


def _unwritable(out: Path, reason: str) -> ExportError:
    return ExportError(f"{out}: cannot write there: {reason}. Choose a folder that can be written.")


def _is_export(folder: Path) -> bool:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("format") == FORMAT


def _network(graph: Graph, weights: Mapping[str, Tensor] | None) -> Network:
    with torch.device("cpu"):
        network = build(graph)
    if weights is None:
        return network
    expected = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    got = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    if wrong := sorted(name for name in expected | got if expected.get(name) != got.get(name)):
        name = wrong[0]
        raise ExportError(
            f"weights: {len(wrong)} do not fit the network, first {name!r}: got "
            f"{got.get(name, 'none')}, the network has {expected.get(name, 'none')}. Give the "
            "weights of this very architecture."
        )
    network.load_state_dict(dict(weights))
    return network


def _config(graph: Graph, config: Mapping[str, Any], *, has_weights: bool) -> dict[str, Any]:
    streams = {i.name: i.stream.to_json() for i in graph.inputs if i.stream is not None}
    if len(streams) != len(graph.inputs):
        raise ExportError(
            "only a whole network can be exported; an input of this one is no stream."
        )
    known = {
        "format": FORMAT,
        "graph_id": graph_id(graph),
        "weights": WEIGHTS if has_weights else None,
        "streams": streams,
        "outputs": {port: list(shape.tensor_sizes) for port, shape in graph.output_shapes},
        "cost": cost_of(graph).to_json(),
        "versions": {"nasvid": nasvid.__version__, "torch": str(torch.__version__)},
    }
    return known | {key: value for key, value in config.items() if key not in known}


def _json(config: Mapping[str, Any]) -> str:
    try:
        return json.dumps(config, indent=2, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise ExportError(f"config.json: cannot hold what it was given: {error}.") from error


def _notes(config: Mapping[str, Any], card: Card) -> list[str]:
    """Lines for the head of `model.py`: where it comes from and what it costs."""
    facts = {"architecture": config["graph_id"], **card.get("provenance", {})}
    cost = config["cost"]
    return [
        *(text for text in (card.get("name"), card.get("description")) if text),
        f"{human_count(cost['macs'])} MACs per clip, {human_count(cost['params'])} parameters.",
        *(f"{name}: {value}" for name, value in facts.items()),
    ]


def _write(scratch: Path, network: Network, texts: Mapping[str, str], *, has_weights: bool) -> None:
    folder, check = scratch / "export", scratch / "check"
    folder.mkdir()
    check.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    state = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
    at = folder if has_weights else check
    (at / WEIGHTS).write_bytes(save(state))
    check_same_output(folder, at, network, check)


def _put_in_place(scratch: Path, out: Path) -> None:
    """Move the finished folder to its place, and an earlier export out of it."""
    earlier = scratch / "earlier"
    if out.exists():
        out.rename(earlier)
    try:
        (scratch / "export").rename(out)
    except OSError:
        if earlier.exists():
            earlier.rename(out)
        raise
