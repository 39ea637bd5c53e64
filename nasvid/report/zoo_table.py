"""Rows of the table of published networks, for the terminal and for Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nasvid.core.costs import human_count
from nasvid.core.streams import Stream
from nasvid.spec.published import Printed, Published

HEADER = (
    "network",
    "family",
    "year",
    "streams (frames x stride, size)",
    "params",
    "MACs",
    "printed params",
    "printed cost",
    "top-1",
)


@dataclass(frozen=True, slots=True)
class ZooRow:
    """A network in the table.

    Args:
        name: Of the network.
        published: What is in print.
        streams: By name of the input.
        params: Counted.
        macs: Counted at the clip of the file.
    """

    name: str
    published: Published
    streams: Mapping[str, Stream]
    params: int
    macs: int

    def cells(self) -> tuple[str, ...]:
        """As texts, in the order of the header; what is not in print is empty."""
        told = self.published
        return (
            self.name,
            told.family,
            str(told.year),
            stream_text(self.streams),
            human_count(self.params),
            human_count(self.macs),
            "" if told.params is None else readable(told.params),
            _printed_cost(told),
            ", ".join(f"{value:g} {data}" for data, value in told.accuracy.items()),
        )


def stream_text(streams: Mapping[str, Stream]) -> str:
    """Frames x frame stride of each stream and its size; the modality alone where it is the name.

    Example:
        >>> stream_text({"rgb": Stream("rgb", 3, 8, 4, 224, (0.0,) * 3, (1.0,) * 3)})
        'rgb 8x4, 224'
    """
    sizes = {stream.size for stream in streams.values()}
    parts: list[str] = []
    for name, stream in streams.items():
        what = name if name == stream.modality else f"{name} ({stream.modality})"
        own_size = f", {stream.size}" if len(sizes) > 1 else ""
        parts.append(f"{what} {stream.frames}x{stream.frame_stride}{own_size}")
    return "; ".join(parts) + (f", {sizes.pop()}" if len(sizes) == 1 else "")


def readable(printed: Printed) -> str:
    """A number as it is in print, or with commas.

    Example:
        >>> readable(Printed("34.57M")), readable(Printed("31505325"))
        ('34.57M', '31,505,325')
    """
    text = printed.text
    return text if text[-1].isalpha() else f"{int(text):,}"


def _printed_cost(told: Published) -> str:
    if told.macs is None:
        return ""
    norms = f", norms at {told.norm}" if told.norm else ""
    clip = f" ({told.clip}{norms})" if told.clip else f" ({norms[2:]})" if norms else ""
    return f"{told.macs.text}{clip}"


def markdown_table(rows: Sequence[ZooRow]) -> list[str]:
    """Lines of a Markdown table; names lead to the files."""
    lines = [f"| {' | '.join(HEADER)} |", f"|{'---|' * len(HEADER)}"]
    for row in rows:
        name, *others = row.cells()
        link = f"[{name}](../search_spaces/zoo/{name}.yaml)"
        lines.append(f"| {' | '.join([link, *others])} |")
    return lines
