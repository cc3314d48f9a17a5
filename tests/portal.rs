//! The portal as an association uses it, through HTTP: it registers, applies with mistakes first, answers a request for changes, accepts, and
//! asks for its money. Whatever happens in between, nothing that was typed is lost and nothing is done twice.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::{App, Backend, Browser, Shown, carried};

use crate::stage::{Stage, id};

const CORA: &str = "cora@chor.example";

/// A fund with an open round, an applicant, and its owner's browser.
async fn begin(backend: Backend) -> (Stage, Browser) {
    let stage = Stage::begin(App::with_smtp(backend).await).await;
    let browser = stage.app.signed_in(CORA).await;
    (stage, browser)
}

/// Opens a page, fills its form in and sends it to where it goes, as somebody would: with all that the form carries.
async fn sends(browser: &mut Browser, page: &str, to: &str, fields: &[(&str, &str)]) -> Shown {
    let shown = browser.gets(page).await;
    assert_eq!(shown.status, 200, "{page}: {}", shown.location);
    let carried = carried(&shown, to);
    let carried = carried.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = carried.chain(fields.iter().copied()).collect();
    browser.posts(to, &fields).await
}

/// The id of a thing in addresses, from its id in the API: without the name of its type.
pub(crate) fn in_address(api: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(api).expect("an id");
    uuid::Uuid::from_slice(&bytes[bytes.len() - 16..]).expect("an id").to_string()
}

/// The API's id of a thing of that type, from an address that ends with its id.
pub(crate) fn in_api(kind: &str, address: &str) -> String {
    let id: uuid::Uuid = address.rsplit('/').next().expect("an id").parse().expect("an id");
    URL_SAFE_NO_PAD.encode([format!("{kind}:").as_bytes(), id.as_bytes()].concat())
}

/// Every step with answers that break no rule: 3,000.00 in cost, 2,500.00 asked for.
const ANSWERS: [(&str, &[(&str, &str)]); 7] = [
    (
        "project",
        &[
            ("title", "Chorreise nach Tallinn"),
            ("summary", "Ein Chor fährt nach Tallinn."),
            ("measure", "visit-out"),
            ("startsOn-day", "1"),
            ("startsOn-month", "6"),
            ("startsOn-year", "2020"),
            ("endsOn-day", "14"),
            ("endsOn-month", "06"),
            ("endsOn-year", "2020"),
        ],
    ),
    ("cities", &[("cities", "tallinn"), ("cities", "gdynia")]),
    ("objectives", &[("objectives", "global-responsibility"), ("reason-global-responsibility", "Begegnung")]),
    ("participants", &[("participants.fromHere", "40"), ("participants.fromThere", "")]),
    (
        "costs",
        &[
            ("costLines[0].category", "transport"),
            ("costLines[0].text", "Fähre"),
            ("costLines[0].amount", "2.500,00"),
            ("costLines[1].category", ""),
            ("costLines[1].text", ""),
            ("costLines[1].amount", ""),
            ("costLines[2].category", "accommodation"),
            ("costLines[2].text", "Herberge"),
            ("costLines[2].amount", "500"),
        ],
    ),
    (
        "financing",
        &[
            ("amountRequested", "2.500,0"),
            ("financingLines[0].source", "own-funds"),
            ("financingLines[0].text", "Beiträge"),
            ("financingLines[0].amount", "500,00 €"),
        ],
    ),
    ("declarations", &[("notBegun", "yes")]),
];

/// Begins an application and answers every step.
async fn filled(stage: &Stage, browser: &mut Browser) -> String {
    let begun = sends(
        browser,
        "/applications/new",
        "/applications",
        &[("applicant", &in_address(&stage.applicant_id)), ("round", &in_address(&stage.round))],
    )
    .await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    let application = begun.location.clone();
    for (step, answers) in ANSWERS {
        let path = format!("{application}/{step}");
        let saved = sends(browser, &path, &path, answers).await;
        assert_eq!(saved.status, 303, "{step}: {}", errors(&saved));
    }
    application
}

/// What the summary of the errors says.
fn errors(shown: &Shown) -> String {
    let (_, rest) = shown.body.split_once("errors__list").unwrap_or(("", ""));
    rest.split("</ul>").next().unwrap_or_default().to_owned()
}

