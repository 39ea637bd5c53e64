"""The generated source: equal to the network, safe, and such as a person would write."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nasvid.core.errors import ExportError
from nasvid.core.shapes import Shape
from nasvid.export.write_module import write_module
from nasvid.graph.ir import Graph
from tests.unit.export.networks import (
    RGB,
    Sketch,
    assert_same,
    body,
    load_source,
    merge,
    single_stream,
    two_ports,
    two_stream,
)

NETWORKS = {"two_stream": two_stream, "single_stream": single_stream, "two_ports": two_ports}
GOLDEN = Path(__file__).parents[2] / "golden" / "two_stream_model.py.txt"
SHAPE = Shape.clip(2, 2, 3, 3)
# Names that a generated file uses itself, that Python reserves, or that are no names at all.
NASTY = (
    *("x", "y", "z", "x2", "self", "streams", "F", "torch", "nn", "Tensor", "Model", "load"),
    *("sum", "input", "class", "in", "lambda", "super", "forward", "training", "half", "type"),
    *("0", "1", "2", "_private", "__init__", "add_module", "name0"),
)
HOSTILE = (
    '"""\nimport os\nos.system("true")\n"""',
    "x\nimport os",
    "x\rimport os",
    "x\x0cimport os",
    "x\u2028import os",
    "# coding: utf-7",
    "\\",
    '"""',
    "'''",
    "{0}",
    "%s",
    "\x00",
    "\u202e\u2066",
    "caf\xe9",
)


@pytest.mark.parametrize("name", NETWORKS)
def test_source_computes_and_trains_like_the_network(name: str) -> None:
    assert_same(NETWORKS[name]())


@st.composite
def graphs(draw: st.DrawFn, depth: int = 2) -> Graph:
    """Any wiring of primitives and blocks over values of one shape, with names that clash."""
    inputs = draw(st.lists(st.sampled_from(NASTY[:12]), min_size=1, max_size=2, unique=True))
    sketch = Sketch(dict.fromkeys(inputs, SHAPE))
    names = draw(st.lists(st.sampled_from(NASTY), min_size=1, max_size=6, unique=True))
    refs = list(inputs)
    for name in names:
        if name in inputs:
            continue
        kinds = ["relu", "identity", "gate", "batch_norm", "conv", "add", "multiply"]
        kind: str = draw(st.sampled_from([*kinds, *(["block"] * 3 if depth else [])]))
        if kind == "block":
            inner = draw(graphs(depth - 1))
            chosen = [draw(st.sampled_from(refs)) for _ in inner.inputs]
            sketch.block(name, draw(st.sampled_from(["unit", "sum", "conv", "x"])), inner, *chosen)
            refs += [f"{name}.{port}" for port, _ in inner.outputs]
            continue
        parameters: dict[str, dict[str, Any]] = {
            "conv": {"out": 2},
            "gate": {"initial": draw(st.sampled_from([None, 0.5]))},
        }
        count = draw(st.integers(1, 3)) if kind in ("add", "multiply") else 1
        chosen = [draw(st.sampled_from(refs)) for _ in range(count)]
        refs.append(sketch.op(name, kind, *chosen, **parameters.get(kind, {})))
    if draw(st.booleans()):
        return sketch.graph(draw(st.sampled_from(refs)))
    return sketch.graph(draw(st.sampled_from(refs)), aux=draw(st.sampled_from(refs)))


@settings(max_examples=30)
@given(graph=graphs())
def test_any_wiring_is_written_as_it_is(graph: Graph) -> None:
    assert_same(graph, is_pruned=False)


def test_instances_that_differ_in_numbers_share_a_class() -> None:
    module = load_source(write_module(two_stream()))
    model = module.Model()
    assert type(model.rgb_fast) is type(model.rgb_slow) is module.Stem
    source = write_module(two_stream())
    assert "self.rgb_slow = Stem(3, 16)" in source
    assert "def __init__(self, in_channels: int, out_channels: int) -> None:" in source


def test_instances_of_other_structure_get_a_class_of_their_own() -> None:
    sketch = Sketch({"rgb": RGB})
    last = "rgb"
    for index, op in enumerate(["relu", "sigmoid", "relu"]):
        inner = body(sketch.shapes[last])
        inner.op("conv", "conv", "in", out=4)
        last = sketch.block(f"unit{index}", "unit", inner.graph(inner.op("act", op, "conv")), last)
    model = load_source(assert_same(sketch.graph(last))).Model()
    assert [type(child).__name__ for child in model.children()] == ["Unit", "Unit2", "Unit"]


def test_a_number_of_an_expression_becomes_a_parameter_too() -> None:
    sketch = Sketch({"rgb": RGB})
    last = "rgb"
    for index, factor in enumerate([0.25, 0.75]):
        inner = body(sketch.shapes[last])
        inner.op("every", "subsample_frames", "in", step=index + 1)
        graph = inner.graph(inner.op("scaled", "gate", "every", initial=factor))
        last = sketch.block(f"edge{index}", "edge", graph, last)
    source = assert_same(sketch.graph(last))
    assert "self.edge0 = Edge(step=1, initial=0.25)" in source
    assert "x = x[:, :, ::self.step]" in source
    assert "return x * self.initial" in source


