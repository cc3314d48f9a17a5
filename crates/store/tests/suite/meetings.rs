//! Meetings, agendas, attendance and minutes: read back as they were written, and locked where they are signed (R24).

use domain::committee::Capacity;
use domain::event::Hash;
use domain::ids::{AgendaItemId, MeetingId, PersonId};
use domain::meeting::{AgendaItem, Attendance, ItemState, Meeting, MeetingState, Publicity};
use domain::minutes::{Addendum, Frozen, ItemRemark, Minutes, MinutesState, Remarks, Signatory, Signature};
use store::page::Window;
use store::{StoreError, Tx};

use crate::world::{World, date, minutes as later, now};

crate::on_both![
    meetings_in_every_state,
    one_meeting_is_open,
    agendas,
    attendance,
    minutes_in_every_state,
    signed_minutes_are_locked,
    addenda_are_append_only,
];

async fn meeting(world: &World, tx: &Tx, state: MeetingState) -> Meeting {
    let meeting = Meeting {
        id: world.id(),
        version: 1,
        begins_at: later(60),
        ends_at: later(180),
        place: "Rathaus".to_owned(),
        remote: true,
        invitations: 2,
        reordered_at: Some(later(70)),
        short_notice: Some("Eilt.\nSehr.".to_owned()),
        state,
        called_by: world.person(tx).await,
        called_at: now(),
    };
    store::meeting::insert(tx, &meeting).await.expect("inserts");
    meeting
}

async fn meetings_in_every_state(world: &World) {
    let tx = world.begin().await;
    let by = world.person(&tx).await;
    let mut meeting = meeting(world, &tx, MeetingState::Called).await;
    for state in [
        MeetingState::Invited { at: now() },
        MeetingState::Open { invited_at: now(), at: later(60), by },
        MeetingState::Closed { invited_at: now(), opened_at: later(60), opened_by: by, at: later(90) },
        MeetingState::Called,
    ] {
        meeting = Meeting { state, reordered_at: None, short_notice: None, remote: false, ..meeting };
        store::meeting::save(&tx, &meeting).await.expect("saves");
        meeting.version += 1;
        assert_eq!(store::meeting::find(&tx, meeting.id).await.expect("reads"), Some(meeting.clone()));
        assert_eq!(store::meeting::lock(&tx, meeting.id).await.expect("reads"), Some(meeting.clone()));
        let open = store::meeting::open(&tx).await.expect("reads");
        assert_eq!(open.is_some(), matches!(state, MeetingState::Open { .. }));
        assert_eq!(store::meeting::ahead(&tx).await.expect("reads").len(), usize::from(state.is_ahead()));
        let page = store::meeting::page(&tx, Some(state.name()), &Window::first(5)).await.expect("reads");
        assert_eq!(page.items, [meeting.clone()]);
    }
    assert_eq!(store::meeting::find_many(&tx, &[meeting.id]).await.expect("reads"), [meeting]);
}

async fn one_meeting_is_open(world: &World) {
    let tx = world.begin().await;
    let by = world.person(&tx).await;
    let open = MeetingState::Open { invited_at: now(), at: now(), by };
    meeting(world, &tx, open).await;
    let second = meeting(world, &tx, MeetingState::Invited { at: now() }).await;
    let refused = store::meeting::save(&tx, &Meeting { state: open, ..second }).await;
    assert!(matches!(refused, Err(StoreError::Duplicate { .. })), "{refused:?}");
}

async fn item(world: &World, tx: &Tx, meeting: MeetingId, position: u32) -> AgendaItem {
    let item = AgendaItem {
        id: world.id(),
        version: 1,
        meeting,
        position,
        publicity: Publicity::Public,
        title: "Bericht".to_owned(),
        application: None,
        motion: None,
        state: ItemState::Listed,
    };
    store::meeting::agenda::insert(tx, &item).await.expect("inserts");
    item
}

