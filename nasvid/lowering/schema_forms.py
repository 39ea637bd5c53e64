"""The forms that a JSON Schema is made of."""

from typing import Any

from nasvid.spec.names import MAX_NAME

NAME = f"^[A-Za-z][A-Za-z0-9_]{{0,{MAX_NAME - 1}}}$"
Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def closed_object(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    """An object of these keys alone."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def mapping(values: Schema, least: int = 0) -> Schema:
    """Names to values."""
    return {
        "type": "object",
        "propertyNames": {"pattern": NAME},
        "additionalProperties": values,
        "minProperties": least,
    }


def list_of(items: Schema) -> Schema:
    """One or more."""
    return {"type": "array", "items": items, "minItems": 1}
