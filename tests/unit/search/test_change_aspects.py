"""Mutations that change one decision of a kind."""

import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.aspect_change import AspectChange
from nasvid.search.mutation import MUTATIONS, NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Condition, Decision, DecisionTable, Genotype
from tests.variation_spaces import everything, parent_of, view_of

CHANGES = [name for name in MUTATIONS if issubclass(MUTATIONS[name], AspectChange)]


def test_there_is_one_for_each_aspect_of_a_layer() -> None:
    aspects = {name.removeprefix("change_") for name in CHANGES}
    assert aspects == {
        "op", "kernel", "temporal_length", "dilation", "stride", "width", "expansion", "ratio",
        "repeats", "gate", "skip",
    }  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_it_changes_what_its_name_says(name: str) -> None:
    space = everything()
    mutation, view = MUTATIONS[name](), view_of(space)
    aspect = name.removeprefix("change_")
    about = {decision.path for decision in view.about(aspect)}  # type: ignore[arg-type]
    found = 0
    for seed in range(12):
        parent = parent_of(space, seed)
        try:
            child = mutation.mutate(parent, view, keyed_rng(seed))
        except NothingToChangeError:
            continue
        before, after = parent.genotype.by_path, child.by_path
        changed = {path for path in before if path in after and before[path] != after[path]}
        # Others change where a constraint on the widths of a level asks for it.
        assert changed & about
        assert all(path in about or path.startswith("one") for path in changed)
        found += 1
    assert found >= 3


TABLE = DecisionTable(
    [
        Decision("op", "choice", ("conv", "pool"), role="block"),
        Decision("conv.kernel", "choice", (1, 3, 5), conditions=(Condition("op", "conv"),)),
    ]
)


def test_every_other_value_is_equally_likely() -> None:
    parent = Parent(Genotype((("op", "conv"), ("conv.kernel", 3))))
    mutation, view = MUTATIONS["change_kernel"](), SpaceView(TABLE)
    values = [mutation.mutate(parent, view, keyed_rng(k))["conv.kernel"] for k in range(200)]
    assert set(values) == {1, 5}
    assert 70 < values.count(1) < 130


def test_what_is_closed_is_left_alone() -> None:
    parent = Parent(Genotype((("op", "pool"),)))
    with pytest.raises(NothingToChangeError, match="no active decision is about kernel"):
        MUTATIONS["change_kernel"]().mutate(parent, SpaceView(TABLE), keyed_rng(0))


def test_what_another_operation_leaves_open_is_drawn() -> None:
    parent = Parent(Genotype((("op", "pool"),)))
    child = MUTATIONS["change_op"]().mutate(parent, SpaceView(TABLE), keyed_rng(0))
    assert child["op"] == "conv"
    assert child["conv.kernel"] in (1, 3, 5)
