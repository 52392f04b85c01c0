"""The `[review]` table: how the organisers decide, and when speakers hear of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from callboard.config.section import Section
from callboard.config.values import AddressOrNone, Number, Switch, Whole, refuse


class ReviewConfig(Section):
    """`[review]`: how the organisers decide, by answering the digest."""

    by_mail: Switch = Field(
        default=True,
        description="Whether an organiser's answer to the digest decides. Off: only the command line does.",
    )
    rule: Literal["one", "votes", "average", "chair"] = Field(
        default="one",
        description='Who decides: "one": any one organiser, the last word counts; "votes": as many organisers as '
        '`votes` says must agree; "average": their mean score, once as many as `votes` says have judged; "chair": '
        "the chair, whom the others advise.",
    )
    votes: Whole = Field(
        default=2, ge=1, le=50, description='How many organisers, for the rules "votes" and "average".'
    )
    average: Number = Field(
        default=3.0,
        ge=0,
        le=5,
        description='For the rule "average": from this mean on, of 5, a proposal is accepted; below, declined. '
        "A plain yes counts 5, the waiting list 2.5, a no 0; a maybe counts with a score alone.",
    )
    chair: AddressOrNone = Field(
        default=None,
        validate_default=True,
        description='For the rule "chair": the address of the organiser who decides.',
        examples=["ada@example.org"],
    )
    decision_delay_minutes: Whole = Field(
        default=60,
        ge=0,
        le=10_080,
        description="The letter that tells a decision waits so long; until then the organisers can undo it by "
        "answering.",
    )
    send: Literal["each", "together"] = Field(
        default="each",
        description='"each": every decision is told after that delay; "together": all wait until an organiser '
        'answers "send decisions", or `callboard send-decisions`.',
    )
    conflicts: Switch = Field(
        default=True,
        description="Whether an organiser who shares the mail domain, the affiliation or a proposal with a speaker "
        "does not judge that speaker's talk, unless they say that they do.",
    )
    offer_places: Switch = Field(
        default=True,
        description="Whether the place of an accepted talk that is withdrawn goes to the waiting list, in its order.",
    )
    answer_days: Whole = Field(
        default=90,
        ge=1,
        le=1_000,
        description="For so many days an answer to a digest counts.",
    )
    documents_megabytes: Whole = Field(
        default=7,
        ge=0,
        le=25,
        description="A letter with a whole proposal carries the documents that it came with, up to so many megabytes; "
        "mail makes them a third larger, and many servers take 10. What is larger is named. 0: none.",
    )

    @field_validator("chair")
    @classmethod
    def _chosen(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("rule") == "chair" and value is None:
            raise refuse("is missing; name the organiser who decides, or choose another review.rule")
        return value
