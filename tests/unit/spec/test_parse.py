"""Each construct of a file, and each mistake with its place and what to do."""

import pytest

from nasvid.spec.problems import MAX_OPTIONS
from nasvid.spec.source import MAX_PROBLEMS
from nasvid.spec.syntax import BlockCall, Choice, Expression, Items, Literal, NodeSpec
from tests.spaces import load_text, only_problem, problems_of, small


def node(text: str, name: str = "a", *, top: str = "") -> NodeSpec:
    """The parsed node of a file."""
    nodes = load_text(small(text, top=top)).network.nodes
    return next(node for node in nodes if node.name == name)


# --- values --------------------------------------------------------------------------------------


def test_plain_values_arithmetic_and_lists_are_told_apart() -> None:
    arguments = dict(node("a: {conv: {out: 4, kernel: [1, =2 + 1, 3], bias: true}}").arguments)
    assert isinstance(arguments["out"], Literal)
    assert arguments["out"].value == 4
    assert isinstance(arguments["kernel"], Items)
    assert isinstance(arguments["kernel"].items[1], Expression)
    assert isinstance(arguments["bias"], Literal)
    assert arguments["bias"].value is True


def choice(text: str) -> Choice:
    found = dict(node(f"a: {{conv2d: {{out: {text}}}}}").arguments)["out"]
    assert isinstance(found, Choice)
    return found


@pytest.mark.parametrize(
    ("text", "labels", "is_ordered"),
    [
        ("{choice: [8, 16]}", (8, 16), True),
        ("{choice: [16, 8]}", (16, 8), False),
        ("{choice: [16, 8], ordered: true}", (16, 8), True),
        ("{choice: [8, 16], ordered: false}", (8, 16), False),
        ("{choice: [8]}", (8,), False),
        ("{choice: {small: 8, big: 16}}", ("small", "big"), False),
        ('{choice: [=classes, "=max(8, classes)"]}', ("=classes", "=max(8, classes)"), False),
        ("{choice: [[1, 3, 3], 3]}", ("[1, 3, 3]", 3), False),
        ("{choice: [{choice: [1, 2]}, 3]}", ("option_1", 3), False),
        ("{choice: [{conv3d: {kernel: 3}}, conv2d]}", ("conv3d", "conv2d"), False),
        ("{integer: {min: 2, max: 8, step: 3}}", (2, 5, 8), True),
    ],
)
def test_options_have_labels_and_an_order_where_numbers_rise(
    text: str, labels: tuple[object, ...], is_ordered: bool
) -> None:
    found = choice(text)
    assert found.labels == labels
    assert found.is_ordered is is_ordered


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{choice: []}", "choice needs a list of options, such as [32, 64]."),
        ("{choice: 3}", "choice needs a list of options"),
        ("{choice: [1, 2], orderd: true}", "no key named 'orderd'. Did you mean 'ordered'?"),
        ("{choice: [1, 2], ordered: 1}", "ordered: got 1; accepts true or false."),
        ("{choice: [1, true]}", "two options are called True; drop one, or give labels"),
        ("{choice: [{conv: 1}, {conv: 2}]}", "two options are called 'conv'"),
        ("{choise: [1, 2]}", "no block named 'choise'. Did you mean 'choice'?"),
        ("{integer: 3}", "got 3; accepts {min: 2, max: 6}."),
        ("{integer: {min: 2}}", "lacks 'max'; accepts {min: 2, max: 6, step: 1}."),
        ("{integer: {min: 2, max: x}}", "got 'x'; accepts an integer."),
        ("{integer: {min: 3, max: 2}}", "needs min no greater than max"),
        ("{integer: {min: 2, max: 3, step: 0}}", "a step of at least 1"),
        ("{integer: {min: 0, max: 999999999999}}", "has more than 10000 values; use a larger step"),
        ("{}", "got {}; accepts a plain value, an expression, {choice: [...]}"),
        ("{conv: 1, linear: 2}", "or one block such as {conv3d: {kernel: 3}}."),
        ("{block: [1]}", "got the block [1]; accepts a name."),
        ("=1 +", "the expression '1 +' ends too early."),
        ("=max(1, 2)", 'must be quoted, as in "=max(a, b)".'),
        ("=widht", "no value named 'widht'. Did you mean 'width'?"),
        ("=stem.chanels", "no value named 'stem.chanels'. Did you mean 'stem.channels'?"),
        ("{conv3d: {kernal: 3}}", "no parameter of conv3d named 'kernal'. Did you mean 'kernel'?"),
        ("{conv4d: {kernel: 3}}", "no block named 'conv4d'. Did you mean 'conv3d'?"),
        ("{relu: 3}", "relu takes no parameters."),
    ],
)
def test_a_wrong_value_is_told(text: str, message: str) -> None:
    text = small(f"stem: relu\na: {{conv2d: {{out: {text}}}}}", top="decisions: {width: 4}")
    problem = only_problem(text)
    assert message in problem
    assert problem.startswith("space.yaml:8:"), problem


