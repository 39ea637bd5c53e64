"""How a worker makes its evaluator: an import path and plain arguments, sent to where it runs."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from nasvid.core.errors import EvaluationError
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Request


class JobEvaluator(Protocol):
    """What owns a device and evaluates jobs in its slots; long-lived, so that it keeps the data."""

    @property
    def free_slots(self) -> int:
        """Jobs that it can take right now; its number of slots before the first one."""
        ...

    def submit(self, request: Request) -> None:
        """Take a job on."""
        ...

    def poll(self, seconds: float) -> list[tuple[int, Evaluation]]:
        """Jobs that ended and their results; a failure of a candidate is a result."""
        ...


@dataclass(frozen=True, slots=True)
class EvaluatorFactory:
    """Makes an evaluator in the process that will host it.

    Args:
        import_path: `package.module:name` of a class or function.
        arguments: Its keyword arguments: plain data, such as a data folder and a recipe.
    Example:
        >>> EvaluatorFactory("fractions:Fraction", {"numerator": 1, "denominator": 2}).make()
        Fraction(1, 2)
    """

    import_path: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def make(self) -> JobEvaluator:
        """A new evaluator.

        Raises:
            EvaluationError: There is nothing to import there.
        """
        module_name, _, name = self.import_path.partition(":")
        try:
            target = getattr(importlib.import_module(module_name), name)
        except (ImportError, AttributeError, ValueError) as error:
            raise EvaluationError(
                f"{self.import_path}: cannot be imported ({error}); accepts package.module:name."
            ) from error
        return target(**self.arguments)
