"""What a member of a space becomes: nodes, shapes, and messages where nothing fits."""

from dataclasses import replace
from typing import Any

import pytest

from nasvid.core.errors import ShapeError, SpaceError
from nasvid.core.shapes import Shape
from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import FlatNode
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.lower import lower, lower_block, lower_nodes
from nasvid.spec.decisions import Genotype
from nasvid.spec.syntax import Edge, Source
from tests.spaces import flat, genotype_of, graph_of, load_text, ops_of, shapes_of, small

TWO = "rgb: {frames: 8, size: 16}, flow: {frames: 4, size: 8}"


def setting(node: FlatNode, name: str) -> object:
    """A parameter of a primitive."""
    return getattr(node.op, name)


def problem_of(text: str, **chosen: Any) -> str:
    """Why a member is no network, or its file no space."""
    with pytest.raises(SpaceError) as caught:
        lower(space := load_text(text), genotype_of(space, **chosen))
    return str(caught.value)


# --- values and scope ----------------------------------------------------------------------------


def test_arithmetic_sees_parameters_decisions_classes_and_shapes() -> None:
    graph = graph_of(
        small(
            """
            a: {conv: {out: =width + classes}}
            b: {conv: {out: =a.channels * rgb.channels}}
            c: {outer: {factor: 2}}
            """,
            top="""
decisions: {width: {choice: [4]}}
blocks:
  outer:
    params: {factor: 1, out: =in.channels * factor, same: =width}
    nodes:
      x: {from: in, conv: {out: =out}}
      y: {from: x, conv: {out: =x.channels + in.channels + same + in.frames + in.height + in.width}}
""",
        )
    )
    assert shapes_of(graph)["a"] == "7x4x8x8"
    assert shapes_of(graph)["b"] == "21x4x8x8"
    assert shapes_of(graph)["c"] == f"{42 + 21 + 4 + 4 + 8 + 8}x4x8x8"


def test_a_parameter_hides_a_named_decision_and_a_default_sees_what_is_above() -> None:
    text = small(
        "a: {inner: {}}",
        top="decisions: {width: 4}\nblocks: {inner: {params: {twice: =width * 2, width: 9}, "
        "body: [{conv: =width}, {conv: =twice}]}}",
    )
    assert [str(node.shape) for node in flat(graph_of(text)).values()][:2] == ["9x4x8x8", "8x4x8x8"]


def test_the_copy_number_counts_from_zero() -> None:
    graph = graph_of(small("a: {repeat: 3, each: {block: conv, out: =8 + i}}"))
    assert [str(flat(graph)[f"a.{k}"].shape) for k in range(3)] == [
        "8x4x8x8",
        "9x4x8x8",
        "10x4x8x8",
    ]


@pytest.mark.parametrize(
    ("chosen", "kernel"),
    [({"a__kernel": 3}, (3, 3, 3)), ({"a__kernel": "[1, 3, 3]"}, (1, 3, 3))],
)
def test_a_list_may_be_an_option(chosen: dict[str, Any], kernel: tuple[int, ...]) -> None:
    text = small("a: {conv: {out: 3, kernel: {choice: [3, [1, 3, 3]]}}}")
    assert setting(flat(graph_of(text, **chosen))["a"], "kernel") == kernel


def test_values_in_a_list_are_chosen_one_by_one() -> None:
    text = small("a: {conv: {out: 3, kernel: [{choice: [1, 3]}, 1, {choice: [1, 3]}]}}")
    graph = graph_of(text, a__kernel__0=3, a__kernel__2=1)
    assert setting(flat(graph)["a"], "kernel") == (3, 1, 1)


# --- blocks --------------------------------------------------------------------------------------

NESTED = """
blocks:
  inner:
    params: {kernel: 1, bias: false}
    body: [{conv: {out: =in.channels, kernel: =kernel, bias: =bias}}]
  outer:
    params: {op: inner, other: relu}
    nodes:
      first: {from: in, block: =op}
      second: {from: first, block: =other, when: =other != 'none'}
"""


def test_a_block_may_be_passed_with_some_of_its_arguments_bound() -> None:
    text = small("a: {outer: {op: {inner: {kernel: [3, 1, 1]}}}}", top=NESTED)
    conv = flat(graph_of(text))["a.first.conv"]
    assert (setting(conv, "kernel"), setting(conv, "bias")) == ((3, 1, 1), False)


