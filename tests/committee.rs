//! The committee's procedure through the API, on both databases: who is excluded sees nothing, votes in writing and en bloc, quorum,
//! substitutes, and several things at once.

use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::{App, Backend, Client, Process};

use crate::stage::{Stage, id};

/// A stage whose committee has ten members with addresses, on the seats 2 to 11; the chair has the first.
struct Committee {
    stage: Stage,
    members: Vec<Client>,
}

impl Committee {
    async fn begin(app: App) -> Self {
        let mut members = Vec::new();
        for number in 2..=11 {
            members.push(app.person(&format!("Mitglied {number}"), &format!("mitglied{number}@rat.example"), "de", &["member"]).await);
        }
        let addresses: Vec<String> = members.iter().map(|member| member.email.clone()).collect();
        let stage = Stage::begin_with(app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let budget = json!({ "year": 2020, "amount": "10000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        Self { stage, members }
    }

    async fn motion(&self, application: &str, amount: &str) -> String {
        let input = json!({ "applicationId": application, "kind": "AWARD", "amount": amount, "wording": "Bewilligung" });
        id(&self.stage.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"])
    }

    /// An open ballot on 2,500.00 for a new application, and the application.
    async fn ballot(&self, form: Value) -> (String, String) {
        let application = self.stage.admitted().await;
        let mut input = form;
        input["motionId"] = json!(self.motion(&application, "2500.00").await);
        (id(&self.stage.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]), application)
    }

    async fn votes(&self, ballot: &str, voters: &[Client], choice: &str) {
        for voter in voters {
            voter.does("castVote", json!({ "ballotId": ballot, "choice": choice }), "ballot { id }").await;
        }
    }

    async fn state(&self, application: &str) -> Value {
        let query = "query($id: ID!) { application(id: $id) { state motions { state ballot { id state votesCast computation { inWords(language: EN) } } } } }";
        self.stage.officer.asks(query, json!({ "id": application })).await["application"].clone()
    }
}

fn circular() -> Value {
    json!({ "form": "CIRCULAR", "objectionsUntil": "2019-10-04", "votesUntil": "2019-10-08" })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_excluded_sees_no_trace() {
    for backend in Backend::ALL {
        no_trace(backend).await;
    }
}

async fn no_trace(backend: Backend) {
    let committee = Committee::begin(App::with_smtp(backend).await).await;
    let (stage, member) = (&committee.stage, &committee.members[0]);
    // One application is awarded with a payout, one waits, one is being voted on; the member votes on it before they declare.
    let awarded = stage.admitted_for("8000.00").await;
    let closed = stage.ballot_for(&awarded, "8000.00").await;
    stage.chair.does("closeBallot", json!({ "ballotId": closed }), "ballot { id }").await;
    let waiting = stage.admitted_for("4000.00").await;
    let ballot = stage.ballot_for(&waiting, "4000.00").await;
    stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    let (open, balloting) = committee.ballot(json!({})).await;
    member.does("castVote", json!({ "ballotId": open, "choice": "YES" }), "ballot { id }").await;

    let everything = "{ applications(first: 50) { totalCount nodes { id number versions { ordinal } motions { id ballot { id } } award { id amount } } } \
        ballots(first: 50) { nodes { id motion { wording } } } events(first: 50) { nodes { kind subjectId } } \
        budgetYear(year: 2020) { entries(first: 50) { nodes { amount } } waitingList(first: 50) { nodes { id amount } } } }";
    let before = member.asks(everything, json!({})).await;
    assert_eq!(before["applications"]["totalCount"], 3);
    let ids: Vec<Value> = stage.officer.asks("{ applications(first: 50) { nodes { id award { id } motions { id ballot { id } } } } budgetYear(year: 2020) { waitingList(first: 9) { nodes { id } } } }", json!({})).await.to_string().split('"').filter(|part| part.len() > 25).map(|id| json!(id)).collect();
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let seen = member.asks(nodes, json!({ "ids": ids })).await;
    assert!(seen["nodes"].as_array().expect("nodes").iter().all(|node| !node.is_null()), "{seen}");

    for application in [&awarded, &waiting, &balloting] {
        let declared = member
            .does("declareRecusal", json!({ "applicationId": application }), "recusal { applicationNumber application { id } }")
            .await;
        assert!(declared["recusal"]["application"].is_null() && declared["recusal"]["applicationNumber"].is_string(), "{declared}");
    }
    let after = member.asks(everything, json!({})).await;
    assert_eq!(after["applications"], json!({ "totalCount": 0, "nodes": [] }));
    assert_eq!(after["ballots"]["nodes"], json!([]));
    assert_eq!(after["budgetYear"]["waitingList"]["nodes"], json!([]));
    assert_eq!(after["budgetYear"]["entries"]["nodes"].as_array().expect("entries").len(), 1, "the appropriation alone");
    let events = after["events"]["nodes"].as_array().expect("events");
    assert!(events.iter().all(|event| event["kind"] == "recusal-declared"), "{events:?}");
    let seen = member.asks(nodes, json!({ "ids": ids })).await;
    assert!(seen["nodes"].as_array().expect("nodes").iter().all(Value::is_null), "{seen}");
    assert!(member.asks("{ applicationByNumber(number: \"SP-2020-001\") { id } }", json!({})).await["applicationByNumber"].is_null());
    for (verb, input) in [
        ("castVote", json!({ "ballotId": open, "choice": "YES" })),
        ("objectToEnBloc", json!({ "ballotId": open })),
        ("objectToCircularVote", json!({ "ballotId": open })),
        ("declareRecusal", json!({ "applicationId": awarded })),
    ] {
        assert_eq!(member.mutates(verb, input, "__typename").await.codes(), ["NOT_FOUND"], "{verb}");
    }
    let own = member.asks("{ viewer { recusals { applicationNumber application { id } person { name } } } }", json!({})).await;
    assert_eq!(own["viewer"]["recusals"].as_array().expect("recusals").len(), 3);
    let now = committee.state(&balloting).await;
    assert_eq!(now["motions"][0]["ballot"]["votesCast"], 0, "the vote that they had cast is gone");

    // What is told from now on is not told them.
    stage.app.deliver_mail().await;
    let told = stage.app.received_by(&member.email);
    assert!(told <= 2, "the budget, and the invitation if it was sent before they declared: else it was taken back");
    assert_eq!(stage.app.received_by(&committee.members[1].email), 2, "the budget and the invitation");
    committee.votes(&open, &committee.members[1..], "YES").await;
    stage.chair.does("closeBallot", json!({ "ballotId": open }), "ballot { carried }").await;
    let now = committee.state(&balloting).await;
    let words = "11 seats, 0 empty, 1 excluded; more than half of 10 is 6; present 9; 9 yes, 0 no, 0 abstained; carried";
    assert_eq!(now["motions"][0]["ballot"]["computation"]["inWords"], words);
    stage.app.deliver_mail().await;
    assert_eq!(stage.app.received_by(&member.email), told);
    let report = stage.app.engine().verify().await.expect("verifies");
    assert_eq!(report.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_recusal_can_be_disputed_and_the_others_decide() {
    for backend in Backend::ALL {
        let committee = Committee::begin(App::start(backend).await).await;
        let (stage, member) = (&committee.stage, &committee.members[0]);
        let application = stage.admitted().await;
        let motion = committee.motion(&application, "2500.00").await;
        let person = id(&member.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]);
        let input = json!({ "applicationId": application, "personId": person, "reason": "Kassenwart" });
        let recusal = id(&stage.officer.does("recordRecusal", input.clone(), "recusal { id }").await["recusal"]["id"]);
        assert_eq!(stage.officer.is_refused("recordRecusal", input).await, ["R16 personId"]);
        let disputed = member
            .does(
                "disputeRecusal",
                json!({ "recusalId": recusal, "reason": "Seit 2018 nicht mehr" }),
                "recusal { state application { id } }",
            )
            .await;
        assert_eq!(disputed["recusal"], json!({ "state": "DISPUTED", "application": null }));
        let open = json!({ "motionId": motion });
        assert_eq!(stage.officer.is_refused("openBallot", open.clone()).await, ["R16 -"], "the dispute comes first");

        let query = "query($id: ID!) { application(id: $id) { motions { id kind } } }";
        let motions = stage.officer.asks(query, json!({ "id": application })).await["application"]["motions"].clone();
        assert_eq!(motions[1]["kind"], "EXCLUDE");
        assert_eq!(stage.officer.is_refused("withdrawMotion", json!({ "motionId": motions[1]["id"] })).await, ["R16 -"]);
        let ballot = id(&stage.officer.does("openBallot", json!({ "motionId": motions[1]["id"] }), "ballot { id }").await["ballot"]["id"]);
        assert_eq!(member.mutates("castVote", json!({ "ballotId": ballot, "choice": "NO" }), "__typename").await.codes(), ["NOT_FOUND"]);
        committee.votes(&ballot, &committee.members[1..], "NO").await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { carried }").await;
        let seen = member.asks("{ viewer { recusals { state application { id } } } }", json!({})).await;
        assert_eq!(seen["viewer"]["recusals"], json!([{ "state": "DISMISSED", "application": { "id": application } }]));
        stage.officer.does("openBallot", open, "ballot { id }").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_acts_for_the_applicant_has_to_be_recorded_before_a_ballot() {
    let app = App::start(Backend::Sqlite).await;
    let member = app.person("Mia Mitglied", "mia@rat.example", "de", &["member"]).await;
    let stage = Stage::begin_with(app, &["mia@rat.example"]).await;
    let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "Kunstverein", "address": "Musterweg 2" });
    let applicant = id(&member.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]);
    let own = Stage { applicant: member.clone(), applicant_id: applicant, ..stage };
    let application = own.admitted().await;
    let proposed =
        own.officer.asks("query($id: ID!) { application(id: $id) { proposedRecusals { id name } } }", json!({ "id": application })).await;
    let proposed = &proposed["application"]["proposedRecusals"];
    assert_eq!(proposed[0]["name"], "Mia Mitglied");
    let input = json!({ "applicationId": application, "kind": "REJECT", "wording": "Ablehnung" });
    let motion = id(&own.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"]);
    assert_eq!(own.officer.is_refused("openBallot", json!({ "motionId": motion })).await, ["R16 -"]);
    let input = json!({ "applicationId": application, "personId": proposed[0]["id"] });
    own.officer.does("recordRecusal", input, "recusal { id }").await;
    own.officer.does("openBallot", json!({ "motionId": motion }), "ballot { id }").await;
    // As who applies they still see what they handed in, and nothing of the committee's.
    let query = "query($id: ID!) { applications { totalCount } application(id: $id) { title: state motions { id } recusals { id } } }";
    let seen = member.asks(query, json!({ "id": application })).await;
    assert_eq!(seen["applications"]["totalCount"], 1);
    assert_eq!(seen["application"]["motions"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_in_writing_is_objected_to_or_ends_at_its_deadline() {
    for backend in Backend::ALL {
        let committee = Committee::begin(App::with_links(backend).await).await;
        let (stage, members) = (&committee.stage, &committee.members);
        let (objected, first) = committee.ballot(circular()).await;
        let (ended, second) = committee.ballot(circular()).await;
        let (missed, third) = committee.ballot(circular()).await;
        committee.votes(&objected, &members[..9], "YES").await;
        assert_eq!(stage.chair.is_refused("closeBallot", json!({ "ballotId": objected })).await, ["R21 -"], "one has not voted");
        members[9].does("objectToCircularVote", json!({ "ballotId": objected }), "ballot { state }").await;
        let now = committee.state(&first).await;
        assert_eq!(
            (&now["state"], &now["motions"][0]["state"], &now["motions"][0]["ballot"]["state"]),
            (&json!("ADMITTED"), &json!("PENDING"), &json!("OBJECTED"))
        );

        committee.votes(&ended, &members[..5], "YES").await;
        committee.votes(&ended, &members[5..7], "NO").await;
        committee.votes(&missed, &members[..5], "YES").await;
        stage.app.at("2019-10-05T10:00:00Z");
        assert_eq!(members[8].is_refused("objectToCircularVote", json!({ "ballotId": ended })).await, ["R21 -"], "too late");
        assert_eq!(stage.app.engine().remind_of_votes().await.expect("looks"), 0);
        stage.app.at("2019-10-06T10:00:00Z");
        assert_eq!(stage.app.engine().remind_of_votes().await.expect("reminds"), 2);
        assert_eq!(stage.app.engine().remind_of_votes().await.expect("looks"), 0, "once");
        stage.app.deliver_mail().await;
        assert_eq!(stage.app.received_by(&members[9].email), 1 + 3 + 2, "the budget, three invitations, two reminders");
        assert_eq!(stage.app.received_by(&members[0].email), 1 + 3);

        stage.app.at("2019-10-08T21:59:59Z");
        members[7].does("castVote", json!({ "ballotId": ended, "choice": "ABSTAIN" }), "ballot { id }").await;
        assert_eq!(stage.app.engine().close_votes_that_are_over().await.expect("looks"), 0);
        stage.app.at("2019-10-08T22:00:00Z");
        assert_eq!(members[8].is_refused("castVote", json!({ "ballotId": ended, "choice": "NO" })).await, ["R21 -"], "over");
        assert_eq!(stage.app.engine().close_votes_that_are_over().await.expect("closes"), 2);
        assert_eq!(stage.app.engine().close_votes_that_are_over().await.expect("looks"), 0);
        let now = committee.state(&second).await;
        let words = "11 seats, 0 empty, 0 excluded; more than half of 11 is 6; present 8; 5 yes, 2 no, 1 abstained; carried";
        assert_eq!((&now["state"], &now["motions"][0]["ballot"]["computation"]["inWords"]), (&json!("AWARDED"), &json!(words)));
        let now = committee.state(&third).await;
        let words = "11 seats, 0 empty, 0 excluded; more than half of 11 is 6; present 5; no quorum";
        assert_eq!((&now["state"], &now["motions"][0]["ballot"]["computation"]["inWords"]), (&json!("ADMITTED"), &json!(words)));
        // What was objected to, or had no quorum, is voted on again in a meeting.
        let motion = stage.officer.asks("query($id: ID!) { application(id: $id) { motions { id } } }", json!({ "id": third })).await;
        let again = json!({ "motionId": motion["application"]["motions"][0]["id"] });
        let again = id(&stage.officer.does("openBallot", again, "ballot { id }").await["ballot"]["id"]);
        committee.votes(&again, members, "NO").await;
        stage.chair.does("closeBallot", json!({ "ballotId": again }), "ballot { carried }").await;
        assert_eq!(committee.state(&third).await["state"], "REJECTED");
        let pages = crate::mail::pages_that_links_lead_to(&stage.app).await;
        assert_eq!(
            pages.iter().map(String::as_str).collect::<Vec<_>>(),
            ["/applications/:id", "/committee/ballots/:id", "/finance?year=2020"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn en_bloc_one_vote_counts_for_each_up_to_where_the_money_ends() {
    for backend in Backend::ALL {
        let committee = Committee::begin(App::start(backend).await).await;
        let stage = &committee.stage;
        let mut applications = Vec::new();
        let mut motions = Vec::new();
        for amount in ["6000.00", "5000.00", "2500.00"] {
            let application = stage.admitted_for(amount).await;
            motions.push(committee.motion(&application, amount).await);
            applications.push(application);
        }
        let input = json!({ "motionIds": motions, "purse": "UNTIL_IT_ENDS" });
        let open = async || {
            let opened = stage.chair.does("openBallots", input.clone(), "ballots { id enBlocPosition }").await;
            id(&opened["ballots"][0]["id"])
        };
        let objected = open().await;
        committee.votes(&objected, &committee.members[..3], "YES").await;
        committee.members[4].does("objectToEnBloc", json!({ "ballotId": objected }), "ballot { state }").await;
        for application in &applications {
            assert_eq!(committee.state(application).await["motions"][0]["state"], "PENDING");
        }
        // Somebody is excluded from the second while the vote is open: then each is voted on by itself.
        let dissolved = open().await;
        committee.members[9].does("declareRecusal", json!({ "applicationId": applications[1] }), "recusal { id }").await;
        assert_eq!(stage.chair.is_refused("closeBallot", json!({ "ballotId": dissolved })).await.len(), 1);
        assert_eq!(stage.chair.is_refused("openBallots", input.clone()).await, ["R16 motionIds"]);

        let third = stage.admitted_for("4500.00").await;
        let motions = [motions[0].clone(), committee.motion(&third, "4500.00").await, motions[2].clone()];
        let input = json!({ "motionIds": motions, "purse": "UNTIL_IT_ENDS" });
        let opened = stage.chair.does("openBallots", input, "ballots { id }").await;
        let ballot = id(&opened["ballots"][2]["id"]);
        committee.votes(&ballot, &committee.members, "YES").await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { carried }").await;
        let mut states = Vec::new();
        for application in [&applications[0], &third, &applications[2]] {
            let now = committee.state(application).await;
            assert_eq!(now["motions"][0]["ballot"]["votesCast"], 10);
            states.push(id(&now["state"]));
        }
        assert_eq!(states, ["AWARDED", "WAITING", "WAITING"], "the money ends at the second; the third would fit, and waits");

        // The first that fits is passed over, with a reason; then the next is offered the money.
        let list = "{ budgetYear(year: 2020) { waitingList(first: 9) { nodes { id amount isOffered skippedBecause } } } }";
        let places = stage.officer.asks(list, json!({})).await["budgetYear"]["waitingList"]["nodes"].clone();
        assert_eq!((&places[0]["isOffered"], &places[1]["isOffered"]), (&json!(false), &json!(true)), "{places}");
        assert_eq!(stage.officer.is_refused("skipWaitingListPlace", json!({ "placeId": places[0]["id"], "reason": "x" })).await.len(), 1);
        let reason = json!({ "placeId": places[1]["id"], "reason": "Die Reise ist verschoben." });
        let skipped = stage.officer.does("skipWaitingListPlace", reason, "place { isOffered skippedBecause }").await;
        assert_eq!(skipped["place"], json!({ "isOffered": false, "skippedBecause": "Die Reise ist verschoben." }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_substitute_votes_until_the_member_does_and_a_missed_quorum_decides_nothing() {
    for backend in Backend::ALL {
        let committee = Committee::begin(App::start(backend).await).await;
        let (stage, member) = (&committee.stage, &committee.members[0]);
        let substitute = stage.app.person("Stella Vertretung", "stella@rat.example", "de", &["member"]).await;
        let person = id(&substitute.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]);
        let input = json!({ "seat": 2, "personId": person, "capacity": "SUBSTITUTE", "since": "2019-10-01" });
        stage.officer.does("assignSeat", input, "seatHolding { id }").await;
        let (ballot, application) = committee.ballot(json!({})).await;
        let vote = |choice| json!({ "ballotId": ballot, "choice": choice });
        substitute.does("castVote", vote("NO"), "ballot { votesCast }").await;
        let cast = member.does("castVote", vote("YES"), "ballot { votesCast votes { choice } }").await;
        assert_eq!(
            cast["ballot"],
            json!({ "votesCast": 1, "votes": [{ "choice": "YES" }] }),
            "one vote a seat, and while it is open only one's own"
        );
        assert_eq!(substitute.is_refused("castVote", vote("NO")).await, ["R22 -"]);
        let closed = stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { state carried tally { yes no } }").await;
        assert_eq!(closed["ballot"], json!({ "state": "INQUORATE", "carried": null, "tally": { "yes": 1, "no": 0 } }));
        let now = committee.state(&application).await;
        assert_eq!((&now["state"], &now["motions"][0]["state"]), (&json!("ADMITTED"), &json!("PENDING")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_one_truth() {
    for (backend, processes) in [(Backend::Sqlite, 0), (Backend::Postgres, 2)] {
        let committee = Committee::begin(App::start(backend).await).await;
        let stage = &committee.stage;
        let mut running = Vec::new();
        for _ in 0..processes {
            running.push(Process::serve(&stage.app).await);
        }
        let addresses: Vec<String> = running.iter().map(Process::address).chain([stage.app.address()]).collect();
        let at = |client: &Client, index: usize| client.at(addresses[index % addresses.len()].clone());
        for round in 0..4 {
            let (ballot, application) = committee.ballot(json!({})).await;
            committee.votes(&ballot, &committee.members[..6], "YES").await;
            let vote = async |index: usize, choice: &str| {
                let input = json!({ "ballotId": ballot, "choice": choice });
                at(&committee.members[6 + index % 4], index).mutates("castVote", input, "ballot { id }").await;
            };
            let close =
                async |index: usize| at(&stage.chair, index).mutates("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
            let increase = async {
                let input = json!({ "year": 2020, "amount": "1.00", "resolution": format!("Drs. {round}/2020") });
                at(&stage.finance, round).mutates("increaseBudget", input, "budgetYear { year }").await;
            };
            // Ten votes, of which each member sends some from two devices, while two close, and the budget grows.
            let votes = join_all((0..10).map(|index| vote(index, if index % 2 == 0 { "YES" } else { "NO" })));
            let (_, first, second, ()) = tokio::join!(votes, close(round), close(round + 1), increase);
            let closed = [first, second]
                .iter()
                .filter(|answer| answer.codes().is_empty() && answer.body["data"]["closeBallot"]["userErrors"] == json!([]))
                .count();
            if closed == 0 {
                stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
            }
            assert!(closed <= 1, "one closes it");
            let query = "query($id: ID!) { ballot(id: $id) { carried votesCast votes { member { id } } tally { yes no abstained } } }";
            let result = stage.officer.asks(query, json!({ "id": ballot })).await["ballot"].clone();
            let tally = &result["tally"];
            let counted = tally["yes"].as_u64().expect("a count") + tally["no"].as_u64().expect("a count");
            assert_eq!(Some(counted), result["votesCast"].as_u64(), "no vote came after the end: {result}");
            assert_eq!(result["carried"], true, "six of at most ten said yes");
            let awarded = committee.state(&application).await["state"] == "AWARDED";
            let waits = committee.state(&application).await["state"] == "WAITING";
            assert!(awarded || waits, "carried, with money or without");
        }
        let report = stage.app.engine().verify().await.expect("verifies");
        assert_eq!(report.findings, []);
    }
}