def test_options_of_a_whole_file_are_bounded() -> None:
    nodes = "\n".join(
        f"n{k}: {{conv: {{out: {{integer: {{min: 1, max: 9999}}}}}}}}" for k in range(30)
    )
    assert f"have more than {MAX_OPTIONS} options" in only_problem(small(nodes))


# --- nodes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a: {conv2d: {out: 4}}",
        "a: {block: conv2d, out: 4}",
        "a: {block: {conv2d: {out: 4}}}",
        "a: {name: a, conv2d: {out: 4}}",
    ],
)
def test_a_node_can_be_written_in_several_ways(text: str) -> None:
    found = node(text)
    block = found.block
    bound = block.arguments if isinstance(block, BlockCall) else ()
    name = block.block if isinstance(block, BlockCall) else getattr(block, "value", None)
    assert name == "conv2d"
    (argument,) = (*bound, *found.arguments)
    assert argument[0] == "out"


def test_the_value_of_the_short_form_is_the_first_parameter() -> None:
    assert node("a: {conv: 4}").arguments[0][0] == ""
    assert node("a: relu").arguments == ()
    assert node("a: {relu: }").arguments == ()


def test_nodes_of_a_list_are_called_after_their_blocks_or_by_name() -> None:
    text = small().replace(
        "    stem: relu",
        "    - relu\n    - {name: relu_2, block: relu}\n    - relu\n    - {conv: 3}",
    )
    names = [n.name for n in load_text(text).network.nodes]
    assert names == ["relu", "relu_2", "relu_3", "conv", "head"]


def test_the_head_is_the_classifier_unless_it_says_otherwise() -> None:
    for head in ("{}", "{classes: 3}", "{dropout: 0.5}", "classifier"):
        network = load_text(small().replace("{classes: =classes}", head)).network
        block = network.nodes[-1].block
        assert isinstance(block, Literal)
        assert (network.nodes[-1].name, block.value, network.outputs[0][1].ref) == (
            "head",
            "classifier",
            "head",
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 3", "got 3; accepts a block's name or a mapping such as {block: conv3d, out: 64}."),
        ("a: {}", "names no block (keys beside the known ones: none)"),
        ("a: {from: rgb}", "names no block"),
        ("a: {conv: 3, relu: }", "names no block (keys beside the known ones: conv, relu)"),
        ("a: conv4", "no block named 'conv4'. Did you mean 'conv'?"),
        ("a: {block: 3}", "got 3; accepts the name of a block."),
        ("a: {block: {choice: [conv2d, 3]}}", "got 3; accepts the name of a block."),
        ("a: {block: [conv2d]}", "accepts a block's name, a choice of blocks, or =NAME"),
        ("a: {block: =classes}", "accepts a block's name, a choice of blocks, or =NAME"),
        ("a: conv", "conv needs 'out'; give it a value."),
        (
            "a: {conv: {out: 3, strid: 2}}",
            "no parameter of conv named 'strid'. Did you mean 'stride'?",
        ),
        ("a: {repeat: 2, block: conv, first: {out: 3}}", "conv needs 'out'"),
        ("a: {repeat: 2, conv: 3, last: {otu: 3}}", "no parameter of conv named 'otu'"),
        ("a-b: relu", "got the name 'a-b'; a name is at most 60 letters, digits and underscores"),
        ("1a: relu", "a letter in front"),
        (f"{'a' * 61}: relu", "a name is at most 60"),
        ("in: relu", "the name 'in' is taken by the language; choose another."),
        ("a: {name: i, block: relu}", "the name 'i' is taken by the language"),
        ("a: {block: relu, when: =b}", "no value named 'b'"),
        ("a: {repeat: x, block: relu}", "got 'x' copies; accepts 0 to 1000."),
        ("a: {repeat: -1, block: relu}", "got -1 copies"),
        ("a: {repeat: 1.5, block: relu}", "got 1.5 copies"),
        ("a: {repeat: true, block: relu}", "got True copies"),
        ("a: {repeat: 1001, block: relu}", "got 1001 copies"),
        ("a: {repeat: {choice: [1, two]}, block: relu}", "got 'two' copies"),
        ("a: {repeat: {min: 1, max: 2000}, block: relu}", "got 1001 copies"),
        ("a: {repeat: {max: 3}, block: relu}", "lacks 'min'"),
        ("a: {repeat: 2, per_copy: 1, block: relu}", "per_copy: got 1; accepts true or false."),
        ("a: {per_copy: true, block: relu}", "'per_copy' needs `repeat:`, the number of copies."),
        ("a: {each: relu}", "'each' needs `repeat:`"),
        ("a: {repeat: 2, each: 3}", "got 3; accepts {block: ...}."),
        (
            "a: {repeat: 2, each: {block: relu}, conv: 3}",
            "'conv' stands beside `each:`; it belongs",
        ),
        ("a: {repeat: 2, each: {block: relu, when: true}}", "'when' belongs to the node, beside"),
        ("a: {repeat: 2, block: relu, first: 3}", "got 3; accepts arguments, {stride: 2}."),
        ("a: {repeat: =classes, per_copy: true, block: relu}", "per_copy needs a repeat that is a"),
    ],
)
def test_a_wrong_node_is_told(text: str, message: str) -> None:
    problem = only_problem(small(text))
    assert message in problem
    assert problem.startswith("space.yaml:7:"), problem


