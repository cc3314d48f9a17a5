//! Minutes: who signs what, what a changed text does to a signature, and what is read of them (R16, R24).

use chrono::{DateTime, Utc};
use domain::committee::{Capacity, Composition, Computation, Proposal, Tally};
use domain::identity::{Actor, Guarded as _, Role};
use domain::ids::{AddendumId, AgendaItemId, ApplicationId, MeetingId, MinutesId, PersonId};
use domain::meeting::Publicity;
use domain::minutes::{
    AboutApplication, Absentee, Consequence, Content, Decision, Deferral, Exclusion, Frozen, Item, Matter, Minutes, MinutesAction,
    MinutesState, Opening, Participant, Presence, Signatory,
};
use domain::money::Money;
use domain::problem::{Problem, Refusal};
use uuid::Uuid;

fn at(time: &str) -> DateTime<Utc> {
    format!("2019-07-04T{time}:00Z").parse().expect("an instant")
}

fn actor(number: u128, roles: &[Role]) -> Actor {
    Actor { person: Some(PersonId(Uuid::from_u128(number))), roles: roles.iter().copied().collect(), ..Actor::default() }
}

fn item_id(number: u128) -> AgendaItemId {
    AgendaItemId(Uuid::from_u128(number))
}

fn draft() -> Minutes {
    Minutes::begin(MinutesId(Uuid::from_u128(1)), MeetingId(Uuid::from_u128(2)), at("18:00"))
}

fn decision(yes: u32, no: u32, consequence: Option<Consequence>) -> Decision {
    let tally = Tally { yes, no, abstained: 1, excluded: 1 };
    let composition = Composition { seats: 11, empty: 0, excluded: 1 };
    Decision {
        ballot: Uuid::from_u128(9).into(),
        wording: "Der Arbeitskreis bewilligt\n2.500,00 €.".to_owned(),
        proposal: Proposal::Award { amount: Money::from_cents(250_000) },
        form: domain::committee::BallotFormKind::Recorded,
        excluded: vec![Exclusion { name: "Mia".to_owned(), represented_by: Some("Stella".to_owned()) }],
        together_with: vec![2, 4],
        at: at("16:30"),
        tally: Some(tally),
        computation: Some(Computation::compute(composition, false, tally.present(), tally, None)),
        consequence,
    }
}

/// A meeting with everything in it that minutes can tell of.
fn content() -> Content {
    let matter = |title: &str| Matter {
        title: title.to_owned(),
        application: None,
        about: None,
        excluded: Vec::new(),
        deferred: None,
        decisions: Vec::new(),
        remarks: String::new(),
    };
    let about = AboutApplication { number: "SP-2019-001".to_owned(), title: "Chorreise".to_owned(), applicant: "Chor e. V.".to_owned() };
    let voted = Matter {
        application: Some(ApplicationId(Uuid::from_u128(7))),
        about: Some(about),
        excluded: vec!["Mia".to_owned()],
        decisions: vec![
            decision(2, 1, None),
            decision(4, 4, Some(Consequence::Rejected)),
            decision(7, 1, Some(Consequence::Waiting { amount: Money::from_cents(250_000), position: 3 })),
        ],
        remarks: "Lange beraten.".to_owned(),
        ..matter("Antrag des Chors")
    };
    let deferral = Deferral { at: at("16:50"), reason: "Unterlagen fehlen.".to_owned(), to: Some(at("23:00")) };
    let item = |number: u32, publicity, matter| Item { id: item_id(number.into()), position: number, publicity, matter: Some(matter) };
    Content {
        committee: "Arbeitskreis".to_owned(),
        meeting: MeetingId(Uuid::from_u128(2)),
        place: "Rathaus".to_owned(),
        remote: true,
        invited_at: "2019-06-20T08:00:00Z".parse().expect("an instant"),
        short_notice: Some("Eilt.".to_owned()),
        begins_at: at("16:00"),
        opening: Opening {
            at: at("16:05"),
            by: "Vera".to_owned(),
            present: 8,
            quorum: Composition { seats: 11, empty: 0, excluded: 0 }.quorum(),
        },
        closed_at: at("18:00"),
        reordered_at: Some(at("16:10")),
        present: vec![
            Participant {
                name: "Vera".to_owned(),
                seat: 1,
                capacity: Capacity::Member,
                times: vec![Presence { from: at("16:00"), until: None, remote: false }],
            },
            Participant {
                name: "Stella".to_owned(),
                seat: 2,
                capacity: Capacity::Substitute,
                times: vec![
                    Presence { from: at("16:00"), until: Some(at("16:20")), remote: false },
                    Presence { from: at("16:40"), until: None, remote: true },
                ],
            },
        ],
        absent: vec![Absentee { name: "Nora".to_owned(), seat: 3, represented_by: Some("Nils".to_owned()) }],
        items: vec![
            item(1, Publicity::Public, matter("Bericht")),
            item(2, Publicity::NonPublic, voted),
            item(3, Publicity::Public, Matter { deferred: Some(deferral), ..matter("Reise") }),
        ],
        remarks: "Ende in Ruhe.".to_owned(),
    }
}

#[test]
fn minutes_read_as_they_should() {
    insta::assert_snapshot!(content().in_words());
}

