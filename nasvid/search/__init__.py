"""Which architecture to try next: ask/tell, without torch and without processes.

`nasvid.search(...)` starts a search: the package can be called.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    """The package and the function of the same name in the Python interface are one name."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        # By name: the layer itself knows nothing of the interface above it.
        return import_module("nasvid.api.search").search(*arguments, **keywords)


sys.modules[__name__].__class__ = _CallablePackage
