"""Names, comments, literals and imports of generated files."""

import ast
import keyword
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.errors import ExportError
from nasvid.export.comments import one_line
from nasvid.export.identifiers import RESERVED, Names, class_name, variable_name
from nasvid.export.imports import import_lines
from nasvid.export.layout import Call, lay_out, literal

# Letters, and what ends lines, texts and comments somewhere.
texts = st.text(st.sampled_from("aZ1_ \t\n\r\x00\x0b\x0c\x1c\x85\u2028\u202e\xe9\"'\\{}%#"))
plain = st.none() | st.booleans() | st.integers() | st.floats() | texts


@given(texts)
def test_a_comment_stays_one_comment(text: str) -> None:
    source = f"# {one_line(text)}\nx = 1\n"
    assert source.isascii()
    assert len(ast.parse(source).body) == 1


@given(texts)
def test_any_text_gives_a_name(text: str) -> None:
    for name in (class_name(text), variable_name(text), Names().claim(variable_name(text))):
        assert name.isascii()
        assert name.isidentifier()
    assert not keyword.iskeyword(Names().claim(variable_name(text)))
    assert Names().claim(class_name(text)) not in RESERVED


@given(st.lists(st.sampled_from(["x", "x2", "sum", "sum_", "y"]), max_size=8))
def test_no_name_is_given_twice(wanted: list[str]) -> None:
    names = Names()
    given_names = [names.claim(name) for name in wanted]
    assert len(set(given_names)) == len(given_names)


@given(plain | st.tuples(plain, plain) | st.tuples(plain))
def test_a_literal_reads_back_as_the_value(value: object) -> None:
    found = eval(literal(value), {"float": float})
    assert repr(found) == repr(value)


def test_a_value_that_is_not_plain_is_refused() -> None:
    with pytest.raises(ExportError, match=r"has the argument \[1\]; source text holds plain"):
        literal([1])
    assert literal((math.inf, 1e-05)) == '(float("inf"), 1e-5)'


def test_long_calls_break_as_the_formatter_breaks_them() -> None:
    call = Call("f", (("first=", "a" * 40), ("second=", "b" * 40)))
    assert lay_out("x = ", call) == [
        "x = f(",
        f"    first={'a' * 40}, second={'b' * 40}",
        ")",
    ]
    parts = Call("", (("", "a"), ("", Call("g", (("", "b"),)))), is_list=True)
    assert lay_out("x = ", parts) == ["x = [", "    a,", "    g(b),", "]"]


def test_imports_are_those_that_are_used() -> None:
    text = "class A(nn.Module):\n    x: Tensor = F.relu(partial(Path))"
    copied = {"partial": "from functools import partial", "math": "import math"}
    assert import_lines(text, copied) == [
        "from functools import partial",
        "from pathlib import Path",
        "",
        "import torch.nn.functional as F",
        "from torch import Tensor, nn",
    ]
