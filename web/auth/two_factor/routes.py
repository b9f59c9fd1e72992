"""The routes of the second factor of one kind of account."""

from __future__ import annotations

from starlette.routing import BaseRoute

from web.auth.kinds import AccountKind, AnyAccount
from web.auth.two_factor.code_routes import CodePage
from web.auth.two_factor.pages import LoginSteps
from web.auth.two_factor.set_up_routes import SetUpPage
from web.auth.two_factor.setting_routes import SettingPages


def two_factor_routes(
    kind: AccountKind[AnyAccount],
    steps: LoginSteps[AnyAccount],
    *,
    prefix: str,
    login: str,
    root: str,
    account: str,
) -> list[BaseRoute]:
    """Return the routes of the code and of the setting.

    `prefix` begins the names of their addresses. The path of the code is below `login`, the others
    are below `root`. `account` names the page that shows the setting.
    """
    shared = (kind, steps, prefix, account)
    factor, codes = f"{root}/second-facteur", f"{root}/codes-de-secours"
    return [
        *CodePage(*shared).routes(f"{login}/code"),
        *SetUpPage(*shared).routes(factor),
        *SettingPages(*shared).routes(f"{factor}/retirer", codes, f"{codes}/fichier"),
    ]
