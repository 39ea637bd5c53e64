"""Arithmetic: what it means, where it ends, and what its messages say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.spec.expressions import (
    MAX_LENGTH,
    MAX_MAGNITUDE,
    ExpressionError,
    evaluate,
    is_cut_off,
    names_in,
    parse_expression,
)

SCOPE: dict[str, Any] = {
    "width": 64,
    "in.channels": 3,
    "sizes": (1, 3, 5),
    "op": "conv3d",
    "on": True,
}


def value(text: str) -> Any:
    return evaluate(parse_expression(text), SCOPE)


def message(text: str) -> str:
    with pytest.raises(ExpressionError) as caught:
        value(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("width", 64),
        ("width * 2 // 3", 42),
        ("in.channels + 1", 4),
        ("-width + 1", -63),
        ("-7 // 2", -4),
        ("7 % 4", 3),
        ("(1 + 2) * 3", 9),
        ("2 + 3 * 4 - 1", 13),
        ("8 - 4 - 2", 2),
        ("1e-4", 0.0001),
        ("width if width > 32 else 32", 64),
        ("1 if width < 9 else 2 if width < 65 else 3", 2),
        ("width > 32 and width < 100", True),
        ("width > 100 or in.channels == 3", True),
        ("not width == 64", False),
        ("not on", False),
        ("op == 'conv3d'", True),
        ('op != "conv3d"', False),
        ("sizes[1]", 3),
        ("sizes[-1]", 5),
        ("sizes[0] + sizes[2]", 6),
        ("count(sizes)", 3),
        ("3 in sizes", True),
        ("4 + 1 in sizes and not 2 in sizes", True),
        ("9 not in sizes", True),
        ("'conv' not in sizes or on", True),
        ("in.channels in sizes", True),
        ("min(width, 8, 9)", 8),
        ("max(3)", 3),
        ("abs(-2)", 2),
        ("round(2.5)", 3),
        ("round(-2.5)", -2),
        ("ceil(7 / 2)", 4),
        ("floor(7 / 2)", 3),
        ("int(-1.9)", -1),
        ("round_to(37)", 40),
        ("round_to(10, 16)", 16),
        ("round_to(27, 8, 8)", 32),
        ("true and null == null", True),
        ("'(' == '('", True),
    ],
)
def test_it_means_what_it_says(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_an_even_division_stays_an_integer_and_an_uneven_one_does_not(
    left: int, right: int
) -> None:
    scope = {"a": left * right, "b": right}
    assert evaluate(parse_expression("a / b"), scope) == left
    assert type(evaluate(parse_expression("a / b"), scope)) is int
    found = evaluate(parse_expression("(a + 1) / b"), scope)
    assert type(found) is (int if (left * right + 1) % right == 0 else float)


_INTEGERS = st.recursive(
    st.integers(0, 9).map(str) | st.sampled_from(["width", "in.channels"]),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        )
        | inner.map(lambda text: f"max(1, {text})")
        | inner.map(lambda text: f"-{text}")
    ),
    max_leaves=12,
)


@given(_INTEGERS)
def test_whole_numbers_stay_whole_and_bounded_whatever_is_done_with_them(text: str) -> None:
    try:
        found = value(text)
    except ExpressionError:
        return
    assert type(found) is int
    assert abs(found) <= MAX_MAGNITUDE
    # Python agrees, as all of these mean the same there.
    python = text.replace("in.channels", "3").replace("width", "64")
    assert found == eval(python)


@given(st.text("()[]+-*/%<>=!,.'\"0123456789ein awidthmx_", max_size=40))
def test_any_text_is_an_expression_or_an_error_that_says_why(text: str) -> None:
    told = "."
    try:
        value(text)
    except ExpressionError as error:
        told = str(error)
    assert told.endswith((".", ").", '".'))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is empty"),
        ("1 +", "ends too early"),
        ("1 2", "has '2' where none fits"),
        ("max(1, 2", "is cut off"),
        ("sizes[0", "must be quoted"),
        ("width ^ 2", "write // or * instead of powers"),
        ("2 ** 3", "has '*' where none fits"),
        ("width & 3", "has '&'"),
        ("log(2)", "no function named 'log'; known: abs, ceil"),
        ("1 if 2", "lacks 'else'"),
        ("hight", "'hight' has no value here"),
        ("1 // 0", "division by zero in '//'"),
        ("round_to(3, 0)", "the multiple above 0"),
        ("op + 1", "'conv3d' is no number"),
        ("on * 2", "True is no number"),
        ("1 < 2 < 3", "True is no number"),
        ("sizes[9]", "out of range"),
        ("sizes[on]", "True is no position"),
        ("width[0]", "64 is no list"),
        ("count(op)", "'conv3d' is no list"),
        ("'c' in op", "'conv3d' is no list"),
        ("3 not sizes", "has 'not' where none fits"),
        ("min()", "'min' cannot take"),
        ("1e999", "not a finite number"),
        ("9999999999999", "is too large"),
        ("width * 1000000000000", "is too large"),
        ("1" * 50, "is too long"),
        ("1 + " * 200 + "1", f"at most {MAX_LENGTH}"),
        ("(" * 60 + "1" + ")" * 60, "nests deeper than 30"),
        ("-" * 60 + "1", "nests deeper than 30"),
    ],
)
def test_an_error_says_what_is_wrong(text: str, part: str) -> None:
    assert part in message(text)


def test_only_the_branch_that_is_taken_is_evaluated() -> None:
    assert value("1 if on else 1 // 0") == 1
    assert value("on or 1 // 0") is True
    assert value("not on and 1 // 0") is False


def test_names_are_listed_in_order_without_functions() -> None:
    assert names_in(parse_expression("max(b, a.channels) + b")) == ("b", "a.channels", "b")


@pytest.mark.parametrize(
    ("text", "expected"), [("max(a", True), ("x == '('", False), ("a]", False)]
)
def test_an_expression_that_yaml_cut_is_told_by_its_brackets(text: str, expected: bool) -> None:
    assert is_cut_off(text) is expected