def test_arguments_at_the_node_win_over_bound_ones() -> None:
    text = small("a: {block: {inner: {kernel: 3, bias: true}}, kernel: 5}", top=NESTED)
    conv = flat(graph_of(text))["a.conv"]
    assert (setting(conv, "kernel"), setting(conv, "bias")) == ((5, 5, 5), True)


def test_blocks_stand_in_blocks_and_names_say_where() -> None:
    graph = graph_of(small("a: {outer: {other: {block: outer, op: sigmoid}}}", top=NESTED))
    assert list(flat(graph))[:3] == ["a.first.conv", "a.second.first", "a.second.second"]


def test_a_block_whose_condition_is_false_does_nothing() -> None:
    blocks = "blocks: {maybe: {params: {ratio: 0}, when: =ratio > 0, body: [{conv: 9}]}}"
    graph = graph_of(
        small("a: {maybe: {}}\nb: {maybe: {ratio: 1}}\nc: {from: a, block: relu}", top=blocks)
    )
    assert [node.name for node in graph.nodes] == ["c", "head"]
    assert graph.nodes[0].inputs == ("rgb",)


def test_ports_give_several_outputs() -> None:
    blocks = """
blocks:
  two:
    nodes:
      slow: {from: in, conv: 5}
      fast: {from: in, conv: 7}
    outputs: {fast: fast, slow: slow, whole: in}
"""
    graph = graph_of(
        small(
            "a: {two: {}}\nb: {from: [a.slow, a.fast, a.whole], merge: concat, block: relu}\n"
            "c: {from: a.whole, conv: =a.fast.channels}\nd: {from: [b, c], merge: concat, block: relu}",
            top=blocks,
        )
    )
    assert shapes_of(graph)["b"] == "15x4x8x8"
    assert shapes_of(graph)["c"] == "7x4x8x8"


def test_the_output_of_a_body_may_be_any_node_or_a_port() -> None:
    blocks = """
blocks:
  two: {nodes: {x: {from: in, conv: 5}, y: {from: in, conv: 6}}, outputs: {a: x, b: y}}
  one: {nodes: {z: {from: in, two: {}}, unused: {from: z.b, block: relu}}, output: z.a}
"""
    graph = graph_of(small("a: {one: {}}", top=blocks))
    assert shapes_of(graph)["a"] == "5x4x8x8"
    # What the output does not need is left out, inside of blocks too.
    assert list(flat(graph))[:2] == ["a.z.x", "a.z.y"]
    assert "relu" not in ops_of(graph)


# --- repeats -------------------------------------------------------------------------------------


def test_copies_share_their_choices_unless_they_choose_for_themselves() -> None:
    shared = graph_of(small("a: {repeat: 3, conv: {choice: [3, 4]}}"), a__out=4)
    assert [flat(shared)[f"a.{k}"].shape.channels for k in range(3)] == [4, 4, 4]
    apart = small("a: {repeat: 3, per_copy: true, conv: {choice: [3, 4]}}")
    graph = graph_of(apart, a__0__out=3, a__1__out=4, a__2__out=3)
    assert [flat(graph)[f"a.{k}"].shape.channels for k in range(3)] == [3, 4, 3]


def test_first_and_last_have_arguments_of_their_own_and_first_wins_alone() -> None:
    text = "a: {{repeat: {n}, each: {{block: conv, out: 4}}, first: {{out: 5, stride: 2}}, last: {{out: 6}}}}"
    graph = graph_of(small(text.format(n=3)))
    assert [str(flat(graph)[f"a.{k}"].shape) for k in range(3)] == ["5x2x4x4", "4x2x4x4", "6x2x4x4"]
    assert str(flat(graph_of(small(text.format(n=1))))["a.0"].shape) == "5x2x4x4"


def test_no_copies_pass_on_what_comes_in() -> None:
    graph = graph_of(small("a: {conv: 5}\nb: {repeat: {min: 0, max: 2}, conv: 7}"), b__repeat=0)
    assert [node.name for node in graph.nodes] == ["a", "head"]
    assert graph.nodes[1].inputs == ("a",)


