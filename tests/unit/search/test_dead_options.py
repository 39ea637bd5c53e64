"""Options that give no network are found, and no others."""

import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.dead_options import MAX_WHOLE, dead_options
from nasvid.search.profile import profile_space
from nasvid.spec.search_space import SearchSpace
from tests.spaces import load_text, small

SMALL = small(
    """
    a: {conv: 16}
    b: {conv2d: {out: {choice: [8, 16]}, groups: {choice: [1, 2, 3]}, kernel: {choice: [3, 4]}}}
    """
)
# Some thousand members; what is dead opens further choices.
LARGE = small(
    """
    a: {conv: 16}
    b: {block: {choice: {fine: conv2d, odd: {conv: {out: 6, groups: 4, kernel: {choice: [1, 3]}}}}}}
    c: {repeat: {min: 1, max: 4}, per_copy: true, conv3d: {out: {choice: [4, 8, 16]}, kernel: {choice: [1, 2, 3]}}}
    e: {from: a, conv: {out: 16, kernel: 3, padding: 0}}
    d: {from: {any_of: [a, b, c, e]}, merge: add, align: none, block: relu}
    """
)


def found_in(space: SearchSpace) -> dict[tuple[str, object], bool]:
    """The dead options, and whether that is certain."""
    valid = profile_space(space, samples=20).valid
    return {(dead.path, dead.option): dead.is_certain for dead in dead_options(space, valid)}


def test_a_small_space_is_looked_at_whole() -> None:
    space = load_text(SMALL)
    assert space.decisions.size().count <= MAX_WHOLE
    assert found_in(space) == {("b.groups", 3): True, ("b.kernel", 4): True}


def test_a_dead_option_is_told_with_its_place_and_an_example() -> None:
    dead = dead_options(load_text(SMALL), ())
    assert str(dead[0].problem()).startswith(
        "space.yaml:8:50: b.groups: 3 gives no network in all 4 members; for example "
        "space.yaml:8:8: b.conv: conv: parameter 'groups': groups 3 does not divide 16 input"
    )


def test_in_a_large_space_options_are_put_into_known_networks() -> None:
    space = load_text(LARGE)
    assert space.decisions.size().count > MAX_WHOLE
    valid = profile_space(space, samples=50).valid
    # A kernel of 2 cannot be padded by half, whichever copy has it; what `odd` opens is not told.
    dead = dead_options(space, valid)
    assert [(d.path, d.option, d.is_certain) for d in dead] == [
        ("b.block", "odd", False),
        ("c.0.kernel", 2, False),
    ]
    assert all(": b.conv:" in d.example or ": c.0.conv:" in d.example for d in dead)


def test_options_of_known_networks_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    space = load_text(
        small("a: {conv: {integer: {min: 1, max: 900}}}\nb: {conv: {choice: [3, 4]}}")
    )
    table = space.decisions
    known = [table.complete({"a.out": n}, keyed_rng("known", n)) for n in range(1, 901)]
    monkeypatch.setattr("nasvid.search.dead_options.lower", None)
    assert dead_options(space, known) == ()


def test_what_breaks_a_constraint_is_not_tried() -> None:
    nodes = (
        "a: {conv: {integer: {min: 1, max: 400}}}\nb: {conv: {out: 8, groups: {choice: [1, 8]}}}"
    )
    # Groups of 8 go with a width of 7 alone, which they do not divide.
    top = "constraints: [{implies: {if: {b.groups: 8}, then: {a.out: 7}}}]"
    assert found_in(load_text(small(nodes))) == {}
    assert found_in(load_text(small(nodes, top=top))) == {("b.groups", 8): False}
