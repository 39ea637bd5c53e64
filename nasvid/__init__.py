"""Neural architecture search for video networks.

Example:
    >>> import nasvid
    >>> sorted(nasvid.__all__)
    ['Architecture', 'NasvidError', 'Run', 'SearchSpace', '__version__', 'load', 'open_run', 'search']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nasvid.api.architecture import Architecture
    from nasvid.api.load import load
    from nasvid.api.run import Run, open_run
    from nasvid.api.search import search
    from nasvid.api.space import SearchSpace
    from nasvid.core.errors import NasvidError

__version__ = "0.1.0"
__all__ = [
    "Architecture",
    "NasvidError",
    "Run",
    "SearchSpace",
    "__version__",
    "load",
    "open_run",
    "search",
]

_HOMES = {
    "Architecture": "nasvid.api.architecture",
    "NasvidError": "nasvid.core.errors",
    "Run": "nasvid.api.run",
    "SearchSpace": "nasvid.api.space",
    "load": "nasvid.api.load",
    "open_run": "nasvid.api.run",
    "search": "nasvid.api.search",
}


def __getattr__(name: str) -> Any:
    # Lazy, so that the torch-free layers stay free of torch: importing any of them imports this.
    if name not in _HOMES:
        raise AttributeError(f"module 'nasvid' has no attribute {name!r}")
    # A module of that name (nasvid.search) may be imported already; the function comes first.
    return getattr(import_module(_HOMES[name]), name)