def test_a_repeat_of_a_block_is_one_body_in_a_chain() -> None:
    graph = graph_of(small("a: {repeat: 2, each: conv3d}"))
    repeat, _ = graph.nodes
    assert repeat.body is not None
    assert (repeat.block, [node.name for node in repeat.body.nodes]) == ("repeat", ["0", "1"])


# --- when, edges, merges -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "names"), [("true", ["a", "b", "head"]), ("false", ["a", "head"])]
)
def test_a_node_that_is_left_out_passes_on_its_input(value: str, names: list[str]) -> None:
    graph = graph_of(small(f"a: relu\nb: {{block: sigmoid, when: {value}}}"))
    assert [node.name for node in graph.nodes] == names


def test_of_several_inputs_the_first_one_is_passed_on_with_what_stands_on_its_edge() -> None:
    text = small(
        "a: {conv: 5}\nb: {from: [{node: a, max_pool: 3, gate: 0.5}, rgb], when: =a.channels > 5, block: add}"
    )
    graph = graph_of(text)
    assert [node.op.name() for node in graph.nodes if node.op] == ["conv", "max_pool"]
    assert str(graph.nodes[1].shape()) == "5x4x8x8"


@pytest.mark.parametrize(
    ("chosen", "inputs"),
    [("a", ("a",)), ("b", ("b",)), ("rgb", ("rgb",))],
)
def test_a_choice_of_edges_takes_one(chosen: str, inputs: tuple[str, ...]) -> None:
    text = small(
        "a: {from: rgb, block: relu}\nb: {from: rgb, block: sigmoid}\nc: {from: {choice: [rgb, a, b]}, block: tanh}"
    )
    graph = graph_of(text, c__from=chosen)
    assert next(node for node in graph.nodes if node.name == "c").inputs == inputs


def test_some_of_the_edges_are_merged_and_unused_nodes_are_told() -> None:
    text = small(
        "a: {from: rgb, block: relu}\nb: {from: rgb, block: sigmoid}\nc: {from: {any_of: [a, b, rgb]}, block: tanh}"
    )
    space = load_text(text)
    lowered = lower(space, genotype_of(space, c__from=["a", "rgb"]))
    assert [node.name for node in lowered.graph.nodes] == ["a", "c_merge", "c", "head"]
    assert [str(warning) for warning in lowered.warnings] == [
        "space.yaml:8:8: b: does not reach the output and is left out."
    ]
    kept = lower(space, genotype_of(space, c__from=["a", "rgb"]), keep_unused=True)
    assert [node.name for node in kept.graph.nodes] == ["a", "b", "c_merge", "c", "head"]


def test_an_input_that_nobody_reads_is_left_out() -> None:
    space = load_text(small("a: {from: {choice: [rgb, flow]}, block: relu}", inputs=TWO))
    lowered = lower(space, genotype_of(space, a__from="flow"))
    assert [graph_input.name for graph_input in lowered.graph.inputs] == ["flow"]
    assert "inputs.rgb: does not reach the output" in str(lowered.warnings[0])


def test_a_step_on_an_edge_has_a_name_of_its_own() -> None:
    text = small(
        "a: {from: [{node: rgb, max_pool: 3}, {node: rgb, avg_pool: 3}], merge: add, block: relu}"
    )
    graph = graph_of(text)
    assert [node.name for node in graph.nodes] == [
        "a_rgb_max_pool",
        "a_rgb_avg_pool",
        "a_merge",
        "a",
        "head",
    ]


def test_made_up_names_leave_those_of_the_file_alone() -> None:
    text = small(
        "a: {from: [rgb, {node: rgb, relu: }], block: relu}\na_merge: {conv: 5}\na_rgb_relu: {conv: 6}"
    )
    graph = graph_of(text)
    assert [node.name for node in graph.nodes] == [
        "a_rgb_relu_2",
        "a_merge_2",
        "a",
        "a_merge",
        "a_rgb_relu",
        "head",
    ]
    assert shapes_of(graph)["a_merge"] == "5x4x8x8"


