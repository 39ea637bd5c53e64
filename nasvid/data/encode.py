"""Arrays of frames to H.264 in .mp4, the same bytes for the same frames."""

from pathlib import Path

import av
import numpy as np

# A short distance of key frames keeps random access cheap.
_GROUP_OF_PICTURES = 8

# The lookahead of x264 judges small frames by what happens to lie in memory: with it, one video in
# five differed from run to run. So nothing that is decided by it is left on: no B-frames, no scene
# cuts, no weighted prediction, one quantiser for all.
_OPTIONS: dict[str, object] = {
    "preset": "veryfast",
    "tune": "zerolatency",
    "qp": "20",
    "sc_threshold": "0",
    "x264-params": "weightp=0",
}


def encode_video(path: Path, frames_THWC: np.ndarray, fps: int) -> None:
    """Write a video.

    Args:
        path: A new .mp4 file.
        frames_THWC: uint8, RGB; height and width even.
        fps: Frames per second.
    """
    # "bitexact" leaves out the time of writing and the version of the muxer.
    options = {"fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.height, stream.width = frames_THWC.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = _GROUP_OF_PICTURES
        # More threads cut the frames into slices, which changes the bytes.
        stream.codec_context.thread_count = 1
        stream.options = _OPTIONS
        for frame_HWC in frames_THWC:
            frame = av.VideoFrame.from_ndarray(frame_HWC, format="rgb24")
            container.mux(stream.encode(frame.reformat(format="yuv420p", threads=1)))
        container.mux(stream.encode())
