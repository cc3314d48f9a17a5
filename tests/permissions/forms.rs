//! Every form of the portal, sent with nothing good in it: permission comes before content and state, so whoever may is told what is wrong,
//! and whoever may not learns nothing of it. What would be done all the same is done last, by those whose own it is.

use super::Everybody;
use super::portal::Row;

/// Where an application is filled in.
pub(super) const STEPS: [&str; 8] = [
    "/applications/:id/applicant",
    "/applications/:id/project",
    "/applications/:id/cities",
    "/applications/:id/objectives",
    "/applications/:id/participants",
    "/applications/:id/costs",
    "/applications/:id/financing",
    "/applications/:id/declarations",
];

/// What is done with an instalment, and the operation that does it.
pub(super) const PAYOUT_STEPS: [(&str, &[&str]); 5] = [
    ("/finance/payouts/:id/certify", &["certifyPayout"]),
    ("/finance/payouts/:id/order", &["orderPayout"]),
    ("/finance/payouts/:id/execute", &["bookPayoutExecution"]),
    ("/finance/payouts/:id/return", &["bookPayoutReturn"]),
    ("/finance/payouts/:id/refuse", &["refusePayout"]),
];

impl Everybody {
    /// Every form, in an order in which nobody takes away what the next one is tried on.
    pub(crate) fn forms(&self) -> Vec<Row> {
        [
            Self::forms_of_everybody(),
            self.forms_of_applicants(),
            self.forms_of_the_fund(),
            self.forms_of_the_case_file(),
            self.forms_of_the_office(),
            self.last_forms(),
        ]
        .concat()
    }

    fn forms_of_everybody() -> Vec<Row> {
        vec![
            Row::form("/language", "", &[]).with("language", "de"),
            Row::form("/sign-in", "", &[]),
            Row::form("/sign-in/link", "", &[]),
            Row::form("/sign-in/code", "", &[]),
            Row::form("/account/person", "", &["correctMyself"]),
            Row::form("/account/address", "", &["requestNewAddress"]),
            Row::form("/account/address/link", "", &["confirmNewAddress"]),
            Row::form("/account/tokens/create", "", &["createToken"]),
        ]
    }

    fn forms_of_applicants(&self) -> Vec<Row> {
        let (applicant, application, award) = (&self.stage.applicant_id, &self.application, &self.award);
        let membership = crate::portal::in_address(&self.membership);
        let mut rows = vec![
            Row::form("/applicants/new", "", &["registerApplicant"]),
            Row::form("/applicants/:id/edit", applicant, &["correctApplicant"]),
            Row::form("/applicants/:id/joint", applicant, &["requireJointRepresentation"]),
            Row::form("/applicants/:id/account", applicant, &["nameBankAccount"]),
            Row::form("/applicants/:id/people", applicant, &["inviteMember"]),
            Row::form("/applicants/:id/people/change", applicant, &["changeMembership"])
                .naming("membership", &self.membership)
                .with(&format!("level-{membership}"), "owner"),
            Row::form("/applicants/:id/people/end", applicant, &["endMembership"]).naming("membership", &self.membership),
            Row::form("/applicants/:id/people/hand-over", applicant, &["handOverApplicant"]),
            Row::form("/invitations/:id/decline", &self.invitation, &["declineInvitation"]),
            Row::form("/invitations/:id/accept", &self.invitation, &["acceptInvitation"]),
            Row::form("/invitations/:id/withdraw", &self.invitation, &["withdrawInvitation"]),
            Row::form("/applications", "", &["startApplication"]).naming("applicant", applicant).naming("round", &self.stage.round),
            Row::form("/applications/:id/withdraw", application, &["withdrawApplication"]),
            Row::form("/applications/:id/check", application, &["submitApplication"]),
            Row::form("/applications/:id/confirm", application, &["confirmSubmission"]),
            Row::form("/awards/:id/accept", award, &["acceptAward"]),
            Row::form("/awards/:id/decline", award, &["declineAward"]),
            Row::form("/awards/:id/waive-appeal", award, &["waiveAppeal"]),
            Row::form("/awards/:id/payouts/new", award, &["requestPayout"]),
        ];
        rows.extend(STEPS.map(|door| Row::form(door, application, &["saveDraft"])));
        rows
    }

    /// Of the committee, of the budget, of the auditor and the administrator.
    fn forms_of_the_fund(&self) -> Vec<Row> {
        let (ballot, minutes, meeting) = (&self.ballot, &self.minutes, &self.meeting);
        let mut rows = vec![
            Row::form("/committee/meetings/:id/open", meeting, &["openMeeting"]),
            Row::form("/committee/meetings/:id/close", meeting, &["closeMeeting"]),
            Row::form("/committee/ballots/:id/vote", ballot, &["castVote"]),
            Row::form("/committee/ballots/:id/close", ballot, &["closeBallot"]),
            Row::form("/committee/ballots/:id/object", ballot, &["objectToCircularVote"]),
            Row::form("/committee/ballots/:id/apart", ballot, &["objectToEnBloc"]),
            Row::form("/committee/applications/:id/recusal", &self.recused, &["declareRecusal"]),
            Row::form("/committee/minutes/:id/sign", minutes, &["signMinutes"]),
            Row::form("/committee/minutes/:id/addendum", minutes, &["addAddendum"]),
            Row::form("/briefings/read", "", &["markBriefingsRead"]).naming("briefing", &self.briefing),
            Row::form("/briefings/digest", "", &["chooseDigest"]).with("frequency", "never"),
            Row::form("/finance/resolution", "", &["appropriateBudget", "increaseBudget", "cutBudget"]),
            Row::form("/finance/close", "", &["closeBudgetYear"]).with("year", "2020"),
            Row::form("/finance/waiting-list", "", &["serveWaitingListPlace"]).naming("place", &self.place).with("year", "2020"),
            Row::form("/finance/accounts", "", &["confirmBankAccount"]).naming("account", &self.account),
            Row::form("/audit/proof", "", &[]),
            Row::form("/administration/people/new", "", &["addPerson"]),
            Row::form("/administration/people/:id/roles", &self.person, &["grantRole"]),
            Row::form("/administration/roles/:id/end", &self.grant, &["endRole"]),
            Row::form("/administration/rounds/new", "", &["announceRound"]),
        ];
        rows.extend(PAYOUT_STEPS.map(|(door, like)| Row::form(door, &self.payout, like)));
        rows
    }

