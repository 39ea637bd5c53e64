"""Every YAML example of the documents is a file of the language."""

import re
from pathlib import Path

import pytest

from nasvid.lowering.load import load_space
from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.profile import profile_space
from nasvid.spec.models import SearchSection
from tests import search_page, variation_page
from tests.reference import PATH, reference

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "docs/language.md", "docs/search.md", "docs/variation.md")


# What an example includes.
INCLUDED = """\
version: 1
blocks:
  bottleneck:
    params: {out: 64}
    nodes:
      reduce: {from: in, conv: {out: =out // 4}}
      middle: {from: reduce, block: conv3d}
      expand: {from: middle, conv: {out: =out}}
"""


def _examples() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        for number, example in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)):
            found.append((f"{name}-{number}", example))
    return found


@pytest.mark.parametrize("example", [pytest.param(t, id=i) for i, t in _examples()])
def test_an_example_loads_and_has_valid_members(example: str, tmp_path: Path) -> None:
    # Examples refer to files as seen from `docs/`.
    text = example.replace("../search_spaces", str(ROOT / "search_spaces"))
    path = tmp_path / "example.yaml"
    if "include:" in text:
        (tmp_path / "blocks").mkdir()
        (tmp_path / "blocks/bottleneck.yaml").write_text(INCLUDED, encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    profile = profile_space(load_space(str(path)), samples=20)
    assert profile.ranges
    assert not profile.invalid


def test_every_document_has_examples() -> None:
    assert len(_examples()) >= len(DOCUMENTS) + 3


def test_the_settings_of_a_search_are_up_to_date() -> None:
    # Renew them by: python -m tests.search_page
    text = search_page.PATH.read_text(encoding="utf-8")
    assert text == search_page.page(text)
    assert all(f"| `{name}` |" in text for name in SearchSection.model_fields)


def test_every_algorithm_is_told_of() -> None:
    text = search_page.PATH.read_text(encoding="utf-8")
    assert not [name for name in ALGORITHMS if f"`{name}`" not in text]


def test_the_reference_is_up_to_date() -> None:
    # Renew it by: python -m tests.reference
    assert PATH.read_text(encoding="utf-8") == reference()


def test_the_page_on_variation_is_up_to_date() -> None:
    # Renew it by: python -m tests.variation_page
    assert variation_page.PATH.read_text(encoding="utf-8") == variation_page.page()
