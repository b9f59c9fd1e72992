"""« Mes informations personnelles »."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.auth.two_factor.queries import FactorState, get_factor_state
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render, wants_fragment
from web.domain.nir import masked
from web.people.identity import Identity
from web.profile.email_change import service as email_change
from web.profile.information import service
from web.profile.information.forms import ProfileForm


@titulaires_only
async def show_profile(request: Request) -> Response:
    """Show the identity, the form, the e-mail address and the account."""
    return await _page(
        request, filled_again(request, ProfileForm.of(get_titulaire(request).identity))
    )


@titulaires_only
async def save_profile(request: Request) -> Response:
    """Save names, phones and postal address; with htmx, without leaving the page."""
    runtime, signed_in = request.runtime, get_titulaire(request)
    form = ProfileForm(request.posted)
    wanted = form.check(signed_in.identity)
    if wanted is None:
        return await _page(request, form, status=422)
    identity = await service.save_profile(runtime, signed_in.account_id, wanted, request.device)
    # The page header shows the name: reload the page when it changes.
    in_place = identity.full_name == signed_in.display_name
    if wants_fragment(request) and in_place:
        request.state.signed_in = replace(signed_in, identity=identity)
        return await _page(request, ProfileForm.of(identity), saved=True)
    request.notify("informations-enregistrees")
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": request.path("profile")})
    return request.redirect(request.path("profile"))


async def _page(
    request: Request, form: ProfileForm, *, saved: bool = False, status: int = 200
) -> Response:
    signed_in = get_titulaire(request)
    identity: Identity = signed_in.identity
    pending, factor = None, FactorState(None, 0)
    if not wants_fragment(request):
        pending = await email_change.find_pending_change(request.runtime, signed_in.account_id)
        if signed_in.has_second_factor:
            factor = await get_factor_state(request.runtime.db, signed_in.account_id)
    context = {
        "form": form,
        "identity": identity,
        "masked_nir": masked(identity.nir),
        "pending": pending,
        "factor": factor,
        "prefix": "",
        "is_required": False,
        "saved": saved,
    }
    return render(
        request, "profile/profile.html", context, fragment="profile/_form.html", status=status
    )


ROUTES = [
    get("profile", "/espace/informations", show_profile),
    post(
        "profile",
        "/espace/informations",
        save_profile,
        ProfileForm,
        check=titulaires_only(build_live_check(ProfileForm)),
    ),
]
