"""The exported folder: whole or not there at all, and never in place of something else."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch
import yaml
from safetensors.torch import load_file, save_file
from torch import Tensor

from nasvid.core.errors import ExportError
from nasvid.cost.analytic import cost_of
from nasvid.export import self_check, write_folder
from nasvid.export.card import Card
from nasvid.export.write_folder import export_architecture
from nasvid.graph.canonical import graph_id
from nasvid.modules.assemble import build
from tests.unit.export.networks import (
    Sketch,
    body,
    single_stream,
    streams_of,
    two_stream,
    with_random_state,
)

CARD: Card = {
    "name": "quickstart, candidate 12",
    "description": "Tells motions apart.",
    "provenance": {"run": "runs/quickstart", "seed": 0},
}
CONFIG = {
    "classes": ["left to right", "up | down"],
    "metrics": {"val": {"top1": 0.8125}, "test": {"top1": 0.75, "top5": 1.0}},
}


def export(out: Path, **changes: Any) -> Path:
    graph = single_stream()
    settings: dict[str, Any] = {
        "weights": build(graph).state_dict(),
        "arch_yaml": "version: 1\n",
        "config": CONFIG,
        "card": CARD,
    }
    return export_architecture(graph, out, **(settings | changes))


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the check in another process, which takes seconds."""
    monkeypatch.setattr(write_folder, "check_same_output", lambda *paths: None)


@pytest.mark.usefixtures("unchecked")
def test_the_folder_holds_five_files(tmp_path: Path) -> None:
    out = export(tmp_path / "deep" / "out")
    names = {"README.md", "arch.yaml", "config.json", "model.py", "model.safetensors"}
    assert {path.name for path in out.iterdir()} == names
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert yaml.safe_load((out / "arch.yaml").read_text()) == {"version": 1}
    modes = {path.stat().st_mode for path in out.iterdir()}
    assert len(modes) == 1


@pytest.mark.usefixtures("unchecked")
def test_config_says_what_a_program_needs(tmp_path: Path) -> None:
    graph = single_stream()
    config = json.loads((export(tmp_path / "out") / "config.json").read_text())
    assert config["format"] == "nasvid-export-1"
    assert config["streams"]["rgb"] == {
        "modality": "rgb",
        "channels": 3,
        "frames": 8,
        "frame_stride": 2,
        "size": 16,
        "mean": [0.45, 0.45, 0.45],
        "std": [0.225, 0.225, 0.225],
    }
    assert config["outputs"] == {"out": [4]}
    assert config["cost"] == cost_of(graph).to_json()
    assert config["graph_id"] == graph_id(graph)
    assert config["weights"] == "model.safetensors"
    assert config["versions"]["torch"] == torch.__version__
    assert config["classes"] == CONFIG["classes"]
    assert config["metrics"] == CONFIG["metrics"]


@pytest.mark.usefixtures("unchecked")
def test_the_card_says_what_it_is_and_how_well_it_does(tmp_path: Path) -> None:
    card = (export(tmp_path / "out") / "README.md").read_text()
    assert card.startswith("# quickstart, candidate 12\n\nTells motions apart.\n")
    assert "| `rgb` | 3 x 8 x 16 x 16 | 2 | 15 |" in card
    assert "| split | top1 | top5 |" in card
    assert "| test | 0.75 | 1 |" in card
    assert "up \\| down" in card
    assert "- run: runs/quickstart" in card
    assert "multiply-adds (FLOPs = 2 x MACs)" in card


