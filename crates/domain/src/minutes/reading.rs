//! Minutes as they are read: in German, the language of the office (§ 82a of the `LVwG`), from their content alone.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::{Consequence, Content, Decision, Item, Matter, Opening, Participant};
use crate::calendar::{day_of, local_time};
use crate::committee::{BallotFormKind, Capacity, Tally, Verdict};
use crate::language::{Language, Say as _};
use crate::meeting::Publicity;

/// Lines of a text.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        // A text in memory takes every line.
        let _ = writeln!(self.0, "{text}");
    }

    fn heading(&mut self, text: &str) {
        self.line("");
        self.line(text);
    }

    /// Somebody's own words, of which each line is set in.
    fn quote(&mut self, text: &str) {
        for line in text.lines() {
            self.line(format!("    {line}").trim_end());
        }
    }
}

fn time(instant: DateTime<Utc>) -> String {
    format!("{} Uhr", local_time(instant).format("%H:%M"))
}

fn day(instant: DateTime<Utc>) -> String {
    day_of(instant).say(Language::De)
}

impl Content {
    /// The minutes as a text.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut page = Page::default();
        page.line(&format!("Niederschrift über die Sitzung: {}", self.committee));
        self.write_frame(&mut page);
        self.write_attendance(&mut page);
        page.heading("Tagesordnung");
        for item in &self.items {
            page.line(&format!("{}. {}", item.position, title(item)));
        }
        if let Some(at) = self.reordered_at {
            page.line(&format!(
                "Die Reihenfolge wurde in der Sitzung geändert, zuletzt um {}. Die Punkte stehen hier in der geänderten Reihenfolge; bei jeder Abstimmung steht, wann sie endete.",
                time(at)
            ));
        }
        for item in &self.items {
            item.write(&mut page);
        }
        if !self.remarks.is_empty() {
            page.heading("Bemerkungen");
            page.quote(&self.remarks);
        }
        page.0
    }

    fn write_frame(&self, page: &mut Page) {
        let Opening { at, by, present, quorum } = &self.opening;
        page.line(&format!("Tag: {}", day(*at)));
        page.line(&format!("Beginn: {} (einberufen auf {}), Ende: {}", time(*at), time(self.begins_at), self.end()));
        page.line(&format!("Ort: {}", self.place));
        if self.remote {
            page.line("Teilnahme durch Zuschaltung in Bild und Ton war möglich (§ 34a GO).");
        }
        page.line(&format!("Einladung mit Tagesordnung versandt am {}", day(self.invited_at)));
        if let Some(reason) = &self.short_notice {
            page.line("Die Ladungsfrist war verkürzt (§ 34 GO). Begründung:");
            page.quote(reason);
        }
        page.line(&format!("Vorsitz: {by}"));
        let reached = if quorum.is_reached_by(*present) { "beschlussfähig" } else { "nicht beschlussfähig" };
        let (voting, needed) = (quorum.voting, quorum.needed);
        page.line(&format!("Bei Eröffnung {reached} (§ 38 GO): anwesend {present} von {voting} besetzten Sitzen, erforderlich {needed}."));
    }

    /// The end, with its day if that is another one.
    fn end(&self) -> String {
        let ended = self.closed_at;
        if day_of(ended) == day_of(self.opening.at) { time(ended) } else { format!("{}, {}", day(ended), time(ended)) }
    }

    fn write_attendance(&self, page: &mut Page) {
        page.heading("Anwesend");
        for participant in &self.present {
            let Participant { name, seat, capacity, .. } = participant;
            let capacity = match capacity {
                Capacity::Member => "Mitglied",
                Capacity::Substitute => "Stellvertretung",
            };
            page.line(&format!("Sitz {seat}: {name}, {capacity}, {}", self.times(participant)));
        }
        if self.present.is_empty() {
            page.line("niemand");
        }
        if !self.absent.is_empty() {
            page.heading("Abwesend");
            for absentee in &self.absent {
                let represented = absentee.represented_by.as_ref().map(|name| format!(", vertreten durch {name}")).unwrap_or_default();
                page.line(&format!("Sitz {}: {}{represented}", absentee.seat, absentee.name));
            }
        }
    }

    fn times(&self, participant: &Participant) -> String {
        let times = participant.times.iter().map(|presence| {
            let whole = match (presence.from <= self.opening.at, presence.until.filter(|until| *until < self.closed_at)) {
                (true, None) => "während der ganzen Sitzung".to_owned(),
                (true, Some(until)) => format!("bis {}", time(until)),
                (false, None) => format!("ab {}", time(presence.from)),
                (false, Some(until)) => format!("von {} bis {}", time(presence.from), time(until)),
            };
            if presence.remote { format!("{whole} (zugeschaltet)") } else { whole }
        });
        times.collect::<Vec<_>>().join(" und ")
    }
}

