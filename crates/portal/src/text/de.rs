//! German.

use super::Text;

mod access;
mod applicant;
mod application;
mod award;
mod committee;
mod control;
mod decision;
mod failure;
mod finance;
mod form;
mod frame;
mod money;
mod office;
mod public;

pub(crate) const TEXT: Text = Text {
    frame: frame::FRAME,
    failure: failure::FAILURES,
    form: form::FORM,
    sign_in: access::SIGN_IN,
    account: access::ACCOUNT,
    start: public::START,
    fund: public::FUND,
    legal: public::LEGAL,
    desk: award::DESK,
    applicant: applicant::APPLICANT,
    membership: applicant::MEMBERSHIP,
    application: application::APPLICATION,
    steps: application::STEPS,
    states: application::STATES,
    history: application::HISTORY,
    award: award::AWARD,
    committee: committee::COMMITTEE,
    meetings: committee::MEETINGS,
    ballots: committee::BALLOTS,
    minutes: committee::MINUTES,
    briefings: committee::BRIEFINGS,
    finance: finance::FINANCE,
    payouts: finance::PAYOUTS,
    audit: control::AUDIT,
    administration: control::ADMINISTRATION,
    office: office::OFFICE,
    inbox: office::INBOX,
    case_file: office::CASE_FILE,
    decision: decision::DECISION,
    ballot_desk: decision::BALLOT_DESK,
    meeting_desk: decision::MEETING_DESK,
    what_ifs: money::WHAT_IFS,
    award_desk: money::AWARD_DESK,
    waiting_list: money::WAITING_LIST,
    briefing_desk: money::BRIEFING_DESK,
    outbox: money::OUTBOX,
};
