"""The routes of the second factor of one kind of account."""

from __future__ import annotations

from starlette.routing import BaseRoute

from web.auth.guard import Guard
from web.auth.kinds import AccountKind, AnyAccount
from web.auth.two_factor.code.routes import CodePage
from web.auth.two_factor.set_up_routes import SetUpPage
from web.auth.two_factor.setting_routes import SettingPages


def two_factor_routes(
    kind: AccountKind[AnyAccount], guard: Guard[AnyAccount], *, login: str, root: str
) -> list[BaseRoute]:
    """Return the routes of the code and of the setting.

    The path of the code is below `login`, the others are below `root`.
    """
    factor, codes = f"{root}/second-facteur", f"{root}/codes-de-secours"
    return [
        *CodePage(kind, guard).routes(f"{login}/code"),
        *SetUpPage(kind, guard).routes(factor),
        *SettingPages(kind, guard).routes(f"{factor}/retirer", codes, f"{codes}/fichier"),
    ]
