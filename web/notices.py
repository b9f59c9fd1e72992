"""Flash messages shown on the page after an action; the cookie carries only their code."""

from __future__ import annotations

from web.core.http.templating import Notice
from web.dossiers.decisions import routes as decisions
from web.dossiers.drafts import handlers as draft_handlers
from web.dossiers.drafts import routes as drafts
from web.dossiers.reading import pages as dossier_pages
from web.employers import draft_routes as employer_drafts
from web.organismes.digest import routes as digest

NOTICES = {
    "compte-active": Notice("success", "Votre compte a bien été activé."),
    "deconnecte": Notice("success", "Votre session est fermée."),
    "session-terminee": Notice(
        "info", "Votre session est terminée : identifiez-vous pour continuer."
    ),
    "saisie-gardee": Notice(
        "info",
        "Votre session est terminée. Identifiez-vous : ce que vous aviez saisi est conservé une "
        "heure et vous sera proposé aussitôt.",
    ),
    "saisie-a-reprendre": Notice(
        "info",
        "Ce que vous aviez saisi est conservé une heure et vous sera proposé après cette étape.",
    ),
    "conditions-acceptees": Notice(
        "success", "Vous avez accepté les nouvelles Conditions Générales d’Utilisation."
    ),
    "saisie-oubliee": Notice("info", "Votre saisie est effacée : rien n’a été envoyé."),
    "informations-enregistrees": Notice("success", "Vos informations sont enregistrées."),
    "changement-demande": Notice(
        "success",
        "Un courriel est en préparation pour la nouvelle adresse : ouvrez son lien sous 24 heures. "
        "D’ici là, rien ne change.",
    ),
    "changement-annule": Notice(
        "success", "Le changement est annulé : votre adresse courriel reste la même."
    ),
    "ancien-compte-courriel": Notice(
        "success", "Un courriel est en préparation pour l’adresse de l’ancien compte."
    ),
    "ancien-compte-retrouve": Notice(
        "success",
        "L’ancien compte est retrouvé : ses dossiers, ses délégations et son historique sont de "
        "nouveau affichés.",
    ),
    "inscription-abandonnee": Notice(
        "info", "Votre inscription est abandonnée : ce que vous aviez saisi est effacé."
    ),
    "courriel-renvoye": Notice("success", "Un nouveau courriel est en préparation."),
    "adresse-corrigee": Notice(
        "success",
        "L’adresse est corrigée : un courriel est en préparation. Le lien envoyé à l’ancienne "
        "adresse ne fonctionne plus.",
    ),
    "mot-de-passe-choisi": Notice(
        "success",
        "Votre nouveau mot de passe est enregistré. Identifiez-vous avec lui : toutes les "
        "connexions ouvertes ont été fermées.",
    ),
    "mot-de-passe-modifie": Notice(
        "success",
        "Votre mot de passe est modifié. Vos autres connexions sont fermées, et un courriel vous "
        "le confirme.",
    ),
    "acces-ouvert": Notice(
        "success",
        "Votre mot de passe est enregistré. Identifiez-vous avec lui et avec votre adresse.",
    ),
    "second-facteur-retire": Notice(
        "success", "Votre code de connexion est retiré. Un courriel vous le confirme."
    ),
    "invitation-envoyee": Notice(
        "success", "Une invitation est en préparation pour cette adresse."
    ),
    "acces-retire": Notice("success", "L’accès est retiré."),
    "acces-quitte": Notice("success", "Votre accès est retiré, et votre session est fermée."),
    "gestion-quittee": Notice(
        "success", "Vous ne gérez plus les accès de votre organisation. Un courriel le confirme."
    ),
    "gestion-confiee": Notice(
        "success", "La gestion des accès est confiée. Un courriel en informe la personne."
    ),
    "gestion-retiree": Notice(
        "success", "La gestion des accès est retirée. Un courriel en informe la personne."
    ),
    "connexion-fermee": Notice("success", "La connexion est fermée."),
    "connexions-fermees": Notice("success", "Vos autres connexions sont fermées."),
    digest.CHOSEN: Notice("success", "Votre choix est enregistré."),
    employer_drafts.SAVED: Notice(
        "success", "Le brouillon est enregistré. La personne le voit dans son espace."
    ),
    "delegation-accordee": Notice(
        "success",
        "La délégation est accordée, et un courriel vous le confirme. Vous pouvez la révoquer à "
        "tout moment.",
    ),
    "delegation-revoquee": Notice(
        "success",
        "La délégation est révoquée : elle ne donne plus accès à votre compte.",
    ),
    "delegation-terminee": Notice(
        "info", "Cette délégation était déjà terminée : il n’y avait rien à révoquer."
    ),
    "dif-enregistre": Notice(
        "success",
        "Votre solde d’heures DIF (droit individuel à la formation) est enregistré.",
        ("dossier-new", "Créer un dossier de formation"),
    ),
    decisions.SUBMITTED: Notice(
        "success",
        "Votre dossier est soumis. Un courriel vous le confirme ; vous recevrez aussi la réponse "
        "par courriel.",
    ),
    decisions.CANCELLED: Notice("success", "Votre dossier est annulé."),
    draft_handlers.DELETED: Notice("success", "Le brouillon est supprimé."),
    drafts.SAVED: Notice("success", "Votre dossier est enregistré."),
    dossier_pages.NO_LONGER: Notice(
        "info", "Ce n’est plus possible pour ce dossier : voici où il en est."
    ),
}
