"""The JSON Schema of search space files, made from the models and the catalogue of primitives.

Editors complete and check with it. It is wider than the parser in one point: which parameters a
block has is known to the parser alone, since a file may define blocks.
"""

from typing import Any

from nasvid.core.streams import MODALITIES
from nasvid.graph.expander import MERGES
from nasvid.lowering.load import primitive_signatures
from nasvid.spec.models import BudgetSection, SearchSection, TrainingSection
from nasvid.spec.parse_blocks import PARAM_KINDS
from nasvid.spec.parse_file import VERSION
from nasvid.spec.signatures import standard_blocks

NAME = r"^[A-Za-z][A-Za-z0-9_]*$"
Schema = dict[str, Any]


def file_schema() -> Schema:
    """The schema, draft 2020-12."""
    closed: Schema = {
        **_shared_properties(),
        "space": {"type": "string", "description": "The file that this one builds on"},
    }
    opened: Schema = {
        **_shared_properties(),
        "inputs": _mapping(_ref("input"), least=1),
        "decisions": _mapping(_ref("value")),
        "blocks": _mapping(_ref("block")),
        "network": _ref("network"),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "nasvid search space",
        "description": f"A space of video networks, or one network; language version {VERSION}.",
        "type": "object",
        "required": ["version"],
        "if": {"required": ["space"]},
        "then": {"properties": closed, "additionalProperties": False},
        "else": {
            "properties": opened,
            "required": ["inputs", "network"],
            "additionalProperties": False,
        },
        "$defs": _definitions(),
    }


def _shared_properties() -> Schema:
    return {
        "version": {"const": VERSION},
        "name": {"type": ["string", "number"]},
        "description": {"type": ["string", "number"]},
        "classes": {"type": "integer", "minimum": 1, "description": "Value of =classes"},
        "choose": {"type": "object", "description": "Address to value"},
        "budget": _ref("budget"),
        "search": _ref("search"),
        "training": _ref("training"),
    }


def _definitions() -> Schema:
    sections = {
        "budget": BudgetSection.model_json_schema(),
        "search": SearchSection.model_json_schema(),
        "training": TrainingSection.model_json_schema(),
    }
    return {
        **sections,
        "value": _value(),
        "choice": _choice(),
        "integer": {
            "type": "object",
            "properties": {"integer": _ref("range")},
            "required": ["integer"],
            "additionalProperties": False,
        },
        "range": {
            "type": "object",
            "properties": {
                "min": {"type": "integer"},
                "max": {"type": "integer"},
                "step": {"type": "integer", "minimum": 1},
            },
            "required": ["min", "max"],
            "additionalProperties": False,
        },
        "input": _input(),
        "block": _block(),
        "param": _param(),
        "body": {"anyOf": [_ref("nodes"), _mapping(_ref("node"), least=1)]},
        "nodes": {"type": "array", "items": _ref("node"), "minItems": 1},
        "node": {"anyOf": [_ref("blockName"), _node()]},
        "source": _source(),
        "edge": {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"node": {"type": "string"}, "gate": _ref("value")},
                    "required": ["node"],
                },
            ]
        },
        "merge": {"anyOf": [{"enum": list(MERGES)}, _ref("expression"), _ref("choice")]},
        "expression": {"type": "string", "pattern": "^="},
        "blockName": {
            "anyOf": [
                {"enum": sorted({*standard_blocks(), *primitive_signatures()})},
                {"type": "string", "description": "A block of this file, or =parameter"},
            ]
        },
        "network": {
            "type": "object",
            "properties": {
                "nodes": _ref("body"),
                "head": _ref("node"),
                "output": {"type": "string"},
            },
            "anyOf": [{"required": ["head"]}, {"required": ["nodes", "output"]}],
            "additionalProperties": False,
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _mapping(values: Schema, least: int = 0) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": NAME},
        "additionalProperties": values,
        "minProperties": least,
    }


def _value() -> Schema:
    return {
        "anyOf": [
            {"type": ["number", "boolean", "null", "string"]},
            {"type": "array", "items": _ref("value")},
            _ref("choice"),
            _ref("integer"),
            {"type": "object", "description": "A block with arguments, {conv3d: {kernel: 3}}"},
        ]
    }


def _choice() -> Schema:
    return {
        "type": "object",
        "properties": {
            "choice": {
                "anyOf": [
                    {"type": "array", "items": _ref("value"), "minItems": 1},
                    {"type": "object", "additionalProperties": _ref("value"), "minProperties": 1},
                ]
            },
            "ordered": {"type": "boolean"},
        },
        "required": ["choice"],
        "additionalProperties": False,
    }


def _input() -> Schema:
    count = {
        "anyOf": [
            {"type": "integer", "minimum": 1},
            _ref("expression"),
            _ref("choice"),
            _ref("integer"),
        ]
    }
    numbers = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}}]}
    return {
        "type": "object",
        "properties": {
            "modality": {"enum": list(MODALITIES)},
            "channels": {"type": "integer"},
            "frames": count,
            "frame_stride": count,
            "size": count,
            "mean": numbers,
            "std": numbers,
        },
        "required": ["frames", "size"],
        "additionalProperties": False,
    }


def _block() -> Schema:
    wrapped = {
        "type": "object",
        "properties": {
            "nodes": _ref("body"),
            "output": {"type": "string"},
            "outputs": _mapping({"type": "string"}, least=1),
        },
        "required": ["nodes"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "description": {"type": "string"},
            "params": _mapping(_ref("param")),
            "body": {"anyOf": [_ref("body"), wrapped]},
            "nodes": _ref("body"),
            "output": {"type": "string"},
            "outputs": _mapping({"type": "string"}, least=1),
            "when": _ref("expression"),
        },
        "anyOf": [{"required": ["body"]}, {"required": ["nodes"]}],
        "additionalProperties": False,
    }


def _param() -> Schema:
    typed = {
        "type": "object",
        "properties": {
            "type": {"enum": list(PARAM_KINDS)},
            "default": _ref("value"),
            "description": {"type": "string"},
        },
        "required": ["type"],
        "additionalProperties": False,
    }
    return {"anyOf": [typed, _ref("value")]}


def _node() -> Schema:
    arguments = {"type": "object", "additionalProperties": _ref("value")}
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": NAME},
            "block": {"anyOf": [_ref("blockName"), _ref("choice"), {"type": "object"}]},
            "from": _ref("source"),
            "merge": _ref("merge"),
            "align": {"enum": ["auto", "none"]},
            "repeat": {"anyOf": [{"type": "integer", "minimum": 0}, _ref("range"), _ref("value")]},
            "each": {"type": "object"},
            "first": arguments,
            "last": arguments,
            "per_copy": {"type": "boolean"},
            "when": _ref("value"),
        },
        "additionalProperties": _ref("value"),
    }


def _source() -> Schema:
    edges = {"type": "array", "items": _ref("edge"), "minItems": 1}
    bounds = {
        "min": {"type": "integer", "minimum": 0},
        "max": {"type": "integer", "minimum": 1},
    }
    chosen = {
        "type": "object",
        "properties": {
            "choice": edges,
            "any_of": edges,
            "all_of": edges,
            "any_earlier": {
                "type": "object",
                "properties": bounds,
                "additionalProperties": False,
            },
            **bounds,
            "merge": _ref("merge"),
            "align": {"enum": ["auto", "none"]},
        },
        "additionalProperties": False,
    }
    return {"anyOf": [_ref("edge"), edges, chosen]}
