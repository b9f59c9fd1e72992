"""The links of the layout: the footer, and the menus of each space."""

from __future__ import annotations

from web.agents.records import MANAGER_SPACES, PENDING_2FA_SPACE, SPACES, Kind
from web.auth.sessions.titulaire import (
    AWAITING_CODE_SPACE,
    AWAITING_TERMS_SPACE,
    TITULAIRE_SPACE,
)
from web.core.addresses import Addresses
from web.core.http.templating import Link, Menus, Space
from web.home.accessibility import STATE
from web.notices import NOTICES


def build_menus(addresses: Addresses) -> Menus:
    """Return the menus, with the addresses of their pages."""
    path = addresses.path
    organisme = "Espace organisme", Link(path("organisme"), "Dossiers de formation")
    employer = "Espace employeur", Link(path("people"), "Salariés")
    access = Link(path("agent-access"), "Accès de votre organisation")
    return Menus(
        main=[
            Link(path("home"), "Accueil"),
            Link(path("titulaires"), "Titulaire"),
            Link(path("employers"), "Employeurs"),
            Link(path("professionals"), "Professionnels"),
            Link(path("help"), "Aide"),
        ],
        footer=[
            Link(path("terms"), "Conditions Générales d’Utilisation"),
            Link(path("contact"), "Nous contacter"),
            Link(path("help"), "Aide"),
            Link(path("glossary"), "Glossaire"),
            # The law requires the compliance status on the home page.
            Link(path("accessibility"), f"Accessibilité\u00a0: {STATE}"),
            Link(path("privacy"), "Données personnelles"),
            Link(path("legal-notice"), "Mentions légales"),
            Link(path("site-map"), "Plan du site"),
        ],
        spaces={
            TITULAIRE_SPACE: _titulaire_space(addresses),
            AWAITING_CODE_SPACE: Space(
                home=path("login"),
                login=_titulaire_login(addresses),
                logout=path("logout"),
                name_prefix="Compte formation\u00a0:",
                label="Espace Titulaire",
            ),
            AWAITING_TERMS_SPACE: Space(
                home=path("new-terms"),
                login=path("login"),
                logout=path("logout"),
                name_prefix="Compte de",
                label="Pages ouvertes",
                nav=[
                    Link(path("new-terms"), "Nouvelles conditions"),
                    Link(path("data"), "Mes données"),
                    Link(path("closing"), "Fermer mon compte"),
                ],
            ),
            SPACES[Kind.ORGANISME]: _desk(addresses, *organisme),
            SPACES[Kind.EMPLOYER]: _desk(addresses, *employer),
            MANAGER_SPACES[Kind.ORGANISME]: _desk(addresses, *organisme, access),
            MANAGER_SPACES[Kind.EMPLOYER]: _desk(addresses, *employer, access),
            PENDING_2FA_SPACE: Space(
                home=path("agent-login"),
                login=_agent_login(addresses),
                logout=path("agent-logout"),
                name_prefix="Identification de",
                label="Espace professionnel",
            ),
        },
        notices=NOTICES,
    )


def _titulaire_space(addresses: Addresses) -> Space:
    path = addresses.path
    return Space(
        home=path("space"),
        login=_titulaire_login(addresses),
        logout=path("logout"),
        name_prefix="Compte de",
        label="Votre espace",
        account=[
            Link(path("password"), "Modifier votre mot de passe"),
            Link(path("history"), "Historique de vos actions"),
            Link(path("sessions"), "Mes connexions"),
        ],
        nav=[
            Link(path("space"), "Accueil"),
            Link(path("profile"), "Mes informations personnelles"),
            Link(path("hours"), "Mon compte d’heures"),
            Link(path("dossiers"), "Mes dossiers de formation"),
            Link(path("delegations"), "Mes délégations"),
        ],
    )


def _desk(addresses: Addresses, label: str, home: Link, *others: Link) -> Space:
    """Return the space of one kind of agent; `home` is its first page and first menu entry."""
    path = addresses.path
    return Space(
        home=home.url,
        login=_agent_login(addresses),
        logout=path("agent-logout"),
        name_prefix="Espace de",
        label=label,
        account=[Link(path("agent-account"), "Compte et sécurité")],
        nav=[home, *others],
    )


def _titulaire_login(addresses: Addresses) -> str:
    return f"{addresses.path('login')}?suite={addresses.path('extend')}"


def _agent_login(addresses: Addresses) -> str:
    return f"{addresses.path('agent-login')}?suite={addresses.path('agent-extend')}"