#[test]
fn who_is_excluded_reads_that_there_was_an_item() {
    let mut reader = actor(5, &[Role::Member]);
    assert!(content().as_seen_by(&reader).is_whole());
    reader.recused_from.insert(ApplicationId(Uuid::from_u128(7)));
    let seen = content().as_seen_by(&reader);
    assert!(!seen.is_whole());
    let words = seen.in_words();
    assert!(words.contains("2. Tagesordnungspunkt (nicht öffentlich)") && words.contains("3. Reise"), "{words}");
    for hidden in ["Chor", "SP-2019", "2.500", "Mia", "beraten"] {
        assert!(!words.contains(hidden), "{hidden} in {words}");
    }
}

#[test]
fn what_is_frozen_is_read_back_and_a_changed_text_is_noticed() {
    let frozen = Frozen::of(&content()).expect("JSON");
    assert_eq!(frozen.content().expect("content"), content());
    assert!(frozen.is_intact());
    let forged = Frozen { text: frozen.text.replace("\"yes\":7", "\"yes\":8"), ..frozen };
    assert!(!forged.is_intact());
}

#[test]
fn two_persons_sign_one_in_each_capacity() {
    let frozen = Frozen::of(&content()).expect("JSON");
    let (chair, officer, both) = (actor(1, &[Role::Chair]), actor(2, &[Role::CaseOfficer]), actor(3, &[Role::Chair, Role::CaseOfficer]));
    let sign = |minutes: Minutes, by: &Actor| minutes.sign(&frozen.hash, frozen.clone(), by, at("19:00"));
    for (first, second, capacities) in [
        (&chair, &officer, [Signatory::Chair, Signatory::Keeper]),
        (&officer, &both, [Signatory::Keeper, Signatory::Chair]),
        (&both, &officer, [Signatory::Chair, Signatory::Keeper]),
    ] {
        let half = sign(draft(), first).expect("signed");
        assert_eq!(half.permits(MinutesAction::Sign, first), Err(Problem::AlreadySigned), "a person signs once");
        assert!(sign(half.clone(), first).is_err());
        let signed = sign(half, second).expect("signed");
        assert_eq!(signed.state.signatures().iter().map(|signature| signature.signatory).collect::<Vec<_>>(), capacities);
        assert!(signed.permits(MinutesAction::Sign, &both).is_err() && signed.permits(MinutesAction::Write, &officer).is_err());
        assert_eq!(signed.permits(MinutesAction::AddAddendum, &officer), Ok(()));
    }
    let half = sign(draft(), &chair).expect("signed");
    assert_eq!(half.permits(MinutesAction::Sign, &actor(4, &[Role::Chair])), Err(Problem::AlreadySigned), "that signature is there");
    assert_eq!(half.unsigned(), [Signatory::Keeper]);
}

#[test]
fn the_second_signature_is_under_the_same_text() {
    let (frozen, mut other) = (Frozen::of(&content()).expect("JSON"), content());
    other.place = "Schloss".to_owned();
    let other = Frozen::of(&other).expect("JSON");
    let (chair, officer) = (actor(1, &[Role::Chair]), actor(2, &[Role::CaseOfficer]));
    let refused = draft().sign(&other.hash, frozen.clone(), &chair, at("19:00")).expect_err("read another text");
    assert_eq!(refused, Refusal::from(Problem::MinutesChanged.at("hash")));
    let half = draft().sign(&frozen.hash, frozen.clone(), &chair, at("19:00")).expect("signed");
    let signed = half.clone().sign(&frozen.hash, other.clone(), &officer, at("19:30")).expect("whatever could be drawn now");
    assert_eq!(signed.state.frozen(), Some(&frozen));
    assert_eq!(signed.state.signed_at(), Some(at("19:30")));
    // Written again, it is under another text.
    let again = half.write("Neu.", &[], &[]).expect("written");
    assert_eq!((&again.state, again.remarks.general.as_str()), (&MinutesState::Draft, "Neu."));
}

#[test]
fn remarks_and_addenda_are_on_items_of_the_agenda() {
    let agenda = [item_id(1), item_id(2)];
    let remarks = [(item_id(1), "a".to_owned()), (item_id(1), "b".to_owned()), (item_id(3), "\u{7}".to_owned())];
    let refused = draft().write("", &remarks, &agenda).expect_err("refused");
    let mut fields: Vec<_> = refused.0.iter().filter_map(|violation| violation.field.as_deref()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["items[1].agendaItemId", "items[2].agendaItemId", "items[2].text"]);
    let written = draft().write(" Anfang. ", &[(item_id(2), String::new())], &agenda).expect("written");
    assert_eq!((written.remarks.general.as_str(), written.remarks.items.len()), ("Anfang.", 0));
    let amend = |text: &str, item| {
        let by = PersonId(Uuid::from_u128(1));
        draft().amend(AddendumId(Uuid::from_u128(4)), text, item, &agenda, 2, by, at("20:00"))
    };
    assert_eq!(amend("Richtig ist: acht.", Some(item_id(2))).expect("added").number, 3);
    assert_eq!(amend(" ", Some(item_id(3))).expect_err("refused").0.len(), 2);
}
