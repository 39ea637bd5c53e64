"""Memory that a training step needs at its peak, estimated without building anything."""

from dataclasses import dataclass
from typing import Literal

from nasvid.core.errors import NasvidError
from nasvid.core.shapes import Shape
from nasvid.cost.analytic import cost_of
from nasvid.graph import folding
from nasvid.graph.ir import OUT, FlatNode, Graph, flatten

Precision = Literal["fp32", "bf16"]
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16")
# Numbers that an optimiser holds for each weight: a momentum; a first and a second moment.
STATES = {"sgd": 1, "adamw": 2}

_WIDE, _NARROW = 4, 2


@dataclass(frozen=True, slots=True)
class TrainMemory:
    """Bytes that a training step needs, by what they are for; each part at the time it is largest.

    Args:
        weights: Parameters and buffers, in fp32.
        gradients: Of all parameters, in fp32.
        optimizer: What the optimiser holds for them.
        clips: The batch that comes in, in fp32.
        kept: What the backward pass keeps of the forward pass.
        transient: Gradients of activations, or the tensors around one primitive.
        total: The peak: below the sum of all parts, because what is kept goes, from the last layer
            on, while gradients come.
    """

    weights: int
    gradients: int
    optimizer: int
    clips: int
    kept: int
    transient: int
    total: int


def train_memory(
    graph: Graph, batch: int, *, precision: str = "fp32", optimizer: str = "sgd"
) -> TrainMemory:
    """Estimated peak memory of one training step.

    Of several outputs the one called `out` has a loss, if there is one, else all have.

    Counted are tensors, as torch holds them on a CPU with the channels of clips last. Whatever lies
    in one piece of memory counts once: several primitives may keep one tensor, and a view is the
    tensor that it looks at. Nothing is computed in place. A part of a network that hangs on no
    weight needs no gradients and keeps nothing.

    Not counted are what kernels need inside (such as the workspace of a convolution), what an
    allocator holds but nobody uses, the bytes of clips before they are normalised, and torch
    itself. On a GPU some kernels keep other things: attention with relative positions less, as its
    weights are computed again, and norms in bf16 more.

    Args:
        graph: The network.
        batch: Clips of a step.
        precision: `fp32`, or `bf16` for mixed precision with weights in fp32.
        optimizer: `sgd` with momentum, or `adamw`.

    Raises:
        NasvidError: There is no such precision or optimiser, or the batch is empty.
    Example:
        >>> from nasvid.graph.ir import Input, primitive_node
        >>> from nasvid.graph.primitive import make_primitive
        >>> clip = Shape.clip(3, 8, 16, 16)
        >>> conv = primitive_node("conv", make_primitive("conv", {"out": 8}), ("x",), (clip,))
        >>> shape = conv.shape()
        >>> relu = primitive_node("relu", make_primitive("relu", {}), ("conv",), (shape,))
        >>> graph = Graph((Input("x", clip),), (conv, relu), (("out", "relu"),))
        >>> memory = train_memory(graph, batch=2)
        >>> memory.weights, memory.kept == 2 * shape.size * 4 * 2
        (96, True)
    """
    _check(batch, precision, optimizer)
    cost = cost_of(graph)
    walk = _Walk(graph, is_mixed=precision == "bf16")
    weights, states = _WIDE * (cost.params + cost.buffers), _WIDE * cost.params * STATES[optimizer]
    clips = _WIDE * batch * sum(i.shape.size for i in graph.inputs)
    # All gradients are there when the optimiser takes its step.
    most = max([_WIDE * cost.params, *(per_clip * batch + once for per_clip, once in walk.times)])
    return TrainMemory(
        weights=weights,
        gradients=_WIDE * cost.params,
        optimizer=states,
        clips=clips,
        kept=batch * walk.kept_per_clip + walk.kept_once,
        transient=batch * walk.transient_per_clip,
        total=weights + states + clips + most,
    )


def _check(batch: int, precision: str, optimizer: str) -> None:
    if batch < 1:
        raise NasvidError(f"batch: got {batch}; accepts at least 1.")
    if precision not in PRECISIONS:
        raise NasvidError(f"precision: got {precision!r}; accepts {' or '.join(PRECISIONS)}.")
    if optimizer not in STATES:
        raise NasvidError(f"optimizer: got {optimizer!r}; accepts {' or '.join(STATES)}.")


@dataclass(frozen=True, slots=True)
class _Tensor:
    """An input of the network, or what a primitive gives.

    Args:
        memory: Number of the tensor in whose memory it lies.
        shape: Its shape.
        width: Bytes of an element.
        has_gradient: Whether it hangs on a weight.
    """

    memory: int
    shape: Shape
    width: int
    has_gradient: bool

    @property
    def bytes(self) -> int:
        return self.shape.size * self.width


@dataclass(slots=True)
class _Step:
    """A primitive, forwards and backwards.

    Args:
        node: The primitive.
        params: Its weights.
        is_first: Whether it is the first to use them.
        gradient_width: Bytes of an element of what it gives to their gradient.
        kept_per_clip: Bytes that it alone keeps for each clip, or as the first of several.
        kept_once: Bytes that it keeps whatever the batch.
        inside_per_clip: Bytes of what it keeps of its own that has a gradient.
        inside_once: The same whatever the batch.
    """

    node: FlatNode
    params: int
    is_first: bool
    gradient_width: int = _WIDE
    kept_per_clip: int = 0
    kept_once: int = 0
    inside_per_clip: int = 0
    inside_once: int = 0


