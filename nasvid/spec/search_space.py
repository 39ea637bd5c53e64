"""A search space: all networks that a file describes, its budget, and how to search it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nasvid.core.errors import Mark, Problem, SpaceError
from nasvid.core.recipes import Recipe
from nasvid.core.registry import unknown_name
from nasvid.spec.constraint import named_constraints
from nasvid.spec.decision import Decision, DecisionValue
from nasvid.spec.decisions import DecisionTable, Genotype
from nasvid.spec.override import Override, with_width
from nasvid.spec.published import Published
from nasvid.spec.sections import SearchSettings
from nasvid.spec.signatures import Catalogue
from nasvid.spec.source import cut
from nasvid.spec.syntax import Network


@dataclass(frozen=True, eq=False)
class SearchSpace:
    """What a search space file says, checked.

    Args:
        name: Of the space.
        description: One line or more.
        file: The file that was read, for messages.
        network: Inputs, blocks and nodes.
        catalogue: Blocks and primitives that nodes may be.
        decisions: All open choices.
        limits: Budget: `macs`, `params`, `activations` to the most that is allowed.
        search: How to search.
        training: How to train a candidate.
        texts: File name to text of this file and of those that it builds on, the open one last.
        chosen: Decisions that files made by `choose`.
        gates: Node to what it reads to the gate that files fix, see `fixed_gates`.
        included: File name to text of what the open file includes.
        override: Widths and clip that files ask for in place of their own.
        is_resized: Whether it has other widths than its file says.
        standard: The catalogue without the blocks of the file; None where it has none.
        written: The network with the widths that the open file writes down; None where it has them.
        published: What is in print about the network that this very file describes.
        has_own_budget: Whether the budget is that of this very file, not of one that it builds on.
    """

    name: str
    description: str
    file: str
    network: Network
    catalogue: Catalogue
    decisions: DecisionTable
    limits: Mapping[str, int]
    search: SearchSettings
    training: Recipe
    texts: Mapping[str, str]
    chosen: Mapping[str, DecisionValue] = field(default_factory=dict[str, DecisionValue])
    gates: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    included: Mapping[str, str] = field(default_factory=dict[str, str])
    override: Override = field(default_factory=Override)
    is_resized: bool = False
    standard: Catalogue | None = None
    written: Network | None = None
    published: Published | None = None
    has_own_budget: bool = True

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to choose: the space is one architecture."""
        return not self.decisions.open_given(self._settled)

    @property
    def _settled(self) -> dict[str, DecisionValue]:
        """The decisions that have one value alone."""
        return {d.path: next(d.values()) for d in self.decisions if d.num_values == 1}

    def with_classes(self, classes: int | None) -> "SearchSpace":
        """The same space with another value of `=classes`."""
        if classes is None:
            return self
        return replace(self, network=replace(self.network, classes=classes))

    def with_override(self, override: Override) -> "SearchSpace":
        """The same space with other widths or another clip; addresses and choices stay."""
        together = replace(self, override=self.override.then(override))
        if override.width is None:
            return together
        # From what the file writes, as rounding twice would give other widths than rounding once.
        written = self.written or self.network
        standard = self.standard or self.catalogue
        factor = together.override.width or override.width
        network = with_width(written, factor, standard.blocks)
        network = replace(network, classes=self.network.classes)
        catalogue = standard.extended(network.blocks)
        return replace(together, network=network, catalogue=catalogue, written=written)

    def choose(self, chosen: Mapping[str, Any], mark_of: Mapping[str, Mark]) -> "SearchSpace":
        """The same space with some decisions made.

        Args:
            chosen: Path to value; a subset as a list.
            mark_of: Path to its place in a file, for messages.

        Raises:
            SpaceError: A path or value does not exist; all such problems at once.
        """
        nowhere = Mark(self.file, 1, 1)
        problems: list[Problem] = []
        made: dict[str, DecisionValue] = {}
        for path, value in chosen.items():
            decision = self.decisions.by_path.get(path)
            if decision is None:
                message = unknown_name("decision", path, self.decisions.by_path)
            elif not decision.accepts(frozen := decision.read(value)):
                message = f"got {cut(repr(value))}; {accepted_values(decision)}."
            else:
                made[path] = frozen
                continue
            problems.append(Problem(mark_of.get(path, nowhere), f"choose.{path}", message))
        table = DecisionTable(
            (
                decision.decided(made[decision.path]) if decision.path in made else decision
                for decision in self.decisions
            ),
            self.decisions.constraints,
        ).reachable()
        for path in made:
            if path not in table.by_path:
                message = _why_closed(self.decisions.by_path[path])
                problems.append(Problem(mark_of.get(path, nowhere), f"choose.{path}", message))
        if not problems:
            problems += _broken(table, mark_of, nowhere)
        if problems:
            raise SpaceError(problems)
        return replace(self, decisions=table, chosen={**self.chosen, **made})

    def only_genotype(self) -> Genotype:
        """The one genotype of a closed space.

        Raises:
            SpaceError: Something is left to choose.
        """
        values = self._settled
        missing = self.decisions.open_given(values)
        if missing:
            listed = ", ".join(decision.path for decision in missing[:5])
            more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
            mark = missing[0].mark or Mark(self.file, 1, 1)
            message = (
                f"is a space, not one architecture: {listed}{more} is left to choose. "
                "Take a sample, or make a file with `space:` and `choose:`."
            )
            raise SpaceError.at(mark, "", message)
        found = {
            d.path: values[d.path]
            for d in self.decisions
            if d.path in values and self.decisions.is_active(d, values)
        }
        for constraint in self.decisions.broken(found):
            message = f"what is chosen does not meet the constraint {constraint.name()}."
            raise SpaceError.at(constraint.mark, "constraints", message)
        return Genotype(tuple(found.items()))


def _broken(table: DecisionTable, mark_of: Mapping[str, Mark], nowhere: Mark) -> list[Problem]:
    """The constraints that nothing left to choose can meet, each told at what was chosen."""
    found: list[Problem] = []
    for constraints in table.unmet():
        paths = [path for constraint in constraints for path in constraint.paths]
        # What closes a decision may stand in the way too, so else all that is chosen here is meant.
        chosen = [path for path in dict.fromkeys(paths) if path in mark_of] or list(mark_of)
        mark = mark_of[chosen[-1]] if chosen else nowhere
        listed = ", ".join(chosen[:5]) or "what is chosen"
        message = f"{listed} cannot meet {named_constraints(constraints)}."
        found.append(Problem(mark, "choose", message))
    return found


def accepted_values(decision: Decision) -> str:
    """What a decision accepts, in words."""
    shown = ", ".join(cut(repr(option)) for option in decision.options[:12])
    more = f", ... ({len(decision.options)} in all)" if len(decision.options) > 12 else ""
    if decision.kind == "choice":
        return f"accepts one of {shown}{more}"
    return f"accepts a list of {decision.least} to {decision.most} of {shown}{more}, in this order"


def _why_closed(decision: Decision) -> str:
    needed = " or ".join(f"{c.path} = {c.option!r}" for c in decision.conditions[:3])
    return (
        f"is never open with what is chosen here: it takes {needed}. Drop it, or change what it "
        "hangs on."
    )
