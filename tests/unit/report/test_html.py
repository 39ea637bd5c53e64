import re
import stat
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nasvid.core.errors import RunError
from nasvid.core.shapes import Shape
from nasvid.graph.ir import Graph, Input, primitive_node
from nasvid.graph.primitive import make_primitive
from nasvid.report.html import write_report
from nasvid.report.reference_point import ReferencePoint
from nasvid.report.run_summary import RunSummary
from nasvid.spec.sections import Penalty
from tests.unit.report.synthetic_runs import HOSTILE, hostile_summary, make_row, make_summary

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Tags with their attributes, ids and text; complains about tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"

    @property
    def words(self) -> str:
        """The text with single blanks."""
        return " ".join(self.text.split())


def run_of_two() -> RunSummary:
    return make_summary(
        make_row(0, 0.25, macs=1_000_000),
        make_row(1, 0.75, macs=9_000_000, metrics={"top1": 0.75, "loss": 1.5}),
        make_row(2, None),
        make_row(3, 0.65, macs=9_000_000, kind="repeat", repeat=1, id=make_row(1, 0).id),
        make_row(4, 0.5, macs=9_000_000, kind="final", split="test", id=make_row(1, 0).id),
        rejections={"budget.macs": 7},
        budget={"macs": 10_000_000},
        wall_seconds=60.0,
    )


def render(summary: RunSummary, tmp_path: Path, **other: object) -> str:
    return write_report(summary, tmp_path / "report.html", **other).read_text()  # type: ignore[arg-type]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_page_holds_the_headline_numbers(tmp_path: Path) -> None:
    baseline = make_summary(make_row(0, 0.5, macs=500), name="random search")
    single_frame = ReferencePoint("single frame", 0.125, 1000, test_score=0.11)
    text = Page(
        render(run_of_two(), tmp_path, baselines=[baseline], references=[single_frame])
    ).words
    assert "val top-1 of the winner 70.0 % mean of 2 trainings, \u00b1 7.1 points" in text
    assert "its test top-1 50.0 % single frame: 11.0 %" in text
    assert "random search 50.0 % winner of 1 candidates" in text
    assert "7 proposals cost no training time." in text
    assert "1 of 5 jobs; a failure is a result" in text


def test_a_search_that_ended_early_says_so_and_why(tmp_path: Path) -> None:
    run = replace(run_of_two(), num_candidates=40, exhausted="each of the 4 members was tried")
    told = "Ended after 4 of 40 candidates: each of the 4 members was tried."
    assert told in Page(render(run, tmp_path)).words


def test_every_point_of_a_plot_tells_what_it_is_and_leads_to_its_row(tmp_path: Path) -> None:
    page = Page(render(run_of_two(), tmp_path))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [a["href"] or "" for tag, a in page.tags if tag == "a"]
    assert len(ids) == len(set(ids))
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert "evolution job 1 (00000000): 75.0 %, 9.00M MACs, 900.00K params, random" in page.text


def test_the_page_asks_nothing_of_any_other_place(tmp_path: Path) -> None:
    text = render(run_of_two(), tmp_path, references=[ReferencePoint("net", 0.2, 100)])
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)|<link|<iframe|<img", text)
    for _, attributes in Page(text).tags:
        for name in ("href", "xlink:href", "src"):
            assert (attributes.get(name) or "#").startswith("#")
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


def test_a_run_of_several_objectives_names_them_all(tmp_path: Path) -> None:
    rows = [
        make_row(job, 0.5, macs=100 - job, metrics={"loss": 2.0 - job / 10, "fps": 5.0 + job})
        for job in range(3)
    ]
    run = make_summary(
        *rows,
        objective="loss",
        directions={"loss": "min", "fps": "max", "params": "min"},
        penalties={"macs": Penalty(2_000_000_000)},
        winner_job=2,
    )
    text = Page(render(run, tmp_path)).words
    soft = "; loss is made worse by MACs above 2.00G"
    objectives = f"loss (down), fps (up), params (down){soft}"
    assert f"Strong points are the Pareto front of {objectives}." in text
    assert f"is at least as good in {objectives}, by the mean of the trainings" in text
    assert "id MACs params val loss fps activations job" in text
    assert "lowest val loss by all trainings" in text
    assert "made worse by MACs above 2.00G" in text
    assert "val loss of the winner 1.8 one training" in text


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    text = render(
        hostile_summary(),
        tmp_path,
        baselines=[hostile_summary()],
        references=[ReferencePoint(HOSTILE, 0.4, 50)],
        architecture=HOSTILE,
    )
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, a in page.tags for name in a)
    # Title, heading and table of comparison among others show the name as it is.
    assert page.text.count(HOSTILE) > 10


def test_a_run_without_a_result_has_a_page(tmp_path: Path) -> None:
    page = Page(render(make_summary(state="running"), tmp_path))
    assert "No candidate has a score yet." in page.text
    only_failures = Page(render(make_summary(make_row(0, None)), tmp_path))
    assert "diverged: loss is nan" in only_failures.text


def test_the_winner_is_told_with_architecture_and_costs(tmp_path: Path) -> None:
    clip = Shape.clip(3, 4, 8, 8)
    conv = primitive_node("stem", make_primitive("conv", {"out": 4}), ("rgb",), (clip,))
    graph = Graph((Input("rgb", clip),), (conv,), (("out", "stem"),))
    text = Page(render(run_of_two(), tmp_path, architecture="choose: {a: 1}\n", graph=graph)).words
    assert "stem conv 4x4x8x8 3.07K 100.0 % 12" in text
    assert "mean val metrics loss 1.5, top-1 70.0 %" in text
    assert "choose: {a: 1}" in text


def test_equal_runs_have_equal_pages(tmp_path: Path) -> None:
    assert render(run_of_two(), tmp_path) == render(run_of_two(), tmp_path)


def test_scripts_of_no_alphabet_break_a_plot(tmp_path: Path) -> None:
    reference = ReferencePoint("\u7f51\u7edc", 0.4, 50)
    assert "\u7f51\u7edc" in render(run_of_two(), tmp_path, references=[reference])


def test_a_report_can_be_read_by_others_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = write_report(run_of_two(), tmp_path / "new" / "report.html")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert names_in(path.parent) == ["report.html"]


def test_a_path_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"file/report\.html: got .*Choose another path\."):
        write_report(run_of_two(), tmp_path / "file" / "report.html")
    (tmp_path / "report.html").mkdir()
    with pytest.raises(RunError, match=r"report\.html: got Is a directory"):
        write_report(run_of_two(), tmp_path / "report.html")
    assert names_in(tmp_path) == ["file", "report.html"]


def test_a_baseline_with_another_objective_is_refused(tmp_path: Path) -> None:
    other = make_summary(name="random", objective="loss")
    with pytest.raises(RunError, match=r"baseline 'random': got objective 'loss'; accepts .*top1"):
        write_report(run_of_two(), tmp_path / "report.html", baselines=[other])


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "nasvid.report.page", raising=False)
    monkeypatch.delitem(sys.modules, "nasvid.report.figures", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib.axes", None)
    with pytest.raises(RunError, match=r"pip install 'nasvid\[report\]'"):
        write_report(run_of_two(), tmp_path / "report.html")
    assert names_in(tmp_path) == []
