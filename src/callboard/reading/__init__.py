"""What a message says: `read(mail, call) -> Reading`. Pure functions: no clock, disk, network or database."""

from callboard.reading.reader import read
from callboard.reading.result import MACHINES, Kind, ProposalFound, Reading, Source, SpeakerFound

__all__ = ["MACHINES", "Kind", "ProposalFound", "Reading", "Source", "SpeakerFound", "read"]
