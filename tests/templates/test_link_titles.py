"""The pages behind mailed links: distinct titles, whatever the state of the link."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from tests.support.http.client import Client
from web.auth.reset.links import LinkState
from web.core.http.templating import Templates

TOKEN = "a" * 43
ENDS = [state.value for state in LinkState if state is not LinkState.OPEN]
PAGES: list[tuple[str, dict[str, Any]]] = [
    *((f"signup/activation_{end}.html", {}) for end in ("unknown", "used", "expired", "conflict")),
    *(("signin/link_over.html", {"state": end}) for end in ENDS),
    *(
        ("agents/link_over.html", {"state": end, "was_invitation": invited})
        for end in ENDS
        for invited in (True, False)
    ),
]

# A link that is expired or unknown; after a success it has another title.
ENDED = [
    *((f"signup/activation_{end}.html", {}) for end in ("unknown", "expired")),
    *(("signin/link_over.html", {"state": end}) for end in ENDS),
    *((f"profile/link_{end}.html", {}) for end in ("unknown", "over")),
    *(("former/link_over.html", {"state": end}) for end in ("unknown", "over")),
]
TITLES = {True: "Ce lien n’est pas reconnu", False: "Ce lien n’est plus valable"}


def title_of(app: Starlette, name: str, values: dict[str, Any]) -> str:
    templates: Templates = app.state.templates
    template = templates.env.get_template(name)
    context = template.new_context(values)
    # Up to its first words: this sets its variables, and finds the blocks of its parents.
    next(iter(template.root_render_func(context)))
    return "".join(context.blocks["title"][0](context))


def test_no_two_states_have_the_same_title(app: Starlette) -> None:
    titles = [title_of(app, name, values) for name, values in PAGES]
    assert len(set(titles)) == len(titles) == 4 + 3 * len(ENDS)


def test_links_that_end_have_one_of_two_titles(app: Starlette) -> None:
    for name, values in ENDED:
        is_unknown = "unknown" in (name.removesuffix(".html").split("_")[-1], values.get("state"))
        assert title_of(app, name, values).startswith(TITLES[is_unknown]), (name, values)


async def test_no_two_unknown_links_have_the_same_title(client: Client) -> None:
    paths = ("/activation", "/mot-de-passe", "/professionnels/mot-de-passe", "/courriel")
    pages = [await client.get(f"{path}/{TOKEN}") for path in paths]
    assert len({page.title for page in pages}) == len(pages)
