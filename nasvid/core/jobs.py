"""A job: one evaluation of one architecture, numbered in the order in which it was proposed."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import Any

_first_bytes = Struct(">Q24x").unpack


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How thoroughly a job looks at its architecture.

    Args:
        epochs: Passes over the training clips; 0 takes the recipe's.
        split: The split that is scored, `val` or `test`. The search itself never sees `test`.
    """

    epochs: int = 0
    split: str = "val"

    def to_json(self) -> dict[str, Any]:
        """Field name to value."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Request:
    """What an evaluator is asked to do; travels between processes as plain data.

    Args:
        job: Number of the job in its run.
        graph: The network as canonical JSON (`Graph.to_json`).
        fidelity: How thoroughly to look.
        seed: Seed of the training, from `training_seed`.
    """

    job: int
    graph: dict[str, Any]
    fidelity: Fidelity
    seed: int


@lru_cache(typed=True)
def _around(run_seed: int, epochs: int, repeat: int) -> tuple[str, str]:
    """What stands before and behind the id of a graph in the key of a seed."""
    return f"({run_seed!r}, 'train', '", f"', {epochs!r}, {repeat!r})"


def training_seed(run_seed: int, graph_id: str, fidelity: Fidelity, repeat: int) -> int:
    """Seed of a training run; equal architectures train equally, whatever job they are.

    The scored split does not count: a model scored on `test` is the one scored on `val`.
    """
    # What `keyed_seed` makes of these, in less time, as every job has one; an id is of letters, digits
    # and hyphens.
    head, tail = _around(run_seed, fidelity.epochs, repeat)
    key = head + graph_id + tail
    return _first_bytes(sha256(key.encode()).digest())[0] >> 1
