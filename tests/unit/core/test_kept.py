from nasvid.core.kept import Kept


def test_the_oldest_go_where_there_is_too_much() -> None:
    kept = Kept[str](10)
    for name, weight in (("a", 2), ("b", 3), ("c", 2)):
        kept.keep(name, name.upper(), weight)
    # Every value weighs one more, so that empty ones are bounded too.
    assert [kept.get(name) for name in "abc"] == ["A", "B", "C"]
    kept.keep("d", "D", 1)
    assert [kept.get(name) for name in "abcd"] == [None, "B", "C", "D"]


def test_what_is_too_large_for_it_is_kept_alone() -> None:
    kept = Kept[int](3)
    kept.keep("small", 1)
    kept.keep("large", 2, 100)
    assert (kept.get("small"), kept.get("large")) == (None, 2)
    kept.keep("next", 3)
    assert (kept.get("large"), kept.get("next")) == (None, 3)
