"""Video files to arrays of frames, by PyAV."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from nasvid.core.errors import DataError
from nasvid.data.resize import centre_square


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What the header of a video says.

    Args:
        frames: Frames in the video.
        fps: Frames per second, 0 where the file does not say.
        height: Of a frame, pixels, as stored.
        width: Of a frame, pixels, as stored.
    """

    frames: int
    fps: float
    height: int
    width: int


def decode_video(path: Path, size: int, max_frames: int) -> np.ndarray:
    """All frames of a video as small squares: the centre of each frame, resized.

    Frames are turned upright where the file says so, as films of telephones do.

    Args:
        path: Any container and codec that FFmpeg reads.
        size: Height and width that come out, pixels.
        max_frames: Frames after this many are left out.
    Returns: uint8, shape (T, H, W, 3), RGB.
    Raises:
        DataError: The file is missing, damaged, cut short or holds no video.
    """
    frames: list[np.ndarray] = []
    with _opened(path) as (container, stream):
        # Videos are decoded in parallel; threads within one cost a small video 5x its time.
        stream.codec_context.thread_count = 1
        for packet in container.demux(stream):
            if packet.is_corrupt:
                raise _error(path, "it ends in the middle of a frame")
            for frame in packet.decode():
                image_HWC = frame.to_ndarray(format="rgb24", threads=1)
                turned_HWC = np.rot90(image_HWC, round(frame.rotation / 90))
                frames.append(centre_square(turned_HWC, size))
            if len(frames) >= max_frames:
                break
    if not frames:
        raise _error(path, "it holds no frame")
    return np.stack(frames[:max_frames])


def probe_video(path: Path) -> VideoFacts:
    """What a video is, without decoding it.

    Raises:
        DataError: The file is missing, damaged or holds no video.
    """
    with _opened(path) as (container, stream):
        # Some containers do not store the number of frames.
        frames = stream.frames or sum(packet.size > 0 for packet in container.demux(stream))
        return VideoFacts(frames, float(stream.average_rate or 0), stream.height, stream.width)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise _error(path, "it has no video stream")
            yield container, container.streams.video[0]
    except (OSError, ValueError, EOFError, FFmpegError) as error:
        raise _error(path, getattr(error, "strerror", None) or str(error)) from error


def _error(path: Path, reason: str) -> DataError:
    return DataError(
        f"{path}: cannot be decoded: {reason[:1].lower()}{reason[1:]}. "
        "Replace the file, or take its row out of the clip list."
    )
