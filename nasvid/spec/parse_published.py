"""The section `published` of a file."""

from nasvid.core.errors import Mark
from nasvid.spec.models import PublishedSection
from nasvid.spec.problems import Problems
from nasvid.spec.published import Printed, Published
from nasvid.spec.read_section import given_section
from nasvid.spec.source import Located, Table, file_text, read_text


def parse_published(located: Located | None, problems: Problems) -> Published | None:
    """What is in print about the network; None where the file does not say, or says it wrongly."""
    if located is None:
        return None
    section = given_section(PublishedSection, located, "published", problems)
    if section is None:
        return None
    given = section.model_dump()
    for key in ("params", "macs"):
        given[key] = None if given[key] is None else Printed(given[key])
    return Published(**given)


def read_published(path: str) -> Published | None:
    """The section of a file, without a look at its networks.

    Raises:
        SpaceError: The file cannot be read, or the section has mistakes.
    """
    table = read_text(file_text(path, Mark(path, 1, 1)), path)
    if not isinstance(table, Table):
        return None
    problems = Problems()
    published = parse_published(table.get("published"), problems)
    problems.raise_any()
    return published
