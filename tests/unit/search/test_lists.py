"""Changes of lists of blocks: copies that choose for themselves, and nodes of levels."""

from collections.abc import Iterator
from typing import Any

import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.mutation import Mutation, NothingToChangeError
from nasvid.search.mutations.delete_block import DeleteBlock
from nasvid.search.mutations.duplicate_block import DuplicateBlock
from nasvid.search.mutations.insert_block import InsertBlock
from nasvid.search.mutations.merge import Merge
from nasvid.search.mutations.split import Split
from nasvid.search.mutations.swap_blocks import SwapBlocks
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype
from nasvid.spec.search_space import SearchSpace
from tests.spaces import load_text, small

CHAIN = small(
    """
    a: {repeat: {min: 1, max: 4}, per_copy: true, each: {conv: {out: {choice: [3, 4, 5, 6]}, bias: {choice: [true, false]}}}}
    """
)
NESTED = small(
    "a: {repeat: {min: 1, max: 3}, per_copy: true, each: stage}",
    top="""
blocks:
  stage:
    body: [{name: units, repeat: {min: 1, max: 3}, per_copy: true, each: {conv: {choice: [3, 4, 5, 6]}}}]
""",
)
LEVEL = small(
    """
    a: {conv3d: {out: 4}}
    b: {from: rgb, conv3d: {out: 4}}
    c: {from: rgb, conv3d: {out: 4}}
    one:
      repeat: {min: 1, max: 4}
      each: {block: conv3d, out: {choice: [4, 8, 12, 16]}, kernel: {choice: [1, 3]}}
      from: {any_below: {min: 1, max: 2}}
      totals: {out: 16}
    x: {from: {any_below: {min: 1, max: 3}}, block: relu}
    y: {from: {any_below: {min: 1, max: 3}}, block: relu}
    z: {from: [x, y], block: add}
    """
)


def children(mutation: Mutation, text: str, count: int = 40, **chosen: Any) -> list[Genotype]:
    space = load_text(text)
    parent, view = Parent(genotype_of(space, chosen)), SpaceView(space.decisions)
    found: list[Genotype] = []
    for seed in range(count):
        child = mutation.mutate(parent, view, keyed_rng(seed))
        assert not space.decisions.broken(child.by_path)
        found.append(child)
    return found


def genotype_of(space: SearchSpace, chosen: dict[str, Any]) -> Genotype:
    values = {path.replace("__", "."): value for path, value in chosen.items()}
    return space.choose(values, {}).decisions.sample(keyed_rng(0))


def chain_of(genotype: Genotype, owner: str = "a") -> tuple[object, ...]:
    return tuple(genotype[f"{owner}.{k}.out"] for k in range(4) if f"{owner}.{k}.out" in genotype)


def chain(*widths: int) -> dict[str, Any]:
    return {"a.repeat": len(widths), **{f"a.{k}.out": w for k, w in enumerate(widths)}}