@pytest.mark.parametrize("merge", ["add", "mean", "multiply", "gated_sum"])
def test_before_a_merge_the_smallest_size_and_the_largest_width_are_the_target(merge: str) -> None:
    text = small(f"a: {{from: [rgb, flow], merge: {merge}, block: relu}}", inputs=TWO)
    assert shapes_of(graph_of(text))["a"] == "3x4x8x8"
    assert "max_pool" in ops_of(graph_of(text))
    assert "conv" in ops_of(graph_of(text))


def test_a_concatenation_keeps_all_channels() -> None:
    text = small("a: {from: [rgb, flow], merge: concat, block: relu}", inputs=TWO)
    assert shapes_of(graph_of(text))["a"] == "5x4x8x8"


def test_without_alignment_shapes_must_fit() -> None:
    text = small("a: {from: [rgb, flow], merge: concat, align: none, block: relu}", inputs=TWO)
    assert (
        "space.yaml:7:35: a.merge: concat takes inputs that differ in channels alone"
        in problem_of(text)
    )
    assert (
        shapes_of(graph_of(small("a: {from: [rgb, rgb], align: none, block: relu}")))["a"]
        == "3x4x8x8"
    )


def test_primitives_of_several_operands_take_them_as_they_are_unless_merged() -> None:
    text = "x: {{from: rgb, block: relu}}\na: {{from: [x, rgb]{merge}, block: {block}}}"
    assert ops_of(graph_of(small(text.format(block="multiply", merge=""))))[:2] == [
        "relu",
        "multiply",
    ]
    merged = graph_of(small(text.format(block="multiply", merge=", merge: concat")))
    assert ops_of(merged)[:3] == ["relu", "concat", "multiply"]
    # Copies in a chain have one input.
    repeated = graph_of(small(text.format(block="multiply, repeat: 2", merge="")))
    assert ops_of(repeated)[:4] == ["relu", "add", "multiply", "multiply"]


def test_gates_are_learned_unless_they_are_fixed() -> None:
    text = small("x: relu\na: {from: [rgb, {node: x, gate: 0.25}], merge: gated_sum, block: relu}")
    gates = [node for node in flat(graph_of(text)).values() if node.op.name() == "gate"]
    assert [setting(gate, "initial") for gate in gates] == [None, 0.25]


def test_a_merge_may_be_chosen_or_named() -> None:
    text = small(
        "x: relu\na: {from: [rgb, x], merge: =how, block: relu}",
        top="decisions: {how: {choice: [add, concat]}}",
    )
    assert shapes_of(graph_of(text, how="add"))["a"] == "3x4x8x8"
    assert shapes_of(graph_of(text, how="concat"))["a"] == "6x4x8x8"


# --- networks ------------------------------------------------------------------------------------


def test_inputs_have_the_size_that_is_chosen_and_the_statistics_of_their_kind() -> None:
    text = small(
        "a: {from: {all_of: [rgb, flow]}, block: relu}",
        inputs="rgb: {frames: {choice: [4, 8]}, size: =16, std: 0.5}, "
        "flow: {frame_stride: {choice: [1, 2]}, frames: 4, size: 8, mean: [0, 1]}",
    )
    rgb, flow = (i.stream for i in graph_of(text, rgb__frames=8, flow__frame_stride=2).inputs)
    assert rgb is not None
    assert flow is not None
    assert (rgb.frames, rgb.size, rgb.frame_stride, rgb.std) == (8, 16, 1, (0.5, 0.5, 0.5))
    assert (flow.channels, flow.frame_stride, flow.mean, flow.std) == (2, 2, (0.0, 1.0), (0.1, 0.1))


def test_another_clip_size_keeps_the_ratio_of_slower_inputs() -> None:
    space = load_text(small("a: {from: [rgb, flow], block: relu}", inputs=TWO))
    graph = lower(space, genotype_of(space), ClipSize.parse("32x64")).graph
    assert [str(i.shape) for i in graph.inputs] == ["3x32x64x64", "2x16x64x64"]


@pytest.mark.parametrize("text", ["32", "32x0", "x", "0x8", "-1x8", "1e1x8", "9999999x8"])
def test_a_clip_size_is_frames_times_pixels(text: str) -> None:
    with pytest.raises(ShapeError, match="accepts frames x size, such as 32x256"):
        ClipSize.parse(text)


