"""An account with a second factor."""

from __future__ import annotations

import pytest

from tests.support.logins.kinds import Account
from tests.support.logins.second_factor import protect
from web.core.runtime import Runtime


@pytest.fixture
async def secret(runtime: Runtime, account: Account) -> str:
    """The secret of the account's second factor."""
    return await protect(runtime, account)
