//! Every page of the portal, on the things that everybody is tried on.

use super::Everybody;
use super::portal::Row;

impl Everybody {
    /// Every page, each on a thing on which it has most to show.
    pub(crate) fn pages(&self) -> Vec<Row> {
        [Self::pages_of_everybody(), self.pages_of_applicants(), self.pages_of_the_fund(), self.pages_of_the_office()].concat()
    }

    fn pages_of_everybody() -> Vec<Row> {
        let public = [
            "/",
            "/conditions",
            "/cities",
            "/projects",
            "/imprint",
            "/privacy",
            "/accessibility",
            "/barrier",
            "/plain-language",
            "/licences",
            "/sign-in",
            "/sign-in/sent",
            "/sign-in/link",
            "/sign-in/code",
            "/sign-in/callback",
        ];
        let own = ["/sign-out", "/session", "/account", "/account/person", "/account/address", "/account/address/link", "/desk"];
        let mut rows: Vec<Row> = public.into_iter().chain(own).map(|door| Row::page(door, "", &[])).collect();
        rows.push(Row::page("/sign-in/with", "", &[]).with("provider", "none").noted("a provider that there isn't"));
        rows
    }

    fn pages_of_applicants(&self) -> Vec<Row> {
        let (applicant, application, draft, award) = (&self.stage.applicant_id, &self.application, &self.draft, &self.award);
        let mut rows = vec![
            Row::page("/applicants/new", "", &["registerApplicant"]),
            Row::page("/applicants/:id", applicant, &["applicant"]),
            Row::page("/applicants/:id/edit", applicant, &["correctApplicant"]),
            Row::page("/applicants/:id/account", applicant, &["nameBankAccount"]),
            Row::page("/applicants/:id/people", applicant, &["applicant.members"]),
            Row::page("/invitations/:id", &self.invitation, &["invitation, by node"]),
            Row::page("/applications/new", "", &[]),
            Row::page("/applications/:id", application, &["application"]),
            Row::page("/applications/:id", draft, &["application, a draft"]).noted("a draft"),
            Row::page("/applications/:id", &self.recused, &["application, excluded"]).noted("excluded"),
            Row::page("/applications/:id/history", application, &["application"]),
            Row::page("/applications/:id/history", &self.recused, &["application, excluded"]).noted("excluded"),
            Row::page("/applications/:id/withdraw", application, &["withdrawApplication"]),
            Row::page("/applications/:id/check", draft, &["submitApplication"]),
            Row::page("/applications/:id/submitted", application, &["application"]),
            Row::page("/awards/:id", award, &["award, by node"]),
            Row::page("/awards/:id/accept", award, &["acceptAward"]),
            Row::page("/awards/:id/decline", award, &["declineAward"]),
            Row::page("/awards/:id/waive-appeal", award, &["waiveAppeal"]),
            Row::page("/awards/:id/payouts/new", award, &["requestPayout"]),
        ];
        rows.extend(super::forms::STEPS.map(|door| Row::page(door, draft, &["saveDraft"])));
        rows
    }

    /// Of the committee, of the budget, of the auditor and the administrator.
    fn pages_of_the_fund(&self) -> Vec<Row> {
        let (ballot, payout, minutes) = (&self.ballot, &self.payout, &self.minutes);
        let mut rows = vec![
            Row::page("/committee/meetings", "", &["meetings"]),
            Row::page("/committee/meetings/:id", &self.meeting, &["meeting"]),
            Row::page("/committee/meetings/:id/together", &self.meeting, &["openBallots"]),
            Row::page("/committee/items/:id/defer", &self.item, &["deferAgendaItem"]),
            Row::page("/committee/ballots", "", &["ballots"]),
            Row::page("/committee/ballots/:id", ballot, &["ballot"]),
            Row::page("/committee/ballots/:id/vote", ballot, &["ballot"]),
            Row::page("/committee/ballots/:id/count", ballot, &["ballot"]),
            Row::page("/committee/ballots/:id/close", ballot, &["closeBallot"]),
            Row::page("/committee/ballots/:id/object", ballot, &["objectToCircularVote"]),
            Row::page("/committee/ballots/:id/apart", ballot, &["objectToEnBloc"]),
            Row::page("/committee/applications/:id/recusal", &self.recused, &["declareRecusal"]),
            Row::page("/committee/recusal", "", &[]),
            Row::page("/committee/minutes/:id", minutes, &["minutes, by node"]),
            Row::page("/committee/minutes/:id/sign", minutes, &["minutes, by node"]),
            Row::page("/committee/minutes/:id/addendum", minutes, &["minutes, by node"]),
            Row::page("/briefings", "", &["briefings"]),
            Row::page("/finance", "", &["budgetYears"]),
            Row::page("/finance/years", "", &["budgetYears"]),
            Row::page("/finance/journal", "", &["budgetYear.entries"]),
            Row::page("/finance/resolution", "", &["appropriateBudget"]),
            Row::page("/finance/close", "", &["closeBudgetYear"]).with("year", "2020"),
            Row::page("/finance/waiting-list", "", &["budgetYear.waitingList"]),
            Row::page("/finance/payouts", "", &[]),
            Row::page("/finance/payouts/:id", payout, &["payout, by node"]),
            Row::page("/finance/accounts", "", &["confirmBankAccount"]),
            Row::page("/audit", "", &[]),
            Row::page("/audit/proof", "", &[]),
            Row::page("/administration", "", &["persons"]),
            Row::page("/administration/people/new", "", &["addPerson"]),
            Row::page("/administration/people/:id", &self.person, &["person, by node"]),
            Row::page("/administration/people/:id/roles", &self.person, &["person.roles"]),
            Row::page("/administration/roles/:id/end", &self.grant, &["endRole"]),
            Row::page("/administration/rounds", "", &["rounds"]),
            Row::page("/administration/rounds/new", "", &["announceRound"]),
            Row::page("/administration/parameters", "", &["fund"]),
        ];
        rows.extend(super::forms::PAYOUT_STEPS.map(|(door, _)| Row::page(door, payout, &["payout, by node"])));
        rows
    }

