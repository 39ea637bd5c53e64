"""Where something stands in the files of a space, for problems that are found later than it is read."""

from nasvid.core.errors import Mark
from nasvid.spec.search_space import SearchSpace
from nasvid.spec.source import Located, Table, read_text


def place_of(space: SearchSpace, *keys: str) -> Mark:
    """The place of a section or setting, such as `budget`, `macs`.

    Files that build on others come first, as what they say counts. Where a setting stands in none,
    the place of its section is given, else the beginning of the file.
    """
    for depth in range(len(keys), 0, -1):
        mark = stated_place(space, *keys[:depth])
        if mark is not None:
            return mark
    return Mark(space.file, 1, 1)


def stated_place(space: SearchSpace, *keys: str) -> Mark | None:
    """The place of a section or setting itself; None where it stands in none of the files."""
    for path, text in space.texts.items():
        place = place_in(read_text(text, path), *keys)
        if place is not None:
            return place.mark
    return None


def place_in(located: Located, *keys: str) -> Located | None:
    """What stands at some keys; None where there is nothing."""
    place: Located | None = located
    for key in keys:
        place = place.get(key) if isinstance(place, Table) else None
    return place
