"""Turns what pydantic found into lines for people: the key, what is wrong, what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from callboard.config.words import nearest, quoted

_SHAPES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false, without quotes",
    "string": "text between quotes",
    "path": "a path between quotes",
    "tuple": "a list between square brackets",
}
_SECRET_WORDS = ("password", "pass", "passwd", "secret")


def nested(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of the tables `[[name]]` inside a model, None where that key holds no tables."""
    field = model.model_fields.get(name)
    inner = get_args(field.annotation)[:1] if field else ()
    return inner[0] if inner and isinstance(inner[0], type) and issubclass(inner[0], BaseModel) else None


def describe(model: type[BaseModel], where: str, errors: Sequence[ErrorDetails]) -> list[str]:
    """One line for each error, in order, each beginning with the key in full."""
    typing_errors = {_meant(model, e["loc"]) for e in errors if e["type"] == "extra_forbidden"}
    # A required key that was only misspelt is one mistake, told once.
    return [
        f"{_key(where, e['loc'])} {_sentence(model, e)}"
        for e in errors
        if not (e["type"] == "missing" and e["loc"] in typing_errors)
    ]


def _key(where: str, location: tuple[int | str, ...]) -> str:
    parts = [where] if where else []
    for step in location:
        if isinstance(step, int):
            parts[-1] += f"[{step}]"
        else:
            parts.append(step)
    return ".".join(parts)


def _table(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    for step in location[:-1]:
        inner = nested(model, step) if isinstance(step, str) else None
        model = inner or model
    return model


def _meant(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    guess = nearest(str(location[-1]), _table(model, location).model_fields)
    return (*location[:-1], guess or "")


def _field(model: type[BaseModel], location: tuple[int | str, ...]) -> FieldInfo | None:
    named = location
    while named and isinstance(named[-1], int):
        named = named[:-1]
    return _table(model, named).model_fields.get(str(named[-1])) if named else None


def _sentence(model: type[BaseModel], error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    field = _field(model, error["loc"])
    if kind == "refused":
        return str(context["sentence"])
    if kind == "missing":
        return f"is missing; {_cure(field)}"
    if kind == "extra_forbidden":
        return unknown_key(str(error["loc"][-1]), list(_table(model, error["loc"]).model_fields))
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return "must be a table, in double square brackets"
    if kind == "tuple_type" and nested(model, str(error["loc"][-1])):
        return f"must be written [[{_key('call', error['loc'])}]], with two pairs of brackets"
    return f"must be {_expected(kind, context, field)}, not {quoted(error['input'])}"


def _cure(field: FieldInfo | None) -> str:
    return _extra(field, "cure") or "give it a value"


def _extra(field: FieldInfo | None, name: str) -> str | None:
    extra = field.json_schema_extra if field else None
    return str(extra[name]) if isinstance(extra, dict) and name in extra else None


def _expected(kind: str, context: dict[str, Any], field: FieldInfo | None) -> str:
    if kind == "literal_error":
        return str(context["expected"]).replace("'", '"')
    if kind in ("greater_than_equal", "less_than_equal", "greater_than"):
        return _bounds(kind, context)
    shape = kind.removesuffix("_type").removesuffix("_parsing")
    if kind.endswith("_type") and shape in _SHAPES:
        return _SHAPES[shape]
    return _example(field)


def _bounds(kind: str, context: dict[str, Any]) -> str:
    if kind == "greater_than_equal":
        return f"{context['ge']} or more"
    return f"{context['le']} or less" if kind == "less_than_equal" else f"more than {context['gt']:g}"


def _example(field: FieldInfo | None) -> str:
    if shape := _extra(field, "shape"):
        return shape
    annotation = str(field.annotation) if field else ""
    for kind, example in (
        ("datetime.datetime", "a date and an hour like 2027-03-11T09:30:00"),
        ("datetime.date", "a date like 2027-03-11"),
        ("datetime.time", "an hour like 07:30:00"),
    ):
        if kind in annotation:
            return example
    return "another kind of value"


def unknown_key(name: str, known: Sequence[str]) -> str:
    """What to say about a key that is not one. Its value is never shown: it may be a password."""
    if name.casefold() in _SECRET_WORDS:
        return "is not a key; a password belongs into its own file (password_file) or into the environment"
    guess = nearest(name, known)
    if guess:
        return f'is not a key; did you mean "{guess}"?'
    return "is not a key; the keys here are " + ", ".join(known)