    fn pages_of_the_office(&self) -> Vec<Row> {
        let (application, motion, ballot, award) = (&self.application, &self.motion, &self.ballot, &self.award);
        let (meeting, briefing, what_if) = (&self.meeting, &self.briefing, &self.what_if);
        vec![
            Row::page("/office", "", &[]),
            Row::page("/office/applications", "", &["applications"]),
            Row::page("/office/applications/chosen", "", &["applications"]).naming("application", application),
            Row::page("/office/applications/:id", application, &["application"]),
            Row::page("/office/applications/:id", &self.recused, &["application, excluded"]).noted("excluded"),
            Row::page("/office/applications/:id/changes", application, &["requestChanges"]),
            Row::page("/office/applications/:id/versions", application, &["application.versions"]),
            Row::page("/office/applications/:id/history", application, &["application"]),
            Row::page("/office/applications/:id/recusals", &self.recused, &["application.recusals"]),
            Row::page("/office/applications/:id/proposal", application, &["prepareProposal"]),
            Row::page("/office/applications/:id/motion", application, &["proposeMotion"]),
            Row::page("/office/applications/:id/refuse", application, &["refuseApplication"]),
            Row::page("/office/applications/:id/late", application, &["permitLateSubmission"]),
            Row::page("/office/applications/:id/early-start", application, &["consentToEarlyStart"]),
            Row::page("/office/motions", "", &["motion, by node"]),
            Row::page("/office/motions/open", "", &["openBallot", "openBallots"]).naming("motion", motion),
            Row::page("/office/motions/:id", motion, &["motion, by node"]),
            Row::page("/office/ballots", "", &["ballots"]),
            Row::page("/office/ballots/:id", ballot, &["ballot"]),
            Row::page("/office/meetings", "", &["meetings"]),
            Row::page("/office/meetings/new", "", &["callMeeting"]),
            Row::page("/office/meetings/items/:id/defer", &self.item, &["deferAgendaItem"]),
            Row::page("/office/meetings/:id", meeting, &["meeting"]),
            Row::page("/office/meetings/:id/move", meeting, &["rescheduleMeeting"]),
            Row::page("/office/meetings/:id/invite", meeting, &["inviteToMeeting"]),
            Row::page("/office/meetings/:id/attendance", meeting, &["recordArrival"]),
            Row::page("/office/meetings/:id/minutes", &self.over, &["writeMinutes"]),
            Row::page("/office/what-ifs", "", &["whatIfs"]),
            Row::page("/office/what-ifs/new", "", &["saveWhatIf"]).naming("application", application),
            Row::page("/office/what-ifs/compare", "", &["whatIf, by node"]).naming("what-if", what_if),
            Row::page("/office/what-ifs/:id", what_if, &["whatIf, by node"]),
            Row::page("/office/awards", "", &["award, by node"]),
            Row::page("/office/awards/extend", "", &["extendAwards"]).naming("award", award),
            Row::page("/office/awards/:id", award, &["award, by node"]),
            Row::page("/office/awards/:id/notify", award, &["notifyAward"]),
            Row::page("/office/awards/:id/revoke", award, &["revokeAward"]),
            Row::page("/office/waiting-list", "", &["budgetYear.waitingList"]),
            Row::page("/office/briefings", "", &["briefings"]),
            Row::page("/office/briefings/new", "", &["postBriefing"]),
            Row::page("/office/briefings/:id", briefing, &["correctBriefing"]),
            Row::page("/office/briefings/:id/withdraw", briefing, &["withdrawBriefing"]),
            Row::page("/office/messages", "", &["messages"]),
        ]
    }
}