# --- sources -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "refs", "bounds"),
    [
        ("from: rgb", "all", ["rgb"], (1, 1)),
        ("from: [rgb, x]", "all", ["rgb", "x"], (1, 1)),
        ("from: {all_of: [rgb, x]}", "all", ["rgb", "x"], (1, 1)),
        ("from: {choice: [rgb, x]}", "one", ["rgb", "x"], (1, 1)),
        ("from: {any_of: [rgb, x]}", "some", ["rgb", "x"], (1, 2)),
        ("from: {any_of: [rgb, x], min: 0, max: 1}", "some", ["rgb", "x"], (0, 1)),
        ("from: {any_earlier: }", "some", ["rgb", "x"], (1, 2)),
        ("from: {any_earlier: {min: 2}}", "some", ["rgb", "x"], (2, 2)),
        ("from: {node: x, relu: , max_pool: 2}", "all", ["x"], (1, 1)),
    ],
)
def test_a_node_reads_in_one_of_these_ways(
    text: str, kind: str, refs: list[str], bounds: tuple[int, int]
) -> None:
    source = node(f"x: relu\na: {{{text}, block: relu}}").source
    assert source is not None
    assert (source.kind, [edge.ref for edge in source.edges]) == (kind, refs)
    assert (source.least, source.most) == bounds


def test_an_edge_holds_blocks_and_a_gate() -> None:
    source = node("a: {from: {node: rgb, relu: , max_pool: 2, gate: 0.3}, block: relu}").source
    assert source is not None
    (edge,) = source.edges
    assert [step.name for step in edge.steps] == ["relu", "max_pool"]
    assert isinstance(edge.gate, Literal)
    assert edge.gate.value == 0.3


