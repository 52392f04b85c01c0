"""Which time zone a country has, from the CLDR data that comes with Babel."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from callboard.announcement.text import fold

# What people write beside the CLDR names.
_ALSO = {
    "usa": "US",
    "u.s.a.": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "grande-bretagne": "GB",
    "england": "GB",
    "angleterre": "GB",
    "scotland": "GB",
    "ecosse": "GB",
    "wales": "GB",
    "holland": "NL",
    "hollande": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "republique tcheque": "CZ",
    "turkey": "TR",
}


@cache
def _territories() -> dict[str, str]:
    names = {
        fold(name): code
        for language in ("fr", "en")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    three_letters = {
        alias.lower(): codes[0]
        for alias, codes in get_global("territory_aliases").items()
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1
    }
    return three_letters | {code.lower(): code for code in names.values()} | names | _ALSO


def territory(country: str) -> str | None:
    """The ISO 3166 code of a country named in French, in English or by its code."""
    return _territories().get(fold(country.strip().rstrip(".")))


def country_in(place: str) -> str | None:
    """The country that ends a place ("Room 5, Lyon, France"), as written there."""
    last = re.split(r"[,(–—]", place.strip().rstrip(" )."))[-1].strip()
    # Two letters at the end of a place are more often a state or a building than a country.
    return last if len(last) > 3 and territory(last) else None


def zones_of(country: str) -> tuple[str, ...]:
    """The time zones of a country; empty when the country is not known."""
    return tuple(get_global("territory_zones").get(territory(country) or "", ()))


def only_zone(country: str, place: str, moment: datetime | None) -> str | None:
    """The country's time zone, where there can be no doubt: it has one, the place names the zone's city,
    or all its zones show the same hour at that (naive) moment."""
    zones = zones_of(country)
    if len(zones) == 1:
        return zones[0]
    words = fold(place)
    named = [z for z in zones if re.search(rf"\b{re.escape(_city(z))}\b", words)]
    if len(named) == 1:
        return named[0]
    if zones and moment and len({moment.replace(tzinfo=ZoneInfo(z)).utcoffset() for z in zones}) == 1:
        return zones[0]
    return None


def _city(zone: str) -> str:
    return fold(zone.rpartition("/")[2].replace("_", " "))
