"""What a picture shows, before anything has a place: boxes, edges, streams, groups.

Made from a graph, a space, or two graphs; every output format is written from it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Mark = Literal["same", "reshaped", "changed", "added", "removed"]
GateValue = float | Literal["learned", "attention"] | None


@dataclass(frozen=True, slots=True)
class Lane:
    """What a box belongs to: a stream, from its input to where it meets others.

    Args:
        stream: Number of the input.
        branch: 0, or the number of the branch where several nodes read the input.
    """

    stream: int
    branch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node, with what joins its inputs and what follows it without weights of its own.

    Args:
        path: Its address, unique in the picture.
        role: An input of the network, the instance of a block, or a primitive.
        kind: What it is, in words.
        join: How its inputs become one; empty where it has one input, or takes several as they are.
        count: How many copies stand one behind the other, such as `3` or `1 to 4`; else empty.
        shapes: Frames x size x channels that come out, a line for each output.
        steps: Where time or space shrinks or grows, such as `T ÷2`.
        frames: Frames that come out; 0 where time is no axis or not known.
        size: Height and width that come out; empty where there is no such axis or it is not known.
        choices: What is open, a line for each: address below this node, then the options.
        notes: What else there is to see, a line each.
        details: What it costs and is made of, for whoever wants to know more.
        lane: Its stream; None where streams have met.
        group: Path of the opened block that it stands in; empty at top level.
        is_optional: Whether the members of the space have it or not.
        mark: What a difference says about it.
    """

    path: str
    role: Literal["input", "block", "layer"]
    kind: str = ""
    join: str = ""
    count: str = ""
    shapes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    frames: int = 0
    size: str = ""
    choices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    lane: Lane | None = None
    group: str = ""
    is_optional: bool = False
    mark: Mark = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """From what gives to what reads.

    Args:
        source: Path of a box.
        target: Path of a box.
        gate: Factor of a gated merge from 0 to 1; `learned` where training sets it; `attention`
            where the source is only attended to and joins no sum; None without.
        port: Output of the source, where it has several.
        is_optional: Whether it is there in some members of the space only.
        mark: What a difference says about it.
        before: The gate on the left of a difference, where that is another one.
    """

    source: str
    target: str
    gate: GateValue = None
    port: str = ""
    is_optional: bool = False
    mark: Mark = "same"
    before: GateValue = None


@dataclass(frozen=True, slots=True)
class Group:
    """An opened block.

    Args:
        path: Its address.
        kind: Name of the block.
        count: Copies of it, as in `Box`.
        parent: Path of the group that it stands in; empty at top level.
    """

    path: str
    kind: str
    count: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """All that a picture shows.

    Args:
        subject: What it is a picture of.
        title: Name of the network, or names of both.
        facts: Short lines below the title, such as its cost.
        streams: Names of the inputs.
        boxes: Each stands behind those that it reads, as far as the edges of a difference allow it.
        edges: No two with the same ends and output.
        groups: Outer ones stand before inner ones.
        shared: Decisions that any node may use, a line for each.
        num_hidden: Edges that only attend and were left out.
        insets: Pictures of what is inside boxes.
    """

    subject: Literal["architecture", "space", "difference", "inside"]
    title: str
    facts: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    shared: tuple[str, ...] = ()
    num_hidden: int = 0
    insets: tuple["Drawing", ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data; what is empty is left out of boxes, edges and groups."""
        data = asdict(self)
        for key in ("boxes", "edges", "groups"):
            data[key] = [_filled(item) for item in data[key]]
        data["insets"] = [inset.to_json() for inset in self.insets]
        return data


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if not _is_empty(key, value)}


def _is_empty(key: str, value: Any) -> bool:
    # 0 frames are none, but a gate of 0 is a gate.
    return (
        value is None
        or value is False
        or value in ("", (), "same")
        or (key, value) == ("frames", 0)
    )
