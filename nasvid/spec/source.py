"""YAML text to plain values that remember their place.

Only data comes out: the core schema of YAML 1.2 (so `no` is a text, `1e-4` a number), no tags, no
merge keys, no duplicate keys; size, depth and the growth through aliases are bounded.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

from nasvid.core.errors import Mark, Problem, SpaceError
from nasvid.spec.decision import Scalar

# The stubs of PyYAML leave much unknown.
_yaml: Any = yaml

MAX_BYTES = 1_000_000
MAX_LINE = 10_000
MAX_DEPTH = 40
MAX_VALUES = 50_000
MAX_PROBLEMS = 100
MAX_DIGITS = 40


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


def shown(located: Located) -> str:
    """The value as text for a message, cut where it is long."""
    return cut(repr(plain(located)))


def cut(text: str, limit: int = 60) -> str:
    """A text for a message, cut where it is long."""
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
            raise SpaceError.at(mark, "", f"there is no file {path!r}.")
        size = Path(path).stat().st_size
        if size > MAX_BYTES:
            message = f"{path!r} has {size} bytes; at most {MAX_BYTES} are accepted."
            raise SpaceError.at(mark, "", message)
        return Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path!r} is not UTF-8 text (byte {error.start})."
        raise SpaceError.at(mark, "", message) from error
    except OSError as error:
        message = f"cannot read {path!r}: {error.strerror or error}."
        raise SpaceError.at(mark, "", message) from error
    except ValueError as error:
        raise SpaceError.at(mark, "", f"{path!r} is no file name.") from error


def read_text(text: str, display: str = "<text>") -> Located:
    """Read one YAML document.

    Raises:
        SpaceError: The text is not YAML that is accepted here.
    """
    _check_size(text, display)
    start = Mark(display, 1, 1)
    try:
        _check_depth(text, display)
        node: Any = _yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        message = f"is not YAML: {_yaml_text(error)}."
        raise SpaceError.at(_yaml_mark(error, display), "", message) from error
    except (yaml.YAMLError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise SpaceError.at(start, "", f"is not YAML: {first}.") from error
    if node is None:
        raise SpaceError.at(start, "", "is empty; a search space begins with `version: 1`.")
    builder = _Builder(display)
    located = builder.build(node, 0)
    if builder.problems:
        raise SpaceError(builder.problems)
    return located


def _check_size(text: str, display: str) -> None:
    if len(text) > MAX_BYTES:
        message = f"has {len(text)} characters; at most {MAX_BYTES} are accepted."
        raise SpaceError.at(Mark(display, 1, 1), "", message)
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_LINE:
            message = f"has a line of {len(line)} characters; at most {MAX_LINE} are accepted."
            raise SpaceError.at(Mark(display, number, 1), "", message)


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """The safe loader with the scalars of the YAML 1.2 core schema alone."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


_CORE = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        (
            r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
            r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
        ),
        list("-+.0123456789"),
    ),
)


def add_core_resolvers(loader_or_dumper: Any) -> None:
    """Let plain scalars be read, or quoted where they would be misread, by the core schema."""
    for tag, pattern, first in _CORE:
        loader_or_dumper.add_implicit_resolver(
            # `$` would let a newline at the end pass.
            f"tag:yaml.org,2002:{tag}",
            re.compile(rf"(?:{pattern})\Z"),
            first,
        )


add_core_resolvers(_Loader)


def _check_depth(text: str, display: str) -> None:
    # The event stream is flat, so a bomb of brackets is met before anything recurses.
    depth = 0
    events: Iterator[Any] = _yaml.parse(text, Loader=_Loader)
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = _mark(event.start_mark, display)
                raise SpaceError.at(mark, "", f"nests deeper than {MAX_DEPTH} levels.")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Builder:
    def __init__(self, display: str) -> None:
        self._display = display
        self._left = MAX_VALUES
        self.problems: list[Problem] = []

    def build(self, node: Any, depth: int) -> Located:
        """The located value of a composed node."""
        mark = _mark(node.start_mark, self._display)
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            # Aliases can make a short text endless; nothing after this point is worth a message.
            message = f"grows too large through aliases, or holds more than {MAX_VALUES} values."
            raise SpaceError.at(mark, "", message)
        if isinstance(node, yaml.ScalarNode):
            return Leaf(mark, self._scalar(node, mark))
        if isinstance(node, yaml.SequenceNode):
            self._check_tag(node, mark, "seq")
            return Listing(mark, tuple(self.build(item, depth + 1) for item in node.value))
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
        if len(self.problems) >= MAX_PROBLEMS:
            raise SpaceError(self.problems)


def _to_int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(text)
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _to_float(text: str) -> float:
    value = float(text.replace(".inf", "inf").replace(".nan", "nan").lower())
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _to_null(text: str) -> None:
    del text


def _to_bool(text: str) -> bool:
    return text.lower() == "true"


_CONVERT: dict[str, Callable[[str], Scalar]] = {
    "null": _to_null,
    "bool": _to_bool,
    "int": _to_int,
    "float": _to_float,
    "str": str,
}


def _mark(mark: Any, display: str) -> Mark:
    return Mark(display, mark.line + 1, mark.column + 1)


def _yaml_mark(error: yaml.MarkedYAMLError, display: str) -> Mark:
    mark: Any = error.problem_mark or error.context_mark
    return Mark(display, 1, 1) if mark is None else _mark(mark, display)


def _yaml_text(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return ", ".join(parts) or "cannot be read"
