//! German: what everybody can read.

use crate::text::{Fund, Legal, Parts, Start};

pub(crate) const START: Start = Start {
    title: |city| format!("Geld für Begegnungen mit den Partnerstädten von {city}"),
    lead: |city, maximum| {
        format!(
            "Sie planen einen Austausch, einen Besuch oder ein gemeinsames Projekt mit einer Partnerstadt? {city} unterstützt Sie mit bis zu {maximum}."
        )
    },
    apply: "Antrag stellen",
    more: "So geht’s",
    most: "für ein Projekt",
    most_value: |amount| format!("bis zu {amount}"),
    rate: "der Kosten Ihres Projekts",
    rate_value: |percent| format!("höchstens {percent} %"),
    deadline: "Bis dahin können Sie den Antrag einreichen",
    remaining: |year| format!("sind für {year} noch zu vergeben"),
    no_round: (
        "Im Moment läuft keine Förderrunde",
        "Sie können sich schon registrieren. Sobald eine neue Runde beginnt, stellen Sie hier Ihren Antrag.",
    ),
    what: "Was wird gefördert?",
    what_items: &[
        "Besuche in einer Partnerstadt",
        "Besuche von Menschen aus einer Partnerstadt",
        "Projekte, die Sie zusammen mit einer Partnerorganisation machen",
    ],
    who: "Wer kann einen Antrag stellen?",
    kinds: &[
        ("non-profit-association", "Gemeinnützige Vereine"),
        ("public-institution", "Öffentliche Einrichtungen, zum Beispiel Schulen"),
        ("legal-person", "Andere Organisationen, zum Beispiel Stiftungen oder Firmen"),
        ("natural-person", "Privatpersonen"),
    ],
    how: "So läuft es ab",
    how_steps: Parts(&[
        ("Registrieren", "Sie geben Ihre E-Mail-Adresse an und tragen Ihre Organisation ein."),
        ("Antrag ausfüllen", "Sie beantworten Schritt für Schritt unsere Fragen. Sie können jederzeit unterbrechen."),
        ("Einreichen", "Sie prüfen alles noch einmal und senden den Antrag ab. Sie bekommen sofort eine Nummer."),
        ("Prüfung und Entscheidung", "Die Verwaltung prüft den Antrag, der Arbeitskreis entscheidet."),
        ("Zusage annehmen", "Sie bekommen einen Bescheid und nehmen die Förderung hier an."),
        ("Geld abrufen", "Sie rufen das Geld ab, wenn Sie es brauchen, auch in Teilen."),
    ]),
    round: "Diese Förderrunde läuft gerade",
    round_until: |code, day| format!("Förderrunde {code}: Anträge bis {day}"),
    round_projects: |from, until| format!("für Projekte zwischen dem {from} und dem {until}"),
};

