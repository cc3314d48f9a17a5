//! What minutes hold, gathered from what was recorded: nothing of it is typed in (R24, R25).

use std::collections::{BTreeMap, BTreeSet};

use domain::applicant::Applicant;
use domain::application::{Application, State};
use domain::committee::{Ballot, BallotState, Capacity, Electorate, Motion, Recusal};
use domain::fund::Fund;
use domain::ids::{AgendaItemId, ApplicationId, BallotId, MeetingId, PersonId};
use domain::language::Language;
use domain::meeting::attendance::{present_at, seats_present};
use domain::meeting::{AgendaItem, Attendance, ItemState, Meeting, MeetingState};
use domain::minutes::{
    AboutApplication, Absentee, Consequence, Content, Decision, Deferral, Exclusion, Item, Matter, Minutes, Opening, Participant, Presence,
};
use store::committee::Followed;

use crate::work::found;
use crate::{Error, Result};

/// The names of everybody whom minutes name.
pub(super) type Names = BTreeMap<PersonId, String>;

/// The content of the minutes of a meeting that is over, with the names of who has signed: with as many questions for one item as for many.
pub(super) async fn content<C: store::Connection>(db: &C, fund: &Fund, minutes: &Minutes) -> Result<(Content, Names)> {
    let (agenda, recusals) = store::meeting::agenda::with_recusals(db, minutes.meeting).await?;
    let deferred_to = agenda.iter().filter_map(|item| if let ItemState::Deferred { to, .. } = item.state { to } else { None });
    let meetings: Vec<MeetingId> = std::iter::once(minutes.meeting).chain(deferred_to).collect();
    let meetings = store::meeting::find_many(db, &meetings).await?;
    let meeting = found(meetings.iter().find(|meeting| meeting.id == minutes.meeting))?;
    let MeetingState::Closed { invited_at, opened_at, opened_by, at: closed_at } = meeting.state else {
        return Err(Error::Internal(format!("the minutes {} are of a meeting that is not over", minutes.id).into()));
    };
    let attendance = store::meeting::attendance(db, meeting.id).await?;
    let holdings = store::seat::since(db, meeting.day()).await?;
    let electorate = Electorate::on(meeting.day(), &holdings, &[], &[], &fund.committee);
    let matters = Matters::gather(db, &agenda, &recusals, meeting).await?;
    let members = electorate.seats.iter().filter_map(|seat| seat.member.map(|member| (seat.number, member.person)));
    let members: Vec<(u32, PersonId)> = members.collect();

    let mut everybody: BTreeSet<PersonId> = attendance.iter().map(|attendance| attendance.person).collect();
    everybody.extend(members.iter().map(|(_, person)| *person));
    everybody.extend(matters.excluded.values().flatten());
    everybody.extend(matters.ballots.iter().flat_map(|(ballot, _)| excluded(ballot).map(|(person, _)| person)));
    everybody.insert(opened_by);
    everybody.extend(minutes.state.signatures().iter().map(|signature| signature.by));
    let everybody: Vec<PersonId> = everybody.into_iter().collect();
    let names: Names = store::identity::persons(db, &everybody).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let present = present_at(&attendance, opened_at);
    let came = |person: PersonId| attendance.iter().any(|attendance| attendance.person == person);
    let absent = members.into_iter().filter(|(_, person)| !came(*person));
    let substitute = |seat: u32| attendance.iter().find(|there| there.seat == seat && there.capacity == Capacity::Substitute);
    let absentee = |(seat, person): (u32, PersonId)| Absentee {
        name: name(&names, person),
        seat,
        represented_by: substitute(seat).map(|there| name(&names, there.person)),
    };

    let scene = Scene { agenda: &agenda, meetings: &meetings, attendance: &attendance, names: &names, minutes };
    let items = agenda.iter().map(|item| matters.item(item, &scene)).collect::<Result<Vec<_>>>()?;
    let content = Content {
        committee: fund.committee.name.get(Language::De).to_owned(),
        meeting: meeting.id,
        place: meeting.place.clone(),
        remote: meeting.remote,
        invited_at,
        short_notice: meeting.short_notice.clone(),
        begins_at: meeting.begins_at,
        opening: Opening {
            at: opened_at,
            by: name(&names, opened_by),
            present: seats_present(&electorate, &present),
            quorum: electorate.quorum(),
        },
        closed_at,
        reordered_at: meeting.reordered_at,
        present: participants(&attendance, &names),
        absent: absent.map(absentee).collect(),
        items,
        remarks: minutes.remarks.general.clone(),
    };
    Ok((content, names))
}

