"""Neural architecture search for video networks.

Example:
    >>> import nasvid
    >>> nasvid.load("search_spaces/quickstart.yaml").is_closed
    False
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nasvid.api.architecture import Architecture
    from nasvid.api.ask_tell import AskTell
    from nasvid.api.idle_settings import SettingsWarning
    from nasvid.api.load import load
    from nasvid.api.machine import Machine
    from nasvid.api.run import Run, open_run
    from nasvid.api.search import resume, search
    from nasvid.api.space import SearchSpace
    from nasvid.api.zoo import zoo, zoo_network
    from nasvid.core.errors import NasvidError

__version__ = "0.1.0"
__all__ = [
    "Architecture",
    "AskTell",
    "Machine",
    "NasvidError",
    "Run",
    "SearchSpace",
    "SettingsWarning",
    "__version__",
    "load",
    "open_run",
    "resume",
    "search",
    "zoo",
    "zoo_network",
]

_HOMES = {
    "Architecture": "nasvid.api.architecture",
    "AskTell": "nasvid.api.ask_tell",
    "NasvidError": "nasvid.core.errors",
    "Run": "nasvid.api.run",
    "SearchSpace": "nasvid.api.space",
    "SettingsWarning": "nasvid.api.idle_settings",
    "Machine": "nasvid.api.machine",
    "load": "nasvid.api.load",
    "open_run": "nasvid.api.run",
    "resume": "nasvid.api.search",
    "zoo": "nasvid.api.zoo",
    "zoo_network": "nasvid.api.zoo",
}


def __getattr__(name: str) -> Any:
    if name == "search":
        # The layer of that name, which `_Interface` makes callable.
        return import_module("nasvid.search")
    # Lazy, so that the torch-free layers stay free of torch: importing any of them imports this.
    if name not in _HOMES:
        raise AttributeError(f"module 'nasvid' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Callable(ModuleType):
    """A layer whose name is also that of a function of the interface."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return import_module("nasvid.api.search").search(*arguments, **keywords)


class _Interface(ModuleType):
    """This package: `nasvid.search` is the layer and, called, the function of the interface.

    The layer itself knows nothing of it; whoever imports it passes here, and it is made callable.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "search" and isinstance(value, ModuleType):
            value.__class__ = _Callable
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Interface
