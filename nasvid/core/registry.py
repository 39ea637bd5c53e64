"""Name to plug-in, for one kind of plug-in; a folder of files is the catalogue.

A plug-in is one file in the folder of its kind. Importing the folder imports every file in it; the
decorator registers the class under the name of its file.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Generic, TypeVar, cast

from nasvid.core.errors import NasvidError

PluginT = TypeVar("PluginT")
ClassT = TypeVar("ClassT", bound=type)

MAX_COMPARED = 500
MAX_LISTED = 40
MAX_SHOWN_LENGTH = 100


class UnknownPluginError(NasvidError):
    """No plug-in of that name."""


class Registry(Generic[PluginT]):
    """The plug-ins of one kind, found in one package.

    Args:
        kind: What the plug-ins are, for messages.
        package: Dotted name of the folder that holds them, one file each.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self._package = package
        self._plugins: dict[str, type[PluginT]] = {}
        self._is_loaded = False

    def add(self, plugin: ClassT) -> ClassT:
        """Register a class under the name of its file."""
        name = plugin.__module__.rsplit(".", 1)[-1]
        if name in self._plugins and self._plugins[name].__qualname__ != plugin.__qualname__:
            raise ValueError(f"two {self.kind}s in one file: {name!r}.")
        self._plugins[name] = cast("type[PluginT]", plugin)
        return plugin

    def __getitem__(self, name: str) -> type[PluginT]:
        self._load()
        if name not in self._plugins:
            raise UnknownPluginError(unknown_name(self.kind, name, self._plugins))
        return self._plugins[name]

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._plugins

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._plugins))

    def __len__(self) -> int:
        self._load()
        return len(self._plugins)

    def _load(self) -> None:
        if self._is_loaded:
            return
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        self._is_loaded = True


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """One line on a name that is not known, with the nearest one that is.

    Example:
        >>> unknown_name("block", "conv2plus1", ["conv2d", "conv2plus1d"])
        "no block named 'conv2plus1'. Did you mean 'conv2plus1d'?"
    """
    names = sorted(known)
    # What Python hands over may be anything.
    name = str(name)
    # Comparing texts is slow: of very many names only those of about this length are looked at.
    likely = names if len(names) <= MAX_COMPARED else _of_similar_length(names, name)
    wanted = name[:MAX_SHOWN_LENGTH]
    near = [other for other in names if other.lower() == wanted.lower()]
    near = near or get_close_matches(wanted, likely[:MAX_COMPARED], n=1, cutoff=0.6)
    shown = repr(name if len(name) <= MAX_SHOWN_LENGTH else f"{name[:MAX_SHOWN_LENGTH]}...")
    if near:
        return f"no {kind} named {shown}. Did you mean {near[0]!r}?"
    listed = ", ".join(names[:MAX_LISTED]) if names else "none"
    more = f", ... ({len(names)} in all)" if len(names) > MAX_LISTED else ""
    return f"no {kind} named {shown}; known: {listed}{more}."


def _of_similar_length(names: list[str], name: str) -> list[str]:
    return [other for other in names if abs(len(other) - len(name)) <= 2]
