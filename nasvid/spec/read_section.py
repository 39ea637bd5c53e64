"""Reading a flat section of a file, and what is wrong with one, in words of the language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from nasvid.core.registry import unknown_name
from nasvid.spec.problems import Problems
from nasvid.spec.source import Listing, Located, Table, cut, plain, shown

SectionT = TypeVar("SectionT", bound=BaseModel)
# In place of messages that speak of Python.
_MESSAGES = {
    "dict_type": "accepts a mapping",
    "list_type": "accepts a list",
    "model_type": "accepts a mapping",
    "string_pattern_mismatch": "accepts a text without spaces at its ends",
    "string_too_short": "accepts a text that is not empty",
    "string_type": "accepts a text",
}
# What pydantic puts behind a key to say that the key itself is meant.
_KEY = "[key]"


@dataclass(frozen=True, slots=True)
class WrongSetting:
    """Something wrong with a section.

    Args:
        keys: Where.
        message: What was got and what is accepted.
        key: The key there that is wrong itself; empty where a value is.
    """

    keys: tuple[str, ...]
    message: str
    key: str = ""


def read_section(
    model: type[SectionT], located: Located | None, path: str, problems: Problems
) -> SectionT:
    """A section from located YAML; problems are noted and defaults stand in."""
    given = None if located is None else given_section(model, located, path, problems)
    return given or model()


def given_section(
    model: type[SectionT], located: Located, path: str, problems: Problems
) -> SectionT | None:
    """A section that stands in the file; None if it has problems, which are noted."""
    if not isinstance(located, Table):
        problems.add(located.mark, path, f"got {shown(located)}; accepts a mapping.")
        return None
    try:
        return model.model_validate(plain(located))
    except ValidationError as error:
        for wrong in wrong_settings(error, model):
            place, walked = _place(located, wrong.keys)
            mark = place.mark
            if wrong.key and isinstance(place, Table):
                mark = place.key_mark(wrong.key)
            problems.add(mark, ".".join([path, *walked]), wrong.message)
        return None


def wrong_settings(error: ValidationError, model: type[BaseModel]) -> Iterator[WrongSetting]:
    """What is wrong with what a model was to be made of."""
    for detail in error.errors(include_url=False):
        keys = tuple(str(part) for part in detail["loc"])
        got = cut(repr(detail["input"]))
        if detail["type"] == "extra_forbidden":
            known = _fields(model, keys[:-1])
            yield WrongSetting(keys[:-1], unknown_name("key", keys[-1], known), keys[-1])
        elif detail["type"] == "missing":
            yield WrongSetting(keys[:-1], f"lacks the key {keys[-1]!r}; add it.")
        elif keys[-2:] == (str(detail["input"]), _KEY):
            yield WrongSetting(keys[:-2], f"got {got}; {_accepted(detail)}.", keys[-2])
        else:
            yield WrongSetting(keys, f"got {got}; {_accepted(detail)}.")


def _accepted(detail: Mapping[str, Any]) -> str:
    """The message of one of pydantic's errors, in words of the language."""
    message = _MESSAGES.get(detail["type"], str(detail["msg"]))
    return message.removeprefix("Value error, ").removeprefix("Input ")


def _fields(model: type[BaseModel], keys: tuple[str, ...]) -> Mapping[str, object]:
    """The keys that are known at a place below a model."""
    for key in keys:
        # Otherwise it is a name in a mapping, of which all values are of one model.
        if key in model.model_fields:
            model = _model_in(model.model_fields[key].annotation) or model
    return model.model_fields


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The only model that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _place(located: Located, keys: tuple[str, ...]) -> tuple[Located, list[str]]:
    """What stands at a place, or at the last one before it that is there; and the way to it."""
    walked: list[str] = []
    for key in keys:
        below: Located | None = None
        if isinstance(located, Table):
            below = located.get(key)
        elif isinstance(located, Listing) and key.isdigit():
            below = located.items[int(key)]
        if below is None:
            break
        located = below
        walked.append(key)
    return located, walked
