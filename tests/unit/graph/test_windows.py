"""Padding and output sizes of sliding windows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.windows import Windows
from tests.strategies import clips

CLIP = Shape.clip(8, 4, 7, 10)

odd = st.sampled_from([1, 3, 5])
lengths = st.integers(1, 5)


def three(values: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.tuples(values, values, values)


@given(clip=clips(), kernel=three(odd), dilation=three(st.integers(1, 3)))
def test_half_padding_keeps_the_size_at_stride_one(
    clip: Shape, kernel: tuple[int, int, int], dilation: tuple[int, int, int]
) -> None:
    assert Windows(kernel=kernel, dilation=dilation).slide(clip) == clip


@given(clip=clips(), kernel=three(lengths), stride=three(lengths), dilation=three(lengths))
def test_ceil_padding_gives_the_size_by_the_stride_rounded_up(
    clip: Shape,
    kernel: tuple[int, int, int],
    stride: tuple[int, int, int],
    dilation: tuple[int, int, int],
) -> None:
    windows = Windows(kernel=kernel, stride=stride, dilation=dilation, padding="ceil")
    out = windows.slide(clip)
    steps = zip(clip.sizes[1:], stride, strict=True)
    assert out.sizes[1:] == tuple(-(-size // step) for size, step in steps)


@given(clip=clips(), kernel=three(lengths), stride=three(lengths))
def test_ceil_padding_puts_the_odd_element_at_the_end(
    clip: Shape, kernel: tuple[int, int, int], stride: tuple[int, int, int]
) -> None:
    windows = Windows(kernel=kernel, stride=stride, padding="ceil")
    for before, after in windows.pads(clip):
        assert after - before in {0, 1}


def test_ceil_padding_of_an_even_kernel_is_that_of_tensorflow() -> None:
    windows = Windows(kernel=(2, 3, 3), stride=(1, 2, 2), padding="ceil")
    assert windows.pads(CLIP) == ((0, 1), (1, 1), (0, 1))


def test_explicit_padding_goes_on_both_sides() -> None:
    windows = Windows(kernel=(1, 3, 3), padding=(0, 2, 0))
    assert windows.pads(CLIP) == ((0, 0), (2, 2), (0, 0))
    assert str(windows.slide(CLIP)) == "8x4x9x8"


def test_half_padding_of_an_even_kernel_is_refused_with_a_way_out() -> None:
    with pytest.raises(ShapeError) as caught:
        Windows(kernel=(1, 2, 2)).slide(CLIP)
    assert str(caught.value) == (
        "parameter 'kernel': got 2 on H; padding 'half' needs an odd length. "
        "Use padding 'ceil' or give it as three integers."
    )


def test_a_kernel_longer_than_the_padded_input_is_refused() -> None:
    with pytest.raises(ShapeError) as caught:
        Windows(kernel=(3, 1, 1), dilation=(2, 1, 1), padding=(0, 0, 0)).slide(CLIP)
    assert str(caught.value) == (
        "parameter 'kernel': got 3 on T, which spans 5 elements; the padded input has 4. "
        "Use a shorter kernel, more padding, or smaller strides before."
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"kernel": (0, 1, 1)}, "'kernel': got (0, 1, 1); accepts three integers of at least 1"),
        ({"stride": (1, 0, 1)}, "'stride': got (1, 0, 1); accepts three integers of at least 1"),
        ({"dilation": (1, 1, 0)}, "'dilation': got (1, 1, 0); accepts three integers of at"),
        ({"padding": (0, -1, 0)}, "'padding': got (0, -1, 0); accepts three integers of at"),
    ],
)
def test_a_length_out_of_range_is_named(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        Windows(**{"kernel": (1, 1, 1), **parameters}).check()
    assert message in str(caught.value)


def test_a_pool_is_not_padded_by_more_than_half_its_kernel() -> None:
    Windows(kernel=(1, 2, 3), padding=(0, 1, 1)).check_pool()
    with pytest.raises(ShapeError, match="accepts at most half the kernel on each axis"):
        Windows(kernel=(1, 2, 3), padding=(0, 1, 2)).check_pool()