async fn agendas(world: &World) {
    let tx = world.begin().await;
    let (application, motion, ballot) = world.ballot(&tx).await;
    let meeting = meeting(world, &tx, MeetingState::Called).await;
    let second = item(world, &tx, meeting.id, 2).await;
    let first = item(world, &tx, meeting.id, 1).await;
    let state = ItemState::Deferred { at: now(), reason: "Unterlagen fehlen.".to_owned(), to: Some(meeting.id) };
    let changed =
        AgendaItem { publicity: Publicity::NonPublic, application: Some(application.id), motion: Some(motion.id), state, ..first };
    store::meeting::agenda::save(&tx, &changed).await.expect("saves");
    let first = AgendaItem { version: 2, ..changed };
    assert_eq!(store::meeting::agenda::find(&tx, first.id).await.expect("reads"), Some(first.clone()));
    assert_eq!(store::meeting::agenda::of_meeting(&tx, meeting.id).await.expect("reads"), [first.clone(), second]);

    assert_eq!(store::meeting::open_ballots(&tx, meeting.id).await.expect("reads"), 0);
    let ballot = domain::committee::Ballot { agenda_item: Some(first.id), ..ballot };
    store::committee::save_ballot(&tx, &ballot).await.expect("saves");
    let on = store::committee::ballots_on(&tx, &[first.id]).await.expect("reads");
    assert_eq!(on, [domain::committee::Ballot { version: 2, ..ballot }]);
    assert_eq!(store::meeting::open_ballots(&tx, meeting.id).await.expect("reads"), 1);
    let things = store::recusal::things_of(&tx, &[application.id]).await.expect("reads");
    assert!(things.contains(&first.id.to_string()), "who is excluded reads no event about it");
}

async fn attendance(world: &World) {
    let tx = world.begin().await;
    let meeting = meeting(world, &tx, MeetingState::Invited { at: now() }).await;
    let came = async |person: PersonId, at| {
        let came = Attendance {
            id: world.id(),
            version: 1,
            meeting: meeting.id,
            person,
            seat: 3,
            capacity: Capacity::Substitute,
            remote: true,
            arrived_at: at,
            left_at: None,
        };
        (store::meeting::insert_attendance(&tx, &came).await, came)
    };
    let (one, other) = (world.person(&tx).await, world.person(&tx).await);
    let (written, late) = came(one, later(9)).await;
    written.expect("inserts");
    let (written, early) = came(other, later(1)).await;
    written.expect("inserts");
    store::meeting::save_attendance(&tx, &Attendance { left_at: Some(later(20)), ..late.clone() }).await.expect("saves");
    let late = Attendance { version: 2, left_at: Some(later(20)), ..late };
    assert_eq!(store::meeting::attendance(&tx, meeting.id).await.expect("reads"), [early.clone(), late.clone()]);
    assert_eq!(store::meeting::find_attendance(&tx, late.id).await.expect("reads"), Some(late));
    let (twice, _) = came(other, later(30)).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { .. })), "{twice:?}");
}

/// Minutes in their three states, of one meeting.
async fn minutes(world: &World, tx: &Tx) -> (Minutes, [MinutesState; 3]) {
    let meeting = meeting(world, tx, MeetingState::Called).await;
    let by = world.person(tx).await;
    let minutes = Minutes {
        id: world.id(),
        version: 1,
        meeting: meeting.id,
        due: date("2020-02-14"),
        remarks: Remarks::default(),
        state: MinutesState::Draft,
    };
    store::minutes::insert(tx, &minutes).await.expect("inserts");
    // Kept byte for byte: spaces and the order of keys are the hash's matter.
    let frozen = Frozen { text: "{\"z\":  1, \"a\": \"ä\"}".to_owned(), hash: Hash::genesis().0 };
    let first = Signature { by, signatory: Signatory::Keeper, at: now() };
    let second = Signature { by, signatory: Signatory::Chair, at: later(1) };
    let half = MinutesState::HalfSigned { frozen: frozen.clone(), signature: first };
    (minutes, [MinutesState::Draft, half, MinutesState::Signed { frozen, first, second }])
}

