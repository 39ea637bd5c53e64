"""What a node becomes in source text, with its numbers taken out: equal patterns, equal text."""

import ast
import dataclasses
import inspect
import io
import re
import tokenize
from dataclasses import dataclass
from functools import cache
from typing import Any

from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.ir import OUT, Graph
from nasvid.graph.primitive import Primitive
from nasvid.modules.leaf import Operation, leaf_of

Value = Any

# Layers of these files of torch take one integer where all lengths of a tuple are equal.
_EXPANDS = frozenset({"torch.nn.modules.conv", "torch.nn.modules.pooling"})
_EXPANDED = frozenset({"kernel_size", "stride", "padding", "dilation", "output_size"})
# Stands for a number in the source of an operation, between text that stays.
HOLE = "\0"


@dataclass(frozen=True, slots=True)
class LayerPattern:
    """A layer of torch, or one whose source is copied."""

    factory: type[nn.Module]
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OperationPattern:
    """An expression in which every `HOLE` is a number; `holes` names them, where a name is known."""

    source: str
    holes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockPattern:
    """An instance of a class of the generated file, by the number of its definition."""

    definition: int


@dataclass(frozen=True, slots=True)
class ChainPattern:
    """An `nn.Sequential`."""

    items: tuple["Pattern", ...]


Pattern = LayerPattern | OperationPattern | BlockPattern | ChainPattern


def leaf_pattern(op: Primitive, *inputs: Shape) -> tuple[Pattern, tuple[Value, ...]]:
    """The pattern of a primitive, and the values that belong into it."""
    leaf = leaf_of(op, *inputs)
    if isinstance(leaf, Operation):
        return _operation_pattern(leaf.source, op)
    values = tuple(_shortest(leaf.factory, *argument) for argument in leaf.arguments.items())
    return LayerPattern(leaf.factory, tuple(leaf.arguments)), values


@cache
def arguments_of(factory: type[nn.Module]) -> dict[str, Value]:
    """Argument name to default, in order; `inspect.Parameter.empty` where there is none.

    Where a class passes keywords on to the class it extends, those are among them.
    """
    found: dict[str, Value] = {}
    for base in factory.__mro__:
        parameters = inspect.signature(base).parameters.values()
        kinds = {parameter.kind for parameter in parameters}
        named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        found |= {p.name: p.default for p in named if p.name not in found}
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            break
    return found


def is_chain(body: Graph) -> bool:
    """Whether modules named 0, 1, 2 ... pass one value along."""
    if len(body.inputs) != 1 or not body.nodes or any(node.share for node in body.nodes):
        return False
    before = body.inputs[0].name
    for index, node in enumerate(body.nodes):
        ports = [port for port, _ in node.shapes]
        is_link = node.inputs == (before,) and ports == [OUT]
        if not is_link or node.name != str(index):
            return False
        before = node.name
    return body.outputs == ((OUT, before),)


def _shortest(factory: type[nn.Module], argument: str, value: Value) -> Value:
    expands = any(base.__module__ in _EXPANDS for base in factory.__mro__)
    is_uniform = isinstance(value, tuple) and len(set(value)) == 1
    return value[0] if expands and argument in _EXPANDED and is_uniform else value


def _operation_pattern(source: str, op: Primitive) -> tuple[OperationPattern, tuple[Value, ...]]:
    """The numbers of an expression taken out, named by their keyword or the parameter they are."""
    fields = {repr(getattr(op, field.name)): field.name for field in dataclasses.fields(op)}  # type: ignore[arg-type]
    # The placeholders of operands hold numbers too; as names they pass the tokenizer untouched.
    text = re.sub(r"\{(\w+)\}", r"__operand_\1__", source)
    pieces: list[str] = []
    values: list[Value] = []
    holes: list[str] = []
    end = 0
    before = ("", "")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NUMBER:
            pieces += [text[end : token.start[1]], HOLE]
            end = token.end[1]
            value = ast.literal_eval(token.string)
            values.append(value)
            keyword = before[0] if before[1] == "=" else ""
            holes.append(keyword or fields.get(repr(value), ""))
        before = (before[1], token.string)
    pieces.append(text[end:])
    restored = re.sub(r"__operand_(\w+?)__", r"{\1}", "".join(pieces))
    return OperationPattern(restored, tuple(holes)), tuple(values)
