from pathlib import Path

import pytest

from nasvid.core.errors import DataError
from nasvid.data.clip_list import read_clip_list, read_splits, split_csv


def write_list(
    folder: Path, text: str, name: str = "train.csv", videos: str = "a.mp4 b.mp4"
) -> Path:
    for video in videos.split():
        (folder / video).touch()
    csv = folder / name
    csv.write_bytes(text.encode())
    return csv


@pytest.mark.parametrize(
    "text",
    [
        "a.mp4 0\nb.mp4 1\n",
        "a.mp4,0\nb.mp4,1",
        "a.mp4, 0\r\nb.mp4 , 1\r\n",
        "a.mp4\t0\n\n  b.mp4   1  \n",
        '"a.mp4" 0\n"b.mp4","1"\n',
        "path,label\na.mp4,0\nb.mp4,1\n",
        "path label\na.mp4 0\nb.mp4 1\n",
        "\ufeffa.mp4 0\nb.mp4 1\n",
    ],
)
def test_rows_may_be_separated_by_spaces_tabs_or_commas(tmp_path: Path, text: str) -> None:
    clips = read_clip_list(write_list(tmp_path, text))
    assert clips.paths == (tmp_path / "a.mp4", tmp_path / "b.mp4")
    assert clips.labels == (0, 1)
    assert clips.class_names == ("0", "1")


@pytest.mark.parametrize("row", ['"my video, 1.mp4" 2', '"my video, 1.mp4", 2'])
def test_a_quoted_path_may_hold_spaces_and_commas(tmp_path: Path, row: str) -> None:
    (tmp_path / "my video, 1.mp4").touch()
    clips = read_clip_list(write_list(tmp_path, row))
    assert clips.paths == (tmp_path / "my video, 1.mp4",)
    assert clips.labels == (2,)


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    csv = write_list(tmp_path / "elsewhere", f"{tmp_path / 'a.mp4'} 0")
    (tmp_path / "a.mp4").touch()
    assert read_clip_list(csv).paths == (tmp_path / "a.mp4",)


def test_names_are_numbered_by_the_lines_of_the_classes_file(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("juggling\nplaying guitar\nsailing\n")
    clips = read_clip_list(write_list(tmp_path, 'a.mp4 "playing guitar"\nb.mp4 0\n'))
    assert clips.labels == (1, 0)
    assert clips.class_names == ("juggling", "playing guitar", "sailing")


def test_the_classes_of_integer_labels_are_those_of_all_splits(tmp_path: Path) -> None:
    write_list(tmp_path, "a.mp4 0\nb.mp4 4\n")
    validation = write_list(tmp_path, "c.mp4 1\n", name="val.csv", videos="c.mp4")
    assert read_clip_list(validation).num_classes == 5


def test_all_wrong_rows_are_reported_at_once(tmp_path: Path) -> None:
    rows = ["missing.mp4 0", "a.mp4", "a.mp4 -1", "b.mp4 0 1", "b.mp4 jumping", "a.mp4 1"]
    csv = write_list(tmp_path, "\n".join(rows))
    csv.write_bytes(csv.read_bytes() + b"\n\xff\xfe.mp4 0\n")
    with pytest.raises(DataError) as caught:
        read_clip_list(csv)
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{csv}:{n}" for n in (1, 2, 3, 4, 5, 6, 7)]
    assert "no such file: 'missing.mp4'; looked for" in lines[0]
    assert "got 'a.mp4'; accepts `path label` or `path,label`" in lines[1]
    assert "got label -1; accepts integers from 0" in lines[2]
    assert "got 'b.mp4 0 1'; accepts" in lines[3]
    assert "got label 'jumping', and there is no classes.txt" in lines[4]
    assert "'a.mp4' has label '-1' on line 3 already" in lines[5]
    assert "not UTF-8" in lines[6]


@pytest.mark.parametrize("path", ["x" * 5000, "nul\0byte"])
def test_a_name_that_no_file_can_have_is_a_missing_file(tmp_path: Path, path: str) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_clip_list(write_list(tmp_path, f"{path} 0"))


def test_a_label_beyond_the_classes_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("juggling\nsailing\n")
    csv = write_list(tmp_path, "a.mp4 2\nb.mp4 jugling\n")
    with pytest.raises(DataError) as caught:
        read_clip_list(csv)
    assert f"{csv}:1: got label 2; accepts integers from 0 to 1." in str(caught.value)
    assert "Did you mean 'juggling'?" in str(caught.value)


def test_a_class_named_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("juggling\n\njuggling\n")
    with pytest.raises(DataError) as caught:
        read_clip_list(write_list(tmp_path, "a.mp4 0"))
    lines = str(caught.value).splitlines()
    assert lines[0].endswith("classes.txt:2: the line is empty; every line names one class.")
    assert lines[1].endswith("classes.txt:3: 'juggling' is named on line 1 already.")


@pytest.mark.parametrize("text", ["", "\n \n", "path,label\n"])
def test_an_empty_list_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"train\.csv:1: the clip list is empty"):
        read_clip_list(write_list(tmp_path, text))


def test_a_very_long_list_of_problems_is_cut(tmp_path: Path) -> None:
    csv = write_list(tmp_path, "".join(f"missing{n}.mp4 0\n" for n in range(1000)))
    with pytest.raises(DataError, match=r"\.\.\. and 900 more\.$"):
        read_clip_list(csv)


def test_a_missing_split_says_what_a_data_folder_holds(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"val\.csv: no such clip list; a data folder holds train"):
        split_csv(tmp_path, "val")


def test_a_missing_folder_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"no such data folder or clip list.*data make moving-digits"
    ):
        split_csv(tmp_path / "nothing", "val")


def test_a_list_is_not_taken_for_another_split(tmp_path: Path) -> None:
    csv = write_list(tmp_path, "a.mp4 0")
    assert split_csv(csv, "train") == csv
    with pytest.raises(DataError, match="got the list of the train split where the val split"):
        split_csv(csv, "val")


def test_a_video_in_two_splits_is_refused(tmp_path: Path) -> None:
    write_list(tmp_path, "a.mp4 0\nb.mp4 1\n")
    (tmp_path / "sub").mkdir()
    write_list(tmp_path, "sub/../b.mp4 1\n", name="val.csv")
    with pytest.raises(DataError, match=r"b\.mp4: stands in train\.csv and in val\.csv"):
        read_splits(tmp_path)
