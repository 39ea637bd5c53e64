"""What a decision is about, such as a kernel or a width, whatever a file calls it.

That is told by what its value sets in the end. Where nothing is known of that, as in a table made by
hand, the name at the end of its address tells.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, get_args

from nasvid.spec.decision import Decision
from nasvid.spec.meaning import Use
from nasvid.spec.override import WIDTH_NAMES

Aspect = Literal[
    "op",
    "kernel",
    "temporal_length",
    "dilation",
    "stride",
    "width",
    "expansion",
    "ratio",
    "repeats",
    "gate",
    "skip",
    "switch",
    "branch",
    "edges",
    "rate",
    "resolution",
]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)

_NODE: Mapping[str, Aspect] = {
    "block": "op",
    "merge": "op",
    "repeat": "repeats",
    "gate": "gate",
    "when": "switch",
    "branch": "branch",
}
_INPUT: Mapping[str, Aspect] = {"frames": "rate", "frame_stride": "rate", "size": "resolution"}
_RATES = frozenset(("subsample_frames", "repeat_frames"))
_WIDTHS = frozenset(("out", "hidden", "channels"))
# Aspects of numbers alone.
_NUMBERS = frozenset(("width", "expansion", "repeats", "stride", "dilation"))

_GATE = frozenset(("gate", "gates", "gated", "gating"))
_SKIP = frozenset(("skip", "shortcut", "residual"))
_RATIO = frozenset(("ratio", "squeeze", "reduction"))
_EXPANSION = frozenset(("expand", "expansion", "bottleneck", "multiplier"))
_TIME = frozenset(("time", "temporal"))
# Word to aspect, for decisions of which nothing but the name is known.
_WORDS: Mapping[str, Aspect] = {
    **dict.fromkeys(("op", "ops", "operation", "block", "layer", "activation", "merge"), "op"),
    **dict.fromkeys(("kernel", "window"), "kernel"),
    **dict.fromkeys(_TIME, "temporal_length"),
    **dict.fromkeys(("dilation", "rate"), "dilation"),
    **dict.fromkeys(("stride", "strides"), "stride"),
    **dict.fromkeys(WIDTH_NAMES, "width"),
    **dict.fromkeys(_EXPANSION, "expansion"),
    **dict.fromkeys(_RATIO, "ratio"),
    **dict.fromkeys(("repeat", "repeats", "depth", "copies", "layers"), "repeats"),
    **dict.fromkeys(("frames",), "rate"),
    **dict.fromkeys(("size", "resolution"), "resolution"),
    **dict.fromkeys(("branch", "branches"), "branch"),
}


def aspects_of(decision: Decision) -> frozenset[Aspect]:
    """All that a decision is about; empty where that is none of the known things.

    Example:
        >>> aspects_of(Decision("stage1.temporal_kernel", "choice", (1, 3, 5)))
        frozenset({'temporal_length'})
    """
    if decision.role == "edge":
        return frozenset(("edges",))
    own = _words((decision.path.rsplit(".", 1)[-1],))
    if decision.meaning.uses:
        found = set(_of_uses(decision))
        words = own | _words(decision.meaning.names)
    else:
        found, words = _of_words(own), own
    if decision.role in ("repeat", "block"):
        found.add("repeats" if decision.role == "repeat" else "op")
    if not decision.is_number:
        found -= _NUMBERS
    return frozenset(_sorted_out(found, words, decision))


def decisions_about(decisions: Iterable[Decision]) -> Mapping[Aspect, tuple[Decision, ...]]:
    """For each aspect the decisions that are about it and have several values."""
    found: dict[Aspect, list[Decision]] = {aspect: [] for aspect in ASPECTS}
    for decision in decisions:
        if decision.num_values > 1:
            for aspect in aspects_of(decision):
                found[aspect].append(decision)
    return {aspect: tuple(about) for aspect, about in found.items()}


def _of_uses(decision: Decision) -> Iterator[Aspect]:
    for use in decision.meaning.uses:
        aspect = _of_use(use, decision)
        if aspect is not None:
            yield aspect


def _of_use(use: Use, decision: Decision) -> Aspect | None:
    if use.owner == "node":
        # A part of the arithmetic that names a block is about something else.
        is_op = use.name in ("block", "merge")
        return None if is_op and use.is_part else _NODE.get(use.name)
    if use.owner == "input":
        return _INPUT.get(use.name)
    if use.owner in _RATES:
        return "rate"
    if use.name == "kernel":
        if use.is_part and not decision.is_number:
            return None
        return "temporal_length" if use.axis == "time" else "kernel"
    if use.name in _WIDTHS:
        return "expansion" if use.is_part else "width"
    return _PLAIN.get(use.name)


_PLAIN: Mapping[str, Aspect] = {"stride": "stride", "dilation": "dilation"}


def _of_words(words: frozenset[str]) -> set[Aspect]:
    found: set[Aspect] = {_WORDS[word] for word in words if word in _WORDS}
    if words & _TIME and found & {"kernel", "stride", "dilation"}:
        # A temporal kernel is about time, a temporal stride is a stride.
        found.discard("kernel" if "kernel" in found else "temporal_length")
    return found


def _sorted_out(found: set[Aspect], words: frozenset[str], decision: Decision) -> set[Aspect]:
    """Without what is less apt than something else, with what words tell of."""
    if found & {"width", "branch", "repeats"} or words & _RATIO:
        found.discard("expansion")
    if words & _RATIO and decision.is_number and not found & {"stride", "rate"}:
        found.add("ratio")
    is_boolean = all(isinstance(option, bool) for option in decision.options)
    if is_boolean and (found & {"switch", "branch"} or not found):
        if words & _GATE:
            found.add("gate")
        if words & _SKIP:
            found.add("skip")
    if is_boolean and any(use.owner != "node" for use in decision.meaning.uses):
        # What also changes arithmetic is more than there or not.
        found -= {"switch", "branch"}
    elif not is_boolean:
        # A number that also switches something is about that number.
        found.discard("switch")
        if len(found) > 1:
            found.discard("branch")
    return found


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in re.split(r"[^a-z]+", name.lower()))
