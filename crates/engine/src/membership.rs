//! Who acts for an applicant: inviting, joining, leaving, handing over.
//!
//! Whatever changes who acts for an applicant holds the applicant's row, so that there is an owner after every command.

use chrono::TimeDelta;
use domain::applicant::{Applicant, ApplicantAction};
use domain::calendar::day_of;
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Person, Scoped as _};
use domain::ids::{ApplicantId, InvitationId, MembershipId, PersonId};
use domain::membership::{
    Invitation, InvitationAction, InvitationCase, Level, MOST_MEMBERS, Membership, MembershipAction, MembershipCase, NewInvitation,
};
use domain::outbox::Notice;
use domain::problem::{Problem, Refusal};
use domain::text;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result, visible};

/// The most invitations that an applicant sends within a day: each is an e-mail to whatever address somebody typed.
const MOST_INVITATIONS_A_DAY: usize = 40;

/// A successor to hand an applicant over to.
#[derive(Debug, Clone, Serialize)]
pub struct HandOverApplicant {
    /// Which applicant.
    pub applicant: ApplicantId,
    /// The successor's membership.
    pub successor: MembershipId,
    /// How far the predecessor still acts for it; `None`: not any more.
    pub remains: Option<Level>,
}

/// An owner to appoint where the owner is gone.
#[derive(Debug, Clone, Serialize)]
pub struct AppointOwner {
    /// Of which applicant.
    pub applicant: ApplicantId,
    /// Whom.
    pub person: PersonId,
    /// The membership of the owner who is gone, which ends.
    pub replaces: Option<MembershipId>,
    /// Why.
    pub reason: String,
}

impl Engine {
    /// Invites somebody to act for an applicant. The answer is the same whether the address is known or not: who is not known becomes so.
    pub async fn invite_member(&self, call: &Call, new: NewInvitation) -> Result<InvitationId> {
        self.run(call, "inviteMember", new, |work, new| async move { work.invite(new).await }.boxed()).await
    }

    /// Accepts an invitation that is addressed to oneself.
    pub async fn accept_invitation(&self, call: &Call, id: InvitationId) -> Result<InvitationId> {
        self.run(call, "acceptInvitation", id, |work, id| {
            async move {
                let invitation = work.answer_invitation(id, InvitationAction::Accept).await?;
                let person = work.person()?;
                let applicant = found(store::applicant::lock(&work.tx, invitation.applicant).await?)?;
                let members = store::membership::of_applicant(&work.tx, applicant.id).await?;
                if members.iter().any(|membership| membership.person == person) {
                    return Err(Problem::MemberAlready.into());
                }
                if members.len() >= MOST_MEMBERS {
                    return Err(Problem::TooMany { most: MOST_MEMBERS }.into());
                }
                let membership = Membership::begin(work.id(), person, applicant.id, invitation.level, work.now);
                store::membership::insert(&work.tx, &membership).await?;
                let invitation = invitation.accept(person, work.now);
                store::membership::save_invitation(&work.tx, &invitation).await?;
                work.record_membership("invitation-accepted", &applicant, &membership, json!({ "invitation": invitation.id }));
                Ok(invitation.id)
            }
            .boxed()
        })
        .await
    }

    /// Declines an invitation that is addressed to oneself.
    pub async fn decline_invitation(&self, call: &Call, id: InvitationId) -> Result<InvitationId> {
        self.run(call, "declineInvitation", id, |work, id| {
            async move {
                let invitation = work.answer_invitation(id, InvitationAction::Decline).await?.decline(work.now);
                work.close_invitation("invitation-declined", &invitation).await
            }
            .boxed()
        })
        .await
    }

