//! What-ifs, awards, the waiting list, briefings and e-mail.

use serde_json::json;
use testkit::Backend;

use super::{Officer, SINA, begin, date, errors, is_silent, last, says, with, words};
use crate::portal::in_address;
use crate::stage::{Stage, id};

async fn appropriate(stage: &Stage, amount: &str) {
    let budget = json!({ "year": 2020, "amount": amount, "resolution": "Drs. 1" });
    stage.finance.does("appropriateBudget", budget, "budgetYear { id }").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_what_if_is_tried_saved_compared_and_put() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        appropriate(&stage, "6000.00").await;
        says(
            &officer.sees(&format!("/office/what-ifs/new?round={}", in_address(&stage.round))).await,
            &["In dieser Förderrunde ist noch kein Antrag zugelassen."],
        );
        let (one, two, three) = (stage.admitted().await, stage.admitted().await, stage.admitted().await);
        let proposal = format!("/office/applications/{}/proposal", in_address(&one));
        officer.does(&proposal, &proposal, &[("kind", "award"), ("amount", "2.500"), ("reasons", "Kleine Gruppe.")]).await;

        let new = format!("/office/what-ifs/new?round={}", in_address(&stage.round));
        let shown = officer.sees(&new).await;
        assert!(shown.body.contains("name=\"lines[0].amount\"") && shown.body.contains("value=\"2.500,00\""), "{}", words(&shown));
        says(
            &shown,
            &[
                "Jetzt verfügbar 6.000,00 €",
                "Bewilligt würden 5.000,00 €",
                "Auf die Nachrückliste kämen 2.500,00 €",
                "Bei SP-2020-003",
                "Tallinn 2 5.000,00 €",
            ],
        );
        let to = "/office/what-ifs";
        // What can't be read or is against the rules stands at its line; nothing is saved.
        let name = ("name", "Alle ganz");
        let kinds = [("lines[0].kind", "award"), ("lines[1].kind", "award"), ("lines[2].kind", "")];
        let fields = |amounts: [&'static str; 2], deed: &'static str| {
            let amounts = [("lines[0].amount", amounts[0]), ("lines[1].amount", amounts[1]), ("lines[2].amount", "")];
            kinds.into_iter().chain(amounts).chain([name, ("do", deed)]).collect::<Vec<_>>()
        };
        let unreadable = officer.sends_seen(&shown, to, &fields(["1.5", "2.500"], "save")).await;
        assert!(unreadable.status == 422 && errors(&unreadable).contains("#lines[0].amount"), "{}", errors(&unreadable));
        assert!(unreadable.body.contains("value=\"1.5\"") && unreadable.body.contains("value=\"Alle ganz\""));
        let none = officer.sends_seen(&shown, to, &fields(["2.500", ""], "save")).await;
        assert!(none.status == 422 && errors(&none).contains("#lines[1].amount"), "{}", errors(&none));
        let tried = officer.sends_seen(&shown, to, &fields(["2.500,01", "2.500"], "try")).await;
        assert_eq!(tried.status, 200, "{}", errors(&tried));
        says(&tried, &["So nicht möglich", "Bewilligt würden 2.500,00 €", "Nicht dabei"]);
        assert!(!officer.sees(to).await.body.contains("Alle ganz"), "to try saves nothing");

        // The order of the lines is that of their places; a double click saves one.
        let mut turned = fields(["2.500", "2.500"], "save");
        turned.extend([("lines[0].place", "9"), ("lines[1].place", "1")]);
        let (first, second) = (officer.sends_seen(&shown, to, &turned).await, officer.sends_seen(&shown, to, &turned).await);
        assert_eq!((first.status, &first.location), (303, &second.location), "{}", errors(&first));
        let saved = officer.sees(&first.location).await;
        let order = words(&saved);
        assert!(order.find("SP-2020-002") < order.find("SP-2020-001") && order.contains("Es reicht für alle."), "{order}");
        let path = first.location.split('?').next().expect("a path").to_owned();

        let other = officer.sees(&new).await;
        let fields = [
            ("name", "Mit dem dritten"),
            ("lines[0].kind", "reject"),
            ("lines[0].amount", "1.500"),
            ("lines[1].kind", "defer"),
            ("lines[2].kind", "award"),
            ("lines[2].amount", "2.500"),
            ("do", "save"),
        ];
        let other = officer.sends_seen(&other, to, &fields).await;
        assert_eq!(other.status, 303, "to reject takes no amount, whatever stands there: {}", errors(&other));
        let other = other.location.split('?').next().expect("a path").to_owned();
        let compare = format!("/office/what-ifs/compare?what-if={}&what-if={}", last(&path), last(&other));
        says(&officer.sees(&compare).await, &["Alle ganz", "Mit dem dritten", "Bewilligt würden 5.000,00 € 2.500,00 €", "Ablehnen"]);
        says(&officer.sees(&format!("/office/what-ifs/compare?what-if={}", last(&path))).await, &["Wählen Sie zwei Planspiele aus."]);

        // An application on which there is a motion already keeps all of it back.
        let form = format!("/office/applications/{}/motion", in_address(&two));
        let motion = last(&officer.does(&form, &form, &[("kind", "defer")]).await.location);
        let refused = officer.sends(&path, &format!("{path}/put"), &[]).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        officer.does(&format!("/office/motions/{motion}"), &format!("/office/motions/{motion}/withdraw"), &[]).await;
        let put = officer.does(&path, &format!("{path}/put"), &[]).await;
        says(&put, &["Alle Zeilen sind als Beschlussvorschläge eingebracht.", "Bewilligen: 2.500,00 €"]);
        is_silent(&put, &["Durchrechnen", "Verwerfen"]);
        says(&officer.sees("/office/motions").await, &["SP-2020-001", "SP-2020-002"]);
        let discarded = officer.does(&other, &format!("{other}/discard"), &[]).await;
        is_silent(&discarded, &["Mit dem dritten"]);

        // An award without an amount is asked for it, and what is no what-if is none.
        let without = officer.sends(&new, to, &[("lines[0].kind", "award"), ("do", "try")]).await;
        assert_eq!(without.status, 422, "{}", without.body);
        assert_eq!(officer.0.gets(&format!("/office/what-ifs/{}", in_address(&three))).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn awards_are_notified_extended_together_objected_to_and_revoked() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        appropriate(&stage, "150000.00").await;
        let mut awards = Vec::new();
        for _ in 0..2 {
            let application = stage.admitted().await;
            let ballot = stage.ballot(&application).await;
            stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
            let found = stage.officer.asks("query($id: ID!) { application(id: $id) { award { id } } }", json!({ "id": application })).await;
            awards.push(id(&found["application"]["award"]["id"]));
        }
        says(&officer.sees("/office").await, &["2 Bescheide zu versenden", "0 Annahmen überfällig"]);
        let path = format!("/office/awards/{}", in_address(&awards[0]));
        let notify = format!("{path}/notify");
        let ahead = [date("dispatchedOn", ["2", "10", "2019"])];
        let wrong = officer.sends(&notify, &notify, &with(&[], &ahead)).await;
        assert!(wrong.status == 422 && errors(&wrong).contains("#dispatchedOn"), "{}", errors(&wrong));
        let today = [date("dispatchedOn", ["1", "10", "2019"])];
        says(
            &officer.does(&notify, &notify, &with(&[], &today)).await,
            &["Der Bescheid ist vermerkt.", "Wartet auf Annahme", "Bescheid versandt am 01.10.2019"],
        );
        assert_eq!(officer.0.gets(&notify).await.location, path);

        let extending = format!("/office/awards/extend?award={}&award={}", in_address(&awards[0]), in_address(&awards[1]));
        let to = "/office/awards/extend";
        let far = [date("until", ["30", "6", "2022"])];
        let unresolved = officer.sends(&extending, to, &with(&[("resolution", "")], &far)).await;
        assert!(unresolved.status == 422 && errors(&unresolved).contains("#resolution"), "{}", errors(&unresolved));
        assert!(unresolved.body.matches("name=\"award\"").count() == 2 && unresolved.body.contains("value=\"2022\""));
        let page = officer.sees(&extending).await;
        let fields = with(&[("resolution", "0063/2020")], &far);
        let (first, second) = (officer.sends_seen(&page, to, &fields).await, officer.sends_seen(&page, to, &fields).await);
        assert_eq!((first.status, second.status), (303, 303), "{}", errors(&first));
        let list = words(&officer.sees(&first.location).await);
        assert_eq!(list.matches("01.06.2020 bis 30.06.2022").count(), 2, "{list}");

        says(&officer.does(&path, &format!("{path}/objection"), &[]).await, &["Der Widerspruch ist vermerkt."]);
        says(
            &officer.does(&path, &format!("{path}/settle"), &[]).await,
            &["Der Widerspruch ist erledigt.", "Bestandskräftig ab 01.10.2019"],
        );
        stage.app.at("2019-12-01T10:00:00Z");
        let mut officer = Officer(stage.app.signed_in(SINA).await);
        says(&officer.sees("/office").await, &["1 Bescheide zu versenden", "1 Annahmen überfällig"]);
        says(&officer.sees("/office/awards?state=overdue").await, &["1 gefunden", "Annahme überfällig", "SP-2020-001"]);
        let revoke = format!("{path}/revoke");
        let unsure = officer.sends(&revoke, &revoke, &[("reason", "Das Projekt findet nicht statt.")]).await;
        assert!(errors(&unsure).contains("#confirmed") && unsure.body.contains(">Das Projekt findet nicht statt.<"), "{}", errors(&unsure));
        let done = officer.does(&revoke, &revoke, &[("reason", "Das Projekt findet nicht statt."), ("confirmed", "yes")]).await;
        says(&done, &["Die Bewilligung ist widerrufen.", "Wieder frei 2.500,00 €"]);
        assert_eq!(officer.0.gets("/office/awards/00000000-0000-7000-8000-000000000000").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_waiting_list_is_served_in_order_and_passed_over_with_a_reason() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        says(&officer.sees("/office/waiting-list").await, &["Es gibt noch kein Haushaltsjahr."]);
        appropriate(&stage, "100.00").await;
        for _ in 0..2 {
            let application = stage.admitted().await;
            let ballot = stage.ballot(&application).await;
            stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        }
        let list = "/office/waiting-list?year=2020";
        is_silent(&officer.sees(list).await, &["Das Geld reicht"]);
        let more = json!({ "year": 2020, "amount": "2500.00", "resolution": "Drs. 2" });
        stage.finance.does("increaseBudget", more, "budgetYear { id }").await;
        let offered = officer.sees(list).await;
        says(&offered, &["2020 verfügbar: 2.600,00 €", "Das Geld reicht"]);
        let place = offered.body.split("/office/waiting-list/").nth(1).expect("a form").split('/').next().expect("an id").to_owned();
        let skip = format!("/office/waiting-list/{place}/skip");
        let field = format!("reason-{place}");
        let without = officer.sends(list, &skip, &[(&field, " ")]).await;
        assert!(without.status == 422 && errors(&without).contains(&format!("#{field}")), "{}", errors(&without));
        let skipped = officer.does(list, &skip, &[(&field, "Der Verein bat darum.")]).await;
        says(&skipped, &["Der Platz ist übergangen.", "Übergangen", "Der Verein bat darum.", "Das Geld reicht"]);
        let next = skipped.body.split("/office/waiting-list/").nth(1).expect("a form").split('/').next().expect("an id").to_owned();
        assert_ne!(next, place);
        let serve = format!("/office/waiting-list/{next}/serve");
        let page = officer.sees(list).await;
        let (first, second) = (officer.sends_seen(&page, &serve, &[]).await, officer.sends_seen(&page, &serve, &[]).await);
        assert_eq!((first.status, &first.location), (303, &second.location), "{}", errors(&first));
        says(&officer.sees(&first.location).await, &["Das Geld ist bewilligt.", "Bewilligung zu SP-2020-002", "2.500,00 €"]);
        says(&officer.sees(list).await, &["Nachgerückt", "2020 verfügbar: 100,00 €"]);
        let token = officer.0.gets("/account").await.hidden("form-token");
        let again = officer.0.posts(&serve, &[("form-token", &token)]).await;
        assert_eq!(again.status, 422, "it was served: {}", again.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn briefings_are_posted_corrected_and_withdrawn() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        let new = "/office/briefings/new";
        let on = [date("on", ["24", "9", "2019"])];
        let empty = officer.sends(new, new, &[("headline", ""), ("text", "Eine Delegation")]).await;
        assert!(
            empty.status == 422 && errors(&empty).contains("#on") && errors(&empty).contains("Wählen Sie die Art aus."),
            "{}",
            errors(&empty)
        );
        let more = officer.sends(new, new, &with(&[("kind", "delegation"), ("headline", " "), ("text", "")], &on)).await;
        for expected in ["Geben Sie die Überschrift ein.", "Schreiben Sie, was zu berichten ist.", "#cities"] {
            assert!(errors(&more).contains(expected), "{expected}: {}", errors(&more));
        }
        let fields = [
            ("kind", "delegation"),
            ("headline", "Besuch aus Gdynia"),
            ("text", "Zwölf Menschen."),
            ("cities", "gdynia"),
            ("paper", "0063/2020"),
        ];
        let page = officer.sees(new).await;
        let fields = with(&fields, &on);
        let (first, second) = (officer.sends_seen(&page, new, &fields).await, officer.sends_seen(&page, new, &fields).await);
        assert_eq!((first.status, second.status), (303, 303), "{}", errors(&first));
        let list = officer.sees(&first.location).await;
        says(&list, &["Die Unterrichtung ist veröffentlicht.", "1 gefunden", "Besuch aus Gdynia", "24.09.2019", "Delegation"]);
        says(&officer.sees("/office/briefings?city=tallinn").await, &["0 gefunden"]);
        says(&officer.sees("/office/briefings?city=gdynia&year=2019&kind=delegation").await, &["1 gefunden"]);
        let id =
            list.body.split("href=\"/office/briefings/").find(|rest| !rest.starts_with("new") && !rest.starts_with('<')).expect("a link");
        let path = format!("/office/briefings/{}", id.split('"').next().expect("an id"));
        let shown = officer.sees(&path).await;
        assert!(shown.body.contains("value=\"Besuch aus Gdynia\"") && shown.body.contains("value=\"gdynia\" checked"), "{}", words(&shown));
        let corrected: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| if *name == "headline" { (*name, "Besuch aus Gdingen") } else { (*name, *value) }).collect();
        says(&officer.does(&path, &path, &corrected).await, &["Die Unterrichtung ist berichtigt."]);
        let outdated = officer.sends_seen(&shown, &path, &corrected).await;
        assert!(outdated.status == 303 || outdated.status == 409, "{}", outdated.status);
        let withdraw = format!("{path}/withdraw");
        let why = officer.sends(&withdraw, &withdraw, &[("reason", "")]).await;
        assert!(why.status == 422 && errors(&why).contains("#reason"), "{}", errors(&why));
        says(&officer.does(&withdraw, &withdraw, &[("reason", "Der Besuch fällt aus.")]).await, &["Zurückgezogen", "Besuch aus Gdingen"]);
        says(&officer.sees(&path).await, &["Der Besuch fällt aus."]);
        assert_eq!(officer.0.gets(&withdraw).await.location, path);
        drop(stage);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_sent_is_seen_and_sent_again() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        // Somebody whose mail server refuses everything.
        stage.joins("Nils Nie", "reject-550+nie@verein.example", "READER").await;
        let application = stage.draft().await;
        stage.applicant.does("submitApplication", json!({ "applicationId": application }), "application { id }").await;
        says(&officer.sees("/office/messages").await, &["Antrag eingegangen", "Cora Chor", "Nils Nie"]);
        stage.app.deliver_mail().await;
        says(&officer.sees("/office/messages?state=sent").await, &["Gesendet", "Antrag eingegangen", "Cora Chor"]);
        let list = "/office/messages?state=dead";
        let dead = officer.sees(list).await;
        says(&dead, &["Nils Nie", "Aufgegeben: 01.10.2019", "550"]);
        let resend = dead.body.split("action=\"/office/messages/").nth(1).expect("a form").split('/').next().expect("an id").to_owned();
        let resend = format!("/office/messages/{resend}/resend");
        let (first, second) = (officer.sends_seen(&dead, &resend, &[]).await, officer.sends_seen(&dead, &resend, &[]).await);
        assert_eq!((first.status, second.status), (303, 303));
        says(&officer.sees(&first.location).await, &["Die E-Mail wird noch einmal gesendet."]);
        stage.app.deliver_mail().await;
        says(&officer.sees(list).await, &["Nicht zugestellt 2", "Nils Nie", "550"]);
        let token = officer.0.gets("/account").await.hidden("form-token");
        let nothing = officer.0.posts("/office/messages/00000000-0000-7000-8000-000000000000/resend", &[("form-token", &token)]).await;
        assert_eq!(nothing.status, 404);
    }
}
