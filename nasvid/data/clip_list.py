"""Clip lists: which videos there are and what they show.

A clip list is a CSV of `path label` rows, separated by a space, a tab or a comma; paths and labels
with spaces or commas stand in double quotes. Paths are absolute or relative to the folder of the
list. A label is an integer from 0, or a name that stands in `classes.txt` beside the list (one
name per line; line 1 is class 0). A first row `path label` is a header.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path

from nasvid.core.errors import DataError
from nasvid.core.registry import unknown_name

SPLITS = ("train", "val", "test")
MAX_CLASSES = 100_000
MAX_PROBLEMS_SHOWN = 100

_ROW = re.compile(
    r"""\s*(?:
        ("[^"]*"|[^,"]+?)\s*,\s*("[^"]*"|[^,"]+?)   # path,label
      | ("[^"]*"|[^\s,"]+)\s+("[^"]*"|[^\s,"]+)     # path label
    )\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class ClipList:
    """The videos of one split and their classes.

    Args:
        source: The CSV.
        paths: One file per video.
        labels: Class of each video, from 0.
        class_names: One per class; the number of the class where there is no `classes.txt`.
    """

    source: Path
    paths: tuple[Path, ...]
    labels: tuple[int, ...]
    class_names: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where the CSV stands."""
        return self.source.parent

    @property
    def num_classes(self) -> int:
        """Classes of all splits, also those that this split does not show."""
        return len(self.class_names)

    def __len__(self) -> int:
        return len(self.paths)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    path: str
    label: str


def split_csv(source: Path, split: str) -> Path:
    """The clip list of a split.

    Args:
        source: A folder with `train.csv`, `val.csv` and `test.csv`, or one CSV. A CSV is taken for
            any split, unless it is named after another one.
        split: `train`, `val` or `test`.
    Raises:
        DataError: There is no such list.
    """
    if source.is_dir():
        csv = source / f"{split}.csv"
        if not csv.is_file():
            raise DataError(
                f"{csv}: no such clip list; a data folder holds train.csv, val.csv and test.csv "
                "with one `path label` per row."
            )
        return csv
    if not source.is_file():
        raise DataError(
            f"{source}: no such data folder or clip list. "
            "`nasvid data make moving-digits --out DIR` makes a data folder to try things with."
        )
    if source.stem in SPLITS and source.stem != split:
        raise DataError(
            f"{source}: got the list of the {source.stem} split where the {split} split is needed; "
            f"give the folder that holds {source.stem}.csv and {split}.csv."
        )
    return source


def read_clip_list(csv_path: Path) -> ClipList:
    """Read and check a clip list.

    Raises:
        DataError: With all that is wrong, one line each: rows that cannot be read, files that are
            missing, labels that are negative or unknown, no rows at all.
    """
    rows, problems = _read_rows(csv_path)
    names = _read_class_names(csv_path.parent / "classes.txt")
    seen: dict[str, _Row] = {}
    paths: list[Path] = []
    labels: list[int] = []
    for row in rows:
        path = csv_path.parent / row.path
        label, label_problem = _label_of(row.label, names)
        first = seen.setdefault(row.path, row)
        if not _is_file(path):
            problems.append((row.line, f"no such file: {row.path!r}; looked for {path}."))
        if label_problem:
            problems.append((row.line, label_problem))
        elif first.label != row.label:
            problems.append(
                (row.line, f"{row.path!r} has label {first.label!r} on line {first.line} already.")
            )
        paths.append(path)
        labels.append(label)
    if not rows and not problems:
        problems.append((1, "the clip list is empty; it needs at least one row `path label`."))
    _raise_all(csv_path, problems)
    if names is None:
        largest = max(labels + [label for csv in _siblings(csv_path) for label in _integers(csv)])
        names = {str(label): label for label in range(largest + 1)}
    return ClipList(csv_path, tuple(paths), tuple(labels), tuple(names))


def read_splits(folder: Path) -> dict[str, ClipList]:
    """The clip lists that a data folder has, by split.

    Raises:
        DataError: None of them is there, one is wrong, or a video is in two of them.
    """
    found = {split: folder / f"{split}.csv" for split in SPLITS}
    lists = {split: read_clip_list(csv) for split, csv in found.items() if csv.is_file()}
    if not lists:
        split_csv(folder, "train")  # says what is missing
    owners: dict[str, str] = {}
    shared: list[str] = []
    for split, clips in lists.items():
        for path in map(normpath, clips.paths):
            owner = owners.setdefault(path, split)
            if owner != split:
                shared.append(
                    f"{path}: stands in {owner}.csv and in {split}.csv; scores on a video that was "
                    "trained on mean nothing. Take it out of one of them."
                )
    if shared:
        raise DataError(_joined(shared))
    return lists


def _read_rows(csv_path: Path) -> tuple[list[_Row], list[tuple[int, str]]]:
    rows: list[_Row] = []
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(_read_bytes(csv_path).removeprefix(b"\xef\xbb\xbf").splitlines()):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            problems.append((number + 1, "the row is not UTF-8 text; save the list as UTF-8."))
            continue
        if not text.strip():
            continue
        match = _ROW.fullmatch(text)
        if match is None:
            message = (
                f"got {_shortened(text)}; accepts `path label` or `path,label`. "
                "Put paths and labels with spaces or commas in double quotes."
            )
            problems.append((number + 1, message))
            continue
        path, label = (field.strip('"') for field in match.groups() if field is not None)
        if number == 0 and (path, label) == ("path", "label"):
            continue
        rows.append(_Row(number + 1, path, label))
    return rows, problems


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.") from error


def _read_class_names(path: Path) -> dict[str, int] | None:
    """Name to label; None where there is no such file."""
    if not path.is_file():
        return None
    try:
        lines = _read_bytes(path).decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from error
    names: dict[str, int] = {}
    problems: list[tuple[int, str]] = []
    for number, name in enumerate(line.strip() for line in "\n".join(lines).rstrip().split("\n")):
        if not name:
            problems.append((number + 1, "the line is empty; every line names one class."))
        elif name in names:
            problems.append((number + 1, f"{name!r} is named on line {names[name] + 1} already."))
        names.setdefault(name, number)
    _raise_all(path, problems)
    return names


def _label_of(text: str, names: Mapping[str, int] | None) -> tuple[int, str]:
    """The label and what is wrong with it, if anything; an integer is always a number."""
    num_classes = MAX_CLASSES if names is None else len(names)
    try:
        label = int(text)
    except ValueError:
        if names is None:
            return 0, (
                f"got label {text!r}, and there is no classes.txt beside the list; write one class "
                "name per line there, or use integers from 0 as labels."
            )
        if text in names:
            return names[text], ""
        return 0, f"{unknown_name('class', text, names)} The classes stand in classes.txt."
    if not 0 <= label < num_classes:
        return 0, f"got label {label}; accepts integers from 0 to {num_classes - 1}."
    return label, ""


def _siblings(csv_path: Path) -> Iterator[Path]:
    """The lists of the other splits, whose labels count too."""
    if csv_path.stem in SPLITS:
        csvs = (csv_path.with_name(f"{split}.csv") for split in SPLITS)
        yield from (csv for csv in csvs if csv != csv_path and csv.is_file())


def _integers(csv_path: Path) -> Iterator[int]:
    """The labels of another split; what is wrong there is said when that split is read."""
    for row in _read_rows(csv_path)[0]:
        label, problem = _label_of(row.label, None)
        if not problem:
            yield label


def _raise_all(path: Path, problems: list[tuple[int, str]]) -> None:
    if problems:
        raise DataError(_joined(f"{path}:{line}: {message}" for line, message in sorted(problems)))


def _joined(messages: Iterable[str]) -> str:
    lines = list(messages)
    if len(lines) > MAX_PROBLEMS_SHOWN:
        rest = len(lines) - MAX_PROBLEMS_SHOWN
        lines = [*lines[:MAX_PROBLEMS_SHOWN], f"... and {rest} more."]
    return "\n".join(lines)


def _shortened(text: str, length: int = 80) -> str:
    return repr(text if len(text) <= length else text[: length - 3] + "...")
