import pytest

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape, broadcast


def test_a_clip_counts_its_elements_and_positions() -> None:
    clip = Shape.clip(3, 4, 5, 6)
    assert (clip.size, clip.positions) == (360, 120)
    assert (clip.channels, clip.frames, clip.height, clip.width) == (3, 4, 5, 6)


def test_an_axis_that_is_not_there_has_size_1() -> None:
    assert Shape.vector(7).frames == 1
    assert Shape.tokens(7, 5).axis("H") == 1


def test_tokens_stand_before_channels_in_a_tensor() -> None:
    assert Shape.tokens(8, 5).tensor_sizes == (5, 8)
    assert Shape.clip(3, 4, 5, 6).tensor_sizes == (3, 4, 5, 6)


def test_folded_axes_count_as_elements_but_not_as_sizes() -> None:
    frames = Shape.clip(3, 1, 2, 2).fold(T=16)
    assert frames.sizes == (3, 1, 2, 2)
    assert (frames.num_folded, frames.size, frames.positions) == (16, 192, 64)


def test_folding_drops_what_was_folded_before() -> None:
    assert Shape.tokens(8, 5).fold(T=4).fold(H=2, W=3).folded == (("H", 2), ("W", 3))


def test_replacing_sizes_keeps_axes_and_what_is_folded() -> None:
    shape = Shape.tokens(8, 5).fold(T=4).replace(C=2)
    assert shape == Shape(("C", "N"), (2, 5), (("T", 4),))


def test_replacing_an_axis_that_is_not_there_changes_nothing() -> None:
    assert Shape.vector(8).replace(T=4) == Shape.vector(8)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (Shape.clip(3, 16, 112, 112), "3x16x112x112"),
        (Shape.vector(5), "5"),
        (Shape.tokens(8, 5).fold(T=4, H=2), "8x5 per T H"),
    ],
)
def test_a_shape_reads_as_its_sizes(shape: Shape, text: str) -> None:
    assert str(shape) == text


def test_an_axis_without_elements_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"axis H would have size 0; every axis needs at least 1"):
        Shape.clip(3, 4, 0, 6)


def test_a_folded_axis_without_elements_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"axis T would have size 0; every axis needs at least 1"):
        Shape.vector(3).fold(T=0)


def test_every_axis_needs_a_size() -> None:
    with pytest.raises(ShapeError, match=r"got 1 sizes for the axes \('C', 'N'\)"):
        Shape(("C", "N"), (3,))


def test_operands_of_size_1_grow_to_the_others() -> None:
    operands = [Shape.clip(1, 4, 1, 7), Shape.clip(8, 1, 1, 7), Shape.clip(8, 4, 1, 1)]
    assert broadcast(operands) == Shape.clip(8, 4, 1, 7)


def test_operands_of_other_sizes_do_not_fit() -> None:
    message = r"do not fit on axis T: 8x4x7x7, 8x2x7x7; sizes must be equal or 1"
    with pytest.raises(ShapeError, match=message):
        broadcast([Shape.clip(8, 4, 7, 7), Shape.clip(8, 2, 7, 7)])


def test_operands_of_other_axes_do_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"different axes: CTHW 8x4x7x7, C 8\."):
        broadcast([Shape.clip(8, 4, 7, 7), Shape.vector(8)])
