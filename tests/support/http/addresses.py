"""The application's routes, addresses and menus, for tests without an application."""

from __future__ import annotations

from web.core.addresses import Addresses
from web.core.http.assets import Assets
from web.menus import build_menus
from web.routes import build_routes

ROUTES = build_routes(Assets())
ADDRESSES = Addresses(ROUTES)
MENUS = build_menus(ADDRESSES)
