"""The `[call]` table, and how it becomes the `Call` that everything else works with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator, model_validator

from callboard.call import Call, InvitedTalk, Organiser, Topic
from callboard.config.section import Section
from callboard.config.values import (
    AddressOrNone,
    Day,
    Deadline,
    FilledLine,
    Language,
    Line,
    LineOrNone,
    Moment,
    RecipientOrNone,
    TextOrNone,
    Zone,
    refuse,
)


class TopicSection(Section):
    """`[[call.topic]]`: one topic of the call."""

    text: FilledLine = Field(
        description="The topic in the announcement's own words.",
        json_schema_extra={"cure": "give the topic in one line"},
    )
    keywords: tuple[Line, ...] = Field(
        default=(),
        description="Five to ten words that talks on this topic use, in each of their languages; without them half "
        "of the talks find no topic.",
    )


class InvitedSection(Section):
    """`[[call.invited]]`: one invited talk."""

    title: Line = Field(default="", description='Its title; "" while it is not known.')
    speaker: LineOrNone = Field(default=None, description="Who gives it.", examples=["Ada Example"])
    affiliation: LineOrNone = Field(
        default=None,
        description="Where they work.",
        examples=["University of Example"],
    )

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.title and not self.speaker:
            raise refuse("has neither title nor speaker; give one of them or take the table out")
        return self


class OrganiserSection(Section):
    """`[[call.organiser]]`: one organiser; those with an address get the digest and decide."""

    name: FilledLine = Field(description="Their name.", json_schema_extra={"cure": "give their name"})
    address: AddressOrNone = Field(
        default=None,
        description="Their address; decisions count only from there.",
        examples=["ada@example.org"],
    )
    group: LineOrNone = Field(
        default=None,
        description="The group they organise for.",
        examples=["Programme"],
    )
    affiliation: LineOrNone = Field(
        default=None,
        description="Where they work.",
        examples=["University of Example"],
    )
    language: Language | None = Field(
        default=None, description="The language of their digest. Not set: the call's.", examples=["en"]
    )


class CallSection(Section):
    """`[call]`: the call for talks."""

    title: FilledLine = Field(
        description="The title of the call, as on its public page.",
        json_schema_extra={"cure": "give it a title"},
    )
    event: LineOrNone = Field(
        default=None,
        description="The name of the event. Not set: the title.",
        examples=["Workshop on Examples 2027"],
    )
    url: LineOrNone = Field(
        default=None, description="The event's public page.", examples=["https://example.org/workshop"]
    )
    language: Language = Field(default="fr", description='The language of the call, two letters: "fr", "en".')
    place: LineOrNone = Field(
        default=None,
        description="Where it happens.",
        examples=["Room 12, Example Hall"],
    )
    country: LineOrNone = Field(default=None, description="The country.", examples=["France"])
    # Before the dates, which are read in it.
    timezone: Zone = Field(
        description="The event's time zone; all hours of this file are in it.",
        examples=["Europe/Paris"],
        json_schema_extra={"cure": 'name the event\'s time zone, like "Europe/Paris"'},
    )
    starts: Moment | None = Field(
        default=None,
        description="When the event starts.",
        examples=[datetime(2027, 3, 11, 9, 30)],  # noqa: DTZ001
    )
    ends: Moment | None = Field(
        default=None,
        description="When it ends.",
        examples=[datetime(2027, 3, 11, 17, 0)],  # noqa: DTZ001
    )
    published: Day | None = Field(
        default=None,
        description="The day the call was published; earlier mail is not looked at.",
        examples=[date(2026, 12, 1)],
    )
    deadline: Deadline | None = Field(
        default=None,
        description="Until when proposals are in time: a day (its last second) or a day and an hour.",
        examples=[date(2027, 1, 31)],
    )
    summary: LineOrNone = Field(
        default=None,
        description="One line about the event.",
        examples=["A day on examples"],
    )
    description: TextOrNone = Field(
        default=None,
        description="The announcement's own presentation of the event.",
        examples=["Examples matter."],
    )
    prefix: str = Field(
        default="P",
        pattern=r"^[A-Za-z][A-Za-z0-9]{0,7}$",
        description='What references start with: "P" makes P-7.',
        json_schema_extra={"shape": 'one letter, or a letter and up to seven letters or digits, like "P"'},
    )
    proposals_to: RecipientOrNone = Field(
        default=None,
        description='Where speakers were told to write: "organisers", or one address.',
        examples=["organisers"],
    )
    tags: tuple[Line, ...] = Field(default=(), description="The page's tags.")
    topic: tuple[TopicSection, ...] = ()
    invited: tuple[InvitedSection, ...] = ()
    organiser: tuple[OrganiserSection, ...] = ()

    @field_validator("ends")
    @classmethod
    def _after_start(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        starts = info.data.get("starts")
        if value and starts and "timezone" in info.data:
            zone = ZoneInfo(info.data["timezone"])
            if in_zone(value, zone) <= in_zone(starts, zone):
                raise refuse(f"must be after call.starts ({starts.isoformat()}), not {value.isoformat()}")
        return value

    @field_validator("deadline")
    @classmethod
    def _before_end(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        ends = info.data.get("ends")
        if value and ends and "timezone" in info.data:
            zone = ZoneInfo(info.data["timezone"])
            if in_zone(value, zone) > in_zone(ends, zone):
                raise refuse(f"must not be after call.ends ({ends.isoformat()}), not {value.isoformat()}")
        return value

    def to_call(self) -> Call:
        """The call as a value, its hours in its own time zone."""
        zone = ZoneInfo(self.timezone)
        return Call(
            title=self.title,
            event=self.event,
            url=self.url,
            language=self.language,
            place=self.place,
            country=self.country,
            timezone=self.timezone,
            starts=self.starts and in_zone(self.starts, zone),
            ends=self.ends and in_zone(self.ends, zone),
            published=self.published,
            deadline=self.deadline and in_zone(self.deadline, zone),
            summary=self.summary,
            description=self.description,
            topics=tuple(Topic(t.text, t.keywords) for t in self.topic),
            invited=tuple(InvitedTalk(i.title, i.speaker, i.affiliation) for i in self.invited),
            organisers=tuple(
                Organiser(o.name, o.address, o.group, o.language, o.affiliation) for o in self.organiser
            ),
            proposals_to=self.proposals_to,
            prefix=self.prefix,
            tags=self.tags,
        )


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment of the file in the call's zone: local unless it says its own offset."""
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