def without(widths: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    for k in range(len(widths)):
        yield (*widths[:k], *widths[k + 1 :])


def test_a_block_is_inserted_anywhere_and_the_others_stay() -> None:
    found = {chain_of(child) for child in children(InsertBlock(), CHAIN, 60, **chain(3, 4))}
    assert all(len(widths) == 3 for widths in found)
    assert all((3, 4) in set(without(widths)) for widths in found)
    new = {"first": (5, 3, 4), "middle": (3, 5, 4), "last": (3, 4, 5)}
    assert set(new.values()) <= found


def test_any_block_is_deleted_and_the_others_stay() -> None:
    found = {chain_of(child) for child in children(DeleteBlock(), CHAIN, **chain(3, 4, 5))}
    assert found == {(4, 5), (3, 5), (3, 4)}


def test_a_copy_of_a_block_stands_behind_it() -> None:
    found = children(DuplicateBlock(), CHAIN, **chain(3, 4, 5), **{"a.0.bias": True})
    assert {chain_of(child) for child in found} == {(3, 3, 4, 5), (3, 4, 4, 5), (3, 4, 5, 5)}
    assert all(child["a.1.bias"] for child in found if chain_of(child) == (3, 3, 4, 5))


def test_two_blocks_change_places() -> None:
    found = {chain_of(child) for child in children(SwapBlocks(), CHAIN, 80, **chain(3, 4, 5))}
    assert found == {(4, 3, 5), (5, 4, 3), (3, 5, 4)}


@pytest.mark.parametrize(
    ("mutation", "widths"),
    [(InsertBlock(), (3, 4, 5, 6)), (DuplicateBlock(), (3, 4, 5, 6)), (DeleteBlock(), (3,))],
)
def test_a_list_keeps_to_its_lengths(mutation: Mutation, widths: tuple[int, ...]) -> None:
    with pytest.raises(NothingToChangeError):
        children(mutation, CHAIN, **chain(*widths))


def test_lengths_may_have_gaps() -> None:
    text = CHAIN.replace("{min: 1, max: 4}", "{choice: [1, 3]}")
    longer = {chain_of(child) for child in children(InsertBlock(), text, **chain(4))}
    assert all(len(widths) == 3 and 4 in widths for widths in longer)
    shorter = {chain_of(child) for child in children(DeleteBlock(), text, **chain(3, 4, 5))}
    assert shorter == {(3,), (4,), (5,)}


def test_blocks_move_with_the_lists_in_them() -> None:
    chosen = {
        "a.repeat": 2,
        "a.0.units.repeat": 1,
        "a.0.units.0.out": 3,
        "a.1.units.repeat": 3,
        **{f"a.1.units.{k}.out": 4 + k for k in range(3)},
    }
    swapped = [
        child
        for child in children(SwapBlocks(), NESTED, 60, **chosen)
        if child["a.0.units.repeat"] == 3
    ]
    assert swapped
    assert {chain_of(child, "a.0.units") for child in swapped} == {(4, 5, 6)}
    assert {chain_of(child, "a.1.units") for child in swapped} == {(3,)}


def level(**others: Any) -> dict[str, Any]:
    return {
        "one.repeat": 2,
        "one_0.out": 12,
        "one_1.out": 4,
        "one_0.from": ["a"],
        "one_1.from": ["b"],
        "x.from": ["c", "one_0"],
        "y.from": ["one_1"],
        **others,
    }


def test_who_read_a_node_that_is_deleted_reads_what_that_one_read() -> None:
    found = children(DeleteBlock(), LEVEL, **level())
    kept = {(child["one_0.from"], child["x.from"], child["y.from"]) for child in found}
    # Node 0 went: node 1 takes its place. Node 1 went: y must read something.
    assert kept == {(("b",), ("c",), ("one_0",)), (("a",), ("c", "one_0"), ("b",))}
    assert {child["one_0.out"] for child in found} == {16}


def test_a_new_node_of_a_level_is_read_by_somebody() -> None:
    for child in children(InsertBlock(), LEVEL, **level()):
        read = {*child["x.from"], *child["y.from"]}  # type: ignore[misc]
        assert {"one_0", "one_1", "one_2"} <= read
        assert sum(child[f"one_{k}.out"] for k in range(3)) == 16  # type: ignore[misc]


def test_a_copy_of_a_node_reads_and_is_read_as_the_node_is() -> None:
    found = children(DuplicateBlock(), LEVEL, **level())
    copied = [child for child in found if child["one_1.from"] == ("a",)]
    assert copied
    assert {(c["one_0.from"], c["x.from"], c["y.from"]) for c in copied} == {
        (("a",), ("c", "one_0", "one_1"), ("one_2",))
    }


def test_in_a_level_edges_stay_where_they_are_when_two_nodes_change_places() -> None:
    found = children(SwapBlocks(), LEVEL, **level(**{"one_0.kernel": 1, "one_1.kernel": 3}))
    edges = {(c["one_0.from"], c["one_1.from"], c["x.from"], c["y.from"]) for c in found}
    assert edges == {(("a",), ("b",), ("c", "one_0"), ("one_1",))}
    assert {(c["one_0.out"], c["one_0.kernel"], c["one_1.out"]) for c in found} == {(4, 3, 12)}


def test_a_split_keeps_the_total_and_copies_the_edges() -> None:
    chosen = level(**{"one_0.from": ["a", "b"], "one_0.kernel": 3})
    (child,) = {c.id: c for c in children(Split(), LEVEL, **chosen)}.values()
    # Node 1 is as narrow as can be.
    assert [child[f"one_{k}.out"] for k in range(3)] == [8, 4, 4]
    assert child["one_2.from"] == child["one_0.from"] == ("a", "b")
    assert child["one_2.kernel"] == 3
    assert child["x.from"] == ("c", "one_0", "one_2")
    assert child["y.from"] == ("one_1",)


def test_a_merge_sums_the_widths_and_joins_the_edges() -> None:
    chosen = level(**{"one_0.kernel": 1, "one_1.kernel": 3})
    found = children(Merge(), LEVEL, **chosen)
    assert {(c["one.repeat"], c["one_0.out"]) for c in found} == {(1, 16)}
    assert {(c["one_0.from"], c["x.from"], c["y.from"]) for c in found} == {
        (("a", "b"), ("c", "one_0"), ("one_0",))
    }
    assert {c["one_0.kernel"] for c in found} == {1, 3}


def test_joined_edges_keep_to_the_bounds() -> None:
    chosen = level(**{"one_0.from": ["a", "b"], "one_1.from": ["b", "c"]})
    for child in children(Merge(), LEVEL, **chosen):
        assert len(child["one_0.from"]) == 2  # type: ignore[arg-type]


def test_widths_that_cannot_be_parted_or_added_are_left_alone() -> None:
    text = LEVEL.replace("[4, 8, 12, 16]", "[4, 16]").replace("min: 1, max: 4", "choice: [1, 4]")
    with pytest.raises(NothingToChangeError, match="no list of blocks leaves room"):
        children(Split(), text, **{"one.repeat": 1})
    with pytest.raises(NothingToChangeError, match="no list of blocks leaves room"):
        children(Merge(), text, **{"one.repeat": 4})


def test_a_number_that_decides_on_more_than_one_list_is_left_alone() -> None:
    nodes = "{n}: {{repeat: =copies, per_copy: true, each: {{conv: {{choice: [3, 4]}}}}}}"
    top = "decisions: {copies: {choice: [1, 2, 3]}}"
    text = small("\n".join(nodes.format(n=name) for name in "ab"), top=top)
    assert not InsertBlock().applies(SpaceView(load_text(text).decisions))
    assert SwapBlocks().applies(SpaceView(load_text(text).decisions))
    alone = load_text(small(nodes.format(n="a"), top=top)).decisions
    assert InsertBlock().applies(SpaceView(alone))


def test_a_block_that_may_be_left_out_is_switched() -> None:
    text = small("a: {conv: {out: {choice: [3, 4]}}, when: {choice: [true, false]}}")
    on = children(InsertBlock(), text, **{"a.when": False})
    assert {child["a.when"] for child in on} == {True}
    assert {child["a.out"] for child in on} == {3, 4}
    off = children(DeleteBlock(), text, **{"a.when": True})
    assert {child["a.when"] for child in off} == {False}
