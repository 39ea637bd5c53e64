"""The gallery of the documentation shows what the code draws today."""

import pytest

from tests.gallery import ALL, MAX_BYTES, PAGE, PICTURES, page, picture

AGAIN = "run `python -m tests.gallery`"


@pytest.mark.parametrize("name", [one.name for one in ALL])
def test_a_picture_is_up_to_date_and_small(name: str) -> None:
    path = PICTURES / f"{name}.svg"
    assert path.read_text(encoding="utf-8") == picture(name), AGAIN
    assert path.stat().st_size <= MAX_BYTES


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), AGAIN


def test_all_pictures_are_on_the_page() -> None:
    assert {path.stem for path in PICTURES.iterdir()} == {one.name for one in ALL}
    assert len(ALL) >= 12
