"""Source of layers that is taken over into a generated file."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from nasvid.core.errors import ExportError
from nasvid.export.copied import copy_source

FIRST = '''\
"""A file of layers."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape

UNUSED = Shape
# Measured.
SCALE: float = 2.0


def double(x):
    return SCALE * x


@torch.no_grad()
def unused(x):
    return F.relu(x)


class Doubling(nn.Module):
    """Twice the input."""

    def forward(self, x):
        return double(x) * math.sqrt(1)
'''
SECOND = '''\
"""Another file that defines the same name."""

from torch import nn


def double(x):
    return x + x


class Adding(nn.Module):
    def forward(self, x):
        return double(x)
'''
THIRD = '''\
"""A layer that cannot stand alone."""

from torch import nn

from nasvid.core.shapes import Shape


class Tied(nn.Module):
    def forward(self, x):
        return Shape.vector(len(x))
'''

Make = Callable[[str, str], ModuleType]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A function that imports a source text as a module."""
    names: list[str] = []

    def make_module(name: str, source: str) -> ModuleType:
        path = tmp_path / f"{name}.py"
        path.write_text(source)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        names.append(name)
        spec.loader.exec_module(module)
        return module

    yield make_module
    for name in names:
        del sys.modules[name]


def test_a_class_brings_what_it_uses_and_no_more(make: Make) -> None:
    copied = copy_source([make("first_layers", FIRST).Doubling])
    assert copied.names == ("SCALE", "double", "Doubling")
    assert copied.texts[0] == "# Measured.\nSCALE: float = 2.0"
    assert copied.texts[2].startswith('class Doubling(nn.Module):\n    """Twice the input."""')
    assert copied.imports == {"math": "import math", "nn": "from torch import nn"}


def test_a_class_that_needs_nasvid_is_refused(make: Make) -> None:
    message = r"third_layers: a layer of an export may use torch .* got 'from nasvid.core.shapes"
    with pytest.raises(ExportError, match=message):
        copy_source([make("third_layers", THIRD).Tied])


def test_two_meanings_of_a_name_are_refused(make: Make) -> None:
    layers = [make("first_layers", FIRST).Doubling, make("second_layers", SECOND).Adding]
    with pytest.raises(ExportError, match="second_layers: defines 'double' otherwise"):
        copy_source(layers)
