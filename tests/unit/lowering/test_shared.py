"""Weights that several nodes share, and networks with several outputs, through all layers."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import nasvid
from nasvid.core.errors import EvaluationError, GraphError
from nasvid.cost.analytic import cost_of, cost_rows
from nasvid.evaluation.library import check_head
from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import graph_from_json
from nasvid.modules.assemble import build
from nasvid.report.diff import differences
from nasvid.spec.decisions import Genotype
from tests.spaces import graph_of, problems_of, small
from tests.unit.export.networks import assert_same
from tests.unit.lowering.test_lower import problem_of

TWO = "near: {modality: rgb, frames: 4, size: 8}, far: {modality: rgb, frames: 4, size: 8}"
TRUNK = "blocks: {trunk: {params: {out: 8}, body: [{conv3d: {out: =out}}, {squeeze_excite: {}}]}}"
SIAMESE = """
a: {from: near, block: trunk, share: w}
b: {from: far, block: trunk, share: w}
c: {from: [a, b], merge: concat, block: relu}
"""
CELL = "a: {conv: {out: 8}}\nb: {repeat: 4, each: {block: conv3d, out: 8}, share: cell}"


def siamese(nodes: str = SIAMESE) -> str:
    return small(nodes, top=TRUNK, inputs=TWO)


def test_parameters_count_once_and_macs_at_every_use() -> None:
    shared, apart = graph_of(siamese()), graph_of(siamese(SIAMESE.replace(", share: w", "")))
    one, two = cost_of(shared), cost_of(apart)
    trunk = next(row.cost for row in cost_rows(apart) if row.path == "a")
    assert two.params - one.params == trunk.params
    assert two.buffers - one.buffers == trunk.buffers
    assert (one.macs, one.norm_elements, one.activations) == (
        two.macs,
        two.norm_elements,
        two.activations,
    )
    rows = {row.path: row for row in cost_rows(shared, 0)}
    assert (rows["a"].weights_of, rows["b"].weights_of) == ("", "a")
    assert (rows["b"].kind, rows["b"].cost.params, rows["b"].cost.buffers) == ("trunk", 0, 0)
    assert sum(row.cost.params for row in rows.values()) == one.params


@pytest.mark.parametrize("text", [siamese(), small(CELL)], ids=["siamese", "cell"])
def test_the_module_holds_them_once(text: str, tmp_path: Path) -> None:
    graph = graph_of(text)
    network = build(graph)
    assert sum(p.numel() for p in network.parameters()) == cost_of(graph).params
    save_file(network.state_dict(), tmp_path / "weights.safetensors")
    again = build(graph)
    again.load_state_dict(load_file(tmp_path / "weights.safetensors"))
    streams = {i.name: torch.randn(2, *i.shape.sizes) for i in graph.inputs}
    network.eval()
    assert torch.equal(network(streams), again.eval()(streams))
    with torch.device("meta"):
        assert len(build(graph).state_dict()) == len(network.state_dict())


def test_both_streams_pass_through_the_same_weights() -> None:
    graph = graph_of(siamese())
    network = build(graph).eval()
    assert {name.split(".")[0] for name in network.state_dict()} == {"a", "head"}
    x = torch.randn(2, 3, 4, 8, 8)
    halves: list[torch.Tensor] = []
    network.get_submodule("head").register_forward_pre_hook(
        lambda _module, given: halves.extend(given[0].chunk(2, dim=1))
    )
    network({"near": x, "far": x})
    assert torch.equal(halves[0], halves[1])


def test_copies_of_a_repeat_are_uses_of_one_block() -> None:
    network = build(graph_of(small(CELL)))
    assert "b.0.conv.weight" in network.state_dict()
    assert "b.1.conv.weight" not in network.state_dict()
    output = network(torch.randn(2, 3, 4, 8, 8))
    output.sum().backward()
    assert all(p.grad is not None for p in network.parameters())


@pytest.mark.parametrize("text", [siamese(), small(CELL)], ids=["siamese", "cell"])
def test_the_export_calls_one_module_several_times(text: str) -> None:
    assert_same(graph_of(text))


def test_several_instances_of_a_block_with_shared_weights_are_exported() -> None:
    top = (
        "blocks: {cell: {params: {out: 4}, nodes: {a: {from: in, conv: {out: =out}}, "
        "b: {conv: {out: =out, kernel: 3}, share: w}, c: {conv: {out: =out, kernel: 3}, share: w}}}}"
    )
    graph = graph_of(small("x: {cell: 4}\ny: {cell: 8}\nz: {cell: 8}", top=top))
    assert len([name for name in build(graph).state_dict() if name.startswith("y.")]) == 2
    assert_same(graph)


def test_the_id_tells_which_weights_are_shared() -> None:
    nodes = "\n".join(
        f"{n}: {{from: {f}, conv: {{out: 3, kernel: 3}}, share: SHARE_{n}}}"
        for n, f in zip("abcd", ("rgb", "a", "b", "c"), strict=True)
    )

    def shared(**names: str) -> str:
        text = nodes
        for node in "abcd":
            name = names.get(node)
            text = text.replace(f", share: SHARE_{node}", f", share: {name}" if name else "")
        return graph_id(graph_of(small(text)))

    plain = shared()
    assert shared(a="x") == plain
    assert shared(a="x", b="y") == plain
    assert shared(a="x", b="x") == shared(a="other", b="other")
    ids = [
        plain, shared(a="x", b="x"), shared(a="x", c="x"), shared(b="x", c="x"),
        shared(a="x", b="x", c="x"), shared(a="x", b="x", c="y", d="y"),
        shared(a="x", c="x", b="y", d="y"), shared(a="x", b="x", c="x", d="x"),
    ]  # fmt: skip
    assert len(set(ids)) == len(ids)


def test_sharing_nothing_is_no_sharing() -> None:
    text = "a: {conv: {out: 4}}\nb: {block: relu}\nc: {conv: {out: 4}}\nd: {block: relu}"
    tied = text.replace("block: relu", "block: relu, share: r")
    assert graph_id(graph_of(small(text))) == graph_id(graph_of(small(tied)))


def test_block_boundaries_do_not_count() -> None:
    top = "blocks: {two: {body: [{conv: {out: 3, kernel: 3}}, relu]}}"
    whole = "a: {block: two, share: w}\nb: {block: two, share: w}"
    inner = "a: {conv: {out: 3, kernel: 3}, share: w}\nr: relu\nb: {conv: {out: 3, kernel: 3}, share: w}\ns: relu"
    assert graph_id(graph_of(small(whole, top=top))) == graph_id(graph_of(small(inner)))


def test_it_travels_as_data() -> None:
    graph = graph_of(siamese())
    again = graph_from_json(graph.to_json())
    assert again == graph
    assert graph_id(again) == graph_id(graph)
    data = graph.to_json()
    data["nodes"][1]["body"]["nodes"][0]["body"]["nodes"][0]["op"]["out"] = 4
    with pytest.raises(GraphError):
        graph_from_json(data)


def test_differences_are_told() -> None:
    left, right = graph_of(siamese(SIAMESE.replace(", share: w", ""))), graph_of(siamese())
    lines = differences(left, right, Genotype(()), Genotype(()))
    assert "node b: weights its own -> those of a" in lines
    assert "node b: weights those of a -> its own" in differences(right, left)


def test_differences_inside_of_blocks_and_of_new_nodes_are_told() -> None:
    top = "blocks: {two: {nodes: {x: {conv3d: 3TIED}, y: {conv3d: 3TIED}}}}"
    left, right = (
        graph_of(small("a: two", top=top.replace("TIED", t))) for t in ("", ", share: w")
    )
    assert "node a.y: weights its own -> those of x" in differences(left, right)
    more = graph_of(
        small("a: {conv3d: 3, share: w}\nb: {conv3d: 3, share: w}\nc: {relu: {}, share: r}")
    )
    lines = differences(graph_of(small("a: {conv3d: 3}")), more)
    (added,) = (line for line in lines if line.startswith("+ node b"))
    assert added.endswith("MACs; shares the weights of a")


def test_names_that_share_nothing_make_no_difference() -> None:
    plain = "a: relu\nb: relu\nc: {conv3d: 3}"
    named = "a: {relu: {}, share: r}\nb: {relu: {}, share: r}\nc: {conv3d: 3, share: w}"
    left, right = graph_of(small(plain)), graph_of(small(named))
    assert differences(left, right) == ["the same architecture"]
    more = named.replace("c: {conv3d: 3", "c: {conv3d: 4")
    assert not any("weights" in line for line in differences(left, graph_of(small(more))))


_POSITION = "{position: space, share: w}"
_COPIES = "each: {block: conv2d, out: 3}, share: w"


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (
            "a: {conv: {out: 4}, share: w}\nb: {conv: {out: 4}, share: w}",
            "reads 4 channels and not 3; bring what they read to the same channels.",
        ),
        (
            "a: {conv: {out: 3}, share: w}\nb: {conv: {out: 3, kernel: 3}, share: w}",
            "has kernel (3, 3, 3) and not (1, 1, 1); give both the same block and arguments.",
        ),
        (
            "a: {conv3d: {out: 3}, share: w}\nb: {conv3d: {out: 3, stride: 2}, share: w}",
            "its 'conv' has stride (1, 2, 2) and not (1, 1, 1)",
        ),
        (
            "a: {conv: {out: 3}, share: w}\nb: {conv2d: {out: 3}, share: w}",
            "is conv2d and not conv",
        ),
        (
            "a: {conv3d: {out: 3}, share: w}\nb: {conv2plus1d: {out: 3}, share: w}",
            "is conv2plus1d and not conv3d",
        ),
        ("a: {linear: 3, share: w}\nb: {conv: {out: 3}, share: w}", "is conv and not linear"),
        (
            "a: {conv: {out: 3}, share: w}\np: {mean: {over: THW}}\nb: {linear: 3, share: w}",
            "reads C 3 and not CTHW 3x4x8x8",
        ),
        (
            "a: {concat: {}, from: [rgb, rgb], share: w}\nb: {concat: {}, from: [rgb], share: w}",
            "reads 1 nodes and not 2",
        ),
        (
            f"a: {_POSITION}\np: {{max_pool: {{kernel: 3, stride: 2}}}}\nb: {_POSITION}",
            "reads 3x2x4x4 and not 3x4x8x8, and position is made for a size; bring what they read to",
        ),
        (
            f"a: {{repeat: 2, {_COPIES}}}\nb: {{repeat: 1, {_COPIES}}}",
            "has no '1' inside",
        ),
        (
            f"a: {{repeat: 1, {_COPIES}}}\nb: {{repeat: 2, {_COPIES}}}",
            "has '1' inside",
        ),
    ],
)
def test_what_cannot_share_is_told(nodes: str, message: str) -> None:
    problem = problem_of(small(nodes))
    line = next(n for n, text in enumerate(small(nodes).splitlines(), 1) if " b: " in text)
    assert problem.startswith(f"space.yaml:{line}:")
    assert f"'b' shares its weights with 'a', but {message}" in problem


def test_copies_that_cannot_share_are_told() -> None:
    problem = problem_of(small("a: {repeat: 2, each: {block: conv3d, out: 4}, share: w}"))
    assert "'1' shares its weights with '0', but reads 4 channels and not 3" in problem


@pytest.mark.parametrize("ratios", [(0, 0.5), (0.5, 0)])
def test_nothing_does_not_share_with_something(ratios: tuple[float, float]) -> None:
    def nodes(*ratios: float) -> str:
        return "\n".join(
            f"{name}: {{squeeze_excite: {{ratio: {ratio}}}, share: w}}"
            for name, ratio in zip("ab", ratios, strict=True)
        )

    assert "of the nodes that share 'w' one does nothing here" in problem_of(small(nodes(*ratios)))
    assert len(graph_of(small(nodes(0, 0))).nodes) == 1
    assert len(graph_of(small(nodes(0.5, 0.5))).nodes) == 3


SIZES = "near: {modality: rgb, frames: 4, size: 8}, far: {modality: rgb, frames: 8, size: 16}"


@pytest.mark.parametrize("block", ["trunk", "{transformer_layer: {heads: 2}}"])
def test_uses_may_see_other_sizes(block: str) -> None:
    nodes = f"""
        near8: {{from: near, conv: {{out: 8}}}}
        far8: {{from: far, conv: {{out: 8}}}}
        a: {{from: near8, block: {block}, share: w}}
        b: {{from: far8, block: {block}, share: w}}
        c: {{from: [a, b], block: relu}}
        """
    graph = graph_of(small(nodes, top=TRUNK, inputs=SIZES))
    rows = {row.path: row for row in cost_rows(graph, 0)}
    assert rows["b"].cost.macs > 7 * rows["a"].cost.macs > 0
    network = build(graph)
    assert sum(p.numel() for p in network.parameters()) == cost_of(graph).params
    assert not any(name.startswith("b.") for name in network.state_dict())
    assert_same(graph)


def test_a_wrong_name_is_told() -> None:
    assert "a name is at most" in problems_of(small("a: {block: relu, share: 'a b'}"))[0]
    assert "got 3; accepts a name." in problems_of(small("a: {block: relu, share: 3}"))[0]


# --- several outputs -----------------------------------------------------------------------------

HEADS = """version: 1
inputs: {rgb: {frames: 4, size: 8}}
network:
  nodes:
    trunk: {conv3d: {out: 8}}
    verb: {from: trunk, classifier: {classes: 5}}
    noun: {from: trunk, classifier: {classes: 7}}
    loose: {from: trunk, block: relu}
  outputs: OUTPUTS
