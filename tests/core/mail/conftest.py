"""A worker and the SMTP server it speaks to."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from tests.core.mail.post_office import PostOffice
from tests.support.mail.peers import ScriptedPeer
from tests.support.mail.scripted_peer import peer
from web.core.runtime import Runtime
from web.settings import Settings

__all__ = ["peer"]


@pytest.fixture
def office(peer: ScriptedPeer, runtime: Runtime, settings: Settings) -> PostOffice:
    url = SecretStr(f"smtp://127.0.0.1:{peer.port}")
    return PostOffice(peer, runtime, settings.model_copy(update={"smtp_url": url}))