fn name(names: &Names, person: PersonId) -> String {
    names.get(&person).cloned().unwrap_or_default()
}

/// Who was there, by seat, the member first; each with all times.
fn participants(attendance: &[Attendance], names: &Names) -> Vec<Participant> {
    let mut by_seat: BTreeMap<(u32, Capacity, PersonId), Vec<Presence>> = BTreeMap::new();
    for Attendance { person, seat, capacity, remote, arrived_at, left_at, .. } in attendance {
        let presence = Presence { from: *arrived_at, until: *left_at, remote: *remote };
        by_seat.entry((*seat, *capacity, *person)).or_default().push(presence);
    }
    let participant = |((seat, capacity, person), times)| Participant { name: name(names, person), seat, capacity, times };
    by_seat.into_iter().map(participant).collect()
}

/// Who could not vote on a ballot's motion, each with the substitute who could for the same seat.
fn excluded(ballot: &Ballot) -> impl Iterator<Item = (PersonId, Option<PersonId>)> {
    ballot.electorate.seats.iter().flat_map(|seat| {
        let substitute = seat.substitute.filter(|substitute| !substitute.excluded).map(|substitute| substitute.person);
        let member = seat.member.filter(|member| member.excluded).map(|member| (member.person, substitute));
        let own = seat.substitute.filter(|substitute| substitute.excluded).map(|substitute| (substitute.person, None));
        member.into_iter().chain(own)
    })
}

/// What there is to tell of the whole meeting.
struct Scene<'a> {
    agenda: &'a [AgendaItem],
    /// The meeting, and those to which items were deferred.
    meetings: &'a [Meeting],
    attendance: &'a [Attendance],
    names: &'a Names,
    minutes: &'a Minutes,
}

/// What was decided under which item, and who had no part in it.
struct Matters {
    ballots: Vec<(Ballot, Motion)>,
    followed: Vec<Followed>,
    applications: Vec<(Application, Applicant)>,
    excluded: BTreeMap<AgendaItemId, BTreeSet<PersonId>>,
}

impl Matters {
    async fn gather<C: store::Connection>(db: &C, agenda: &[AgendaItem], recusals: &[Recusal], meeting: &Meeting) -> Result<Self> {
        let ids: Vec<AgendaItemId> = agenda.iter().map(|item| item.id).collect();
        let mut ballots = store::committee::ballots_with_motions_on(db, &ids).await?;
        ballots.sort_by_key(|(ballot, _)| (ballot.state.ended_at(), ballot.id));
        let decided: Vec<BallotId> = ballots.iter().map(|(ballot, _)| ballot.id).collect();
        let followed = if decided.is_empty() { Vec::new() } else { store::committee::followed(db, &decided).await? };
        let about = agenda.iter().filter_map(|item| item.application).chain(ballots.iter().map(|(ballot, _)| ballot.application));
        let about: Vec<ApplicationId> = about.collect::<BTreeSet<_>>().into_iter().collect();
        let applications = if about.is_empty() { Vec::new() } else { store::application::with_applicants(db, &about).await? };
        let then = |recusal: &&Recusal| recusal.stands() && meeting.state.closed_at().is_some_and(|end| recusal.at <= end);
        let mut excluded: BTreeMap<AgendaItemId, BTreeSet<PersonId>> = BTreeMap::new();
        for item in agenda {
            let of_item = recusals.iter().filter(|recusal| Some(recusal.application) == item.application);
            excluded.entry(item.id).or_default().extend(of_item.filter(then).map(|recusal| recusal.person));
        }
        Ok(Self { ballots, followed, applications, excluded })
    }

