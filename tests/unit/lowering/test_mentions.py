"""What blocks speak of, and inside which of them something is chosen."""

from nasvid.lowering.load import standard_catalogue
from nasvid.lowering.mentions import names_of, open_blocks
from tests.spaces import graph_of, load_text, small

BLOCKS = """
blocks:
  chosen: {body: [{conv: {out: {choice: [4, 8]}}}]}
  user: {body: [chosen]}
  given: {params: {op: relu}, body: [{block: =op, name: op}]}
  repeated: {params: {op: relu}, body: [{name: units, repeat: 2, each: relu, last: {block: =op}}]}
  closed: {params: {width: 4}, body: [{conv: =width * 2}]}
"""


def test_blocks_are_open_where_they_choose_or_may_use_one_that_does() -> None:
    space = load_text(small("x: {block: chosen}", top=BLOCKS))
    own = {block.name for block in space.network.blocks}
    found = open_blocks(space.catalogue.blocks)
    assert own & found == {"chosen", "user", "given", "repeated"}


def test_no_standard_block_is_open_by_itself() -> None:
    assert open_blocks(standard_catalogue().blocks) == frozenset()


def test_names_are_found_in_all_arithmetic_of_a_block() -> None:
    space = load_text(small("x: {block: closed}", top=BLOCKS))
    closed = next(block for block in space.network.blocks if block.name == "closed")
    assert names_of(closed) == {"width"}


def test_uses_of_an_open_block_keep_what_each_of_them_chose() -> None:
    text = small("x: {block: chosen}\ny: {block: chosen}", top=BLOCKS)
    graph = graph_of(text, x__conv__out=4, y__conv__out=8)
    assert [node.shape().channels for node in graph.nodes[:2]] == [4, 8]


def test_copies_that_speak_of_their_number_differ_by_it() -> None:
    nodes = "x: {repeat: 3, each: {conv: =2 + i}}"
    body = graph_of(small(nodes)).nodes[0].body
    assert body is not None
    assert [node.shape().channels for node in body.nodes] == [2, 3, 4]
