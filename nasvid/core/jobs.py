"""A job: one evaluation of one architecture, numbered in the order in which it was proposed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from struct import Struct
from typing import Any

from nasvid.core.short_hash import sha256

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


def training_seed(run_seed: int, graph_id: str, fidelity: Fidelity, repeat: int) -> int:
    """Seed of a training run; equal architectures train equally, whatever job they are.

    The scored split does not count: a model scored on `test` is the one scored on `val`.
    """
    return training_seeds(run_seed, fidelity, repeat)(graph_id)


def training_seeds(run_seed: int, fidelity: Fidelity, repeat: int) -> Callable[[str], int]:
    """The same for many graphs: gives the seed of each by its canonical id."""
    # What `keyed_seed` makes of these, in less time, as every job has one; an id is of letters, digits
    # and hyphens.
    head, tail = f"({run_seed!r}, 'train', '", f"', {fidelity.epochs!r}, {repeat!r})"

    def seed_of(graph_id: str) -> int:
        return _first_bytes(sha256((head + graph_id + tail).encode()).digest())[0] >> 1

    return seed_of