pub(crate) const FUND: Fund = Fund {
    conditions: ("So geht’s", "Was Sie wissen sollten, bevor Sie einen Antrag stellen."),
    money: "Wie viel Geld gibt es?",
    money_between: |minimum, maximum| format!("Für ein Projekt gibt es mindestens {minimum} und höchstens {maximum}."),
    money_rate: |percent| {
        format!(
            "Die Förderung deckt höchstens {percent} % der Kosten. Den Rest bringen Sie selbst auf, zum Beispiel durch Beiträge oder Spenden."
        )
    },
    money_hardship: |percent| {
        format!("Mehr als {percent} % gibt es nur in Härtefällen. Begründen Sie das im Antrag; darüber wird eigens abgestimmt.")
    },
    costs: "Welche Kosten werden gefördert?",
    costs_lead: "Sie tragen alle Kosten Ihres Projekts ein. Jede Zeile gehört zu einer Kostenart:",
    financing: "Woher kann der Rest kommen?",
    financing_lead: "Kosten und Einnahmen müssen zusammen mit der Förderung gleich hoch sein. Mögliche Einnahmen:",
    when: "Wann darf das Projekt beginnen?",
    when_begin: "Erst wenn Sie den Bescheid haben. Müssen Sie früher anfangen, fragen Sie vorher die Verwaltung.",
    when_term: |months| format!("Das Geld verwenden Sie innerhalb von {months} Monaten."),
    objectives_title: "Die Oberziele",
    objectives_lead: |least, all| {
        format!("Ihr Projekt trägt zu mindestens {least} von {all} Oberzielen bei. Im Antrag schreiben Sie dazu, wie.")
    },
    objectives_all: "Diese Oberziele gibt es:",
    decision: "Wer entscheidet?",
    decision_who: |committee, seats| {
        format!(
            "Über jeden Antrag stimmt ein Gremium mit {seats} Sitzen ab: {committee}. Wer mit Ihrem Projekt verbunden ist, stimmt nicht mit."
        )
    },
    after: "Wie geht es nach einer Zusage weiter?",
    after_accept: |days| format!("Sie nehmen die Förderung innerhalb von {days} Tagen hier an."),
    after_appeal: |months| {
        format!(
            "Ausgezahlt wird, wenn die Widerspruchsfrist vorbei ist: nach {months} Monat, oder früher, wenn Sie auf den Widerspruch verzichten."
        )
    },
    after_payout: |months| format!("Sie rufen das Geld ab, das Sie in den nächsten {months} Monaten brauchen."),
    after_held_back: |percent| format!("{percent} % bekommen Sie erst, wenn Sie nachgewiesen haben, wofür das Geld verwendet wurde."),
    rounds: "Förderrunden",
    rounds_none: "Es wurde noch keine Förderrunde angekündigt.",
    round: "Runde",
    deadline: "Frist",
    window: "Projekte",
    state: "Stand",
    open: "läuft",
    closed: "beendet",
    cities: ("Partnerstädte", "Mit diesen Städten können Sie Ihr Projekt machen."),
    city: "Partnerstadt",
    since: |day| format!("seit {day}"),
    until: |day| format!("bis {day}"),
    partner: "Partnerschaft",
    city_projects: "Geförderte Projekte",
    projects: ("Geförderte Projekte", "Welche Begegnungen das Geld möglich gemacht hat."),
    year: "Jahr",
    all_cities: "Alle Städte",
    none: "In diesem Jahr wurde noch kein Projekt gefördert.",
    by_city: "Förderung nach Partnerstadt",
    count: "Projekte",
    share: "Anteil",
    amount: "Förderung",
    sum: "Summe",
    several: "Projekte mit mehreren Städten zählen bei jeder von ihnen. Die Summe zählt sie einmal.",
    list: "Die Projekte",
    project: "Projekt",
    applicant: "Wer",
    private_person: "Privatperson",
    showing: |count, year, amount| format!("{count} Projekte im Jahr {year}, zusammen {amount}"),
};

