"""Arithmetic of the language: `=in.channels * 2 // 3`, parsed by hand, bounded, without `eval`.

Numbers, texts in single or double quotes, names with dots, `+ - * / // %`, comparisons, `and`,
`or`, `not`, `x in list`, `x not in list`, `a if condition else b`, indexing of lists, and the
functions of `FUNCTIONS`. Integers stay integers: `/` of two integers that divide evenly is one,
else a fraction.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nasvid.spec.functions import FUNCTIONS, OPERATORS

MAX_LENGTH = 400
MAX_DEPTH = 30
MAX_MAGNITUDE = 10**12


class ExpressionError(Exception):
    """An expression cannot be read or has no value; the message says why."""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal: number, text, or one of `true`, `false`, `null`."""

    value: int | float | bool | str | None


@dataclass(frozen=True, slots=True)
class Name:
    """A reference such as `out` or `in.channels`."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator applied to arguments; `op` is its name or sign."""

    op: str
    arguments: tuple["Tree", ...]


Tree = Number | Name | Call

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<sign>//|==|!=|<=|>=|[-+*/%()<>,\[\]]))"
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_BINDING = {
    "or": 1, "and": 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6,
}  # fmt: skip
_WORDS = {"and", "or", "not", "if", "else", "in"}
_CONSTANTS = {"true": True, "false": False, "null": None}


