"""Whether a proposal is to be evaluated, and how often a candidate is looked at for that."""

from collections import Counter

from nasvid.core.costs import Cost
from nasvid.core.jobs import Fidelity
from nasvid.graph.ir import Graph
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.search.judge import REPEAT, Judge
from nasvid.search.proposal import Job, Origin
from nasvid.spec.decision import Decision
from nasvid.spec.decisions import DecisionTable, Genotype

TABLE = DecisionTable([Decision("width", "choice", tuple(range(9)))])


class Halves(Candidates):
    """Two widths are one graph; 8 is too large. Counts who is looked at."""

    def __init__(self) -> None:
        self.counts: Counter[object] = Counter()

    def prepare(self, genotype: Genotype) -> Prepared | Rejection:
        width = genotype["width"]
        self.counts[width] += 1
        if width == 8:
            return Rejection("budget.macs")
        return Prepared(genotype, str(int(str(width)) // 2), Cost(), Graph((), (), ()))


def of(width: int) -> Genotype:
    return Genotype.from_json({"width": width})


def take(judge: Judge, width: int) -> None:
    assert isinstance(judge.take(of(width)), Prepared)


def test_a_job_is_known_by_its_decisions_and_by_its_graph() -> None:
    candidates = Halves()
    judge = Judge(candidates, TABLE)
    take(judge, 2)
    assert judge.take(of(2)) is REPEAT
    assert judge.take(of(3)) is REPEAT
    assert [judge.is_taken(of(width)) for width in (2, 3, 4)] == [True, False, False]
    assert [judge.identify(of(width)) for width in (2, 3, 4, 8)] == ["1", "1", "2", None]
    assert len(judge.known) == 2


def test_what_is_no_candidate_is_looked_at_once() -> None:
    candidates = Halves()
    judge = Judge(candidates, TABLE)
    for _ in range(3):
        verdict = judge.take(of(8))
        assert isinstance(verdict, Rejection)
        assert verdict.reason == "budget.macs"
        assert judge.identify(of(8)) is None
    assert candidates.counts == {8: 1}


def test_a_child_and_its_parent_are_looked_at_once_while_they_are_compared() -> None:
    candidates = Halves()
    judge = Judge(candidates, TABLE)
    parent, child = of(4), of(6)
    for _ in range(5):
        assert judge.identify(child) != judge.identify(parent)
    assert isinstance(judge.take(child), Prepared)
    assert candidates.counts == {4: 1, 6: 1}


def test_who_is_only_looked_at_is_no_job_yet() -> None:
    judge = Judge(Halves(), TABLE)
    assert isinstance(judge.look(of(2)), Prepared)
    assert not judge.is_taken(of(2))
    assert isinstance(judge.look(of(8)), Rejection)
    assert judge.known == {TABLE.key(of(8)): Rejection("budget.macs")}
    take(judge, 2)


def test_a_job_of_an_earlier_session_is_not_taken_again() -> None:
    judge = Judge(Halves(), TABLE)
    job = Job(0, "search", of(2), "1", Cost(), Origin("random"), Fidelity(), 0)
    judge.restore(job)
    assert judge.is_taken(of(2))
    assert judge.take(of(3)) is REPEAT


def test_who_has_the_values_of_a_job_is_taken_though_it_was_asked_for_before() -> None:
    judge = Judge(Halves(), TABLE)
    before, job = of(2), of(2)
    assert [judge.identify(genotype) for genotype in (before, job)] == ["1", "1"]
    assert isinstance(judge.take(job), Prepared)
    assert judge.is_taken(before)
