"""One architecture: its graph, its cost, its module, its file."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nasvid.api.clip_fit import clip_misfits
from nasvid.core.costs import Cost
from nasvid.core.errors import SpaceError
from nasvid.core.recipes import Recipe
from nasvid.cost.analytic import cost_of
from nasvid.cost.train_memory import TrainMemory, train_memory
from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import Graph
from nasvid.lowering.clip import ClipSize
from nasvid.lowering.idle_strides import idle_strides
from nasvid.lowering.lower import Lowered, lower
from nasvid.spec.closed_file import relative_reference, short_text, standalone_text
from nasvid.spec.decisions import Genotype
from nasvid.spec.lone_shares import lone_shares
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.unread import unread_in_blocks

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True)
class CostReport:
    """Cost of one clip, with every term that tables print.

    Args:
        macs: Multiply-adds of convolutions, linear layers and matrix products.
        norm_ops: Operations of normalisation layers, at the rate that was asked for.
        total: macs + norm_ops.
        flops: 2 * macs.
        params: Trainable parameters.
        buffers: Elements of buffers.
        activations: Elements written by nodes that are not mere views.
        nodes: Primitives in the network.
    """

    macs: int
    norm_ops: int
    total: int
    flops: int
    params: int
    buffers: int
    activations: int
    nodes: int

    @classmethod
    def of(cls, cost: Cost, nodes: int, norm: int) -> "CostReport":
        """From a cost and the operations that a normalised element counts."""
        norm_ops = cost.norm_ops(norm)
        return cls(
            macs=cost.macs,
            norm_ops=norm_ops,
            total=cost.macs + norm_ops,
            flops=cost.flops,
            params=cost.params,
            buffers=cost.buffers,
            activations=cost.activations,
            nodes=nodes,
        )


class Architecture:
    """One member of a search space.

    Args:
        space: The space.
        genotype: What is chosen.
        clip: Frames and size in place of those of the space.
    """

    def __init__(
        self, space: SearchSpace, genotype: Genotype, clip: ClipSize | None = None
    ) -> None:
        self._space = space
        self._clip = clip
        self.genotype = genotype

    @cached_property
    def _lowered(self) -> Lowered:
        try:
            return lower(self._space, self.genotype, self._clip)
        except SpaceError as error:
            changes = [f"a clip of {self._clip}"] if self._clip is not None else []
            changes += ["another width"] if self._space.is_resized else []
            if not changes:
                raise
            asked = f" This is with {' and '.join(changes)} in place of the file's own."
            raise SpaceError(
                replace(problem, message=problem.message + asked) for problem in error.problems
            ) from error

    @property
    def space_name(self) -> str:
        """Name of the space it is a member of."""
        return self._space.name

    @property
    def description(self) -> str:
        """Description of the space it is a member of."""
        return self._space.description

    @property
    def recipe(self) -> Recipe:
        """How the space says that it is trained."""
        return self._space.training

    @property
    def graph(self) -> Graph:
        """The typed graph.

        Raises:
            SpaceError: Shapes do not fit for this member.
        """
        return self._lowered.graph

    @property
    def warnings(self) -> tuple[str, ...]:
        """What does nothing: nodes left out, names that share nothing, strides over one frame or row."""
        found = (
            *self._lowered.warnings,
            *unread_in_blocks(self._space.network),
            *lone_shares(self._space.network),
            *idle_strides(self._space, self.graph),
        )
        return tuple(str(problem) for problem in found)

    @property
    def clip_warnings(self) -> tuple[str, ...]:
        """What of another clip than the file's the network does not take as asked; usually none."""
        if self._clip is None:
            return ()
        try:
            own = lower(self._space, self.genotype).graph
        except SpaceError:
            # Nothing to compare with: the clip of the file fits less.
            return ()
        return clip_misfits(self._clip, own, self.graph)

    @cached_property
    def id(self) -> str:
        """Canonical id: equal for equal architectures, however they are written."""
        return graph_id(self.graph)

    @property
    def choices(self) -> dict[str, Any]:
        """What is chosen, by address."""
        return self.genotype.to_json()

    def cost(self, norm: int = 0) -> CostReport:
        """Exact cost of one clip.

        Args:
            norm: Operations that a normalised element counts: 0, 2 or 5.
        """
        return CostReport.of(cost_of(self.graph), self.graph.num_primitives, norm)

    def train_memory(
        self, batch: int, *, precision: str | None = None, optimizer: str | None = None
    ) -> TrainMemory:
        """Estimated peak memory of one training step, in bytes; see `cost.train_memory`.

        Args:
            batch: Clips of a step.
            precision: `fp32` or `bf16`; None takes that of the space, where `auto` counts as fp32.
            optimizer: `sgd` or `adamw`; None takes that of the space.

        Raises:
            NasvidError: There is no such precision or optimiser, or the batch is empty.
        Example:
            >>> import nasvid
            >>> arch = nasvid.load("search_spaces/quickstart.yaml").sample(seed=1)
            >>> arch.train_memory(batch=16).total > arch.train_memory(batch=8).total
            True
        """
        if precision is None:
            precision = "bf16" if self.recipe.precision == "bf16" else "fp32"
        return train_memory(
            self.graph, batch, precision=precision, optimizer=optimizer or self.recipe.optimizer
        )

    def build(self) -> "nn.Module":
        """The network as a module with fresh weights, drawn from torch's global generator.

        It takes a dict of streams (`{"rgb": x_BCTHW}`), or the tensor itself where there is one
        input.
        """
        # Loaded here, so that sizing up a space does not wait for torch.
        from nasvid.modules.assemble import build
        from nasvid.modules.initialise import initialise

        module = build(self.graph)
        initialise(module)
        return module

    def to_yaml(self, file: str | Path | None = None) -> str:
        """The text of the architecture as a file of the language; writes nothing.

        Args:
            file: Where the text will stand; then it refers to the file of the space from there.
                None gives the standalone form, which needs no other file.
        """
        if file is not None and self._clip is None and not self._space.is_resized:
            folder = Path(file).parent
            reference = relative_reference(Path(self._space.file), folder)
            return short_text(self._space, self.genotype, reference)
        streams = {i.name: i.stream for i in self.graph.inputs if i.stream is not None}
        return standalone_text(
            self._space, self.genotype.by_path, streams if self._clip is not None else None
        )

    def __repr__(self) -> str:
        return f"Architecture({self._space.name!r}, {self.id!r})"
