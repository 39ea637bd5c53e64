import math

import pytest

from nasvid.core.canonical import canonical_json, digest


def test_the_order_of_keys_does_not_count() -> None:
    assert digest({"a": 1, "b": {"c": 2, "d": 3}}) == digest({"b": {"d": 3, "c": 2}, "a": 1})


def test_the_order_of_a_list_counts() -> None:
    assert digest([1, 2]) != digest([2, 1])


def test_the_text_is_ascii_without_spaces() -> None:
    assert canonical_json({"b": [1, "\u00e9"], "a": True}) == '{"a":true,"b":[1,"\\u00e9"]}'


def test_numbers_of_other_kinds_differ() -> None:
    assert len({digest(1), digest(1.0), digest("1"), digest(True)}) == 4


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_that_json_does_not_know_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest({"loss": value})


def test_a_digest_never_changes_between_versions() -> None:
    # SHA-256 of the two characters "{}"; ledgers of old runs hold such digests.
    assert digest({}) == "44136fa355b3678a"


def test_a_shorter_digest_is_the_start_of_a_longer_one() -> None:
    assert digest("x", 32).startswith(digest("x", 8))
    assert len(digest("x", 32)) == 32
