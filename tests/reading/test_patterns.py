"""Every regular expression of the reader, tried on 100 kB that would make a careless one blow up."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from types import ModuleType

import pytest

from callboard import reading
from callboard.reading.lookup import Keyed
from growth import grows_with_size_only

# For those that are made of words which somebody chooses.
CHOSEN = {
    "fields._own_format": ("talk",),
    "fields._this": ("talk",),
    "lookup._alone": ("talk",),
    "mentions._leading": ("together",),
    "mentions._saying": ("presents",),
    "moments._dates": ("en",),
    "moments._names": ("weekdays", "en"),
    "revision._becomes": (None,),
    "title._plainly": ("named",),
}
# Matched where a line begins, and never looked for.
AT_ONE_PLACE = {"layout._RULE", "quoting._UNDERSCORES", "revision._becomes"}
HOSTILE = {
    "a word": "x" * 50_000,
    "words": "x " * 25_000,
    "capitals": "Ada X. " * 7_200,
    "figures": "1:30 12.5 " * 5_000,
    "brackets": "(a [b «c “d " * 4_200,
    "blanks": " \t" * 25_000,
    "a rule": "_" * 25_000 + "-" * 25_000 + "x",
    "short lines": "- a:\n" * 10_000,
}
MODULES = [info.name for info in pkgutil.iter_modules(reading.__path__)]


def expressions(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str] | Keyed]]:
    """The expressions of a module: its constants, and those that its functions make when they are first needed."""
    short = module.__name__.rpartition(".")[2]
    for name, value in vars(module).items():
        whole = f"{short}.{name}"
        if isinstance(value, re.Pattern):
            yield whole, value
        elif getattr(value, "__module__", None) == module.__name__ and _makes_one(value):
            yield whole, value(*CHOSEN.get(whole, ()))


def _makes_one(value: Callable[..., object]) -> bool:
    return getattr(value, "__annotations__", {}).get("return") in ("re.Pattern[str]", "Keyed")


@pytest.mark.parametrize("name", MODULES)
def test_every_expression_costs_time_in_proportion_to_the_text(name: str) -> None:
    slow = [
        (expression, kind)
        for expression, made in expressions(import_module(f"callboard.reading.{name}"))
        for kind, text in HOSTILE.items()
        if not grows_with_size_only(partial(_try, made, expression in AT_ONE_PLACE), text)
    ]

    assert slow == []


def _try(made: re.Pattern[str] | Keyed, at_one_place: bool, text: str) -> None:
    if at_one_place and isinstance(made, re.Pattern):
        made.match(text)
    elif isinstance(made, re.Pattern):
        sum(1 for _ in made.finditer(text))
    else:
        made.search(text)


@pytest.mark.parametrize("name", sorted(AT_ONE_PLACE))
def test_what_is_for_one_place_is_looked_for_nowhere(name: str) -> None:
    module, _, own = name.partition(".")
    source = inspect.getsource(import_module(f"callboard.reading.{module}"))

    assert re.findall(rf"\b{own}(?:\([^()]*\))?\.(?!(?:full)?match\()\w+", source) == []


def test_the_expressions_are_found() -> None:
    found = [
        name for module in MODULES for name, _ in expressions(import_module(f"callboard.reading.{module}"))
    ]

    assert len(found) > 250
    assert set(CHOSEN) <= set(found)