@pytest.mark.parametrize(
    "text",
    [
        "from: [rgb, x], merge: concat, align: none",
        "from: {all_of: [rgb, x], merge: concat, align: none}",
        "from: {all_of: [rgb, x], merge: concat}, align: none",
    ],
)
def test_merge_and_align_stand_in_the_source_or_beside_it(text: str) -> None:
    source = node(f"x: relu\na: {{{text}, block: relu}}").source
    assert source is not None
    assert isinstance(source.merge, Literal)
    assert (source.merge.value, source.is_aligned) == ("concat", False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from: rbg", "no node or input named 'rbg'. Did you mean 'rgb'?"),
        ("from: [rgb, 3]", "got 3; accepts a node's name or {node: NAME, subsample_frames: 2}."),
        ("from: 3", "got 3; accepts a node's name"),
        ("from: []", "has no nodes; at least one is needed."),
        ("from: {}", "got {}; accepts a node's name, a list of names, {choice: [...]}"),
        ("from: {any: [rgb]}", "got {'any': ['rgb']}; accepts a node's name, a list of names"),
        ("from: {any_of: [x], choice: [x]}", "accepts a node's name, a list of names"),
        ("from: {any_of: x}", "any_of needs a list of nodes, such as [rgb, flow]."),
        ("from: {any_of: []}", "any_of needs a list of nodes"),
        ("from: {any_of: [x, x]}", "names 'x' twice."),
        ("from: {any_of: [rgb, x], min: 3}", "needs 0 <= min <= max <= 2; got min 3, max 2."),
        ("from: {any_of: [rgb, x], min: -1}", "got -1; accepts a count from 0 on."),
        ("from: {any_of: [rgb, x], max: 0}", "got 0; accepts a count from 1 on."),
        (
            "from: {choice: [rgb, x], min: 1}",
            "'min' goes with any_of and any_earlier, not with choice",
        ),
        ("from: {any_earlier: {}, min: 1}", "'min' stands inside, as in {any_earlier: {min: 1}}."),
        ("from: {any_earlier: 3}", "got 3; accepts {min: 1, max: 3}."),
        ("from: {any_earlier: {min: 3}}", "wants at least 3 of 2 earlier nodes and inputs."),
        ("from: {any_earlier: {min: 2, max: 1}}", "needs 0 <= min <= max; got min 2, max 1."),
        ("from: {node: rgb, max: 2}", "no edge attribute named 'max'"),
        ("from: {node: rgb, subsample: 2}", "no block named 'subsample'. Did you mean 'subsample_"),
        ("from: {node: rgb, gate: =g}", "no value named 'g'"),
        ("merge: add", "'merge' needs `from:` with several inputs."),
        ("from: [rgb, x], merge: gatedsum", "no merge named 'gatedsum'. Did you mean 'gated_sum'?"),
        ("from: [rgb, x], merge: {choice: [add, sun]}", "no merge named 'sun'"),
        ("from: [rgb, x], merge: 3", "accepts the name of a merge, such as gated_sum."),
        ("from: [rgb, x], align: off", "align: got 'off'; accepts auto or none."),
        ("from: {all_of: [x], merge: add}, merge: add", "'merge' stands here and in `from:`."),
        ("from: a", "nodes read one another in a circle: a <- a."),
        ("from: x.fast", "no port of x named 'fast'; known: out."),
    ],
)
def test_a_wrong_source_is_told(text: str, message: str) -> None:
    problems = problems_of(small(f"x: relu\na: {{{text}, block: relu}}"))
    assert message in problems[0]
    assert problems[0].startswith("space.yaml:8:")


# --- blocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{body: [{name: x, block: relu}]}",
        "{nodes: {x: relu}}",
        "{body: {x: relu}}",
        "{body: {nodes: {x: relu}}}",
        "{nodes: {x: relu}, output: x}",
        "{body: {nodes: {x: relu}, output: x}}",
        "{nodes: {x: relu}, outputs: {out: x}}",
    ],
)
def test_a_body_can_be_written_in_several_ways(text: str) -> None:
    (block,) = load_text(small("a: b", top=f"blocks: {{b: {text}}}")).network.blocks
    assert [node.name for node in block.nodes] == ["x"]
    assert [(port, edge.ref) for port, edge in block.outputs] == [("out", "x")]


def test_the_result_of_a_body_is_the_last_node_of_the_file_whatever_reads_it() -> None:
    nodes = "{last: {from: first, block: relu}, first: {from: in, block: sigmoid}}"
    (block,) = load_text(small("a: b", top=f"blocks: {{b: {{nodes: {nodes}}}}}")).network.blocks
    assert [node.name for node in block.nodes] == ["first", "last"]
    assert block.outputs[0][1].ref == "first"


