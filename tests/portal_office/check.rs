//! The inbox and an application's file.

use serde_json::json;
use testkit::Backend;

use super::{begin, date, errors, is_silent, says, with, words};
use crate::portal::in_address;
use crate::stage::{Stage, id};

/// A submitted application.
/// The page that admits those applications, by their ids in the API.
fn chosen(applications: &[&String]) -> String {
    let chosen: String =
        applications.iter().map(|application| format!("&application={}", in_address(application))).collect::<Vec<_>>().concat();
    format!("/office/applications/chosen?do=admit{chosen}")
}

async fn submitted(stage: &Stage) -> String {
    let application = stage.draft().await;
    stage.applicant.does("submitApplication", json!({ "applicationId": application }), "application { id }").await;
    application
}

/// Everything under `/office` that there is without an id.
const LISTS: [&str; 12] = [
    "/office",
    "/office/applications",
    "/office/motions",
    "/office/ballots",
    "/office/meetings",
    "/office/meetings/new",
    "/office/what-ifs",
    "/office/awards",
    "/office/waiting-list",
    "/office/briefings",
    "/office/briefings/new",
    "/office/messages",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_office_is_there_for_the_office_alone() {
    for backend in Backend::ALL {
        let (stage, officer) = begin(backend).await;
        let application = submitted(&stage).await;
        let file = format!("/office/applications/{}", in_address(&application));
        let pages: Vec<&str> = LISTS.iter().copied().chain([file.as_str()]).collect();
        for address in ["cora@chor.example", "kasse@stadt.example", "vorsitz@stadt.example"] {
            let mut other = stage.app.signed_in(address).await;
            for page in &pages {
                assert_eq!(other.gets(page).await.status, 404, "{address} {page}");
            }
            let token = other.gets("/account").await.hidden("form-token");
            let admitted = other.posts(&format!("{file}/admit"), &[("form-token", &token)]).await;
            assert_eq!(admitted.status, 404, "{address}");
            assert!(!other.gets("/account").await.body.contains("href=\"/office\""), "{address}");
        }
        for page in &pages {
            officer.sees(page).await;
            assert_eq!(testkit::Browser::at(&stage.app).gets(page).await.location, "/sign-in", "{page}");
        }
        let nowhere = "/office/applications/00000000-0000-7000-8000-000000000000";
        assert_eq!(officer.0.gets(nowhere).await.status, 404);
        assert_eq!(officer.0.gets("/office/applications/x").await.status, 404);
        assert_eq!(officer.0.gets("/office/applications?round=x").await.status, 404);
        // What else stands in the address is no reason to fail.
        for odd in ["?after=x", "?before=5&order=newest", "?state=%27&city=%25&q=%25_%5C%27", "?after=00000000-0000-7000-8000-000000000000"]
        {
            for list in [
                "/office/applications",
                "/office/motions",
                "/office/waiting-list",
                "/office/briefings",
                "/office/messages",
                "/office/awards",
            ] {
                officer.sees(&format!("{list}{odd}")).await;
            }
        }
        let file = stage.officer.asks("query($id: ID!) { application(id: $id) { state } }", json!({ "id": application })).await;
        assert_eq!(file["application"]["state"], "SUBMITTED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_is_filtered_by_its_address_and_paged() {
    for backend in Backend::ALL {
        let (stage, officer) = begin(backend).await;
        for _ in 0..3 {
            submitted(&stage).await;
        }
        let mut form = Stage::form();
        form["title"] = json!("Ölbilder für Gdynia 100 %");
        form["cities"] = json!(["gdynia", "tallinn"]);
        let other = stage.draft().await;
        stage.applicant.does("saveDraft", json!({ "applicationId": other, "form": form }), "application { id }").await;
        stage.applicant.does("submitApplication", json!({ "applicationId": other }), "application { id }").await;
        stage.officer.does("admitApplication", json!({ "applicationId": other }), "application { id }").await;
        stage.draft().await;

        says(
            &officer.sees("/office/applications").await,
            &["5 gefunden", "Zu prüfen 3", "Zugelassen 1", "Entwurf 1", "SP-2020-001", "Entwurf ohne Nummer"],
        );
        for (query, found) in [
            ("state=submitted", 3),
            ("state=admitted", 1),
            ("city=gdynia", 1),
            ("city=tallinn", 5),
            ("city=tallinn&state=submitted", 3),
            ("city=nowhere", 0),
            ("q=SP-2020-002", 1),
            ("q=%C3%96lbilder", 1),
            ("q=lbilder", 1),
            ("q=musterKLANG", 5),
            ("q=100+%25", 1),
            ("q=_", 0),
            ("q=%5C", 0),
            ("q=%27", 0),
        ] {
            says(&officer.sees(&format!("/office/applications?{query}")).await, &[&format!("{found} gefunden")]);
        }
        let round = format!("/office/applications?round={}", in_address(&stage.round));
        says(&officer.sees(&round).await, &["5 gefunden"]);
        let newest = words(&officer.sees("/office/applications?order=newest").await);
        assert!(newest.find("SP-2020-004") < newest.find("SP-2020-001"), "{newest}");

        // More than one page: each thing is on exactly one of them, in either order, and back again.
        for _ in 0..24 {
            submitted(&stage).await;
        }
        for order in ["oldest", "newest"] {
            let first = officer.sees(&format!("/office/applications?order={order}")).await;
            let next = link(&first.body, "next");
            let second = officer.sees(&next).await;
            let numbers = |body: &str| (1..=28).filter(|number| body.contains(&format!(">SP-2020-{number:03}<"))).collect::<Vec<u32>>();
            let mut all = numbers(&first.body);
            assert!(all.len() >= 24 && !first.body.contains("rel=\"prev\""), "{order}: {all:?}");
            all.extend(numbers(&second.body));
            all.sort_unstable();
            assert_eq!(all, (1..=28).collect::<Vec<u32>>(), "{order}");
            assert!(next.contains("after=") == (order == "oldest"), "{next}");
            let back = officer.sees(&link(&second.body, "prev")).await;
            assert_eq!(numbers(&back.body), numbers(&first.body), "{order}");
        }
    }
}

/// Where a list goes on.
fn link(body: &str, rel: &str) -> String {
    let (_, rest) = body.split_once(&format!("rel=\"{rel}\" href=\"")).unwrap_or_else(|| panic!("no link {rel}"));
    rest.split('"').next().unwrap_or_default().replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_admitted_after_a_look_at_them_and_once() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        let (one, two, three) = (submitted(&stage).await, submitted(&stage).await, submitted(&stage).await);
        stage.officer.does("admitApplication", json!({ "applicationId": three }), "application { id }").await;
        let preview = chosen(&[&one, &two, &three]);
        let shown = officer.sees(&preview).await;
        says(&shown, &["2 zulassen", "Diese bleiben, wie sie sind", "Keine Beanstandung"]);
        let stands = async |application: &str| {
            let found = stage.officer.asks("query($id: ID!) { application(id: $id) { state } }", json!({ "id": application })).await;
            id(&found["application"]["state"])
        };
        assert_eq!(stands(&one).await, "SUBMITTED", "to look changes nothing");
        let to = "/office/applications/chosen/admit";
        let (first, second) = (officer.sends_seen(&shown, to, &[]).await, officer.sends_seen(&shown, to, &[]).await);
        assert_eq!((first.status, second.status), (303, 303), "{}", errors(&second));
        says(&officer.sees(&first.location).await, &["Zugelassen. Die Antragsteller*innen bekommen eine E-Mail.", "3 gefunden"]);
        assert_eq!((stands(&one).await.as_str(), stands(&two).await.as_str()), ("ADMITTED", "ADMITTED"));
        let digest = stage.app.mail_digest().await;
        assert_eq!(digest.matches("cora@chor.example").count(), 6, "received and admitted, three times each: {digest}");

        // One that is admitted meanwhile keeps all of them as they are.
        let (four, five) = (submitted(&stage).await, submitted(&stage).await);
        let shown = officer.sees(&chosen(&[&four, &five])).await;
        stage.officer.does("admitApplication", json!({ "applicationId": five }), "application { id }").await;
        let refused = officer.sends_seen(&shown, to, &[]).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        says(&refused, &["1 zulassen"]);
        assert_eq!(stands(&four).await, "SUBMITTED", "all or none");
        let none = officer.sees(&chosen(&[&five])).await;
        says(&none, &["Keiner der ausgewählten Anträge kann jetzt zugelassen werden."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_checked_sent_back_compared_and_admitted() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        let application = submitted(&stage).await;
        let file = format!("/office/applications/{}", in_address(&application));
        says(&officer.sees(&file).await, &["Der Antrag hält alle Regeln ein.", "Regel 12", "Fähre", "Begegnung", "Chor Musterklang e. V."]);

        let changes = format!("{file}/changes");
        let nothing = officer.sends(&changes, &changes, &[("remark", "Bitte um Hotel")]).await;
        assert_eq!(nothing.status, 422);
        assert!(errors(&nothing).contains("#due") && nothing.body.contains(">Bitte um Hotel<"), "{}", nothing.body);
        let day = [date("due", ["20", "10", "2019"])];
        let no_field = officer.sends(&changes, &changes, &with(&[("remark", "Nennen Sie das Hotel.")], &day)).await;
        assert!(errors(&no_field).contains("Wählen Sie mindestens eine Angabe aus."), "{}", errors(&no_field));
        let past = [date("due", ["1", "10", "2019"])];
        let fields = [("fields", "title"), ("fields", "costLines"), ("remark", "Nennen Sie das Hotel.")];
        let early = officer.sends(&changes, &changes, &with(&fields, &past)).await;
        assert!(errors(&early).contains("#due") && early.body.contains("value=\"costLines\" checked"), "{}", early.body);
        let sent = officer.does(&changes, &changes, &with(&fields, &day)).await;
        says(&sent, &["Die Nachforderung ist verschickt.", "Nachforderung offen bis 20.10.2019", "Nennen Sie das Hotel."]);
        is_silent(&sent, &["Änderungen nachfordern"]);
        assert_eq!(officer.0.gets(&changes).await.location, file, "it was asked for already");

        let mut form = Stage::form();
        form["title"] = json!("Chorreise, zweite Fassung");
        stage.applicant.does("saveDraft", json!({ "applicationId": application, "form": form }), "application { id }").await;
        stage.applicant.does("submitApplication", json!({ "applicationId": application }), "application { id }").await;
        let versions = words(&officer.sees(&format!("{file}/versions")).await);
        let title = versions.find("Titel Geändert Chorreise Chorreise, zweite Fassung");
        assert!(title.is_some() && versions.contains("Fassung 1 vom 01.10.2019, Cora Chor"), "{versions}");
        says(&officer.sees(&format!("{file}/versions?left=1&right=1")).await, &["Titel Unverändert"]);
        says(&officer.sees(&format!("{file}/history")).await, &["Die Verwaltung bittet um Änderungen", "Nennen Sie das Hotel."]);

        // A double click admits once; a refusal afterwards is refused.
        let page = officer.sees(&file).await;
        let (first, second) = (
            officer.sends_seen(&page, &format!("{file}/admit"), &[]).await,
            officer.sends_seen(&page, &format!("{file}/admit"), &[]).await,
        );
        assert_eq!((first.status, second.status), (303, 303));
        assert_eq!(officer.0.gets(&format!("{file}/refuse")).await.location, file);
        says(&officer.sees(&format!("{file}?done=nothing")).await, &["Zugelassen", "Es ist noch keiner vorbereitet."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_late_submissions_and_early_starts_need_a_reason() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        let (refused, early, late) = (submitted(&stage).await, submitted(&stage).await, stage.draft().await);
        let path = |application: &str, step: &str| format!("/office/applications/{}/{step}", in_address(application));
        let refuse = path(&refused, "refuse");
        let without = officer.sends(&refuse, &refuse, &[("reason", "  ")]).await;
        assert!(without.status == 422 && errors(&without).contains("Geben Sie die Begründung ein."), "{}", errors(&without));
        let done = officer.does(&refuse, &refuse, &[("reason", "Nicht aus Kiel.")]).await;
        says(&done, &["Der Antrag ist abgelehnt.", "Nicht aus Kiel.", "Formal abgelehnt"]);
        let start = path(&early, "early-start");
        says(
            &officer.does(&start, &start, &[("reason", "Die Fähre ist gebucht.")]).await,
            &["Früherem Beginn zugestimmt", "Die Fähre ist gebucht."],
        );
        assert_eq!(
            officer.0.gets(&path(&late, "late")).await.location,
            format!("/office/applications/{}", in_address(&late)),
            "it is not late yet"
        );
        assert_eq!(officer.0.gets(&path(&late, "nonsense")).await.status, 404);
        stage.app.at("2019-11-01T10:00:00Z");
        let mut officer = super::Officer(stage.app.signed_in(super::SINA).await);
        let permit = path(&late, "late");
        says(
            &officer.does(&permit, &permit, &[("reason", "Krankheit")]).await,
            &["Der Entwurf darf noch eingereicht werden.", "Krankheit"],
        );
        stage.applicant.does("submitApplication", json!({ "applicationId": late }), "application { id }").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_conflict_is_proposed_and_recorded() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin(backend).await;
        let application = submitted(&stage).await;
        let member = stage.joins("Mia Mitglied", "mia@rat.example", "READER").await;
        let path = format!("/office/applications/{}/recusals", in_address(&application));
        says(&officer.sees(&path).await, &["Niemand ist von diesem Antrag ausgeschlossen."]);
        let person = in_address(&id(&member.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]));
        let chair = in_address(&id(&stage.chair.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]));
        let stranger = officer.sends(&path, &path, &[("personId", &person)]).await;
        assert_eq!(stranger.status, 422, "she is not on the committee");
        let nobody = officer.sends(&path, &path, &[("reason", "Vorstand")]).await;
        assert!(errors(&nobody).contains("Wählen Sie die Person aus.") && nobody.body.contains(">Vorstand<"), "{}", nobody.body);
        let done = officer.does(&path, &path, &[("personId", &chair), ("reason", "Vorstand")]).await;
        says(&done, &["Die Befangenheit ist eingetragen.", "Vera Vorsitz", "Von der Verwaltung eingetragen", "Vorstand"]);
        let again = officer.sends(&path, &path, &[("personId", &chair)]).await;
        assert_eq!(again.status, 422, "{}", again.body);
        let hidden = stage.chair.asks("query($id: ID!) { application(id: $id) { id } }", json!({ "id": application })).await;
        assert!(hidden["application"].is_null(), "{hidden}");
    }
}
