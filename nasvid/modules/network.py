"""The modules that a graph becomes: a network, and one module per block instance."""

from collections.abc import Iterator, Mapping

from torch import Tensor, nn

from nasvid.core.errors import GraphError
from nasvid.graph.ir import Graph, flatten
from nasvid.graph.naming import attribute_path
from nasvid.graph.primitive import Primitive
from nasvid.modules.plan import Plan


class BlockModule(nn.Module):
    """A block instance.

    Args:
        block: Name of the block, for readers.
        children: Attribute name to module, in the order of the nodes.
        plan: How to call them.
    """

    _block: str
    _plan: Plan

    def __init__(self, block: str, children: Mapping[str, nn.Module], plan: Plan) -> None:
        super().__init__()
        # Past the checks of torch, which take longer than all else here; names are attribute names.
        self.__dict__.update(_block=block, _plan=plan)
        self._modules.update(children)

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """The one output, or all of them in the order of the ports."""
        outputs = self._plan.run(self._modules, inputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def extra_repr(self) -> str:
        return self._block


class Network(nn.Module):
    """A network that takes streams of clips.

    Attributes:
        graph: What it was built from.

    Args:
        graph: What it is built from.
        children: Attribute name to module, in the order of the nodes.
        plan: How to call them.
    """

    def __init__(self, graph: Graph, children: Mapping[str, nn.Module], plan: Plan) -> None:
        super().__init__()
        self.graph = graph
        self._plan = plan
        self._expected = tuple((i.name, i.shape.tensor_sizes) for i in graph.inputs)
        self._ports = tuple(port for port, _ in graph.outputs)
        for name, child in children.items():
            self.add_module(name, child)

    def forward(self, streams: Tensor | Mapping[str, Tensor]) -> Tensor | dict[str, Tensor]:
        """The output of the network for a batch.

        Args:
            streams: Input name to clips of shape (B, C, T, H, W), or the clips where there is only
                one input.

        Returns:
            The output, or port name to output where there are several.

        Raises:
            GraphError: The streams are not those that the network takes.
        """
        outputs = self._plan.run(self._modules, self._in_order(streams))
        if len(outputs) == 1:
            return outputs[0]
        return dict(zip(self._ports, outputs, strict=True))

    def _in_order(self, streams: Tensor | Mapping[str, Tensor]) -> list[Tensor]:
        if isinstance(streams, Tensor):
            if len(self._expected) != 1:
                raise GraphError(f"got one tensor; accepts a dict with {self._accepted()}.")
            tensors = [streams]
        else:
            if set(streams) != {name for name, _ in self._expected}:
                got = ", ".join(sorted(streams)) or "none"
                raise GraphError(f"got the streams {got}; accepts {self._accepted()}.")
            tensors = [streams[name] for name, _ in self._expected]
        for tensor, (name, sizes) in zip(tensors, self._expected, strict=True):
            if tuple(tensor.shape[1:]) != sizes:
                got = tuple(tensor.shape)
                raise GraphError(f"stream {name!r}: got the shape {got}; accepts {_batch(sizes)}.")
        return tensors

    def _accepted(self) -> str:
        return " and ".join(f"{name!r} of shape {_batch(sizes)}" for name, sizes in self._expected)


def _batch(sizes: tuple[int, ...]) -> str:
    return f"(B, {', '.join(map(str, sizes))})"


def leaves(network: Network) -> Iterator[tuple[str, Primitive, nn.Module]]:
    """Dotted node name, primitive and module of all primitives that are modules, in graph order."""
    modules = dict(network.named_modules())
    for node in flatten(network.graph)[0]:
        module = modules.get(attribute_path(node.name))
        if module is not None:
            yield node.name, node.op, module
