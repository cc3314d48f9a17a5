//! German: what is said where there is no page.

use crate::text::Failures;

pub(crate) const FAILURES: Failures = Failures {
    method: ("Das geht hier nicht", "Diese Seite nimmt kein Formular an. Gehen Sie einen Schritt zurück und versuchen Sie es von dort."),
    foreign_form: (
        "Das Formular passt nicht zu Ihrer Anmeldung",
        "Zu Ihrem Schutz wurde nichts geändert. Vielleicht haben Sie sich in einem anderen Fenster neu angemeldet.",
    ),
    unreadable_form: (
        "Das Formular ließ sich nicht lesen",
        "Es wurde nichts geändert. Öffnen Sie die Seite neu und versuchen Sie es noch einmal.",
    ),
    session_over: ("Sie sind nicht mehr angemeldet", "Gespeichert wurde noch nichts. Ihre Eingaben sind aber nicht verloren."),
    forbidden: (
        "Das geht mit Ihrem Zugang nicht",
        "Fragen Sie jemanden aus Ihrer Organisation, der mehr darf, oder wenden Sie sich an die Verwaltung.",
    ),
    not_found: (
        "Diese Seite gibt es nicht",
        "Vielleicht ist die Adresse unvollständig, oder die Seite gehört zu einem anderen Zugang. Prüfen Sie, ob Sie richtig angemeldet sind.",
    ),
    conflict: (
        "Das hat sich inzwischen geändert",
        "Jemand war schneller, oder es ist schon erledigt. Öffnen Sie die Seite neu und sehen Sie nach.",
    ),
    too_many: ("Das waren zu viele Versuche", "Ihr Zugang ist nicht gesperrt. Machen Sie eine kurze Pause."),
    unavailable: ("Gerade nicht erreichbar", "Wir sind bald wieder da. Versuchen Sie es in ein paar Minuten noch einmal."),
    internal: (
        "Hier ist etwas schiefgegangen",
        "Das liegt nicht an Ihnen. Versuchen Sie es noch einmal. Bleibt es dabei, wenden Sie sich an die Verwaltung.",
    ),
    again_in: "Versuchen Sie es wieder in",
    minutes: "Minuten",
    kept: ("Ihre Eingaben sind noch da", "Prüfen Sie sie und senden Sie sie noch einmal ab."),
    kept_sign_in: "Melden Sie sich in einem neuen Fenster an.",
    kept_then: "Kommen Sie hierher zurück und senden Sie Ihre Eingaben noch einmal ab.",
    kept_send: "Eingaben noch einmal senden",
    kept_copy: "Ihre Eingaben zum Kopieren",
    ways_on: "Hier geht es weiter",
    help: "Sie brauchen Hilfe?",
    help_how: "Schreiben Sie uns oder rufen Sie an:",
};
