"""The text of the HTML report, from a template that escapes all it is given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nasvid.core.costs import COUNTED, human_count
from nasvid.cost.analytic import cost_of, cost_rows
from nasvid.graph.ir import Graph
from nasvid.report.figures import Plot, plot_best_so_far, plot_pareto
from nasvid.report.reference_point import ReferencePoint
from nasvid.report.run_summary import RunSummary
from nasvid.report.svg import embed
from nasvid.report.wording import (
    objective_text,
    score_text,
    seconds_text,
    short_id,
    spread_text,
    value_text,
)

# Outlines in a 12 x 12 box, as the markers of the plots.
_MARKER_PATHS = ("M6 1a5 5 0 1 0 .01 0z", "M1.5 1.5h9v9h-9z", "M6 1l5.5 10h-11z", "M.5 1h11L6 11z")
_DIAMOND_PATH = "M6 0l6 6-6 6-6-6z"


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline number."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A name beside the marker of its series."""

    name: str
    variable: str
    path: str


@dataclass(frozen=True, slots=True)
class EmbeddedPlot:
    """A plot in the page."""

    heading: str
    text: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Comparison:
    """The best of a search, or a reference network, in one line."""

    name: str
    candidates: int
    val: float | None
    test: float | None
    macs: int
    params: int


