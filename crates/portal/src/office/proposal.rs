//! What is proposed for an application: prepared by the office, and put as a motion.

use domain::application::ApplicationAction as Action;
use domain::committee::{Proposal, ProposalKind};
use domain::ids::ApplicationId;
use domain::language::Say as _;
use domain::money::Money;
use domain::problem::Refusal;
use domain::what_if::usual_wording;
use engine::{CaseFile, Error, PrepareProposal, ProposeMotion};
use maud::{Markup, html};

use crate::component::link_button;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, submit};
use crate::office::application::{below, load, path};
use crate::office::enter;
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// What can be proposed, by its name.
pub(crate) const KINDS: [(&str, ProposalKind); 4] = [
    ("award", ProposalKind::Award),
    ("hardship-award", ProposalKind::HardshipAward),
    ("reject", ProposalKind::Reject),
    ("defer", ProposalKind::Defer),
];

/// What is proposed, in words, with its amount.
pub(crate) fn words(visit: &Visit, proposal: Proposal) -> String {
    let text = &visit.text().decision;
    let kind = named(text.kinds, proposal.name());
    match proposal.amount() {
        Some(amount) => (text.kind_amount)(kind, &amount.say(visit.language()).replace(' ', "\u{a0}")),
        None => kind.to_owned(),
    }
}

/// The kinds, to choose from.
pub(crate) fn kind_choices(visit: &Visit) -> Vec<Choice> {
    KINDS.iter().map(|(code, _)| ((*code).to_owned(), named(visit.text().decision.kinds, code).to_owned())).collect()
}

/// The kind of that name.
pub(crate) fn kind_of(code: &str) -> Option<ProposalKind> {
    KINDS.iter().find(|(own, _)| *own == code).map(|(_, kind)| *kind)
}

/// Whether what is proposed has an amount.
pub(crate) const fn takes_amount(kind: ProposalKind) -> bool {
    matches!(kind, ProposalKind::Award | ProposalKind::HardshipAward)
}

/// What was typed into the fields that name what is proposed.
struct Proposed {
    kind: ProposalKind,
    amount: Option<Money>,
}

fn read(visit: &Visit) -> Result<Proposed, Errors> {
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let amount = reader.amount("amount");
    let mut errors = reader.errors;
    match kind_of(visit.field("kind")) {
        // The amount stands in its field beforehand; to reject or defer it says nothing.
        Some(kind) if errors.is_empty() => Ok(Proposed { kind, amount: amount.filter(|_| takes_amount(kind)) }),
        Some(_) => Err(errors),
        None => {
            errors.add("kind", visit.text().decision.kind_missing);
            Err(errors)
        }
    }
}

/// The questions what is proposed, and how much.
fn questions(visit: &Visit, file: &CaseFile, ask: &Ask<'_>) -> Markup {
    let (text, language, form) = (&visit.text().decision, visit.language(), &file.application.form);
    let asked = form.amount_requested.unwrap_or_default().say(language);
    let most = form.total_cost().percent_down(visit.engine.fund().application.highest_rate_percent).say(language);
    html! {
        (ask.radios(&Question::new("kind", text.kind), &kind_choices(visit)))
        (ask.amount(&Question::new("amount", text.amount).hint(&(text.amount_hint)(&asked, &most)).optional(), None))
    }
}

/// Asks what is to be proposed.
pub(crate) async fn prepare(visit: Visit) -> Answer {
    let file = load(&visit).await?;
    if !file.actions.contains(&Action::PrepareProposal) {
        return Ok(go_to(&path(file.application.id)));
    }
    let mut typed = Fields::default();
    match visit.engine.proposal_of(&visit.actor, file.application.id).await? {
        Some(prepared) => {
            typed.put("kind", prepared.proposal.name());
            typed.put_amount("amount", prepared.proposal.amount());
            typed.put("reasons", prepared.reasons);
        }
        None => typed.put_amount("amount", file.application.form.amount_requested),
    }
    prepare_page(&visit, &file, &typed, &Errors::default())
}

