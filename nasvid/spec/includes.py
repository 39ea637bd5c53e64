"""Files that a file includes: more blocks and decisions, from its own folder tree alone.

`space:` may name a file anywhere, as a run or a user points at it. What is included is part of a
file that may come from somebody else, so it must lie inside the folder that was handed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nasvid.core.errors import Mark, SpaceError
from nasvid.spec.problems import Problems
from nasvid.spec.source import (
    MAX_BYTES,
    Listing,
    Located,
    Table,
    file_text,
    plain,
    read_text,
    shown,
)

VERSION = 1
INCLUDED_KEYS = ("version", "description", "include", "blocks", "decisions")
SECTIONS = ("blocks", "decisions")
MAX_INCLUDED = 50
MAX_DEPTH = 10


@dataclass(frozen=True)
class Files:
    """Where the texts of files come from: the disk, or texts kept in a run.

    Args:
        kept: File name to text, in place of the disk.
    """

    kept: Mapping[str, str] | None = None

    def text(self, path: str, mark: Mark) -> str:
        """The text of a file.

        Raises:
            SpaceError: It cannot be read.
        """
        if self.kept is None:
            return file_text(path, mark)
        if path not in self.kept:
            raise SpaceError.at(mark, "", f"builds on {path!r}, which is not kept.")
        return self.kept[path]

    def is_inside(self, path: str, folder: str) -> bool:
        """Whether a file lies in a folder, links followed."""
        if self.kept is not None:
            return True
        try:
            return Path(path).resolve().is_relative_to(Path(folder).resolve())
        except (OSError, RuntimeError):
            # Links that lead in a circle lead nowhere.
            return False


@dataclass
class Included:
    """What included files hold, those of their own includes first.

    Args:
        entries: Section to name, place and value.
        texts: File name to text.
    """

    entries: dict[str, list[tuple[str, Mark, Located]]] = field(
        default_factory=lambda: {section: [] for section in SECTIONS}
    )
    texts: dict[str, str] = field(default_factory=dict[str, str])

    def joined(self, section: str, own: Located | None, problems: Problems) -> Located | None:
        """A section of the including file behind what is included; names must differ."""
        entries = list(self.entries[section])
        if own is not None and not isinstance(own, Table):
            return own
        entries += own.entries if own is not None else ()
        seen: dict[str, Mark] = {}
        for name, mark, _ in entries:
            if name in seen:
                message = f"the name {name!r} is taken, see {seen[name]}."
                problems.add(mark, f"{section}.{name}", message)
            seen[name] = mark
        if own is None and not entries:
            return None
        mark = own.mark if own is not None else entries[0][1]
        return Table(mark, tuple(entries))


def read_includes(path: str, table: Table, files: Files, problems: Problems) -> Included:
    """Read what `include:` of a file names, and what that includes.

    Args:
        path: Of the including file.
        table: Its content.
        files: Where texts come from.
        problems: Takes what is wrong.
    """
    found = Included()
    _Reader(normal(Path(path).parent), files, problems, found).read(path, table, (path,))
    return found


class _Reader:
    def __init__(self, root: str, files: Files, problems: Problems, found: Included) -> None:
        self._root = root
        self._files = files
        self._problems = problems
        self._found = found

    def read(self, path: str, table: Table, around: tuple[str, ...]) -> None:
        """Read the includes of a file that stands inside those around it."""
        located = table.get("include")
        if located is None:
            return
        items = located.items if isinstance(located, Listing) else (located,)
        for item in items:
            target = self._target(path, item)
            if target is None:
                continue
            if target in around:
                circle = " <- ".join([*around[around.index(target) :], target])
                message = f"files include one another in a circle: {circle}."
                self._problems.add(item.mark, "include", message)
            elif len(around) > MAX_DEPTH or len(self._found.texts) >= MAX_INCLUDED:
                message = f"at most {MAX_INCLUDED} files can be included, {MAX_DEPTH} deep."
                self._problems.add(item.mark, "include", message)
                self._problems.raise_any()
            elif target not in self._found.texts:
                self._read_file(target, item.mark, (*around, target))

    def _target(self, path: str, item: Located) -> str | None:
        """The path that an entry names, if it is one that may be included."""
        name = plain(item)
        if not isinstance(name, str) or Path(name).suffix not in (".yaml", ".yml") or "\0" in name:
            message = f"got {shown(item)}; accepts the path of a .yaml file, or a list of them."
            self._problems.add(item.mark, "include", message)
            return None
        target = normal(Path(path).parent / name)
        is_below = Path(target).is_relative_to(self._root) and not target.startswith("..")
        if self._root.startswith(".."):
            is_below = Path(target).is_relative_to(self._root) and ".." not in (
                Path(target).relative_to(self._root).parts
            )
        if (
            Path(name).is_absolute()
            or not is_below
            or not self._files.is_inside(target, self._root)
        ):
            message = (
                f"got {shown(item)}; accepts files inside the folder of the file that includes "
                "them. Move it there."
            )
            self._problems.add(item.mark, "include", message)
            return None
        return target

    def _read_file(self, path: str, mark: Mark, around: tuple[str, ...]) -> None:
        text = self._files.text(path, mark)
        table = read_text(text, path)
        if not isinstance(table, Table):
            self._problems.add(table.mark, "", "accepts a mapping that begins `version: 1`.")
            return
        version = table.get("version")
        if version is None or plain(version) != VERSION or isinstance(plain(version), bool):
            place = table.mark if version is None else version.mark
            self._problems.add(place, "version", f"an included file begins `version: {VERSION}`.")
        self._problems.check_keys(table, "", INCLUDED_KEYS)
        self.read(path, table, around)
        self._found.texts[path] = text
        # Together they have to fit into one file, as which a run keeps them.
        if sum(map(len, self._found.texts.values())) > MAX_BYTES:
            message = f"the included files have more than {MAX_BYTES} characters."
            raise SpaceError.at(mark, "include", message)
        for section in SECTIONS:
            located = table.get(section)
            if isinstance(located, Table):
                self._found.entries[section] += located.entries
            elif located is not None:
                message = f"got {shown(located)}; accepts a mapping."
                self._problems.add(located.mark, section, message)


def normal(path: Path) -> str:
    """A path without `.` and, where they can be taken back, without `..`."""
    # Not `resolve`: messages and kept texts use the path as the user wrote it.
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        elif part != ".":
            parts.append(part)
    return str(Path(*parts)) if parts else "."
