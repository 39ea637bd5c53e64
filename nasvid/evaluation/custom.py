"""Evaluation by a function of the user's own."""

import importlib
import re
import sys
from collections.abc import Callable, Mapping
from math import inf, isfinite
from numbers import Real
from pathlib import Path
from typing import Any, Protocol, cast

from nasvid.core.errors import EvaluationError
from nasvid.core.evaluations import MOST_METRIC
from nasvid.core.jobs import Fidelity
from nasvid.graph.ir import Graph

Report = Callable[[int, Mapping[str, float]], None]
"""Called by the function with an epoch and its metrics, which become the candidate's curve."""

_IMPORT_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)


class EvaluateFunction(Protocol):
    """What a user's function looks like.

    It runs in a thread of its own. Torch's global generator is seeded before; other draws should
    come from generators made of `seed`, so that equal architectures are scored equally.
    """

    def __call__(
        self, graph: Graph, *, fidelity: Fidelity, seed: int, report: Report
    ) -> Mapping[str, Any]:
        """Metrics of an architecture by name; all of them finite numbers.

        Beside them may stand `gates`: those that the network has learned, as
        `nasvid.modules.gates.learned_gates` tells them, for mutations that are guided by them.

        Args:
            graph: The architecture; `nasvid.modules.assemble.build` makes the network.
            fidelity: Epochs to train and the split to score.
            seed: Decides everything random.
            report: For metrics along the way; ends the function where it has been given up.
        """
        ...


def resolve_function(import_path: str) -> EvaluateFunction:
    """The function that an import path names; modules of the current folder count.

    Args:
        import_path: `package.module:function`.
    Raises:
        EvaluationError: There is no such function, or its module cannot be imported.
    """
    where = f"evaluate: {import_path!r}"
    if not _IMPORT_PATH.fullmatch(import_path):
        raise EvaluationError(
            f"{where}: is no import path; accepts package.module:function, such as "
            "my_project.scoring:evaluate."
        )
    module_name, function_name = import_path.split(":")
    folder = str(Path.cwd())
    if folder not in sys.path:
        # Last, so that no file beside the user's shadows an installed package.
        sys.path.append(folder)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if not f"{module_name}.".startswith(f"{error.name}."):
            raise EvaluationError(
                f"{where}: the module {module_name!r} needs {error.name!r}, which is not installed."
            ) from error
        raise EvaluationError(
            f"{where}: there is no module {error.name!r} in {folder} or among the installed "
            "packages. Run from the folder that holds it, or install it."
        ) from error
    except Exception as error:
        raise EvaluationError(
            f"{where}: importing {module_name!r} failed with {type(error).__name__}: {error}"
        ) from error
    function = getattr(module, function_name, None)
    if not callable(function):
        what = "is not a function" if hasattr(module, function_name) else "is not there"
        raise EvaluationError(
            f"{where}: {function_name!r} {what} in {module.__file__ or module_name}."
        )
    return cast("EvaluateFunction", function)


def check_answer(where: str, answer: object) -> tuple[dict[str, float], dict[str, float]]:
    """What a function returned: its metrics, and the learned gates.

    Raises:
        EvaluationError: See `check_metrics` and `check_gates`.
    Example:
        >>> check_answer("evaluate()", {"top1": 1, "gates": {"fuse_merge.gate_1": 0.2}})
        ({'top1': 1.0}, {'fuse_merge.gate_1': 0.2})
    """
    if not isinstance(answer, Mapping) or "gates" not in answer:
        return check_metrics(where, answer), {}
    given = cast("Mapping[object, object]", answer)
    metrics = {name: value for name, value in given.items() if name != "gates"}
    return check_metrics(where, metrics), check_gates(where, given["gates"])


def check_gates(where: str, gates: object) -> dict[str, float]:
    """Learned gates as plain numbers.

    Raises:
        EvaluationError: They are no dict of node path to a number from 0 to 1.
    """
    accepts = (
        "accepts a dict of node path to number from 0 to 1, such as {'fuse_merge.gate_1': 0.2}"
    )
    if not isinstance(gates, Mapping):
        raise EvaluationError(f"{where}: gates: got {gates!r}; {accepts}.")
    plain: dict[str, float] = {}
    for path, value in cast("Mapping[object, object]", gates).items():
        number = _number(value)
        if not isinstance(path, str) or number is None or not 0 <= number <= 1:
            raise EvaluationError(f"{where}: gates: got {path!r}: {value!r}; {accepts}.")
        plain[path] = number
    return plain


def check_metrics(where: str, metrics: object) -> dict[str, float]:
    """The metrics as plain finite numbers.

    Raises:
        EvaluationError: They are no dict of text to finite number, or there are none.
    Example:
        >>> check_metrics("evaluate()", {"top1": 1})
        {'top1': 1.0}
    """
    accepts = "accepts a dict of metric name to finite number, such as {'top1': 0.71}"
    if not isinstance(metrics, Mapping) or not metrics:
        raise EvaluationError(f"{where}: got {metrics!r}; {accepts}.")
    plain: dict[str, float] = {}
    for name, value in metrics.items():
        if not isinstance(name, str) or not name:
            raise EvaluationError(f"{where}: got a metric named {name!r}; {accepts}.")
        number = _number(value)
        if number is None or not isfinite(number):
            raise EvaluationError(f"{where}: metric {name!r}: got {value!r}; {accepts}.")
        if abs(number) > MOST_METRIC:
            raise EvaluationError(
                f"{where}: metric {name!r}: got {number!r}; accepts numbers from {-MOST_METRIC:g} to "
                f"{MOST_METRIC:g}. Return its logarithm, say."
            )
        plain[name] = number
    return plain


def _number(value: object) -> float | None:
    """A number, or the one number in a tensor or array of no axes."""
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "ndim", 1) == 0:
        value = item()
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        return float(value)
    except OverflowError:
        # Numbers too large for a float still have a sign, which the type Real knows nothing of.
        return inf if cast("int", value) > 0 else -inf
