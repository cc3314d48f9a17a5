use serde_json::json;
use testkit::{App, Backend};

use super::{Walker, is_silent, link, says};
use crate::meetings::house::House;

/// A meeting on two applications; the first agenda item is the first one's.
async fn meeting(house: &House) -> (String, [String; 2]) {
    let mut motions = Vec::new();
    let meeting = house.meeting("2019-11-05").await;
    for title in ["Chorreise nach Tallinn", "Zweiter Antrag"] {
        let application = house.stage.admitted().await;
        let motion = house.motion(&application, "2500.00").await;
        house.item_on(&meeting, title, &motion).await;
        motions.push(motion);
    }
    let motions: [String; 2] = motions.try_into().expect("two");
    (meeting, motions)
}

#[tokio::test(flavor = "multi_thread")]
async fn members_read_vote_and_read_what_came_of_it() {
    for backend in Backend::ALL {
        let house = House::begin(App::with_smtp(backend).await).await;
        let stage = &house.stage;
        let budget = json!({ "year": 2020, "amount": "10000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let (call, [first, second]) = meeting(&house).await;
        house.invite(&call).await;

        // One has a conflict of interest on the first item, and declares it.
        let mut excluded = Walker::with(&stage.app, &house.seats[5].email).await;
        let desk = excluded.sees("/desk").await;
        let papers = link(&desk, "/committee/meetings/");
        let page = excluded.sees(&papers).await;
        says(&page, &["1. Chorreise nach Tallinn", "2. Zweiter Antrag", "2.500,00 €", "Fähre", "Der Arbeitskreis bewilligt"]);
        let recusal = link(&page, "/committee/applications/");
        let asked = excluded.sees(&recusal).await;
        let unsure = excluded.sends(&asked, &recusal, &[("reason", "Mein Sohn singt dort.")]).await;
        assert_eq!(unsure.status, 422);
        says(&unsure, &["Bestätigen Sie, dass Sie das möchten.", "Mein Sohn singt dort."]);
        let sure = [("reason", "Mein Sohn singt dort."), ("confirmed", "yes")];
        for _ in 0..2 {
            let declared = excluded.sends(&asked, &recusal, &sure).await;
            assert_eq!((declared.status, declared.location.as_str()), (303, "/committee/recusal"), "{}", declared.body);
        }
        let page = excluded.sees(&papers).await;
        says(&page, &["Tagesordnungspunkt 1", "Ohne Ihre Mitwirkung", "2. Zweiter Antrag"]);
        is_silent(&page, &["Chorreise nach Tallinn"]);
        assert_eq!(excluded.0.gets(&recusal).await.status, 404);

        stage.app.at("2019-11-05T16:00:00Z");
        excluded = Walker::with(&stage.app, &house.seats[5].email).await;
        let present: Vec<_> = house.seats.iter().collect();
        house.open(&call, &present).await;
        house.ballot(&first).await;

        let mut member = Walker::with(&stage.app, &house.seats[1].email).await;
        let desk = member.sees("/desk").await;
        says(&desk, &["Hier fehlt Ihre Stimme", "Chorreise", "Das Geld im Jahr 2019"]);
        let ballot = link(&desk, "/committee/ballots/");
        for path in [ballot.clone(), format!("{ballot}/count"), format!("{ballot}/close")] {
            assert_eq!(excluded.0.gets(&path).await.status, 404, "{path}");
        }
        let page = member.sees(&ballot).await;
        says(&page, &["0 von 10 Stimmen abgegeben", "Wie stimmen Sie ab?"]);
        let vote = format!("{ballot}/vote");
        let nothing = member.sends(&page, &vote, &[]).await;
        assert_eq!(nothing.status, 422);
        says(&nothing, &["Fehler:", "Wählen Sie aus, wie Sie abstimmen."]);
        let no = member.sees(&ballot).await;
        for _ in 0..2 {
            let voted = member.sends(&no, &vote, &[("choice", "no")]).await;
            assert_eq!(voted.status, 303, "{}", voted.body);
        }
        says(&member.sees(&ballot).await, &["Sie haben mit „Nein“ gestimmt.", "1 von 10 Stimmen abgegeben"]);
        let page = member.sees(&ballot).await;
        assert_eq!(member.sends(&page, &vote, &[("choice", "yes")]).await.status, 303);
        says(&member.sees(&format!("{ballot}/count")).await, &["1 von 10 Stimmen abgegeben"]);
        is_silent(&member.sees(&ballot).await, &["Wer wie gestimmt hat</h2>"]);
        assert_eq!(excluded.sends(&page, &vote, &[("choice", "yes")]).await.status, 403, "a form of another session");
        let own = excluded.sees("/desk").await;
        is_silent(&own, &[&ballot]);
        assert_eq!(excluded.sends(&own, &vote, &[("choice", "yes")]).await.status, 404);

        // The chair closes it; nobody else can.
        for path in [format!("{ballot}/close"), format!("{ballot}/object")] {
            assert!([403, 409].contains(&member.0.gets(&path).await.status), "{path}");
        }
        let form = member.sees(&ballot).await;
        assert_eq!(member.sends(&form, &format!("{ballot}/close"), &[("confirmed", "yes")]).await.status, 403);
        let mut chair = Walker::with(&stage.app, &stage.chair.email).await;
        for voter in house.seats[2..].iter().filter(|voter| voter.email != house.seats[5].email) {
            let path = ballot.rsplit('/').next().expect("an id").to_owned();
            vote_as(&stage.app, &voter.email, &path).await;
        }
        let asked = chair.sees(&format!("{ballot}/close")).await;
        assert_eq!(chair.sends(&asked, &format!("{ballot}/close"), &[]).await.status, 422);
        let closed = chair.sends(&asked, &format!("{ballot}/close"), &[("confirmed", "yes")]).await;
        assert_eq!((closed.status, closed.location.as_str()), (303, ballot.as_str()), "{}", closed.body);
        assert_eq!(member.0.gets(&format!("{ballot}/count")).await.status, 205);
        let page = member.sees(&ballot).await;
        let steps =
            ["11 Sitze, 0 leer, 1 ausgeschlossen", "Mehr als die Hälfte von 10 ist 6", "9 ja, 0 nein, 0 Enthaltungen", "Angenommen"];
        says(&page, &steps);
        says(&page, &["Wer wie gestimmt hat", "Mitglied 2 Ja"]);
        says(&member.sees("/desk").await, &["Zuletzt entschieden", "angenommen"]);
        says(&member.sees("/committee/ballots?state=closed").await, &["Chorreise", "SP-2020-001", "angenommen"]);
        says(&member.sees("/committee/ballots?state=open").await, &["Hier gibt es keine Abstimmung."]);
        says(&excluded.sees("/committee/ballots").await, &["Hier gibt es keine Abstimmung."]);
        let late = chair.sends(&asked, &format!("{ballot}/close"), &[("confirmed", "yes")]).await;
        assert_eq!(late.status, 303, "the same form once more is the same deed, or says that it is over: {}", late.body);

        // The second one is opened by the chair, from the papers, and closed without a vote: that can't be.
        let page = chair.sees(&papers).await;
        let (_, rest) = page.body.split_once("action=\"/committee/motions/").expect("a ballot to open");
        let path = format!("/committee/motions/{}", rest.split('"').next().expect("an end"));
        let opened = chair.sends(&page, &path, &[("meeting", &page.hidden("meeting"))]).await;
        assert_eq!(opened.status, 303, "{}", opened.body);
        let unvoted = chair.0.gets(&format!("{}/close", opened.location)).await;
        assert_eq!(unvoted.status, 409, "{}", unvoted.body);
        assert_eq!(
            house.stage.officer.asks("query($id: ID!) { node(id: $id) { ... on Motion { state } } }", json!({ "id": second })).await["node"]
                ["state"],
            "BALLOTING"
        );
    }
}

/// Votes yes, through the engine.
async fn vote_as(app: &App, address: &str, ballot: &str) {
    let engine = app.engine();
    let person = engine.person_by_email(address).await.expect("answers").expect("a person").id;
    let actor = domain::identity::Actor { person: Some(person), ..domain::identity::Actor::default() };
    let actor = engine.refreshed(&actor).await.expect("an actor");
    let ballot: uuid::Uuid = ballot.parse().expect("an id");
    engine.cast_vote(&engine::Call::by(&actor), ballot.into(), domain::committee::Choice::Yes).await.expect("voted");
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_are_signed_as_they_were_read() {
    for backend in Backend::ALL {
        let house = House::begin(App::with_smtp(backend).await).await;
        let stage = &house.stage;
        let (call, [first, _]) = meeting(&house).await;
        house.invite(&call).await;
        let mut excluded = Walker::with(&stage.app, &house.seats[2].email).await;
        let papers = link(&excluded.sees("/committee/meetings").await, "/committee/meetings/");
        let recusal = link(&excluded.sees(&papers).await, "/committee/applications/");
        let page = excluded.sees(&recusal).await;
        assert_eq!(excluded.sends(&page, &recusal, &[("confirmed", "yes")]).await.status, 303);
        stage.app.at("2019-11-05T16:00:00Z");
        excluded = Walker::with(&stage.app, &house.seats[2].email).await;
        let present: Vec<_> = house.seats.iter().collect();
        let budget = json!({ "year": 2020, "amount": "10000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        for who in &present {
            house.arrives(&call, who).await;
        }

        // The chair opens and closes the meeting in the browser; a member can't.
        let mut chair = Walker::with(&stage.app, &stage.chair.email).await;
        let page = excluded.sees(&papers).await;
        assert_eq!(excluded.sends(&page, &format!("{papers}/open"), &[]).await.status, 403);
        let page = chair.sees(&papers).await;
        assert_eq!(chair.sends(&page, &format!("{papers}/open"), &[]).await.status, 303);
        house.shows_hands(&first, "8:1:1").await;
        let page = chair.sees(&papers).await;
        assert_eq!(chair.sends(&page, &format!("{papers}/close"), &[]).await.status, 303);

        let minutes = link(&chair.sees(&papers).await, "/committee/minutes/");
        let member = Walker::with(&stage.app, &house.seats[1].email).await;
        let page = member.sees(&minutes).await;
        says(&page, &["Noch nicht unterschrieben", "Vorsitz, Schriftführung"]);
        is_silent(&page, &["Chorreise nach Tallinn", "name=\"hash\""]);

        says(&chair.sees("/desk").await, &["Niederschriften, die auf Ihre Unterschrift warten"]);
        let page = chair.sees(&minutes).await;
        says(&page, &["Niederschrift über die Sitzung", "Chorreise nach Tallinn"]);
        let (hash, sign) = (page.hidden("hash"), format!("{minutes}/sign"));
        assert_eq!(chair.sends(&page, &sign, &[("hash", &hash)]).await.status, 422, "without having confirmed");
        let other = "0".repeat(64);
        let changed = chair.sends(&page, &sign, &[("hash", &other), ("confirmed", "yes")]).await;
        assert_eq!(changed.status, 422, "another text than the one that was read");
        let page = chair.sees(&minutes).await;
        let signed = [("hash", hash.as_str()), ("confirmed", "yes")];
        for _ in 0..2 {
            assert_eq!(chair.sends(&page, &sign, &signed).await.location, format!("{minutes}?done=signed"));
        }
        says(&chair.sees(&minutes).await, &["Vera Vorsitz, Vorsitz, am 05.11.2019", "Es fehlt noch Schriftführung"]);
        let mut officer = Walker::with(&stage.app, &stage.officer.email).await;
        let page = officer.sees(&minutes).await;
        assert_eq!(officer.sends(&page, &sign, &signed).await.status, 303);

        let page = member.sees(&minutes).await;
        says(&page, &["unterschrieben", "Chorreise nach Tallinn", "Prüfsumme des Wortlauts", &hash]);
        let page = excluded.sees(&minutes).await;
        says(&page, &["Punkte, bei denen Sie befangen waren, sind hier weggelassen.", "Zweiter Antrag"]);
        is_silent(&page, &["Chorreise nach Tallinn", &hash]);

        let amend = format!("{minutes}/addendum");
        let page = chair.sees(&minutes).await;
        let empty = chair.sends(&page, &amend, &[("text", " ")]).await;
        assert_eq!(empty.status, 422, "{}", empty.body);
        let page = chair.sees(&minutes).await;
        let added = chair.sends(&page, &amend, &[("text", "Ende war 17:30 Uhr."), ("agendaItemId", "")]).await;
        assert_eq!(added.status, 303, "{}", added.body);
        says(&member.sees(&minutes).await, &["Nachtrag 1", "Ende war 17:30 Uhr."]);
        let page = excluded.sees(&minutes).await;
        assert_eq!(excluded.sends(&page, &amend, &[("text", "Nein.")]).await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_in_writing_ends_when_one_objects() {
    for backend in Backend::ALL {
        let house = House::begin(App::with_smtp(backend).await).await;
        let stage = &house.stage;
        let application = stage.admitted().await;
        let motion = house.motion(&application, "2500.00").await;
        let input = json!({ "motionId": motion, "form": "CIRCULAR", "objectionsUntil": "2019-10-04", "votesUntil": "2019-10-08" });
        stage.officer.does("openBallot", input, "ballot { id }").await;
        let mut member = Walker::with(&stage.app, &house.seats[1].email).await;
        let desk = member.sees("/desk").await;
        says(&desk, &["schriftliche Abstimmung bis 08.10.2019"]);
        let ballot = link(&desk, "/committee/ballots/");
        let object = link(&member.sees(&ballot).await, &format!("{ballot}/object"));
        assert_eq!(member.0.gets(&format!("{ballot}/apart")).await.status, 409, "it is voted on by itself");
        assert_eq!(member.0.gets(&format!("{ballot}/other")).await.status, 404);
        let page = member.sees(&object).await;
        assert_eq!(member.sends(&page, &object, &[]).await.status, 422);
        assert_eq!(member.sends(&page, &object, &[("confirmed", "yes")]).await.status, 303);
        says(&member.sees(&ballot).await, &["nach Widerspruch beendet"]);
        assert_eq!(member.sends(&page, &format!("{ballot}/vote"), &[("choice", "yes")]).await.status, 422);

        // Whoever applied sees none of it.
        let applicant = Walker::with(&stage.app, "cora@chor.example").await;
        for path in [ballot.as_str(), &object, "/committee/meetings", "/committee/ballots", "/briefings", "/finance"] {
            let status = applicant.0.gets(path).await.status;
            assert!([403, 404].contains(&status), "{path}: {status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn briefings_are_read_by_city_and_as_often_as_one_chooses() {
    for backend in Backend::ALL {
        let house = House::begin(App::with_smtp(backend).await).await;
        let stage = &house.stage;
        for (city, title, on) in [("tallinn", "Besuch aus Tallinn", "2019-05-02"), ("brest", "Vertrag mit Brest", "2018-06-02")] {
            let input = json!({ "on": on, "cities": [city], "kind": "OTHER", "title": title, "text": "Ein Bericht." });
            stage.officer.does("postBriefing", input, "briefing { id }").await;
        }
        let mut member = Walker::with(&stage.app, &house.seats[1].email).await;
        says(&member.sees("/desk").await, &["Neue Unterrichtungen", "Besuch aus Tallinn"]);
        let page = member.sees("/briefings?city=tallinn").await;
        says(&page, &["Besuch aus Tallinn", "neu"]);
        is_silent(&page, &["Vertrag mit Brest"]);
        is_silent(&member.sees("/briefings?year=2018").await, &["Besuch aus Tallinn"]);
        let read = member
            .sends(&page, "/briefings/read", &[("briefing", &page.hidden("briefing")), ("back", "/briefings?city=tallinn&done=read")])
            .await;
        assert_eq!((read.status, read.location.as_str()), (303, "/briefings?city=tallinn&done=read"));
        is_silent(&member.sees("/briefings?unread=yes").await, &["Besuch aus Tallinn"]);
        let elsewhere = [("briefing", page.hidden("briefing")), ("back", "https://elsewhere.example/".to_owned())];
        let elsewhere: Vec<(&str, &str)> = elsewhere.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(member.sends(&page, "/briefings/read", &elsewhere).await.location, "/briefings");
        assert_eq!(member.sends(&page, "/briefings/digest", &[("frequency", "monthly")]).await.status, 303);
        let page = member.sees("/briefings").await;
        assert!(page.body.contains("value=\"monthly\" checked"), "{}", page.body);
        assert_eq!(member.sends(&page, "/briefings/digest", &[("frequency", "hourly")]).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chair_orders_the_agenda_defers_and_has_several_motions_voted_on_together() {
    for backend in Backend::ALL {
        let house = House::begin(App::with_smtp(backend).await).await;
        let stage = &house.stage;
        let budget = json!({ "year": 2020, "amount": "10000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let (call, _) = meeting(&house).await;
        let third = house.motion(&house.stage.admitted().await, "2500.00").await;
        house.item_on(&call, "Dritter Antrag", &third).await;
        house.invite(&call).await;
        stage.app.at("2019-11-05T16:00:00Z");
        let present: Vec<_> = house.seats.iter().collect();
        house.open(&call, &present).await;

        let mut chair = Walker::with(&stage.app, &stage.chair.email).await;
        let papers = link(&chair.sees("/committee/meetings").await, "/committee/meetings/");
        let page = chair.sees(&papers).await;
        says(&page, &["1. Chorreise nach Tallinn", "2. Zweiter Antrag", "3. Dritter Antrag", "Nach unten", "Gemeinsam abstimmen"]);

        // The first item goes down by one, however often the button is clicked, and then to the end.
        let (before, _) = page.body.split_once(":1\"").expect("a way to the second place");
        let first = before.rsplit('"').next().expect("a beginning").to_owned();
        for place in ["1", "1", "2"] {
            let moved = chair.sends(&page, &format!("{papers}/order"), &[("do", &format!("{first}:{place}"))]).await;
            assert_eq!(moved.status, 303, "{}", moved.body);
        }
        assert_eq!(chair.sends(&page, &format!("{papers}/order"), &[("do", &format!("{first}:3"))]).await.status, 404, "no such place");
        let page = chair.sees(&papers).await;
        says(&page, &["1. Zweiter Antrag", "2. Dritter Antrag", "3. Chorreise nach Tallinn"]);

        // A member is shown no such ways, and has none.
        let mut member = Walker::with(&stage.app, &house.seats[1].email).await;
        let seen = member.sees(&papers).await;
        for hidden in ["/order", "/together", "/defer"] {
            assert!(!seen.body.contains(hidden), "{hidden}");
        }
        assert_eq!(member.0.gets(&format!("{papers}/together")).await.status, 403);
        assert_eq!(member.0.gets(&format!("/committee/items/{first}/defer")).await.status, 403);
        assert_eq!(member.sends(&seen, &format!("{papers}/order"), &[("do", &format!("{first}:0"))]).await.status, 403);

        // Deferred with a reason only.
        let defer = format!("/committee/items/{first}/defer");
        let asked = chair.sees(&defer).await;
        let without = chair.sends(&asked, &defer, &[("reason", "")]).await;
        assert_eq!(without.status, 422, "{}", without.body);
        let deferred = chair.sends(&asked, &defer, &[("reason", "Es fehlen Unterlagen.")]).await;
        assert_eq!((deferred.status, deferred.location), (303, format!("{papers}?done=deferred")), "{}", deferred.body);
        says(&chair.sees(&papers).await, &["Vertagt: Es fehlen Unterlagen."]);
        assert_eq!(chair.0.gets(&defer).await.location, papers, "there is nothing more to defer");

        // The other two are voted on together; one vote counts for both.
        let together = format!("{papers}/together");
        let asked = chair.sees(&together).await;
        says(&asked, &["1. Zweiter Antrag", "2. Dritter Antrag", "Was gilt, wenn das Geld nicht für alle reicht?"]);
        is_silent(&asked, &["Chorreise nach Tallinn"]);
        let none = chair.sends(&asked, &together, &[("purse", "all-or-none")]).await;
        assert_eq!(none.status, 422, "{}", none.body);
        let motions: Vec<&str> = asked.body.split("name=\"motion\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let chosen: Vec<(&str, &str)> = motions.iter().map(|motion| ("motion", *motion)).chain([("purse", "all-or-none")]).collect();
        assert_eq!(chosen.len(), 3);
        for _ in 0..2 {
            let opened = chair.sends(&asked, &together, &chosen).await;
            assert_eq!(opened.status, 303, "{}", opened.body);
            let ballot = opened.location;
            let page = member.sees(&ballot).await;
            says(&page, &["Gemeinsame Abstimmung", "Ihre Stimme zählt für jeden von ihnen"]);
        }
        says(&chair.sees(&together).await, &["keinen Punkt, über den abgestimmt werden kann"]);
        is_silent(&chair.sees(&papers).await, &["Gemeinsam abstimmen"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn items_on_one_application_have_their_papers_each() {
    for backend in Backend::ALL {
        let house = House::begin(App::with_smtp(backend).await).await;
        let stage = &house.stage;
        let application = stage.admitted().await;
        let motion = house.motion(&application, "2500.00").await;
        let call = house.meeting("2019-11-05").await;
        let debate = json!({ "meetingId": call, "publicity": "PUBLIC", "title": "Aussprache", "applicationId": application });
        stage.officer.does("addAgendaItem", debate, "agendaItem { id }").await;
        house.item_on(&call, "Beschluss", &motion).await;
        house.invite(&call).await;
        stage.app.at("2019-11-05T16:00:00Z");
        house.open(&call, &house.seats.iter().collect::<Vec<_>>()).await;
        house.ballot(&motion).await;
        let member = Walker::with(&stage.app, &house.seats[1].email).await;
        let papers = link(&member.sees("/committee/meetings").await, "/committee/meetings/");
        let page = member.sees(&papers).await;
        let (debate, decision) = page.body.split_once("2. Beschluss</h2>").expect("a second item");
        let (_, debate) = debate.split_once("1. Aussprache</h2>").expect("a first item");
        for (item, has_ballot) in [(debate, false), (decision, true)] {
            assert!(item.contains("SP-2020-001") && item.contains("Kosten zusammen"), "{item}");
            assert_eq!((item.contains("/committee/ballots/"), item.contains("class=\"motion\"")), (has_ballot, has_ballot), "{item}");
        }
    }
}