@pytest.mark.usefixtures("unchecked")
def test_the_example_of_the_card_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = export(tmp_path / "out")
    code = (out / "README.md").read_text().split("```python\n")[1].split("```")[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(out)
        patch.setattr(sys, "dont_write_bytecode", True)
        exec(code, {})
        del sys.modules["model"]
    assert "torch.return_types.topk" in capsys.readouterr().out


@pytest.mark.usefixtures("unchecked")
def test_the_card_is_safe_from_foreign_text(tmp_path: Path) -> None:
    hostile = "<script>\n# [x](javascript:y) | `z` \u202e"
    card: Card = {"name": hostile, "description": hostile, "provenance": {hostile: hostile}}
    text = (export(tmp_path / "out", card=card) / "README.md").read_text()
    assert "\n# \\[x" not in text
    assert "\\<script\\> \\# \\[x\\]\\(javascript:y\\) \\| \\`z\\`" in text
    assert "\u202e" not in text


@pytest.mark.usefixtures("unchecked")
def test_without_weights_there_is_no_weights_file(tmp_path: Path) -> None:
    out = export(tmp_path / "out", weights=None)
    assert not (out / "model.safetensors").exists()
    assert json.loads((out / "config.json").read_text())["weights"] is None
    assert "Model()  # without trained weights" in (out / "README.md").read_text()


@pytest.mark.usefixtures("unchecked")
def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert (export(tmp_path / "out") / "model.py").exists()


@pytest.mark.usefixtures("unchecked")
def test_a_folder_with_files_is_refused(tmp_path: Path) -> None:
    export(tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(ExportError, match="out: the folder is not empty; accepts a new or empty"):
        export(tmp_path / "out", arch_yaml="changed: true\n")
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


@pytest.mark.usefixtures("unchecked")
def test_an_earlier_export_is_overwritten_when_asked(tmp_path: Path) -> None:
    export(tmp_path / "out")
    (tmp_path / "out" / "__pycache__").mkdir()
    export(tmp_path / "out", arch_yaml="changed: true\n", weights=None, overwrite=True)
    assert (tmp_path / "out" / "arch.yaml").read_text() == "changed: true\n"
    assert not (tmp_path / "out" / "model.safetensors").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("config", ["", "{}", "[1]", '{"format": "another"}'])
def test_a_folder_that_is_no_export_is_never_overwritten(tmp_path: Path, config: str) -> None:
    (tmp_path / "notes.txt").write_text("precious")
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(ExportError, match="no earlier export; only an export is overwritten"):
        export(tmp_path, overwrite=True)
    assert (tmp_path / "notes.txt").read_text() == "precious"


@pytest.mark.usefixtures("unchecked")
def test_an_export_with_other_files_in_it_is_never_overwritten(tmp_path: Path) -> None:
    export(tmp_path / "out")
    (tmp_path / "out" / "finetuned.pt").write_text("precious")
    with pytest.raises(ExportError, match=r"holds 'finetuned.pt' beside an earlier export"):
        export(tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / "finetuned.pt").read_text() == "precious"


@pytest.mark.usefixtures("unchecked")
def test_a_place_that_cannot_be_written_is_one_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match=r"out: cannot write there: .+file is a file. Choose a"):
        export(tmp_path / "file" / "out")
    with pytest.raises(
        ExportError, match=r"out: cannot write there: no folder can be made in /proc"
    ):
        export(Path("/proc/deep/out"))
    monkeypatch.setattr(Path, "rename", _disk_full)
    with pytest.raises(ExportError, match=r"out: cannot write there: No space left. Choose a"):
        export(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    with pytest.raises(ExportError, match="file: is a file; accepts a new or empty folder"):
        export(tmp_path / "file")


@pytest.mark.usefixtures("unchecked")
def test_an_earlier_export_stays_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(tmp_path / "out")
    rename = Path.rename

    def fail_for_the_new_one(path: Path, target: Path) -> Path:
        return _disk_full() if path.name == "export" else rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new_one)
    with pytest.raises(ExportError, match="No space left"):
        export(tmp_path / "out", arch_yaml="changed: true\n", overwrite=True)
    assert (tmp_path / "out" / "arch.yaml").read_text() == "version: 1\n"


def _disk_full(*arguments: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left")


def test_a_failed_check_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_with_check = write_folder.check_same_output
    monkeypatch.setattr(write_folder, "check_same_output", lambda *paths: None)
    export(tmp_path / "out")
    assert export_with_check is self_check.check_same_output

    def fail(*paths: Path) -> None:
        raise ExportError("model.py does not compute what the network computes")

    monkeypatch.setattr(write_folder, "check_same_output", fail)
    before = (tmp_path / "out" / "arch.yaml").read_text()
    with pytest.raises(ExportError, match="does not compute"):
        export(tmp_path / "out", arch_yaml="changed: true\n", overwrite=True)
    with pytest.raises(ExportError, match="does not compute"):
        export(tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "arch.yaml").read_text() == before


@pytest.mark.usefixtures("unchecked")
def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    other = build(two_stream()).state_dict()
    with pytest.raises(ExportError, match=r"weights: \d+ do not fit the network, first 'flow_stem"):
        export(tmp_path / "out", weights=other)
    own = build(single_stream()).state_dict()
    own["stem.conv.weight"] = torch.zeros(1)
    with pytest.raises(ExportError, match=r"first 'stem.conv.weight': got \(1,\), the network has"):
        export(tmp_path / "out", weights=own)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("unchecked")
def test_a_number_that_json_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"config.json: cannot hold what it was given"):
        export(tmp_path / "out", config={"metrics": {"val": {"top1": float("nan")}}})


def test_a_body_is_no_network(tmp_path: Path) -> None:
    sketch = body(single_stream().inputs[0].shape)
    graph = sketch.graph(sketch.op("relu", "relu", "in"))
    with pytest.raises(ExportError, match="only a whole network can be exported"):
        export_architecture(graph, tmp_path / "out", weights=None, arch_yaml="", config={}, card={})


@pytest.mark.slow
@pytest.mark.parametrize("has_weights", [True, False])
def test_an_export_runs_where_nasvid_is_not(tmp_path: Path, has_weights: bool) -> None:
    graph = two_stream()
    network = with_random_state(build(graph)).eval()
    streams = streams_of(graph)
    out = export_architecture(
        graph,
        tmp_path / "out",
        weights=network.state_dict() if has_weights else None,
        arch_yaml="version: 1\n",
        config=CONFIG,
        card=CARD,
    )
    assert not (out / "__pycache__").exists()
    save_file(streams, tmp_path / "streams.safetensors")
    save_file(network.state_dict(), tmp_path / "model.safetensors")
    made = "load()" if has_weights else "Model().eval()"
    script = f"""
import sys
sys.modules["nasvid"] = None
sys.path.insert(0, {str(out)!r})
import torch
from safetensors.torch import load_file, save_file
import model
torch.set_num_threads({torch.get_num_threads()})
streams = load_file({str(tmp_path / "streams.safetensors")!r})
with torch.no_grad():
    network = model.{made}
    network.load_state_dict(load_file({str(tmp_path / "model.safetensors")!r}))
    scores = network({{name: clip.clone() for name, clip in streams.items()}})
save_file({{"scores": scores}}, {str(tmp_path / "scores.safetensors")!r})
assert not any(name.startswith("nasvid.") for name in sys.modules)
"""
    subprocess.run([sys.executable, "-I", "-c", script], check=True, cwd="/")
    with torch.no_grad():
        expected = network(streams)
    assert isinstance(expected, Tensor)
    assert torch.equal(load_file(tmp_path / "scores.safetensors")["scores"], expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("return x + conv", "return x - conv"),
            "does not compute what the network computes: output",
        ),
        (("class Model", "import nasvid\n\n\nclass Model"), "does not run where nasvid is absent"),
        (("class Model", "class Other"), "does not run where nasvid is absent: AttributeError"),
    ],
)
def test_the_check_refuses_a_file_that_is_not_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], message: str
) -> None:
    sketch = Sketch({"rgb": single_stream().inputs[0].stream or pytest.fail("no stream")})
    inner = body(sketch.shapes["rgb"])
    inner.op("conv", "conv", "in", out=3)
    graph = inner.graph(inner.op("add", "add", "in", "conv"))
    sketch.block("residual", "residual", graph, "rgb")
    write = write_folder.write_module

    def write_wrongly(*arguments: Any, **options: Any) -> str:
        source = write(*arguments, **options)
        assert change[0] in source
        return source.replace(*change)

    monkeypatch.setattr(write_folder, "write_module", write_wrongly)
    with pytest.raises(ExportError, match=message):
        export_architecture(
            sketch.graph("residual"),
            tmp_path / "out",
            weights=None,
            arch_yaml="",
            config={},
            card={},
        )
    assert list(tmp_path.iterdir()) == []