pub(crate) const LEGAL: Legal = Legal {
    imprint: "Impressum",
    operator: "Diese Website betreibt",
    represented_by: "Vertreten durch",
    email: "E-Mail",
    phone: "Telefon",
    not_entered: "Noch nicht eingetragen. Die Angaben ergänzt, wer diese Website betreibt.",
    responsible: "Verantwortlich für den Inhalt",
    content_note: "Über Förderungen entscheidet das zuständige Gremium. Verbindlich ist allein der Bescheid.",
    privacy: ("Datenschutz", "Welche Daten wir brauchen, wofür, und wie lange wir sie behalten."),
    privacy_parts: Parts(&[
        (
            "Wenn Sie nur lesen",
            "Dafür brauchen wir nichts über Sie. Es gibt keine Werbung, keine Auswertung Ihres Verhaltens und nichts von fremden Servern. Wählen Sie eine Sprache, merkt sich Ihr Browser diese in einem Cookie. Müssen Sie sich für eine Seite erst anmelden, merkt er sich für eine Stunde, welche es war.",
        ),
        (
            "Wenn Sie sich anmelden",
            "Wir speichern Ihren Namen und Ihre E-Mail-Adresse, wann Sie sich angemeldet haben und mit welcher Art von Gerät. Ein Cookie hält die Anmeldung; es verschwindet beim Abmelden.",
        ),
        (
            "Wenn Sie einen Antrag stellen",
            "Wir speichern, was Sie eintragen, und jeden Schritt des Verfahrens. Sehen können es Ihre Organisation, die Verwaltung, der Arbeitskreis, die Kasse und die Rechnungsprüfung. Wer mit einem Projekt verbunden ist, sieht es nicht.",
        ),
        (
            "Was öffentlich ist",
            "Von geförderten Projekten veröffentlichen wir Titel, Organisation, Partnerstadt und Betrag. Von Privatpersonen nennen wir keine Namen.",
        ),
        (
            "Wie lange wir Daten behalten",
            "Unterlagen, auf denen Zahlungen beruhen, behalten wir zehn Jahre. Das verlangt das Haushaltsrecht. Danach werden persönliche Angaben gelöscht.",
        ),
        (
            "Ihre Rechte",
            "Sie können erfahren, was über Sie gespeichert ist, und es berichtigen lassen. Sie können sich bei der Datenschutzaufsicht beschweren.",
        ),
    ]),
    privacy_officer: "Fragen zum Datenschutz beantwortet",
    accessibility: (
        "Erklärung zur Barrierefreiheit",
        "Alle sollen diese Website benutzen können: mit Tastatur, Vorlesesoftware, großer Schrift oder starkem Kontrast.",
    ),
    conformity: "Wie barrierefrei ist diese Website?",
    conformity_full: "Sie erfüllt die Anforderungen der EN 301 549 und der WCAG 2.2, Stufe AA.",
    conformity_partial: "Sie erfüllt die Anforderungen der EN 301 549 und der WCAG 2.2, Stufe AA, zum größten Teil.",
    conformity_open: "Sie wurde nach den Anforderungen der EN 301 549 und der WCAG 2.2, Stufe AA, gebaut. Eine unabhängige Prüfung steht noch aus.",
    gaps: "Was noch nicht barrierefrei ist",
    reviewed: |day| format!("Zuletzt geprüft am {day}."),
    reviewed_not: "Diese Erklärung wurde noch nicht überprüft.",
    feedback: ("Etwas funktioniert nicht?", "Sagen Sie es uns. Wir antworten Ihnen und kümmern uns darum."),
    arbitration: (
        "Schlichtungsstelle",
        "Haben Sie uns eine Barriere gemeldet und sind mit der Antwort nicht zufrieden, hilft die Schlichtungsstelle kostenlos:",
    ),
    arbitration_none: "Die zuständige Schlichtungsstelle ist noch nicht eingetragen.",
    barrier: ("Barriere melden", "Sie können etwas auf dieser Website nicht lesen, nicht bedienen oder nicht verstehen? Sagen Sie es uns."),
    barrier_what: "Das hilft uns",
    barrier_items: &[
        "Auf welcher Seite waren Sie? Kopieren Sie die Adresse.",
        "Was wollten Sie tun, und was ist passiert?",
        "Womit benutzen Sie die Website, zum Beispiel mit einem Handy oder mit Vorlesesoftware?",
        "Wie erreichen wir Sie?",
    ],
    barrier_how: "So erreichen Sie uns",
    barrier_subject: "Barriere auf der Website",
    barrier_answer: "Sie bekommen innerhalb von zwei Wochen eine Antwort. Brauchen Sie Hilfe beim Antrag, füllen wir ihn gern mit Ihnen zusammen aus.",
    plain: ("Leichte Sprache", "Hier steht das Wichtigste in einfachen Sätzen."),
    plain_parts: Parts(&[
        (
            "Was ist das hier?",
            "Die Stadt hat Partner-Städte in anderen Ländern. Sie möchte: Menschen aus den Städten sollen sich treffen. Dafür gibt die Stadt Geld. Das Geld ist für Projekte. Zum Beispiel: Ein Verein besucht einen Verein in einer Partner-Stadt.",
        ),
        (
            "Wer kann Geld bekommen?",
            "Vereine können Geld bekommen. Schulen können Geld bekommen. Auch andere Gruppen und einzelne Menschen können Geld bekommen.",
        ),
        (
            "Was muss ich machen?",
            "Sie schreiben einen Antrag. Das geht hier im Internet. Sie beantworten Fragen. Zum Beispiel: Was wollen Sie machen? Was kostet das? Sie können eine Pause machen. Ihre Antworten bleiben gespeichert.",
        ),
        (
            "Was passiert dann?",
            "Die Verwaltung liest Ihren Antrag. Vielleicht hat sie Fragen. Dann stimmt eine Gruppe von Menschen ab. Die Gruppe heißt Arbeits-Kreis. Sie bekommen einen Brief. Darin steht: Ja, Sie bekommen Geld. Oder: Nein, Sie bekommen kein Geld.",
        ),
        (
            "Wie bekomme ich das Geld?",
            "Sie sagen hier: Ja, ich nehme das Geld an. Dann sagen Sie uns Ihr Konto. Wenn Sie das Geld brauchen, rufen Sie es ab. Dann schickt die Stadt das Geld auf Ihr Konto.",
        ),
        ("Brauchen Sie Hilfe?", "Fragen Sie uns. Wir helfen Ihnen gern. Unter „Barriere melden“ steht, wie Sie uns erreichen."),
    ]),
    licences: ("Lizenzen", "Diese Website besteht aus freier Software."),
    licence_program: ("Das Programm", "„sonderfonds“ steht unter der European Union Public Licence 1.2 (EUPL-1.2)."),
    licence_kern: (
        "Gestaltung",
        "KERN UX, das Gestaltungssystem der deutschen Verwaltung, von dessen Autor*innen (kern-ux.de), EUPL-1.2. Wir benutzen es gekürzt auf das, was diese Seiten brauchen.",
    ),
    licence_font: ("Schrift", "Fira Sans von Mozilla, Carrois und anderen, SIL Open Font License 1.1."),
    licence_text: "Text der Lizenz",
};