fn prepare_page(visit: &Visit, file: &CaseFile, typed: &Fields, errors: &Errors) -> Answer {
    let text = &visit.text().decision;
    let own = path(file.application.id);
    let ask = Ask::new(visit, typed, errors);
    let fields = html! {
        (questions(visit, file, &ask))
        (ask.area(&Question::new("reasons", text.reasons).hint(text.reasons_hint), 6))
        div class="buttons" { (submit(Weight::Primary, text.prepare_button)) (link_button(false, &own, visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{own}/proposal"), &fields)?;
    Ok(below(visit, file, text.prepare.0).lead(text.prepare.1).show_with(visit, errors, &form))
}

/// Saves the proposal.
pub(crate) async fn save(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: ApplicationId = visit.id()?;
    let errors = match read(&visit) {
        Err(errors) => errors,
        Ok(Proposed { kind, amount }) => {
            let input = PrepareProposal { application: id, kind, amount, reasons: visit.field("reasons").to_owned() };
            match visit.engine.prepare_proposal(&visit.call(), input).await {
                Ok(_) => return Ok(go_to(&format!("{}?done=proposal", path(id)))),
                Err(Error::Refused(refused)) => Errors::of(&visit, refused, "kind"),
                Err(error) => return Err(error.into()),
            }
        }
    };
    prepare_page(&visit, &load(&visit).await?, &visit.fields, &errors)
}

/// Asks what is to be put as a motion: what was prepared stands there already.
pub(crate) async fn motion(visit: Visit) -> Answer {
    let file = load(&visit).await?;
    if !file.actions.contains(&Action::ProposeMotion) {
        return Ok(go_to(&path(file.application.id)));
    }
    let mut typed = Fields::default();
    if let Some(prepared) = visit.engine.proposal_of(&visit.actor, file.application.id).await? {
        typed.put("kind", prepared.proposal.name());
        typed.put_amount("amount", prepared.proposal.amount());
    }
    motion_page(&visit, &file, &typed, &Errors::default())
}

fn motion_page(visit: &Visit, file: &CaseFile, typed: &Fields, errors: &Errors) -> Answer {
    let text = &visit.text().decision;
    let own = path(file.application.id);
    let ask = Ask::new(visit, typed, errors);
    let fields = html! {
        (questions(visit, file, &ask))
        (ask.area(&Question::new("wording", text.wording).hint(text.wording_hint).optional(), 4))
        div class="buttons" { (submit(Weight::Primary, text.put_button)) (link_button(false, &own, visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{own}/motion"), &fields)?;
    Ok(below(visit, file, text.put.0).lead(text.put.1).show_with(visit, errors, &form))
}

/// Puts the motion.
pub(crate) async fn propose(visit: Visit) -> Answer {
    let file = load(&visit).await?;
    let errors = match read(&visit) {
        Err(errors) => errors,
        Ok(proposed) => match put(&visit, &file, &proposed).await {
            Ok(motion) => return Ok(go_to(&format!("/office/motions/{motion}?done=motion"))),
            Err(Error::Refused(refused)) => Errors::of(&visit, refused, "kind"),
            Err(error) => return Err(error.into()),
        },
    };
    motion_page(&visit, &file, &visit.fields, &errors)
}

async fn put(visit: &Visit, file: &CaseFile, proposed: &Proposed) -> engine::Result<domain::ids::MotionId> {
    let Proposed { kind, amount } = *proposed;
    let wording = if visit.field("wording").trim().is_empty() {
        let applicant = file.applicant.as_ref().map(|applicant| applicant.name.as_str()).unwrap_or_default();
        usual_wording(&file.application, applicant, Proposal::new(kind, amount).map_err(Refusal::from)?)
    } else {
        visit.field("wording").to_owned()
    };
    let input = ProposeMotion { application: file.application.id, kind, amount, wording };
    visit.engine.propose_motion(&visit.call(), input).await
}
