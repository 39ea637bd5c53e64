"""What a network wants to be fed: one stream of frames per input."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from nasvid.core.shapes import Shape

Modality = Literal["rgb", "flow"]
# What nasvid makes from videos; a network may also have streams of others, such as audio or masks of
# objects, which whoever trains it brings along.
MODALITIES: tuple[str, ...] = get_args(Modality)
CHANNELS_OF: dict[str, int] = {"rgb": 3, "flow": 2}


@dataclass(frozen=True, slots=True)
class Stream:
    """One input of a network.

    Frame i of the clip is frame `start + i * frame_stride` of the video. `rgb` values lie in
    [0, 1] before normalisation; `flow` holds the horizontal and vertical displacement to the next
    video frame in pixels divided by 20 (values beyond 20 pixels are cut), so it lies in [-1, 1].
    The network sees `(value - mean) / std` per channel.

    Args:
        modality: `rgb`, `flow`, or another one that the data sets of nasvid do not have.
        channels: 3 for `rgb`, 2 for `flow`.
        frames: Frames in a clip.
        frame_stride: Distance of neighbouring clip frames in the video, in frames.
        size: Height and width, pixels.
        mean: Per channel.
        std: Per channel.
    """

    modality: str
    channels: int
    frames: int
    frame_stride: int
    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def shape(self) -> Shape:
        """Shape of a clip of this stream."""
        return Shape.clip(self.channels, self.frames, self.size, self.size)

    @property
    def span(self) -> int:
        """Video frames from the first to the last frame of a clip, both counted."""
        return (self.frames - 1) * self.frame_stride + 1

    def to_json(self) -> dict[str, Any]:
        """Plain data; `from_json` reads it back."""
        return asdict(self) | {"mean": list(self.mean), "std": list(self.std)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Stream":
        """Read what `to_json` wrote."""
        fields: dict[str, Any] = {
            **data,
            "mean": tuple(data["mean"]),
            "std": tuple(data["std"]),
        }
        return cls(**fields)
