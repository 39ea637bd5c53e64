"""The best of a few members: as often as if they were drawn and compared."""

from collections import Counter
from typing import cast

import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.space_view import Parent
from nasvid.search.tournament import Tournament

DRAWS = 20_000


def member(name: str) -> Parent:
    # Nothing is looked at but who it is.
    return cast("Parent", [name])


def tournament(scores: list[float], size: int) -> tuple[Tournament, list[Parent]]:
    made = Tournament(size)
    members = [member(f"m{k}") for k in range(len(scores))]
    for score, one in zip(scores, members, strict=True):
        made.add(score, one)
    return made, members


def wins(scores: list[float], size: int) -> list[float]:
    """How often each member wins."""
    made, members = tournament(scores, size)
    rng = keyed_rng("tournament", size)
    found = Counter(id(made.winner(rng)) for _ in range(DRAWS))
    return [found[id(one)] / DRAWS for one in members]


def compared(scores: list[float], size: int) -> list[float]:
    """The same where as many are drawn as compete, and the first one drawn wins a tie."""
    rng = keyed_rng("compared", size)
    found = Counter(
        max((int(rng.random() * len(scores)) for _ in range(size)), key=scores.__getitem__)
        for _ in range(DRAWS)
    )
    return [found[k] / DRAWS for k in range(len(scores))]


@pytest.mark.parametrize("size", [1, 2, 5, 30])
@pytest.mark.parametrize(
    "scores", [[0.3, 0.1, 0.2, 0.5], [1.0, 2.0, 2.0, 0.0, 2.0], [1.0] * 3, [1.0]]
)
def test_each_member_wins_as_often_as_if_they_were_compared(scores: list[float], size: int) -> None:
    assert wins(scores, size) == pytest.approx(compared(scores, size), abs=0.02)


def test_one_that_was_removed_wins_no_more_though_others_have_its_score() -> None:
    made, members = tournament([1.0, 1.0, 1.0, 0.0], 3)
    made.remove(1.0, members[1])
    rng = keyed_rng(0)
    assert {id(made.winner(rng)) for _ in range(500)} == {id(members[k]) for k in (0, 2, 3)}
    assert len(made) == 3


def test_of_the_worst_the_oldest_goes() -> None:
    made, members = tournament([1.0, 0.5, 0.5, 2.0], 1)
    made.remove_worst()
    rng = keyed_rng(0)
    assert {id(made.winner(rng)) for _ in range(500)} == {id(members[k]) for k in (0, 2, 3)}


def test_the_largest_number_that_can_be_drawn_is_the_best_member() -> None:
    made, members = tournament([1.0, 3.0, 2.0], 10)
    rng = keyed_rng(0)
    rng.random = lambda: 1 - 2**-53
    assert made.winner(rng) is members[1]