def test_a_repeat_is_a_sequential() -> None:
    model = load_source(write_module(two_stream())).Model()
    assert type(model.level2) is nn.Sequential
    assert len(model.level2) == 4


def test_a_repeat_with_an_expression_among_its_copies_is_a_class() -> None:
    inner = body(RGB.shape)
    inner.op("0", "conv", "in", out=2)
    inner.op("1", "relu", "0")
    graph = inner.graph(inner.op("2", "conv", "1", out=2))
    sketch = Sketch({"rgb": RGB})
    assert_same(sketch.graph(sketch.block("level", "repeat", graph, "rgb")))


def test_numbers_stay_numbers_in_the_names_of_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(name: str) -> str:
        return name

    modules = ("assemble", "plan", "network")
    for module in (*(f"modules.{name}" for name in modules), "export.scope", "export.write_init"):
        for function in ("attribute_name", "attribute_path"):
            monkeypatch.setattr(f"nasvid.{module}.{function}", keep, raising=False)
    source = assert_same(two_stream())
    assert "*(Unit2(24, spatial_channels=72, reduce_channels=12) for _ in range(3))," in source
    keys = load_source(source).Model().state_dict()
    assert "level1.0.op.spatial.weight" in keys
    test_a_repeat_with_an_expression_among_its_copies_is_a_class()


def test_one_input_may_be_given_as_a_tensor() -> None:
    model = load_source(write_module(single_stream())).Model().eval()
    x = torch.randn(1, *RGB.shape.sizes)
    assert torch.equal(model(x), model({"rgb": x}))


def test_what_reaches_no_output_keeps_its_weights_and_is_not_computed() -> None:
    sketch = Sketch({"rgb": RGB})
    sketch.op("idle", "conv", "rgb", out=2)
    source = assert_same(sketch.graph(sketch.op("used", "conv", "rgb", out=2)))
    assert "self.idle = nn.Conv3d(3, 2, kernel_size=1, bias=False)" in source
    assert "self.idle(" not in source


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(text: str) -> None:
    sketch = Sketch({"rgb": RGB})
    inner = body(RGB.shape)
    graph = inner.graph(inner.op("conv", "conv", "in", out=2))
    sketch.block("use", text, graph, "rgb")
    merge(sketch, "twice", "add", "use", "use")
    source = write_module(sketch.graph("twice"), notes=[text, f"name: {text}"])
    assert source.isascii()
    _assert_only_definitions(source)
    assert_same(sketch.graph("twice"), source)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_refused_or_harmless(text: str) -> None:
    sketch = Sketch({"rgb": RGB})
    last = sketch.op(text, "relu", "rgb")
    _assert_only_definitions(write_module(sketch.graph(last, **{text: last})))
    sketch = Sketch({"rgb": RGB})
    last = sketch.op(text, "conv", "rgb", out=2)
    with pytest.raises(ExportError, match="cannot stand in Python source; accepts letters"):
        write_module(sketch.graph(last))
    sketch = Sketch({text: RGB})
    with pytest.raises(ExportError, match="the name of an input may have letters, digits"):
        write_module(sketch.graph(sketch.op("relu", "relu", text)))


@pytest.mark.parametrize("name", NETWORKS)
def test_source_has_no_import_but_torch_and_the_standard_library(name: str) -> None:
    _assert_only_definitions(write_module(NETWORKS[name]()))


def _assert_only_definitions(source: str) -> None:
    """The file starts with its docstring, imports what it may, and defines classes and `load`."""
    assert source.startswith('"""A video network in plain PyTorch, written by nasvid.\n\n')
    tree = ast.parse(source)
    assert isinstance(tree.body[0], ast.Expr)
    for statement in tree.body[1:]:
        if isinstance(statement, ast.Import):
            assert {alias.name.split(".")[0] for alias in statement.names} <= {"torch"}
        elif isinstance(statement, ast.ImportFrom):
            assert statement.module in {"torch", "pathlib", "collections", "typing"}
        elif isinstance(statement, ast.FunctionDef):
            assert statement.name == "load"
        else:
            assert isinstance(statement, ast.ClassDef)
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not {call for call in calls if call.split(".")[0] in {"os", "eval", "exec"}}


@pytest.mark.parametrize("name", NETWORKS)
def test_source_passes_the_linter_and_the_formatter(name: str) -> None:
    source = write_module(NETWORKS[name](), notes=["a network"])
    for command in (["check"], ["format", "--check", "--line-length=100"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "-"],
            input=source,
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_reviewed_example_is_what_is_written() -> None:
    # After a wanted change: python -m tests.golden.update_exported, and read the difference.
    assert write_module(two_stream(), notes=["two_stream: an example"]) == GOLDEN.read_text()
