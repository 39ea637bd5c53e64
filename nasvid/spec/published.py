"""What is in print about a network: where it comes from, and its size as the tables give it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

_UNITS = {"": 0, "K": 3, "M": 6, "G": 9, "T": 12}


@dataclass(frozen=True, slots=True)
class Printed:
    """A number with the digits that are in print.

    Args:
        text: Such as `34.57M`, or `31505325` for a number that is exact.

    Example:
        >>> Printed("34.57M").agrees(34_566_448), Printed("34.57M").agrees(34_560_000)
        (True, False)
        >>> Printed("31505325").agrees(31_505_326)
        False
    """

    text: str

    @property
    def value(self) -> int:
        """The number."""
        return int(self._digits.scaleb(self._power))

    def agrees(self, count: int) -> bool:
        """Whether a count prints as this, rounded or cut: papers do either."""
        scaled = Decimal(count).scaleb(-self._power)
        return any(
            scaled.quantize(self._digits, rounding=rounding) == self._digits
            for rounding in (ROUND_HALF_UP, ROUND_DOWN)
        )

    @property
    def _power(self) -> int:
        return _UNITS[self.text[-1].upper() if self.text[-1].isalpha() else ""]

    @property
    def _digits(self) -> Decimal:
        return Decimal(self.text[:-1] if self.text[-1].isalpha() else self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What papers and their code print about a network.

    Args:
        family: Name of the networks that it is one of, such as `slowfast`.
        year: In which it came out.
        source: Address of the paper.
        params: Parameters.
        macs: Multiply-adds of one clip, norms added where `norm` is not 0.
        norm: Operations that a normalised element counts in `macs`.
        clip: `TxS` at which `macs` is printed; the network's own by default.
        classes: At which the numbers are printed; the network's own by default.
        accuracy: Data set to top-1 accuracy in percent; `-map` ends the name of one that is scored by
            mean average precision.
    """

    family: str
    year: int
    source: str
    params: Printed | None = None
    macs: Printed | None = None
    norm: int = 0
    clip: str | None = None
    classes: int | None = None
    accuracy: Mapping[str, float] = field(default_factory=dict[str, float])

    def to_json(self) -> dict[str, Any]:
        """Field name to value; what is not in print is None."""
        return {
            "family": self.family,
            "year": self.year,
            "source": self.source,
            "params": None if self.params is None else self.params.text,
            "macs": None if self.macs is None else self.macs.text,
            "norm": self.norm,
            "clip": self.clip,
            "classes": self.classes,
            "accuracy": dict(self.accuracy),
        }