class _Walk:
    """One pass through a network and back.

    Attributes:
        kept_per_clip: Bytes for each clip that are kept at the end of the forward pass.
        kept_once: Bytes that are kept whatever the batch.
        transient_per_clip: Bytes for each clip of gradients of activations, or of the tensors around
            one primitive, at most.
        times: Bytes for each clip and bytes whatever the batch, at all times that may be the peak.

    Args:
        graph: The network.
        is_mixed: Whether precision is mixed.
    """

    def __init__(self, graph: Graph, *, is_mixed: bool) -> None:
        self._is_mixed = is_mixed
        self._num_inputs = len(graph.inputs)
        self._tensors = [
            _Tensor(index, item.shape, _WIDE, has_gradient=False)
            for index, item in enumerate(graph.inputs)
        ]
        # The memory of clips that come in is counted by itself.
        self._stored = set(range(self._num_inputs))
        self.kept_per_clip = self.kept_once = self.transient_per_clip = 0
        self.times: list[tuple[int, int]] = []
        self._seen_weights: set[str] = set()
        nodes, ends = flatten(graph)
        ports = [port for port, _ in graph.outputs]
        if OUT in ports:
            ends = (ends[ports.index(OUT)],)
        steps = [self._forward(node) for node in nodes]
        # The loss keeps the logarithm of the scores, in fp32.
        self.kept_per_clip += sum(_WIDE * self._tensors[end].shape.size for end in ends)
        self._backward(steps, ends)

    def _forward(self, node: FlatNode) -> _Step:
        inputs = [self._tensors[index] for index in node.operands]
        runs_in = node.op.mixed_precision() if self._is_mixed else "as inputs"
        width = _NARROW if runs_in == "bf16" else _WIDE
        if runs_in == "as inputs":
            width = max(tensor.width for tensor in inputs)
        kept = folding.kept(node.op, node.input_shapes)
        params = folding.cost(node.op, node.input_shapes, node.shape).params
        step = _Step(node, params, node.weights not in self._seen_weights)
        self._seen_weights.add(node.weights)
        memory = inputs[0].memory if kept.is_view else len(self._tensors)
        has_gradient = step.params > 0 or any(tensor.has_gradient for tensor in inputs)
        output = _Tensor(memory, node.shape, width, has_gradient)
        self._tensors.append(output)
        if has_gradient:
            for tensor in (inputs[index] for index in kept.inputs):
                if runs_in in {"bf16", "fp32"} and tensor.width != width:
                    # Brought to another precision first; that copy is what is kept.
                    step.kept_per_clip += tensor.shape.size * width
                else:
                    step.kept_per_clip += self._newly_stored(tensor)
            if kept.output:
                step.kept_per_clip += self._newly_stored(output)
            step.inside_per_clip = kept.elements * width + kept.floats * _WIDE
            step.inside_once = kept.elements_once * width
            step.kept_per_clip += step.inside_per_clip + kept.bytes
            step.kept_once = step.inside_once + kept.bytes_once
            if runs_in == "bf16" and kept.casts_weights:
                # Copies of weights are made once for all clips and all uses.
                step.kept_once += _NARROW * step.params * step.is_first
                step.gradient_width = _NARROW
        self.kept_per_clip += step.kept_per_clip
        self.kept_once += step.kept_once
        around = sum(tensor.bytes for tensor in (*inputs, output))
        self._note(around, self.kept_per_clip + around, self.kept_once)
        return step

    def _newly_stored(self, tensor: _Tensor) -> int:
        """Bytes of the memory in which a tensor lies, 0 where that is kept already."""
        if tensor.memory in self._stored:
            return 0
        self._stored.add(tensor.memory)
        return self._tensors[tensor.memory].bytes

    def _note(self, transient: int, per_clip: int, once: int) -> None:
        self.transient_per_clip = max(self.transient_per_clip, transient)
        self.times.append((per_clip, once))

    def _backward(self, steps: list[_Step], ends: tuple[int, ...]) -> None:
        per_clip, once = self.kept_per_clip, self.kept_once
        gradients = {end: self._tensors[end].bytes for end in ends}
        summed: set[str] = set()
        for index in range(len(self._tensors) - 1, self._num_inputs - 1, -1):
            step = steps[index - self._num_inputs]
            if index in gradients:
                for operand in step.node.operands:
                    if self._tensors[operand].has_gradient:
                        gradients.setdefault(operand, self._tensors[operand].bytes)
                transient = sum(gradients.values()) + step.inside_per_clip
                is_summed = step.node.weights in summed
                # What several uses of a copy give is summed before it is brought to fp32.
                width = step.gradient_width if is_summed or not step.is_first else _WIDE
                gradient = width * step.params
                self._note(transient, per_clip + transient, once + gradient + step.inside_once)
                once += 0 if is_summed else gradient
                if step.is_first and is_summed:
                    once += (_WIDE - width) * step.params
                summed.add(step.node.weights)
                del gradients[index]
            per_clip -= step.kept_per_clip
            once -= step.kept_once