def test_the_output_may_be_a_port_or_any_node() -> None:
    text = small("a: relu\nb: {conv: 9}").replace("head: {classes: =classes}", "output: a")
    space = load_text(text)
    lowered = lower(space, genotype_of(space))
    assert lowered.graph.outputs == (("out", "a"),)
    assert "b: does not reach the output" in str(lowered.warnings[0])


def test_an_output_that_is_an_input_is_a_network_without_nodes() -> None:
    text = small("a: {repeat: 0, block: relu}").replace(
        "head: {classes: =classes}", "output: a.out"
    )
    graph = graph_of(text)
    assert (graph.nodes, graph.outputs) == ((), (("out", "rgb"),))


def test_names_that_python_or_torch_use_are_names() -> None:
    nodes = "forward: {conv: 3}\nhalf: relu\nclass: sigmoid\nself: relu\ntype: relu\nout_: relu"
    assert list(flat(graph_of(small(nodes))))[:6] == [
        "forward",
        "half",
        "class",
        "self",
        "type",
        "out_",
    ]


def test_a_block_by_itself_takes_a_plain_input() -> None:
    space = load_text(small("a: {conv2d: {out: 5, stride: 2}}"))
    node = space.network.nodes[0]
    source = Source(node.mark, "all", (Edge(node.mark, "in"),))
    network = replace(
        space.network,
        nodes=(replace(node, source=source),),
        outputs=(("out", Edge(node.mark, "a")),),
    )
    graph = lower_block(replace(space, network=network), Genotype(()), Shape.clip(8, 4, 9, 9))
    assert str(graph.output_shapes[0][1]) == "5x4x5x5"


def test_all_nodes_can_be_lowered_without_an_output() -> None:
    space = load_text(small("a: relu\nb: {from: rgb, conv: 4}"))
    graph = lower_nodes(space, genotype_of(space))
    assert ([node.name for node in graph.nodes], graph.outputs) == (["a", "b", "head"], ())


