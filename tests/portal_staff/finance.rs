use serde_json::json;
use testkit::{App, Backend};

use super::{Walker, is_silent, link, says};
use crate::stage::{Stage, id};

#[tokio::test(flavor = "multi_thread")]
async fn finance_enters_resolutions_and_reads_the_year() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        let mut finance = Walker::with(&stage.app, &stage.finance.email).await;
        let page = finance.sees("/finance").await;
        says(&page, &["Noch kein Haushalt", "Beschluss eintragen"]);
        let form = finance.sees("/finance/resolution").await;
        let typed = [("change", "appropriation"), ("year", "2019"), ("amount", "150.000,00"), ("resolution", "")];
        let incomplete = finance.sends(&form, "/finance/resolution", &typed).await;
        assert_eq!(incomplete.status, 422);
        assert!(
            incomplete.body.contains("value=\"150.000,00\"") && incomplete.body.contains("href=\"#resolution\""),
            "{}",
            incomplete.body
        );
        let unreadable = [("year", "zwanzig"), ("amount", "1.5")];
        let unreadable = finance.sends(&form, "/finance/resolution", &unreadable).await;
        assert_eq!(unreadable.status, 422);
        for field in ["change", "year", "amount"] {
            assert!(unreadable.body.contains(&format!("href=\"#{field}\"")), "{field}: {}", unreadable.body);
        }
        let form = finance.sees("/finance/resolution").await;
        let typed = [("change", "appropriation"), ("year", "2019"), ("amount", "150.000,00"), ("resolution", "Drs. 1105/2018")];
        for _ in 0..2 {
            let entered = finance.sends(&form, "/finance/resolution", &typed).await;
            assert_eq!((entered.status, entered.location.as_str()), (303, "/finance?year=2019&done=changed"), "{}", entered.body);
        }
        let form = finance.sees("/finance/resolution?year=2019").await;
        let cut = [("change", "cut"), ("year", "2019"), ("amount", "200.000,00"), ("resolution", "Drs. 2")];
        assert_eq!(finance.sends(&form, "/finance/resolution", &cut).await.status, 422, "more than there is");
        let page = finance.sees("/finance").await;
        says(&page, &["Haushalt 2019", "Haushaltsansatz 150.000,00 €", "noch frei 150.000,00 €", "Alle Jahre"]);
        let journal = finance.sees("/finance/journal?year=2019").await;
        says(&journal, &["Drs. 1105/2018", "150.000,00 €"]);
        is_silent(&finance.sees("/finance/journal?year=2019&movement=payout").await, &["Drs. 1105/2018"]);

        // The year is not over; then it is, and closes once.
        assert_eq!(finance.0.gets("/finance/close?year=2019").await.status, 409);
        stage.app.at("2020-01-10T10:00:00Z");
        let mut finance = Walker::with(&stage.app, &stage.finance.email).await;
        let close = link(&finance.sees("/finance?year=2019").await, "/finance/close");
        let form = finance.sees(&close).await;
        let typed = [("year", "2019"), ("carryOver", "abc"), ("confirmed", "yes")];
        assert_eq!(finance.sends(&form, "/finance/close", &typed).await.status, 422);
        assert_eq!(finance.sends(&form, "/finance/close", &[("year", "2019")]).await.status, 422);
        let form = finance.sees(&close).await;
        for _ in 0..2 {
            assert_eq!(finance.sends(&form, "/finance/close", &[("year", "2019"), ("confirmed", "yes")]).await.status, 303);
        }
        says(&finance.sees("/finance?year=2019").await, &["seit 10.01.2020 abgeschlossen", "verfallen 150.000,00 €"]);

        // Others look, and change nothing; who applies does neither.
        let mut officer = Walker::with(&stage.app, &stage.officer.email).await;
        let page = officer.sees("/finance").await;
        assert_eq!(officer.0.gets("/finance/resolution").await.status, 403);
        assert_eq!(officer.sends(&page, "/finance/resolution", &typed_increase()).await.status, 403);
        let applicant = Walker::with(&stage.app, &stage.applicant.email).await;
        for path in ["/finance", "/finance/journal", "/finance/payouts", "/finance/accounts", "/finance/waiting-list"] {
            assert_eq!(applicant.0.gets(path).await.status, 403, "{path}");
        }
    }
}