def test_parameters_have_a_kind_by_their_type_or_default() -> None:
    params = "{a: 3, b: true, c: {type: number}, d: {type: list, default: [1]}, e: x, f: {choice: [1, 2]}}"
    text = small("n: {b: {c: 3}}", top=f"blocks: {{b: {{params: {params}, body: [relu]}}}}")
    (block,) = load_text(text).network.blocks
    kinds = {param.name: param.kind for param in block.params}
    assert kinds == {
        "a": "numbers", "b": "boolean", "c": "number", "d": "list", "e": "any", "f": "any",
    }  # fmt: skip
    assert [param.name for param in block.params if param.default is None] == ["c"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3", "got 3; accepts {params, body}."),
        ("{params: {out: 3}}", "has no body; give a list or mapping of nodes."),
        ("{body: []}", "has no nodes; at least one is needed."),
        ("{body: 3}", "got 3; accepts a list or mapping of nodes."),
        ("{body: [relu], boddy: 3}", "no key named 'boddy'. Did you mean 'body'?"),
        ("{body: [relu], nodes: {x: relu}}", "has 'body' and 'nodes'; give one."),
        (
            "{nodes: {x: relu}, output: x, outputs: {out: x}}",
            "has 'output' and 'outputs'; give one.",
        ),
        ("{nodes: {x: relu}, output: y}", "no node named 'y'"),
        ("{nodes: {x: relu}, outputs: []}", "accepts a mapping of port to node."),
        ("{nodes: {x: relu}, outputs: {1a: x, out: x}}", "got the name '1a'"),
        ("{nodes: {x: relu}, output: x.fast}", "no port of x named 'fast'; known: out."),
        ("{body: [relu], params: 3}", "got 3; accepts a mapping, {out: 32}."),
        ("{body: [relu], params: {in: 3}}", "the name 'in' is taken by the language"),
        ("{body: [relu], params: {a: {type: int}}}", "no type named 'int'"),
        ("{body: [relu], params: {a: {type: number, defalt: 3}}}", "no key named 'defalt'"),
        ("{body: [relu], params: {a: =b, b: 3}}", "no value named 'b'"),
        ("{body: [relu], when: true}", 'got True; accepts a condition, "=ratio > 0".'),
        ("{body: [relu], when: =ratio > 0}", "no value named 'ratio'"),
        ("{body: [relu], when: =1 >}", "ends too early"),
        ("{body: [{conv: =width}]}", "no value named 'width'"),
        ("{body: [{conv: =i}]}", "no value named 'i'"),
        ("{body: [{from: rgb, conv: 3}]}", "no node or input named 'rgb'"),
    ],
)
def test_a_wrong_block_is_told(text: str, message: str) -> None:
    problem = only_problem(small("a: b", top=f"blocks: {{b: {text}}}"))
    assert message in problem
    assert problem.startswith("space.yaml:2:")


def test_a_block_may_not_contain_itself() -> None:
    blocks = "blocks: {a: {body: [{block: {choice: [relu, b]}}]}, b: {body: [c]}, c: {body: [a]}}"
    assert "contains itself: a <- c <- b <- a." in only_problem(small("x: relu", top=blocks))


def test_a_block_may_take_the_place_of_a_standard_one_but_not_of_a_primitive() -> None:
    load_text(small("a: conv2d", top="blocks: {conv2d: {body: [relu]}}"))
    problem = only_problem(small("a: conv2d", top="blocks: {relu: {body: [sigmoid]}}"))
    assert problem == (
        "space.yaml:2:10: blocks.relu: 'relu' is a primitive, which standard blocks are made of; "
        "choose another name."
    )