    /// Takes an invitation back.
    pub async fn withdraw_invitation(&self, call: &Call, id: InvitationId) -> Result<InvitationId> {
        self.run(call, "withdrawInvitation", id, |work, id| {
            async move {
                let by = work.person()?;
                let invitation = found(store::membership::lock_invitation(&work.tx, id).await?)?;
                let case = InvitationCase::seen(invitation, work.address().await?.as_deref(), work.now);
                // Who is invited sees the invitation, so they are told that taking it back is not theirs to do.
                if case.mine && !work.actor.may(Permission::ManageMembers, case.scope()) {
                    return Err(Error::Forbidden);
                }
                work.authorise(&case, InvitationAction::Withdraw)?;
                let invitation = case.invitation.withdraw(by, work.now);
                work.close_invitation("invitation-withdrawn", &invitation).await
            }
            .boxed()
        })
        .await
    }

    /// Raises or lowers how far somebody acts for an applicant.
    pub async fn change_membership(&self, call: &Call, id: MembershipId, level: Level) -> Result<MembershipId> {
        self.run(call, "changeMembership", (id, level), |work, (id, level)| {
            async move {
                let (applicant, membership) = work.lock_membership(id, MembershipAction::Change).await?;
                if membership.level == level {
                    return Ok(membership.id);
                }
                let membership = membership.at(level);
                work.save_membership("membership-changed", &applicant, &membership, None).await?;
                Ok(membership.id)
            }
            .boxed()
        })
        .await
    }

    /// Removes somebody who acts for an applicant.
    pub async fn end_membership(&self, call: &Call, id: MembershipId, reason: String) -> Result<MembershipId> {
        self.run(call, "endMembership", (id, reason), |work, (id, reason)| {
            async move {
                let (applicant, membership) = work.lock_membership(id, MembershipAction::End).await?;
                let membership = membership.end(work.person()?, &reason, work.now)?;
                let reason = membership.ended.as_ref().and_then(|ended| ended.reason.clone());
                work.save_membership("membership-ended", &applicant, &membership, reason).await?;
                Ok(membership.id)
            }
            .boxed()
        })
        .await
    }

    /// Stops acting for an applicant.
    pub async fn leave_applicant(&self, call: &Call, applicant: ApplicantId) -> Result<ApplicantId> {
        self.run(call, "leaveApplicant", applicant, |work, applicant| {
            async move {
                let (applicant, membership, _) = work.own_membership(applicant, MembershipAction::Leave).await?;
                let membership = membership.leave(work.now);
                work.save_membership("membership-ended", &applicant, &membership, None).await?;
                Ok(applicant.id)
            }
            .boxed()
        })
        .await
    }

    /// Hands an applicant over: the successor becomes an owner, and the predecessor leaves or stays with less, both at once.
    pub async fn hand_over_applicant(&self, call: &Call, input: HandOverApplicant) -> Result<ApplicantId> {
        self.run(call, "handOverApplicant", input, |work, input| {
            async move {
                let (applicant, own, members) = work.own_membership(input.applicant, MembershipAction::HandOver).await?;
                let successor = members.into_iter().find(|membership| membership.id == input.successor && membership.id != own.id);
                let Some(successor) = successor else {
                    return Err(Problem::NoMember.at("membershipId").into());
                };
                let own = match input.remains {
                    Some(level) => own.at(level),
                    None => own.leave(work.now),
                };
                work.save_membership("applicant-handed-over", &applicant, &successor.at(Level::Owner), None).await?;
                work.save_membership("membership-changed", &applicant, &own, None).await?;
                Ok(applicant.id)
            }
            .boxed()
        })
        .await
    }

    /// Appoints an owner where the owner is gone, by the administrator and not for themself. Everybody else who acts for the applicant, and
    /// the owner before, are told.
    pub async fn appoint_owner(&self, call: &Call, input: AppointOwner) -> Result<ApplicantId> {
        self.run(call, "appointOwner", input, |work, input| async move { work.appoint(input).await }.boxed()).await
    }

    /// Everybody who acts for an applicant, with what is to be known to say what can be done with each; nobody for whoever may not see it.
    pub async fn members(&self, actor: &Actor, applicant: &Applicant) -> Result<Vec<MembershipCase>> {
        if !actor.may(Permission::ReadMembers, applicant.scope()) {
            return Ok(Vec::new());
        }
        let members = store::membership::of_applicant(self.database.reader(), applicant.id).await?;
        let owners = owners(&members);
        Ok(members.into_iter().map(|membership| MembershipCase { membership, owners }).collect())
    }