def parse_expression(text: str) -> Tree:
    """Read an expression (without the leading `=`).

    Raises:
        ExpressionError: The text is not an expression; the message says what to do.
    Example:
        >>> evaluate(parse_expression("max(8, width * 3 // 4)"), {"width": 64})
        48
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the expression has {len(text)} characters; at most {MAX_LENGTH} are accepted."
        )
    if is_cut_off(text):
        raise ExpressionError(
            f"the expression {text!r} is cut off; inside {{ }} or [ ] an expression with a comma, "
            'bracket or brace must be quoted, as in "=max(a, b)".'
        )
    return _Parser(text).parse()


def is_cut_off(text: str) -> bool:
    """Whether brackets stay open, as where YAML ends an expression at a comma."""
    bare = _QUOTED.sub("", text)
    return bare.count("(") > bare.count(")") or bare.count("[") > bare.count("]")


def names_in(tree: Tree) -> tuple[str, ...]:
    """All names of an expression, in order."""
    if isinstance(tree, Name):
        return (tree.text,)
    if isinstance(tree, Call):
        return tuple(name for argument in tree.arguments for name in names_in(argument))
    return ()


class _Parser:
    # Recursive descent, one method per level of the grammar.
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def parse(self) -> Tree:
        """The whole text as one expression."""
        tree = self._ternary()
        if self._at < len(self._tokens):
            raise self._unexpected()
        return tree

    def _ternary(self) -> Tree:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"the expression nests deeper than {MAX_DEPTH} levels.")
        tree = self._binary(0)
        if self._accept("if"):
            condition = self._binary(0)
            self._expect("else")
            tree = Call("if", (condition, tree, self._ternary()))
        self._depth -= 1
        return tree

    def _binary(self, least: int) -> Tree:
        left = self._unary()
        while True:
            sign = self._peek()
            # Behind a value `not` can only begin `not in`.
            is_negated = sign == "not" and self._peek(1) == "in"
            sign = "in" if is_negated else sign
            if _BINDING.get(sign, 0) <= least:
                return left
            self._at += 1 + is_negated
            left = Call(sign, (left, self._binary(_BINDING[sign])))
            left = Call("not", (left,)) if is_negated else left

    def _unary(self) -> Tree:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"the expression nests deeper than {MAX_DEPTH} levels.")
        if self._accept("-"):
            tree: Tree = Call("neg", (self._unary(),))
        elif self._accept("not"):
            tree = Call("not", (self._binary(3),))
        else:
            tree = self._postfix(self._atom())
        self._depth -= 1
        return tree

    def _postfix(self, tree: Tree) -> Tree:
        while self._accept("["):
            tree = Call("index", (tree, self._ternary()))
            self._expect("]")
        return tree

    def _atom(self) -> Tree:
        if self._at >= len(self._tokens):
            raise ExpressionError(f"the expression {self._text!r} ends too early.")
        kind, token = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return Number(_number(token))
        if kind == "text":
            return Number(token[1:-1])
        if kind == "name" and token not in _WORDS:
            if token in _CONSTANTS:
                return Number(_CONSTANTS[token])
            return self._call(token) if self._accept("(") else Name(token)
        if token == "(":
            tree = self._ternary()
            self._expect(")")
            return tree
        self._at -= 1
        raise self._unexpected()

    def _call(self, function: str) -> Tree:
        if function not in FUNCTIONS:
            raise ExpressionError(
                f"no function named {function!r}; known: {', '.join(sorted(FUNCTIONS))}."
            )
        arguments: list[Tree] = []
        while not self._accept(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._ternary())
        return Call(function, tuple(arguments))

    def _peek(self, further: int = 0) -> str:
        at = self._at + further
        return self._tokens[at][1] if at < len(self._tokens) else ""

    def _accept(self, token: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] in (
            ("sign", token),
            ("name", token),
        )
        self._at += found
        return found

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            if self._at >= len(self._tokens):
                raise ExpressionError(f"the expression {self._text!r} lacks {token!r}.")
            raise self._unexpected()

    def _unexpected(self) -> ExpressionError:
        token = self._peek()
        return ExpressionError(f"the expression {self._text!r} has {token!r} where none fits.")


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            character = stripped[at:].lstrip()[:1]
            hint = " (write // or * instead of powers)" if character == "^" else ""
            raise ExpressionError(f"the expression {text!r} has {character!r}{hint}.")
        kind = match.lastgroup or ""
        found.append((kind, match.group(kind)))
        at = match.end()
    if not found:
        raise ExpressionError("the expression is empty.")
    return found


def _number(token: str) -> int | float:
    is_whole = not any(character in token for character in ".eE")
    if len(token) > 40:
        raise ExpressionError(f"the number {token[:15]}... is too long.")
    return _bounded(int(token) if is_whole else float(token))


def evaluate(tree: Tree, scope: Mapping[str, Any]) -> Any:
    """The value of an expression.

    Args:
        tree: From `parse_expression`.
        scope: Name to value, dotted names included.

    Raises:
        ExpressionError: A name has no value, or an operation cannot be done.
    """
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Name):
        if tree.text not in scope:
            raise ExpressionError(f"{tree.text!r} has no value here.")
        return scope[tree.text]
    if tree.op in ("if", "and", "or"):
        return _lazy(tree, scope)
    values = [evaluate(argument, scope) for argument in tree.arguments]
    function = OPERATORS.get(tree.op) or FUNCTIONS[tree.op]
    try:
        result = function(*values)
    except ZeroDivisionError:
        raise ExpressionError(f"division by zero in {tree.op!r}.") from None
    except (TypeError, IndexError, ValueError, OverflowError) as error:
        listed = ", ".join(map(repr, values))
        raise ExpressionError(f"{tree.op!r} cannot take {listed} ({error}).") from None
    return _bounded(result)


def _lazy(tree: Call, scope: Mapping[str, Any]) -> Any:
    first = evaluate(tree.arguments[0], scope)
    if tree.op == "if":
        return evaluate(tree.arguments[1 if first else 2], scope)
    stops = not first if tree.op == "and" else bool(first)
    return first if stops else evaluate(tree.arguments[1], scope)


def _bounded(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("the result is not a finite number.")
    if isinstance(value, int | float) and abs(value) > MAX_MAGNITUDE:
        raise ExpressionError(f"the result {value:.3g} is too large.")
    return value
