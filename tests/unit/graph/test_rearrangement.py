"""Patterns over named axes: what they mean, and what they say where they do not fit."""

from typing import Any

import pytest
import torch

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.graph.primitive import make_primitive
from nasvid.graph.rearrangement import parse_pattern
from nasvid.modules.leaf import Operation, leaf_of

CLIP = Shape.clip(6, 4, 3, 5)


def rearranged(pattern: str, shape: Shape, x: torch.Tensor, **sizes: Any) -> torch.Tensor:
    leaf = leaf_of(make_primitive("rearrange", {"pattern": pattern, **sizes}), shape)
    assert isinstance(leaf, Operation)
    return leaf.function(x)


@pytest.mark.parametrize(
    ("pattern", "shape", "sizes", "out"),
    [
        ("B C T H W -> B (T H W) C", CLIP, {}, "6x60"),
        ("B C T H W -> (B T) (H W) C", CLIP, {}, "6x15 per T"),
        ("C T H W -> (B H W) C T", CLIP, {}, "6x4x1x1 per H W"),
        ("B C T H W -> B (C T) H W", CLIP, {}, "24x1x3x5"),
        ("B (T H W) C -> B C T H W", Shape.tokens(6, 60), {"height": 3, "width": 5}, "6x4x3x5"),
        ("(B T) N C -> B (T N) C", Shape.tokens(6, 2).fold(T=4), {}, "6x8"),
        ("B N (heads C) -> (B heads) N C", Shape.tokens(6, 7), {"heads": 3}, "2x7 per heads"),
        ("B N C -> (B T) N C", Shape.tokens(6, 1).fold(H=2), {"frames": 4}, "6x1 per H T"),
        ("B N C -> B C", Shape.tokens(6, 1), {}, "6"),
        ("(B T) N C -> B N C", Shape.tokens(6, 2).fold(T=1), {}, "6x2"),
        ("B C -> B N C", Shape.vector(6), {}, "6x1"),
    ],
)
def test_the_right_side_says_what_comes_out(
    pattern: str, shape: Shape, sizes: dict[str, Any], out: str
) -> None:
    op = make_primitive("rearrange", {"pattern": pattern, **sizes})
    assert str(op.output_shape(shape)) == out


def test_the_last_axis_in_brackets_runs_fastest() -> None:
    x = torch.randn(2, *CLIP.sizes)
    row = rearranged("B C T H W -> B (H T W) C", CLIP, x)
    assert torch.equal(row[:, (2 * 4 + 1) * 5 + 3], x[:, :, 1, 2, 3])
    frames = rearranged("B C T H W -> (B T) C H W", CLIP, x)
    assert torch.equal(frames[1 * 4 + 2, :, 0], x[1, :, 2])
    heads = rearranged("B (heads C) T H W -> (B heads) C T H W", CLIP, x, heads=3)
    assert torch.equal(heads[1 * 3 + 2], x[1, 4:6])


def test_windows_are_neighbours_and_their_mirror_image_is_every_nth() -> None:
    x = torch.randn(2, 1, 4, 4, 4)
    clip = Shape.clip(1, 4, 4, 4)
    pattern = "B C (T t) (H h) (W w) -> (B T H W) (t h w) C"
    near = rearranged(pattern, clip, x, window=(2, 2, 2))
    assert torch.equal(near[0, :, 0], x[0, 0, :2, :2, :2].flatten())
    far = rearranged(pattern.replace("(T t)", "(t T)"), clip, x, window=(2, 4, 4))
    assert torch.equal(far[1, :, 0], x[0, 0, 1::2].flatten())


def test_an_axis_on_the_right_alone_repeats() -> None:
    x = torch.randn(2, 1, 3)
    out = rearranged("B N C -> (B T) N C", Shape.tokens(3, 1), x, frames=4)
    assert torch.equal(out, x.repeat_interleave(4, dim=0))


def test_patterns_that_mean_the_same_are_the_same_setting() -> None:
    texts = ("B C T H W -> (B T) (H W) C", "T H W C->(B T)  C(H W)", "B C T H W -> (B T) C (H W)")
    assert len({make_primitive("rearrange", {"pattern": text}) for text in texts}) == 1
    assert str(parse_pattern(texts[1])) == texts[0]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("B C T H W", "a pattern has two sides around '->', such as 'B C T H W -> (B T) (H W) C'."),
        ("B C T -> B C X", "got 'X'; the axes are B, C, T, H, W, N, t, h, w, heads"),
        ("B C T -> B C (T", "a bracket is not closed."),
        (
            "T " * 10**5,
            "got 'T T T T T T T T T T T T T T T T T T T T ...'; it has 200000 characters",
        ),
        ("B C T -> B C ()", "got ')'; the axes are"),
        ("B C T T -> B C", "axis 'T' stands twice on one side."),
        ("C B T -> C T", "B stands first, alone or in front in brackets, '(B T)'."),
        ("B C T -> (T B) C", "B stands first"),
        ("B T H W -> B (T H W)", "each side names the channels C."),
        ("B C h -> B C", "axis 'h' stands in brackets alone"),
        ("B C T H W -> B C (T H) (T W)", "axis 'T' stands twice"),
        ("B C T H W -> B C (T H) W", "a side has the axes of a clip or tokens, not both."),
        ("B N C -> B C (T H) N", "a side has one axis of tokens at most; got two."),
    ],
)
def test_a_text_that_is_no_pattern_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        make_primitive("rearrange", {"pattern": pattern})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "shape", "sizes", "message"),
    [
        ("B N C -> B C", CLIP, {}, "does not fit CTHW 6x4x3x5; its left side names all axes"),
        ("B C T H -> B (T H) C", CLIP, {}, "does not fit CTHW 6x4x3x5"),
        ("(B T) N C -> B (T N) C", Shape.tokens(6, 2), {}, "does not fit an input with nothing"),
        ("B (T H W) C -> B C T H W", Shape.tokens(6, 8), {"height": 2}, "got none for T and W."),
        (
            "B (T H W) C -> B C T H W",
            Shape.tokens(6, 8),
            {"height": 2, "width": 3},
            "(T H W) of 'B (T H W) C -> B C T H W': 2 x 3 does not make 8.",
        ),
        ("B C T H W -> B (H W) C", CLIP, {}, "leaves out axis 'T', which has size 4; only an axis"),
        ("B N C -> (B T) N C", Shape.tokens(6, 1), {}, "axis 'T' of 'B N C -> (B T) N C' needs a"),
        ("B N C -> B N C", Shape.tokens(6, 1), {"frames": 2}, "a size for axis 'T', which 'B N C"),
        (
            "B N C -> (B T) N C",
            Shape.tokens(6, 1).fold(T=2),
            {"frames": 2},
            "axis 'T' is folded into the batch already.",
        ),
    ],
)
def test_a_shape_that_does_not_fit_is_shown(
    pattern: str, shape: Shape, sizes: dict[str, Any], message: str
) -> None:
    op = make_primitive("rearrange", {"pattern": pattern, **sizes})
    with pytest.raises(ShapeError) as caught:
        op.output_shape(shape)
    assert message in str(caught.value)
