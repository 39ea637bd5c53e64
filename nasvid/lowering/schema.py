"""The JSON Schema of search space files, made from the models and the catalogue of primitives.

Editors complete and check with it. It is wider than the parser where a file may define blocks of
its own: which parameters a block has, and whether there is one of that name, the parser knows alone.
"""

from nasvid.lowering.schema_forms import Schema, closed_object, list_of, mapping, ref
from nasvid.lowering.schema_network import (
    block_schema,
    constraint_schema,
    input_schema,
    network_schema,
    node_schema,
    param_schema,
    sources_schema,
)
from nasvid.lowering.schema_values import values_schema
from nasvid.spec.models import BudgetSection, PublishedSection, SearchSection, TrainingSection
from nasvid.spec.parse_constraints import MAX_CONSTRAINTS
from nasvid.spec.parse_file import VERSION
from nasvid.spec.parse_network import MAX_COUNT
from nasvid.spec.parse_override import LEAST_WIDTH, MAX_CLASSES, MOST_WIDTH

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def file_schema() -> Schema:
    """The schema, draft 2020-12."""
    closed = {
        **_shared_properties(),
        "space": {
            "type": "string",
            "pattern": r"\.ya?ml$",
            "description": "The file that this one builds on",
        },
    }
    file = {"type": "string", "pattern": r"\.ya?ml$"}
    included = {
        "include": {"anyOf": [file, list_of(file)], "description": "Files of this folder or below"},
        "decisions": mapping(ref("value")),
        "blocks": mapping(ref("block")),
    }
    opened = {
        **_shared_properties(),
        **included,
        "inputs": mapping(ref("input"), least=1),
        "constraints": {"type": "array", "items": constraint_schema(), "maxItems": MAX_CONSTRAINTS},
        "network": ref("network"),
    }
    return {
        "$schema": DRAFT,
        "title": "nasvid search space",
        "description": f"A space of video networks, or one network; language version {VERSION}.",
        "type": "object",
        "required": ["version"],
        "if": {"required": ["space"]},
        "then": {"properties": closed, "additionalProperties": False},
        "else": {
            "if": {"anyOf": [{"required": ["network"]}, {"required": ["inputs"]}]},
            "then": {
                "properties": opened,
                "required": ["inputs", "network"],
                "additionalProperties": False,
            },
            "else": {"anyOf": [_included_file(included), _block_file()]},
        },
        "$defs": _definitions(),
    }


def _shared_properties() -> Schema:
    text = {"type": ["string", "number", "boolean"]}
    return {
        "version": {"const": VERSION},
        "name": text,
        "description": text,
        "classes": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_CLASSES,
            "description": "Value of =classes",
        },
        "choose": {
            "type": "object",
            "description": "Address to value",
            "additionalProperties": {
                "anyOf": [ref("scalar"), {"type": "array", "items": ref("scalar")}]
            },
        },
        "gates": {
            "type": "object",
            "description": "Node to what it reads to a fixed gate; for one network",
            "additionalProperties": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
            },
        },
        "budget": ref("budget"),
        "published": ref("published"),
        "search": ref("search"),
        "training": ref("training"),
        "override": closed_object(
            {
                "width": {"type": "number", "minimum": LEAST_WIDTH, "maximum": MOST_WIDTH},
                "frames": {"type": "integer", "minimum": 1, "maximum": MAX_COUNT},
                "size": {"type": "integer", "minimum": 1, "maximum": MAX_COUNT},
                "classes": {"type": "integer", "minimum": 1, "maximum": MAX_CLASSES},
            }
        ),
    }


def _definitions() -> Schema:
    search = SearchSection.model_json_schema()
    return {
        "budget": BudgetSection.model_json_schema(),
        "published": PublishedSection.model_json_schema(),
        # Its sections stand beside it, where their references are looked for.
        "search": {k: v for k, v in search.items() if k != "$defs"},
        **search["$defs"],
        "training": TrainingSection.model_json_schema(),
        **values_schema(),
        "input": input_schema(),
        "param": param_schema(),
        "block": block_schema(),
        "body": {"anyOf": [list_of(ref("node")), mapping(ref("node"), least=1)]},
        "node": {"anyOf": [ref("blockName"), node_schema()]},
        "network": network_schema(),
        **sources_schema(),
    }


def _included_file(parts: Schema) -> Schema:
    """A file that others include; it loads as a part of them alone."""
    text = {"type": "string"}
    properties = {"version": {"const": VERSION}, "description": text, **parts}
    return {
        **closed_object(properties, ("version",)),
        "anyOf": [{"required": [key]} for key in parts],
    }


def _block_file() -> Schema:
    """A block of the standard library: its name is that of the file."""
    block = block_schema()
    properties = {"version": {"const": VERSION}, **block["properties"]}
    return {**block, "properties": properties, "required": ["version"]}
