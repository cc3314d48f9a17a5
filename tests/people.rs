//! People: who acts for an organisation and how far, joining and leaving, two who submit together, roles for a time, and what is kept about
//! each.

use serde_json::{Value, json};
use testkit::{App, Backend, Client};

use crate::stage::{Stage, id};
use crate::subscriptions::{Socket, WATCH};

async fn begin(backend: Backend) -> Stage {
    Stage::begin(App::start(backend).await).await
}

async fn codes(client: &Client, verb: &str, input: Value) -> Vec<String> {
    client.mutates(verb, input, "__typename").await.codes()
}

async fn id_of(client: &Client) -> String {
    id(&client.asks("{ viewer { id } }", json!({})).await["viewer"]["id"])
}

/// Whom somebody acts for, how far, by the members that they see.
async fn members(client: &Client, applicant: &str) -> Vec<String> {
    let query = "query($id: ID!) { applicant(id: $id) { members { level person { name } } } }";
    let seen = client.asks(query, json!({ "id": applicant })).await;
    let members = seen["applicant"]["members"].as_array().cloned().unwrap_or_default();
    members
        .iter()
        .map(|member| format!("{} {}", member["person"]["name"].as_str().unwrap_or("?"), member["level"].as_str().unwrap_or("?")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_invites_an_editor_works_a_reader_reads() {
    for backend in Backend::ALL {
        let stage = begin(backend).await;
        let editor = stage.joins("Edda", "Edda@Chor.example", "EDITOR").await;
        let reader = stage.joins("Rena", "rena@chor.example", "READER").await;
        assert_eq!(members(&reader, &stage.applicant_id).await, ["Cora Chor OWNER", "Edda EDITOR", "Rena READER"]);

        let start = json!({ "roundId": stage.round, "applicantId": stage.applicant_id });
        assert_eq!(codes(&reader, "startApplication", start.clone()).await, ["FORBIDDEN"]);
        let draft = id(&editor.does("startApplication", start, "application { id }").await["application"]["id"]);
        let save = json!({ "applicationId": draft, "form": Stage::form() });
        assert_eq!(codes(&reader, "saveDraft", save.clone()).await, ["FORBIDDEN"]);
        editor.does("saveDraft", save, "application { id }").await;
        let seen = reader.asks("query($id: ID!) { application(id: $id) { title availableActions } }", json!({ "id": draft })).await;
        assert_eq!(seen["application"], json!({ "title": "Chorreise", "availableActions": [] }));
        assert_eq!(codes(&reader, "submitApplication", json!({ "applicationId": draft })).await, ["FORBIDDEN"]);
        editor.does("submitApplication", json!({ "applicationId": draft }), "application { id }").await;
        assert_eq!(codes(&editor, "withdrawApplication", json!({ "applicationId": draft })).await, ["FORBIDDEN"]);

        let name = json!({ "applicantId": stage.applicant_id, "iban": "DE02120300000000202051", "holder": "Chor" });
        assert_eq!(codes(&editor, "nameBankAccount", name.clone()).await, ["FORBIDDEN"]);
        stage.applicant.does("nameBankAccount", name, "bankAccount { id }").await;
        let query = "query($id: ID!) { applicant(id: $id) { bankAccounts { iban shortenedIban } } }";
        for (person, iban) in [
            (&stage.applicant, json!("DE02120300000000202051")),
            (&editor, Value::Null),
            (&reader, Value::Null),
            (&stage.finance, json!("DE02120300000000202051")),
        ] {
            let seen = person.asks(query, json!({ "id": stage.applicant_id })).await;
            assert_eq!(seen["applicant"]["bankAccounts"][0], json!({ "iban": iban, "shortenedIban": "DE02 … 2051" }), "{}", person.email);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_for_its_address_alone_and_says_nothing_of_who_is_known() {
    for backend in Backend::ALL {
        let stage = begin(backend).await;
        let known = stage.app.person("Bekannt", "bekannt@verein.example", "de", &[]).await;
        let selection = "invitation { name email level state applicantName } userErrors { code }";
        let mut answers = Vec::new();
        for email in ["bekannt@verein.example", "niemand@verein.example"] {
            let input = json!({ "applicantId": stage.applicant_id, "name": "Neu", "email": email, "level": "EDITOR" });
            let answer = stage.applicant.mutates("inviteMember", input.clone(), selection).await;
            answers.push(answer.body.to_string().replace(email, "…"));
            assert_eq!(stage.applicant.is_refused("inviteMember", input).await, ["- email"], "invited already");
        }
        assert_eq!(answers[0], answers[1]);

        let mine = known.asks("{ viewer { invitations { id applicantName availableActions } } }", json!({})).await;
        let mine = &mine["viewer"]["invitations"];
        assert_eq!(mine[0]["availableActions"], json!(["ACCEPT_INVITATION", "DECLINE_INVITATION"]));
        assert_eq!(mine.as_array().map(Vec::len), Some(1));
        let invitation = json!({ "invitationId": mine[0]["id"] });
        let stranger = stage.app.person("Fremd", "fremd@verein.example", "de", &[]).await;
        for verb in ["acceptInvitation", "declineInvitation", "withdrawInvitation"] {
            assert_eq!(codes(&stranger, verb, invitation.clone()).await, ["NOT_FOUND"], "{verb}");
        }
        assert_eq!(codes(&stage.applicant, "acceptInvitation", invitation.clone()).await, ["FORBIDDEN"], "the owner is not invited");
        assert_eq!(codes(&known, "withdrawInvitation", invitation.clone()).await, ["FORBIDDEN"]);
        known.does("declineInvitation", invitation.clone(), "invitation { state }").await;
        assert_eq!(known.is_refused("acceptInvitation", invitation).await, ["- -"], "declined");
        let invitation = json!({ "invitationId": stage.invites("bekannt@verein.example", "READER").await });
        stage.applicant.does("withdrawInvitation", invitation.clone(), "invitation { state }").await;
        assert_eq!(known.is_refused("acceptInvitation", invitation).await, ["- -"], "withdrawn");
        let invitation = json!({ "invitationId": stage.invites("bekannt@verein.example", "READER").await });
        stage.app.at("2019-10-29T10:00:00Z");
        assert_eq!(known.is_refused("acceptInvitation", invitation).await, ["- -"], "28 days later");
        let wrong = json!({ "applicantId": stage.applicant_id, "name": "", "email": "a@b@c", "level": "OWNER" });
        assert_eq!(stage.applicant.is_refused("inviteMember", wrong).await, ["R2 name", "- email"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_an_owner_at_every_moment() {
    for backend in Backend::ALL {
        let stage = begin(backend).await;
        let successor = stage.joins("Nora", "nora@chor.example", "EDITOR").await;
        let applicant = json!({ "applicantId": stage.applicant_id });
        let (own, theirs) = (stage.membership_of(&stage.applicant).await, stage.membership_of(&successor).await);
        assert_eq!(stage.applicant.is_refused("leaveApplicant", applicant.clone()).await, ["- -"]);
        assert_eq!(stage.applicant.is_refused("changeMembership", json!({ "membershipId": own, "level": "READER" })).await, ["- -"]);
        assert_eq!(stage.applicant.is_refused("endMembership", json!({ "membershipId": own, "reason": "x" })).await, ["- -"]);
        assert_eq!(codes(&successor, "endMembership", json!({ "membershipId": own, "reason": "x" })).await, ["FORBIDDEN"]);
        let hand_over = |to: &str| json!({ "applicantId": stage.applicant_id, "membershipId": to, "remainingLevel": "READER" });
        assert_eq!(codes(&successor, "handOverApplicant", hand_over(&theirs)).await, ["FORBIDDEN"]);
        assert_eq!(stage.applicant.is_refused("handOverApplicant", hand_over(&own)).await, ["- membershipId"]);
        stage.applicant.does("handOverApplicant", hand_over(&theirs), "applicant { id }").await;
        assert_eq!(members(&successor, &stage.applicant_id).await, ["Cora Chor READER", "Nora OWNER"]);
        assert_eq!(codes(&stage.applicant, "endMembership", json!({ "membershipId": theirs, "reason": "x" })).await, ["FORBIDDEN"]);

        // Two owners, who both leave at the same time: one of them stays.
        successor.does("changeMembership", json!({ "membershipId": own, "level": "OWNER" }), "membership { level }").await;
        let leave = |who: Client| {
            let input = applicant.clone();
            async move { who.mutates("leaveApplicant", input, "__typename").await.body }
        };
        let (one, two) = futures_util::join!(leave(stage.applicant.clone()), leave(successor.clone()));
        let left = [&one, &two].iter().filter(|body| body["data"]["leaveApplicant"]["userErrors"] == json!([])).count();
        assert_eq!(left, 1, "{one} {two}");
        assert_eq!(members(&stage.officer, &stage.applicant_id).await.len(), 1);
        let gone = if one["data"]["leaveApplicant"]["userErrors"] == json!([]) { &stage.applicant } else { &successor };
        let seen = gone.asks("query($id: ID!) { applicant(id: $id) { name } }", json!({ "id": stage.applicant_id })).await;
        assert_eq!(seen["applicant"], Value::Null, "who left sees nothing any more");
        assert_eq!(stage.app.engine().verify().await.expect("verified").findings.len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_owner_is_gone_the_administrator_appoints_one_and_the_others_are_told() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        let reader = stage.joins("Rena", "rena@chor.example", "READER").await;
        let admin = stage.app.person("Adam", "adam@stadt.example", "de", &["administrator"]).await;
        let gone = stage.membership_of(&stage.applicant).await;
        let new = stage.app.person("Nora", "nora@chor.example", "de", &[]).await;
        let found = admin.asks("{ persons(search: \"NORA@\") { nodes { id name email } } }", json!({})).await;
        assert_eq!(found["persons"]["nodes"][0]["name"], "Nora");
        let appoint = |person: &str, reason: &str| json!({ "applicantId": stage.applicant_id, "personId": person, "replacesId": gone, "reason": reason });
        let nora = id(&found["persons"]["nodes"][0]["id"]);
        assert_eq!(codes(&stage.officer, "appointOwner", appoint(&nora, "x")).await, ["FORBIDDEN"]);
        assert_eq!(admin.is_refused("appointOwner", appoint(&nora, " ")).await, ["R2 reason"]);
        assert_eq!(admin.is_refused("appointOwner", appoint(&id_of(&admin).await, "x")).await, ["- personId"]);
        admin.does("appointOwner", appoint(&nora, "Die Vorsitzende ist verstorben; Registerauszug lag vor."), "applicant { id }").await;
        assert_eq!(members(&new, &stage.applicant_id).await, ["Rena READER", "Nora OWNER"]);
        let digest = stage.app.mail_digest().await;
        let told = digest.lines().find(|line| line.contains("verantwortliche Person eingesetzt")).expect("they are told");
        assert!(told.contains(&stage.applicant.email) && told.contains(&reader.email), "{digest}");
        assert!(!told.contains("nora@"), "{digest}");
        let record = stage.app.person("Rita", "rita@stadt.example", "de", &["auditor"]).await;
        let events = record
            .asks("query($id: ID) { events(first: 100, subject: $id) { nodes { kind details } } }", json!({ "id": stage.applicant_id }))
            .await;
        let events = events["events"]["nodes"].as_array().expect("events").clone();
        let appointed = events.iter().find(|event| event["kind"] == "owner-appointed").expect("it is recorded");
        assert!(appointed["details"].as_str().is_some_and(|details| details.contains("Registerauszug")), "{appointed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_acts_for_two_organisations_and_for_each_as_far_as_it_says() {
    for backend in Backend::ALL {
        let stage = begin(backend).await;
        let both = stage.joins("Bea", "bea@chor.example", "READER").await;
        let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "Sportverein", "address": "Weg 2" });
        let own = id(&both.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]);
        let seen = both.asks("{ viewer { applicants { name availableActions } } }", json!({})).await;
        let seen = seen["viewer"]["applicants"].as_array().expect("two").clone();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0]["availableActions"], json!([]));
        assert!(seen[1]["availableActions"].to_string().contains("START_APPLICATION"), "{seen:?}");
        let start = |applicant: &str| json!({ "roundId": stage.round, "applicantId": applicant });
        assert_eq!(codes(&both, "startApplication", start(&stage.applicant_id)).await, ["FORBIDDEN"]);
        both.does("startApplication", start(&own), "application { id }").await;
        stage.draft().await;
        assert_eq!(both.asks("{ applications { totalCount } }", json!({})).await["applications"]["totalCount"], 2);
        assert_eq!(stage.applicant.asks("{ applications { totalCount } }", json!({})).await["applications"]["totalCount"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_submit_where_the_organisation_is_represented_jointly() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_links(backend).await).await;
        let require = |required: bool| json!({ "applicantId": stage.applicant_id, "required": required });
        assert_eq!(stage.applicant.is_refused("requireJointRepresentation", require(true)).await, ["- required"], "nobody could confirm");
        let editor = stage.joins("Edda", "edda@chor.example", "EDITOR").await;
        let reader = stage.joins("Rena", "rena@chor.example", "READER").await;
        assert_eq!(codes(&editor, "requireJointRepresentation", require(true)).await, ["FORBIDDEN"]);
        stage.applicant.does("requireJointRepresentation", require(true), "applicant { jointRepresentation }").await;

        let draft = stage.draft().await;
        let application = json!({ "applicationId": draft });
        assert_eq!(editor.is_refused("confirmSubmission", application.clone()).await, ["- -"], "nothing to confirm");
        let signed =
            stage.applicant.does("submitApplication", application.clone(), "application { state number signedAt availableActions }").await;
        assert_eq!((&signed["application"]["state"], &signed["application"]["number"]), (&json!("DRAFT"), &Value::Null));
        assert_eq!(signed["application"]["signedAt"], "2019-10-01T10:00:00Z");
        assert_eq!(stage.applicant.is_refused("submitApplication", application.clone()).await, ["- -"]);
        assert_eq!(stage.applicant.is_refused("confirmSubmission", application.clone()).await, ["- -"], "two people are two people");
        assert_eq!(codes(&reader, "confirmSubmission", application.clone()).await, ["FORBIDDEN"]);
        // What is saved is a draft again.
        editor.does("saveDraft", json!({ "applicationId": draft, "form": Stage::form() }), "application { id }").await;
        assert_eq!(editor.is_refused("confirmSubmission", application.clone()).await, ["- -"]);
        stage.applicant.does("submitApplication", application.clone(), "application { id }").await;
        let received = editor.does("confirmSubmission", application.clone(), "application { state number receivedAt signedAt }").await;
        assert_eq!(received["application"]["state"], "SUBMITTED");
        assert_eq!(received["application"]["number"], "SP-2020-001");
        assert_eq!(received["application"]["signedAt"], Value::Null);
        let digest = stage.app.mail_digest().await;
        assert!(
            digest.contains("Bitte bestätigen Sie, dass der Antrag eingereicht wird | edda@chor.example, edda@chor.example\n"),
            "{digest}"
        );

        // The deadline is held to the second person (R3); what the first one may no longer do doesn't count.
        let late = stage.draft().await;
        let application = json!({ "applicationId": late });
        editor.does("submitApplication", application.clone(), "application { id }").await;
        let pages = crate::mail::pages_that_links_lead_to(&stage.app).await;
        assert_eq!(pages.iter().map(String::as_str).collect::<Vec<_>>(), ["/applications/:id", "/applications/:id/check", "/desk"]);
        stage.app.at("2019-10-31T23:00:00Z");
        assert_eq!(stage.applicant.is_refused("confirmSubmission", application.clone()).await, ["R3 round"]);
        stage.app.at("2019-10-31T22:59:59Z");
        let membership = stage.membership_of(&editor).await;
        stage.applicant.does("changeMembership", json!({ "membershipId": membership, "level": "READER" }), "membership { id }").await;
        assert_eq!(stage.applicant.is_refused("confirmSubmission", application.clone()).await, ["- -"], "the first may no longer");
        stage.applicant.does("requireJointRepresentation", require(false), "applicant { id }").await;
        stage.applicant.does("saveDraft", json!({ "applicationId": late, "form": Stage::form() }), "application { id }").await;
        let alone = stage.applicant.does("submitApplication", application, "application { number }").await;
        assert_eq!(alone["application"]["number"], "SP-2020-002");
        let digest = stage.app.mail_digest().await;
        assert!(digest.contains("Anträge reicht jetzt eine Person allein ein"), "{digest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_holds_for_its_time_and_ends_at_once() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        let admin = stage.app.person("Adam", "adam@stadt.example", "de", &["administrator"]).await;
        let person = json!({ "name": "Olga", "email": "Olga@Stadt.example", "language": "DE" });
        let olga = id(&admin.does("addPerson", person.clone(), "person { id email }").await["person"]["id"]);
        assert_eq!(admin.is_refused("addPerson", person).await, ["- email"], "known already");
        let known = stage.app.engine().person_by_email("olga@stadt.example").await.expect("asked").expect("known");
        let new = engine::NewToken { person: known.id, name: "test".to_owned(), access: domain::token::Access::Write, expires_at: None };
        let token = stage.app.engine().issue_token(new).await.expect("a token");
        let client = stage.applicant.with_token(&token);
        let grant = |role: &str, from: &str, until: Option<&str>| json!({ "personId": olga, "role": role, "from": from, "until": until, "reason": "Vertretung" });
        let selection = "person { roles { id role from until availableActions } }";
        let given = admin.does("grantRole", grant("CASE_OFFICER", "2019-10-03", Some("2019-10-31")), selection).await;
        let id_of_grant = id(&given["person"]["roles"][0]["id"]);
        assert_eq!(admin.is_refused("grantRole", grant("CASE_OFFICER", "2019-10-31", None)).await, ["- role"]);
        let own = json!({ "personId": id_of(&admin).await, "role": "FINANCE", "from": "2019-10-01", "reason": "x" });
        assert_eq!(admin.is_refused("grantRole", own).await, ["- personId"]);
        assert_eq!(codes(&stage.officer, "grantRole", grant("MEMBER", "2019-10-03", None)).await, ["FORBIDDEN"]);

        let application = stage.admitted().await;
        let seen =
            async || client.asks("query($id: ID!) { application(id: $id) { id } viewer { roles } }", json!({ "id": application })).await;
        assert_eq!(seen().await, json!({ "application": null, "viewer": { "roles": [] } }), "not yet");
        stage.app.at("2019-10-02T22:00:00Z");
        assert_eq!(seen().await["viewer"]["roles"], json!(["CASE_OFFICER"]), "from midnight in Berlin");

        let mut socket = Socket::open(&stage.app.address(), &client).await;
        socket.subscribe(WATCH, json!({ "id": application })).await;
        let change = async || {
            let input = json!({ "applicationId": application, "reason": "Fähre" });
            stage.officer.does("consentToEarlyStart", input, "application { id }").await;
        };
        let changes = async {
            loop {
                change().await;
                tokio::task::yield_now().await;
            }
        };
        let heard = async { assert_eq!(socket.hear().await["type"], "next") };
        tokio::select! {
            () = heard => {}
            () = changes => {}
        }
        admin.does("endRole", json!({ "roleGrantId": id_of_grant, "reason": "Rückkehr" }), "person { roles { endedAt endReason } }").await;
        assert_eq!(admin.is_refused("endRole", json!({ "roleGrantId": id_of_grant, "reason": "x" })).await, ["- -"]);
        assert_eq!(seen().await, json!({ "application": null, "viewer": { "roles": [] } }), "at once");
        assert_eq!(codes(&client, "consentToEarlyStart", json!({ "applicationId": application, "reason": "x" })).await, ["NOT_FOUND"]);
        change().await;
        while socket.hear().await["type"] != "complete" {}

        admin.does("grantRole", grant("CASE_OFFICER", "2019-10-03", Some("2019-10-31")), selection).await;
        stage.app.at("2019-10-31T22:59:59Z");
        assert_eq!(seen().await["viewer"]["roles"], json!(["CASE_OFFICER"]));
        stage.app.at("2019-10-31T23:00:00Z");
        assert_eq!(seen().await["viewer"]["roles"], json!([]), "the last day is over");
        let digest = stage.app.mail_digest().await;
        for subject in ["Sie haben eine neue Aufgabe: Sachbearbeitung", "Ihre Aufgabe ist beendet: Sachbearbeitung"] {
            assert!(digest.contains(&format!("{subject} | olga@stadt.example")), "{digest}");
        }
        assert_eq!(stage.app.engine().verify().await.expect("verified").findings.len(), 0);
    }
}

/// R37 is about people, not about roles.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_two_roles_is_one_person() {
    for backend in Backend::ALL {
        let stage = begin(backend).await;
        let both = stage.app.person("Doppel", "doppel@stadt.example", "de", &["case-officer", "finance"]).await;
        let budget = json!({ "year": 2020, "amount": "150000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let application = stage.admitted().await;
        let ballot = stage.ballot(&application).await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        let award = stage.officer.asks("query($id: ID!) { application(id: $id) { award { id } } }", json!({ "id": application })).await;
        let award = id(&award["application"]["award"]["id"]);
        stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-01" }), "award { id }").await;
        stage.applicant.does("acceptAward", json!({ "awardId": award }), "award { id }").await;
        stage.applicant.does("waiveAppeal", json!({ "awardId": award }), "award { id }").await;

        // Who named the account can't confirm it, and nothing is certified to it before another person did.
        let name = json!({ "applicantId": stage.applicant_id, "iban": "DE02120300000000202051", "holder": "Chor" });
        let account = id(&both.does("nameBankAccount", name, "bankAccount { id availableActions }").await["bankAccount"]["id"]);
        assert_eq!(both.is_refused("confirmBankAccount", json!({ "bankAccountId": account })).await, ["R37 -"]);
        let request = json!({ "awardId": award, "amount": "1000.00", "purpose": "Fähre", "neededBy": "2019-11-01" });
        let payout = id(&stage.applicant.does("requestPayout", request, "payout { id }").await["payout"]["id"]);
        let certify = json!({ "payoutId": payout, "bankAccountId": account });
        assert_eq!(both.is_refused("certifyPayout", certify.clone()).await, ["R37 bankAccountId"]);
        stage.finance.does("confirmBankAccount", json!({ "bankAccountId": account }), "bankAccount { id }").await;

        // Who certified can't order, whatever else they are; who only orders can.
        let certified = both.does("certifyPayout", certify, "payout { availableActions }").await;
        assert!(!certified["payout"]["availableActions"].to_string().contains("ORDER_PAYOUT"), "{certified}");
        assert_eq!(both.is_refused("orderPayout", json!({ "payoutId": payout })).await, ["R37 -"]);
        stage.finance.does("orderPayout", json!({ "payoutId": payout }), "payout { state }").await;
        // The bank returns it: certified anew by another person, the one with two roles can order this time.
        stage
            .finance
            .does("bookPayoutReturn", json!({ "payoutId": payout, "on": "2019-10-01", "reason": "AC04" }), "payout { state }")
            .await;
        stage.officer.does("certifyPayout", json!({ "payoutId": payout, "bankAccountId": account }), "payout { state }").await;
        both.does("orderPayout", json!({ "payoutId": payout }), "payout { state }").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_all_that_is_kept_about_them_and_corrects_it() {
    for backend in Backend::ALL {
        let stage = begin(backend).await;
        let name = json!({ "applicantId": stage.applicant_id, "iban": "DE02120300000000202051", "holder": "Chor" });
        stage.applicant.does("nameBankAccount", name, "bankAccount { id }").await;
        let application = stage.admitted().await;
        stage.ballot(&application).await;
        stage.invites("neu@chor.example", "READER").await;
        let mine = stage.applicant.asks("{ viewer { export } }", json!({})).await;
        let text = mine["viewer"]["export"].as_str().expect("a text");
        assert!(!text.contains("DE02120300000000202051"), "shortened");
        assert!(!text.contains("neu@chor.example"), "somebody else's address");
        let mine: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(mine["format"], "sonderfonds-person-1");
        assert_eq!(mine["person"]["email"], "cora@chor.example");
        assert_eq!(mine["memberships"][0]["name"], "Chor Musterklang e. V.");
        assert_eq!(mine["memberships"][0]["level"], "owner");
        assert_eq!(mine["accountsNamed"][0]["iban"], "DE02 … 2051");
        assert_eq!(mine["applicationsBegun"][0]["number"], "SP-2020-001");
        assert_eq!(mine["invitationsSent"][0]["level"], "reader");
        assert_eq!(mine["tokens"][0]["name"], "test");
        let kinds: Vec<&str> =
            mine["messages"].as_array().expect("messages").iter().filter_map(|message| message["kind"].as_str()).collect();
        assert_eq!(kinds, ["bank-account-named", "application-received", "application-admitted"]);
        let events: Vec<&str> = mine["events"].as_array().expect("events").iter().filter_map(|event| event["kind"].as_str()).collect();
        assert!(events.contains(&"person-added") && events.contains(&"application-submitted"), "{events:?}");
        let token = stage.applicant.token().expect("a token").to_owned();
        assert!(!text.contains(&token));
        let officer = stage.officer.asks("{ viewer { export } }", json!({})).await;
        let officer: Value = serde_json::from_str(officer["viewer"]["export"].as_str().expect("a text")).expect("JSON");
        assert_eq!(officer["roles"][0]["role"], "case-officer");
        assert_eq!(officer["motionsProposed"][0]["wording"], "Bewilligung von 2500.00 €");

        let corrected =
            stage.applicant.does("correctMyself", json!({ "name": " Cora Neuname ", "language": "EN" }), "person { name email }").await;
        assert_eq!(corrected["person"], json!({ "name": "Cora Neuname", "email": "cora@chor.example" }));
        assert_eq!(stage.applicant.is_refused("correctMyself", json!({ "name": "\u{7}", "language": "EN" })).await, ["- name"]);
        assert_eq!(
            stage.applicant.asks("{ viewer { name language } }", json!({})).await["viewer"],
            json!({ "name": "Cora Neuname", "language": "EN" })
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_says_what_it_is_and_nobody_overwrites_what_another_said() {
    for backend in Backend::ALL {
        let stage = begin(backend).await;
        let correction = |more: Value| {
            let mut input = json!({ "applicantId": stage.applicant_id, "name": "Chor", "address": "Weg 1\n24103 Kiel", "language": "EN" });
            input.as_object_mut().expect("an object").extend(more.as_object().expect("fields").clone());
            input
        };
        let full = json!({ "registerNumber": "VR 1234 KI", "registerCourt": "Amtsgericht Kiel", "nonProfitSince": "2018-05-02",
            "contactName": "Cora", "contactEmail": "Buero@Chor.example", "contactPhone": "0431 1234" });
        let selection = "applicant { version name language register { number court } nonProfitSince contact { name email phone } }";
        let corrected = stage.applicant.does("correctApplicant", correction(full), selection).await;
        assert_eq!(
            corrected["applicant"],
            json!({ "version": 2, "name": "Chor", "language": "EN", "register": { "number": "VR 1234 KI", "court": "Amtsgericht Kiel" },
                "nonProfitSince": "2018-05-02", "contact": { "name": "Cora", "email": "buero@chor.example", "phone": "0431 1234" } })
        );
        let outdated = correction(json!({ "expectedVersion": 1 }));
        assert_eq!(codes(&stage.officer, "correctApplicant", outdated).await, ["CONFLICT"]);
        let wrong =
            correction(json!({ "name": "", "registerNumber": "VR 1", "nonProfitSince": "2020-01-01", "contactEmail": "x@y.example" }));
        let refused = stage.applicant.is_refused("correctApplicant", wrong).await;
        assert_eq!(refused, ["R2 name", "R2 registerCourt", "- nonProfitSince", "R2 contactName"]);
        let seen = stage
            .finance
            .asks("query($id: ID!) { applicant(id: $id) { contact { name } name } }", json!({ "id": stage.applicant_id }))
            .await;
        assert_eq!(seen["applicant"], json!({ "contact": null, "name": "Chor" }), "the contact is for those who talk to it");
    }
}
