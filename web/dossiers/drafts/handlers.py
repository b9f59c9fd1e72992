"""The handlers of drafts, for titulaires and for employers who have a délégation.

Both create, save, delete and simulate in the same way. The fields of DraftHandlers hold the
differences: who is admitted, how the rights are read, and the answer to a form whose dossier is no
longer accessible.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from web.core.http.forms.live_checks import build_live_check
from web.core.http.request import Handler, Request
from web.core.http.routing import get, post
from web.domain.dossier import DifNotDeclaredError, DossierError, ImpossibleTransitionError, Status
from web.domain.submission import Draft
from web.dossiers.access import (
    Author,
    ChangedMeanwhileError,
    DossierGoneError,
    UnknownOrganismeError,
    build_present_state,
)
from web.dossiers.drafts import formations, service
from web.dossiers.drafts.formations import UnknownFormationError
from web.dossiers.drafts.forms import DossierForm
from web.dossiers.drafts.pace import TooMuchTodayError
from web.dossiers.drafts.pages import (
    DraftPages,
    NewDraft,
    OpenDraft,
    is_search,
    look_up,
    refuse_choice,
)
from web.dossiers.drafts.simulation_pages import SimulationPage
from web.dossiers.drafts.views import (
    changed_sentence,
    differing_lines,
    limit_sentence,
    typed_lines,
)
from web.dossiers.forms import SeenForm
from web.dossiers.reading.pages import id_of
from web.dossiers.sentences import EMPTY_SENTENCE

DELETED = "brouillon-supprime"


@dataclass(frozen=True)
class DraftHandlers:
    """The handlers and the routes of one kind of account.

    `author`, `open_new` and `open_draft` read the rights of the account to the person and to the
    dossier of the path, and raise DossierGoneError without them. For a page, `admit` answers that
    error; for a form, `answer_gone` does, and shows the input.

    `root` starts the paths. `saved` is the notice of a draft that was saved.
    """

    admit: Callable[[Handler], Handler]
    author: Callable[[Request], Awaitable[Author]]
    open_new: Callable[[Request], Awaitable[NewDraft]]
    open_draft: Callable[[Request], Awaitable[OpenDraft]]
    answer_gone: Callable[[Request, DossierForm], Awaitable[Response]]
    form: type[DossierForm]
    pages: DraftPages
    simulation: SimulationPage
    root: str
    saved: str

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes of these pages."""
        admit, form, prefix = self.admit, self.form, self.pages.prefix
        new, one = f"{self.root}/nouveau", f"{self.root}/{{dossier_id:uuid}}"
        simulation, check = admit(self.simulation.show), admit(build_live_check(form))
        return [
            get(f"{prefix}-new", new, admit(self.show_new)),
            post(f"{prefix}-new", new, admit(self.create), form, check=check),
            get(self.pages.simulation, f"{self.root}/simulation", simulation),
            get(f"{prefix}-edit", f"{one}/modifier", admit(self.show_edit)),
            post(f"{prefix}-edit", f"{one}/modifier", admit(self.save), form, check=check),
            get(f"{prefix}-delete", f"{one}/supprimer", admit(self.show_delete)),
            post(f"{prefix}-delete", f"{one}/supprimer", admit(self.delete)),
        ]

    async def show_new(self, request: Request) -> Response:
        """Show the empty form, or why none can be created; with htmx, what `?search=` finds."""
        opened = await self.open_new(request)
        form = self.form() if opened.known is None else self.form.of(opened.known)
        look_up(request, form)
        return await self.pages.new(request, opened, form)

    async def create(self, request: Request) -> Response:
        """Create a draft, complete or not."""
        form = self.form(request.posted)
        try:
            return await self._create(request, form)
        except DossierGoneError:
            return await self.answer_gone(request, form)

    async def show_edit(self, request: Request) -> Response:
        """Show the form of a draft; with htmx, the formations found by `?search=`."""
        opened = await self.open_draft(request)
        dossier = opened.found.dossier
        if dossier.status is not Status.DRAFT:
            return self.pages.redirect_to_dossier(request)
        form = self.form.of(dossier.contents, dossier.revision)
        look_up(request, form)
        return await self.pages.edit(request, opened, form)

    async def save(self, request: Request) -> Response:
        """Save a draft, complete or not."""
        form = self.form(request.posted)
        try:
            return await self._save(request, form)
        except DossierGoneError:
            return await self.answer_gone(request, form)

    async def show_delete(self, request: Request) -> Response:
        """Show the consequences of deleting, and its button."""
        opened = await self.open_draft(request)
        if opened.found.dossier.status is not Status.DRAFT:
            return self.pages.redirect_to_dossier(request)
        return self.pages.delete(request, opened)

    async def delete(self, request: Request) -> Response:
        """Delete a draft; the person's history keeps its number."""
        form = SeenForm(request.posted)
        command = request.command(self.pages.path(request, self.pages.home), DELETED)
        try:
            # Only the author is read: a repeated request no longer finds the dossier.
            await service.delete_draft(
                request.runtime,
                id_of(request),
                await self.author(request),
                seen_revision=form.seen_revision,
                command=command,
            )
        except ChangedMeanwhileError as error:
            return self.pages.changed(request, error.state)
        except DossierError:
            return self.pages.redirect_to_dossier(request)
        return request.answer(command.answer)

    async def offer_again(self, request: Request, form: DossierForm, status: int) -> Response:
        """Render the form of a new draft with this input, or why none can be created yet."""
        return await self.pages.new(request, await self.open_new(request), form, status)

    async def _create(self, request: Request, form: DossierForm) -> Response:
        contents = None if is_search(request, form) else form.contents()
        if contents == Draft():
            form.refuse("title", EMPTY_SENTENCE)
        if contents is None or form.errors:
            return await self.offer_again(request, form, 422 if form.errors else 200)
        runtime, author = request.runtime, await self.author(request)
        assert author.person_id is not None  # noqa: S101 - an organisme alone has none
        dossier_id = runtime.randomness.uuid()
        command = request.command(self.pages.after_saving(request, dossier_id), self.saved)
        try:
            await service.create_draft(
                runtime,
                dossier_id,
                author.person_id,
                await formations.with_title(runtime, contents),
                author,
                command=command,
            )
        except (UnknownFormationError, UnknownOrganismeError) as error:
            refuse_choice(form, error)
            return await self.offer_again(request, form, 422)
        except TooMuchTodayError as error:
            form.refuse("", limit_sentence(error))
            return await self.offer_again(request, form, 429)
        except DifNotDeclaredError:
            return await self.offer_again(request, form, 409)
        return request.answer(command.answer)

    async def _save(self, request: Request, form: DossierForm) -> Response:
        runtime, opened = request.runtime, await self.open_draft(request)
        dossier = opened.found.dossier
        contents = None if is_search(request, form) else form.contents()
        if contents is None:
            return await self._edit_again(request, opened, form, 422 if form.errors else 200)
        command = request.command(self.pages.after_saving(request, dossier.id), self.saved)
        try:
            await service.save_draft(
                runtime,
                dossier.id,
                await formations.with_title(runtime, contents, dossier.contents),
                opened.author,
                seen_revision=form.seen_revision,
                command=command,
            )
        except (UnknownFormationError, UnknownOrganismeError) as error:
            refuse_choice(form, error)
            return await self.pages.edit(request, opened, form, 422)
        except TooMuchTodayError as error:
            form.refuse("", limit_sentence(error))
            return await self.pages.edit(request, opened, form, 429)
        except ChangedMeanwhileError as error:
            opened = await self.open_draft(request)
            # The input may then be saved over the change.
            form.revision.data = str(opened.found.dossier.revision)
            form.refuse("", changed_sentence(error.state, self.pages.viewer))
            others = differing_lines(form, contents, opened.found)
            opened = opened.with_context(others=others)
            return await self._edit_again(request, opened, form, 409)
        except ImpossibleTransitionError:
            return self._not_saved(request, await self.open_draft(request), form)
        return request.answer(command.answer)

    async def _edit_again(
        self, request: Request, opened: OpenDraft, form: DossierForm, status: int
    ) -> Response:
        if opened.found.dossier.status is not Status.DRAFT:
            return self._not_saved(request, opened, form)
        return await self.pages.edit(request, opened, form, status)

    def _not_saved(self, request: Request, opened: OpenDraft, form: DossierForm) -> Response:
        """Show the state of a dossier that is no longer a draft, and the unsaved input to copy."""
        found = opened.found
        return self.pages.changed(request, build_present_state(found), typed_lines(form, found))
