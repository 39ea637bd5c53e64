"""A run as one HTML file that works offline: nothing in it is fetched from anywhere."""

import importlib
from collections.abc import Sequence
from pathlib import Path

from nasvid.core.errors import RunError
from nasvid.graph.ir import Graph
from nasvid.report.reference_point import ReferencePoint
from nasvid.report.run_summary import RunSummary
from nasvid.report.text_file import write_text_file


def write_report(
    summary: RunSummary,
    path: Path,
    *,
    baselines: Sequence[RunSummary] = (),
    references: Sequence[ReferencePoint] = (),
    architecture: str = "",
    graph: Graph | None = None,
) -> Path:
    """Write the report of a run; returns the path.

    Args:
        summary: The run.
        path: The HTML file; replaced as a whole or not at all.
        baselines: Other runs on the same data, such as random search.
        references: Known networks, such as one that sees a single frame.
        architecture: The winner as YAML, or empty.
        graph: The winner as a graph, for its costs by node, or None.

    Raises:
        RunError: A baseline has another objective, the file cannot be written, or the packages of
            the extra `report` are missing.
    """
    for baseline in baselines:
        if baseline.objective != summary.objective:
            raise RunError(
                f"baseline {baseline.name!r}: got objective {baseline.objective!r}; accepts runs "
                f"with the objective of {summary.name!r}, {summary.objective!r}. Leave it out."
            )
    try:
        page = importlib.import_module("nasvid.report.page")
    except ModuleNotFoundError as error:
        raise RunError(
            f"HTML report: package {error.name!r} is not installed; it is part of the extra "
            "'report'. Install it with: pip install 'nasvid[report]'"
        ) from error
    text: str = page.render_page(
        summary,
        baselines=baselines,
        references=references,
        architecture=architecture,
        graph=graph,
    )
    return write_text_file(path, text)
