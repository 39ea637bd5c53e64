"""Names of nodes as names of attributes."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nasvid.graph.naming import attribute_name, attribute_path

# Names near those that clash: whole words of them, digits and underscores.
_PARTS = ["name", "half", "requires_grad", "in", "_", "1", "x"]
names = st.lists(st.sampled_from(_PARTS), min_size=1, max_size=5).map("".join)


@pytest.mark.parametrize("name", sorted({*dir(nn.Module()), *keyword.kwlist, "graph", "0x"}))
def test_a_name_that_clashes_is_made_safe(name: str) -> None:
    safe = attribute_name(name)
    assert safe.isidentifier()
    assert not keyword.iskeyword(safe)
    assert not hasattr(nn.Module(), safe)
    assert not safe.startswith("_")


@pytest.mark.parametrize(
    "name", ["conv", "stage2", "unit_0", "name", "names1x", "x_", "out", "0", "12"]
)
def test_a_name_that_does_not_clash_stays(name: str) -> None:
    assert attribute_name(name) == name


@given(first=names, second=names)
def test_different_names_stay_different(first: str, second: str) -> None:
    assert (attribute_name(first) == attribute_name(second)) == (first == second)


def test_every_part_of_a_dotted_name_is_made_safe() -> None:
    assert attribute_path("stage.half.type") == "stage.half_.type_"
