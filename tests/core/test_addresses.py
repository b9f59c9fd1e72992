"""web.core.addresses: paths by name, with their parameters quoted."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.core.named_routes import ADDRESSES, ROUTES, page
from web.core.addresses import Addresses
from web.core.http.routing import get


def test_the_page_and_its_form_share_a_name() -> None:
    assert ADDRESSES.path("hours") == "/espace/heures"


def test_parameters_take_their_place() -> None:
    dossier_id = UUID(int=5)
    assert ADDRESSES.path("dossier", dossier_id=dossier_id) == f"/espace/dossiers/{dossier_id}"
    assert ADDRESSES.parameters["static"] == {"digest", "name"}
    assert ADDRESSES.path("static", digest="1a", name="help/a.png") == "/static/1a/help/a.png"


@pytest.mark.parametrize(
    ("code", "quoted"),
    [
        ("a/b?c#d", "a%2Fb%3Fc%23d"),
        ("é \\", "%C3%A9%20%5C"),
        ("%2e%2e", "%252e%252e"),
        ('"><b>', "%22%3E%3Cb%3E"),
        ("{digest}", "%7Bdigest%7D"),
    ],
)
def test_a_parameter_stays_inside_its_segment(code: str, quoted: str) -> None:
    assert ADDRESSES.path("formation", code=code) == f"/formations/{quoted}"


@pytest.mark.parametrize("code", ["", ".", "..", "a/../../b", "a//b"])
def test_a_parameter_never_leads_to_another_page(code: str) -> None:
    with pytest.raises(ValueError, match="another page"):
        ADDRESSES.path("formation", code=code)


@pytest.mark.parametrize("parameters", [{}, {"id": 1}, {"code": 1, "page": 2}])
def test_parameters_are_those_of_the_path(parameters: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="takes"):
        ADDRESSES.path("formation", **parameters)
    with pytest.raises(ValueError, match="takes"):
        ADDRESSES.path("hours", page=2)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(LookupError, match="'home'"):
        ADDRESSES.path("home")


@pytest.mark.parametrize("route", [("hours", "/ailleurs"), ("heures", "/espace/heures")])
def test_each_path_has_one_name_and_each_name_one_path(route: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="one path"):
        Addresses([*ROUTES, get(*route, page)])
