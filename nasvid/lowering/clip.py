"""Another clip shape for a network: frames of the fastest video stream and the size of all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nasvid.core.errors import ShapeError
from nasvid.core.streams import Stream


@dataclass(frozen=True, slots=True)
class ClipSize:
    """Frames of the video stream with most frames, and height and width of all; None leaves it.

    Example:
        >>> ClipSize.parse("32x256")
        ClipSize(frames=32, size=256)
    """

    frames: int | None
    size: int | None

    def __str__(self) -> str:
        return f"{self.frames or '?'}x{self.size or '?'}"

    @classmethod
    def parse(cls, text: str) -> "ClipSize":
        """Read `TxS`.

        Raises:
            ShapeError: The text is of another form.
        """
        match = re.fullmatch(r"\s*([1-9]\d{0,5})x([1-9]\d{0,5})\s*", str(text))
        if match is None:
            raise ShapeError(f"clip: got {text!r}; accepts frames x size, such as 32x256.")
        return cls(int(match.group(1)), int(match.group(2)))

    def applied(self, streams: Mapping[str, Stream]) -> dict[str, Stream]:
        """The streams at this size; all others keep their ratio to the fastest one in time.

        The frames of sound follow in time as well, while its frequencies stay.
        """
        heard = {name for name, stream in streams.items() if stream.modality == "audio"}
        seen = [stream for name, stream in streams.items() if name not in heard]
        most = max(stream.frames for stream in seen or streams.values())
        frames = self.frames or most
        return {
            name: replace(
                stream,
                frames=max(1, stream.frames * frames // most),
                size=stream.size if name in heard and seen else self.size or stream.size,
            )
            for name, stream in streams.items()
        }
