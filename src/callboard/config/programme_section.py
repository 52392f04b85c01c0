"""`[programme]`: the day, its rooms, what is fixed in it, and where its pages go."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from callboard.config.section import Section
from callboard.config.values import (
    FilledLine,
    LineOrNone,
    Span,
    SpanOrNone,
    Switch,
    Whole,
    read_moment,
    read_span,
    refuse,
)
from callboard.config.words import quoted
from callboard.programme.pins import PinError, PinKind, read_pin


class ProgrammeConfig(Section):
    """`[programme]`: how the day is laid out, and where the page goes."""

    folder: Path = Field(
        default=Path("public"),
        description="The folder that the public programme is written to.",
    )
    draft_folder: Path = Field(
        default=Path("var/draft"),
        description="The folder of the organisers' own page: the newest draft, undecided talks included. "
        "Not for a web server.",
    )
    public: Literal["released", "draft"] = Field(
        default="released",
        description='What the public sees: the draft that was released ("callboard programme release"), or always '
        "the newest; accepted talks alone in both.",
    )
    url: LineOrNone = Field(
        default=None,
        description="The page's public address, for the digest. Not set: the digest names the file.",
        examples=["https://example.org/workshop/programme/"],
    )
    css: Path | None = Field(
        default=None,
        description="A stylesheet of your own that the programme page carries instead of ours.",
        examples=["config/programme.css"],
    )
    book: Switch = Field(
        default=False,
        description="Whether a book of abstracts (PDF) is published with the page; needs callboard[book].",
    )
    hugo_page: Path | None = Field(
        default=None,
        description="The announcement in your Hugo site: its front matter is kept at the programme's hours.",
        examples=["site/content/event/workshop/index.md"],
    )
    hugo_talks: Switch = Field(
        default=False, description="Whether a Hugo page for each talk is written too, into talks/."
    )
    hours: dict[str, SpanOrNone] = Field(
        default={},
        description='From when to when a day lasts that has hours of its own; "" for a day without talks.',
        examples=[{"2027-03-11": "09:00-12:30"}],
    )
    talk_minutes: Whole = Field(default=20, ge=5, le=240, description="Length of a talk, questions included.")
    minutes: dict[str, Whole] = Field(
        default={},
        description="Lengths by format, questions included, where a proposal names none.",
        examples=[{"lightning": 10, "tutorial": 90}],
    )
    rooms: tuple[FilledLine, ...] = Field(
        default=(), description="The rooms, where talks run side by side.", examples=[["Amphi A", "B12"]]
    )
    pins: tuple[FilledLine, ...] = Field(
        default=(),
        description="What is fixed, by the proposals' numbers.",
        examples=[["12 at 14:00", "12 before 15", "3 and 8 together", "5 not first"]],
    )
    invited_minutes: Whole = Field(default=45, ge=5, le=240, description="Length of an invited talk.")
    invited_at: tuple[str, ...] = Field(
        default=(),
        description='When the invited talks begin, in the order of the call; "" for one that may be anywhere.',
        examples=[["10:10", ""]],
    )
    posters: SpanOrNone = Field(
        default="", description='From when to when the posters are shown; "" for no such session.'
    )
    change_minutes: Whole = Field(default=0, ge=0, le=60, description="Minutes between two talks.")
    lunch: SpanOrNone = Field(default="12:30-14:00", description='The lunch break; "" for none.')
    breaks: tuple[Span, ...] = Field(
        default=("10:45-11:00", "15:30-15:45"), description="The other breaks; [] for none."
    )
    opening_minutes: Whole = Field(default=10, ge=0, le=120, description="Opening words, in minutes.")
    closing_minutes: Whole = Field(default=10, ge=0, le=120, description="Closing words, in minutes.")

    @field_validator("draft_folder")
    @classmethod
    def _not_public(cls, value: Path, info: ValidationInfo) -> Path:
        public = info.data.get("folder")
        if public is not None and value.is_relative_to(public):
            raise refuse(f"must not lie in the public folder ({public}), where everybody reads the draft")
        return value

    @field_validator("hours")
    @classmethod
    def _are_days(cls, value: dict[str, str]) -> dict[str, str]:
        for day in value:
            try:
                date.fromisoformat(day)
            except ValueError:
                raise refuse(f'must name days like "2027-03-12", not {quoted(day)}') from None
        return value

    @property
    def own_hours(self) -> dict[date, tuple[time, time] | None]:
        """From when to when each day with hours of its own lasts; None: there are no talks."""
        return {
            date.fromisoformat(day): read_span(span) if span else None for day, span in self.hours.items()
        }

    @property
    def lunch_span(self) -> tuple[time, time] | None:
        """From when to when lunch lasts; None for no lunch."""
        return read_span(self.lunch) if self.lunch else None

    @property
    def posters_span(self) -> tuple[time, time] | None:
        """From when to when the posters are shown; None: there is no poster session."""
        return read_span(self.posters) if self.posters else None

    @field_validator("pins")
    @classmethod
    def _are_pins(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        # The words of two languages, which every command would load otherwise.
        from callboard.reading.pinline import room_named

        rooms = info.data.get("rooms", ())
        for line in value:
            try:
                pin = read_pin(line)
            except PinError as error:
                raise refuse(f"{error}") from error
            # "12 in English" is no room either, and nothing else that could be kept.
            if pin.kind is PinKind.ROOM and room_named(pin.room, rooms) is None:
                there = (
                    f"the rooms are {', '.join(map(quoted, rooms))}" if rooms else "name the rooms in rooms"
                )
                raise refuse(f"{quoted(line)}: there is no such room; {there}")
        return value

    @field_validator("invited_at")
    @classmethod
    def _are_moments(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for moment in value:
            if moment:
                read_moment(moment)
        return value

    @property
    def break_spans(self) -> tuple[tuple[time, time], ...]:
        """From when to when each break lasts, in the file's order."""
        return tuple(read_span(text) for text in self.breaks)
