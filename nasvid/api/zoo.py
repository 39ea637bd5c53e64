"""The zoo: published networks as files of the language, with what is in print about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nasvid.api.architecture import CostReport
from nasvid.api.load import load
from nasvid.api.space import SearchSpace
from nasvid.api.zoo_folder import zoo_file, zoo_folder
from nasvid.core.errors import NasvidError
from nasvid.core.streams import MODALITIES, Stream
from nasvid.spec.parse_published import read_published
from nasvid.spec.published import Published

# From the smallest on; some networks pool or flatten more than others.
_SMALL_CLIPS = ("8x64", "16x64", "10x64", "16x128", "50x64")


@dataclass(frozen=True)
class ZooNetwork:
    """One network of the zoo.

    Args:
        path: Its file.
    """

    path: Path

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.stem

    @cached_property
    def space(self) -> SearchSpace:
        """The file, read; a space with one member."""
        return load(self.path)

    @cached_property
    def published(self) -> Published:
        """What is in print.

        Raises:
            NasvidError: The file does not say.
        """
        published = read_published(str(self.path))
        if published is None:
            raise NasvidError(f"{self.path}: lacks the section `published`, as zoo files have it.")
        return published

    @property
    def summary(self) -> str:
        """The first sentences of the comment at the head of the file."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        head: list[str] = []
        for line in lines[1:]:
            if not line.startswith("#"):
                break
            head.append(line.lstrip("# "))
        return " ".join(head)

    @cached_property
    def streams(self) -> dict[str, Stream]:
        """By name of the input."""
        graph = self.space.architecture().graph
        return {item.name: item.stream for item in graph.inputs if item.stream is not None}

    @cached_property
    def cost(self) -> CostReport:
        """At the clip of the file."""
        return self.space.cost()

    @cached_property
    def printed_cost(self) -> CostReport:
        """At the clip, classes and rate of norms at which its numbers are in print."""
        published = self.published
        space = load(self.path, clip=published.clip, classes=published.classes)
        return space.cost(norm=published.norm)

    def agrees(self) -> bool:
        """Whether the counted size and cost are the printed ones, to the printed digits."""
        published, cost = self.published, self.printed_cost
        return (published.params is None or published.params.agrees(cost.params)) and (
            published.macs is None or published.macs.agrees(cost.total)
        )

    def small_clip(self) -> str:
        """A clip at which it can be tried at a quarter of its width; empty where no data are made."""
        if any(stream.modality not in MODALITIES for stream in self.streams.values()):
            return ""
        fits = ""
        for clip in _SMALL_CLIPS:
            try:
                architecture = load(self.path, clip=clip, width=0.25).architecture()
                if not architecture.clip_warnings:
                    return clip
            except NasvidError:
                continue
            # Rows are lost at any size but odd ones in some networks.
            fits = fits or clip
        return fits

    def to_json(self) -> dict[str, Any]:
        """What `nasvid zoo --json` tells."""
        return {
            "name": self.name,
            "file": str(self.path),
            "streams": {name: stream.to_json() for name, stream in self.streams.items()},
            "params": self.cost.params,
            "macs": self.cost.macs,
            "published": self.published.to_json(),
        }


def zoo() -> Iterator[ZooNetwork]:
    """All networks of the zoo, by name.

    Example:
        >>> "slowfast_r50_8x8" in [network.name for network in zoo()]
        True
    """
    for path in sorted(zoo_folder().glob("*.yaml")):
        yield ZooNetwork(path)


def zoo_network(name: str) -> ZooNetwork:
    """One network of the zoo.

    Raises:
        NasvidError: There is none of this name.
    Example:
        >>> zoo_network("r2plus1d_18").cost.params
        31505325
    """
    return ZooNetwork(zoo_file(name))