# --- the rest of a file --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("version: 1\n", "", "2:1: version: is missing; the first line is `version: 1`."),
        ("version: 1", "version: 2", "1:10: version: got 2; this nasvid reads version 1."),
        ("version: 1", "version: true", "got True; this nasvid reads version 1."),
        ("version: 1", "version: 1\nvresion: 1", "2:1: no key named 'vresion'. Did you mean 'version'?"),
        ("classes: 3", "classes: 0", "classes: got 0; accepts a count of classes."),
        ("classes: 3", "classes: 3\nname: [a]", "name: got ['a']; accepts a text."),
        ("classes: 3", "classes: 3\ndecisions: [a]", "accepts {width: {choice: [32, 64]}}."),
        ("classes: 3", "classes: 3\ndecisions: {classes: 3}", "the name 'classes' is taken"),
        ("classes: 3", "classes: 3\ndecisions: {a: 1, b: =a}", "no value named 'a'"),
        ("classes: 3", "classes: 3\nblocks: []", "accepts a mapping of blocks."),
        ("classes: 3", "classes: 3\nchoose: [a]", "accepts {path: value}."),
        ("classes: 3", "classes: 3\nbudget: {macs: 2 GB}", "accepts a positive count such as 2G"),
        ("classes: 3", "classes: 3\nbudget: 3", "budget: got 3; accepts a mapping."),
        ("classes: 3", "classes: 3\nsearch: {candidate: 3}", "Did you mean 'candidates'?"),
        ("classes: 3", "classes: 3\nsearch: {seed: -1}", "search.seed: got -1; should be greater"),
        ("classes: 3", "classes: 3\nsearch: {mutations: {a: -1}}", "search.mutations.a: got -1;"),
        ("classes: 3", "classes: 3\ntraining: {lr: true}", "training.lr: got True; should be a"),
        ("inputs: {rgb: {frames: 4, size: 8}}", "", "inputs: needs at least one stream"),
        ("{rgb: {frames: 4, size: 8}}", "{}", "inputs: needs at least one stream"),
        ("frames: 4, ", "", "inputs.rgb.frames: is missing; give a count or a choice of counts."),
        ("frames: 4", "frames: 0", "inputs.rgb.frames: got 0; accepts a count from 1 to 100000."),
        ("frames: 4", "frames: 4.0", "got 4.0; accepts a count"),
        ("frames: 4", "frames: [4]", "got [4]; accepts a count"),
        ("frames: 4", "frames: {choice: [4, x]}", "got 'x'; accepts a count"),
        ("frames: 4", "frames: =clip", "no value named 'clip'"),
        ("frames: 4", "frame: 4, frames: 4", "no key named 'frame'. Did you mean 'frames'?"),
        ("rgb: {", "rgb: {modality: rbg, ", "no modality named 'rbg'. Did you mean 'rgb'?"),
        ("rgb: {", "rgb: {channels: 1, ", "inputs.rgb.channels: got 1; rgb has 3."),
        ("rgb: {", "rgb: {mean: [0, 1], ", "mean: got [0, 1]; accepts 3 numbers, one per channel."),
        ("rgb: {", "rgb: {std: 0, ", "std: got 0; accepts 3 numbers above 0"),
        ("{rgb: {frames: 4, size: 8}}", "{rgb: 3}", "got 3; accepts {modality, frames, size}."),
        ("  head: {classes: =classes}", "", "needs `head:` (a classifier), `output: NODE` or `outputs:"),
        ("head: {", "output: stme\n  heads: {", "no node named 'stme'. Did you mean 'stem'?"),
        ("head: {classes: =classes}", "output: stem.fast", "no port of stem named 'fast'"),
        ("stem: relu", "stem: relu\n    stem2: {name: stem, block: relu}", "are called 'stem'."),
        ("stem: relu", "rgb: relu", "two nodes or inputs are called 'rgb'."),
    ],
)  # fmt: skip
def test_a_wrong_section_is_told(good: str, bad: str, message: str) -> None:
    text = small()
    assert good in text
    problems = problems_of(text.replace(good, bad, 1))
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("space.yaml:") for problem in problems)


def test_many_different_mistakes_are_as_many_messages_in_the_order_of_the_file() -> None:
    text = """\
version: 1
inputs:
  rgb: {frames: 8, siez: 32, size: 32}
decisions:
  width: {choice: []}
network:
  nodes:
    stem: {conv3: {out: 8}}
    body: {from: stme, conv2d: {out: =widht}}
  head: {classes: 10, dropuot: 0.1}
budget: {macs: many}
"""
    problems = problems_of(text)
    expected = [
        "3:20: inputs.rgb: no key named 'siez'. Did you mean 'size'?",
        "5:19: decisions.width: choice needs a list of options, such as [32, 64].",
        "8:12: network.stem.block: no block named 'conv3'. Did you mean 'conv3d'?",
        "9:18: network.body.from: no node or input named 'stme'. Did you mean 'stem'?",
        "9:38: network.body.out: no value named 'widht'. Did you mean 'width'?",
        "10:32: network.head: no parameter of classifier named 'dropuot'. Did you mean 'dropout'?",
        "11:16: budget.macs: got 'many'; accepts a positive count such as 2G, 4.5M or 1000.",
    ]
    assert problems == [f"space.yaml:{line}" for line in expected]


def test_very_many_mistakes_are_told_up_to_a_bound() -> None:
    nodes = "\n".join(f"n{k}: {{conv9: 3}}" for k in range(300))
    assert len(problems_of(small(nodes))) == MAX_PROBLEMS


def test_the_tail_of_a_cut_expression_is_no_mistake_of_its_own() -> None:
    assert len(problems_of(small("a: {conv: {out: =max(3, 4)}}"))) == 1
    assert len(problems_of(small("a: {block: conv, out: =max(3, 4), stride: 1}"))) == 1
    # A key with a bracket and no cut expression beside it is one.
    assert "named 'x)'" in only_problem(small('a: {conv: {out: 3, "x)": 1}}'))
