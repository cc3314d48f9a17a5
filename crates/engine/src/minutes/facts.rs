//! What minutes hold, gathered from what was recorded: nothing of it is typed in (R24, R25).

use std::collections::{BTreeMap, BTreeSet};

use domain::application::State;
use domain::committee::{Ballot, BallotState, Capacity, Electorate, Motion};
use domain::fund::Fund;
use domain::ids::{AgendaItemId, ApplicationId, PersonId};
use domain::language::Language;
use domain::meeting::attendance::{present_at, seats_present};
use domain::meeting::{AgendaItem, Attendance, ItemState, Meeting, MeetingState};
use domain::minutes::{
    Absentee, Consequence, Content, Decision, Deferral, Exclusion, Item, Matter, Minutes, Opening, Participant, Presence,
};
use domain::outbox::About;

use crate::work::found;
use crate::{Error, Result};

/// The names of everybody whom minutes name.
type Names = BTreeMap<PersonId, String>;

/// The content of the minutes of a meeting that is over.
pub(super) async fn content<C: store::Connection>(db: &C, fund: &Fund, minutes: &Minutes) -> Result<Content> {
    let meeting = found(store::meeting::find(db, minutes.meeting).await?)?;
    let MeetingState::Closed { invited_at, opened_at, opened_by, at: closed_at } = meeting.state else {
        return Err(Error::Internal(format!("the minutes {} are of a meeting that is not over", minutes.id).into()));
    };
    let attendance = store::meeting::attendance(db, meeting.id).await?;
    let holdings = store::seat::since(db, meeting.day()).await?;
    let electorate = Electorate::on(meeting.day(), &holdings, &[], &[], &fund.committee);
    let agenda = store::meeting::agenda::of_meeting(db, meeting.id).await?;
    let matters = Matters::gather(db, &agenda, &meeting).await?;
    let members = electorate.seats.iter().filter_map(|seat| seat.member.map(|member| (seat.number, member.person)));
    let members: Vec<(u32, PersonId)> = members.collect();

    let mut everybody: BTreeSet<PersonId> = attendance.iter().map(|attendance| attendance.person).collect();
    everybody.extend(members.iter().map(|(_, person)| *person));
    everybody.extend(matters.excluded.values().flatten());
    everybody.extend(matters.ballots.iter().flat_map(|ballot| excluded(ballot).map(|(person, _)| person)));
    everybody.insert(opened_by);
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

    let scene = Scene { agenda: &agenda, attendance: &attendance, names: &names, minutes };
    let mut items = Vec::with_capacity(agenda.len());
    for item in &agenda {
        items.push(matters.item(db, item, &scene).await?);
    }
    Ok(Content {
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
    })
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
    attendance: &'a [Attendance],
    names: &'a Names,
    minutes: &'a Minutes,
}

/// What was decided under which item, and who had no part in it.
struct Matters {
    ballots: Vec<Ballot>,
    excluded: BTreeMap<AgendaItemId, BTreeSet<PersonId>>,
}

impl Matters {
    async fn gather<C: store::Connection>(db: &C, agenda: &[AgendaItem], meeting: &Meeting) -> Result<Self> {
        let ids: Vec<AgendaItemId> = agenda.iter().map(|item| item.id).collect();
        let mut ballots = store::committee::ballots_on(db, &ids).await?;
        ballots.sort_by_key(|ballot| (ballot.state.ended_at(), ballot.id));
        let mut excluded: BTreeMap<AgendaItemId, BTreeSet<PersonId>> = BTreeMap::new();
        for item in agenda {
            let Some(application) = item.application else { continue };
            let recusals = store::recusal::of_application(db, application).await?;
            let then = recusals.iter().filter(|recusal| recusal.stands() && meeting.state.closed_at().is_some_and(|end| recusal.at <= end));
            excluded.entry(item.id).or_default().extend(then.map(|recusal| recusal.person));
        }
        Ok(Self { ballots, excluded })
    }

    async fn item<C: store::Connection>(&self, db: &C, item: &AgendaItem, scene: &Scene<'_>) -> Result<Item> {
        let mut decisions = Vec::new();
        for ballot in self.ballots.iter().filter(|ballot| ballot.agenda_item == Some(item.id)) {
            decisions.push(self.decision(db, ballot, scene).await?);
        }
        let deferred = match &item.state {
            ItemState::Listed => None,
            ItemState::Deferred { at, reason, to } => {
                let to = match to {
                    Some(to) => store::meeting::find(db, *to).await?.map(|meeting| meeting.begins_at),
                    None => None,
                };
                Some(Deferral { at: *at, reason: reason.clone(), to })
            }
        };
        let about = match item.application {
            Some(application) => Some(about(db, application).await?),
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

    async fn decision<C: store::Connection>(&self, db: &C, ballot: &Ballot, scene: &Scene<'_>) -> Result<Decision> {
        let motion = found(store::committee::find_motion(db, ballot.motion).await?)?;
        let same_vote = |other: &&Ballot| {
            let group = |ballot: &Ballot| ballot.en_bloc.map(|en_bloc| en_bloc.group);
            other.id != ballot.id && group(other).is_some() && group(other) == group(ballot)
        };
        let position = |other: &Ballot| scene.agenda.iter().find(|item| other.agenda_item == Some(item.id)).map(|item| item.position);
        let mut together_with: Vec<u32> = self.ballots.iter().filter(same_vote).filter_map(position).collect();
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
            consequence: consequence(db, ballot, &motion).await?,
        })
    }
}

async fn about<C: store::Connection>(db: &C, application: ApplicationId) -> Result<About> {
    let application = found(store::application::find(db, application).await?)?;
    let applicant = found(store::applicant::find(db, application.applicant).await?)?;
    Ok(About {
        number: application.number.clone().unwrap_or_default(),
        title: application.form.title.clone().unwrap_or_default(),
        applicant: applicant.name,
    })
}

/// What followed in the same instant: not what became of it since.
async fn consequence<C: store::Connection>(db: &C, ballot: &Ballot, motion: &Motion) -> Result<Option<Consequence>> {
    let BallotState::Closed { carried, .. } = ballot.state else { return Ok(None) };
    if motion.proposal.recusal().is_some() {
        return Ok(Some(if carried { Consequence::ExclusionUpheld } else { Consequence::ExclusionDismissed }));
    }
    if let (Some(amount), true) = (motion.proposal.amount(), carried) {
        if let Some(place) = store::waiting_list::of_ballot(db, ballot.id).await? {
            return Ok(Some(Consequence::Waiting { amount, position: place.position }));
        }
        let award = store::award::of_application(db, ballot.application).await?;
        return Ok(award.filter(|award| award.ballot == ballot.id).map(|_| Consequence::Awarded { amount }));
    }
    let application = found(store::application::find(db, ballot.application).await?)?;
    Ok(matches!(application.state, State::Rejected { ballot: by } if by == ballot.id).then_some(Consequence::Rejected))
}
