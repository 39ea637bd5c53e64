"""Where the files of the zoo lie, and which of them a name stands for."""

import site
import sysconfig
from difflib import get_close_matches
from pathlib import Path

from nasvid.core.errors import NasvidError
from nasvid.core.registry import unknown_name

_DATA = Path("share", "nasvid", "search_spaces", "zoo")
_PACKAGES = Path(__file__).parents[2]


def zoo_folder() -> Path:
    """Where the zoo lies.

    Raises:
        NasvidError: Neither a checkout nor the installation has it.
    """
    folders = _folders()
    for folder in folders:
        if folder.is_dir():
            return folder
    raise NasvidError(
        f"zoo: not found in {', '.join(map(str, folders))}; install nasvid again, or work from a "
        "checkout."
    )


def zoo_file(name: str) -> Path:
    """The file of one network.

    Raises:
        NasvidError: There is none of this name.
    """
    known = {path.stem: path for path in sorted(zoo_folder().glob("*.yaml"))}
    if name not in known:
        raise NasvidError(f"zoo: {unknown_name('network', name, known)}")
    return known[name]


def named_file(path: str | Path) -> Path:
    """The path; the file of a network where there is no such path and it is the name of one."""
    given = Path(path)
    name = str(path)
    if given.exists() or not name.isidentifier():
        return given
    try:
        found = zoo_folder() / f"{name}.yaml"
    except NasvidError:
        return given
    return found if found.is_file() else given


def check_name(path: Path) -> None:
    """Say what may have been meant by a path that is none, where it looks like a name.

    Raises:
        NasvidError: A network of the zoo or a space beside it is called nearly or exactly so.
    """
    name = str(path)
    if not name.isidentifier():
        return
    try:
        known = {file.stem: file.stem for file in sorted(zoo_folder().glob("*.yaml"))}
        spaces = {file.stem: str(file) for file in sorted(zoo_folder().parent.glob("*.yaml"))}
    except NasvidError:
        return
    if name in spaces:
        raise NasvidError(f"there is no file {name!r}; the space of that name is {spaces[name]}")
    near = get_close_matches(name, known, n=1)
    if near:
        raise NasvidError(
            f"there is no file {name!r}, and no network of the zoo is called so. Did you mean "
            f"{near[0]!r}?"
        )


def _folders() -> tuple[Path, ...]:
    """Beside the package in a checkout, or where kinds of installations put data files."""
    return (
        _PACKAGES / "search_spaces" / "zoo",
        Path(sysconfig.get_path("data")) / _DATA,
        # pip install --target, and --user.
        _PACKAGES / _DATA,
        Path(site.getuserbase()) / _DATA,
    )
