use testkit::{App, Backend, Browser};

use super::{Walker, is_silent, link, says};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn the_auditor_follows_what_happened_and_has_it_proven() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        stage.admitted().await;
        let auditor = stage.app.person("Rita Prüfung", "pruefung@stadt.example", "de", &["auditor"]).await;
        let mut auditor = Walker::with(&stage.app, &auditor.email).await;
        says(&auditor.sees("/desk").await, &["Aufgaben der Rechnungsprüfung"]);
        let all = auditor.sees("/audit").await;
        says(&all, &["Sina Sachbearbeitung", "Antrag", "Prüfsumme"]);
        let one = auditor.sees("/audit?kind=application&id=SP-2020-001").await;
        says(&one, &["eingereicht", "zugelassen", "Cora Chor"]);
        is_silent(&one, &["Förderrunde angekündigt"]);
        says(&auditor.sees("/audit?kind=round&id=nothing").await, &["Dazu gibt es keinen Eintrag."]);
        let more = link(&all, "/audit?before=");
        auditor.sees(&more).await;

        let form = auditor.sees("/audit/proof").await;
        let proven = auditor.sends(&form, "/audit/proof", &[]).await;
        assert_eq!(proven.status, 200, "{}", proven.body);
        let report = stage.app.engine().verify().await.expect("verifies");
        says(&proven, &["Alles stimmt", &report.head]);

        // Read-only, whatever the page.
        for path in ["/finance", "/finance/journal", "/finance/payouts", "/committee/meetings", "/committee/ballots", "/briefings"] {
            auditor.sees(path).await;
        }
        auditor.sees("/administration").await;
        for path in ["/finance/resolution", "/administration/people/new", "/administration/rounds/new"] {
            assert_eq!(auditor.0.gets(path).await.status, 403, "{path}");
            assert_eq!(
                auditor.sends(&form, path, &[("name", "X"), ("email", "x@example.org"), ("code", "1")]).await.status / 100,
                4,
                "{path}"
            );
        }
        for address in [&stage.officer.email, &stage.finance.email, &stage.applicant.email] {
            let mut other = Walker::with(&stage.app, address).await;
            let page = other.sees("/desk").await;
            assert_eq!(other.0.gets("/audit").await.status, 403, "{address}");
            assert_eq!(other.sends(&page, "/audit/proof", &[]).await.status, 403, "{address}");
        }
        assert_eq!(Browser::at(&stage.app).gets("/audit").await.location, "/sign-in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_introduces_people_and_gives_them_roles() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        let administrator = stage.app.person("Adam Verwaltung", "verwaltung@stadt.example", "de", &["administrator"]).await;
        let mut administrator = Walker::with(&stage.app, &administrator.email).await;
        says(&administrator.sees("/desk").await, &["Aufgaben der Verwaltung"]);
        let found = administrator.sees("/administration?search=kasse").await;
        says(&found, &["Fina Kasse", "kasse@stadt.example"]);
        is_silent(&found, &["Sina Sachbearbeitung"]);

        let new = "/administration/people/new";
        let form = administrator.sees(new).await;
        let taken = [("name", "Noch eine Kasse"), ("email", "kasse@stadt.example"), ("language", "de")];
        let taken = administrator.sends(&form, new, &taken).await;
        assert_eq!(taken.status, 422);
        assert!(taken.body.contains("value=\"Noch eine Kasse\""), "{}", taken.body);
        let form = administrator.sees(new).await;
        let typed = [("name", "Nele Neu"), ("email", "neu@stadt.example"), ("language", "de")];
        let first = administrator.sends(&form, new, &typed).await;
        assert_eq!(first.status, 303, "{}", first.body);
        assert_eq!(administrator.sends(&form, new, &typed).await.location, first.location, "one person, not two");
        let person = first.location.split('?').next().expect("a path").to_owned();

        let page = administrator.sees(&person).await;
        says(&page, &["Nele Neu", "Diese Person hat keine Aufgabe."]);
        let roles = format!("{person}/roles");
        let day = [("from-day", "1"), ("from-month", "10"), ("from-year", "2019")];
        let mut typed = vec![("role", "member"), ("reason", "")];
        typed.extend(day);
        assert_eq!(administrator.sends(&page, &roles, &typed).await.status, 422, "no reason");
        typed[1] = ("reason", "Nachgerückt");
        let page = administrator.sees(&person).await;
        for _ in 0..2 {
            assert_eq!(administrator.sends(&page, &roles, &typed).await.status, 303);
        }
        let page = administrator.sees(&person).await;
        says(&page, &["Mitglied des Arbeitskreises", "Nachgerückt"]);
        let end = link(&page, "/administration/roles/");
        let form = administrator.sees(&end).await;
        assert_eq!(administrator.sends(&form, &end, &[("reason", " ")]).await.status, 422);
        let form = administrator.sees(&end).await;
        assert_eq!(administrator.sends(&form, &end, &[("reason", "Zurückgetreten")]).await.status, 303);
        says(&administrator.sees(&person).await, &["beendet am 01.10.2019"]);
        let own = link(&administrator.sees("/administration?search=verwaltung@").await, "/administration/people/");
        let own = if own.ends_with("/new") { person.clone() } else { own };
        administrator.sees(&own).await;

        let rounds = "/administration/rounds/new";
        let form = administrator.sees(rounds).await;
        let incomplete = administrator.sends(&form, rounds, &[("code", "2021")]).await;
        assert_eq!(incomplete.status, 422);
        for field in ["deadline", "projectsFrom", "projectsUntil", "budgetYear"] {
            assert!(incomplete.body.contains(&format!("href=\"#{field}\"")), "{field}");
        }
        let form = administrator.sees(rounds).await;
        let mut typed = vec![("code", "2021"), ("budgetYear", "2021")];
        for (day, month, year, field) in [("31", "10", "2020", 0), ("1", "1", "2021", 1), ("31", "12", "2021", 2)] {
            let names = [
                ["deadline-day", "deadline-month", "deadline-year"],
                ["projectsFrom-day", "projectsFrom-month", "projectsFrom-year"],
                ["projectsUntil-day", "projectsUntil-month", "projectsUntil-year"],
            ];
            typed.extend(names[field].into_iter().zip([day, month, year]));
        }
        for _ in 0..2 {
            let announced = administrator.sends(&form, rounds, &typed).await;
            assert_eq!(announced.status, 303, "{}", announced.body);
        }
        says(&administrator.sees("/administration/rounds").await, &["2021", "31.10.2020"]);
        let parameters = administrator.sees("/administration/parameters").await;
        says(&parameters, &["Höchstbetrag", "R8", "Sitze 11 R17"]);
        assert_eq!(administrator.0.gets("/audit").await.status, 403);
        assert_eq!(administrator.0.gets("/finance").await.status, 403);
        let applicant = Walker::with(&stage.app, &stage.applicant.email).await;
        for path in ["/administration", "/administration/rounds", "/administration/parameters", person.as_str(), &end] {
            let status = applicant.0.gets(path).await.status;
            assert!([403, 404].contains(&status), "{path}: {status}");
        }
    }
}
