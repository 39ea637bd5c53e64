import pytest

from nasvid.core.registry import MAX_LISTED, Registry, UnknownPluginError, unknown_name
from nasvid.graph.primitive import PRIMITIVES


def test_the_files_of_a_folder_are_the_catalogue() -> None:
    assert "conv" in PRIMITIVES
    assert PRIMITIVES["conv"].__module__ == "nasvid.graph.primitives.conv"
    assert len(list(PRIMITIVES)) == len(PRIMITIVES)


def test_names_come_in_alphabetical_order() -> None:
    assert list(PRIMITIVES) == sorted(PRIMITIVES)


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownPluginError, match=r"named 'max_pol'. Did you mean 'max_pool'\?"):
        _ = PRIMITIVES["max_pol"]


def test_a_second_class_in_one_file_is_refused() -> None:
    class One:
        pass

    class Two:
        pass

    registry: Registry[object] = Registry("toy", "nasvid.graph.primitives")
    assert registry.add(One) is One
    assert registry.add(One) is One
    with pytest.raises(ValueError, match="two toys in one file: 'test_registry'"):
        registry.add(Two)


def test_a_name_like_no_other_lists_what_is_known() -> None:
    assert unknown_name("block", "zzz", ["b", "a"]) == "no block named 'zzz'; known: a, b."


def test_nothing_known_is_told() -> None:
    assert unknown_name("block", "zzz", []) == "no block named 'zzz'; known: none."


def test_a_long_list_of_names_is_cut() -> None:
    names = [f"{number:03}" for number in range(MAX_LISTED + 1)]
    message = unknown_name("block", "zzz", names)
    assert message.endswith("039, ... (41 in all).")


def test_a_long_name_is_cut() -> None:
    assert "'" + "x" * 100 + "...'" in unknown_name("block", "x" * 5000, ["conv"])


def test_the_nearest_of_very_many_names_is_found() -> None:
    names = [f"{'y' * 20}{number}" for number in range(2000)]
    assert unknown_name("node", "steem", [*names, "stem"]).endswith("Did you mean 'stem'?")
