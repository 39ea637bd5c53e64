import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

from nasvid.core.errors import RunError
from nasvid.core.evaluations import Evaluation
from nasvid.execution.events import JobFinished, SessionStarted
from nasvid.execution.ledger import Ledger
from nasvid.execution.run_folder import RunFolder
from nasvid.report.tensorboard import TensorBoardWatcher, rebuild
from nasvid.search.objectives import Objectives
from nasvid.search.proposal import Job
from tests.unit.report.synthetic_runs import Step, complete_steps, make_job, scored, write_run

START = SessionStarted(num_finished=0, num_unfinished=0, num_jobs=4, torn=None, changes=())
TOP1 = Objectives("top1")
Points = dict[str, list[tuple[int, float]]]


def read(path: Path) -> Points:
    found: Points = {}
    for event in LegacyEventFileLoader(str(path)).Load():
        for value in event.summary.value:
            points = found.setdefault(value.tag, [])
            points.append((event.step, round(value.simple_value, 6)))
    return found


def test_scalars_are_rebuilt_in_job_order(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", complete_steps())
    points = read(rebuild(folder, TOP1))
    assert points["val/top1"] == [(0, 0.25), (2, 0.75), (3, 0.5)]
    assert points["best/top1"] == [(0, 0.25), (1, 0.25), (2, 0.75), (3, 0.75)]
    assert points["finalist/top1"] == [(4, 0.7), (5, 0.65)]
    assert points["test/top1"] == [(6, 0.6)]
    assert points["cost/macs"][:4] == [(0, 50.0), (1, 100.0), (2, 200.0), (3, 300.0)]
    assert points["search/failed"][:3] == [(0, 0.0), (1, 1.0), (2, 1.0)]


def test_only_candidates_that_led_show_their_epochs(tmp_path: Path) -> None:
    points = read(rebuild(write_run(tmp_path / "run", complete_steps()), TOP1))
    epochs = {tag: found for tag, found in points.items() if tag.startswith("epochs")}
    assert epochs == {"epochs_of_job_2/loss": [(1, 2.0), (2, 1.0)]}


def test_the_best_is_the_mean_of_the_leading_candidate(tmp_path: Path) -> None:
    again = make_job(1, kind="repeat", repeat=1, graph_id=make_job(0).graph_id)
    steps = [
        Step(make_job(0), scored(0.75)),
        Step(again, scored(0.25)),
        Step(make_job(2), scored(0.625)),
    ]
    points = read(rebuild(write_run(tmp_path / "run", steps), TOP1))
    assert points["best/top1"] == [(0, 0.75), (1, 0.5), (2, 0.625)]


def test_rebuilding_over_a_longer_file_leaves_nothing_of_it(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", complete_steps())
    path = rebuild(folder, TOP1)
    whole = path.read_bytes()
    path.write_bytes(whole + b"left over" * 1000)
    assert rebuild(folder, TOP1).read_bytes() == whole


def test_jobs_behind_a_gap_are_rebuilt_too(tmp_path: Path) -> None:
    steps = [Step(make_job(0), None), Step(make_job(1), scored(0.5))]
    folder = write_run(tmp_path / "run", steps, ended="stopped")
    assert read(rebuild(folder, TOP1))["val/top1"] == [(1, 0.5)]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[RunFolder, Ledger]]:
    folder = write_run(tmp_path / "run", [], ended="")
    with Ledger(folder.ledger_file) as ledger:
        yield folder, ledger


def finish(ledger: Ledger, job: Job, evaluation: Evaluation) -> JobFinished:
    ledger.finished(job.number, evaluation)
    return JobFinished(job, evaluation, None, 1, 4)


def test_a_search_that_is_watched_leaves_what_a_rebuild_would(
    live: tuple[RunFolder, Ledger],
) -> None:
    folder, ledger = live
    jobs = [make_job(0), make_job(1), make_job(2)]
    for job in jobs:
        ledger.proposed(job)
    path = folder.tensorboard_folder / "events.out.tfevents.0.nasvid"
    with TensorBoardWatcher(folder, TOP1) as watcher:
        watcher(START)
        watcher(finish(ledger, jobs[1], scored(0.9)))
        assert "val/top1" not in read(path)
        watcher(finish(ledger, jobs[0], scored(0.5)))
        assert read(path)["best/top1"] == [(0, 0.5), (1, 0.9)]
        watcher(finish(ledger, jobs[2], scored(0.7)))
    watched = read(path)
    assert read(rebuild(folder, TOP1)) == watched


def test_a_resumed_search_goes_on_with_what_earlier_sessions_left(
    live: tuple[RunFolder, Ledger],
) -> None:
    folder, ledger = live
    first, second = make_job(0), make_job(1)
    ledger.proposed(first)
    ledger.proposed(second)
    finish(ledger, first, scored(0.5))
    with TensorBoardWatcher(folder, TOP1) as watcher:
        watcher(START)
        watcher(finish(ledger, second, scored(0.4)))
    path = folder.tensorboard_folder / "events.out.tfevents.0.nasvid"
    assert read(path)["val/top1"] == [(0, 0.5), (1, 0.4)]


def test_trouble_with_the_scalars_is_told_once_and_does_not_stop_the_search(
    live: tuple[RunFolder, Ledger], caplog: pytest.LogCaptureFixture
) -> None:
    folder, ledger = live
    folder.tensorboard_folder.write_text("a file where the folder would be")
    watcher = TensorBoardWatcher(folder, TOP1)
    watcher(START)
    job = make_job(0)
    ledger.proposed(job)
    watcher(finish(ledger, job, scored(0.5)))
    assert len(caplog.messages) == 1
    assert "TensorBoard scalars are no longer written" in caplog.messages[0]


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_run(tmp_path / "run", complete_steps())
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    with pytest.raises(RunError, match=r"pip install 'nasvid\[report\]'"):
        rebuild(folder, TOP1)


@pytest.mark.slow
def test_reports_are_written_without_torch(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", complete_steps())
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from nasvid.execution.run_folder import RunFolder\n"
        "from nasvid.report.html import write_report\n"
        "from nasvid.report.read_run import read_run\n"
        "from nasvid.report.tensorboard import rebuild\n"
        "from nasvid.search.objectives import Objectives\n"
        "folder = RunFolder.open(Path(sys.argv[1]))\n"
        "rebuild(folder, Objectives('top1'))\n"
        "write_report(read_run(folder), folder.path / 'report.html')\n"
        "assert not {'torch', 'tensorflow', 'ray'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(folder.path)], check=True)
