"""What every search algorithm keeps to."""

from contextlib import suppress
from typing import Any

import pytest

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Fidelity
from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.history import Result
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.proposal import Job, Origin, Proposal
from nasvid.search.space_view import SpaceView
from tests.search_fakes import TOY_TABLE, toy_settings

SETTINGS = toy_settings()
# Other values than those of most settings that algorithms may read.
OTHERS: dict[str, Any] = {
    "population": 70,
    "tournament": 1,
    "mutations": {"resample_decision": 1.0},
    "mutation_count": (3.0, 3.0),
    "crossover_share": 0.9,
    "crossovers": {"uniform": {"swap": 0.9}},
}


@pytest.fixture(params=list(ALGORITHMS))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def make(name: str, **changes: Any) -> Algorithm:
    settings = toy_settings(**changes) if changes else SETTINGS
    return ALGORITHMS[name](SpaceView(TOY_TABLE), settings)


def result(number: int, evaluation: Evaluation | None = None) -> Result:
    rng = keyed_rng("result", number)
    top1 = rng.random()
    job = Job(
        number=number,
        kind="search",
        genotype=TOY_TABLE.sample(rng),
        graph_id=str(number),
        # What costs more scores more, so that a front has several members.
        cost=Cost(macs=round(1000 * top1 * (1 + rng.random() / 9))),
        origin=Origin("random"),
        fidelity=Fidelity(),
        seed=number,
    )
    return Result(job, evaluation or Evaluation({"top1": top1}))


def proposals(algorithm: Algorithm, first: int = 40) -> list[Proposal]:
    return [algorithm.propose(number, keyed_rng(number)) for number in range(first, first + 20)]


def test_the_first_jobs_are_the_random_draws_that_all_algorithms_share(name: str) -> None:
    algorithm = make(name)
    for number in range(SETTINGS.population):
        algorithm.fold(result(number))
        drawn = TOY_TABLE.sample(keyed_rng("first", number))
        assert algorithm.propose(number, keyed_rng("first", number)).genotype == drawn


def test_it_proposes_members_of_the_space_with_parents_that_exist(name: str) -> None:
    algorithm = make(name)
    for number in range(40):
        algorithm.fold(result(number))
    for proposal in proposals(algorithm):
        assert TOY_TABLE.complete(proposal.genotype.by_path, keyed_rng(0)) == proposal.genotype
        assert all(0 <= parent < 40 for parent in proposal.origin.parents)


def test_proposing_changes_nothing(name: str) -> None:
    algorithm = make(name)
    for number in range(40):
        algorithm.fold(result(number))
    assert proposals(algorithm) == proposals(algorithm)


def test_one_rebuilt_from_the_same_results_goes_on_alike(name: str) -> None:
    asked_often, rebuilt = make(name), make(name)
    for number in range(40):
        asked_often.fold(result(number))
        asked_often.propose(number, keyed_rng(number))
        rebuilt.fold(result(number))
    assert proposals(asked_often) == proposals(rebuilt)


def test_a_failed_candidate_has_no_children(name: str) -> None:
    algorithm = make(name)
    for number in range(40):
        failed = Evaluation(failure=Failure("error", "does not fit"))
        algorithm.fold(result(number, failed if number % 2 else None))
    parents = {parent for p in proposals(algorithm) for parent in p.origin.parents}
    assert not {parent for parent in parents if parent % 2}


def test_it_goes_on_where_every_candidate_failed(name: str) -> None:
    algorithm = make(name)
    for number in range(40):
        algorithm.fold(result(number, Evaluation(failure=Failure("error", "does not fit"))))
    assert {proposal.origin.how for proposal in proposals(algorithm)} == {"random"}


def test_what_it_proposes_in_place_of_one_turned_down_is_another_member(name: str) -> None:
    algorithm = make(name)
    for number in range(40):
        algorithm.fold(result(number))
    for number in range(40, 60):
        former = algorithm.propose(number, keyed_rng(number))
        further = algorithm.further(former, number, keyed_rng("further", number))
        assert further == algorithm.further(former, number, keyed_rng("further", number))
        assert further.genotype != former.genotype
        assert TOY_TABLE.complete(further.genotype.by_path, keyed_rng(0)) == further.genotype
        assert further.origin.parents in (former.origin.parents, ())


def steps(name: str, **changes: Any) -> list[Proposal]:
    """What it proposes, and what in place of that, with other settings."""
    algorithm = make(name, **changes)
    for number in range(15):
        algorithm.fold(result(number))
    found: list[Proposal] = []
    for number in range(40, 50):
        # Several changes may undo one another.
        with suppress(NothingToChangeError):
            found.append(algorithm.propose(number, keyed_rng(number)))
            found.append(algorithm.further(found[-1], number, keyed_rng("further", number)))
    return found


def test_settings_that_it_does_not_read_change_nothing(name: str) -> None:
    ignored = {key: OTHERS[key] for key in OTHERS if key not in ALGORITHMS[name].reads}
    assert steps(name, **ignored) == steps(name)


@pytest.mark.parametrize("setting", OTHERS)
def test_a_setting_that_it_reads_changes_what_it_proposes(name: str, setting: str) -> None:
    if setting not in ALGORITHMS[name].reads:
        return
    # Without a share of crossovers it makes no difference which there are.
    base = {"crossover_share": 0.5} if setting == "crossovers" else {}
    assert steps(name, **base, **{setting: OTHERS[setting]}) != steps(name, **base)
