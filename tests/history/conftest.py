"""What every history needs: an SMTP server, a database to copy, and who stands in for what is not real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from premises import empty_database, standing_in
from test_histories import History

from servers import SmtpSink


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("histories")
    with SmtpSink() as sink, standing_in():
        History.where = folder, empty_database(folder), sink
        yield
