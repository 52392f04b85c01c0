"""What `[programme]` puts at times that the days do not have, in sentences for whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from callboard.call import Call
from callboard.config import ProgrammeConfig
from callboard.config.values import read_moment
from callboard.programme.grid import Frame, frame, invited_span
from callboard.programme.hours import Moments


def misplaced(call: Call, settings: ProgrammeConfig) -> Iterator[str]:
    """A sentence for each time, behind the name of its key. None while the hours of the event are not known."""
    frames = frame(call, settings)
    if not frames:
        return
    spans: dict[int, Moments] = {}
    for number, wanted in enumerate(settings.invited_at):
        key = f"programme.invited_at[{number}]"
        if number >= len(call.invited):
            yield f"{key} is the time of no [[call.invited]]; take it out"
        elif wanted:
            span = invited_span(wanted, settings, frames)
            if span is None:
                yield (
                    f"{key}: {settings.invited_minutes} minutes from {wanted} on are in no part of a day; "
                    f'choose a time {_within(frames, read_moment(wanted)[0])}, or "" for any'
                )
                continue
            other = next((n for n, (start, end) in spans.items() if start < span[1] and span[0] < end), None)
            if other is not None:
                yield f"{key}: at {wanted} the talk of invited_at[{other}] is not over; choose another time"
            spans[number] = span
    posters = settings.posters_span
    if posters and not any(
        start <= first and last <= end
        for one in frames
        for first, last in (one.day.during(posters),)
        for start, end in one.parts
    ):
        yield f'programme.posters: {settings.posters} is in no part of a day; choose a time {_within(frames)}, or ""'


def _within(frames: Sequence[Frame], day: date | None = None) -> str:
    """The parts of that day, or of all days, alike ones once."""
    mine = [one for one in frames if one.day.date == day] or frames
    found = []
    for one in mine:
        spans = ((start.astimezone(one.day.zone), end.astimezone(one.day.zone)) for start, end in one.parts)
        words = " or ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in spans)
        found.append(f"on {one.day.date} in {words}")
    return ", ".join(found[:3])