def render_page(
    summary: RunSummary,
    *,
    baselines: Sequence[RunSummary] = (),
    references: Sequence[ReferencePoint] = (),
    architecture: str = "",
    graph: Graph | None = None,
) -> str:
    """The page as text; the arguments are those of `nasvid.report.html.write_report`."""
    environment = Environment(
        loader=PackageLoader("nasvid.report", "templates"),
        # Names and errors in a ledger may hold markup.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["human"] = human_count
    environment.filters["score"] = partial(score_text, summary.objective)
    environment.filters["metric"] = lambda value, name: score_text(name, value)
    environment.filters["metric_name"] = objective_text
    environment.filters["spread"] = partial(spread_text, summary.objective)
    environment.filters["seconds"] = seconds_text
    environment.filters["short"] = short_id
    environment.filters["cost_name"] = lambda name: "MACs" if name == "macs" else name
    nodes = [] if graph is None else list(cost_rows(graph, max_depth=1))
    return environment.get_template("report.html").render(
        run=summary,
        objective=objective_text(summary.objective),
        noise=summary.seed_noise,
        chosen=_chosen_text(summary),
        objectives=objectives_text(summary),
        # What the table of the front has no column for yet.
        others=[
            name for name in summary.front_directions if name not in (summary.objective, *COUNTED)
        ],
        tiles=list(_tiles(summary, baselines, references)),
        legend=_legend(summary, baselines, references),
        plots=_plots(summary, baselines, references),
        comparison=_comparison(summary, baselines, references),
        nodes=nodes,
        total_macs=1 if graph is None else max(1, cost_of(graph).macs),
        clips=_clips(graph),
        architecture=architecture,
        settings=_flat(summary.settings),
        versions=summary.versions,
    )


def _tiles(
    summary: RunSummary,
    baselines: Sequence[RunSummary],
    references: Sequence[ReferencePoint],
) -> Iterator[Tile]:
    objective = objective_text(summary.objective)
    text = partial(score_text, summary.objective)
    winner, noise = summary.winner, summary.seed_noise
    spread = "" if winner is None else "one training"
    if noise is not None:
        std = spread_text(summary.objective, noise.std)
        spread = f"mean of {len(noise.values)} trainings, \u00b1 {std}"
    yield Tile(f"val {objective} of the winner", text(summary.winner_score), spread)
    if summary.test_scores:
        tests = [item for item in references if item.test_score is not None]
        against = ", ".join(f"{item.name}: {text(item.test_score)}" for item in tests)
        yield Tile(f"its test {objective}", text(summary.test_score), against)
    for baseline in baselines[:1]:
        yield Tile(
            f"{baseline.name}",
            text(baseline.winner_score),
            f"winner of {len(baseline.candidates)} candidates",
        )
    if winner is not None:
        yield Tile("its MACs", human_count(winner.macs), f"{human_count(winner.params)} parameters")
    failed = sum(row.state == "failed" for row in summary.searched)
    yield Tile(
        "candidates",
        str(len(summary.candidates)),
        f"{summary.num_finished} trainings, {failed} failed; {summary.num_rejected} turned down "
        "untrained",
    )
    rate = summary.jobs_per_hour
    yield Tile(
        "wall-clock time",
        seconds_text(summary.wall_seconds) if summary.wall_seconds else "-",
        f"{rate:.0f} jobs per hour" if rate is not None else "",
    )


def _legend(
    summary: RunSummary,
    baselines: Sequence[RunSummary],
    references: Sequence[ReferencePoint],
) -> list[LegendEntry]:
    entries = [
        LegendEntry(run.name, f"--series-{index % 4}", _MARKER_PATHS[index % 4])
        for index, run in enumerate((summary, *baselines))
    ]
    if references:
        entries.append(LegendEntry("reference networks", "--reference", _DIAMOND_PATH))
    return entries


def _plots(
    summary: RunSummary,
    baselines: Sequence[RunSummary],
    references: Sequence[ReferencePoint],
) -> list[EmbeddedPlot]:
    if not any(run.scored for run in (summary, *baselines)):
        return []
    objective = objective_text(summary.objective)
    budget = " The dashed line is the budget." if summary.budget.get("macs") else ""
    return [
        EmbeddedPlot(
            f"Val {objective} and MACs",
            f"{_front_text(summary)}{budget}",
            _svg(
                plot_pareto(summary, baselines, references),
                "pareto",
                f"Val {objective} over MACs of all candidates, with the Pareto front",
            ),
        ),
        EmbeddedPlot(
            "Best so far",
            "Candidates in the order in which they were proposed; trainings that were repeated or "
            "promoted count too. The line is the mean of those trainings of the leading candidate "
            "that were known by then.",
            _svg(
                plot_best_so_far(summary, baselines, references),
                "progress",
                f"Best val {objective} over the number of trainings",
            ),
        ),
    ]


def _front_text(summary: RunSummary) -> str:
    """What the strong points of a plot are."""
    if summary.has_plain_front:
        return "Strong points and their line are the Pareto front."
    return f"Strong points are the Pareto front of {objectives_text(summary)}."


def objectives_text(summary: RunSummary) -> str:
    """All objectives of a run, each with its direction, and what makes the first one worse."""
    ways = {"max": "up", "min": "down"}
    named = summary.front_directions.items()
    text = ", ".join(f"{_name(name)} ({ways[way]})" for name, way in named)
    soft = _soft_text(summary)
    return f"{text}; {_name(summary.objective)} is made worse by {soft}" if soft else text


def _soft_text(summary: RunSummary) -> str:
    return ", ".join(
        f"{_name(name)} above {human_count(penalty.target)}"
        for name, penalty in summary.penalties.items()
    )


def _name(name: str) -> str:
    return "MACs" if name == "macs" else objective_text(name)


def _chosen_text(summary: RunSummary) -> str:
    """How the winner was found."""
    soft = _soft_text(summary)
    lowest = "lowest" if summary.is_minimised else "highest"
    text = f"{lowest} val {objective_text(summary.objective)} by all trainings"
    if any(row.kind == "finalist" for row in summary.rows):
        text += " of the finalists"
    text += "; where trainings vary, means of few are drawn towards the middle of all architectures"
    return text + (f"; made worse by {soft}" if soft else "")


def _svg(plot: Plot, name: str, description: str) -> Markup:
    # Made by matplotlib and serialised by ElementTree, which escapes every name in it.
    return Markup(embed(plot, name, description))  # noqa: S704


def _comparison(
    summary: RunSummary,
    baselines: Sequence[RunSummary],
    references: Sequence[ReferencePoint],
) -> list[Comparison]:
    found = [
        Comparison(
            run.name,
            len(run.candidates),
            run.winner_score,
            run.test_score,
            run.winner.macs,
            run.winner.params,
        )
        for run in (summary, *baselines)
        if run.winner is not None
    ]
    known = [
        Comparison(item.name, 0, item.score, item.test_score, item.macs, item.params)
        for item in references
    ]
    return found + known


def _clips(graph: Graph | None) -> str:
    streams = [] if graph is None else [(i.name, i.stream) for i in graph.inputs]
    return "; ".join(
        f"{name}: {stream.frames} frames of {stream.size} x {stream.size}, frame stride "
        f"{stream.frame_stride}"
        for name, stream in streams
        if stream is not None
    )


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value_text(value)
    return found
