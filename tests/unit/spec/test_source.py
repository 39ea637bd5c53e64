"""YAML as read here: the 1.2 core schema, places, and bounds."""

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.errors import Mark, Problem, SpaceError
from nasvid.spec.closed_file import dump
from nasvid.spec.source import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_LINE,
    MAX_PROBLEMS,
    Table,
    file_text,
    plain,
    read_text,
)

HERE = Mark("space.yaml", 1, 1)


def read(text: str) -> Any:
    return plain(read_text(text, "space.yaml"))


def message(text: str) -> str:
    with pytest.raises(SpaceError) as caught:
        read_text(text, "space.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("1e-4", 1e-4),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("3.", 3.0),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("+3", 3),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("''", ""),
        ("'3'", "3"),
        ('"a\\nb"', "a\nb"),
        ("=width", "=width"),
        ("<<", "<<"),
        ("[1, [2, x]]", [1, [2, "x"]]),
        ("{a: {b: }}", {"a": {"b": None}}),
        ("{1: a, true: b, 2.5: c}", {"1": "a", "true": "b", "2.5": "c"}),
        ("&a [1, 2]", [1, 2]),
        ("{a: &a 1, b: *a}", {"a": 1, "b": 1}),
    ],
)
def test_scalars_and_structures_follow_yaml_1_2(text: str, expected: object) -> None:
    found = read(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "space.yaml:1:1: is empty; a search space begins with `version: 1`."),
        ("a: 1\nb: 2\na: 3", "space.yaml:3:1: key 'a' stands twice; first in line 1."),
        ("a: !!python/object:os.system x", "space.yaml:1:4: tag 'tag:yaml.org,2002:python/object:"),
        ("a: !mine [1]", "space.yaml:1:4: tag '!mine' is not accepted; write plain values."),
        ("a: !!int x", "space.yaml:1:4: got 'x', which is no int."),
        ("a: .inf", "space.yaml:1:4: got '.inf', which is no float."),
        ("a: .nan", "space.yaml:1:4: got '.nan', which is no float."),
        ("a: 1e999", "space.yaml:1:4: got '1e999', which is no float."),
        ("a: " + "9" * 50, "which is no int."),
        ("? [1, 2]\n: 3", "got the key [1, 2]; keys are plain names."),
        ("a: [1, 2", "space.yaml:2:1: is not YAML: while parsing a flow sequence"),
        ("a: *b", "space.yaml:1:4: is not YAML: found undefined alias"),
        ("a: \t- b", "is not YAML"),
        ("a: 1\n---\nb: 2", "is not YAML: expected a single document"),
        ("a: \x01", "is not YAML"),
        ("a: &a [*a]", "grows too large through aliases"),
        ("x" * (MAX_LINE + 1), f"has a line of {MAX_LINE + 1} characters"),
        ("a\n" * MAX_BYTES, f"at most {MAX_BYTES} are accepted"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), f"nests deeper than {MAX_DEPTH} levels"),
        ("[" * 9_000, f"nests deeper than {MAX_DEPTH} levels"),
    ],
)
def test_what_is_not_accepted_is_told_with_its_place(text: str, expected: str) -> None:
    assert expected in message(text)


def test_aliases_that_grow_by_powers_end_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 30)]
    assert "grows too large through aliases" in message("\n".join(lines))


def test_all_problems_of_a_text_are_told_at_once_up_to_a_bound() -> None:
    assert len(message("a: !x 1\nb: !y 2\na: 3").splitlines()) == 3
    assert len(message("- !x 1\n" * 500).splitlines()) == MAX_PROBLEMS


def test_every_value_and_key_knows_its_place() -> None:
    table = read_text("a: 1\nb:\n  - x\n  - {c: 2}\n", "space.yaml")
    assert isinstance(table, Table)
    assert table.key_mark("b") == Mark("space.yaml", 2, 1)
    assert table.key_mark("absent") == table.mark
    found = table.get("b")
    assert found is not None
    assert found.mark == Mark("space.yaml", 3, 3)


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(file_text(str(path), HERE)) == {"a": 1}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: \xff", "is not UTF-8 text (byte 3)"),
        (b" " * (MAX_BYTES + 1), f"at most {MAX_BYTES} are accepted"),
    ],
)
def test_a_file_that_is_no_text_of_bounded_size_is_refused(
    content: bytes, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "space.yaml"
    path.write_bytes(content)
    with pytest.raises(SpaceError) as caught:
        file_text(str(path), HERE)
    assert expected in str(caught.value)


@pytest.mark.parametrize("name", ["absent.yaml", ".", "a" * 3000, "nul\0.yaml"])
def test_a_path_that_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpaceError, match=r"^space.yaml:1:1: "):
        file_text(str(tmp_path / name), HERE)


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(max_size=12)
    | st.sampled_from(["no", "1e-4", "0o7", "12:30", "0x1f", "~", "=x", "1_0", "true", ".5", "- a"])
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), _SCALARS | st.lists(_SCALARS), max_size=6))
def test_what_is_written_is_read_back(data: dict[str, Any]) -> None:
    try:
        text = dump(data)
        found = read(text)
    except SpaceError:
        # Control characters are no YAML at all.
        assert any(not c.isprintable() for c in repr(data)) or not data
        return
    assert found == data
    assert repr(found) == repr(data)


@given(st.text(max_size=60) | st.text("[]{}:,-&*!'\"# \nab1.", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        read(text)
    except SpaceError as error:
        problems = error.problems
    assert all(problem.mark.line >= 1 for problem in problems)


def test_numbers_are_what_another_reader_of_the_core_schema_makes_of_them() -> None:
    # PyYAML follows 1.1, where the two agree on these.
    for text in ("1.5", "-3", "1.0e-05", "0.1"):
        assert math.isclose(read(text), yaml.safe_load(text))