"""


def heads(outputs: str) -> str:
    return HEADS.replace("OUTPUTS", outputs)


def test_a_network_may_have_several_outputs() -> None:
    graph = graph_of(heads("{verb: verb, noun: noun, features: trunk}"))
    assert [port for port, _ in graph.outputs] == ["verb", "noun", "features"]
    network = build(graph)
    found = network(torch.randn(2, 3, 4, 8, 8))
    assert {name: tuple(t.shape) for name, t in found.items()} == {
        "verb": (2, 5),
        "noun": (2, 7),
        "features": (2, 8, 4, 8, 8),
    }
    assert_same(graph)
    assert graph_id(graph) != graph_id(graph_of(heads("{verb: noun, noun: verb, features: trunk}")))
    assert graph_id(graph) == graph_id(graph_of(heads("{features: trunk, noun: noun, verb: verb}")))


def test_the_output_that_is_trained_is_called_out() -> None:
    check_head(graph_of(heads("{out: verb, noun: noun}")), 5)
    with pytest.raises(
        EvaluationError, match="has the outputs verb, noun; the one that is trained"
    ):
        check_head(graph_of(heads("{verb: verb, noun: noun}")), 5)


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ("3", "got 3; accepts names of outputs and nodes, {verb: NODE}."),
        ("{}", "accepts names of outputs and nodes"),
        ("{verb: word}", "no node named 'word'"),
        ("{a b: verb}", "a name is at most"),
        ("{verb: verb}\n  output: verb", "has `output` and `outputs`; give one."),
        ("{verb: verb.fast}", "no port of verb named 'fast'"),
    ],
)
def test_wrong_outputs_are_told(outputs: str, message: str) -> None:
    found = problems_of(heads(outputs))
    assert any(message in problem for problem in found), found


def test_an_architecture_of_several_outputs_has_a_cost(tmp_path: Path) -> None:
    path = tmp_path / "heads.yaml"
    path.write_text(heads("{verb: verb, noun: noun}"), encoding="utf-8")
    architecture = nasvid.load(path).architecture()
    assert architecture.cost().params == sum(p.numel() for p in architecture.build().parameters())
    (warning,) = architecture.warnings
    assert warning.endswith(": loose: does not reach the output and is left out.")
    plain = replace(architecture.graph, outputs=architecture.graph.outputs[:1])
    assert graph_id(plain) != architecture.id
