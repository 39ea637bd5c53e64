"""Packages that hold references, imported where they are there."""

import importlib
import importlib.util
import sys
import warnings
from types import ModuleType
from typing import Any

import pytest
import torch

REASON = "{} is not installed; `make parity` installs the references into .venv-parity"


def package(name: str) -> Any:
    """A module of a reference; the tests of a file are skipped where its package is missing."""
    root = name.partition(".")[0]
    if importlib.util.find_spec(root) is None:
        pytest.skip(REASON.format(root), allow_module_level=True)
    import_torchvision()
    with warnings.catch_warnings():
        # What references think of newer versions of torch.
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


def import_torchvision() -> None:
    """Import torchvision also where its compiled operators do not fit the build of torch.

    They were made for another build (CUDA beside a CPU torch, say). No model for video needs them,
    but torchvision registers how they look like at import and gives up where they are missing.
    """
    if "torchvision" in sys.modules or importlib.util.find_spec("torchvision") is None:
        return
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        register = torch.library.register_fake
        torch.library.register_fake = _register_nothing
        try:
            importlib.import_module("torchvision")
        finally:
            torch.library.register_fake = register


def _register_nothing(*_: object, **__: object) -> Any:
    return lambda function: function


def stand_in(name: str, **attributes: object) -> None:
    """A module in place of one that a reference imports and no network here calls."""
    module = ModuleType(name)
    for key, value in attributes.items():
        setattr(module, key, value)
    sys.modules.setdefault(name, module)