    /// A membership that the actor may see.
    pub async fn membership(&self, actor: &Actor, id: MembershipId) -> Result<Option<MembershipCase>> {
        let Some(membership) = visible(actor, store::membership::find(self.database.reader(), id).await?) else {
            return Ok(None);
        };
        let owners = owners(&store::membership::of_applicant(self.database.reader(), membership.applicant).await?);
        Ok(Some(MembershipCase { membership, owners }))
    }

    /// The invitations of an applicant that wait for an answer; none for whoever may not see them.
    pub async fn invitations(&self, actor: &Actor, applicant: &Applicant) -> Result<Vec<InvitationCase>> {
        if !actor.may(Permission::ReadInvitations, applicant.scope()) {
            return Ok(Vec::new());
        }
        let address = self.address_of(actor).await?;
        let open = store::membership::open_invitations(self.database.reader(), applicant.id).await?;
        let now = self.now();
        Ok(open.into_iter().map(|invitation| InvitationCase::seen(invitation, address.as_deref(), now)).collect())
    }

    /// The invitations to the actor that wait for an answer and can still be accepted, each with who invites.
    pub async fn invitations_to(&self, actor: &Actor) -> Result<Vec<(InvitationCase, Applicant)>> {
        let Some(address) = self.address_of(actor).await? else { return Ok(Vec::new()) };
        let (db, now) = (self.database.reader(), self.now());
        let mut open = store::membership::invitations_to(db, &address).await?;
        open.retain(|invitation| invitation.state == domain::membership::InvitationState::Open && !invitation.is_expired(now));
        let ids: Vec<ApplicantId> = open.iter().map(|invitation| invitation.applicant).collect();
        let applicants = if ids.is_empty() { Vec::new() } else { store::applicant::find_many(db, &ids).await? };
        let mine = open.into_iter().filter_map(|invitation| {
            let applicant = applicants.iter().find(|applicant| applicant.id == invitation.applicant)?;
            Some((InvitationCase::seen(invitation, Some(&address), now), applicant.clone()))
        });
        Ok(mine.collect())
    }

    /// An invitation that is addressed to the actor or that they may see, with who invites.
    pub async fn invitation(&self, actor: &Actor, id: InvitationId) -> Result<Option<(InvitationCase, Applicant)>> {
        let db = self.database.reader();
        let Some(invitation) = store::membership::find_invitation(db, id).await? else { return Ok(None) };
        let case = InvitationCase::seen(invitation, self.address_of(actor).await?.as_deref(), self.now());
        if !case.mine && !actor.may(InvitationCase::READ, case.scope()) {
            return Ok(None);
        }
        let applicant = store::applicant::find(db, case.invitation.applicant).await?;
        Ok(applicant.map(|applicant| (case, applicant)))
    }

    async fn address_of(&self, actor: &Actor) -> Result<Option<String>> {
        let Some(person) = actor.person else { return Ok(None) };
        let person = store::identity::find_person(self.database.reader(), person).await?;
        Ok(person.and_then(|person| person.email).map(|email| email.to_lowercase()))
    }
}

fn owners(members: &[Membership]) -> usize {
    members.iter().filter(|membership| membership.level == Level::Owner).count()
}

impl Work {
    async fn address(&self) -> Result<Option<String>> {
        let person = store::identity::find_person(&self.tx, self.person()?).await?;
        Ok(person.and_then(|person| person.email).map(|email| email.to_lowercase()))
    }

