"""Another clip shape for a network: frames of the fastest input and the size of all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nasvid.core.errors import ShapeError
from nasvid.core.streams import Stream


@dataclass(frozen=True, slots=True)
class ClipSize:
    """Frames of the input with most frames, and height and width of every input; None leaves it.

    Example:
        >>> ClipSize.parse("32x256")
        ClipSize(frames=32, size=256)
    """

    frames: int | None
    size: int | None

    @classmethod
    def parse(cls, text: str) -> "ClipSize":
        """Read `TxS`.

        Raises:
            ShapeError: The text is of another form.
        """
        match = re.fullmatch(r"([1-9]\d{0,5})x([1-9]\d{0,5})", text.strip())
        if match is None:
            raise ShapeError(f"clip: got {text!r}; accepts frames x size, such as 32x256.")
        return cls(int(match.group(1)), int(match.group(2)))

    def applied(self, streams: Mapping[str, Stream]) -> dict[str, Stream]:
        """The streams at this size; those with fewer frames keep their ratio to the fastest."""
        most = max(stream.frames for stream in streams.values())
        frames = self.frames or most
        return {
            name: replace(
                stream,
                frames=max(1, stream.frames * frames // most),
                size=self.size or stream.size,
            )
            for name, stream in streams.items()
        }
