//! The names of states and actions, as people of either language say them.

use serde::{Deserialize, Serialize};

use crate::identity::Role;
use crate::language::{Language, Say};
use crate::membership::Level;

/// The name of a state or an action: `changes-requested`, `RequestChanges`. Said in words where people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Word(pub String);

impl Say for Word {
    fn say(&self, language: Language) -> String {
        let known = WORDS.iter().find(|(name, _, _)| *name == self.0);
        known.map_or_else(|| self.0.clone(), |(_, de, en)| if language == Language::De { (*de).to_owned() } else { (*en).to_owned() })
    }
}

impl Say for Level {
    fn say(&self, language: Language) -> String {
        Word(self.code().to_owned()).say(language)
    }
}

impl Say for Role {
    fn say(&self, language: Language) -> String {
        Word(self.code().to_owned()).say(language)
    }
}

/// Name, German, English.
const WORDS: &[(&str, &str, &str)] = &[
    ("draft", "Entwurf", "draft"),
    ("submitted", "eingereicht", "submitted"),
    ("changes-requested", "Nachforderung offen", "changes requested"),
    ("admitted", "zugelassen", "admitted"),
    ("refused", "abgelehnt", "refused"),
    ("withdrawn", "zurückgezogen", "withdrawn"),
    ("rejected", "vom Arbeitskreis abgelehnt", "rejected by the committee"),
    ("waiting", "auf der Nachrückliste", "on the waiting list"),
    ("awarded", "bewilligt", "awarded"),
    ("pending", "noch nicht abgestimmt", "not voted on yet"),
    ("balloting", "in der Abstimmung", "being voted on"),
    ("decided", "entschieden", "decided"),
    ("closed", "geschlossen", "closed"),
    ("open", "offen", "open"),
    ("called", "einberufen", "called"),
    ("invited", "eingeladen", "invited to"),
    ("deferred", "vertagt", "deferred"),
    ("voted on", "abgestimmt", "voted on"),
    ("absent", "nicht anwesend", "absent"),
    ("nobody present", "niemand anwesend", "nobody present"),
    ("inquorate", "ohne Ergebnis beendet", "ended without a result"),
    ("objected", "nach Widerspruch beendet", "ended after an objection"),
    ("vacated", "beendet", "vacated"),
    ("declared", "erklärt", "declared"),
    ("recorded", "eingetragen", "recorded"),
    ("disputed", "bestritten", "disputed"),
    ("upheld", "festgestellt", "upheld"),
    ("dismissed", "verneint", "dismissed"),
    ("not in the electorate", "nicht stimmberechtigt", "not entitled to vote"),
    ("skipped", "übergangen", "passed over"),
    ("served", "bedient", "served"),
    ("ended", "beendet", "ended"),
    ("End", "beenden", "end"),
    ("granted", "noch nicht bekannt gegeben", "not notified yet"),
    ("notified", "bekannt gegeben", "notified"),
    ("accepted", "angenommen", "accepted"),
    ("declined", "vom Verein abgelehnt", "declined"),
    ("revoked", "widerrufen", "revoked"),
    ("requested", "abgerufen", "requested"),
    ("certified", "festgestellt", "certified"),
    ("ordered", "angeordnet", "ordered"),
    ("executed", "ausgeführt", "executed"),
    ("returned", "zurückgegeben", "returned"),
    ("sent", "gesendet", "sent"),
    ("SaveDraft", "zwischenspeichern", "save the draft"),
    ("Submit", "einreichen", "submit"),
    ("ConfirmSubmission", "Einreichung bestätigen", "confirm the submission"),
    ("Withdraw", "zurückziehen", "withdraw"),
    ("RequestChanges", "nachfordern", "request changes"),
    ("Admit", "zulassen", "admit"),
    ("Refuse", "ablehnen", "refuse"),
    ("PermitLateSubmission", "verspätete Einreichung zulassen", "permit late submission"),
    ("ConsentToEarlyStart", "früherem Beginn zustimmen", "consent to an early start"),
    ("ProposeMotion", "Beschlussvorschlag einbringen", "propose a motion"),
    ("DeclareRecusal", "Befangenheit erklären", "declare a recusal"),
    ("RecordRecusal", "Befangenheit eintragen", "record a recusal"),
    ("OpenBallot", "Abstimmung eröffnen", "open the ballot"),
    ("CastVote", "abstimmen", "vote"),
    ("RecordTally", "Auszählung eintragen", "record the tally"),
    ("ObjectToCircularVote", "dem Umlaufverfahren widersprechen", "object to the vote in writing"),
    ("ObjectToEnBloc", "der gemeinsamen Abstimmung widersprechen", "object to the vote en bloc"),
    ("Vacate", "beenden", "vacate"),
    ("Dispute", "bestreiten", "dispute"),
    ("AddItem", "Tagesordnungspunkt aufnehmen", "add an agenda item"),
    ("Reschedule", "verlegen", "move to another time or place"),
    ("Invite", "einladen", "invite"),
    ("Reorder", "Tagesordnung umstellen", "reorder the agenda"),
    ("RecordArrival", "Ankunft eintragen", "record an arrival"),
    ("RecordDeparture", "Weggang eintragen", "record a departure"),
    ("Write", "schreiben", "write"),
    ("Sign", "unterschreiben", "sign"),
    ("AddAddendum", "Nachtrag hinzufügen", "add an addendum"),
    ("half-signed", "von einer Person unterschrieben", "signed by one"),
    ("signed", "unterschrieben", "signed"),
    ("Open", "eröffnen", "open"),
    ("Defer", "vertagen", "defer"),
    ("Skip", "übergehen", "skip"),
    ("Close", "schließen", "close"),
    ("Serve", "bedienen", "serve"),
    ("Notify", "bekannt geben", "notify"),
    ("Accept", "annehmen", "accept"),
    ("Decline", "ablehnen", "decline"),
    ("WaiveAppeal", "auf den Widerspruch verzichten", "waive the appeal"),
    ("RecordObjection", "Widerspruch eintragen", "record an objection"),
    ("SettleObjection", "Widerspruch erledigen", "settle the objection"),
    ("Extend", "verlängern", "extend"),
    ("Revoke", "widerrufen", "revoke"),
    ("RequestPayout", "Geld abrufen", "request a payout"),
    ("BookRepayment", "Rückzahlung buchen", "book a repayment"),
    ("Certify", "feststellen", "certify"),
    ("Order", "anordnen", "order"),
    ("BookExecution", "Ausführung buchen", "book the execution"),
    ("BookReturn", "Rückgabe buchen", "book the return"),
    ("Resend", "erneut senden", "send again"),
    ("expired", "abgelaufen", "expired"),
    ("Change", "ändern", "change"),
    ("Leave", "verlassen", "leave"),
    ("HandOver", "übergeben", "hand over"),
    ("reader", "darf lesen", "may read"),
    ("editor", "darf bearbeiten und einreichen", "may edit and submit"),
    ("owner", "verantwortlich", "owner"),
    ("case-officer", "Sachbearbeitung", "case officer"),
    ("member", "Mitglied des Arbeitskreises", "member of the committee"),
    ("chair", "Vorsitz des Arbeitskreises", "chair of the committee"),
    ("finance", "Kasse", "finance"),
    ("auditor", "Rechnungsprüfung", "auditor"),
    ("administrator", "Verwaltung der Anwendung", "administrator"),
    ("posted", "veröffentlicht", "posted"),
    ("saved", "gespeichert", "saved"),
    ("put", "als Beschlussvorschläge eingebracht", "put as motions"),
    ("discarded", "verworfen", "discarded"),
    ("Correct", "berichtigen", "correct"),
    ("PrepareProposal", "Entscheidungsvorschlag vorbereiten", "prepare a proposal"),
    ("SaveWhatIf", "speichern", "save"),
    ("Discard", "verwerfen", "discard"),
    ("PutMotions", "als Beschlussvorschläge einbringen", "put as motions"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::ApplicationAction;
    use crate::award::AwardAction;
    use crate::briefing::BriefingAction;
    use crate::committee::{BallotAction, HoldingAction, MotionAction, RecusalAction};
    use crate::identity::Action;
    use crate::meeting::{AgendaItemAction, MeetingAction};
    use crate::membership::{InvitationAction, MembershipAction};
    use crate::minutes::MinutesAction;
    use crate::outbox::MessageAction;
    use crate::payout::PayoutAction;
    use crate::role::GrantAction;
    use crate::waiting_list::PlaceAction;
    use crate::what_if::WhatIfAction;

    fn assert_known<A: Action + std::fmt::Debug>() {
        for action in A::ALL {
            let name = format!("{action:?}");
            assert!(WORDS.iter().any(|(known, _, _)| *known == name), "{name} has no words");
        }
    }

    #[test]
    fn every_action_that_a_state_can_refuse_has_words() {
        assert_known::<ApplicationAction>();
        assert_known::<MotionAction>();
        assert_known::<BallotAction>();
        assert_known::<MeetingAction>();
        assert_known::<AgendaItemAction>();
        assert_known::<MinutesAction>();
        assert_known::<HoldingAction>();
        assert_known::<RecusalAction>();
        assert_known::<PlaceAction>();
        assert_known::<AwardAction>();
        assert_known::<PayoutAction>();
        assert_known::<MessageAction>();
        assert_known::<MembershipAction>();
        assert_known::<InvitationAction>();
        assert_known::<GrantAction>();
        assert_known::<BriefingAction>();
        assert_known::<WhatIfAction>();
    }

    #[test]
    fn a_refusal_is_said_in_words() {
        let problem = crate::problem::Problem::wrong_state("draft", ApplicationAction::Admit);
        assert_eq!(problem.message(Language::De), "Im Stand „Entwurf“ ist „zulassen“ nicht möglich.");
        assert_eq!(problem.message(Language::En), "In state \"draft\", \"admit\" is not possible.");
    }
}
