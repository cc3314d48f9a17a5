//! Who acts for an applicant: there is an owner at every moment, an invitation is answered once and in time, and two who submit are two.

use chrono::{DateTime, TimeDelta, Utc};
use domain::applicant::{Applicant, ApplicantKind, Correction, Details};
use domain::application::{Application, ApplicationAction, ApplicationCase};
use domain::identity::{Actor, Guarded as _};
use domain::ids::{ApplicantId, ApplicationId, InvitationId, MembershipId, PersonId, RoundId};
use domain::membership::{
    INVITATION_DAYS, Invitation, InvitationAction, InvitationCase, Level, MOST_INVITATIONS, Membership, MembershipAction, MembershipCase,
    NewInvitation,
};
use domain::problem::Problem;
use uuid::Uuid;

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn now() -> DateTime<Utc> {
    "2019-10-01T10:00:00Z".parse().expect("an instant")
}

fn actor(number: u128) -> Actor {
    Actor { person: Some(person(number)), ..Actor::default() }
}

fn applicant() -> ApplicantId {
    ApplicantId(Uuid::from_u128(7))
}

#[test]
fn the_last_owner_stays_and_hands_over() {
    use MembershipAction as A;
    let membership = |level| Membership::begin(MembershipId(Uuid::from_u128(1)), person(1), applicant(), level, now());
    for level in Level::ALL {
        for owners in 1..=3 {
            for (action, by, own_only) in [(A::Change, 2, false), (A::End, 2, false), (A::Leave, 1, true), (A::HandOver, 1, true)] {
                let case = MembershipCase { membership: membership(level), owners };
                let last = level == Level::Owner && owners == 1 && action != A::HandOver;
                assert_eq!(case.permits(action, &actor(by)).is_err(), last, "{action:?} {level:?} {owners}");
                if own_only {
                    assert_eq!(case.permits(action, &actor(2)), Err(Problem::OwnMembershipOnly));
                }
                let ended = MembershipCase { membership: membership(level).leave(now()), owners };
                assert_eq!(ended.permits(action, &actor(by)), Err(Problem::wrong_state("ended", action)));
            }
        }
    }
}

#[test]
fn an_invitation_is_answered_once_and_in_time() {
    let new =
        |email: &str| NewInvitation { applicant: applicant(), name: "Ella".to_owned(), email: email.to_owned(), level: Level::Editor };
    let invite =
        |email: &str, waiting: &[Invitation]| Invitation::invite(InvitationId(Uuid::nil()), &new(email), waiting, person(1), now());
    let invitation = invite(" Ella@Chor.example ", &[]).expect("invited");
    assert_eq!(invitation.email, "ella@chor.example");
    let seen =
        |invitation: &Invitation, days| InvitationCase::seen(invitation.clone(), Some("ELLA@chor.example"), now() + TimeDelta::days(days));
    assert!(seen(&invitation, 0).mine && !InvitationCase::seen(invitation.clone(), None, now()).mine);
    let may = |case: &InvitationCase, action| case.permits(action, &actor(2));
    assert_eq!(may(&seen(&invitation, INVITATION_DAYS - 1), InvitationAction::Accept), Ok(()));
    assert_eq!(may(&seen(&invitation, INVITATION_DAYS), InvitationAction::Accept), Err(Problem::InvitationExpired));
    assert_eq!(may(&seen(&invitation, INVITATION_DAYS), InvitationAction::Withdraw), Ok(()));
    for answered in
        [invitation.clone().accept(person(2), now()), invitation.clone().decline(now()), invitation.clone().withdraw(person(1), now())]
    {
        for action in [InvitationAction::Accept, InvitationAction::Decline, InvitationAction::Withdraw] {
            assert_eq!(may(&seen(&answered, 0), action), Err(Problem::wrong_state(answered.state.name(), action)));
        }
    }
    let twice = invite("ella@CHOR.example", std::slice::from_ref(&invitation)).expect_err("refused");
    assert_eq!(twice.0, [Problem::InvitedAlready.at("email")]);
    let crowd = vec![invitation; MOST_INVITATIONS];
    assert_eq!(
        invite("otto@chor.example", &crowd).expect_err("refused").0,
        [Problem::TooMany { most: MOST_INVITATIONS }.at("applicantId")]
    );
    for wrong in ["", "a", "a@", "@b", "a@b@c", "a b@c.de", "a@b.de\r\nBcc: c@d.de", "<a@b.de>"] {
        assert!(invite(wrong, &[]).is_err(), "{wrong:?}");
    }
}

#[test]
fn two_who_submit_are_two_people_and_what_is_saved_is_a_draft_again() {
    let draft = Application::start(ApplicationId(Uuid::nil()), RoundId(Uuid::nil()), applicant(), person(1), now());
    let case = |application: &Application| ApplicationCase { application: application.clone(), in_time: true, motion_pending: false };
    let permits = |application: &Application, action, by| case(application).permits(action, &actor(by));
    assert_eq!(permits(&draft, ApplicationAction::ConfirmSubmission, 1), Err(Problem::NothingToConfirm));
    let signed = Application { signed: Some(domain::award::Signature { by: person(1), at: now() }), ..draft };
    assert_eq!(permits(&signed, ApplicationAction::Submit, 1), Err(Problem::SubmissionAwaitsConfirmation));
    assert_eq!(permits(&signed, ApplicationAction::ConfirmSubmission, 1), Err(Problem::SecondPersonNeeded));
    assert_eq!(permits(&signed, ApplicationAction::ConfirmSubmission, 2), Ok(()));
    let saved = signed.clone().save_draft(signed.form.clone()).expect("saved");
    assert_eq!(saved.signed, None);
    assert_eq!(signed.withdraw().signed, None);
}

#[test]
fn joint_representation_needs_two_and_what_an_applicant_says_is_checked_at_once() {
    let applicant = Applicant {
        id: applicant(),
        version: 1,
        kind: ApplicantKind::NonProfitAssociation,
        name: "Chor".to_owned(),
        address: "Weg 1".to_owned(),
        details: Details::default(),
        joint_representation: false,
        registered_at: now(),
    };
    assert!(applicant.clone().require_joint_representation(true, 1).is_err());
    assert!(applicant.clone().require_joint_representation(true, 2).expect("two").joint_representation);
    assert!(applicant.clone().require_joint_representation(false, 1).is_ok());
    let today = "2019-10-01".parse().expect("a date");
    let wrong = Correction {
        register_court: Some("Amtsgericht Kiel".to_owned()),
        non_profit_since: "2019-10-02".parse().ok(),
        contact_phone: Some("0431".to_owned()),
        ..Correction::default()
    };
    let refused = applicant.correct(&wrong, today).expect_err("refused");
    let fields: Vec<_> = refused.0.into_iter().filter_map(|violation| violation.field).collect();
    assert_eq!(fields, ["name", "address", "registerNumber", "nonProfitSince", "contactName"]);
}