async fn form_of(stage: &Stage, application: &str) -> Value {
    let id = in_api("Application", application);
    let query = "query($id: ID!) { application(id: $id) { number state version form { title cities costLines { text amount } participants { fromHere fromThere } totalCost } } }";
    stage.applicant.asks(query, json!({ "id": id })).await["application"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_association_registers_and_applies_with_every_kind_of_mistake_first() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        // Somebody new: by the link of an e-mail.
        let mut browser = Browser::at(&stage.app);
        let asked = browser.posts("/sign-in", &[("address", "nina")]).await;
        assert_eq!(asked.status, 422);
        assert!(asked.body.contains("<title>Fehler: ") && errors(&asked).contains("#address"), "{}", asked.body);
        browser.posts("/sign-in", &[("address", "nina@verein.example")]).await;
        let letter = stage.app.letter_to("nina@verein.example").await;
        let entered = browser.posts("/sign-in/link", &[("token", &letter.token), ("name", "Nina Neu")]).await;
        assert_eq!((entered.status, entered.location.as_str()), (303, "/desk"), "{}", entered.body);
        let desk = browser.gets("/desk").await.body;
        assert!(desk.contains("Guten Tag, Nina Neu") && desk.contains("/applicants/new"), "{desk}");
        assert!(browser.gets("/applications/new").await.body.contains("Tragen Sie zuerst Ihre Organisation ein"));

        // An organisation.
        let page = "/applicants/new";
        let wrong = sends(&mut browser, page, page, &[("name", "Verein"), ("address", "Weg 1")]).await;
        assert!(wrong.status == 422 && errors(&wrong).contains("Wählen Sie aus, wer den Antrag stellt."), "{}", wrong.body);
        assert!(wrong.body.contains("value=\"Verein\""), "what was typed stays");
        let wrong = sends(&mut browser, page, page, &[("kind", "non-profit-association"), ("name", " "), ("address", "")]).await;
        let said = errors(&wrong);
        assert!(said.contains("Geben Sie den Namen ein.") && said.contains("Geben Sie die Anschrift ein."), "{said}");
        let fields = [("kind", "non-profit-association"), ("name", "Neuer Verein e. V."), ("address", "Weg 1\r\n24103 Kiel")];
        let registered = sends(&mut browser, page, page, &fields).await;
        assert_eq!(registered.status, 303, "{}", registered.body);
        assert!(browser.gets(&registered.location).await.body.contains("Neuer Verein e. V. ist eingetragen."));

        // An application: the one round and the one organisation are chosen already.
        let applicant = registered.location.split(['/', '?']).nth(2).expect("an id").to_owned();
        let begun =
            sends(&mut browser, "/applications/new", "/applications", &[("applicant", &applicant), ("round", &in_address(&stage.round))])
                .await;
        let application = begun.location;
        let hub = browser.gets(&application).await.body;
        assert!(hub.contains("Schritt für Schritt") && hub.contains("31.10.2019"), "{hub}");

        // Mistakes: each is named at its field, what was typed stays, and what could be read is saved.
        let path = format!("{application}/project");
        let fields = [("title", "Chor <b>"), ("startsOn-day", "31"), ("startsOn-month", "2"), ("startsOn-year", "2020")];
        let wrong = sends(&mut browser, &path, &path, &fields).await;
        assert_eq!(wrong.status, 422);
        assert!(errors(&wrong).contains("Geben Sie ein Datum ein, das es gibt"), "{}", errors(&wrong));
        assert!(wrong.body.contains("value=\"Chor &lt;b&gt;\"") && wrong.body.contains("value=\"31\""), "{}", wrong.body);
        let fields = [("title", "Chorreise"), ("startsOn-day", "1"), ("startsOn-month", "6"), ("startsOn-year", "2021")];
        let wrong = sends(&mut browser, &path, &path, &fields).await;
        let said = errors(&wrong);
        for expected in [
            "Beschreiben Sie, was Sie vorhaben.",
            "Wählen Sie aus, was Sie vorhaben.",
            "zwischen dem 01.01.2020 und dem 31.12.2020",
            "Geben Sie den letzten Tag des Projekts ein.",
        ] {
            assert!(said.contains(expected), "{expected}: {said}");
        }
        assert!(browser.gets(&path).await.body.contains("value=\"Chorreise\""), "saved although something is missing");

        let path = format!("{application}/costs");
        for amount in ["1.5", "1,234.56", "viel"] {
            let fields = [("costLines[0].text", "Fähre"), ("costLines[0].amount", amount)];
            let wrong = sends(&mut browser, &path, &path, &fields).await;
            assert!(errors(&wrong).contains("Zeile 1: Geben Sie den Betrag mit Komma ein"), "{amount}: {}", errors(&wrong));
            assert!(wrong.body.contains(&format!("value=\"{amount}\"")) && wrong.body.contains("value=\"Fähre\""), "{amount}");
        }
        let wrong = sends(&mut browser, &path, &path, &[("costLines[0].text", "Fähre"), ("costLines[0].amount", "10")]).await;
        assert!(errors(&wrong).contains("Zeile 1: Wählen Sie die Kostenart aus."), "{}", errors(&wrong));
        let wrong = sends(
            &mut browser,
            &path,
            &path,
            &[("costLines[0].category", "other"), ("costLines[0].text", "Rest"), ("costLines[0].amount", "10")],
        )
        .await;
        assert!(wrong.body.contains("costLines[0].reason"), "the category asks for a reason");

        // Everything that is still wrong, at once, each leading to its question.
        let wrong = sends(&mut browser, &format!("{application}/check"), &format!("{application}/check"), &[]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        for expected in
            ["/cities#cities", "/objectives#objectives", "/financing#amountRequested", "/declarations#notBegun", "/project#summary"]
        {
            assert!(wrong.body.contains(&format!("{application}{expected}")), "{expected}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_filled_in_handed_in_changed_awarded_and_paid() {
    for backend in Backend::ALL {
        let (stage, mut browser) = begin(backend).await;
        let application = filled(&stage, &mut browser).await;
        let form = form_of(&stage, &application).await;
        assert_eq!(form["form"]["cities"], json!(["tallinn", "gdynia"]));
        assert_eq!(
            form["form"]["costLines"],
            json!([{ "text": "Fähre", "amount": "2500.00" }, { "text": "Herberge", "amount": "500.00" }])
        );
        assert_eq!(form["form"]["participants"], json!({ "fromHere": 40, "fromThere": 0 }));

        let check = browser.gets(&format!("{application}/check")).await.body;
        assert!(check.contains("Alles ist vollständig") && check.contains("3.000,00\u{a0}€"), "{check}");
        let done = sends(&mut browser, &format!("{application}/check"), &format!("{application}/check"), &[]).await;
        assert_eq!((done.status, done.location.clone()), (303, format!("{application}/submitted")), "{}", done.body);
        let page = browser.gets(&done.location).await.body;
        assert!(page.contains("SP-2020-001") && page.contains("So geht es weiter"), "{page}");
        assert_eq!(browser.gets(&format!("{application}/project")).await.location, application, "nothing can be changed any more");

        // A request for changes opens what it names, and nothing else.
        let api = in_api("Application", &application);
        let input =
            json!({ "applicationId": api, "fields": ["TITLE", "COST_LINES"], "due": "2019-10-20", "remark": "Nennen Sie das Hotel." });
        stage.officer.does("requestChanges", input, "application { id }").await;
        let desk = browser.gets("/desk").await.body;
        assert!(desk.contains("Änderungen gewünscht") && desk.contains("Antworten Sie bis zum 20.10.2019."), "{desk}");
        let hub = browser.gets(&application).await.body;
        assert!(hub.contains("Nennen Sie das Hotel."), "{hub}");
        assert!(hub.contains(&format!("{application}/project")) && !hub.contains(&format!("{application}/cities\"")), "{hub}");
        assert_eq!(browser.gets(&format!("{application}/cities")).await.location, application);
        let path = format!("{application}/project");
        let page = browser.gets(&path).await.body;
        assert!(page.contains("name=\"title\"") && !page.contains("name=\"summary\"") && page.contains("Nennen Sie das Hotel."), "{page}");
        let fields = [("title", "Chorreise, zweite Fassung"), ("summary", "eingeschmuggelt")];
        assert_eq!(sends(&mut browser, &path, &path, &fields).await.location, format!("{application}/costs"));
        let done = sends(&mut browser, &format!("{application}/check"), &format!("{application}/check"), &[]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(form_of(&stage, &application).await["state"], "SUBMITTED");
        let stored =
            stage.applicant.asks("query($id: ID!) { application(id: $id) { form { title summary } } }", json!({ "id": api })).await;
        assert_eq!(
            stored["application"]["form"],
            json!({ "title": "Chorreise, zweite Fassung", "summary": "Ein Chor fährt nach Tallinn." })
        );

        award_and_pay(&stage, &mut browser, &application).await;
        let history = browser.gets(&format!("{application}/history")).await.body;
        let told = [
            "Geld ausgezahlt",
            "Geld abgerufen",
            "Auf den Widerspruch verzichtet",
            "Förderung angenommen",
            "Bescheid versandt",
            "Die Verwaltung bittet um Änderungen",
            "Antrag begonnen",
        ];
        let places: Vec<usize> = told.iter().map(|words| history.find(words).unwrap_or_else(|| panic!("{words}: {history}"))).collect();
        assert!(places.is_sorted(), "the latest first");
        assert_eq!(history.matches("Antrag eingereicht").count(), 2, "for the first time, and with the changes");
        for secret in ["Vera Vorsitz", "Sina Sachbearbeitung", "Fina Kasse"] {
            assert!(!history.contains(secret), "{secret}");
        }
    }
}

async fn award_and_pay(stage: &Stage, browser: &mut Browser, application: &str) {
    let api = in_api("Application", application);
    let budget = json!({ "year": 2020, "amount": "150000.00", "resolution": "Drs. 1" });
    stage.finance.does("appropriateBudget", budget, "budgetYear { id }").await;
    stage.officer.does("admitApplication", json!({ "applicationId": api }), "application { id }").await;
    let ballot = stage.ballot(&api).await;
    stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    let found = stage.applicant.asks("query($id: ID!) { application(id: $id) { award { id } } }", json!({ "id": api })).await;
    let award = id(&found["application"]["award"]["id"]);
    assert!(browser.gets(application).await.body.contains("Das Geld ist für Sie reserviert."));
    stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-01" }), "award { id }").await;

    let path = format!("/awards/{}", in_address(&award));
    assert!(browser.gets("/desk").await.body.contains(&path));
    let accept = format!("{path}/accept");
    let unconfirmed = sends(browser, &accept, &accept, &[]).await;
    assert!(errors(&unconfirmed).contains("#confirmed"), "{}", unconfirmed.body);
    assert_eq!(sends(browser, &accept, &accept, &[("confirmed", "yes")]).await.status, 303);
    assert!(!browser.gets(&path).await.body.contains("/payouts/new"), "it is not final yet");
    let waive = format!("{path}/waive-appeal");
    assert_eq!(sends(browser, &waive, &waive, &[("confirmed", "yes")]).await.status, 303);

    let account = format!("/applicants/{}/account", in_address(&stage.applicant_id));
    let wrong = sends(browser, &account, &account, &[("iban", "DE03 1203 0000 0000 2020 51"), ("holder", "Chor Musterklang e. V.")]).await;
    assert!(errors(&wrong).contains("Geben Sie die IBAN so ein"), "{}", wrong.body);
    let named = sends(browser, &account, &account, &[("iban", "DE02 1203 0000 0000 2020 51"), ("holder", "Chor Musterklang e. V.")]).await;
    assert_eq!(named.status, 303, "{}", named.body);
    let page = browser.gets(&format!("/applicants/{}", in_address(&stage.applicant_id))).await.body;
    assert!(page.contains("DE02 … 2051") && page.contains("wird noch geprüft") && !page.contains("202051"), "{page}");

    let new = format!("{path}/payouts/new");
    let said = errors(&sends(browser, &new, &new, &[("amount", ""), ("purpose", "")]).await);
    for expected in ["#amount", "#purpose", "#neededBy"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let date = [("neededBy-day", "15"), ("neededBy-month", "11"), ("neededBy-year", "2019")];
    let ask = |amount| [("amount", amount), ("purpose", "Fähre")].into_iter().chain(date).collect::<Vec<_>>();
    let wrong = sends(browser, &new, &new, &ask("2.500,01")).await;
    assert!(errors(&wrong).contains("Abgerufen werden können noch 2.500,00 €."), "{}", wrong.body);
    assert_eq!(sends(browser, &new, &new, &ask("2.500,00")).await.location, format!("{path}?done=requested"));

    let query = "query($id: ID!) { node(id: $id) { ... on Award { payouts { id } } } applicant(id: $applicant) { bankAccounts { id } } }";
    let query = query.replace("($id: ID!)", "($id: ID!, $applicant: ID!)");
    let found = stage.officer.asks(&query, json!({ "id": award, "applicant": stage.applicant_id })).await;
    let (payout, account) = (id(&found["node"]["payouts"][0]["id"]), id(&found["applicant"]["bankAccounts"][0]["id"]));
    stage.officer.does("confirmBankAccount", json!({ "bankAccountId": account }), "bankAccount { id }").await;
    stage.officer.does("certifyPayout", json!({ "payoutId": payout, "bankAccountId": account }), "payout { id }").await;
    stage.finance.does("orderPayout", json!({ "payoutId": payout }), "payout { id }").await;
    stage.finance.does("bookPayoutExecution", json!({ "payoutId": payout, "on": "2019-10-01" }), "payout { id }").await;
    let page = browser.gets(&path).await.body;
    assert!(page.contains("Ausgezahlt") && page.contains("2.500,00\u{a0}€"), "{page}");
    assert!(browser.gets("/projects?year=2020").await.body.contains("Chor Musterklang e. V."), "everybody can read of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_twice_at_once_is_one_deed() {
    for backend in Backend::ALL {
        let (stage, browser) = begin(backend).await;
        let page = browser.gets("/applications/new").await;
        let mut fields = carried(&page, "/applications");
        fields.extend([("applicant".to_owned(), in_address(&stage.applicant_id)), ("round".to_owned(), in_address(&stage.round))]);
        let mut posts = tokio::task::JoinSet::new();
        for _ in 0..5 {
            let (mut browser, fields) = (browser.clone(), fields.clone());
            posts.spawn(async move {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                browser.posts("/applications", &fields).await
            });
        }
        let answers = posts.join_all().await;
        let places: Vec<&str> = answers.iter().map(|shown| shown.location.as_str()).collect();
        assert!(answers.iter().all(|shown| shown.status == 303) && places.iter().all(|place| *place == places[0]), "{places:?}");
        let found = stage.applicant.asks("{ applications { totalCount } }", json!({})).await;
        assert_eq!(found["applications"]["totalCount"], 1);

        // So is a save: the second one finds what the first one did, and is no conflict.
        let mut browser = browser;
        let path = format!("{}/project", places[0]);
        let mut fields = carried(&browser.gets(&path).await, &path);
        fields.push(("title".to_owned(), "Einmal".to_owned()));
        fields.push(("do".to_owned(), "save".to_owned()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (first, second) = (browser.clone().posts(&path, &fields).await, browser.posts(&path, &fields).await);
        assert_eq!((first.status, second.status), (303, 303), "{}", second.body);
        assert_eq!(form_of(&stage, places[0]).await["version"], 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tab_that_saved_first_is_told_of_and_nothing_typed_is_lost() {
    for backend in Backend::ALL {
        let (stage, mut browser) = begin(backend).await;
        let application = filled(&stage, &mut browser).await;
        let path = format!("{application}/project");
        let late = carried(&browser.gets(&path).await, &path);
        assert_eq!(sends(&mut browser, &path, &path, &[("title", "Vom anderen Fenster"), ("do", "save")]).await.status, 303);
        let mut fields: Vec<(&str, &str)> = late.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend([("title", "Von diesem Fenster"), ("do", "save")]);
        let conflict = browser.posts(&path, &fields).await;
        assert_eq!(conflict.status, 409);
        for expected in ["Jemand hat inzwischen gespeichert", "value=\"Von diesem Fenster\"", "Vom anderen Fenster"] {
            assert!(conflict.body.contains(expected), "{expected}: {}", conflict.body);
        }
        assert_eq!(form_of(&stage, &application).await["form"]["title"], "Vom anderen Fenster");
        // Whoever saves once more means it.
        let again = carried(&conflict, &path);
        let mut fields: Vec<(&str, &str)> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend([("title", "Von diesem Fenster"), ("do", "save")]);
        assert_eq!(browser.posts(&path, &fields).await.status, 303);
        assert_eq!(form_of(&stage, &application).await["form"]["title"], "Von diesem Fenster");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_survives_the_end_of_the_session() {
    for backend in Backend::ALL {
        let (stage, mut browser) = begin(backend).await;
        let application = filled(&stage, &mut browser).await;
        let path = format!("{application}/project");
        let page = carried(&browser.gets(&path).await, &path);
        let mut fields: Vec<(&str, &str)> = page.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend([("title", "Mühsam \"getippt\""), ("do", "save")]);
        stage.app.at("2019-10-02T10:00:00Z");
        let over = browser.posts(&path, &fields).await;
        assert_eq!(over.status, 403);
        assert!(over.body.contains("Sie sind nicht mehr angemeldet") && over.body.contains("Mühsam &quot;getippt&quot;"), "{}", over.body);
        assert!(!over.body.contains("name=\"form-token\"") && !over.body.contains("name=\"key\""), "what belonged to the session is gone");
        assert_eq!(form_of(&stage, &application).await["form"]["title"], "Chorreise nach Tallinn");

        // Signed in again in another tab, the same form is shown once more with this session's token, and saved when it is sent.
        let mut browser = stage.app.signed_in(CORA).await;
        let typed = [("title", "Mühsam \"getippt\""), ("do", "save"), ("version", page[2].1.as_str())];
        let shown = browser.posts(&path, &typed).await;
        assert_eq!(shown.status, 403, "without a token nothing is done");
        let again = carried(&shown, &path);
        assert!(again.contains(&("title".to_owned(), "Mühsam &quot;getippt&quot;".to_owned())), "{again:?}");
        let token = again.iter().find(|(name, _)| name == "form-token").expect("a token").1.clone();
        let fields: Vec<(&str, &str)> = typed.iter().copied().chain([("form-token", token.as_str())]).collect();
        assert_eq!(browser.posts(&path, &fields).await.status, 303);
        assert_eq!(form_of(&stage, &application).await["form"]["title"], "Mühsam \"getippt\"");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_round_is_told_and_takes_nothing_away() {
    for backend in Backend::ALL {
        let (stage, mut browser) = begin(backend).await;
        let application = filled(&stage, &mut browser).await;
        stage.app.at("2019-10-31T22:59:00Z");
        let mut browser_late = stage.app.signed_in(CORA).await;
        let page = browser_late.gets(&format!("{application}/check")).await;
        stage.app.at("2019-10-31T23:00:00Z");
        let fields = carried(&page, &format!("{application}/check"));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let late = browser_late.posts(&format!("{application}/check"), &fields).await;
        assert_eq!(late.status, 422);
        assert!(late.body.contains("Die Frist der Förderrunde endete am 31.10.2019."), "{}", late.body);
        let hub = browser_late.gets(&application).await.body;
        assert!(hub.contains("Die Frist endete am 31.10.2019."), "{hub}");
        let path = format!("{application}/project");
        assert_eq!(sends(&mut browser_late, &path, &path, &[("title", "Doch noch"), ("do", "save")]).await.status, 303);
        assert_eq!(form_of(&stage, &application).await["form"]["title"], "Doch noch");
        // It was withdrawn meanwhile: nothing can be saved, and what was typed can be copied.
        let page = carried(&browser_late.gets(&path).await, &path);
        let api = in_api("Application", &application);
        stage.applicant.does("withdrawApplication", json!({ "applicationId": api }), "application { id }").await;
        let mut fields: Vec<(&str, &str)> = page.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend([("title", "Zu spät getippt"), ("do", "save")]);
        let refused = browser_late.posts(&path, &fields).await;
        assert_eq!(refused.status, 409);
        assert!(refused.body.contains("Das ließ sich nicht speichern") && refused.body.contains("Zu spät getippt"), "{}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_added_and_removed_without_a_script() {
    for backend in Backend::ALL {
        let (stage, mut browser) = begin(backend).await;
        let application = filled(&stage, &mut browser).await;
        let path = format!("{application}/costs");
        let rows = |shown: &Shown| shown.body.matches("].text\" type=\"text\"").count();
        assert_eq!(rows(&browser.gets(&path).await), 2);
        let typed = [
            ("costLines[0].category", "transport"),
            ("costLines[0].text", "Fähre hin"),
            ("costLines[0].amount", "1.250,00"),
            ("costLines[1].category", "transport"),
            ("costLines[1].text", "Fähre zurück"),
            ("costLines[1].amount", "1.250,00"),
        ];
        let with = |deed: &'static str| typed.iter().copied().chain([("do", deed)]).collect::<Vec<_>>();
        let added = sends(&mut browser, &path, &path, &with("add-cost")).await;
        assert_eq!((added.status, added.location.as_str()), (303, format!("{path}?more=1#costLines[2].category").as_str()));
        let page = browser.gets(&format!("{path}?more=1")).await;
        assert_eq!(rows(&page), 3);
        assert!(page.body.contains("value=\"Fähre zurück\"") && page.body.contains("2.500,00\u{a0}€"), "the sum of the last save");
        let removed = sends(&mut browser, &path, &path, &with("remove-cost-0")).await;
        assert_eq!(removed.status, 303);
        let form = form_of(&stage, &application).await;
        assert_eq!(form["form"]["costLines"], json!([{ "text": "Fähre zurück", "amount": "1250.00" }]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_foreign_pages_and_things_of_others_are_refused() {
    for backend in Backend::ALL {
        let (stage, mut browser) = begin(backend).await;
        let application = filled(&stage, &mut browser).await;
        let before = form_of(&stage, &application).await;
        let path = format!("{application}/project");
        let fields = carried(&browser.gets(&path).await, &path);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([("title", "Fremd")]).collect();
        let mut foreign = browser.from_origin("https://evil.example");
        assert_eq!(foreign.posts(&path, &fields).await.status, 403, "from a foreign page, even with the token");
        let without: Vec<(&str, &str)> = fields.iter().copied().filter(|(name, _)| *name != "form-token").collect();
        assert_eq!(browser.posts(&path, &without).await.status, 403, "without the token");

        // Somebody else: for them these things don't exist.
        stage.app.person("Otto Anders", "otto@verein.example", "de", &[]).await;
        let mut other = stage.app.signed_in("otto@verein.example").await;
        let token = other.gets("/account").await.hidden("form-token");
        let applicant = format!("/applicants/{}", in_address(&stage.applicant_id));
        let pages = ["", "/project", "/costs", "/check", "/history", "/withdraw"].map(|page| format!("{application}{page}"));
        for page in pages.iter().chain([&applicant, &format!("{applicant}/people"), &format!("{applicant}/account")]) {
            assert_eq!(other.gets(page).await.status, 404, "{page}");
        }
        let posts = [
            format!("{application}/project"),
            format!("{application}/check"),
            format!("{application}/withdraw"),
            format!("{applicant}/account"),
            format!("{applicant}/people"),
            format!("{applicant}/joint"),
        ];
        for page in &posts {
            let fields = [("form-token", token.as_str()), ("confirmed", "yes"), ("title", "Fremd"), ("level", "owner")];
            assert_eq!(other.posts(page, &fields).await.status, 404, "{page}");
        }
        // A reader of the same organisation looks, and changes nothing.
        stage.joins("Lena Lesend", "lena@chor.example", "READER").await;
        let mut reader = stage.app.signed_in("lena@chor.example").await;
        assert_eq!(reader.gets(&application).await.status, 200);
        assert_eq!(reader.gets(&path).await.status, 403);
        let token = reader.gets("/account").await.hidden("form-token");
        assert_eq!(reader.posts(&path, &[("form-token", &token), ("title", "Lesend")]).await.status, 403);
        assert_eq!(reader.posts(&format!("{application}/check"), &[("form-token", &token)]).await.status, 403);
        assert_eq!(form_of(&stage, &application).await, before);
        // And who has not signed in is led there.
        let nobody = Browser::at(&stage.app);
        for page in ["/desk", "/account", &application, "/applications/new", "/applicants/new"] {
            assert_eq!(nobody.gets(page).await.location, "/sign-in", "{page}");
        }
    }
}