# --- messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (
            "a: {conv: {out: 4, groups: 3}}",
            "space.yaml:8:8: a: conv: parameter 'groups': groups 3 does not divide 4 output channels.",
        ),
        (
            "a: {conv2d: {out: 4, groups: 3}}",
            "space.yaml:8:8: a.conv: conv: parameter 'groups': groups 3 does not divide 4 output",
        ),
        (
            "a: {conv2d: {out: 4, groups: 3}}",
            "for a depthwise convolution. (in nasvid/blocks/conv2d.yaml:",
        ),
        (
            "a: {block: {choice: [conv3d]}, out: 4, groups: 3}",
            "space.yaml:8:8: a.conv3d.conv: conv: parameter 'groups'",
        ),
        (
            "a: {repeat: 2, each: {block: conv3d, out: 4}, last: {groups: 3}}",
            "space.yaml:8:8: a.conv: conv: parameter 'groups'",
        ),
        (
            "a: {outer: {op: {conv3d: {groups: 2}}}}",
            "space.yaml:2:53: a.first.conv3d.conv: conv: parameter 'groups': groups 2 does not divide 3",
        ),
        ("a: {conv: {out: =1 // 0}}", "space.yaml:8:21: a.out: =1 // 0: division by zero in '//'."),
        ("a: {conv: {out: =classes / 2}}", "a: conv: parameter 'out': got 1.5; accepts an integer"),
        (
            "a: {conv2d: {activation: 3}}",
            "space.yaml:8:30: a.activation.block: accepts a block's name, a choice of blocks, or",
        ),
        (
            "a: {conv2d: {activation: reul}}",
            "space.yaml:8:30: a.activation.block: no block named 'reul'. Did you mean 'relu'?",
        ),
        (
            "a: {outer: {op: nothing}}",
            "space.yaml:8:21: a.first.block: no block named 'nothing'; known: adaptive_pool,",
        ),
        ("a: {conv2d: {kernel: true}}", "a.kernel: got True; conv2d accepts a number or a list of"),
        ("a: {conv2d: {kernel: abc}}", "a.kernel: got 'abc'; conv2d accepts a number or a list of"),
        (
            "a: {typed: {flag: 1}}",
            "space.yaml:8:8: a.flag: got 1; typed accepts true or false here.",
        ),
        ("a: {typed: {list: 1}}", "a.list: got 1; typed accepts a list here."),
        (
            "a: {max_pool: 2}",
            "space.yaml:8:8: a: max_pool: parameter 'kernel': got 2 on T; padding",
        ),
        ("a: {mean: }\nb: {conv: 3}", "space.yaml:9:8: b: conv: conv takes clips (C, T, H, W)"),
        (
            "a: {from: [rgb, rgb], attention_product: }",
            "attention_product got 2 inputs; accepts 3.",
        ),
        (
            "a: {block: {choice: [two, relu]}}\nb: relu",
            "space.yaml:9:8: b.from: no port of a named 'out'",
        ),
        (
            "a: {repeat: 2, each: two}",
            "space.yaml:9:9: network.head.from: no port of a named 'out'; known: fast.",
        ),
        ("a: {repeat: =classes / 2, block: relu}", "space.yaml:8:17: a.repeat: got 1.5 copies"),
        ("a: {repeat: =classes * 1000, block: relu}", "got 3000 copies; accepts 0 to 1000."),
        (
            "a: {from: [{node: rgb, gate: 2}, rgb], block: relu}",
            "a.from.rgb.gate: got 2; accepts a",
        ),
        ("a: {from: {any_of: [rgb], min: 0}, block: relu}", "a.from: no edge is taken"),
        ("a: {from: [rgb, rgb], merge: =how, block: relu}", "a.merge: no merge named 'sum'"),
        ("a: {block: conv, out: 3, kernel: {choice: [2]}}", "padding 'half' needs an odd length"),
        (
            "a: {frames: }",
            "space.yaml:2:144: a.x: conv: parameter 'kernel': got 9 on T, which spans 9",
        ),
    ],
)
def test_what_does_not_fit_is_told_at_the_node_of_the_file(nodes: str, message: str) -> None:
    top = (
        "blocks: {outer: {params: {op: relu}, nodes: {first: {from: in, block: =op}}}, "
        "two: {nodes: {x: relu}, outputs: {fast: x}}, "
        "frames: {nodes: {x: {conv: {out: 3, kernel: [9, 1, 1], padding: 0}}}}, "
        "typed: {params: {flag: true, list: {type: list, default: [1]}}, body: [relu]}}\n"
        "decisions: {how: {choice: [sum]}}"
    )
    chosen = {"a__from": []} if "min: 0" in nodes else {}
    chosen |= {"a__block": "two"} if "[two, relu]" in nodes else {}
    assert message in problem_of(small(nodes, top=top), **chosen)


def test_what_is_too_large_is_told_quickly_whatever_is_known_already() -> None:
    blocks = ", ".join(f"b{k}: {{body: [{{repeat: 1000, each: b{k + 1}}}]}}" for k in range(6))
    last = "b6: {body: [relu]}"
    text = small("a: b0", top=f"blocks: {{{blocks}, {last}}}")
    assert "the network has more than 20000 primitives." in problem_of(text)
    idle = text.replace(last, "b6: {when: =1 > 2, body: [{conv: {choice: [3, 4]}}]}")
    space = load_text(idle)
    messages = set[str]()
    for seed in (0, 0, 1):
        with pytest.raises(SpaceError) as caught:
            lower(space, genotype_of(space, seed))
        messages.add(str(caught.value))
    assert len(messages) == 1
    assert "the network has more than 50000 block instances." in messages.pop()


def test_a_genotype_that_lacks_a_value_is_told() -> None:
    space = load_text(small("a: {conv: {choice: [3, 4]}}"))
    for values, message in (
        ((), "has no value for this decision"),
        ((("a.out", 5),), "has 5, which"),
    ):
        with pytest.raises(SpaceError, match=f"space.yaml:7:15: a.out: the genotype {message}"):
            lower(space, Genotype(values))


def test_equal_networks_of_different_files_have_one_id() -> None:
    first = graph_of(small("a: {conv2d: {out: 4}}"))
    second = graph_of(
        small(
            "x: {wrapped: {}}",
            top="blocks: {wrapped: {body: [{conv: {out: 4, kernel: [1, 3, 3]}}, batch_norm, relu]}}",
        )
    )
    assert graph_id(first) == graph_id(second)
