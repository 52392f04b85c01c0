"""Posts a piece of news to an operator's own address, as JSON."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping

from callboard.errors import WebhookDown

SECONDS = 10.0


class _Straight(urllib.request.HTTPRedirectHandler):
    """Where else the news should go is not for a server to say."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(url: str, news: Mapping[str, object], seconds: float = SECONDS) -> None:
    """Hand it over, or raise WebhookDown. The address itself is never named: it is often a secret."""
    request = urllib.request.Request(  # noqa: S310 (the configuration lets no other scheme in)
        url,
        data=json.dumps(news).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "callboard"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=seconds):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise WebhookDown(f"[health] webhook: it answered {error.code}; check its address") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise WebhookDown(f"[health] webhook: it cannot be reached ({type(error).__name__})") from None
