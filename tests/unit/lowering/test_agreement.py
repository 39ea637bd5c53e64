"""The decisions that a file is found to have are those that lowering asks for."""

from pathlib import Path
from typing import Any

import pytest

from nasvid.core.errors import SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.lowering.lower import lower
from nasvid.lowering.memo import Memo
from nasvid.lowering.values import Values
from nasvid.spec.search_space import SearchSpace
from tests.rich_spaces import RICH
from tests.spaces import load_text, read

SPACES = Path(__file__).parents[3] / "search_spaces"
TEXTS = RICH | {path.stem: read(path) for path in SPACES.glob("*.yaml")}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """All addresses that lowering asks for; nothing is taken from the memo."""
    found: set[str] = set()
    ask: Any = Values._chosen_at

    def record(self: Values, at: str, place: Any) -> Any:
        found.add(at)
        return ask(self, at, place)

    monkeypatch.setattr(Values, "_chosen_at", record)
    monkeypatch.setattr(Memo, "body", lambda self, key: None)
    return found


def lower_samples(space: SearchSpace, number: int) -> int:
    """Lower some members; returns how many are networks."""
    num_valid = 0
    errors: list[SpaceError] = []
    for k in range(number):
        genotype = space.decisions.sample(keyed_rng("agreement", k))
        try:
            lower(space, genotype)
            num_valid += 1
        except SpaceError as error:
            errors.append(error)
    assert not [error for error in errors if "the genotype" in str(error)]
    assert all(problem.mark.file in space.texts for e in errors for problem in e.problems)
    return num_valid


@pytest.mark.parametrize("name", TEXTS)
def test_every_member_is_a_network_or_told_to_be_none(name: str) -> None:
    space = load_text(TEXTS[name])
    assert lower_samples(space, 12) > 4


@pytest.mark.parametrize("name", RICH)
def test_lowering_asks_for_every_decision_in_some_member(name: str, asked: set[str]) -> None:
    space = load_text(RICH[name])
    lower_samples(space, 400)
    assert asked == set(space.decisions.by_path)


@pytest.mark.parametrize("name", RICH)
def test_what_has_been_lowered_before_does_not_change_what_comes_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = load_text(RICH[name])
    genotypes = [space.decisions.sample(keyed_rng("memo", k)) for k in range(40)]

    def graphs() -> list[object]:
        found: list[object] = []
        for genotype in genotypes:
            try:
                found.append(lower(space, genotype).graph.to_json())
            except SpaceError as error:
                found.append(str(error))
        return found

    first, second = graphs(), graphs()
    monkeypatch.setattr(Memo, "body", lambda self, key: None)
    assert graphs() == first == second
