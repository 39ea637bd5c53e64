"""What every primitive says that the backward pass needs of it, against what autograd keeps."""

from contextlib import nullcontext
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitive import PRIMITIVES, make_primitive
from nasvid.modules.leaf import Layer, leaf_of
from tests.saved_tensors import inner_tensor, place_of, saved_tensors
from tests.strategies import SETTINGS, Setting

BATCH = 2
EXAMPLES = settings(max_examples=6)


# Where such a primitive has one head, place or frame, part of what it copies is a view, and less is
# kept than the rule says.
VIEW_OR_COPY = {"attention_product", "gru", "skip_rnn", "window_attention"}
# Where axes have size 1 this one keeps other things; a library rounds small sizes up for that one.
COARSE = {"relative_attention", "lstm"}

CLIP = Shape.clip(8, 4, 8, 8)
ROW, SHORT_ROW = Shape.tokens(8, 33), Shape.tokens(8, 9)
WINDOW = {"window": [2, 4, 4], "heads": 2}
RELATIVE = {"grid": [2, 4, 4], "key_grid": [2, 2, 2], "heads": 2, "class_token": True}
# Name, parameters and input shapes without axes of size 1.
LARGE: list[tuple[str, dict[str, Any], tuple[Shape, ...]]] = [
    *(
        ("attention_product", {"heads": 2, "over": over}, (CLIP, CLIP, CLIP))
        for over in ("space", "time", "joint", "H", "W", "TH", "TW")
    ),
    ("attention_product", {"heads": 2, "over": "time"}, (CLIP, CLIP, CLIP.replace(C=4))),
    ("attention_product", {"heads": 2}, (ROW, SHORT_ROW, SHORT_ROW)),
    ("attention_product", {"heads": 2, "weights": "mean"}, (ROW, SHORT_ROW, SHORT_ROW)),
    ("attention_product", {"weights": "mean"}, (CLIP, CLIP, CLIP)),
    ("attention_product", {"heads": 2, "weights": "mean", "over": "time"}, (CLIP, CLIP, CLIP)),
    ("attention_product", {"heads": 2}, (ROW, SHORT_ROW, SHORT_ROW.replace(C=4))),
    ("window_attention", WINDOW, (CLIP, CLIP, CLIP)),
    ("window_attention", WINDOW | {"shift": [0, 2, 2]}, (CLIP, CLIP, CLIP)),
    ("window_attention", WINDOW | {"relative_positions": False}, (CLIP, CLIP, CLIP)),
    ("window_attention", WINDOW, (CLIP, CLIP, CLIP.replace(C=4))),
    ("relative_attention", RELATIVE, (ROW, SHORT_ROW, SHORT_ROW)),
    ("gru", {"hidden": 5, "layers": 3, "bidirectional": True}, (CLIP,)),
    ("gru", {"hidden": 5, "layers": 2}, (CLIP,)),
    ("skip_rnn", {"hidden": 5, "cell": "lstm"}, (CLIP,)),
]


class Pass:
    """A primitive after one pass in training.

    Args:
        setting: The primitive and what it reads.
        precision: Of what it reads; bf16 has it run in mixed precision.
    """

    def __init__(self, setting: Setting, precision: torch.dtype = torch.float32) -> None:
        self.op, self.shapes = setting
        torch.manual_seed(0)
        leaf = leaf_of(self.op, *self.shapes)
        call = leaf.make() if isinstance(leaf, Layer) else leaf.function
        generator = torch.Generator().manual_seed(1)
        self.inputs = [inner_tensor(s, BATCH, generator).to(precision) for s in self.shapes]
        is_module = isinstance(call, nn.Module)
        weights = [*call.parameters(), *call.buffers()] if is_module else []
        is_mixed = precision == torch.bfloat16
        autocast = torch.autocast("cpu", torch.bfloat16) if is_mixed else nullcontext()
        with saved_tensors(weights) as self.saved, autocast:
            self.output: Tensor = call(*self.inputs)

    @property
    def expected(self) -> int:
        """Bytes by the rule."""
        kept = self.op.kept(*self.shapes)
        tensors = [self.inputs[index] for index in kept.inputs]
        tensors += [self.output] if kept.output else []
        places = {place_of(tensor): tensor.untyped_storage().nbytes() for tensor in tensors}
        per_clip = 4 * (kept.elements + kept.floats) + kept.bytes
        return sum(places.values()) + BATCH * per_clip + 4 * kept.elements_once + kept.bytes_once


each_primitive = pytest.mark.parametrize("name", list(PRIMITIVES))


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_what_is_kept_is_what_the_rule_says(name: str, data: st.DataObject) -> None:
    run = Pass(data.draw(SETTINGS[name]()))
    kept = run.op.kept(*run.shapes)
    if name in VIEW_OR_COPY:
        assert run.saved.total <= run.expected
    if name in VIEW_OR_COPY | COARSE:
        return
    assert run.saved.total == run.expected
    assert tuple(k for k, x in enumerate(run.inputs) if run.saved.has(x)) == kept.inputs
    assert run.saved.has(run.output) == (kept.output or (kept.is_view and 0 in kept.inputs))


@pytest.mark.parametrize(("name", "parameters", "shapes"), LARGE)
def test_attention_and_recurrence_keep_what_the_rule_says(
    name: str, parameters: dict[str, Any], shapes: tuple[Shape, ...]
) -> None:
    run = Pass((make_primitive(name, parameters), shapes))
    assert run.saved.total == run.expected


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize(("channels", "hidden"), [(32, 64), (64, 32), (256, 64), (64, 256)])
def test_an_lstm_keeps_about_what_the_rule_says(
    channels: int, hidden: int, layers: int, bidirectional: bool
) -> None:
    parameters = {"hidden": hidden, "layers": layers, "bidirectional": bidirectional}
    run = Pass((make_primitive("lstm", parameters), (Shape.clip(channels, 8, 4, 4),)))
    assert run.expected == pytest.approx(run.saved.total, rel=0.15)


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_what_is_no_copy_is_a_view(name: str, data: st.DataObject) -> None:
    run = Pass(data.draw(SETTINGS[name]()))
    is_view = place_of(run.output) == place_of(run.inputs[0])
    assert is_view == run.op.kept(*run.shapes).is_view


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_mixed_precision_is_that_of_torch(name: str, data: st.DataObject) -> None:
    run = Pass(data.draw(SETTINGS[name]()), precision=torch.bfloat16)
    runs_in = run.op.mixed_precision()
    is_narrow = runs_in in {"as inputs", "bf16"}
    assert run.output.dtype == (torch.bfloat16 if is_narrow else torch.float32)
