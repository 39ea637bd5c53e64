"""Codes of genotypes, and changes of one value: the same as with all the care that can be taken."""

import pickle
from collections import Counter
from collections.abc import Callable
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.errors import SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.search.lower_bound import all_genotypes
from nasvid.spec.codes import CLOSED, Coding
from nasvid.spec.decision import Condition, Decision, DecisionValue
from nasvid.spec.decisions import DecisionTable, Genotype
from nasvid.spec.genotype import coded
from tests.nested_tables import constrained_tables, tables

SEEDS = st.integers(0, 999)


@given(tables())
def test_codes_are_equal_for_equal_genotypes_alone(table: DecisionTable) -> None:
    genotypes = list(islice(all_genotypes(table), 300))
    codes = {table.code(genotype) for genotype in genotypes}
    assert None not in codes
    assert len(codes) == len(genotypes)
    again = [Genotype.from_json(genotype.to_json()) for genotype in genotypes]
    assert {table.code(genotype) for genotype in again} == codes


@given(tables(), SEEDS)
def test_a_code_has_a_number_for_each_open_decision(table: DecisionTable, seed: int) -> None:
    genotype = table.sample(keyed_rng(seed))
    code = table.code(genotype)
    assert code is not None
    assert [d.path in genotype for d in table] == [number != CLOSED for number in code]
    assert [d.path for d in table.active(genotype)] == list(genotype.by_path)


def test_what_is_no_value_of_its_decision_has_no_code() -> None:
    edges = Decision("edges", "subset", ("a", "b"), least=1, most=2)
    table = DecisionTable([Decision("width", "choice", (1, 2)), edges])
    strange: list[tuple[DecisionValue, object]] = [
        (True, ("a",)), (1.0, ("a",)), (3, ("a",)), (1, ("b", "a")), (1, ()), (1, "a"), (1, ([],)),
    ]  # fmt: skip
    for width, taken in strange:
        found = Genotype.from_json({"width": width, "edges": taken})
        assert table.code(found) is None
    assert table.code(Genotype.from_json({"height": 1})) is None
    # What is always open has to be there.
    assert table.code(Genotype.from_json({"width": 1})) is None
    assert table.code(Genotype.from_json({"width": 1, "edges": ["a", "b"]})) == (0, 3)


def test_codes_of_open_choices_are_bytes() -> None:
    for count, expected in ((256, b"\x07\xff"), (257, (7, 255))):
        op = Decision("op", "choice", tuple(range(count)))
        table = DecisionTable([Decision("width", "choice", tuple(range(8))), op])
        genotype = Genotype.from_json({"width": 7, "op": 255})
        assert table.code(genotype) == expected
        child = table.with_value(genotype, "op", 0, keyed_rng(0))
        assert child.values == (("width", 7), ("op", 0))
        assert table.code(child) == table.code(Genotype(child.values))


@given(constrained_tables(), SEEDS, st.data())
def test_one_value_is_changed_as_by_completing(
    table: DecisionTable, seed: int, data: st.DataObject
) -> None:
    try:
        parent = table.sample(keyed_rng("parent", seed))
    except SpaceError:
        return
    decision = data.draw(st.sampled_from(table.active(parent)))
    value = data.draw(st.sampled_from(list(decision.values())))
    values = {**parent.by_path, decision.path: value}
    path = decision.path
    expected = told(lambda: table.complete(values, keyed_rng(seed), pinned=(path,)))
    # The second time from memory.
    for _ in range(2):
        found = told(lambda: table.with_value(parent, path, value, keyed_rng(seed)))
        assert found == expected
        if isinstance(found, Genotype):
            assert table.code(found) == table.code(Genotype(found.values))


def told(make: Callable[[], Genotype]) -> Genotype | str:
    """The genotype, or why there is none."""
    try:
        return make()
    except SpaceError as error:
        return str(error)


def test_what_hangs_on_a_value_is_drawn_anew() -> None:
    below = Decision("kernel", "choice", (3, 5), conditions=(Condition("op", "conv"),))
    table = DecisionTable([Decision("op", "choice", ("conv", "pool")), below])
    parent = Genotype((("op", "pool"),))
    child = table.with_value(parent, "op", "conv", keyed_rng(0))
    assert list(child.by_path) == ["op", "kernel"]
    assert table.with_value(child, "op", "pool", keyed_rng(0)) == parent


@given(tables(), SEEDS)
def test_a_genotype_travels_without_its_code(table: DecisionTable, seed: int) -> None:
    genotype = table.sample(keyed_rng(seed))
    alone = pickle.dumps(Genotype(genotype.values))
    assert table.code(genotype) is not None
    assert pickle.dumps(genotype) == alone
    assert pickle.loads(alone) == genotype


@given(tables(), SEEDS)
def test_a_genotype_is_read_from_its_code(table: DecisionTable, seed: int) -> None:
    genotype = table.sample(keyed_rng(seed))
    code = table.code(genotype)
    assert code is not None
    read = coded(Coding(table.decisions), code)
    # Asked for its code in another table of the same decisions first, which needs its values.
    assert table.code(read) == code
    for other in (read, coded(Coding(table.decisions), code)):
        assert repr(other) == repr(genotype)
        assert (other, hash(other), other.id) == (genotype, hash(genotype), genotype.id)
        assert (other.key, other.by_path) == (genotype.key, genotype.by_path)
        assert pickle.loads(pickle.dumps(other)) == genotype


@given(constrained_tables(), SEEDS)
def test_another_option_is_any_but_that_of_the_parent_and_a_neighbour_a_step_away(
    table: DecisionTable, seed: int
) -> None:
    try:
        parent = table.sample(keyed_rng("parent", seed))
    except SpaceError:
        return
    for decision in table.active(parent):
        if decision.kind != "choice" or decision.num_values < 2:
            continue
        for change in (table.with_other_option, table.with_neighbour):
            try:
                child = change(parent, decision, keyed_rng("change", seed))
            except SpaceError:
                continue
            here, there = (table.option_of(one, decision) for one in (parent, child))
            assert here != there
            assert change == table.with_other_option or abs(here - there) == 1
            assert not table.broken(child.by_path)
            assert [d.path for d in table if table.is_active(d, child.by_path)] == list(
                child.by_path
            )


def test_every_other_option_of_a_choice_is_as_likely() -> None:
    decision = Decision("width", "choice", (1, True, 1.0, 2))
    table = DecisionTable([decision])
    parent = Genotype.from_json({"width": True})
    drawn = (
        table.with_other_option(parent, decision, keyed_rng("other", k))["width"]
        for k in range(300)
    )
    counts = Counter(map(repr, drawn))
    assert sorted(counts) == ["1", "1.0", "2"]
    assert min(counts.values()) > 70


def test_a_neighbour_is_the_option_before_or_behind() -> None:
    decision = Decision("width", "choice", (8, 16, 24), is_ordered=True)
    table = DecisionTable([decision])
    for width, expected in ((8, {16}), (16, {8, 24}), (24, {16})):
        parent = Genotype.from_json({"width": width})
        rngs = (keyed_rng("neighbour", seed) for seed in range(30))
        assert {table.with_neighbour(parent, decision, rng)["width"] for rng in rngs} == expected
