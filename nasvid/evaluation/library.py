"""The splits of one data set, opened for the streams that networks ask for."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from nasvid.core.errors import EvaluationError
from nasvid.core.shapes import Shape
from nasvid.core.streams import Stream
from nasvid.data.clips import ClipData
from nasvid.data.progress import Progress
from nasvid.graph.ir import OUT, Graph

# Opened splits are memory maps, so this bounds file handles, not memory.
NUM_OPEN = 32


class ClipLibrary:
    """Opens splits once and keeps those used last.

    Args:
        source: A folder with `train.csv`, `val.csv` and `test.csv`.
        cache_dir: Folder of the decoded frames; None takes the one beside the lists.
        progress: Told about the decoding.
    """

    def __init__(
        self, source: Path, cache_dir: Path | None = None, progress: Progress | None = None
    ) -> None:
        self.source = source
        self._cache_dir = cache_dir
        self._progress = progress
        self._open = lru_cache(NUM_OPEN)(self._open_anew)

    def has(self, split: str) -> bool:
        """Whether the data has this split; one clip list stands for all of them."""
        return not self.source.is_dir() or (self.source / f"{split}.csv").is_file()

    def open(self, split: str, streams: Mapping[str, Stream]) -> ClipData:
        """A split for the streams of a network.

        Raises:
            DataError: The clip list or a video is wrong.
        """
        return self._open(split, tuple(sorted(streams.items(), key=lambda item: item[0])))

    def _open_anew(self, split: str, streams: tuple[tuple[str, Stream], ...]) -> ClipData:
        return ClipData.open(self.source, split, dict(streams), self._cache_dir, self._progress)


def streams_of(graph: Graph) -> dict[str, Stream]:
    """What to feed a network, by the name of its input.

    Raises:
        EvaluationError: An input does not say what to feed it.
    """
    streams: dict[str, Stream] = {}
    for item in graph.inputs:
        if item.stream is None:
            raise EvaluationError(
                f"graph: input {item.name!r} names no stream, so there is nothing to feed it; "
                "evaluate the graph of a whole network."
            )
        streams[item.name] = item.stream
    return streams


def check_head(graph: Graph, num_classes: int) -> None:
    """Raise an EvaluationError unless the network gives one score per class of the data.

    Of several outputs the one called `out` is trained and scored.
    """
    outputs = dict(graph.output_shapes)
    if OUT not in outputs:
        raise EvaluationError(
            f"graph: the network has the outputs {', '.join(outputs)}; the one that is trained and "
            f"scored is called {OUT}. Call one so, or give an evaluate function of your own."
        )
    shape = outputs[OUT]
    if shape == Shape.vector(num_classes):
        return
    found = f"{''.join(shape.axes)} {shape}"
    raise EvaluationError(
        f"graph: the head gives {found}; the data has {num_classes} classes and needs one output "
        f"C {num_classes}. Set `classes` of the head to {num_classes}, or use other data."
    )
