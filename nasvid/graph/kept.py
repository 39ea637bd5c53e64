"""What the backward pass needs of one forward pass, told without torch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """What autograd keeps in memory for one call of a primitive while it trains, for one clip.

    Weights do not count, as they are there anyway. A tensor that several primitives keep is one
    tensor, so inputs and output are named and not counted.

    Args:
        inputs: Numbers of the inputs that are kept as they are.
        output: Whether the output is kept.
        elements: Elements of further tensors, in the precision the primitive runs in.
        floats: Elements of further tensors that are fp32 in any case, such as statistics.
        bytes: Bytes of further tensors without a gradient, such as indices.
        elements_once: Elements as above that do not grow with the batch.
        bytes_once: Bytes of further tensors that do not grow with the batch.
        casts_weights: Whether copies of all weights are kept where it runs in bf16.
        is_view: Whether the output lies in the memory of the first input.
    """

    inputs: tuple[int, ...] = ()
    output: bool = False
    elements: int = 0
    floats: int = 0
    bytes: int = 0
    elements_once: int = 0
    bytes_once: int = 0
    casts_weights: bool = True
    is_view: bool = False


NOTHING = Kept()
FIRST_INPUT = Kept(inputs=(0,))
OUTPUT = Kept(output=True)
VIEW = Kept(is_view=True)
