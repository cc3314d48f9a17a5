//! Links, codes and sessions: good once, for their time, and for nobody else.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::identity::Role;
use domain::ids::{PersonId, SessionId, SignInId};
use domain::language::Language;
use domain::session::Session;
use domain::sign_in::{Means, Policy, Rejection, Secret, SignInRequest, hash};
use proptest::prelude::*;
use uuid::Uuid;

fn instant(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(18_000) + TimeDelta::minutes(minutes)
}

fn request(id: u128, secret: &Secret, policy: &Policy) -> SignInRequest {
    let known = Some((PersonId(Uuid::from_u128(1)), Language::De));
    SignInRequest::ask(SignInId(Uuid::from_u128(id)), "cora@chor.example", known, Language::En, secret, instant(0), policy)
}

proptest! {
    #[test]
    fn a_request_is_usable_within_its_time_unless_it_was_used(at in 0_i64..200, minutes in 1_u32..60, used: bool, wrong in 0_u32..10) {
        let policy = Policy { link_minutes: minutes, ..Policy::default() };
        let mut request = request(7, &Secret::new([1; 32]), &policy);
        request.used_at = used.then(|| instant(1));
        request.wrong_codes = wrong;
        let by_link = !used && at < i64::from(minutes);
        prop_assert_eq!(request.usable(Means::Link, instant(at), &policy).is_ok(), by_link, "wrong codes never spoil the link");
        prop_assert_eq!(request.usable(Means::Code, instant(at), &policy).is_ok(), by_link && wrong < policy.code_attempts);
    }

    #[test]
    fn links_and_codes_belong_to_one_request_of_one_installation(a: u128, b: u128, key in 0_u8..=255, other in 0_u8..=255) {
        prop_assume!(a != b && key != other);
        let (mine, foreign) = (Secret::new([key; 32]), Secret::new([other; 32]));
        let (one, two) = (SignInId(Uuid::from_u128(a)), SignInId(Uuid::from_u128(b)));
        prop_assert_ne!(mine.link(one), mine.link(two));
        prop_assert_ne!(mine.link(one), foreign.link(one));
        prop_assert_ne!(mine.code_hash(one, "AAAA-AAAA"), mine.code_hash(two, "AAAA-AAAA"));
        let request = request(a, &mine, &Policy::default());
        prop_assert_eq!(&request.link_hash, &hash(&mine.link(one)));
        prop_assert!(request.is_code(&mine.code(one), &mine));
        let code = mine.code(one);
        prop_assert!(request.is_code(&code.to_lowercase().replace('-', " "), &mine), "however it is typed");
        let longer = code.clone() + "A";
        prop_assert!(!request.is_code(&longer, &mine) && !request.is_code(&code[..8], &mine) && !request.is_code("", &mine));
        prop_assert!(code.len() == 9 && !code.contains(['0', 'O', '1', 'I']));
    }

    #[test]
    fn a_form_token_is_good_for_its_session_only(a: u128, b: u128, garbage in ".*") {
        prop_assume!(a != b);
        let secret = Secret::new([3; 32]);
        let (one, two) = (SessionId(Uuid::from_u128(a)), SessionId(Uuid::from_u128(b)));
        prop_assert!(secret.is_form_token(one, &secret.form_token(one)));
        prop_assert!(!secret.is_form_token(two, &secret.form_token(one)));
        prop_assert!(!secret.is_form_token(one, &garbage));
    }

    #[test]
    fn a_session_ends_idle_or_at_its_absolute_end(seen in 0_i64..60_000, after in 0_i64..2_000, roles in any::<[bool; 6]>()) {
        let (policy, at) = (Policy::default(), seen + after);
        let roles: BTreeSet<Role> = Role::ALL.into_iter().zip(roles).filter_map(|(role, held)| held.then_some(role)).collect();
        let half_an_hour = roles.contains(&Role::Finance) || roles.contains(&Role::Administrator);
        let an_hour = roles.contains(&Role::CaseOfficer) || roles.contains(&Role::Auditor);
        let idle = if half_an_hour { 30 } else if an_hour { 60 } else { 12 * 60 };
        let id = SessionId(Uuid::from_u128(1));
        let ends = Means::Link.session_ends(&policy, instant(0));
        let mut session = Session::begin(id, PersonId(id.0), String::new(), "", ends, instant(0));
        session.last_seen_at = instant(seen);
        let expected = at < seen + idle && at < 30 * 24 * 60;
        prop_assert_eq!(session.is_valid(instant(at), &roles, &policy), expected);
        session.ended_at = Some(instant(0));
        prop_assert!(!session.is_valid(instant(at), &roles, &policy));
    }
}

#[test]
fn the_record_is_told_why() {
    let policy = Policy::default();
    let mut request = request(7, &Secret::new([1; 32]), &policy);
    assert_eq!(request.usable(Means::Link, instant(15), &policy), Err(Rejection::Expired));
    request.wrong_codes = 5;
    assert_eq!(request.usable(Means::Code, instant(1), &policy), Err(Rejection::CodeBurnt));
    request.used_at = Some(instant(1));
    assert_eq!(request.usable(Means::Link, instant(20), &policy), Err(Rejection::Used));
}

#[test]
fn nothing_prints_the_secret() {
    assert_eq!(format!("{:?}", Secret::new([9; 32])), "Secret");
}