fn title(item: &Item) -> String {
    let publicity = match item.publicity {
        Publicity::Public => "öffentlich",
        Publicity::NonPublic => "nicht öffentlich",
    };
    match &item.matter {
        Some(matter) => format!("{} ({publicity})", matter.title),
        None => format!("Tagesordnungspunkt ({publicity}); Inhalt wegen Befangenheit nicht einsehbar"),
    }
}

impl Item {
    fn write(&self, page: &mut Page) {
        let Some(matter) = &self.matter else { return };
        page.heading(&format!("Zu {}. {}", self.position, matter.title));
        matter.write(page);
    }
}

impl Matter {
    fn write(&self, page: &mut Page) {
        if let Some(about) = &self.about {
            page.line(&format!("Antrag {}: „{}“, Antragsteller*in: {}", about.number, about.title, about.applicant));
        }
        if !self.excluded.is_empty() {
            let names = self.excluded.join(", ");
            page.line(&format!("An der Beratung wegen Befangenheit (§ 22 GO) nicht beteiligt: {names}"));
        }
        for decision in &self.decisions {
            decision.write(page);
        }
        if let Some(deferral) = &self.deferred {
            let to = deferral.to.map(|to| format!(" auf die Sitzung am {}", day(to))).unwrap_or_default();
            page.line(&format!("Um {} vertagt{to}. Begründung:", time(deferral.at)));
            page.quote(&deferral.reason);
        } else if self.decisions.is_empty() {
            page.line("Keine Abstimmung.");
        }
        if !self.remarks.is_empty() {
            page.line("Bemerkungen:");
            page.quote(&self.remarks);
        }
    }
}

impl Decision {
    fn write(&self, page: &mut Page) {
        page.line("Beschlussvorschlag im Wortlaut:");
        page.quote(&self.wording);
        if !self.excluded.is_empty() {
            let names = self.excluded.iter().map(|exclusion| match &exclusion.represented_by {
                Some(substitute) => format!("{} (stimmberechtigt war {substitute})", exclusion.name),
                None => exclusion.name.clone(),
            });
            let names = names.collect::<Vec<_>>().join(", ");
            page.line(&format!("Von dieser Abstimmung ausgeschlossen (§ 22 GO): {names}"));
        }
        let form = match self.form {
            BallotFormKind::Meeting => "jedes Mitglied für sich, am Gerät",
            BallotFormKind::Recorded => "durch Handzeichen",
            BallotFormKind::Circular => "schriftlich",
        };
        let together = match self.together_with.as_slice() {
            [] => String::new(),
            positions => {
                let positions: Vec<String> = positions.iter().map(ToString::to_string).collect();
                format!(", gemeinsam mit den Punkten {}", positions.join(", "))
            }
        };
        page.line(&format!("Abgestimmt {form}{together}; beendet um {}.", time(self.at)));
        let Some(tally) = self.tally else {
            page.line("Ein Mitglied hat dieser Art der Abstimmung widersprochen; sie endete ohne Ergebnis.");
            return;
        };
        page.line(&format!("Ergebnis: {}", self.result(tally)));
        if let Some(computation) = &self.computation {
            page.line(&format!("Berechnung: {}", computation.in_words(Language::De)));
        }
        match self.consequence {
            Some(Consequence::Awarded { amount }) => page.line(&format!("Folge: bewilligt und gebunden {}", amount.say(Language::De))),
            Some(Consequence::Waiting { amount, position }) => page.line(&format!(
                "Folge: Für {} reichten die freien Mittel nicht; Nachrückliste, Platz {position}",
                amount.say(Language::De)
            )),
            Some(Consequence::Rejected) => page.line("Folge: Der Antrag ist abgelehnt."),
            Some(Consequence::ExclusionUpheld) => page.line("Folge: Der Ausschluss bleibt bestehen."),
            Some(Consequence::ExclusionDismissed) => page.line("Folge: Der Ausschluss ist aufgehoben; das Mitglied wirkt wieder mit."),
            None => {}
        }
    }

    fn result(&self, tally: Tally) -> String {
        let verdict = self.computation.as_ref().map(|computation| computation.verdict);
        let verdict = match verdict {
            Some(Verdict::Carried) => "angenommen",
            Some(Verdict::NotCarried) if tally.yes == tally.no => "bei Stimmengleichheit abgelehnt (§ 39 GO)",
            Some(Verdict::NotCarried) => "abgelehnt",
            Some(Verdict::Inquorate) | None => "kein Beschluss, weil zu wenige anwesend waren (§ 38 GO)",
        };
        let Tally { yes, no, abstained, .. } = tally;
        format!("{verdict}; Ja {yes}, Nein {no}, Enthaltungen {abstained}")
    }
}
