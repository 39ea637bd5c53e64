"""Every mistake of a user: one clear message, exit status 2, no traceback, nothing half-written."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.command_line import REPOSITORY, TINY_SPACE, call, tree, write

SINGLE_FRAME = REPOSITORY / "search_spaces/quickstart_single_frame.yaml"
INLINE = ("--executor", "inline")
BY_PARAMS = ("--evaluate", "tests.user_evaluations:by_params", *INLINE)


@dataclass(frozen=True)
class Desk:
    """A folder with everything that a call needs, for one mistake to be made in it."""

    folder: Path

    @property
    def space(self) -> Path:
        return self.folder / "space.yaml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def run(self) -> Path:
        """A finished run."""
        return self.folder / "finished"

    @property
    def new(self) -> Path:
        """Where something new may be written."""
        return self.folder / "new"

    def change_space(self, old: str, new: str) -> None:
        text = self.space.read_text()
        assert old in text
        self.space.write_text(text.replace(old, new))


Words = tuple[object, ...]


def search(desk: Desk, *more: object) -> Words:
    return ("search", desk.space, "--data", desk.data, "--out", desk.new, *INLINE, *more)


def score(desk: Desk, *more: object) -> Words:
    """A search that needs no data."""
    return ("search", desk.space, "--out", desk.new, *BY_PARAMS, *more)


def evaluate(desk: Desk, path: str) -> Words:
    return ("search", desk.space, "--out", desk.new, "--evaluate", path, *INLINE)


@dataclass(frozen=True)
class Mistake:
    """A call and what is wrong with it.

    Args:
        name: Of the test.
        words: The call.
        messages: What has to be said, in order; `{desk}` stands for the folder.
        prepare: Makes the mistake.
    """

    name: str
    words: Callable[[Desk], Words]
    messages: tuple[str, ...]
    prepare: Callable[[Desk], object] = field(default=lambda desk: None)


@pytest.fixture
def desk(tmp_path: Path, clips: Path, finished_run: Path) -> Desk:
    found = Desk(tmp_path / "desk")
    found.folder.mkdir()
    write(found.space, TINY_SPACE)
    # Links for the videos: no test writes into them.
    found.data.mkdir()
    for path in clips.iterdir():
        if path.is_file():
            shutil.copy(path, found.data)
        elif not path.name.startswith("."):
            shutil.copytree(path, found.data / path.name, copy_function=os.link)
    shutil.copytree(finished_run, found.run)
    text = (found.run / "run.yaml").read_text()
    (found.run / "run.yaml").write_text(text.replace(str(clips), str(found.data)))
    return found


def _replace_video(desk: Desk, content: Callable[[bytes], bytes]) -> None:
    path = desk.data / "val/left/0000.mp4"
    data = path.read_bytes()
    path.unlink()  # it is a link to a file of other tests
    path.write_bytes(content(data))


def _add_row(desk: Desk, split: str, row: str) -> None:
    with (desk.data / f"{split}.csv").open("a") as file:
        file.write(f"{row}\n")


def _damage_ledger(desk: Desk) -> None:
    path = desk.run / "ledger.jsonl"
    lines = path.read_text().splitlines()
    lines[3] = lines[3][:40]
    path.write_text("\n".join(lines) + "\n")


def _file(desk: Desk) -> Path:
    return write(desk.folder / "file", "text\n")


def _fill_new(desk: Desk) -> None:
    desk.new.mkdir()
    write(desk.new / "notes.txt", "mine\n")


FILES = [
    Mistake(
        "missing file",
        lambda desk: ("check", desk.folder / "nothing.yaml"),
        ("{desk}/nothing.yaml:1:1: there is no file '{desk}/nothing.yaml'.",),
    ),
    Mistake(
        "folder as file",
        lambda desk: ("check", desk.data),
        ("error: {desk}/data: is a folder; accepts a .yaml file of the language.",),
    ),
    Mistake("no file at all", lambda desk: ("check",), ("check: got no file",)),
    Mistake(
        "unknown block",
        lambda desk: ("check", desk.space),
        ("{desk}/space.yaml:11:", "no block named 'conv4d'. Did you mean 'conv3d'?"),
        lambda desk: desk.change_space("stem: {conv2d:", "stem: {conv4d:"),
    ),
    Mistake(
        "unknown algorithm",
        lambda desk: ("check", desk.space),
        (
            (
                "{desk}/space.yaml:15:21: search.algorithm: no algorithm named 'ageing_evolution'. "
                "Did you mean 'aging_evolution'?"
            ),
        ),
        lambda desk: desk.change_space("search: {", "search: {algorithm: ageing_evolution, "),
    ),
    Mistake(
        "unknown mutation",
        lambda desk: ("check", desk.space),
        ("{desk}/space.yaml:15:32: search.mutations.resample: no mutation named 'resample'",),
        lambda desk: desk.change_space("search: {", "search: {mutations: {resample: 1.0}, "),
    ),
    Mistake(
        "unknown algorithm in the file below",
        lambda desk: ("check", write(desk.folder / "top.yaml", "version: 1\nspace: space.yaml\n")),
        ("{desk}/space.yaml:15:21: search.algorithm: ",),
        lambda desk: desk.change_space("search: {", "search: {algorithm: ageing, "),
    ),
    Mistake(
        "impossible budget",
        lambda desk: ("check", desk.space),
        (
            (": budget: macs <= 100 is impossible: every member has at least macs "),
            "Raise the limit, or put smaller options into the space.",
        ),
        lambda desk: desk.change_space("macs: 2M", "macs: 100"),
    ),
    Mistake(
        "budget that no sample meets",
        lambda desk: ("check", desk.space),
        (
            "error: {desk}/space.yaml:14:9: budget: ",
            "macs",
            "Raise the limit, or put smaller options into the space.",
        ),
        lambda desk: desk.change_space("macs: 2M", "macs: 10K"),
    ),
    Mistake(
        "architecture above its budget",
        lambda desk: ("check", desk.space),
        ("budget: this architecture is above it: macs ", " > 1,000. Choose a smaller one"),
        lambda desk: (
            desk.change_space("macs: 2M", "macs: 1K"),
            desk.change_space("training:", "choose: {width: 4, body.block: conv2d}\ntraining:"),
        ),
    ),
    Mistake(
        "no valid member",
        lambda desk: ("check", desk.space),
        (
            "none of the 12 members is a valid network; ",
            "For example: ",
            "parameter 'kernel': got 4",
        ),
        lambda desk: desk.change_space("out: =width * 2,", "out: =width * 2, kernel: 4,"),
    ),
    Mistake(
        "block without a file",
        lambda desk: ("check", "--block", "conv4d"),
        ("error: --block: no block named 'conv4d'. Did you mean 'conv3d'?",),
    ),
    Mistake(
        "shape of another form",
        lambda desk: ("check", "--block", "conv2d", "--in", "64x16"),
        ("error: --in: got '64x16'; accepts CxTxHxW, such as 64x16x56x56.",),
    ),
    Mistake(
        "shape of letters",
        lambda desk: ("check", "--block", "conv2d", "--in", "wide"),
        ("error: --in: got 'wide'; accepts CxTxHxW",),
    ),
    Mistake(
        "shape without a block",
        lambda desk: ("check", desk.space, "--in", "3x4x8x8"),
        ("error: --in: got '3x4x8x8' without --block",),
    ),
    Mistake(
        "no classes",
        lambda desk: ("check", desk.space, "--classes", 0),
        ("error: classes: got 0; accepts whole numbers from 1 to 1000000.",),
    ),
    Mistake(
        "clip of another form",
        lambda desk: ("cost", desk.space, "--clip", "32"),
        ("error: clip: got '32'; accepts frames x size, such as 32x256.",),
    ),
    Mistake(
        "clip of a space",
        lambda desk: ("check", desk.space, "--clip", "32x256"),
        ("error: clip: got 32x256 for the space 'tiny'; ", "Set frames and size"),
    ),
    Mistake(
        "wrong norm",
        lambda desk: ("cost", desk.space, "--norm", 3),
        ("error: --norm: got 3; accepts 0, 2 or 5.",),
    ),
    Mistake(
        "training step without clips",
        lambda desk: ("cost", SINGLE_FRAME, "--batch", 0),
        ("error: batch: got 0; accepts at least 1.",),
    ),
    Mistake(
        "optimiser that there is not",
        lambda desk: ("cost", SINGLE_FRAME, "--batch", 8, "--optimizer", "lion"),
        ("error: optimizer: got 'lion'; accepts sgd or adamw.",),
    ),
    Mistake(
        "precision of no training step",
        lambda desk: ("cost", SINGLE_FRAME, "--precision", "bf16"),
        ("error: --precision, --optimizer: are for a training step; give --batch too.",),
    ),
    Mistake(
        "space where an architecture is needed",
        lambda desk: ("diff", desk.space, desk.space),
        ("is a space with something left to choose (width, body.block), and diff needs one",),
    ),
    Mistake(
        "sample into a folder that is not there",
        lambda desk: ("sample", desk.space, "--out", desk.folder / "no/arch.yaml"),
        ("error: {desk}/no/arch.yaml: cannot be written: No such file or directory.",),
    ),
    Mistake(
        "sample below a file",
        lambda desk: ("sample", desk.space, "--out", _file(desk) / "arch.yaml"),
        ("error: {desk}/file/arch.yaml: cannot be written: Not a directory.",),
        _file,
    ),
]

DATA = [
    Mistake(
        "missing folder",
        lambda desk: ("search", desk.space, "--data", desk.folder / "no", "--out", desk.new),
        ("error: {desk}/no: no such data folder or clip list.",),
    ),
    Mistake(
        "no data",
        lambda desk: ("search", desk.space, "--out", desk.new),
        ("error: data: got none; training needs a folder with train.csv and val.csv.",),
    ),
    Mistake(
        "list as folder",
        lambda desk: ("search", desk.space, "--data", desk.data / "train.csv", "--out", desk.new),
        ("error: {desk}/data/train.csv: is a file; accepts a folder with train.csv and val.csv",),
    ),
    Mistake(
        "missing list",
        search,
        ("error: {desk}/data/val.csv: no such clip list; a data folder holds",),
        lambda desk: (desk.data / "val.csv").unlink(),
    ),
    Mistake(
        "bad row",
        search,
        ("error: {desk}/data/train.csv:17: got 'three words here'; accepts `path label`",),
        lambda desk: _add_row(desk, "train", "three words here"),
    ),
    Mistake(
        "unknown class",
        search,
        ("error: {desk}/data/train.csv:17: no class named 'lefd'. Did you mean 'left'?",),
        lambda desk: _add_row(desk, "train", "train/left/0000.mp4 lefd"),
    ),
    Mistake(
        "missing video",
        search,
        ("error: {desk}/data/val.csv:2: no such file: 'val/left/0000.mp4'; looked for ",),
        lambda desk: (desk.data / "val/left/0000.mp4").unlink(),
    ),
    Mistake(
        "truncated video",
        search,
        ("error: {desk}/data/val/left/0000.mp4: cannot be decoded: ", "Replace the file, or take"),
        lambda desk: _replace_video(desk, lambda data: data[: len(data) // 2]),
    ),
    Mistake(
        "empty video",
        search,
        ("error: {desk}/data/val/left/0000.mp4: cannot be decoded: ",),
        lambda desk: _replace_video(desk, lambda data: b""),
    ),
    Mistake(
        "video in two splits",
        search,
        ("error: {desk}/data/train/left/0000.mp4: stands in train.csv and in val.csv; ",),
        lambda desk: _add_row(desk, "val", "train/left/0000.mp4 left"),
    ),
    Mistake(
        "broken video is found by data check",
        lambda desk: ("data", "check", desk.data),
        ("error: {desk}/data/val/left/0000.mp4: cannot be decoded: ",),
        lambda desk: _replace_video(desk, lambda data: data[: len(data) // 2]),
    ),
    Mistake(
        "data show of nothing",
        lambda desk: ("data", "show", desk.folder / "no"),
        ("error: {desk}/no: no such data folder or clip list.",),
    ),
    Mistake(
        "unknown data set",
        lambda desk: ("data", "make", "moving-digit", "--out", desk.new),
        ("error: no data set named 'moving-digit'. Did you mean 'moving-digits'?",),
    ),
    Mistake(
        "unknown setting of a data set",
        lambda desk: ("data", "make", "moving-digits", "--out", desk.new, "--set", "sise=16"),
        ("error: --set sise=16: no setting named 'sise'. Did you mean 'size'?",),
    ),
    Mistake(
        "setting without a value",
        lambda desk: ("data", "make", "moving-digits", "--out", desk.new, "--set", "size"),
        ("error: --set size: got no value; accepts KEY=VALUE.",),
    ),
    Mistake(
        "setting that is no number",
        lambda desk: ("data", "make", "moving-digits", "--out", desk.new, "--set", "size=big"),
        ("error: --set size=big: got 'big'; accepts an integer.",),
    ),
    Mistake(
        "setting out of range",
        lambda desk: ("data", "make", "moving-digits", "--out", desk.new, "--set", "size=15"),
        ("error: moving_digits: size: got 15; accepts even sizes from 16.",),
    ),
    Mistake(
        "data set over other files",
        lambda desk: ("data", "make", "moving-digits", "--out", desk.new),
        ("error: {desk}/new: the folder holds files that are not a data set made here",),
        _fill_new,
    ),
    Mistake(
        "data set below a file",
        lambda desk: ("data", "make", "moving-digits", "--out", desk.folder / "file/data"),
        ("error: {desk}/file/data: the data set cannot be written: ",),
        _file,
    ),
]

SEARCHES = [
    Mistake(
        "run below a file",
        lambda desk: ("search", desk.space, "--out", desk.folder / "file/run", *BY_PARAMS),
        ("error: {desk}/file/run: cannot be written (Not a directory); a run needs a folder",),
        _file,
    ),
    Mistake(
        "run where nobody can write",
        lambda desk: ("search", desk.space, "--out", "/proc/nasvid/run", *BY_PARAMS),
        ("error: /proc/nasvid/run: cannot be written (",),
    ),
    Mistake(
        "folder that holds a run",
        lambda desk: ("search", desk.space, "--out", desk.run, *BY_PARAMS),
        ("error: {desk}/finished: holds a run already. Go on with it by --resume {desk}/finished",),
    ),
    Mistake(
        "folder with other files",
        score,
        ("error: {desk}/new: is not empty; a run needs a new or empty folder.",),
        _fill_new,
    ),
    Mistake(
        "file as run folder",
        lambda desk: ("search", desk.space, "--out", desk.folder / "file", *BY_PARAMS),
        ("error: {desk}/file: is a file; a run needs a new or empty folder.",),
        _file,
    ),
    Mistake(
        "impossible budget",
        score,
        ("budget: macs <= 100 is impossible: every member has at least macs ",),
        lambda desk: desk.change_space("macs: 2M", "macs: 100"),
    ),
    Mistake(
        "no valid member",
        score,
        ("none of the 12 members is a valid network; ",),
        lambda desk: desk.change_space("out: =width * 2,", "out: =width * 2, kernel: 4,"),
    ),
    Mistake(
        "unknown executor",
        lambda desk: ("search", desk.space, "--out", desk.new, "--executor", "rey"),
        ("error: executor: no executor named 'rey'. Did you mean 'ray'?",),
    ),
    Mistake(
        "unknown algorithm",
        lambda desk: score(desk, "--algorithm", "random_serach"),
        ("error: algorithm: no algorithm named 'random_serach'. Did you mean 'random_search'?",),
    ),
    Mistake(
        "settings out of range",
        lambda desk: score(desk, "--candidates", 0, "--population", -3),
        ("error: candidates: got 0; should be", "\npopulation: got -3; should be"),
    ),
    Mistake(
        "negative workers",
        lambda desk: score(desk, "--workers", -1),
        ("error: workers: got -1; accepts counts from 0.",),
    ),
    Mistake(
        "no slots",
        lambda desk: score(desk, "--slots", 0),
        ("error: slots: got 0; accepts counts from 1.",),
    ),
    Mistake(
        "function in two slots",
        lambda desk: score(desk, "--slots", 2),
        ("error: slots: got 2; an evaluate function has its process to itself",),
    ),
    Mistake(
        "unknown device",
        lambda desk: search(desk, "--device", "toaster"),
        ("error: device: got 'toaster'; accepts cpu, cuda or cuda:N.",),
    ),
    Mistake(
        "address without Ray",
        lambda desk: score(desk, "--address", "auto"),
        ("error: address: got 'auto' with the inline executor",),
    ),
    Mistake(
        "function of no form",
        lambda desk: evaluate(desk, "tests/user_evaluations.py"),
        ("error: evaluate: 'tests/user_evaluations.py': is no import path; accepts package.mod",),
    ),
    Mistake(
        "function of no module",
        lambda desk: evaluate(desk, "no_such_module:function"),
        ("error: evaluate: 'no_such_module:function': there is no module 'no_such_module' in ",),
    ),
    Mistake(
        "function that is not there",
        lambda desk: evaluate(desk, "tests.user_evaluations:by_parms"),
        ("error: evaluate: 'tests.user_evaluations:by_parms': 'by_parms' is not there in ",),
    ),
    Mistake(
        "function that is none",
        lambda desk: evaluate(desk, "tests.user_evaluations:not_a_function"),
        ("'not_a_function' is not a function in ",),
    ),
    Mistake(
        "function that takes other arguments",
        lambda desk: evaluate(desk, "tests.user_evaluations:takes_too_little"),
        (
            (
                "error: evaluate: 'tests.user_evaluations:takes_too_little' cannot be called as "
                "evaluate(graph, fidelity=..., seed=..., report=...): "
            ),
            "Define it as def evaluate(graph, *, fidelity, seed, report).",
        ),
    ),
    Mistake(
        "reuse of no run",
        lambda desk: score(desk, "--reuse", desk.data),
        ("error: {desk}/data: the folder holds no run.yaml; accepts the folder of a run",),
    ),
    Mistake(
        "reuse of a run on other data",
        lambda desk: score(desk, "--reuse", desk.run),
        ("its results cannot be taken over: ", "Scores are comparable only where these agree"),
    ),
    Mistake(
        "neither file nor run",
        lambda desk: ("search",),
        ("error: search: got no file; give a search space, or --resume RUN.",),
    ),
]

RUNS = [
    Mistake(
        "resume of no run",
        lambda desk: ("search", "--resume", desk.data),
        ("error: {desk}/data: the folder holds no run.yaml; accepts the folder of a run",),
    ),
    Mistake(
        "resume of nothing",
        lambda desk: ("search", "--resume", desk.folder / "no"),
        ("error: {desk}/no: there is no such folder; accepts the folder of a run",),
    ),
    Mistake(
        "resume with a file",
        lambda desk: ("search", desk.space, "--resume", desk.run),
        ("error: --resume: goes on with the space, data and settings that the run began with",),
    ),
    Mistake(
        "resume with a setting",
        lambda desk: ("search", "--resume", desk.run, "--seed", 0),
        ("error: --resume: goes on with the space, data and settings that the run began with",),
    ),
    Mistake(
        "resume without the data",
        lambda desk: ("search", "--resume", desk.run, *INLINE),
        ("error: {desk}/data: no such data folder or clip list.",),
        lambda desk: shutil.rmtree(desk.data),
    ),
    Mistake(
        "resume with other data",
        lambda desk: ("search", "--resume", desk.run, *INLINE),
        ("its results cannot be taken over: data was ", "restore them, or start a new run."),
        lambda desk: _replace_video(desk, lambda data: data + b"more"),
    ),
    Mistake(
        "damaged ledger",
        lambda desk: ("search", "--resume", desk.run, *INLINE),
        ("error: {desk}/finished/ledger.jsonl:4: ",),
        _damage_ledger,
    ),
    Mistake(
        "damaged ledger, status",
        lambda desk: ("status", desk.run),
        ("error: {desk}/finished/ledger.jsonl:4: ",),
        _damage_ledger,
    ),
    Mistake(
        "settings that are no YAML",
        lambda desk: ("status", desk.run),
        ("{desk}/finished/run.yaml:", "is not YAML"),
        lambda desk: write(desk.run / "run.yaml", "search: [1, 2\n"),
    ),
    Mistake(
        "settings with a part missing",
        lambda desk: ("search", "--resume", desk.run, *INLINE),
        ("error: {desk}/finished/run.yaml: is not the settings file of a run (training: ",),
        lambda desk: write(
            desk.run / "run.yaml",
            (desk.run / "run.yaml").read_text().replace("training:", "trainings:"),
        ),
    ),
    Mistake(
        "settings of another type",
        lambda desk: ("export", desk.run, "--out", desk.new),
        ("error: {desk}/finished/run.yaml: is not the settings file of a run (",),
        lambda desk: write(desk.run / "run.yaml", "version: 1\nsearch: 7\n"),
    ),
    Mistake(
        "settings that are a list",
        lambda desk: ("export", desk.run, "--out", desk.new),
        ("error: {desk}/finished/run.yaml: is not the settings file of a run (",),
        lambda desk: write(desk.run / "run.yaml", "- version: 1\n"),
    ),
    Mistake(
        "status of nothing",
        lambda desk: ("status", desk.folder / "no"),
        ("error: {desk}/no: there is no such folder; accepts the folder of a run",),
    ),
    Mistake(
        "report below a file",
        lambda desk: ("report", desk.run, "--out", desk.folder / "file/page.html"),
        ("error: {desk}/file/page.html: ",),
        _file,
    ),
    Mistake(
        "report with a baseline that is no run",
        lambda desk: ("report", desk.run, "--baseline", desk.data),
        ("error: {desk}/data: the folder holds no run.yaml",),
    ),
    Mistake(
        "report with a reference that is none",
        lambda desk: ("report", desk.run, "--reference", desk.space),
        ("error: {desk}/space.yaml: is not a result.json written by nasvid train",),
    ),
    Mistake(
        "report with a missing reference",
        lambda desk: ("report", desk.run, "--reference", desk.folder / "no.json"),
        ("error: {desk}/no.json: cannot be read: No such file or directory.",),
    ),
    Mistake(
        "export of an unknown candidate",
        lambda desk: ("export", desk.run, "zzz", "--out", desk.new),
        (
            (
                "error: {desk}/finished: no candidate called 'zzz'; accepts best, a job number from "
                "0 to 3, or the beginning of an id."
            ),
        ),
    ),
    Mistake(
        "export of several candidates",
        lambda desk: ("export", desk.run, "g2-", "--out", desk.new),
        ("error: {desk}/finished: 4 candidates called 'g2-'",),
    ),
    Mistake(
        "export over other files",
        lambda desk: ("export", desk.run, "--out", desk.new),
        ("error: {desk}/new: the folder is not empty; accepts a new or empty folder.",),
        _fill_new,
    ),
    Mistake(
        "overwriting what is no export",
        lambda desk: ("export", desk.run, "--out", desk.new, "--overwrite"),
        ("error: {desk}/new: the folder is not empty and no earlier export",),
        _fill_new,
    ),
    Mistake(
        "export below a file",
        lambda desk: ("export", desk.run, "--out", desk.folder / "file/out"),
        ("error: {desk}/file/out: cannot write there: {desk}/file is a file.",),
        _file,
    ),
    Mistake(
        "export without the data",
        lambda desk: ("export", desk.run, "--out", desk.new),
        ("error: {desk}/data: the data folder of the run is gone; put it back, or export without",),
        lambda desk: shutil.rmtree(desk.data),
    ),
    Mistake(
        "training a space",
        lambda desk: ("train", desk.space, "--data", desk.data, "--out", desk.new),
        ("is a space with something left to choose (width, body.block), and train needs one",),
    ),
    Mistake(
        "training without data",
        lambda desk: ("train", desk.space, "--data", desk.folder / "no", "--out", desk.new),
        ("error: {desk}/no: no such data folder or clip list.",),
    ),
]

GROUPS = {"files": FILES, "data": DATA, "searches": SEARCHES, "runs": RUNS}


@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(mistake, id=f"{group}: {mistake.name}")
        for group, mistakes in GROUPS.items()
        for mistake in mistakes
    ],
)
def test_a_mistake_is_told_in_one_message_and_changes_nothing(desk: Desk, mistake: Mistake) -> None:
    mistake.prepare(desk)
    words = mistake.words(desk)
    before = tree(desk.folder)
    called = call(*words)
    assert called.status == 2, called
    assert called.out == ""
    assert "Traceback" not in called.err
    at = 0
    for message in mistake.messages:
        text = message.replace("{desk}", str(desk.folder))
        assert text in called.err[at:], called.err
        at = called.err.index(text, at) + len(text)
    # Decoded frames are derived; a search may leave those of the splits that could be decoded.
    after = {
        name: digest for name, digest in tree(desk.folder).items() if ".nasvid_cache" not in name
    }
    assert after == {name: digest for name, digest in before.items() if ".nasvid_cache" not in name}
    assert not list(desk.folder.rglob("*.partial"))


def test_six_mistakes_of_a_file_are_six_messages(tmp_path: Path) -> None:
    path = write(
        tmp_path / "space.yaml",
        """\
        version: 1
        name: wrong
        inputs:
          rgb: {modality: rbg, frames: 4, size: 16}
        classes: 8
        decisions:
          width: {choices: [4, 8]}
        network:
          nodes:
            stem: {conv2d: {out: =widht, stride: 4}}
            body: {from: stam, block: conv2plus1, out: 8}
          head: {classes: =classes}
        budget: {macs: lots}
        serach: {candidates: 4}
        """,
    )
    called = call("check", path)
    assert called.status == 2
    lines = called.err.splitlines()
    expected = [
        (4, "inputs.rgb.modality: no modality named 'rbg'. Did you mean 'rgb'?"),
        (7, "decisions.width", "'choice'"),
        (10, "stem", "'width'"),
        (11, "body", "'stem'"),
        (11, "body", "'conv2plus1d'"),
        (13, "budget.macs: got 'lots'; accepts a positive count such as 2G, 4.5M or 1000."),
        (14, "no key named 'serach'. Did you mean 'search'?"),
    ]
    assert len(lines) == len(expected), called.err
    for line, (number, *texts) in zip(lines, expected, strict=True):
        assert re.match(re.escape(f"{path}:{number}:") + r"\d+: ", line), line
        assert all(text in line for text in texts), line


@pytest.mark.ray
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("127.0.0.1:1", "error: address: nothing answers at 127.0.0.1:1 ("),
        ("somewhere", "error: address: got 'somewhere'; accepts auto or host:port"),
        ("auto", "error: address: nothing answers at 127.0.0.1:2 ("),
    ],
)
def test_an_address_without_a_cluster_is_told_soon(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, address: str, message: str
) -> None:
    # Else `auto` would be whatever cluster runs on this machine.
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:2")
    before = tree(desk.folder)
    began = time.monotonic()
    evaluation = ("--evaluate", "tests.user_evaluations:by_params")
    called = call(
        "search", desk.space, "--out", desk.new / "run", *evaluation, "--address", address
    )
    assert time.monotonic() - began < 30
    assert called.status == 2
    assert called.err.startswith(message)
    assert "Traceback" not in called.err
    assert tree(desk.folder) == before


def test_a_run_without_the_objective_names_what_it_got(desk: Desk) -> None:
    called = call(*evaluate(desk, "tests.user_evaluations:other_metric"))
    assert called.status == 2
    assert (
        "job 0 came back without the objective 'top1'; its metrics are ['accuracy']" in called.err
    )
    assert "Traceback" not in called.err


def test_an_error_of_a_mistake_in_the_data_leaves_an_empty_folder_empty(desk: Desk) -> None:
    desk.new.mkdir()
    called = call(*search(desk, "--device", "toaster"))
    assert called.status == 2
    assert list(desk.new.iterdir()) == []


def test_an_interrupted_last_record_is_not_lost_silently(desk: Desk) -> None:
    ledger = desk.run / "ledger.jsonl"
    whole = ledger.read_text().splitlines()[:-1]
    ledger.write_text("\n".join(whole) + "\n" + '{"record": "ended", "ho')
    called = call("search", "--resume", desk.run, *INLINE, "--json")
    assert called.status == 0
    assert json.loads(called.out)["state"] == "complete"
    assert f"moved to {ledger}.torn1" in called.err