    fn forms_of_the_case_file(&self) -> Vec<Row> {
        let (application, award) = (&self.application, &self.award);
        vec![
            Row::form("/office/applications/chosen/admit", "", &["admitApplication"]).naming("application", application),
            Row::form("/office/applications/:id/admit", application, &["admitApplication"]),
            Row::form("/office/applications/:id/changes", application, &["requestChanges"]),
            Row::form("/office/applications/:id/recusals", application, &["recordRecusal"]),
            Row::form("/office/applications/:id/proposal", application, &["prepareProposal"]),
            Row::form("/office/applications/:id/motion", application, &["proposeMotion"]),
            Row::form("/office/applications/:id/refuse", application, &["refuseApplication"]),
            Row::form("/office/applications/:id/late", application, &["permitLateSubmission"]),
            Row::form("/office/applications/:id/early-start", application, &["consentToEarlyStart"]),
            Row::form("/office/awards/extend", "", &["extendAwards"]).naming("award", award),
            Row::form("/office/awards/:id/notify", award, &["notifyAward"]),
            Row::form("/office/awards/:id/objection", award, &["recordObjection"]),
            Row::form("/office/awards/:id/settle", award, &["settleObjection"]),
            Row::form("/office/awards/:id/revoke", award, &["revokeAward"]),
            Row::form("/office/waiting-list/:id/serve", &self.place, &["serveWaitingListPlace"]),
            Row::form("/office/waiting-list/:id/skip", &self.place, &["skipWaitingListPlace"]),
        ]
    }

    fn forms_of_the_office(&self) -> Vec<Row> {
        let (motion, ballot, meeting, what_if) = (&self.motion, &self.ballot, &self.meeting, &self.what_if);
        let item = crate::portal::in_address(&self.item);
        vec![
            Row::form("/office/motions/open", "", &["openBallot", "openBallots"]).naming("motion", motion),
            Row::form("/office/ballots/:id/tally", ballot, &["recordTally"]),
            Row::form("/office/ballots/:id/close", ballot, &["closeBallot"]),
            Row::form("/office/meetings/new", "", &["callMeeting"]),
            Row::form("/office/meetings/:id/items", meeting, &["addAgendaItem"]),
            Row::form("/office/meetings/:id/order", meeting, &["reorderAgenda"]).with("do", &format!("{item}:0")),
            Row::form("/office/meetings/items/:id/defer", &self.item, &["deferAgendaItem"]),
            Row::form("/office/meetings/:id/move", meeting, &["rescheduleMeeting"]),
            Row::form("/office/meetings/:id/invite", meeting, &["inviteToMeeting"]),
            Row::form("/office/meetings/:id/open", meeting, &["openMeeting"]),
            Row::form("/office/meetings/:id/close", meeting, &["closeMeeting"]),
            Row::form("/office/meetings/:id/attendance", meeting, &["recordArrival"]).naming("person", &self.person),
            Row::form("/office/meetings/:id/attendance", meeting, &["recordDeparture"])
                .naming("person", &self.person)
                .with("do", "left")
                .noted("who leaves"),
            Row::form("/office/meetings/:id/minutes", &self.over, &["writeMinutes"]),
            Row::form("/office/what-ifs", "", &["saveWhatIf"]).naming("round", &self.stage.round).with("do", "save"),
            Row::form("/office/what-ifs/:id/put", what_if, &["putMotions"]),
            Row::form("/office/what-ifs/:id/discard", what_if, &["discardWhatIf"]),
            Row::form("/office/briefings/new", "", &["postBriefing"]),
            Row::form("/office/briefings/:id", &self.briefing, &["correctBriefing"]),
            Row::form("/office/briefings/:id/withdraw", &self.briefing, &["withdrawBriefing"]),
            Row::form("/office/messages/:id/resend", &self.message, &[]),
            Row::form("/committee/meetings/:id/order", meeting, &["reorderAgenda"]).with("do", &format!("{item}:0")),
            Row::form("/committee/meetings/:id/together", meeting, &["openBallots"]).naming("motion", motion),
            Row::form("/committee/items/:id/defer", &self.item, &["deferAgendaItem"]),
            Row::form("/committee/motions/:id/ballot", motion, &["openBallot"]).naming("meeting", meeting),
            Row::form("/office/motions/:id/withdraw", motion, &["withdrawMotion"]),
        ]
    }

    /// Whoever can does these.
    fn last_forms(&self) -> Vec<Row> {
        vec![
            Row::form("/account/tokens/revoke", "", &["revokeToken"]).naming("token", &self.token),
            Row::form("/account/sessions/end", "", &["endSession"]).naming("session", &self.session),
            Row::form("/sign-out", "", &[]),
            Row::form("/account/sessions/end-all", "", &["endAllSessions"]),
            Row::form("/applicants/:id/leave", &self.stage.applicant_id, &["leaveApplicant"]),
        ]
    }
}
