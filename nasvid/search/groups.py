"""Decisions that belong together: those of a stage, those of a stream."""

from collections.abc import Mapping

from nasvid.search.connections import inputs_of
from nasvid.spec.decisions import Decision, DecisionTable
from nasvid.spec.outline import Outline


def stages_of(table: DecisionTable) -> Mapping[str, str]:
    """Each decision to its stage: a node of the network, a level, or a block of a list of it.

    Named decisions are stages of their own, as any node may read them.
    """
    return {decision.path: _stage_of(decision) for decision in table}


def streams_of(table: DecisionTable, outline: Outline) -> Mapping[str, str]:
    """Each decision to its stream: the only input that its node may descend from, empty for others.

    All are one group where there is one input, or where it is not known which node may read which.
    """
    inputs = inputs_of(outline) if len(outline.inputs) > 1 else {}
    found: dict[str, str] = {}
    for decision in table:
        # Nodes of levels are nodes; only the number of them stands at the level itself.
        above = inputs.get(decision.path.partition(".")[0], frozenset())
        found[decision.path] = next(iter(above)) if len(above) == 1 else ""
    return found


def _stage_of(decision: Decision) -> str:
    if decision.elements:
        outermost = decision.elements[0]
        if outermost.is_parallel:
            return outermost.owner
        if "." not in outermost.owner:
            return outermost.address
    return decision.path.partition(".")[0]