    fn application(&self, id: ApplicationId) -> Result<&(Application, Applicant)> {
        found(self.applications.iter().find(|(application, _)| application.id == id))
    }

    fn item(&self, item: &AgendaItem, scene: &Scene<'_>) -> Result<Item> {
        let of_item = self.ballots.iter().filter(|(ballot, _)| ballot.agenda_item == Some(item.id));
        let decisions = of_item.map(|(ballot, motion)| self.decision(ballot, motion, scene)).collect::<Result<Vec<_>>>()?;
        let deferred = match &item.state {
            ItemState::Listed => None,
            ItemState::Deferred { at, reason, to } => {
                let to = to.and_then(|to| scene.meetings.iter().find(|meeting| meeting.id == to)).map(|meeting| meeting.begins_at);
                Some(Deferral { at: *at, reason: reason.clone(), to })
            }
        };
        let about = match item.application {
            Some(application) => Some(about(self.application(application)?)),
            None => None,
        };
        let excluded = self.excluded.get(&item.id).into_iter().flatten().map(|person| name(scene.names, *person)).collect();
        let remarks = scene.minutes.remarks.items.iter().find(|remark| remark.item == item.id);
        let matter = Matter {
            title: item.title.clone(),
            application: item.application,
            about,
            excluded,
            deferred,
            decisions,
            remarks: remarks.map(|remark| remark.text.clone()).unwrap_or_default(),
        };
        Ok(Item { id: item.id, position: item.position, publicity: item.publicity, matter: Some(matter) })
    }

    fn decision(&self, ballot: &Ballot, motion: &Motion, scene: &Scene<'_>) -> Result<Decision> {
        let same_vote = |other: &&Ballot| {
            let group = |ballot: &Ballot| ballot.en_bloc.map(|en_bloc| en_bloc.group);
            other.id != ballot.id && group(other).is_some() && group(other) == group(ballot)
        };
        let position = |other: &Ballot| scene.agenda.iter().find(|item| other.agenda_item == Some(item.id)).map(|item| item.position);
        let mut together_with: Vec<u32> = self.ballots.iter().map(|(other, _)| other).filter(same_vote).filter_map(position).collect();
        together_with.sort_unstable();
        let at = ballot.state.ended_at().unwrap_or(ballot.opened_at);
        let there = present_at(scene.attendance, at);
        let excluded = excluded(ballot).map(|(person, substitute)| Exclusion {
            name: name(scene.names, person),
            represented_by: substitute.filter(|substitute| there.contains(substitute)).map(|substitute| name(scene.names, substitute)),
        });
        Ok(Decision {
            ballot: ballot.id,
            wording: motion.wording.clone(),
            proposal: motion.proposal,
            form: ballot.form.kind(),
            excluded: excluded.collect(),
            together_with,
            at,
            tally: ballot.state.tally(),
            computation: ballot.computation.clone(),
            consequence: self.consequence(ballot, motion)?,
        })
    }

    /// What followed in the same instant: not what became of it since.
    fn consequence(&self, ballot: &Ballot, motion: &Motion) -> Result<Option<Consequence>> {
        let BallotState::Closed { carried, .. } = ballot.state else { return Ok(None) };
        if motion.proposal.recusal().is_some() {
            return Ok(Some(if carried { Consequence::ExclusionUpheld } else { Consequence::ExclusionDismissed }));
        }
        if let (Some(amount), true) = (motion.proposal.amount(), carried) {
            let followed = self.followed.iter().find(|followed| followed.ballot == ballot.id);
            return Ok(followed.and_then(|followed| match followed.position {
                Some(position) => Some(Consequence::Waiting { amount, position }),
                None => followed.awarded.then_some(Consequence::Awarded { amount }),
            }));
        }
        let (application, _) = self.application(ballot.application)?;
        Ok(matches!(application.state, State::Rejected { ballot: by } if by == ballot.id).then_some(Consequence::Rejected))
    }
}

fn about((application, applicant): &(Application, Applicant)) -> AboutApplication {
    AboutApplication {
        number: application.number.clone().unwrap_or_default(),
        title: application.form.title.clone().unwrap_or_default(),
        applicant: applicant.name.clone(),
    }
}
