"""« Nous contacter »."""

from __future__ import annotations

import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.agents.guard import AGENTS
from web.agents.records import Agent
from web.auth.refusals import with_retry_after
from web.auth.sessions.titulaire import TitulaireSession
from web.auth.titulaires.guard import authenticate_identified
from web.captcha.routes import captcha_context, kind_of, requests_new_challenge
from web.captcha.service import Kind, TooManyAnswersError
from web.contact import service
from web.contact.forms import ContactForm
from web.contact.service import ANSWERED_IN, CaptchaRefusedError, Message, Sender
from web.core.http.forms.forms import parsed
from web.core.http.forms.live_checks import live_check_answer
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.people.reference import account_reference
from web.people.sentences import when_again

TOO_MANY = (
    "Trop de messages ont été envoyés avec cette adresse ou depuis cette connexion à Internet. Le "
    "vôtre est resté dans la page : envoyez-le {when}, ou écrivez-nous par courriel."
)
# Whoever writes in a session, by which they are known.
Writer = TitulaireSession | Agent
_REFERENCE = re.compile(rf"[0-9A-F]{{{service.REFERENCE_LENGTH}}}\Z")


async def show_contact(request: Request) -> Response:
    """Show the form; the address is filled in for someone who is signed in."""
    writer = await _find_writer(request)
    email = writer.email if writer else ""
    form = filled_again(request, ContactForm(data={"email": email}))
    return _page(request, form, writer, kind_of(request, form))


async def submit_contact(request: Request) -> Response:
    """Send the message; on any error, show the form again with what was typed."""
    runtime = request.runtime
    writer = await _find_writer(request)
    form = ContactForm(request.posted)
    kind = kind_of(request, form)
    if requests_new_challenge(request):
        return _page(request, form, writer, kind)
    form.validate()
    if writer is None:
        form.check_captcha_is_answered(kind)
    if form.errors:
        return _page(request, form, writer, kind, 422)
    try:
        reference = await service.send_message(
            runtime,
            _message(form, writer),
            _sender(request, form, writer),
            request.digest,
        )
    except CaptchaRefusedError as error:
        form.refuse_captcha(kind, error.verdict)
        return _page(request, form, writer, kind, 422)
    except TooManyAttemptsError as error:
        if isinstance(error, TooManyAnswersError):
            form.refuse_captcha_for_a_while(kind, error.retry_after)
        else:
            form.refuse("", TOO_MANY.format(when=when_again(error.retry_after)))
        return with_retry_after(_page(request, form, writer, kind, 429), error)
    return request.redirect(request.path("contact-received", reference=reference))


async def check_contact(request: Request) -> Response:
    """Answer a live check of the form, which counts as activity in a session."""
    await _find_writer(request)
    form = ContactForm(request.posted)
    form.validate()
    form.check_captcha_is_answered(kind_of(request, form))
    return live_check_answer(request, form)


async def show_received(request: Request) -> Response:
    """Show that the message is received, with its reference."""
    reference = request.path_params["reference"]
    if not _REFERENCE.match(reference):
        raise HTTPException(404)
    # Sets the layout: the page is in the space of someone who is signed in.
    await _find_writer(request)
    context = {"reference": reference, "answered_in": ANSWERED_IN}
    return render(request, "contact/received.html", context)


async def _find_writer(request: Request) -> Writer | None:
    """Return the titulaire or the agent who is signed in; the page gets the layout of their space.

    A titulaire who has not accepted the new terms yet is known too: they may have a question.
    """
    return await authenticate_identified(request) or await AGENTS.authenticate(request)


def _message(form: ContactForm, writer: Writer | None) -> Message:
    return Message(
        subject=form.subject.data or "",
        text=form.message.data or "",
        email=parsed(form.email),
        from_account=writer is not None,
        account=account_reference(writer.login_id) if writer else "",
        is_agent=isinstance(writer, Agent),
    )


def _sender(request: Request, form: ContactForm, writer: Writer | None) -> Sender:
    return Sender(
        address=request.address,
        browser_digest=request.browser.digest,
        account_id=writer.login_id if writer else None,
        challenge=form.challenge.data or "",
        answer=form.answer.data or "",
    )


def _page(
    request: Request,
    form: ContactForm,
    writer: Writer | None,
    kind: Kind = Kind.CHARACTERS,
    status: int = 200,
) -> Response:
    context: dict[str, Any] = {
        "form": form,
        "contact": request.runtime.settings.contact_to,
        "answered_in": ANSWERED_IN,
        "writer": writer,
        "account": account_reference(writer.login_id) if writer else "",
        "captcha": None,
        "renewed": False,
    }
    if writer is None:
        context |= captcha_context(request, form, kind)
    return render(request, "contact/contact.html", context, status=status)


ROUTES = [
    get("contact", "/contact", show_contact),
    post("contact", "/contact", submit_contact, ContactForm, check=check_contact),
    get("contact-received", "/contact/recu/{reference}", show_received),
]
