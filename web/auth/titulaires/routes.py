"""The pages of a titulaire's login, password, sessions and second factor."""

from __future__ import annotations

from web.auth.login.routes import LoginPages, Sentences
from web.auth.reset.routes import ResetPages
from web.auth.routes import SecurityPages
from web.auth.sessions.routes import SessionPages
from web.auth.titulaires.forms import NirForm, NirLoginForm
from web.auth.titulaires.guard import TITULAIRES
from web.auth.titulaires.kind import TITULAIRE
from web.auth.titulaires.links import LINKS
from web.auth.titulaires.login import LOGIN
from web.auth.titulaires.terms.routes import ROUTES as TERMS_ROUTES
from web.auth.two_factor.routes import two_factor_routes

SENTENCES = Sentences(
    "L’identifiant ou le mot de passe n’est pas le bon. Vérifiez les deux ; si vous avez oublié "
    "le mot de passe, suivez le lien « Mot de passe oublié » pour en choisir un nouveau.",
    "Trop d’essais pour cet identifiant ou depuis cette connexion à Internet. Par sécurité, "
    "réessayez {when}. Pour ne pas attendre, suivez le lien « Mot de passe oublié » et "
    "choisissez un nouveau mot de passe.",
)

ROUTES = [
    *SecurityPages(TITULAIRE, TITULAIRES, root="/espace", cancel="space", history="history").routes,
    *LoginPages(
        LOGIN,
        TITULAIRES,
        NirLoginForm,
        SENTENCES,
        "signin/login.html",
        path="/connexion",
        extend="/espace/prolonger",
    ).routes,
    *SessionPages(
        TITULAIRES,
        logout="/deconnexion",
        inside="/espace",
        resume="/espace/reprise",
        logged_out="logout",
    ).routes,
    *TERMS_ROUTES,
    *two_factor_routes(TITULAIRE, TITULAIRES, login="/connexion", root="/espace/informations"),
    *ResetPages(LINKS, NirForm, root="", folder="signin").routes,
]
