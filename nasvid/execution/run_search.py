"""One session of a search on a run folder: a new run begins, a stopped one goes on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nasvid.execution.events import SessionStarted, Watcher, ignore
from nasvid.execution.executor import Executor
from nasvid.execution.interrupts import Interrupts
from nasvid.execution.ledger import Ledger
from nasvid.execution.loop import Loop, Outcome, conclude
from nasvid.execution.reuse import Reuse
from nasvid.execution.run_folder import RunFolder
from nasvid.execution.session import check_context, check_search, describe_session, find_changes
from nasvid.search.candidates import Candidates
from nasvid.search.controller import Controller


def run_search(
    folder: RunFolder,
    controller: Controller,
    candidates: Candidates,
    make_executor: Callable[[], Executor],
    *,
    interrupts: Interrupts,
    context: Mapping[str, Any],
    evaluator: Mapping[str, Any] | None = None,
    search: Mapping[str, Any] | None = None,
    reuse_from: Path | None = None,
    watcher: Watcher = ignore,
) -> Outcome:
    """Run a search until it is done or someone stops it.

    Jobs that are in the ledger are taken over as they were proposed, never proposed again; those
    without a result run first.

    Args:
        folder: The run.
        controller: Fresh, with the settings of the run.
        candidates: The same that the controller judges by.
        make_executor: Called once the ledger is in order and there is something to do.
        interrupts: In place; tells whether someone wants to stop.
        context: What makes evaluations comparable, as plain data: digest of the data, recipe,
            custom evaluation.
        evaluator: What the last bits of results depend on, for the record: device, threads.
        search: What the jobs follow from, as plain data: settings, digests of files.
        reuse_from: The ledger of another run whose results are taken over where the same training
            would run again.
        watcher: Is told what happens.
    Raises:
        RunError: The run is in use or damaged, or began under another context or search.
        NasvidError: Nothing can be evaluated.
        KeyboardInterrupt: Someone stopped it before there was any job, or while it began for the
            second time.
    """
    session = describe_session(context, evaluator, search)
    with folder.lock(), Ledger(folder.ledger_file) as ledger:
        content = ledger.content
        former = content.sessions[-1] if content.sessions else None
        if former is not None:
            check_context(str(ledger.path), former, session)
            check_search(str(folder.path), former, session)
        reuse = None if reuse_from is None else Reuse(reuse_from, session)
        with interrupts.breakable():
            controller.restore(content.jobs)
            for number, evaluation in content.evaluations.items():
                controller.tell(number, evaluation)
        ledger.session(session)
        watcher(
            SessionStarted(
                num_finished=len(content.evaluations),
                num_unfinished=len(content.unfinished),
                num_jobs=controller.num_jobs,
                torn=ledger.torn,
                changes=() if former is None else find_changes(former, session),
            )
        )
        if controller.is_done or interrupts.wants_stop:
            outcome = conclude(controller, ledger)
            # A session that was killed after its last result has left no such record.
            ledger.ended(outcome.how, outcome.message)
        else:
            with interrupts.breakable():
                executor = make_executor()
            with executor:
                # Ray puts a handler of SIGTERM in place when it starts.
                interrupts.take_back()
                outcome = Loop(
                    controller,
                    candidates,
                    executor,
                    ledger,
                    interrupts=interrupts,
                    reuse=reuse,
                    watcher=watcher,
                ).run()
    if outcome.how == "stopped" and not content.jobs:
        # Whoever made the folder may want to remove it.
        raise KeyboardInterrupt
    return outcome
