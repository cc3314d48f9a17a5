//! Briefings and digests: posted by the office, read by the committee, told by e-mail as often as each member chooses, and once.

use serde_json::{Value, json};
use testkit::{App, Backend};

use crate::stage::{Stage, id};

fn news(on: &str, cities: &[&str], title: &str) -> Value {
    json!({ "on": on, "cities": cities, "kind": "DELEGATION", "title": title, "text": "Die Stadt hat Besuch.", "paper": "0063/2020" })
}

#[tokio::test(flavor = "multi_thread")]
async fn briefings_are_read_by_city_and_year_corrected_and_withdrawn() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::start(backend).await).await;
        let (officer, chair) = (&stage.officer, &stage.chair);
        let post = async |input| id(&officer.does("postBriefing", input, "briefing { id }").await["briefing"]["id"]);
        let later = post(news("2019-09-02", &["brest"], "Später")).await;
        let first = post(news("2019-05-04", &["aarhus", "brest"], "Zuerst")).await;
        post(news("2018-12-31", &["brest"], "Vorjahr")).await;

        let list = async |filter: Value| -> Vec<String> {
            let query = "query($filter: BriefingFilter) { briefings(filter: $filter, first: 10) { totalCount nodes { title } } }";
            let found = chair.asks(query, json!({ "filter": filter })).await["briefings"]["nodes"].clone();
            found.as_array().expect("nodes").iter().map(|node| id(&node["title"])).collect()
        };
        assert_eq!(list(json!({})).await, ["Vorjahr", "Zuerst", "Später"], "by the day that they tell of");
        assert_eq!(list(json!({ "city": "brest", "year": 2019 })).await, ["Zuerst", "Später"]);
        assert_eq!(list(json!({ "city": "aarhus" })).await, ["Zuerst"]);
        assert_eq!(list(json!({ "kind": "AGREEMENT" })).await, [""; 0]);

        // Read and unread, each for themselves.
        let unread = async || chair.asks("{ viewer { unreadBriefings desk { unreadBriefings } } }", json!({})).await["viewer"].clone();
        assert_eq!(unread().await, json!({ "unreadBriefings": 3, "desk": { "unreadBriefings": 3 } }));
        let input = json!({ "briefingIds": [first, first] });
        for _ in 0..2 {
            let marked = chair.does("markBriefingsRead", input.clone(), "viewer { unreadBriefings }").await;
            assert_eq!(marked["viewer"]["unreadBriefings"], 2);
        }
        assert_eq!(list(json!({ "unread": true })).await, ["Vorjahr", "Später"]);

        // Corrected: it moves to its day, and the record knows what it said.
        let with_id = |mut input: Value| {
            input["briefingId"] = json!(later);
            input
        };
        let correction = with_id(news("2019-01-02", &["tallinn"], "Berichtigt"));
        officer.does("correctBriefing", correction, "briefing { version }").await;
        assert_eq!(list(json!({ "year": 2019 })).await, ["Berichtigt", "Zuerst"]);
        assert_eq!(list(json!({ "city": "brest", "year": 2019 })).await, ["Zuerst"]);
        let mut outdated = with_id(news("2019-01-02", &["tallinn"], "Zu spät"));
        outdated["expectedVersion"] = json!(1);
        assert_eq!(officer.mutates("correctBriefing", outdated, "briefing { id }").await.codes(), ["CONFLICT"]);

        // Withdrawn: for the committee there is no such briefing any more.
        assert_eq!(officer.is_refused("withdrawBriefing", json!({ "briefingId": later, "reason": " " })).await, ["R2 reason"]);
        officer.does("withdrawBriefing", json!({ "briefingId": later, "reason": "Doppelt." }), "briefing { state }").await;
        let query = "query($id: ID!) { briefing(id: $id) { withdrawalReason } }";
        assert_eq!(chair.asks(query, json!({ "id": later })).await["briefing"], Value::Null);
        assert_eq!(officer.asks(query, json!({ "id": later })).await["briefing"]["withdrawalReason"], "Doppelt.");
        assert_eq!(unread().await["unreadBriefings"], 1);
        assert_eq!(list(json!({ "year": 2019 })).await, ["Zuerst"]);
        let read = json!({ "briefingIds": [later] });
        assert_eq!(chair.mutates("markBriefingsRead", read, "viewer { id }").await.codes(), ["NOT_FOUND"]);

        let wrong = json!({ "on": "1999-12-31", "cities": ["atlantis", "brest", "brest"], "kind": "OTHER", "title": "", "text": "" });
        let refused = officer.is_refused("postBriefing", wrong).await;
        assert_eq!(refused, ["- on", "R5 cities[0]", "- cities[2]", "R2 title", "R2 text"], "all at once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_member_is_told_once_as_often_as_they_chose_and_never_of_nothing() {
    for backend in Backend::ALL {
        let app = App::with_smtp(backend).await;
        app.at("2019-06-03T08:00:00Z");
        let mut members = Vec::new();
        for frequency in ["AT_ONCE", "WEEKLY", "MONTHLY", "NEVER"] {
            let address = format!("{}@rat.example", frequency.to_lowercase());
            let member = app.person(frequency, &address, "de", &["member"]).await;
            member.does("chooseDigest", json!({ "frequency": frequency }), "viewer { digest }").await;
            members.push(address);
        }
        let officer = app.person("Sina", "sachbearbeitung@stadt.example", "de", &["case-officer"]).await;
        let finance = app.person("Fina", "kasse@stadt.example", "de", &["finance"]).await;
        let digests = async || {
            let sent = app.engine().send_digests().await.expect("looks");
            app.deliver_mail().await;
            let all = app.mailbox().received();
            let told = |address: &String| all.iter().filter(|mail| mail.to == *address && mail.subject.starts_with("Neues aus")).count();
            (sent, members.iter().map(told).collect::<Vec<_>>())
        };
        assert_eq!(digests().await, (0, vec![0, 0, 0, 0]), "nothing is new");

        app.at("2019-06-05T10:00:00Z");
        officer.does("postBriefing", news("2019-06-04", &["tallinn"], "Besuch aus Tallinn"), "briefing { id }").await;
        let budget = json!({ "year": 2020, "amount": "150000.00", "resolution": "Drs. 1/2019" });
        finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        app.at("2019-06-05T10:01:00Z");
        assert_eq!(digests().await, (1, vec![1, 0, 0, 0]));
        assert_eq!(digests().await, (0, vec![1, 0, 0, 0]), "once");
        app.at("2019-06-09T21:59:59Z");
        assert_eq!(digests().await, (0, vec![1, 0, 0, 0]), "the week is not over in Berlin");
        app.at("2019-06-09T22:00:00Z");
        assert_eq!(digests().await, (1, vec![1, 1, 0, 0]));
        app.at("2019-06-16T22:00:00Z");
        assert_eq!(digests().await, (0, vec![1, 1, 0, 0]), "nothing new in the second week");
        app.at("2019-06-30T22:00:00Z");
        assert_eq!(digests().await, (1, vec![1, 1, 1, 0]));
        let all = app.mailbox().received();
        for text in all.iter().filter(|mail| mail.subject.starts_with("Neues aus")).map(|mail| mail.text.as_deref().unwrap_or_default()) {
            assert!(text.contains("Besuch aus Tallinn") && text.contains("150.000,00"), "{text}");
        }
    }
}
