"""Survival by front and room."""

from nasvid.search.survival import Survival


def survivors(count: int, *vectors: tuple[float, ...]) -> list[tuple[int, int]]:
    return [(s.index, s.rank) for s in Survival().survivors(vectors, count)]


def test_better_fronts_survive_first_and_of_the_last_one_those_with_room() -> None:
    front = [(0.0, 9.0), (1.0, 8.0), (1.5, 7.5), (6.0, 3.0), (9.0, 0.0)]
    behind = [(0.0, 1.0), (1.0, 0.0)]
    assert survivors(9, *front, *behind) == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (6, 1)]
    assert survivors(6, *front, *behind)[5:] == [(5, 1)]
    assert [index for index, _ in survivors(3, *front)] == [0, 3, 4]


def test_of_equal_candidates_the_earlier_one_survives() -> None:
    assert survivors(2, *[(1.0, 1.0)] * 4) == [(0, 0), (1, 0)]
