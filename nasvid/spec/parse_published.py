"""The section `published` of a file."""

from nasvid.spec.models import PublishedSection, given_section
from nasvid.spec.problems import Problems
from nasvid.spec.published import Printed, Published
from nasvid.spec.source import Located


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
