"""What a primitive becomes in torch, as data: the module is built from it and its source too.

One record serves both `nasvid` itself and the exported `model.py`, so they cannot drift apart.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from torch import Tensor, nn

from nasvid.core.shapes import Shape
from nasvid.graph.folding import seen_by
from nasvid.graph.primitive import Primitive


@dataclass(frozen=True)
class Layer:
    """A primitive that becomes a module with or without weights.

    Args:
        factory: A class of `torch.nn`, or a class that stands in a file of `modules/primitives`,
            imports torch alone, and whose source an export copies.
        arguments: Keyword arguments of the factory: numbers, texts, booleans, None and tuples.
    """

    factory: type[nn.Module]
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def make(self) -> nn.Module:
        """The module, on the current default device."""
        return self.factory(**self.arguments)

    def make_empty(self) -> nn.Module:
        """The module on the meta device, which holds no values: none are drawn.

        Half the time that torch takes for a module there goes into draws of nothing.
        """
        module = self.factory.__new__(self.factory)
        # What an object holds itself is found before what its class has.
        module.__dict__["reset_parameters"] = _draw_nothing
        module.__init__(**self.arguments)
        del module.__dict__["reset_parameters"]
        return module


@dataclass(frozen=True)
class Operation:
    """A primitive without weights or modes that is one expression of torch.

    Args:
        function: Takes the inputs, returns the output.
        source: The same as text for `model.py`, with `{0}`, `{1}` for inputs or `{inputs}` for all
            of them joined by commas; uses `torch`, `nn` and `F` (torch.nn.functional) alone.
    """

    function: Callable[..., Tensor]
    source: str


def _draw_nothing() -> None:
    """In place of `reset_parameters`."""


def leaf_of(op: Primitive, *inputs: Shape) -> Layer | Operation:
    """What the primitive becomes for inputs of these shapes, from its file in `primitives`."""
    return _known_leaf(op, inputs)


# Members of a space have most of their primitives in common.
@lru_cache(maxsize=20_000)
def _known_leaf(op: Primitive, inputs: tuple[Shape, ...]) -> Layer | Operation:
    return _file_of(op.name()).leaf(op, *seen_by(op, inputs))


@cache
def _file_of(name: str) -> Any:
    return importlib.import_module(f"nasvid.modules.primitives.{name}")
