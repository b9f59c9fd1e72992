"""The links of the layout: the footer, and the menus of each space."""

from __future__ import annotations

from web.accounts.guard import EXTEND_URL, LOGIN_URL, SPACE_URL, TITULAIRE_SPACE
from web.core.templating import Link, Menus, Space
from web.delegations import routes as delegations
from web.dossiers import pages as dossier_pages
from web.history import routes as history
from web.home.accessibility import STATE
from web.notices import NOTICES
from web.professionals import guard as agents
from web.professionals.agents import Kind
from web.profile import routes as profile
from web.routes import TITULAIRE_SECURITY

AGENTS_LOGIN = f"{agents.LOGIN_URL}?suite={agents.EXTEND_URL}"


def _desk(kind: Kind, label: str, home: str) -> Space:
    """Return the space of one kind of agent; `home` is the title of its first page."""
    return Space(
        home=agents.HOMES[kind],
        login=AGENTS_LOGIN,
        logout=agents.LOGOUT_URL,
        name_prefix="Espace de",
        label=label,
        account=[Link(agents.ACCOUNT_URL, "Compte et sécurité")],
        nav=[Link(agents.HOMES[kind], home)],
    )


MENUS = Menus(
    footer=[
        Link("/conditions-generales", "Conditions Générales d’Utilisation"),
        Link("/contact", "Nous contacter"),
        Link("/aide", "Aide"),
        Link("/glossaire", "Glossaire"),
        # The law requires the compliance status on the home page.
        Link("/accessibilite", f"Accessibilité\u00a0: {STATE}"),
        Link("/donnees-personnelles", "Données personnelles"),
        Link("/plan-du-site", "Plan du site"),
    ],
    spaces={
        TITULAIRE_SPACE: Space(
            home=SPACE_URL,
            login=f"{LOGIN_URL}?suite={EXTEND_URL}",
            logout="/deconnexion",
            name_prefix="Compte de",
            label="Votre espace",
            account=[
                Link(TITULAIRE_SECURITY.password_url, "Modifier votre mot de passe"),
                Link(history.HISTORY_URL, "Historique de vos actions"),
                Link(TITULAIRE_SECURITY.sessions_url, "Mes connexions"),
            ],
            nav=[
                Link(SPACE_URL, "Accueil"),
                Link(profile.PROFILE_URL, "Mes informations personnelles"),
                Link("/espace/heures", "Mon compte d’heures"),
                Link(dossier_pages.DOSSIERS_URL, "Mes dossiers de formation"),
                Link(delegations.DELEGATIONS_URL, "Mes délégations"),
            ],
        ),
        agents.SPACES[Kind.ORGANISME]: _desk(
            Kind.ORGANISME, "Espace organisme", "Dossiers de formation"
        ),
        agents.SPACES[Kind.EMPLOYER]: _desk(Kind.EMPLOYER, "Espace employeur", "Salariés"),
        agents.PENDING_2FA_SPACE: Space(
            home=agents.LOGIN_URL,
            login=AGENTS_LOGIN,
            logout=agents.LOGOUT_URL,
            name_prefix="Identification de",
            label="Espace professionnel",
        ),
    },
    notices=NOTICES,
)