fn typed_increase() -> [(&'static str, &'static str); 4] {
    [("change", "increase"), ("year", "2019"), ("amount", "1,00"), ("resolution", "Drs. 3")]
}

/// An award that is accepted and final, with an account that nobody has confirmed and an instalment that was asked for.
async fn requested(stage: &Stage) {
    let budget = json!({ "year": 2020, "amount": "10000.00", "resolution": "Drs. 1/2019" });
    stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
    let application = stage.admitted().await;
    let ballot = stage.ballot(&application).await;
    stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    let query = "query($id: ID!) { application(id: $id) { award { id } } }";
    let award = id(&stage.officer.asks(query, json!({ "id": application })).await["application"]["award"]["id"]);
    stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-01" }), "award { id }").await;
    stage.applicant.does("acceptAward", json!({ "awardId": award }), "award { id }").await;
    stage.applicant.does("waiveAppeal", json!({ "awardId": award }), "award { id }").await;
    let account = json!({ "applicantId": stage.applicant_id, "iban": "DE02120300000000202051", "holder": "Chor" });
    stage.applicant.does("nameBankAccount", account, "bankAccount { id }").await;
    let request = json!({ "awardId": award, "amount": "1000.00", "purpose": "Fähre", "neededBy": "2019-11-15" });
    stage.applicant.does("requestPayout", request, "payout { id }").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_pay_an_instalment() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        requested(&stage).await;
        let both = stage.app.person("Bea Beides", "beides@stadt.example", "de", &["case-officer", "finance"]).await;
        let mut both = Walker::with(&stage.app, &both.email).await;
        let mut finance = Walker::with(&stage.app, &stage.finance.email).await;
        says(&both.sees("/desk").await, &["festzustellen (1)", "anzuordnen (0)"]);
        let list = both.sees("/finance/payouts").await;
        says(&list, &["Abruf 1 zu SP-2020-001", "Chor Musterklang e. V.", "15.11.2019", "1.000,00 €"]);
        let payout = link(&list, "/finance/payouts/");
        says(&both.sees(&payout).await, &["Es gibt noch kein bestätigtes Konto."]);

        let accounts = both.sees("/finance/accounts").await;
        says(&accounts, &["DE02 1203 0000 0000 2020 51", "Chor"]);
        let account = accounts.hidden("account");
        for _ in 0..2 {
            assert_eq!(both.sends(&accounts, "/finance/accounts", &[("account", &account)]).await.status, 303);
        }
        says(&both.sees("/finance/accounts").await, &["Alle Konten sind bestätigt."]);

        let page = both.sees(&payout).await;
        let certify = format!("{payout}/certify");
        assert_eq!(both.sends(&page, &certify, &[]).await.status, 422);
        assert_eq!(finance.sends(&finance.sees(&payout).await, &certify, &[("bankAccountId", &account)]).await.status, 403);
        let page = both.sees(&payout).await;
        assert_eq!(both.sends(&page, &certify, &[("bankAccountId", &account)]).await.status, 303);
        let page = both.sees(&payout).await;
        says(&page, &["Sie haben diesen Abruf selbst festgestellt. Anordnen muss ihn eine andere Person."]);
        let own = both.sends(&page, &format!("{payout}/order"), &[]).await;
        assert_eq!(own.status, 422, "R37: {}", own.body);

        let page = finance.sees(&payout).await;
        for _ in 0..2 {
            let ordered = finance.sends(&page, &format!("{payout}/order"), &[]).await;
            assert_eq!(ordered.status, 303, "{}", ordered.body);
        }
        let page = finance.sees(&payout).await;
        says(&page, &["SP-2020-001-1-1", "Bea Beides", "Fina Kasse"]);
        let execute = format!("{payout}/execute");
        let undated = finance.sends(&page, &execute, &[("on-day", "31"), ("on-month", "2"), ("on-year", "2020")]).await;
        assert_eq!(undated.status, 422);
        assert!(undated.body.contains("value=\"31\""), "{}", undated.body);
        let page = finance.sees(&payout).await;
        let day = [("on-day", "1"), ("on-month", "10"), ("on-year", "2019")];
        assert_eq!(finance.sends(&page, &execute, &day).await.status, 303);
        says(
            &finance.sees("/finance?year=2020").await,
            &["ausgezahlt 1.000,00 €", "gebunden, noch nicht ausgezahlt 1.500,00 €", "Tallinn 1"],
        );
        says(&finance.sees("/finance/journal?year=2020&movement=payout").await, &["Antrag SP-2020-001", "1.000,00 €"]);

        let page = finance.sees(&payout).await;
        let back = format!("{payout}/return");
        let wrong = [("returnedOn-day", "1"), ("returnedOn-month", "10"), ("returnedOn-year", "2019"), ("reason", "zurück")];
        let wrong = finance.sends(&page, &back, &wrong).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        let page = finance.sees(&payout).await;
        let right = [("returnedOn-day", "1"), ("returnedOn-month", "10"), ("returnedOn-year", "2019"), ("reason", "AC04")];
        assert_eq!(finance.sends(&page, &back, &right).await.status, 303);
        says(&finance.sees("/finance/payouts?state=returned").await, &["Abruf 1 zu SP-2020-001"]);
        let page = both.sees(&payout).await;
        assert_eq!(both.sends(&page, &format!("{payout}/refuse"), &[("reason", "")]).await.status, 422);
        let page = both.sees(&payout).await;
        assert_eq!(both.sends(&page, &format!("{payout}/refuse"), &[("reason", "Konto aufgelöst")]).await.status, 303);
        says(&both.sees("/finance/payouts?state=refused").await, &["Abruf 1 zu SP-2020-001"]);
        assert_eq!(both.sends(&page, &format!("{payout}/nonsense"), &[]).await.status, 404);

        // Members see it; those whose conflict of interest it is do not.
        let applicant = Walker::with(&stage.app, &stage.applicant.email).await;
        assert_eq!(applicant.0.gets(&payout).await.status, 404);
        assert_eq!(stage.app.engine().verify().await.expect("verifies").findings, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_served_when_there_is_money() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        let budget = json!({ "year": 2020, "amount": "1000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let application = stage.admitted().await;
        let ballot = stage.ballot(&application).await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        let mut officer = Walker::with(&stage.app, &stage.officer.email).await;
        let page = officer.sees("/finance/waiting-list?year=2020").await;
        says(&page, &["SP-2020-001", "2.500,00 €", "wartet", "Noch frei: 1.000,00 €"]);
        is_silent(&page, &["name=\"place\""]);
        let more = json!({ "year": 2020, "amount": "5000.00", "resolution": "Drs. 2/2019" });
        stage.finance.does("increaseBudget", more, "budgetYear { year }").await;
        let finance = Walker::with(&stage.app, &stage.finance.email).await;
        is_silent(&finance.sees("/finance/waiting-list?year=2020").await, &["name=\"place\""]);
        let page = officer.sees("/finance/waiting-list?year=2020").await;
        says(&page, &["Geld ist da", "SP-2020-001 mit 2.500,00 € bewilligen"]);
        for _ in 0..2 {
            let served = officer.sends(&page, "/finance/waiting-list", &[("place", &page.hidden("place")), ("year", "2020")]).await;
            assert_eq!(served.status, 303, "{}", served.body);
        }
        says(&officer.sees("/finance/waiting-list?year=2020").await, &["bewilligt", "Noch frei: 3.500,00 €"]);
    }
}
