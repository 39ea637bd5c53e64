"""What every primitive promises to the export: its source computes what its module computes."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import nasvid
from nasvid.export.write_module import write_module
from nasvid.graph.ir import Graph, Input, block_node, primitive_node
from nasvid.graph.primitive import PRIMITIVES
from nasvid.modules.assemble import build
from tests.strategies import SETTINGS, Setting
from tests.unit.export.networks import assert_same, load_source

SPACES = sorted((Path(__file__).parents[2] / "search_spaces").glob("*.yaml"))

# Of spaces, whose members take longest to write.
FAST = ("quickstart", "x3d", "mobile")

each_primitive = pytest.mark.parametrize("name", list(PRIMITIVES))


@pytest.fixture(scope="module", autouse=True)
def _meta_rules() -> None:
    """Load torch's rules for tensors without memory, which takes seconds, outside of the tests."""
    torch.relu(torch.empty(1, device="meta"))


def bodies_of(*instances: Setting) -> Graph:
    """A network in which each setting stands in an instance of one block."""
    inputs: list[Input] = []
    nodes = []
    for number, (op, shapes) in enumerate(instances):
        names = tuple(f"s{number}_{index}" for index in range(len(shapes)))
        inner = tuple(Input(f"in_{index}", shape) for index, shape in enumerate(shapes))
        node = primitive_node("op", op, tuple(i.name for i in inner), shapes)
        body = Graph(inner, (node,), (("out", "op"),))
        inputs += [Input(name, shape) for name, shape in zip(names, shapes, strict=True)]
        nodes.append(block_node(f"use{number}", "wrapped", body, names))
    return Graph(
        tuple(inputs), tuple(nodes), tuple((f"out{k}", f"use{k}") for k in range(len(nodes)))
    )


@each_primitive
@settings(max_examples=5)
@given(data=st.data())
def test_exported_source_gives_the_same_output_to_the_bit(name: str, data: st.DataObject) -> None:
    op, shapes = data.draw(SETTINGS[name]())
    inputs = tuple(Input(f"s{index}", shape) for index, shape in enumerate(shapes))
    node = primitive_node("op", op, tuple(i.name for i in inputs), shapes)
    assert_same(Graph(inputs, (node,), (("out", "op"),)))


@pytest.mark.slow
@each_primitive
@settings(max_examples=5)
@given(data=st.data())
def test_instances_of_a_block_keep_their_own_numbers(name: str, data: st.DataObject) -> None:
    instances = [data.draw(SETTINGS[name]()) for _ in range(3)]
    assert_same(bodies_of(*instances))


@pytest.mark.slow  # as many layers as there are primitives, twice
@settings(max_examples=3)
@given(data=st.data())
def test_layers_of_all_primitives_fit_into_one_file(data: st.DataObject) -> None:
    # Layers whose source is copied must not take each other's names.
    instances = [data.draw(SETTINGS[name]()) for name in PRIMITIVES for _ in range(2)]
    module = load_source(write_module(bodies_of(*instances)))
    assert len(list(module.Model().children())) == len(instances)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=() if path.stem in FAST else pytest.mark.slow)
        for path in SPACES
    ],
)
@pytest.mark.parametrize("seed", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in (1, 2))])
def test_members_of_every_space_are_written_with_all_their_weights(path: Path, seed: int) -> None:
    graph = nasvid.load(path).sample(seed=seed).graph
    module = load_source(write_module(graph))
    # Without memory, because a space may hold networks for large clips.
    with torch.device("meta"):
        network, exported = build(graph), module.Model()
        streams = {entry.name: torch.empty(2, *entry.shape.sizes) for entry in graph.inputs}
        expected, found = network(streams), exported(streams)
    assert found.shape == expected.shape
    shapes = {name: tensor.shape for name, tensor in network.state_dict().items()}
    assert {name: tensor.shape for name, tensor in exported.state_dict().items()} == shapes
