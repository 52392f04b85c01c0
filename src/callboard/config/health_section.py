"""The `[health]` table: when something is wrong, and who is told."""

from __future__ import annotations

from pydantic import Field

from callboard.config.section import Section
from callboard.config.values import AddressOrNone, Whole


class HealthConfig(Section):
    """`[health]`: when `callboard health` says that something is wrong, and who is told once by the worker."""

    mailbox_minutes: Whole = Field(
        default=60,
        ge=1,
        le=100_000,
        description="A mailbox that was not read for so long is trouble. Longer than the time between two passes.",
    )
    outbox_minutes: Whole = Field(
        default=120,
        ge=1,
        le=100_000,
        description="A letter that is due and has not left for so long is trouble.",
    )
    operator: AddressOrNone = Field(
        default=None,
        validate_default=True,
        description="Who gets a letter when something goes wrong, and one when it is over. Not set: nobody.",
        examples=["operator@example.org"],
    )
    webhook: str | None = Field(
        default=None,
        # Not in the repr: such an address is often a secret in itself. In clear text only to this very machine.
        pattern=r"^(?:https://[^\s/@]+|http://(?:127\.0\.0\.1|localhost)(?::\d+)?)(?:/\S*)?$",
        repr=False,
        description="An https address that the same news is posted to, as JSON; it names no person. Not set: none.",
        examples=["https://alerts.example.org/callboard"],
        json_schema_extra={"shape": "an address like https://alerts.example.org/callboard"},
    )
    metrics: str | None = Field(
        default=None,
        pattern=r"^(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$",
        description='Where "callboard run" serves its numbers to Prometheus, under /metrics; needs '
        "callboard[metrics]. They name no person; still, not for the whole world. Not set: nowhere.",
        examples=["127.0.0.1:9464"],
        json_schema_extra={"shape": "host:port, like 127.0.0.1:9464"},
    )
