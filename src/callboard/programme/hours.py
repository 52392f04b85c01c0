"""From when to when each day of the event lasts, and what a time of day is on it.

Wall times are what people announce, and no arithmetic holds for them in a night in which the clocks change. So a time
of day becomes a moment in UTC here, and is one until the grid is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callboard.call import MAX_DAYS, Call
from callboard.config import ProgrammeConfig

# An event "from Monday 14:00 to Tuesday 12:00" names neither Monday's evening nor Tuesday's morning.
MORNING, EVENING = time(9), time(18)

Clocks = tuple[time, time]
Moments = tuple[datetime, datetime]


@dataclass(frozen=True)
class OpenDay:
    """A day of the event. All moments are in UTC."""

    date: date
    zone: ZoneInfo
    start: datetime
    end: datetime

    def at(self, clock: time) -> datetime:
        """When the clocks show that on this day."""
        return moment(self.date, clock, self.zone)

    def during(self, span: Clocks) -> Moments:
        """From the first of these times on, for as long as the two are apart on other days."""
        start, (first, last) = self.at(span[0]), (datetime.combine(self.date, clock) for clock in span)
        return start, start + (last - first)


def open_days(call: Call, settings: ProgrammeConfig) -> list[OpenDay]:
    """The days of the event, those with hours of their own have them, those without talks are gone. Where the
    announcement says no hours at all, the ones with their own are the only days."""
    days: dict[date, Clocks | None] = dict(_announced(call))
    days |= settings.own_hours
    found = [
        OpenDay(day, call.zone, moment(day, span[0], call.zone), moment(day, span[1], call.zone))
        for day, span in sorted(days.items(), key=lambda entry: entry[0])
        if span is not None
    ]
    return [day for day in found if day.start < day.end]


def spanning(call: Call, settings: ProgrammeConfig) -> Call:
    """The call from the first to the last of these days: one with its own hours may lie outside the announced ones."""
    days = open_days(call, settings)
    if not days:
        return call
    first, last = days[0].start.astimezone(call.zone), days[-1].end.astimezone(call.zone)
    wider = replace(
        call, starts=min(filter(None, (call.starts, first))), ends=max(filter(None, (call.ends, last)))
    )
    return wider if wider.days else call


def _announced(call: Call) -> Sequence[tuple[date, Clocks]]:
    """From when to when each day lasts; empty while that is not known, or cannot be."""
    if call.starts is None or call.ends is None:
        return []
    starts, ends = call.starts.astimezone(call.zone), call.ends.astimezone(call.zone)
    count = (ends.date() - starts.date()).days + 1
    # Midnight to midnight is how calendars write "all day".
    all_day = starts.time() == time(0) and ends.time() in (time(0), time(23, 59), time(23, 59, 59))
    if ends <= starts or count > MAX_DAYS or all_day:
        return []
    dates = [starts.date() + timedelta(days=number) for number in range(count)]
    if count > 1 and ends.time() <= starts.time():
        opens = [starts.time()] + [MORNING] * (count - 1)
        closes = [EVENING] * (count - 1) + [ends.time()]
    else:
        opens, closes = [starts.time()] * count, [ends.time()] * count
    return list(zip(dates, zip(opens, closes, strict=True), strict=True))


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When the clocks of the zone show that on the day, in UTC. The first of two such moments; of a time that is
    skipped, as long after midnight as it would have been."""
    return datetime.combine(day, clock.replace(second=0, microsecond=0), zone).astimezone(UTC)
