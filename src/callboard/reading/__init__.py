"""What a message says: `read(mail, call) -> Reading`, and `shown` for whoever looks at it.

Pure functions: no clock, disk, network or database.
"""

from callboard.reading.reader import read, shown
from callboard.reading.result import MACHINES, Kind, ProposalFound, Reading, Source, SpeakerFound

__all__ = ["MACHINES", "Kind", "ProposalFound", "Reading", "Source", "SpeakerFound", "read", "shown"]
