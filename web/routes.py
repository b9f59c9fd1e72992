"""The URL map of all features."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from web.accounts.guard import EXTEND_URL, LOGIN_URL, RESUME_URL, SPACE_URL
from web.accounts.titulaires import TITULAIRE
from web.captcha import routes as captcha
from web.contact import routes as contact
from web.contact.forms import ContactForm
from web.core import health
from web.core.assets import Assets
from web.core.routing import ask, get, post
from web.delegations import routes as delegations
from web.delegations.forms import DelegationForm
from web.dossiers import draft_routes as drafts
from web.dossiers import pages as dossier_pages
from web.dossiers import routes as dossiers
from web.dossiers import step_routes as steps
from web.dossiers.forms import DossierForm
from web.former import routes as former
from web.history import routes as history
from web.home import public_routes as public
from web.home import routes as home
from web.home import training_routes as trainings
from web.hours import routes as hours
from web.hours.forms import DifForm
from web.professional_routes import EMPLOYERS, ORGANISME, PROFESSIONALS
from web.profile import account_routes as account
from web.profile import email_routes as email
from web.profile import routes as profile
from web.profile.forms import EmailForm, ProfileForm
from web.security.routes import SecurityPages
from web.signin import forgotten_routes as forgotten
from web.signin import forms as signin_forms
from web.signin import routes as signin
from web.signup import activation_routes as activation
from web.signup import identity_routes as identity
from web.signup import routes as signup
from web.signup.forms import AddressForm
from web.signup.identity_form import IdentityForm

SIGNUP = [
    get("/inscription", signup.show_start),
    get("/inscription/conditions", signup.show_terms),
    post("/inscription/conditions", signup.submit_terms),
    get("/inscription/identite", identity.show_identity),
    post("/inscription/identite", identity.submit_identity, IdentityForm),
    ask("/inscription/identite/apprentissage", identity.show_apprenticeship),
    get("/inscription/mot-de-passe", signup.show_password),
    post("/inscription/mot-de-passe", signup.submit_password),
    ask("/inscription/mot-de-passe/robustesse", signup.show_strength),
    get("/inscription/validation", signup.show_validation),
    post("/inscription/validation", signup.submit_validation),
    get("/inscription/annuler", signup.show_cancel),
    post("/inscription/annuler", signup.submit_cancel),
    get("/inscription/expiree", signup.show_expired),
    get("/inscription/prolonger", signup.show_extended),
    get("/inscription/courriel", activation.show_waiting),
    post("/inscription/courriel/renvoyer", activation.send_again),
    get("/inscription/courriel/adresse", activation.show_address),
    post("/inscription/courriel/adresse", activation.submit_address, AddressForm),
    get("/activation/{token}", activation.show_activation),
    post("/activation/{token}", activation.submit_activation),
]
CATALOGUE = [get(trainings.FORMATION_URL, trainings.show_formation)]
CAPTCHA = [
    get("/captcha/nouveau", captcha.show_challenge),
    get("/captcha/{token}.png", captcha.show_picture),
    get("/captcha/{token}.wav", captcha.play_recording),
]
CONTACT = [
    get(contact.CONTACT_URL, contact.show_contact),
    post(contact.CONTACT_URL, contact.submit_contact, ContactForm),
    get("/contact/recu/{reference}", contact.show_received),
]
SIGNIN = [
    get(LOGIN_URL, signin.show_login),
    post(LOGIN_URL, signin.submit_login, signin_forms.LoginForm),
    post("/deconnexion", signin.submit_logout, page=SPACE_URL),
    get(forgotten.FORGOTTEN_URL, forgotten.show_forgotten),
    post(forgotten.FORGOTTEN_URL, forgotten.submit_forgotten, signin_forms.ForgottenForm),
    get(forgotten.SENT_URL, forgotten.show_sent),
    get("/mot-de-passe/{token}", forgotten.show_reset),
    post("/mot-de-passe/{token}", forgotten.submit_reset),
    ask("/mot-de-passe/{token}/robustesse", forgotten.show_strength),
]
TITULAIRE_SECURITY = SecurityPages(
    TITULAIRE,
    password_url=f"{SPACE_URL}/mot-de-passe",
    sessions_url=f"{SPACE_URL}/connexions",
    cancel_url=SPACE_URL,
    history_url=f"{history.HISTORY_URL}?type=connexions",
)
SPACE = [
    get(SPACE_URL, home.show_dashboard),
    get(EXTEND_URL, signin.show_extended),
    get("/espace/heures", hours.show_hours),
    post("/espace/heures", hours.save_dif, DifForm),
    *TITULAIRE_SECURITY.routes,
    get(history.HISTORY_URL, history.show_history),
    get(profile.PROFILE_URL, profile.show_profile),
    post(profile.PROFILE_URL, profile.save_profile, ProfileForm),
    get(email.EMAIL_URL, email.show_email),
    post(email.EMAIL_URL, email.submit_email, EmailForm),
    post(f"{email.EMAIL_URL}/annuler", email.cancel_email),
    get(account.CLOSING_URL, account.show_closing),
    post(account.CLOSING_URL, account.submit_closing),
    get(account.DATA_URL, account.show_data),
    post(account.DATA_URL, account.download_data),
    get(RESUME_URL, profile.show_resume),
    post(RESUME_URL, profile.drop_resume),
]
DOSSIER_URL = f"{dossier_pages.DOSSIERS_URL}/{{dossier_id:uuid}}"
DOSSIERS = [
    get(dossier_pages.DOSSIERS_URL, dossiers.show_list),
    get(dossier_pages.NEW_URL, drafts.show_new),
    post(dossier_pages.NEW_URL, drafts.create_dossier, DossierForm),
    get(dossier_pages.SIMULATION_URL, drafts.show_simulation),
    get(DOSSIER_URL, dossiers.show_dossier),
    get(f"{DOSSIER_URL}/modifier", drafts.show_edit),
    post(f"{DOSSIER_URL}/modifier", drafts.save_dossier, DossierForm),
    get(f"{DOSSIER_URL}/soumettre", steps.show_submit),
    post(f"{DOSSIER_URL}/soumettre", steps.submit_dossier),
    get(f"{DOSSIER_URL}/annuler", steps.show_cancel),
    post(f"{DOSSIER_URL}/annuler", steps.cancel_dossier),
    get(f"{DOSSIER_URL}/supprimer", steps.show_delete),
    post(f"{DOSSIER_URL}/supprimer", steps.delete_dossier),
]
DELEGATIONS = [
    get(delegations.DELEGATIONS_URL, delegations.show_delegations),
    get(delegations.NEW_URL, delegations.show_form),
    post(delegations.NEW_URL, delegations.show_preview, DelegationForm),
    post(delegations.EDIT_URL, delegations.edit_form, DelegationForm),
    post(delegations.GRANT_URL, delegations.grant, DelegationForm),
    get("/espace/delegations/{delegation_id:uuid}/revoquer", delegations.show_revocation),
    post("/espace/delegations/{delegation_id:uuid}/revoquer", delegations.revoke),
]
# Reached from a mail, or after the account is closed: no session is required.
OUTSIDE = [
    get(email.CONFIRMED_URL, email.show_confirmed),
    get("/courriel/{token}", email.show_link),
    post("/courriel/{token}", email.submit_link),
    get(account.CLOSED_URL, account.show_closed),
]
OPERATIONS = [
    get("/sante/vivant", health.show_alive),
    get("/sante/pret", health.show_ready),
]


def build_routes(assets: Assets, extra: list[BaseRoute]) -> list[BaseRoute]:
    """Return every route of the application; `extra` are those of the demonstration.

    Routes are matched in order: the most requested come first.
    """
    return [
        *SPACE,
        *SIGNIN,
        *SIGNUP,
        *CAPTCHA,
        get("/static/{digest}/{name:path}", assets.serve),
        *DOSSIERS,
        *DELEGATIONS,
        *former.ROUTES,
        *PROFESSIONALS,
        *ORGANISME,
        *EMPLOYERS,
        *public.ROUTES,
        *CATALOGUE,
        *CONTACT,
        *OUTSIDE,
        *OPERATIONS,
        *extra,
    ]


# Paths that search engines may index.
PUBLIC_PATHS = frozenset(
    {contact.CONTACT_URL, *(route.path for route in public.ROUTES if isinstance(route, Route))}
)
