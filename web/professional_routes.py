"""The routes of agents: login, account, and the spaces of organismes and employers."""

from __future__ import annotations

from web.core.routing import ask, get, post
from web.dossiers.forms import EmployerDossierForm
from web.employers import draft_routes as employer_drafts
from web.employers import pages as employer_pages
from web.employers import routes as employers
from web.organismes import decision_routes as decisions
from web.organismes import routes as organisme
from web.organismes.queue import QUEUE_URL
from web.professionals import account_routes as agent_account
from web.professionals import code_routes as code
from web.professionals import forms as agent_forms
from web.professionals import guard as agents
from web.professionals import link_routes as links
from web.professionals import protection_routes as second_factor_service
from web.professionals import routes as professionals
from web.professionals import second_factor_routes as second_factor
from web.security.routes import SecurityPages

AGENT_SECURITY = SecurityPages(
    agent_account.AGENT,
    password_url=f"{agents.ACCOUNT_URL}/mot-de-passe",
    sessions_url=f"{agents.ACCOUNT_URL}/connexions",
    cancel_url=agents.ACCOUNT_URL,
)
PROFESSIONALS = [
    get(agents.LOGIN_URL, professionals.show_login),
    post(agents.LOGIN_URL, professionals.submit_login, agent_forms.LoginForm),
    post(agents.LOGOUT_URL, professionals.submit_logout, page=agents.ACCOUNT_URL),
    get(agents.CODE_URL, code.show_code),
    post(agents.CODE_URL, code.submit_code),
    get(agents.SECOND_FACTOR_URL, second_factor.show_second_factor),
    post(agents.SECOND_FACTOR_URL, second_factor.submit_second_factor),
    get(second_factor_service.REMOVAL_URL, second_factor_service.show_removal),
    post(second_factor_service.REMOVAL_URL, second_factor_service.submit_removal),
    get(second_factor_service.CODES_URL, second_factor_service.show_renewal),
    post(second_factor_service.CODES_URL, second_factor_service.submit_renewal),
    post(second_factor_service.FILE_URL, second_factor_service.download_codes),
    get(links.FORGOTTEN_URL, links.show_forgotten),
    post(links.FORGOTTEN_URL, links.submit_forgotten, agent_forms.ForgottenForm),
    get(links.SENT_URL, links.show_sent),
    get("/professionnels/mot-de-passe/{token}", links.show_link),
    post("/professionnels/mot-de-passe/{token}", links.submit_link),
    ask("/professionnels/mot-de-passe/{token}/robustesse", links.show_strength),
    get(agents.ACCOUNT_URL, agent_account.show_account),
    *AGENT_SECURITY.routes,
    get(agents.EXTEND_URL, professionals.show_extended),
    get(agents.RESUME_URL, professionals.show_resume),
    post(agents.RESUME_URL, professionals.drop_resume),
]
ORGANISME = [
    get(QUEUE_URL, organisme.show_queue),
    get(f"{QUEUE_URL}/dossiers/{{dossier_id:uuid}}", organisme.show_dossier),
    *(
        route
        for one in decisions.DECISIONS
        for route in (
            get(
                f"{QUEUE_URL}/dossiers/{{dossier_id:uuid}}/{one.path}", decisions.decision_page(one)
            ),
            post(
                f"{QUEUE_URL}/dossiers/{{dossier_id:uuid}}/{one.path}",
                decisions.decision_action(one),
                one.form,
            ),
        )
    ),
]
PERSON_URL = f"{employer_pages.PERSON_URL}/{{delegation_id:uuid}}"
PERSON_DOSSIER_URL = f"{PERSON_URL}/dossiers/{{dossier_id:uuid}}"
EMPLOYERS = [
    get(employer_pages.PEOPLE_URL, employers.show_people),
    get(PERSON_URL, employers.show_person),
    get(f"{PERSON_URL}/dossiers/nouveau", employer_drafts.show_new),
    post(f"{PERSON_URL}/dossiers/nouveau", employer_drafts.create_draft, EmployerDossierForm),
    get(f"{PERSON_URL}/dossiers/simulation", employer_drafts.show_simulation),
    get(PERSON_DOSSIER_URL, employers.show_dossier),
    get(f"{PERSON_DOSSIER_URL}/modifier", employer_drafts.show_edit),
    post(f"{PERSON_DOSSIER_URL}/modifier", employer_drafts.save_draft, EmployerDossierForm),
    get(f"{PERSON_DOSSIER_URL}/supprimer", employer_drafts.show_delete),
    post(f"{PERSON_DOSSIER_URL}/supprimer", employer_drafts.delete_draft),
]
