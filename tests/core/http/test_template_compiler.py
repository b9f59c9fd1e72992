"""web.core.http.template_compiler: the paths of links, written when a template is compiled."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from tests.core.named_routes import ADDRESSES
from web.core.addresses import Addresses
from web.core.http.template_compiler import CompiledEnvironment


@pytest.fixture
def environment() -> Environment:
    return CompiledEnvironment(ADDRESSES)


def test_a_link_without_parameters_is_compiled_into_its_path(environment: Environment) -> None:
    source = '<a href="{{ path("hours") }}?page={{ page }}">'
    compiled = environment.compile(source, raw=True)
    assert "'<a href=\"/espace/heures?page='" in compiled
    assert environment.from_string(source).render(page=2) == '<a href="/espace/heures?page=2">'


def test_a_path_is_a_value_like_another(environment: Environment) -> None:
    source = '{{ path("hours") ~ "#dif" if found else path("formation", code=code) }}'
    template = environment.from_string(source)
    assert template.render(found=True) == "/espace/heures#dif"
    assert template.render(found=False, code="a/b") == "/formations/a%2Fb"


def test_a_macro_has_the_paths_too(environment: Environment) -> None:
    source = '{% macro link(to) %}{{ to }}{% endmacro %}{{ link(path("hours")) }}'
    assert environment.from_string(source).render() == "/espace/heures"


def test_a_wrong_name_fails_when_its_page_is_shown(environment: Environment) -> None:
    template = environment.from_string('{% if shown %}{{ path("nowhere") }}{% endif %}')
    assert not template.render(shown=False)
    with pytest.raises(LookupError, match="'nowhere'"):
        template.render(shown=True)


def test_an_application_with_other_addresses_has_its_own_templates() -> None:
    assert repr(Addresses()) != repr(ADDRESSES) == repr(ADDRESSES)
