//! Proposals, motions, ballots, meetings and minutes.

use serde_json::json;
use testkit::{App, Backend};

use super::{Officer, SINA, date, errors, is_silent, last, says, with, words};
use crate::portal::{in_address, in_api};
use crate::stage::{Stage, id};

/// An office in which the officer presides too: what the chair alone can do is there as well.
async fn begin_presiding(backend: Backend) -> (Stage, Officer) {
    let stage = Stage::begin(App::with_smtp(backend).await).await;
    stage.app.person("Paula Pult", "pult@stadt.example", "de", &["case-officer", "chair"]).await;
    let browser = stage.app.signed_in("pult@stadt.example").await;
    (stage, Officer(browser))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_becomes_a_motion_a_ballot_and_a_result() {
    for backend in Backend::ALL {
        let (stage, mut officer) = super::begin(backend).await;
        let budget = json!({ "year": 2020, "amount": "150000.00", "resolution": "Drs. 1" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { id }").await;
        let application = stage.admitted().await;
        let file = format!("/office/applications/{}", in_address(&application));
        let proposal = format!("{file}/proposal");
        let wrong = officer.sends(&proposal, &proposal, &[("kind", "award"), ("amount", "2.500,01"), ("reasons", "")]).await;
        assert_eq!(wrong.status, 422);
        assert!(errors(&wrong).contains("#amount") && errors(&wrong).contains("Begründen Sie den Vorschlag."), "{}", errors(&wrong));
        assert!(wrong.body.contains("value=\"2.500,01\""), "what was typed stays");
        let unreadable = officer.sends(&proposal, &proposal, &[("amount", "1,234.56"), ("reasons", "Gut")]).await;
        assert!(
            errors(&unreadable).contains("mit Komma") && errors(&unreadable).contains("Wählen Sie aus, was vorgeschlagen wird."),
            "{}",
            errors(&unreadable)
        );
        let fields = [("kind", "award"), ("amount", "2.500"), ("reasons", "Gute Begegnung.")];
        says(&officer.does(&proposal, &proposal, &fields).await, &["Bewilligen: 2.500,00 €", "Gute Begegnung."]);

        // What was prepared stands in the motion's form; the usual wording is written where none is typed.
        let motion = format!("{file}/motion");
        assert!(officer.sees(&motion).await.body.contains("value=\"2.500,00\""));
        let page = officer.sees(&motion).await;
        let fields = [("kind", "award"), ("amount", "2.500"), ("wording", "")];
        let (first, second) = (officer.sends_seen(&page, &motion, &fields).await, officer.sends_seen(&page, &motion, &fields).await);
        assert_eq!((first.status, &first.location), (303, &second.location), "a double click is one motion: {}", errors(&first));
        let put = officer.sees(&first.location).await;
        says(
            &put,
            &[
                "Der Beschlussvorschlag ist eingebracht.",
                "„Chorreise“ (Chor Musterklang e. V., Antrag SP-2020-001) werden 2.500,00 € bewilligt.",
            ],
        );
        let motion = last(&first.location);
        says(&officer.sees("/office/motions").await, &["SP-2020-001", "Bewilligen: 2.500,00 €"]);

        // A motion is taken back and another one is put.
        let withdraw = format!("/office/motions/{motion}/withdraw");
        says(
            &officer.does(&format!("/office/motions/{motion}"), &withdraw, &[]).await,
            &["Der Beschlussvorschlag ist zurückgenommen.", "Zurückgenommen"],
        );
        let form = format!("{file}/motion");
        let put = officer.does(&form, &form, &[("kind", "award"), ("amount", "2.500,00"), ("wording", "Bewilligung von 2.500 €")]).await;
        let motion = last(&put.location);

        let opening = format!("/office/motions/open?motion={motion}");
        let undecided = officer.sends(&opening, "/office/motions/open", &[]).await;
        assert!(undecided.status == 422 && errors(&undecided).contains("Wählen Sie aus, wie abgestimmt wird."), "{}", errors(&undecided));
        let no_dates = officer.sends(&opening, "/office/motions/open", &[("form", "circular")]).await;
        assert!(errors(&no_dates).contains("#objectionsUntil") && no_dates.body.contains(&motion), "{}", errors(&no_dates));
        let ballot = officer.does(&opening, "/office/motions/open", &[("form", "recorded")]).await;
        says(
            &ballot,
            &[
                "Die Abstimmung ist eröffnet.",
                "11 Sitze, davon 0 leer und 0 ausgeschlossen",
                "Der Vorsitz schließt die Abstimmung.",
                "0 von 11",
            ],
        );
        let path = ballot.location.split('?').next().expect("a path").to_owned();
        let tally = format!("{path}/tally");
        let wrong = officer.sends(&path, &tally, &[("yes", "viele"), ("no", "1"), ("abstained", "")]).await;
        assert!(wrong.status == 422 && errors(&wrong).contains("#yes") && wrong.body.contains("value=\"viele\""), "{}", errors(&wrong));
        let missing = officer.sends(&path, &tally, &[("yes", "5"), ("no", "1"), ("abstained", "")]).await;
        assert!(errors(&missing).contains("Waren es keine, geben Sie 0 ein."), "{}", errors(&missing));
        let many = officer.sends(&path, &tally, &[("yes", "11"), ("no", "1"), ("abstained", "0")]).await;
        assert_eq!(many.status, 422, "twelve hands of eleven: {}", many.body);
        let counted = officer.does(&path, &tally, &[("yes", "8"), ("no", "1"), ("abstained", "2"), ("excluded", "0")]).await;
        says(&counted, &["Die Auszählung ist eingetragen.", "8 ja, 1 nein, 2 enthalten"]);
        assert_eq!(officer.0.posts(&format!("{path}/close"), &[]).await.status, 403, "without the session's token nothing is done");
        let refused = officer.sends(&path, &tally, &[("yes", "7"), ("no", "2"), ("abstained", "2")]).await;
        assert_eq!(refused.status, 303, "it can be corrected until the ballot closes");
        stage.chair.does("closeBallot", json!({ "ballotId": in_api("Ballot", &path) }), "ballot { id }").await;
        let closed = officer.sees(&path).await;
        says(&closed, &["Angenommen", "7 ja, 2 nein, 2 enthalten", "mehr als die Hälfte von 11 ist 6"]);
        is_silent(&closed, &["Auszählung eintragen"]);
        says(&officer.sees("/office/ballots?state=closed").await, &["SP-2020-001", "Angenommen"]);
        says(&officer.sees(&file).await, &["Zur Bewilligung", "Entschieden"]);
        // A tally of a ballot that is closed is refused, and says why.
        let token = officer.0.gets("/account").await.hidden("form-token");
        let late = officer.0.posts(&tally, &[("form-token", &token), ("yes", "1"), ("no", "0"), ("abstained", "0")]).await;
        assert_eq!(late.status, 422, "{}", late.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_motions_are_voted_on_in_one_ballot() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin_presiding(backend).await;
        let budget = json!({ "year": 2020, "amount": "3000.00", "resolution": "Drs. 1" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { id }").await;
        let mut motions = Vec::new();
        for _ in 0..2 {
            let form = format!("/office/applications/{}/motion", in_address(&stage.admitted().await));
            let put = officer.does(&form, &form, &[("kind", "award"), ("amount", "2.500")]).await;
            motions.push(last(&put.location));
        }
        let opening = format!("/office/motions/open?motion={}&motion={}", motions[0], motions[1]);
        says(&officer.sees(&opening).await, &["Gemeinsame Abstimmung eröffnen", "Alle oder keiner"]);
        let ballot = officer.does(&opening, "/office/motions/open", &[("form", "recorded"), ("purse", "until-it-ends")]).await;
        says(&ballot, &["Gemeinsam abgestimmt mit", "SP-2020-002"]);
        let path = ballot.location.split('?').next().expect("a path").to_owned();
        officer.does(&path, &format!("{path}/tally"), &[("yes", "9"), ("no", "0"), ("abstained", "2")]).await;
        let page = officer.sees(&path).await;
        let (first, second) = (
            officer.sends_seen(&page, &format!("{path}/close"), &[]).await,
            officer.sends_seen(&page, &format!("{path}/close"), &[]).await,
        );
        assert_eq!((first.status, second.status), (303, 303), "{}", errors(&first));
        says(&officer.sees(&path).await, &["Angenommen", "9 ja, 0 nein, 2 enthalten"]);
        // For the second one there is no money any more.
        says(&officer.sees("/office/waiting-list?year=2020").await, &["SP-2020-002", "2.500,00 €", "2020 verfügbar: 500,00 €", "Wartet"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_is_called_invited_to_held_and_written_down() {
    for backend in Backend::ALL {
        let (stage, mut officer) = begin_presiding(backend).await;
        let application = stage.admitted().await;
        let form = format!("/office/applications/{}/motion", in_address(&application));
        let motion = last(&officer.does(&form, &form, &[("kind", "award"), ("amount", "2.500")]).await.location);

        let new = "/office/meetings/new";
        let day = [date("day", ["15", "10", "2019"])];
        let wrong = officer.sends(new, new, &with(&[("beginsAt", "halb sieben"), ("endsAt", "20:00"), ("place", "Rathaus")], &day)).await;
        assert!(
            wrong.status == 422 && errors(&wrong).contains("#beginsAt") && wrong.body.contains("value=\"halb sieben\""),
            "{}",
            errors(&wrong)
        );
        let backwards = officer.sends(new, new, &with(&[("beginsAt", "20:00"), ("endsAt", "18:00"), ("place", " ")], &day)).await;
        assert!(errors(&backwards).contains("#endsAt") && errors(&backwards).contains("Geben Sie den Ort ein."), "{}", errors(&backwards));
        let called =
            officer.does(new, new, &with(&[("beginsAt", "18:00"), ("endsAt", "20.00"), ("place", "Rathaus, Magistratssaal")], &day)).await;
        says(&called, &["Sitzung am 15.10.2019", "18:00 bis 20:00 Uhr", "Es steht noch nichts auf der Tagesordnung.", "Einberufen"]);
        let path = called.location.split('?').next().expect("a path").to_owned();
        is_silent(&called, &["Jetzt einladen"]);
        assert_eq!(officer.0.gets(&format!("{path}/invite")).await.location, path, "nothing is on the agenda yet");

        let items = format!("{path}/items");
        let nameless = officer.sends(&path, &items, &[("itemTitle", " "), ("publicity", "public")]).await;
        assert!(nameless.status == 422 && errors(&nameless).contains("Geben Sie dem Punkt einen Titel."), "{}", errors(&nameless));
        officer.does(&path, &items, &[("itemTitle", "Begrüßung"), ("publicity", "public")]).await;
        let listed = officer.does(&path, &items, &[("motionId", &motion), ("itemTitle", ""), ("publicity", "non-public")]).await;
        says(&listed, &["Punkt 1: Begrüßung", "Punkt 2: SP-2020-001 Chorreise", "Nicht öffentlich"]);
        let item = listed.body.split("/office/meetings/items/").nth(2).expect("a link").split('/').next().expect("an id").to_owned();
        let up = format!("{item}:0");
        let moved = officer.does(&path, &format!("{path}/order"), &[("do", &up)]).await;
        says(&moved, &["Punkt 1: SP-2020-001 Chorreise", "Punkt 2: Begrüßung"]);
        let unknown = officer.sends(&path, &items, &[("itemNumber", "SP-2020-999"), ("publicity", "public")]).await;
        assert!(unknown.status == 422 && errors(&unknown).contains("#itemNumber") && unknown.body.contains("value=\"SP-2020-999\""));
        let numbered = officer.does(&path, &items, &[("itemNumber", " SP-2020-001 "), ("itemTitle", ""), ("publicity", "public")]).await;
        says(&numbered, &["Punkt 3: SP-2020-001 Chorreise"]);

        let moving = format!("{path}/move");
        assert!(officer.sees(&moving).await.body.contains("value=\"18:00\""));
        officer.does(&moving, &moving, &with(&[("beginsAt", "17:00"), ("endsAt", "19:00"), ("place", "Rathaus")], &day)).await;
        let invite = format!("{path}/invite");
        says(&officer.does(&invite, &invite, &[]).await, &["Die Einladungen gehen jetzt hinaus.", "Bisher eingeladen: 1-mal"]);
        let digest = stage.app.mail_digest().await;
        assert!(digest.contains("vorsitz@stadt.example"), "{digest}");
        assert_eq!(officer.sends(&invite, &invite, &[("shortNoticeReason", "")]).await.status, 303, "once more is possible");

        // Its day.
        stage.app.at("2019-10-15T15:00:00Z");
        let mut officer = Officer(stage.app.signed_in("pult@stadt.example").await);
        let attendance = format!("{path}/attendance");
        let chair = in_address(&id(&stage.chair.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]));
        let field = format!("at-{chair}");
        let came = |at: &'static str| [("person", chair.clone()), (field.as_str(), at.to_owned()), ("do", "came".to_owned())];
        let page = officer.sees(&attendance).await;
        says(&page, &["Vera Vorsitz", "Nicht da"]);
        let send = async |officer: &mut Officer, fields: &[(&str, String)]| {
            let token = officer.sees(&attendance).await.hidden("form-token");
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).chain([("form-token", token.as_str())]).collect();
            officer.0.posts(&attendance, &fields).await
        };
        let wrong = send(&mut officer, &came("gleich")).await;
        assert!(
            wrong.status == 422 && errors(&wrong).contains(&format!("#{field}")) && wrong.body.contains("value=\"gleich\""),
            "{}",
            errors(&wrong)
        );
        let ahead = send(&mut officer, &came("23:30")).await;
        assert_eq!(ahead.status, 422, "nobody came later than now: {}", ahead.body);
        assert_eq!(send(&mut officer, &came("16:55")).await.status, 303);
        says(&officer.sees(&attendance).await, &["Da seit 16:55", "Gegangen"]);
        assert_eq!(send(&mut officer, &came("")).await.status, 422, "who is there doesn't come");
        says(&officer.does(&path, &format!("{path}/open"), &[]).await, &["Die Sitzung ist eröffnet.", "Läuft"]);
        let defer = format!("/office/meetings/items/{item}/defer");
        let why = officer.sends(&defer, &defer, &[("reason", "")]).await;
        assert!(why.status == 422 && errors(&why).contains("Geben Sie die Begründung ein."), "{}", errors(&why));
        says(&officer.does(&defer, &defer, &[("reason", "Es fehlt das Angebot.")]).await, &["Vertagt", "Es fehlt das Angebot."]);
        assert_eq!(officer.0.gets(&format!("{path}/minutes")).await.status, 404, "it is not over");
        says(&officer.does(&path, &format!("{path}/close"), &[]).await, &["Die Sitzung ist geschlossen.", "Beendet"]);

        let minutes = format!("{path}/minutes");
        let item_field = format!("item-{item}");
        let written =
            officer.does(&minutes, &minutes, &[("general", "Der Vorsitz begrüßt alle."), (&item_field, "Das Angebot kommt nach.")]).await;
        assert!(
            written.body.contains(">Der Vorsitz begrüßt alle.<") && written.body.contains(">Das Angebot kommt nach.<"),
            "{}",
            words(&written)
        );
        says(&officer.sees("/office/meetings?state=closed").await, &["Sitzung am 15.10.2019"]);
        // Who does not preside opens and closes nothing.
        let mut plain = Officer(stage.app.signed_in(SINA).await);
        let token = plain.0.gets("/account").await.hidden("form-token");
        assert_eq!(plain.0.posts(&format!("{path}/open"), &[("form-token", &token)]).await.status, 403);
        assert_eq!(plain.0.gets("/office/meetings/00000000-0000-7000-8000-000000000000").await.status, 404);
        let foreign = format!("/office/meetings/items/{}/defer", in_address(&application));
        assert_eq!(plain.0.gets(&foreign).await.status, 404);
    }
}
