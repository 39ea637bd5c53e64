"""YAML text to plain values that remember their place.

Only data comes out: the core schema of YAML 1.2 (so `no` is a text, `1e-4` a number), no tags, no
merge keys, no duplicate keys; size, depth and the growth through aliases are bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from nasvid.core.errors import Mark, Problem, SpaceError

MAX_BYTES = 1_000_000
MAX_LINE = 10_000
MAX_DEPTH = 40
MAX_VALUES = 50_000

Scalar = int | float | bool | str | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar."""

    mark: Mark
    value: Scalar


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence."""

    mark: Mark
    items: tuple["Located", ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with text keys, in file order."""

    mark: Mark
    entries: tuple[tuple[str, Mark, "Located"], ...]

    def get(self, key: str) -> "Located | None":
        """The value at a key, or None."""
        return next((value for name, _, value in self.entries if name == key), None)

    def key_mark(self, key: str) -> Mark:
        """Where a key stands; the table's own place if it is not there."""
        return next((mark for name, mark, _ in self.entries if name == key), self.mark)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in file order."""
        return tuple(name for name, _, _ in self.entries)


Located = Leaf | Listing | Table


def plain(located: Located) -> Any:
    """The value without its places."""
    if isinstance(located, Leaf):
        return located.value
    if isinstance(located, Listing):
        return [plain(item) for item in located.items]
    return {key: plain(value) for key, _, value in located.entries}


def shown(located: Located, limit: int = 60) -> str:
    """The value as text for a message, cut where it is long."""
    text = repr(plain(located))
    return text if len(text) <= limit else text[: limit - 3] + "..."


def file_text(path: str, mark: Mark) -> str:
    """The text of a file, bounded in size.

    Args:
        path: Of the file.
        mark: Where it was named, for messages.

    Raises:
        SpaceError: It is not there, too large, not UTF-8, or cannot be read.
    """
    try:
        if not Path(path).is_file():
            raise _one(mark, f"there is no file {path!r}.")
        size = Path(path).stat().st_size
        if size > MAX_BYTES:
            raise _one(mark, f"{path!r} has {size} bytes; at most {MAX_BYTES} are accepted.")
        return Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _one(mark, f"{path!r} is not UTF-8 text (byte {error.start}).") from error
    except OSError as error:
        raise _one(mark, f"cannot read {path!r}: {error.strerror or error}.") from error
    except ValueError as error:
        raise _one(mark, f"{path!r} is no file name.") from error


def read_text(text: str, display: str = "<text>") -> Located:
    """Read one YAML document.

    Raises:
        SpaceError: The text is not YAML that is accepted here.
    """
    start = Mark(display, 1, 1)
    if len(text) > MAX_BYTES:
        raise _one(start, f"has {len(text)} characters; at most {MAX_BYTES} are accepted.")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_LINE:
            raise _one(
                Mark(display, number, 1),
                f"has a line of {len(line)} characters; at most {MAX_LINE} are accepted.",
            )
    try:
        _check_depth(text, display)
        node = cast("yaml.Node | None", yaml.compose(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise _one(_yaml_mark(error, display), f"is not YAML: {_yaml_text(error)}.") from error
    except (yaml.YAMLError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise _one(start, f"is not YAML: {first}.") from error
    if node is None:
        raise _one(start, "is empty; a search space begins with `version: 1`.")
    builder = _Builder(display)
    located = builder.build(node, 0)
    if builder.problems:
        raise SpaceError(builder.problems)
    return located


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader with the scalars of the YAML 1.2 core schema alone."""

    yaml_implicit_resolvers: dict[str, Any] = {}


_CORE = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
)
for _tag, _pattern, _first in _CORE:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )


def _check_depth(text: str, display: str) -> None:
    # The event stream is flat, so a bomb of brackets is met before anything recurses.
    depth = 0
    for event in cast("Iterator[yaml.Event]", yaml.parse(text, Loader=_Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = _mark(event.start_mark, display)
                raise _one(mark, f"nests deeper than {MAX_DEPTH} levels.")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Builder:
    def __init__(self, display: str) -> None:
        self._display = display
        self._left = MAX_VALUES
        self.problems: list[Problem] = []

    def build(self, node: Any, depth: int) -> Located:
        mark = _mark(node.start_mark, self._display)
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            # Aliases can make a short text endless; nothing after this point is worth a message.
            raise _one(mark, "grows too large through aliases (or holds more than 50000 values).")
        if isinstance(node, yaml.ScalarNode):
            return Leaf(mark, self._scalar(node, mark))
        if isinstance(node, yaml.SequenceNode):
            self._check_tag(node, mark, "seq")
            items = cast("list[Any]", node.value)
            return Listing(mark, tuple(self.build(item, depth + 1) for item in items))
        self._check_tag(node, mark, "map")
        return self._table(node, mark, depth)

    def _table(self, node: Any, mark: Mark, depth: int) -> Table:
        entries: dict[str, tuple[str, Mark, Located]] = {}
        for key_node, value_node in node.value:
            key = self.build(key_node, depth + 1)
            value = self.build(value_node, depth + 1)
            if not isinstance(key, Leaf) or not isinstance(key.value, str | int | float | bool):
                self._add(key.mark, f"got the key {shown(key)}; keys are plain names.")
                continue
            name = key.value if isinstance(key.value, str) else str(key_node.value)
            if name in entries:
                first = entries[name][1]
                self._add(key.mark, f"key {name!r} stands twice; first in line {first.line}.")
                continue
            entries[name] = (name, key.mark, value)
        return Table(mark, tuple(entries.values()))

    def _scalar(self, node: Any, mark: Mark) -> Scalar:
        text: str = node.value
        kind = str(node.tag).rsplit(":", 1)[-1]
        if not str(node.tag).startswith("tag:yaml.org,2002:") or kind not in _CONVERT:
            self._add(mark, f"tag {node.tag!r} is not accepted; write plain values.")
            return text
        try:
            return _CONVERT[kind](text)
        except ValueError:
            self._add(mark, f"got {text[:60]!r}, which is no {kind}.")
            return text

    def _check_tag(self, node: Any, mark: Mark, kind: str) -> None:
        if node.tag != f"tag:yaml.org,2002:{kind}":
            self._add(mark, f"tag {node.tag!r} is not accepted; write plain values.")

    def _add(self, mark: Mark, message: str) -> None:
        self.problems.append(Problem(mark, "", message))


def _to_int(text: str) -> int:
    if len(text) > 40:
        raise ValueError(text)
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _to_float(text: str) -> float:
    value = float(text.replace(".inf", "inf").replace(".nan", "nan").lower())
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(text)
    return value


_CONVERT: dict[str, Any] = {
    "null": lambda text: None,
    "bool": lambda text: text.lower() == "true",
    "int": _to_int,
    "float": _to_float,
    "str": lambda text: text,
}


def _mark(mark: Any, display: str) -> Mark:
    return Mark(display, mark.line + 1, mark.column + 1)


def _yaml_mark(error: yaml.MarkedYAMLError, display: str) -> Mark:
    mark: Any = error.problem_mark or error.context_mark
    return Mark(display, 1, 1) if mark is None else _mark(mark, display)


def _yaml_text(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return ", ".join(parts) or "cannot be read"


def _one(mark: Mark, message: str) -> SpaceError:
    return SpaceError([Problem(mark, "", message)])
