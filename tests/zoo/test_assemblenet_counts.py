"""AssembleNet and AssembleNet++ against counts of the TensorFlow code, weight by weight."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import nasvid
from nasvid.api.architecture import Architecture
from nasvid.api.zoo import zoo_network
from nasvid.api.zoo_folder import zoo_folder
from nasvid.cost.analytic import cost_rows
from nasvid.graph.ir import flatten
from nasvid.graph.primitives.representation_flow import RepresentationFlow

ZOO = zoo_folder()
FAMILY = "families/assemblenet.yaml"
# Numbers that the layer of flow keeps: two filters of three and four of two numbers, lambda, tau.
FLOW_LAYER = 2 * 3 + 4 * 2 + 2
EDGES = 28
NODES = [f"{level}_{k}" for level in ("stem", "level0", "level1") for k in range(4)]
NODES += ["level2_0", "level2_1", "level3_0"]


def family(depth: int, widths: str, classes: int, flow_from: str = "stream") -> Architecture:
    space = nasvid.load(ZOO / FAMILY, classes=classes)
    return space.architecture({"depth": depth, "widths": widths, "flow_from": flow_from})


@pytest.mark.parametrize(
    ("depth", "widths", "classes", "trained", "all_variables"),
    [
        (50, "wide", 339, 37_273_875, 37_360_575),
        (50, "wide", 157, 36_900_957, 36_987_657),
        (101, "narrow", 339, 53_309_459, 53_460_415),
        (101, "narrow", 157, 53_122_909, 53_273_865),
        (26, "wide", 157, 20_157_789, 20_204_809),
        (38, "wide", 157, 26_796_381, 26_862_857),
    ],
)
def test_all_variables_are_those_of_tensorflow(
    depth: int, widths: str, classes: int, trained: int, all_variables: int
) -> None:
    architecture = family(depth, widths, classes)
    cost = architecture.cost()
    # Norms count the batches that they have seen.
    norms = sum(node.op.name() == "batch_norm" for node in flatten(architecture.graph)[0])
    assert cost.params == trained
    assert cost.params + cost.buffers - norms + EDGES + FLOW_LAYER == all_variables


@pytest.mark.parametrize(
    ("depth", "params"), [(68, 53_452_893), (77, 61_204_573), (101, 83_273_821)]
)
def test_deeper_ones_with_the_widths_of_the_50_have_their_weights(depth: int, params: int) -> None:
    assert family(depth, "wide", 157).cost().params == params


@pytest.mark.parametrize(
    ("name", "clip", "billions"),
    [
        ("assemblenet_50", "32x224", 250.5),
        ("assemblenet_50", "32x256", 327.1),
        ("assemblenet_50", "64x224", 500.9),
        ("assemblenet_101", "32x224", 397.2),
        ("assemblenet_101", "32x256", 518.8),
    ],
)
def test_multiply_adds_at_larger_clips(name: str, clip: str, billions: float) -> None:
    macs = nasvid.load(ZOO / f"{name}.yaml", clip=clip).cost().macs
    assert round(macs / 1e9, 1) == billions


def test_multiply_adds_node_by_node() -> None:
    rows = cost_rows(zoo_network("assemblenet_50").space.architecture().graph, max_depth=0)
    found: dict[str, int] = {}
    for row in rows:
        # A convolution in front of a node, which makes widths equal, is part of it.
        node = row.path.removesuffix("_merge")
        found[node] = found.get(node, 0) + row.cost.macs
    printed = ["3.94"] * 2 + ["1.26"] * 2 + ["10.2"] * 4 + ["15.6"] * 4 + ["54.3", "53.4", "29.2"]
    for name, text in zip(NODES, printed, strict=True):
        assert round(found[name] / 1e9, len(text.partition(".")[2])) == float(text)


def test_learned_gates_are_as_strong_as_published() -> None:
    text = (ZOO / FAMILY).read_text(encoding="utf-8")
    gates = [float(gate) for gate in re.findall(r"gate: ([\d.]+)", text)]
    assert len(gates) == EDGES
    assert [sum(gate < limit for gate in gates) for limit in (0.3, 0.5)] == [8, 11]
    assert sum(gate > 0.75 for gate in gates) == 11


@pytest.mark.parametrize(
    ("name", "nodes", "levels"),
    [
        ("assemblenet_50", NODES, [range(4, 8), range(8, 12), range(12, 14), range(14, 15)]),
        (
            "assemblenet_plus_50",
            [f"n{k}" for k in range(15)],
            [range(5, 9), range(9, 12), range(12, 14), range(14, 15)],
        ),
    ],
)
def test_filters_of_a_level_have_one_total(
    name: str, nodes: list[str], levels: list[range]
) -> None:
    graph = zoo_network(name).space.architecture().graph
    # A block puts out four times its filters.
    totals = [sum(graph.shape_of[nodes[k]].channels // 4 for k in level) for level in levels]
    assert totals == [128, 256, 512, 512]


@dataclass(frozen=True)
class Fusion:
    """What stands in front of a node.

    Args:
        widths: Channels of the inputs.
        candidates: Channels of all nodes below, where peers attend.
    """

    widths: Sequence[int]
    candidates: Sequence[int]

    def left_out(self, kind: str) -> int:
        """Weights of linear layers that the port in TensorFlow's models does not use.

        Of the inputs of one width, other than the largest, its convolution reads the first alone.
        """
        unused = 0
        for width in set(self.widths) - {max(self.widths)}:
            seen = width if kind == "self" else max(self.candidates)
            unused += (self.widths.count(width) - 1) * (seen + 1) * width
        return unused

    @property
    def mixtures(self) -> int:
        """Numbers that mix the candidates of each input, which the port does not count."""
        return len(self.widths) * len(self.candidates)

    def weights(self, kind: str) -> int:
        """Gates, convolutions to the largest width, and linear layers of the inputs of their own."""
        distinct = set(self.widths) - {max(self.widths)}
        convolutions = sum(width * max(self.widths) for width in distinct)
        linear = sum((width + 1) * width for width in self.widths) if kind == "self" else 0
        return len(self.widths) + convolutions + linear


def merge(kind: str, peers: int) -> str:
    if kind == "none":
        return "grouped_sum"
    return (
        "{attention_sum: {kind: self}}"
        if kind == "self"
        else f"{{attention_sum: {{peers: {peers}}}}}"
    )


def compared(
    architecture: Architecture, nodes: dict[str, tuple[list[str], list[str]]], kind: str
) -> int:
    """The count of the port, from ours: other weights are left out there, or not counted."""
    width = architecture.graph.shape_of
    found = architecture.cost().params
    for inputs, others in nodes.values():
        fusion = Fusion(
            [width[name].channels for name in inputs],
            [width[name].channels for name in (*inputs, *others)] if kind == "peer" else [],
        )
        if kind != "none":
            found -= fusion.left_out(kind) + fusion.mixtures
    return found


# --- the structure of AssembleNet-50, without objects --------------------------------------------

LEVELS = {"n4": 0, "n8": 1, "n12": 2, "n14": 3}
LINE = re.compile(
    r"    (n\d+): \{from: (\[.*?\]|\w+), (?:merge: grouped_sum, )?(level\d_block: .*)"
)


def with_attention(kind: str, folder: Path) -> tuple[Path, dict[str, tuple[list[str], list[str]]]]:
    """The family with learned gates and attention, and inputs and peers of each node."""
    shutil.copytree(ZOO / "families", folder / "families")
    path = folder / FAMILY
    lines, nodes, below = [], {}, ["n0", "n1", "n2", "n3"]
    level: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        found = LINE.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        name, sources, block = found.groups()
        if name in LEVELS:
            below, level = [*below, *level], []
        level.append(name)
        inputs = re.findall(r"\bn\d+\b", sources)
        others = [node for node in below if node not in inputs]
        nodes[name] = inputs, others
        sources = ", ".join(inputs + (others if kind == "peer" else []))
        lines.append(f"    {name}: {{from: [{sources}], merge: {merge(kind, len(others))}, {block}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path, nodes


@pytest.mark.parametrize(
    ("kind", "printed"), [("none", 36_903_097), ("self", 39_506_937), ("peer", 44_557_817)]
)
def test_attention_on_the_structure_of_assemblenet_50(
    kind: str, printed: int, tmp_path: Path
) -> None:
    path, nodes = with_attention(kind, tmp_path)
    space = nasvid.load(path, classes=157)
    choices = {"depth": 50, "widths": "wide", "flow_from": "stream"}
    found = compared(space.architecture(choices), nodes, kind)
    # Without attention, the two nodes of one input have a linear layer in the port all the same.
    assert found + (2 * 33 * 32 if kind == "none" else 0) == printed


# --- the structure of AssembleNet++-50, with objects ---------------------------------------------

NODE = re.compile(
    r"    (n\d+):\n      from: \[(.*?)\]\n      merge: \{attention_sum: \{peers: (\d+), channels: \d+\}\}"
)


@pytest.mark.parametrize(
    ("kind", "printed"), [("none", 38_282_099), ("self", 41_250_219), ("peer", 47_804_878)]
)
def test_attention_on_the_structure_of_assemblenet_plus(
    kind: str, printed: int, tmp_path: Path
) -> None:
    # The paper's code leaves objects out where it looks for the largest width, the port does not.
    shutil.copytree(ZOO / "families", tmp_path / "families")
    nodes: dict[str, tuple[list[str], list[str]]] = {}

    def rewritten(found: re.Match[str]) -> str:
        name, sources, peers = found[1], found[2].split(", "), int(found[3])
        inputs = sources[: len(sources) - peers]
        nodes[name] = inputs, sources[len(inputs) :]
        read = sources if kind == "peer" else inputs
        return f"    {name}:\n      from: [{', '.join(read)}]\n      merge: {merge(kind, peers)}"

    text = (ZOO / "assemblenet_plus_50.yaml").read_text(encoding="utf-8")
    # The port learns its gates.
    text = re.sub(r"\{node: (n\d+), gate: [\d.]+\}", r"\1", text).replace(",\n        ", ", ")
    path = tmp_path / "plus.yaml"
    path.write_text(NODE.sub(rewritten, text), encoding="utf-8")
    architecture = nasvid.load(path).architecture()
    if kind == "peer":
        assert compared(architecture, nodes, kind) == printed
        return
    # No data edge leaves node 9: it is pruned here, and counted there.
    (warning,) = architecture.warnings
    assert "n9: does not reach the output and is left out." in warning
    inputs, _ = nodes.pop("n9")
    fusion = Fusion([architecture.graph.shape_of[name].channels for name in inputs], [])
    units = 593_088
    dead = units + fusion.weights(kind) - (fusion.left_out(kind) if kind == "self" else 0)
    assert compared(architecture, nodes, kind) + dead == printed


def test_the_flow_layer_is_a_term_of_its_own() -> None:
    inside, outside = (family(50, "wide", 339, source) for source in ("layer", "stream"))
    assert (inside.cost().params, inside.cost().macs) == (
        outside.cost().params,
        outside.cost().macs,
    )
    assert [item.name for item in inside.graph.inputs] == ["rgb"]
    # 31 pairs of frames of 224x224, 6 + 16 * 40 products a pixel; see `filter_macs`.
    flow = next(node for node in inside.graph.nodes if node.name == "inner_flow").op
    assert isinstance(flow, RepresentationFlow)
    assert flow.filter_macs(inside.graph.inputs[0].shape) == 31 * 224 * 224 * 646
