"""Whether work grows with its input only: twice the text may cost about twice the time, never four times.

A busy machine makes any single measurement wrong, and always upwards. So the best of several is believed, and
more are taken while the best still look like more than linear growth.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from functools import _lru_cache_wrapper, cache
from typing import Any

TRIES = 8
TWICE = 3.0  # what twice the input may cost: linear work costs 2, quadratic work 4
SLACK = 0.02  # CPU seconds that do not count
LIMIT = 8.0  # CPU seconds on a slow machine; minutes would be a blow-up


def grows_with_size_only(work: Callable[[str], object], text: str) -> bool:
    """True when twice the text costs `work` about twice the CPU time, and all of it less than `LIMIT`."""
    work(text[: len(text) // 50])  # compiles what the text needs of the vocabulary
    once = twice = float("inf")
    for _ in range(TRIES):
        once = min(once, cost(work, text))
        twice = min(twice, cost(work, text + text))
        if twice < min(TWICE * once + SLACK, LIMIT):
            return True
    return False


def cost(work: Callable[[str], object], text: str) -> float:
    """CPU seconds, with nothing remembered of single lines."""
    for one in _caches(len(sys.modules)):
        one.cache_clear()
    gc.collect(0)
    gc.disable()
    try:
        start = time.process_time()
        work(text)
        return time.process_time() - start
    finally:
        gc.enable()


@cache
def _caches(_modules: int) -> list[_lru_cache_wrapper[Any]]:
    """The caches that have a limit (single lines); those without hold vocabulary."""
    found = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper)]
    return [one for one in found if one.__module__.startswith("callboard.") and one.cache_info().maxsize]
