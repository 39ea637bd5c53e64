"""The section `published`, and when a count agrees with a printed number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.errors import SpaceError
from nasvid.spec.published import Printed
from tests.spaces import load_text

FILE = """
version: 1
inputs:
  rgb: {{frames: 4, size: 16}}
network:
  nodes:
    stem: {{conv3d: {{out: 4}}}}
  head: {{classes: 3}}
published: {section}
"""


def load(section: str):
    return load_text(FILE.format(section=section))


def test_the_section_is_read_with_its_digits() -> None:
    space = load(
        "{family: x3d, year: 2020, source: 'https://arxiv.org/abs/2004.04730', params: 3.80M, "
        "macs: 1.96G, norm: 5, clip: 13x182, accuracy: {kinetics-400: 73.5}}"
    )
    published = space.published
    assert published is not None
    assert published.params == Printed("3.80M")
    assert published.to_json()["accuracy"] == {"kinetics-400": 73.5}


def test_a_file_without_it_has_none() -> None:
    assert load_text(FILE.format(section="").replace("published:", "")).published is None


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("{year: 2020, source: 'https://a.b'}", "family"),
        ("{family: a, year: 2020, source: 'https://a.b', top1: 3}", "top1"),
        ("{family: a, year: 2020, source: 'javascript:x'}", "source"),
        ("{family: a, year: 2020, source: 'https://a.b', params: 3.5}", "params"),
        ("{family: a, year: 2020, source: 'https://a.b', macs: lots}", "macs"),
        ("{family: a, year: 2020, source: 'https://a.b', clip: 8}", "clip"),
        ("{family: a, year: 2020, source: 'https://a.b', accuracy: {k: 101}}", "accuracy"),
        ("[1]", "mapping"),
    ],
)
def test_a_mistake_is_told_with_its_place(section: str, told: str) -> None:
    with pytest.raises(SpaceError, match=told) as caught:
        load(section)
    assert ":9:" in str(caught.value)


@given(st.integers(1, 10**12), st.integers(0, 3))
def test_every_count_agrees_with_how_it_prints(count: int, digits: int) -> None:
    text = f"{round(count / 10**6, digits):.{digits}f}M"
    if float(text[:-1]) > 0:
        assert Printed(text).agrees(count)
        assert not Printed(text).agrees(count + 2 * 10 ** (6 - digits))


def test_papers_may_cut_digits() -> None:
    assert Printed("71.3G").agrees(71_350_000_000)
    assert Printed("71.4G").agrees(71_350_000_000)
    assert not Printed("71.3G").agrees(71_400_000_000)