    async fn invite(&mut self, new: NewInvitation) -> Result<InvitationId> {
        let applicant = found(store::applicant::lock(&self.tx, new.applicant).await?)?;
        self.authorise(&applicant, ApplicantAction::InviteMember)?;
        let waiting = store::membership::open_invitations(&self.tx, applicant.id).await?;
        let invitation = Invitation::invite(self.id(), &new, &waiting, self.person()?, self.now)?;
        let today = store::membership::invitations_since(&self.tx, applicant.id, self.now - TimeDelta::days(1)).await?;
        if usize::try_from(today).is_ok_and(|today| today >= MOST_INVITATIONS_A_DAY) {
            return Err(Problem::TooMany { most: MOST_INVITATIONS_A_DAY }.at("applicantId").into());
        }
        let known = store::identity::find_person_by_email(&self.tx, &invitation.email).await?;
        let person = match known {
            Some(person) => person.id,
            None => self.become_known(&invitation, &applicant).await?,
        };
        if store::membership::of_person_at(&self.tx, person, applicant.id).await?.is_some() {
            return Err(Problem::MemberAlready.at("email").into());
        }
        store::membership::insert_invitation(&self.tx, &invitation).await?;
        let subject = Subject::new(SubjectKind::Applicant, applicant.id, applicant.version);
        let details = json!({ "invitation": invitation.id, "level": invitation.level });
        self.record(Happening { kind: "member-invited", subject, details }, Vec::new());
        let until = day_of(invitation.expires_at - TimeDelta::days(1));
        let notice = Notice::MemberInvited { applicant: applicant.name, level: invitation.level, until };
        self.tell(vec![person], &invitation.id.to_string(), &notice);
        Ok(invitation.id)
    }

    /// Who is invited and not known becomes so: the invitation needs somebody to send it to, and they sign in under that address.
    async fn become_known(&mut self, invitation: &Invitation, applicant: &Applicant) -> Result<PersonId> {
        let person = Person {
            id: self.id(),
            version: 1,
            name: invitation.name.clone(),
            email: Some(invitation.email.clone()),
            language: applicant.details.language,
            created_at: self.now,
        };
        store::identity::insert_person(&self.tx, &person).await?;
        let subject = Subject::new(SubjectKind::Person, person.id, person.version);
        self.record(Happening { kind: "person-added", subject, details: json!({ "roles": [] }) }, Vec::new());
        Ok(person.id)
    }

    /// Loads an invitation for who is invited. To everybody else there is none, unless they may see the applicant's.
    async fn answer_invitation(&mut self, id: InvitationId, action: InvitationAction) -> Result<Invitation> {
        let address = self.address().await?;
        let invitation = found(store::membership::lock_invitation(&self.tx, id).await?)?;
        let case = InvitationCase::seen(invitation, address.as_deref(), self.now);
        if !case.mine {
            let seen = self.actor.may(InvitationCase::READ, case.scope());
            return Err(if seen { Error::Forbidden } else { Error::NotFound });
        }
        domain::identity::guard(&self.actor, &case, action)?;
        Ok(case.invitation)
    }

    async fn close_invitation(&mut self, kind: &'static str, invitation: &Invitation) -> Result<InvitationId> {
        store::membership::save_invitation(&self.tx, invitation).await?;
        let applicant = found(store::applicant::find(&self.tx, invitation.applicant).await?)?;
        let subject = Subject::new(SubjectKind::Applicant, applicant.id, applicant.version);
        self.record(Happening { kind, subject, details: json!({ "invitation": invitation.id }) }, Vec::new());
        Ok(invitation.id)
    }

    /// Loads a membership for a command, with its applicant held, and lets the actor through.
    async fn lock_membership(&mut self, id: MembershipId, action: MembershipAction) -> Result<(Applicant, Membership)> {
        self.person()?;
        let membership = found(store::membership::find(&self.tx, id).await?)?;
        let applicant = found(store::applicant::lock(&self.tx, membership.applicant).await?)?;
        // Read again, now that nobody else can change it.
        let membership = found(store::membership::find(&self.tx, id).await?)?;
        let owners = owners(&store::membership::of_applicant(&self.tx, applicant.id).await?);
        let case = MembershipCase { membership, owners };
        self.authorise(&case, action)?;
        Ok((applicant, case.membership))
    }

