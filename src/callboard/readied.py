"""What the process that forks readers imports: everything that reading needs, loaded and compiled before any fork.

Importing takes half a second, and the words of all languages as long again when the first letter is read. A reader that
is forked from a process which has both behind it starts in hundredths of a second: `callboard run` answers sooner.
"""

from __future__ import annotations

import gc
from typing import Final

from callboard import understanding
from callboard.call import Call

SAMPLES: Final = (
    "Subject: Proposition d'exposé\n\nBonjour,\n\nVoici ma proposition.\n\nTitre : Les cartes et les rivières\n"
    "Résumé : Nous montrons comment les cartes anciennes disent les crues. Une démonstration suit.\n"
    "Durée : 20 minutes\n\nBien cordialement,\nAda Sample\nUniversité d'exemple\n",
    "Subject: Re: Call for talks\n\nDear organisers,\n\nI can only come in the morning. Here is my talk.\n\n"
    "Title: Maps and rivers\nAbstract: We show how old maps tell of floods. A demonstration follows.\n"
    "Length: 20 minutes\n\nBest regards,\nAda Sample\nUniversity of Example\n\n> What is it about?\n",
)

for _sample in SAMPLES:
    understanding.understand(_sample.encode(), Call(title="A day"))
gc.freeze()  # what is here now stays: collecting it in each fork would copy it
