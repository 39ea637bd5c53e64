import pytest

from nasvid.core.errors import DataError, EvaluationError
from nasvid.execution.evaluator_factory import EvaluatorFactory
from nasvid.execution.inline_executor import InlineExecutor
from nasvid.execution.session import check_context, describe_session, find_changes


@pytest.mark.parametrize("path", ["nowhere:Thing", "fractions:Nothing", "fractions", ":x", ""])
def test_an_import_path_that_leads_nowhere_is_told_as_such(path: str) -> None:
    with pytest.raises(
        EvaluationError, match=r"cannot be imported .* accepts package\.module:name"
    ):
        EvaluatorFactory(path).make()


def test_an_error_of_the_evaluator_comes_through() -> None:
    with pytest.raises(DataError, match="no clips"):
        InlineExecutor(EvaluatorFactory("tests.search_fakes:ToyEvaluator", {"error": "no clips"}))


def test_a_session_says_which_versions_run_it() -> None:
    session = describe_session({"data": "abc"})
    assert set(session["versions"]) == {
        "python",
        "nasvid",
        "torch",
        "numpy",
        "ray",
        "pymoo",
        "optuna",
    }
    assert find_changes(session, session) == ()
    check_context("run", session, session)


def test_another_device_is_told_and_a_record_without_one_is_read() -> None:
    then, now = (describe_session({}, {"device": device}) for device in ("cpu", "cuda"))
    assert find_changes(then, now) == ("device was cpu, is cuda",)
    del then["evaluator"]
    assert find_changes(then, now) == ("device was None, is cuda",)
    check_context("run", then, now)