    /// Loads one's own membership for a command, with its applicant held and everybody who acts for it.
    async fn own_membership(
        &mut self,
        applicant: ApplicantId,
        action: MembershipAction,
    ) -> Result<(Applicant, Membership, Vec<Membership>)> {
        let person = self.person()?;
        let applicant = found(store::applicant::lock(&self.tx, applicant).await?)?;
        let members = store::membership::of_applicant(&self.tx, applicant.id).await?;
        let Some(membership) = members.iter().find(|membership| membership.person == person).cloned() else {
            let seen = self.actor.may(Applicant::READ, applicant.scope());
            return Err(if seen { Error::Forbidden } else { Error::NotFound });
        };
        let case = MembershipCase { membership, owners: owners(&members) };
        self.authorise(&case, action)?;
        Ok((applicant, case.membership, members))
    }

    /// Saves a membership, and tells the person if somebody else changed it.
    async fn save_membership(
        &mut self,
        kind: &'static str,
        applicant: &Applicant,
        membership: &Membership,
        reason: Option<String>,
    ) -> Result<()> {
        store::membership::save(&self.tx, membership).await?;
        let ended = membership.ended.is_some();
        self.record_membership(kind, applicant, membership, json!({ "reason": reason, "ended": ended }));
        if self.actor.person != Some(membership.person) {
            let level = (!ended).then_some(membership.level);
            let notice = Notice::MembershipChanged { applicant: applicant.name.clone(), level, reason };
            self.tell(vec![membership.person], &format!("{}:{}", membership.id, membership.version), &notice);
        }
        Ok(())
    }

    fn record_membership(&mut self, kind: &'static str, applicant: &Applicant, membership: &Membership, mut details: serde_json::Value) {
        details["membership"] = json!(membership.id);
        details["person"] = json!(membership.person);
        details["level"] = json!(membership.level);
        let subject = Subject::new(SubjectKind::Applicant, applicant.id, applicant.version);
        self.record(Happening { kind, subject, details }, Vec::new());
    }

    async fn appoint(&mut self, input: AppointOwner) -> Result<ApplicantId> {
        let by = self.person()?;
        let applicant = found(store::applicant::lock(&self.tx, input.applicant).await?)?;
        self.authorise(&applicant, ApplicantAction::AppointOwner)?;
        let mut violations = Vec::new();
        let reason = text::required_paragraphs("reason", &input.reason).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        if input.person == by {
            violations.push(Problem::NotForOneself.at("personId"));
        }
        let members = store::membership::of_applicant(&self.tx, applicant.id).await?;
        let replaced = members.iter().find(|membership| Some(membership.id) == input.replaces && membership.person != input.person);
        if input.replaces.is_some() && replaced.is_none() {
            violations.push(Problem::NoMember.at("replacesId"));
        }
        Refusal::unless_empty(violations)?;
        let person = found(store::identity::find_person(&self.tx, input.person).await?)?;
        let appointed = if let Some(membership) = members.iter().find(|membership| membership.person == person.id) {
            let membership = membership.clone().at(Level::Owner);
            store::membership::save(&self.tx, &membership).await?;
            membership
        } else {
            let membership = Membership::begin(self.id(), person.id, applicant.id, Level::Owner, self.now);
            store::membership::insert(&self.tx, &membership).await?;
            membership
        };
        self.record_membership("owner-appointed", &applicant, &appointed, json!({ "reason": reason }));
        if let Some(replaced) = replaced {
            let replaced = replaced.clone().end(by, &reason, self.now)?;
            store::membership::save(&self.tx, &replaced).await?;
            self.record_membership("membership-ended", &applicant, &replaced, json!({ "reason": reason, "ended": true }));
        }
        let cause = format!("{}:{}", appointed.id, appointed.version);
        let notice = Notice::OwnerAppointed { applicant: applicant.name.clone(), reason: reason.clone() };
        self.tell(members.iter().map(|membership| membership.person).filter(|other| *other != person.id).collect(), &cause, &notice);
        let notice = Notice::MembershipChanged { applicant: applicant.name, level: Some(Level::Owner), reason: Some(reason) };
        self.tell(vec![person.id], &cause, &notice);
        Ok(applicant.id)
    }
}
