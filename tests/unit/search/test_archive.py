"""The front of all candidates so far."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity
from nasvid.search.archive import Archive, Candidate, Member, Vector, room_on_front
from nasvid.search.history import Result
from nasvid.search.pareto import non_dominated
from nasvid.search.proposal import Job, Origin
from nasvid.spec.decisions import Genotype


def make_result(number: int) -> Result:
    job = Job(
        number=number,
        kind="search",
        genotype=Genotype(()),
        graph_id=str(number),
        cost=Cost(),
        origin=Origin("random"),
        fidelity=Fidelity(),
        seed=0,
    )
    return Result(job, Evaluation({"top1": 0.5}))


def made(number: int, vector: Vector) -> Member:
    return Member(Candidate(make_result(number)), vector)


def archive_of(vectors: Sequence[Vector]) -> Archive:
    archive = Archive()
    for number, vector in enumerate(vectors):
        archive.add(made(number, vector))
    return archive


def vectors_of(num_objectives: int) -> st.SearchStrategy[list[Vector]]:
    values = st.integers(0, 6).map(float)
    return st.lists(st.tuples(*[values] * num_objectives), max_size=40)


@given(st.one_of(*map(vectors_of, (1, 2, 3, 4))))
def test_it_holds_what_no_other_vector_dominates_and_of_equals_the_first(
    vectors: list[Vector],
) -> None:
    members = archive_of(vectors).members
    assert sorted(member.candidate.result.job.number for member in members) == non_dominated(
        vectors
    )
    assert [member.vector for member in members] == sorted(member.vector for member in members)
    assert all(vectors[member.candidate.result.job.number] == member.vector for member in members)


def test_it_tells_who_is_not_on_the_front_now() -> None:
    archive = Archive()
    vectors = [(1.0, 1.0), (1.0, 1.0), (0.5, 1.0), (0.5, 2.0), (3.0, 3.0)]
    left = [archive.add(made(number, vector)) for number, vector in enumerate(vectors)]
    numbers = [[member.candidate.result.job.number for member in members] for members in left]
    assert numbers == [[], [1], [2], [], [0, 3]]
    assert [member.candidate.result.job.number for member in archive.members] == [4]


def test_the_room_of_a_member_is_how_far_apart_its_neighbours_are() -> None:
    archive = archive_of([(0.0, 4.0), (2.0, 1.0), (4.0, 0.0)])
    assert [member.room for member in archive.members] == [2.0, 2.0, 2.0]
    archive.add(made(3, (1.0, 3.0)))
    assert [member.room for member in archive.members] == [2.0, 1.25, 1.5, 2.0]


@pytest.mark.parametrize("vectors", [[], [(1.0, 2.0)], [(1.0,)], [(1.0, 2.0), (2.0, 1.0)]])
def test_the_ends_of_a_front_have_the_most_room(vectors: list[Vector]) -> None:
    assert room_on_front(vectors) == [float(len(vector)) for vector in vectors]


def test_an_objective_that_is_equal_over_the_front_gives_no_room() -> None:
    front = [(0.0, 5.0, 3.0), (1.0, 5.0, 2.0), (2.0, 5.0, 1.0), (3.0, 5.0, 0.0)]
    assert room_on_front(front)[1:3] == pytest.approx([4 / 3, 4 / 3])


@given(st.one_of(*map(vectors_of, (1, 2, 3, 4))))
def test_who_is_reached_changes_no_archive(vectors: list[Vector]) -> None:
    archive = Archive()
    for number, vector in enumerate(vectors):
        before = list(archive.members)
        is_reached = archive.reaches(vector)
        archive.add(made(number, vector))
        assert is_reached == (list(archive.members) == before)


def test_members_are_ranked_by_their_promise_whatever_happened_before() -> None:
    vectors = [(0.0, 9.0), (1.0, 7.0), (2.0, 6.5), (3.0, 4.0), (4.0, 0.0)]
    archive = archive_of(vectors)
    promises, members = archive.ranks()
    assert promises == sorted(promises) == [member.promise for member in members]
    best = members[-1]
    for _ in range(9):
        best.has_child()
        assert archive.ranks()[0] == sorted(member.promise for member in members)
    promises, members = archive.ranks()
    assert members[0] is best
    assert promises == sorted(promises)
    archive.add(made(9, (5.0, -1.0)))
    assert len(archive.ranks()[1]) == 6


@given(st.one_of(*map(vectors_of, (1, 2, 3, 4))))
def test_what_the_front_behind_reaches_the_front_reaches_too(vectors: list[Vector]) -> None:
    front, behind = Archive(), Archive()
    for number, vector in enumerate(vectors):
        assert not behind.reaches(vector) or front.reaches(vector)
        for fallen in front.add(made(number, vector)):
            behind.add(fallen)


def test_children_are_counted_where_they_failed_too_and_change_the_ranks_of_a_front() -> None:
    archive = archive_of([(0.0, 4.0), (2.0, 1.0), (4.0, 0.0)])
    member = archive.members[0]
    candidate, child = member.candidate, Candidate(make_result(3))
    candidate.has_child(child)
    assert (member.num_children, candidate.children) == (0, [child])
    candidate.member = member
    ranks = archive.ranks()
    candidate.has_child(None)
    assert (member.num_children, candidate.children) == (1, [child])
    assert member.promise == member.room / 2
    assert archive.ranks() is not ranks


def test_a_candidate_is_one_parent_for_all_its_children() -> None:
    candidate = Candidate(make_result(5))
    parent = candidate.parent()
    assert (parent.numbers, parent.graph_id) == ((5,), "5")
    assert candidate.parent() is parent
