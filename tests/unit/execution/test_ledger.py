from collections.abc import Callable
from pathlib import Path

import pytest

from nasvid.core.errors import RunError
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.execution.ledger import Ledger, read_ledger
from nasvid.execution.session import describe_session
from nasvid.search.proposal import Job
from tests.search_fakes import toy_controller


def make_jobs(count: int) -> list[Job]:
    controller = toy_controller()
    jobs = [controller.ask() for _ in range(count)]
    return [job for job in jobs if job is not None]


def write(path: Path) -> list[Job]:
    """Three jobs, of which job 1 is finished and job 2 was preempted."""
    jobs = make_jobs(3)
    with Ledger(path) as ledger:
        ledger.session(describe_session({"data": "abc"}))
        for job in jobs:
            ledger.proposed(job)
        ledger.finished(1, Evaluation({"top1": 0.5}), reused_from={"run": "other", "job": 4})
        ledger.preempted(2, "gone")
    return jobs


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def test_what_was_written_is_read_back(path: Path) -> None:
    jobs = write(path)
    content = read_ledger(path)
    assert content.jobs == jobs
    assert content.evaluations == {1: Evaluation({"top1": 0.5})}
    assert content.reused_from == {1: {"run": "other", "job": 4}}
    assert content.preemptions == {2: 1}
    assert [job.number for job in content.unfinished] == [0, 2]
    assert [result.job.number for result in content.results] == [1]
    assert content.sessions[0]["context"] == {"data": "abc"}
    assert content.ended is None


def test_a_second_session_appends(path: Path) -> None:
    write(path)
    before = path.read_bytes()
    with Ledger(path) as ledger:
        ledger.session(describe_session({"data": "abc"}))
        ledger.finished(0, Evaluation(failure=Failure("error", "does not fit", "Traceback")))
        ledger.ended("stopped", "by hand")
    assert path.read_bytes().startswith(before)
    content = read_ledger(path)
    assert content.evaluations[0].failure == Failure("error", "does not fit", "Traceback")
    assert content.ended is not None
    assert content.ended["how"] == "stopped"


def test_every_record_is_on_disk_before_it_counts(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    with Ledger(path) as ledger:
        monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(path.stat().st_size))
        ledger.session(describe_session({}))
        ledger.proposed(make_jobs(1)[0])
    assert len(synced) == 2
    assert synced[-1] == path.stat().st_size


@pytest.mark.parametrize("kept", [1, 40, -2])
def test_a_line_that_a_killed_process_left_unfinished_is_moved_aside(path: Path, kept: int) -> None:
    write(path)
    lines = path.read_bytes().splitlines(keepends=True)
    torn = lines[-1][:kept]
    path.write_bytes(b"".join(lines[:-1]) + torn)
    assert read_ledger(path).preemptions == {}
    with Ledger(path) as ledger:
        assert ledger.torn is not None
        assert ledger.torn.name == "ledger.jsonl.torn1"
        assert ledger.torn.read_bytes() == torn
        ledger.preempted(2, "gone again")
    assert path.read_bytes().startswith(b"".join(lines[:-1]))
    assert read_ledger(path).preemptions == {2: 1}


def test_a_last_record_that_lacks_its_line_end_only_is_kept(path: Path) -> None:
    write(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with Ledger(path) as ledger:
        assert ledger.torn is None
        ledger.preempted(2, "gone again")
    assert path.read_bytes().startswith(whole)
    assert read_ledger(path).preemptions == {2: 2}


def break_json(lines: list[bytes]) -> None:
    lines[1] = b'{"record": "propo\n'


def leave_out_a_job(lines: list[bytes]) -> None:
    del lines[1]


def finish_twice(lines: list[bytes]) -> None:
    lines.insert(1, lines[4])


def name_an_unknown_record(lines: list[bytes]) -> None:
    lines[1] = b'{"record": "promoted"}\n'


def descend_from_a_later_job(lines: list[bytes]) -> None:
    assert b'"parents":[]' in lines[1]
    lines[1] = lines[1].replace(b'"parents":[]', b'"parents":[7]')


def write_a_list(lines: list[bytes]) -> None:
    lines[1] = b"[1, 2]\n"


def use_a_later_format(lines: list[bytes]) -> None:
    lines[1] = lines[0].replace(b'"format":2', b'"format":3')


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (break_json, "propo"),
        (leave_out_a_job, "job 1 where job 0 was due"),
        (finish_twice, "job 1 was not proposed"),
        (name_an_unknown_record, "no record named 'promoted'"),
        (descend_from_a_later_job, "job 0 descends from job 7, which is none before it"),
        (write_a_list, "each line is one record"),
        (use_a_later_format, "ledger format 3; this version reads 2"),
    ],
)
def test_a_damaged_line_is_named_and_nothing_is_written(
    path: Path, damage: Callable[[list[bytes]], None], text: str
) -> None:
    write(path)
    lines = path.read_bytes().splitlines(keepends=True)
    damage(lines)
    path.write_bytes(b"".join(lines))
    for attempt in (Ledger, read_ledger):
        with pytest.raises(RunError) as error:
            attempt(path)
        assert str(error.value).startswith(f"{path}:2: got ")
        assert text in str(error.value)
        assert "restore it from a copy" in str(error.value)
    assert path.read_bytes() == b"".join(lines)


def test_a_full_disk_is_told_as_such(path: Path) -> None:
    with Ledger(path) as ledger:
        full = Path("/dev/full").open("ab", buffering=0)  # noqa: SIM115 - the ledger closes it
        ledger.close()
        ledger._file = full
        with pytest.raises(RunError, match=r"cannot be written \(No space left on device\)"):
            ledger.session(describe_session({}))


def test_a_missing_ledger_is_told_as_such(path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        read_ledger(path)
