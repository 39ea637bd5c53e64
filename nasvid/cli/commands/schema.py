"""`nasvid schema`: the JSON Schema of the language, for editors."""

from nasvid.cli.output import print_json
from nasvid.lowering.schema import file_schema


def command() -> None:
    """Print the JSON Schema of search space files; editors complete and check with it.

    Name it in the first line of a file: # yaml-language-server: $schema=nasvid.schema.json
    """
    print_json(file_schema())