async fn minutes_in_every_state(world: &World) {
    let tx = world.begin().await;
    let (mut minutes, states) = minutes(world, &tx).await;
    let item: AgendaItemId = world.id();
    for state in states {
        let remarks = Remarks { general: "Keine.".to_owned(), items: vec![ItemRemark { item, text: "Länger.".to_owned() }] };
        minutes = Minutes { remarks, state, ..minutes };
        let unsigned = minutes.state.signed_at().is_none();
        store::minutes::save(&tx, &minutes).await.expect("saves");
        minutes.version += 1;
        assert_eq!(store::minutes::find(&tx, minutes.id).await.expect("reads"), Some(minutes.clone()));
        assert_eq!(store::minutes::of_meeting(&tx, minutes.meeting).await.expect("reads"), Some(minutes.clone()));
        let listed = store::meeting::current_or_unsigned(&tx).await.expect("reads");
        let listed = listed.iter().filter_map(|(_, minutes)| minutes.as_ref()).filter(|minutes| minutes.state.signed_at().is_none());
        assert_eq!(listed.count(), usize::from(unsigned));
        let due = |day| store::minutes::to_remind_of(&tx, date(day), now(), 5);
        assert_eq!(due("2020-02-14").await.expect("reads").len(), 0, "the last day is in time");
        assert_eq!(due("2020-02-15").await.expect("reads").len(), usize::from(unsigned));
    }
    assert_eq!(store::minutes::after(&tx, None, 5).await.expect("reads"), [minutes.clone()]);
    assert_eq!(store::minutes::after(&tx, Some(minutes.id), 5).await.expect("reads"), []);
    let second = store::minutes::insert(&tx, &Minutes { id: world.id(), version: 1, ..minutes }).await;
    assert!(second.is_err(), "of a meeting there are one");
}

async fn signed_minutes_are_locked(world: &World) {
    let tx = world.begin().await;
    let (minutes, [_, half, signed]) = minutes(world, &tx).await;
    store::minutes::save(&tx, &Minutes { state: half, ..minutes.clone() }).await.expect("it can be changed still");
    store::minutes::mark_reminded(&tx, minutes.id, now(), later(5)).await.expect("is not its version's matter");
    let again = store::minutes::mark_reminded(&tx, minutes.id, now(), later(6)).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    store::minutes::save(&tx, &Minutes { version: 2, state: signed, ..minutes }).await.expect("is signed");
    tx.commit().await.expect("commits");
    let mut changes = vec!["UPDATE minutes SET remarks = remarks".to_owned(), "DELETE FROM minutes".to_owned()];
    changes.push(if world.database.is_postgres() {
        "TRUNCATE minutes CASCADE".to_owned()
    } else {
        "INSERT OR REPLACE INTO minutes SELECT * FROM minutes".to_owned()
    });
    for change in changes {
        assert_eq!(world.refusal(&change).await, "refused by the database: signed minutes are locked (R24)", "{change}");
    }
}

async fn addenda_are_append_only(world: &World) {
    let tx = world.begin().await;
    let (minutes, _) = minutes(world, &tx).await;
    let item = item(world, &tx, minutes.meeting, 1).await;
    let mut written = Vec::new();
    for (number, item) in [(1, None), (2, Some(item.id))] {
        let addendum = Addendum {
            id: world.id(),
            minutes: minutes.id,
            number,
            item,
            text: "Zwei\nZeilen.".to_owned(),
            by: world.person(&tx).await,
            at: later(i64::from(number)),
        };
        store::minutes::append_addendum(&tx, &addendum).await.expect("appends");
        written.push(addendum);
    }
    assert_eq!(store::minutes::addenda(&tx, minutes.id).await.expect("reads"), written);
    tx.commit().await.expect("commits");
    let mut changes = vec!["UPDATE addendum SET text = text".to_owned(), "DELETE FROM addendum".to_owned()];
    changes.push(if world.database.is_postgres() {
        "TRUNCATE addendum".to_owned()
    } else {
        "INSERT OR REPLACE INTO addendum SELECT * FROM addendum".to_owned()
    });
    for change in changes {
        assert_eq!(world.refusal(&change).await, "refused by the database: addendum is append-only (R24)", "{change}");
    }
}
