"""Clips of a split, cut from the decoded frames.

Axes: B batch, C channels, T frames, H height, W width, N all frames of the split.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nasvid.core.errors import DataError
from nasvid.core.streams import MODALITIES, Stream
from nasvid.data.cache import FrameCache
from nasvid.data.cached_frames import open_frames
from nasvid.data.clip_list import read_clip_list, split_csv
from nasvid.data.progress import Progress, no_progress

Videos = Sequence[int] | np.ndarray


class ClipData:
    """One split, opened for the streams of a network; `open` makes one.

    A clip is cut around a centre frame that all its streams share, so they look at the same moment.
    With F frames a stride of s apart, frame i of a stream is frame `centre - (span - 1) // 2 + i*s`
    of the video, `span = (F - 1)*s + 1`. Before the beginning and after the end of the video its
    first and last frame are repeated.

    Args:
        labels: Class of each video.
        class_names: One per class.
        streams: By name of the network's input.
        caches: Decoded frames of each stream.
    """

    def __init__(
        self,
        labels: Sequence[int],
        class_names: Sequence[str],
        streams: Mapping[str, Stream],
        caches: Mapping[str, FrameCache],
    ) -> None:
        self.labels = np.asarray(labels, np.int64)
        self.class_names = tuple(class_names)
        self.streams = dict(streams)
        self._caches = dict(caches)
        # In frames; the same in all caches, they hold the same videos.
        self.lengths = next(iter(self._caches.values())).lengths
        self._longest_span = max(stream.span for stream in self.streams.values())

    @classmethod
    def open(
        cls,
        source: Path,
        split: str,
        streams: Mapping[str, Stream],
        cache_dir: Path | None = None,
        progress: Progress | None = None,
    ) -> "ClipData":
        """Open a split, decoding its videos if they are not in the cache yet.

        Args:
            source: A folder with `train.csv`, `val.csv` and `test.csv`, or one CSV.
            split: `train`, `val` or `test`.
            streams: By name of the network's input; at least one.
            cache_dir: Folder of the decoded frames; None takes `.nasvid_cache` beside the CSV.
            progress: Told about the decoding.
        Raises:
            DataError: The clip list or a video is wrong, or the cache cannot be written.
        """
        for name, stream in streams.items():
            if stream.modality not in MODALITIES:
                raise DataError(
                    f"input {name!r}: got the modality {stream.modality!r}; videos give "
                    f"{' and '.join(MODALITIES)}. Train this network with data of your own: "
                    "export it without --data."
                )
        clips = read_clip_list(split_csv(source, split))
        kinds = {(stream.modality, stream.size) for stream in streams.values()}
        opened = {
            kind: open_frames(clips, *kind, cache_dir, progress or no_progress)
            for kind in sorted(kinds)
        }
        caches = {name: opened[stream.modality, stream.size] for name, stream in streams.items()}
        return cls(clips.labels, clips.class_names, streams, caches)

    @property
    def num_videos(self) -> int:
        """Videos in the split."""
        return len(self.labels)

    @property
    def num_classes(self) -> int:
        """Classes of the data, also those that this split does not show."""
        return len(self.class_names)

    def __len__(self) -> int:
        return self.num_videos

    def random_centres(self, videos: Videos, generator: torch.Generator) -> np.ndarray:
        """A centre frame per video, drawn evenly from those where the longest stream fits."""
        draws = torch.rand(len(videos), generator=generator, dtype=torch.float64).numpy()
        starts = np.floor(draws * (self._slack(videos) + 1)).astype(np.int64)
        return self._centres(videos, starts)

    def even_centres(self, videos: Videos, view: int, views: int) -> np.ndarray:
        """The centre frame of one of several views, spread evenly over each video.

        The only view lies in the middle; the first of several at the beginning, the last at the
        end.

        Args:
            videos: Numbers of the videos.
            view: Which one, from 0.
            views: How many there are.
        """
        share = view / (views - 1) if views > 1 else 0.5
        return self._centres(videos, np.floor(share * self._slack(videos)).astype(np.int64))

    def batch(
        self, videos: Videos, centres: Sequence[int] | np.ndarray
    ) -> tuple[dict[str, Tensor], Tensor]:
        """Clips and their labels.

        Args:
            videos: Numbers of the videos, B of them.
            centres: Centre frame of each clip, from `random_centres` or `even_centres`.
        Returns: By stream a uint8 tensor of shape (B, C, T, H, W), contiguous; int64 labels (B,).
        """
        chosen = np.asarray(videos, np.int64)
        middle = np.asarray(centres, np.int64)
        clips = {
            name: self._cut(self._caches[name], stream, chosen, middle)
            for name, stream in self.streams.items()
        }
        return clips, torch.from_numpy(self.labels[chosen])

    def _cut(
        self, cache: FrameCache, stream: Stream, videos: np.ndarray, centres: np.ndarray
    ) -> Tensor:
        offsets_T = np.arange(stream.frames) * stream.frame_stride - (stream.span - 1) // 2
        frames_BT = np.clip(centres[:, None] + offsets_T, 0, cache.lengths[videos][:, None] - 1)
        frames_BT += cache.first_frames[videos][:, None]
        channels_C = np.arange(stream.channels)
        # One gather straight into the order of the result; H and W stay together.
        clips_BCTHW = cache.frames_NCHW[frames_BT[:, None, :], channels_C[None, :, None]]
        return torch.from_numpy(np.ascontiguousarray(clips_BCTHW))

    def _slack(self, videos: Videos) -> np.ndarray:
        """Frames by which the longest stream can be moved within each video."""
        return np.maximum(self.lengths[np.asarray(videos, np.int64)] - self._longest_span, 0)

    def _centres(self, videos: Videos, starts: np.ndarray) -> np.ndarray:
        lengths = self.lengths[np.asarray(videos, np.int64)]
        # A video that is too short is shown whole, its edges repeated equally on both sides.
        span = np.minimum(lengths, self._longest_span)
        return starts + (span - 1) // 2
