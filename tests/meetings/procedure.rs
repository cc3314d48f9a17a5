//! How a meeting goes, and what is refused on the way (R16, R17, R22, R24).

use domain::identity::Actor;
use serde_json::{Value, json};
use testkit::{App, Backend, Client};

use super::house::{House, person};
use crate::stage::id;

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_is_invited_to_with_an_agenda_that_depends_on_who_reads_it() {
    for backend in Backend::ALL {
        let house = House::begin(App::with_links(backend).await).await;
        let (stage, excluded, late) = (&house.stage, &house.seats[4], &house.seats[5]);
        let (first, second) = (stage.admitted().await, stage.admitted().await);
        let motion = house.motion(&first, "2500.00").await;
        let meeting = house.meeting("2019-10-15").await;
        let empty = stage.officer.is_refused("inviteToMeeting", json!({ "meetingId": meeting })).await;
        assert_eq!(empty, ["R24 -"], "there is nothing on the agenda");
        house.item(&meeting, "Bericht der Verwaltung").await;
        house.item_on(&meeting, "Geheime Chorreise", &motion).await;
        let again = json!({ "meetingId": meeting, "publicity": "PUBLIC", "title": "Noch einmal", "motionId": motion });
        assert_eq!(stage.officer.is_refused("addAgendaItem", again).await, ["R20 motionId"], "a motion is put once");
        let other = json!({ "meetingId": meeting, "publicity": "PUBLIC", "title": "Falsch", "motionId": motion, "applicationId": second });
        assert_eq!(stage.officer.is_refused("addAgendaItem", other).await, ["R20 motionId", "R20 motionId"]);
        let remote = json!({ "beginsAt": "2019-11-15T16:00:00Z", "endsAt": "2019-11-15T18:00:00Z", "place": "Rathaus", "remote": true });
        assert_eq!(stage.officer.is_refused("callMeeting", remote).await, ["- remote"], "this fund's rules don't provide for it");
        excluded.does("declareRecusal", json!({ "applicationId": first }), "recusal { id }").await;

        let soon = house.meeting("2019-10-08").await;
        house.item(&soon, "Bericht").await;
        let too_late = stage.officer.is_refused("inviteToMeeting", json!({ "meetingId": soon })).await;
        assert_eq!(too_late, ["- shortNoticeReason"], "a week lies between the invitation and the meeting");
        stage.app.at("2019-10-07T10:00:00Z");
        house.invite(&meeting).await;
        // The second one takes the first one's place in the calendar. Who declares in between reads no title in what was not sent yet.
        late.does("declareRecusal", json!({ "applicationId": first }), "recusal { id }").await;
        stage.app.deliver_mail().await;
        let invitations = |who: &Client| -> Vec<testkit::mailbox::ReceivedMail> {
            let all = stage.app.mailbox().received().into_iter();
            all.filter(|mail| mail.to == who.email && mail.subject.contains("inladung zur Sitzung")).collect()
        };
        for who in house.seats.iter().chain(&house.substitutes) {
            let received = invitations(who);
            // What was on its way already when somebody declared is not called back.
            let text = received.last().and_then(|mail| mail.text.clone()).expect("a text");
            let hides = who.email == excluded.email;
            if who.email != late.email {
                assert_eq!(received.len(), 1, "{}", who.email);
                assert_eq!(text.contains("Geheime Chorreise"), !hides, "{text}");
                assert_eq!(text.contains("an dem Sie nicht mitwirken"), hides, "{text}");
            }
            assert!(received[0].raw.contains("text/calendar; method=REQUEST"), "{}", received[0].raw);
        }
        assert!(invitations(&house.substitutes[0])[0].text.as_ref().expect("a text").contains("Sie vertreten ein Mitglied"));
        assert_eq!(invitations(&stage.finance).len(), 0);

        let moved =
            json!({ "meetingId": meeting, "beginsAt": "2019-10-16T16:00:00Z", "endsAt": "2019-10-16T18:00:00Z", "place": "Altes Rathaus" });
        stage.officer.does("rescheduleMeeting", moved, "meeting { id }").await;
        house.invite(&meeting).await;
        stage.app.deliver_mail().await;
        let text = invitations(&house.seats[1])[1].text.clone().expect("a text");
        assert!(text.contains("Diese Einladung tritt an die Stelle der früheren.") && text.contains("Altes Rathaus"), "{text}");
        assert!(!invitations(late).last().and_then(|mail| mail.text.clone()).expect("a text").contains("Geheime"));

        // In the API it is the same: a place, and nothing of it.
        let query = "query($id: ID!) { meeting(id: $id) { agenda { position isExcluded title state application { id } motion { id } availableActions } } }";
        let seen = excluded.asks(query, json!({ "id": meeting })).await["meeting"]["agenda"].clone();
        assert_eq!(
            seen[1],
            json!({ "position": 2, "isExcluded": true, "title": null, "state": null, "application": null, "motion": null, "availableActions": [] })
        );
        let seen = house.seats[1].asks(query, json!({ "id": meeting })).await["meeting"]["agenda"].clone();
        assert_eq!((&seen[1]["title"], &seen[1]["application"]["id"]), (&json!("Geheime Chorreise"), &json!(first)));
        let pages = crate::mail::pages_that_links_lead_to(&stage.app).await;
        assert_eq!(pages.iter().map(String::as_str).collect::<Vec<_>>(), ["/applications/:id", "/committee/meetings/:id"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_votes_and_makes_the_quorum() {
    for backend in Backend::ALL {
        let house = House::begin(App::start(backend).await).await;
        let (stage, seats) = (&house.stage, &house.seats);
        let budget = json!({ "year": 2020, "amount": "10000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let mut motions = Vec::new();
        for _ in 0..4 {
            motions.push(house.motion(&stage.admitted().await, "2500.00").await);
        }
        let elsewhere = house.motion(&stage.admitted().await, "2500.00").await;
        let (meeting, next) = (house.meeting("2019-10-15").await, house.meeting("2019-11-15").await);
        let mut items = Vec::new();
        for (index, motion) in motions.iter().enumerate() {
            items.push(house.item_on(&meeting, &format!("Antrag {}", index + 1), motion).await);
        }
        house.invite(&meeting).await;
        let open = json!({ "meetingId": meeting });
        assert_eq!(stage.chair.is_refused("openMeeting", open.clone()).await, ["R24 -"], "not before its day");
        stage.app.at("2019-10-15T16:00:00Z");
        // Six of eleven seats: the chair, the substitute for seat 2, and four members.
        let present = [&seats[0], &house.substitutes[0], &seats[3], &seats[4], &seats[5], &seats[6]];
        house.open(&meeting, &present).await;
        assert_eq!(stage.chair.is_refused("openBallot", json!({ "motionId": elsewhere })).await, ["R24 motionId"]);
        let circular = json!({ "motionId": elsewhere, "form": "CIRCULAR", "objectionsUntil": "2019-10-18", "votesUntil": "2019-10-20" });
        stage.chair.does("openBallot", circular, "ballot { agendaItem { id } }").await;

        let ballot = house.ballot(&motions[0]).await;
        let vote = |choice| json!({ "ballotId": ballot, "choice": choice });
        assert_eq!(seats[9].is_refused("castVote", vote("YES")).await, ["R17 -"], "who is not there doesn't vote");
        for who in present {
            who.does("castVote", vote("YES"), "ballot { id }").await;
        }
        // The member comes, and votes instead of the substitute.
        stage.app.at("2019-10-15T16:10:00Z");
        house.arrives(&meeting, &seats[1]).await;
        assert_eq!(house.substitutes[0].is_refused("castVote", vote("NO")).await, ["R22 -"]);
        let early = json!({ "meetingId": meeting, "personId": person(&seats[3]).await, "at": "2019-10-15T15:59:00Z" });
        assert_eq!(stage.officer.is_refused("recordDeparture", early).await, ["R17 at"], "they voted at four");
        assert_eq!(stage.chair.is_refused("closeMeeting", open.clone()).await, ["R24 -"], "a ballot is open");
        stage.app.at("2019-10-15T16:20:00Z");
        assert_eq!(house.closes(&ballot).await, "CLOSED");
        let late = json!({ "meetingId": meeting, "personId": person(&seats[7]).await, "at": "2019-10-15T16:15:00Z" });
        assert_eq!(stage.officer.is_refused("recordArrival", late).await, ["R17 at"], "a ballot has counted since who was there");

        // One leaves: with five seats there is no quorum, however many hands there were before.
        stage.app.at("2019-10-15T16:30:00Z");
        house.leaves(&meeting, &seats[6]).await;
        let input = json!({ "motionId": motions[1], "form": "RECORDED" });
        let ballot = id(&stage.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]);
        let hands = json!({ "ballotId": ballot, "yes": 6, "no": 0, "abstained": 0 });
        assert_eq!(stage.officer.is_refused("recordTally", hands).await, ["R23 yes"], "five seats are present");
        let hands = json!({ "ballotId": ballot, "yes": 4, "no": 0, "abstained": 0 });
        stage.officer.does("recordTally", hands, "ballot { id }").await;
        assert_eq!(house.closes(&ballot).await, "INQUORATE");
        // One comes: whoever is there counts for the quorum, also who raises no hand.
        stage.app.at("2019-10-15T16:40:00Z");
        house.arrives(&meeting, &seats[8]).await;
        assert_eq!(house.shows_hands(&motions[1], "3:1:0").await, "CLOSED");

        // The order is changed, and an item goes to the next meeting.
        stage.app.at("2019-10-15T16:50:00Z");
        let order = json!({ "meetingId": meeting, "agendaItemIds": [items[1], items[0], items[2], items[3]] });
        stage.chair.does("reorderAgenda", order, "meeting { id }").await;
        let some = json!({ "meetingId": meeting, "agendaItemIds": [items[1], items[0]] });
        assert_eq!(stage.chair.is_refused("reorderAgenda", some).await, ["R24 itemIds"]);
        let defer = json!({ "agendaItemId": items[2], "reason": "Unterlagen fehlen.", "toMeetingId": next });
        stage.chair.does("deferAgendaItem", defer.clone(), "agendaItem { state deferredTo { id } }").await;
        assert_eq!(stage.chair.is_refused("deferAgendaItem", defer).await.len(), 1, "once");
        let decided = json!({ "agendaItemId": items[0], "reason": "Doch nicht." });
        assert_eq!(stage.chair.is_refused("deferAgendaItem", decided).await.len(), 1, "it was voted on");
        assert_eq!(stage.chair.is_refused("openBallot", json!({ "motionId": motions[2] })).await, ["R24 motionId"], "it was taken off");
        let query = "query($id: ID!) { meeting(id: $id) { agenda { title position motion { id } } } }";
        let agenda = stage.officer.asks(query, json!({ "id": next })).await["meeting"]["agenda"].clone();
        assert_eq!(agenda, json!([{ "title": "Antrag 3", "position": 1, "motion": { "id": motions[2] } }]));

        stage.app.at("2019-10-15T17:00:00Z");
        house.close(&meeting).await;
        assert_eq!(
            stage.officer.is_refused("recordArrival", json!({ "meetingId": meeting, "personId": person(&seats[9]).await })).await.len(),
            1
        );
        let query =
            "query($id: ID!) { meeting(id: $id) { agenda { ballots { agendaItem { id } computation { inWords(language: EN) } } } } }";
        let agenda = stage.officer.asks(query, json!({ "id": meeting })).await["meeting"]["agenda"].clone();
        let words = |ballot: &Value| id(&ballot["computation"]["inWords"]);
        let on_second: Vec<String> = agenda[0]["ballots"].as_array().expect("ballots").iter().map(words).collect();
        assert_eq!(
            on_second,
            [
                "11 seats, 0 empty, 0 excluded; more than half of 11 is 6; present 5; no quorum",
                "11 seats, 0 empty, 0 excluded; more than half of 11 is 6; present 6; 3 yes, 1 no, 0 abstained; carried",
            ]
        );
        assert_eq!(agenda[0]["ballots"][0]["agendaItem"]["id"], json!(items[1]));
        let report = stage.app.engine().verify().await.expect("verifies");
        assert_eq!(report.findings, []);
    }
}

/// A meeting that is over, with a public item and one from which a member is excluded; and its minutes.
struct Over {
    report: String,
    secret: String,
    minutes: String,
}

impl Over {
    async fn held(house: &House) -> Self {
        let (stage, excluded) = (&house.stage, &house.seats[4]);
        let application = stage.admitted().await;
        let motion = house.motion(&application, "2500.00").await;
        excluded.does("declareRecusal", json!({ "applicationId": application }), "recusal { id }").await;
        let meeting = house.meeting("2019-10-15").await;
        let report = house.item(&meeting, "Bericht").await;
        let secret = house.item_on(&meeting, "Geheime Chorreise", &motion).await;
        house.invite(&meeting).await;
        stage.app.at("2019-10-15T16:00:00Z");
        let all: Vec<&Client> = house.seats.iter().collect();
        house.open(&meeting, &all).await;
        stage.app.at("2019-10-15T16:30:00Z");
        let ballot = house.ballot(&motion).await;
        assert_eq!(excluded.mutates("castVote", json!({ "ballotId": ballot, "choice": "NO" }), "__typename").await.codes(), ["NOT_FOUND"]);
        for voter in &house.seats[5..] {
            voter.does("castVote", json!({ "ballotId": ballot, "choice": "NO" }), "ballot { id }").await;
        }
        assert_eq!(house.closes(&ballot).await, "CLOSED");
        stage.app.at("2019-10-15T17:00:00Z");
        let minutes = house.close(&meeting).await;

        Self { report, secret, minutes }
    }
}

/// What the keeper adds: on the whole, and on one item.
fn remarks(minutes: &str, general: &str, item: &str, text: &str) -> Value {
    json!({ "minutesId": minutes, "general": general, "items": [{ "agendaItemId": item, "text": text }] })
}

fn words(minutes: &Value) -> String {
    id(&minutes["content"]["inWords"])
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_are_signed_by_two_and_remind_when_they_are_overdue() {
    for backend in Backend::ALL {
        let house = House::begin(App::with_smtp(backend).await).await;
        let Over { secret, minutes, .. } = Over::held(&house).await;
        let (stage, member) = (&house.stage, &house.seats[1]);
        assert_eq!(house.minutes(member, &minutes).await["content"], json!(null), "a draft is for those who write and sign it");
        let draft = house.minutes(&stage.officer, &minutes).await;
        assert!(words(&draft).contains("Geheime Chorreise") && words(&draft).contains("Mitglied 5"), "{draft}");
        let other = house.item(&house.meeting("2019-12-15").await, "Anderswo").await;
        assert_eq!(stage.officer.is_refused("writeMinutes", remarks(&minutes, "", &other, "x")).await, ["R24 items[0].agendaItemId"]);
        let waiting = async |who: &Client| {
            let engine = stage.app.engine();
            let id = engine.person_by_email(&who.email).await.expect("the database answers").expect("a person").id;
            let actor = engine.refreshed(&Actor { person: Some(id), ..Actor::default() }).await.expect("an actor");
            engine.meetings_on_desk(&actor).await.expect("the database answers").1.len()
        };
        assert_eq!((waiting(&stage.officer).await, waiting(&stage.chair).await, waiting(member).await), (1, 1, 0));
        let outdated = json!({ "minutesId": minutes, "hash": draft["hash"] });
        stage
            .officer
            .does("writeMinutes", remarks(&minutes, "Keine Zuhörenden.", &secret, "Mitglied 5 verließ den Raum."), "minutes { id }")
            .await;
        assert_eq!(stage.chair.is_refused("signMinutes", outdated).await, ["R24 hash"], "one signs what one has read");
        house.signs(&stage.officer, &minutes).await;
        assert_eq!((waiting(&stage.officer).await, waiting(&stage.chair).await), (0, 1));
        let read = house.minutes(&stage.officer, &minutes).await;
        assert_eq!(stage.officer.is_refused("signMinutes", json!({ "minutesId": minutes, "hash": read["hash"] })).await, ["R24 -"]);
        // Written again, the signature lapses.
        stage
            .officer
            .does("writeMinutes", remarks(&minutes, "Eine Zuhörerin.", &secret, "Mitglied 5 verließ den Raum."), "minutes { id }")
            .await;
        assert_eq!(house.minutes(&stage.chair, &minutes).await["state"], "DRAFT");

        // Due is what is not signed within thirty days; whoever has not signed is reminded, each week.
        house.signs(&stage.chair, &minutes).await;
        stage.app.at("2019-11-14T17:00:00Z");
        assert_eq!(stage.app.engine().remind_of_minutes().await.expect("looks"), 0, "the last day");
        stage.app.at("2019-11-15T08:00:00Z");
        assert_eq!(stage.app.engine().remind_of_minutes().await.expect("reminds"), 1);
        assert_eq!(stage.app.engine().remind_of_minutes().await.expect("looks"), 0);
        stage.app.at("2019-11-22T08:00:00Z");
        assert_eq!(stage.app.engine().remind_of_minutes().await.expect("reminds"), 1);
        stage.app.deliver_mail().await;
        let reminded = |who: &Client| {
            let all = stage.app.mailbox().received();
            all.iter().filter(|mail| mail.to == who.email && mail.subject.contains("Niederschrift")).count()
        };
        assert_eq!((reminded(&stage.officer), reminded(&stage.chair)), (2, 0), "the chair has signed");
        house.signs(&stage.officer, &minutes).await;
        stage.app.at("2019-11-29T08:00:00Z");
        assert_eq!(stage.app.engine().remind_of_minutes().await.expect("looks"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_minutes_are_corrected_by_addenda_and_hide_what_they_must() {
    for backend in Backend::ALL {
        let house = House::begin(App::start(backend).await).await;
        let Over { report, secret, minutes } = Over::held(&house).await;
        let (stage, member, excluded) = (&house.stage, &house.seats[1], &house.seats[4]);
        let written = remarks(&minutes, "Eine Zuhörerin.", &secret, "Mitglied 5 verließ den Raum.");
        stage.officer.does("writeMinutes", written, "minutes { id }").await;
        house.signs(&stage.chair, &minutes).await;
        house.signs(&stage.officer, &minutes).await;

        // Signed they are locked, and corrected beside.
        assert_eq!(stage.officer.is_refused("writeMinutes", remarks(&minutes, "Anders.", &secret, "Anders.")).await.len(), 1);
        let signed = house.minutes(member, &minutes).await;
        assert_eq!(signed["state"], "SIGNED");
        let about = json!({ "minutesId": minutes, "text": "Es waren zwei Zuhörende.", "agendaItemId": report });
        stage.officer.does("addAddendum", about, "minutes { id }").await;
        let about = json!({ "minutesId": minutes, "text": "Mitglied 5 kam um 17 Uhr wieder.", "agendaItemId": secret });
        stage.chair.does("addAddendum", about, "minutes { id }").await;
        let read = house.minutes(member, &minutes).await;
        assert_eq!((&read["hash"], &read["text"]), (&signed["hash"], &signed["text"]), "what was signed stays");
        assert_eq!(read["addenda"].as_array().map(Vec::len), Some(2));

        // Who is excluded reads that there was an item, and no more.
        let read = house.minutes(excluded, &minutes).await;
        assert!(words(&read).contains("Bericht") && words(&read).contains("2. Tagesordnungspunkt"), "{read}");
        for word in ["Geheime", "SP-2020", "2500", "2.500", "verließ", "17 Uhr wieder", "Zuwendung"] {
            assert!(!read.to_string().contains(word), "{word} in {read}");
        }
        assert_eq!((&read["text"], read["addenda"].as_array().map(Vec::len)), (&json!(null), Some(1)));

        let own = member.asks("{ viewer { export } }", json!({})).await;
        let own: Value = serde_json::from_str(own["viewer"]["export"].as_str().expect("a text")).expect("JSON");
        assert_eq!(own["attendance"].as_array().map(Vec::len), Some(1), "what is kept about a person is theirs to read");

        // The record has the hash of what was signed, and no word of it.
        let auditor = stage.app.person("Audrey Prüfung", "pruefung@stadt.example", "de", &["auditor"]).await;
        let events =
            auditor.asks("query($id: ID!) { events(subject: $id, first: 50) { nodes { kind details } } }", json!({ "id": minutes })).await;
        let events = events["events"]["nodes"].as_array().expect("events").clone();
        let kinds: Vec<&str> = events.iter().filter_map(|event| event["kind"].as_str()).collect();
        assert_eq!(kinds, ["minutes-begun", "minutes-written", "minutes-signed", "minutes-signed", "addendum-added", "addendum-added"]);
        let hash = id(&signed["hash"]);
        assert!(events[2..4].iter().all(|event| id(&event["details"]).contains(&hash)), "{events:?}");
        let report = stage.app.engine().verify().await.expect("verifies");
        assert_eq!(report.findings, []);
    }
}
