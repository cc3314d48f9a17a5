//! German: what stands around every page.

use crate::text::Frame;

pub(crate) const FRAME: Frame = Frame {
    skip: "Zum Inhalt springen",
    official: "Offizielle Website",
    navigation: "Bereiche",
    crumbs: "Sie sind hier",
    footer: "Über diese Website",
    account: "Mein Zugang",
    sign_in: "Anmelden",
    sign_out: "Abmelden",
    start: "Startseite",
    desk: "Meine Übersicht",
    conditions: "So geht’s",
    cities: "Partnerstädte",
    projects: "Geförderte Projekte",
    imprint: "Impressum",
    privacy: "Datenschutz",
    accessibility: "Erklärung zur Barrierefreiheit",
    barrier: "Barriere melden",
    plain_language: "Leichte Sprache",
    licences: "Lizenzen",
    session_ends: "Sie haben lange nichts gespeichert. In wenigen Minuten werden Sie abgemeldet.",
    session_extend: "Angemeldet bleiben",
};
