//! Between what is typed and an application's form: each way once.

use domain::application::{CostLine, Field, FinancingLine, Form, Measure, ObjectiveClaim, Participants};
use domain::fund::Fund;

use crate::application::step::Step;
use crate::fields::Fields;
use crate::form::{Errors, Reader};
use crate::text::Text;

/// The parts of a line of cost, and of financing.
const COST_PARTS: [&str; 4] = ["category", "text", "amount", "reason"];
const FINANCING_PARTS: [&str; 3] = ["source", "text", "amount"];

/// The code of a measure, as forms spell it.
pub(crate) const fn measure_code(measure: Measure) -> &'static str {
    match measure {
        Measure::VisitOut => "visit-out",
        Measure::VisitIn => "visit-in",
        Measure::JointProject => "joint-project",
    }
}

const MEASURES: [Measure; 3] = [Measure::VisitOut, Measure::VisitIn, Measure::JointProject];

/// The form as one would have typed it.
pub(crate) fn typed(form: &Form) -> Fields {
    let mut fields = Fields::default();
    fields.put_some("title", form.title.as_ref());
    fields.put_some("summary", form.summary.as_ref());
    fields.put("measure", form.measure.map(measure_code).unwrap_or_default());
    fields.put_some("partnerOrganisation", form.partner_organisation.as_ref());
    fields.put_date("startsOn", form.starts_on);
    fields.put_date("endsOn", form.ends_on);
    for city in &form.cities {
        fields.put("cities", city.as_str());
    }
    for claim in &form.objectives {
        fields.put("objectives", claim.objective.as_str());
        fields.put(format!("reason-{}", claim.objective), claim.reason.as_str());
    }
    if let Some(people) = form.participants {
        fields.put("participants.fromHere", people.from_here.to_string());
        fields.put("participants.fromThere", people.from_there.to_string());
    }
    for (index, line) in form.cost_lines.iter().enumerate() {
        fields.put(format!("costLines[{index}].category"), line.category.as_str());
        fields.put(format!("costLines[{index}].text"), line.text.as_str());
        fields.put_amount(format!("costLines[{index}].amount"), Some(line.amount));
        fields.put(format!("costLines[{index}].reason"), line.reason.clone().unwrap_or_default());
    }
    for (index, line) in form.financing_lines.iter().enumerate() {
        fields.put(format!("financingLines[{index}].source"), line.source.as_str());
        fields.put(format!("financingLines[{index}].text"), line.text.as_str());
        fields.put_amount(format!("financingLines[{index}].amount"), Some(line.amount));
    }
    fields.put_amount("amountRequested", form.amount_requested);
    fields.put_some("hardshipReason", form.hardship_reason.as_ref());
    if form.not_begun {
        fields.put("notBegun", "yes");
    }
    fields
}

/// What was typed without the rows that are empty, and without the one that is to go.
pub(crate) fn without_empty_rows(fields: &Fields, removed: Option<(&str, usize)>) -> Fields {
    let mut kept = Fields::default();
    let is_row = |name: &str| name.starts_with("costLines[") || name.starts_with("financingLines[");
    for (name, text) in fields.iter().filter(|(name, _)| !is_row(name)) {
        kept.put(name, text);
    }
    for (list, parts) in [("costLines", COST_PARTS.as_slice()), ("financingLines", FINANCING_PARTS.as_slice())] {
        let mut next = 0;
        for row in 0..fields.rows(list) {
            let typed: Vec<&str> = parts.iter().map(|part| fields.get(&format!("{list}[{row}].{part}"))).collect();
            if removed == Some((list, row)) || typed.iter().all(|text| text.trim().is_empty()) {
                continue;
            }
            for (part, text) in parts.iter().zip(typed) {
                kept.put(format!("{list}[{next}].{part}"), text);
            }
            next += 1;
        }
    }
    kept
}

/// The form with what was typed in a step; other steps' fields, and those that are not open, stay as they are stored.
pub(crate) fn read(step: Step, open: &[Field], fields: &Fields, fund: &Fund, form: Form, text: &'static Text) -> (Form, Errors) {
    let mut reader = Reader::new(text, fields);
    let mut form = form;
    for field in step.fields().iter().filter(|field| open.contains(field)) {
        match field {
            Field::Title => form.title = reader.text("title"),
            Field::Summary => form.summary = reader.text("summary"),
            Field::Measure => form.measure = MEASURES.into_iter().find(|measure| measure_code(*measure) == fields.get("measure")),
            Field::PartnerOrganisation => form.partner_organisation = reader.text("partnerOrganisation"),
            Field::StartsOn => form.starts_on = reader.date("startsOn"),
            Field::EndsOn => form.ends_on = reader.date("endsOn"),
            Field::Cities => form.cities = fields.all("cities").map(str::to_owned).collect(),
            Field::Objectives => form.objectives = objectives(fields, fund),
            Field::Participants => form.participants = participants(&mut reader),
            Field::CostLines => form.cost_lines = cost_lines(fields, &mut reader),
            Field::FinancingLines => form.financing_lines = financing_lines(fields, &mut reader),
            Field::AmountRequested => form.amount_requested = reader.amount("amountRequested"),
            Field::HardshipReason => form.hardship_reason = reader.text("hardshipReason"),
            Field::NotBegun => form.not_begun = fields.get("notBegun") == "yes",
        }
    }
    (form, reader.errors)
}

/// Those that were ticked; and those for which something was written, which says the same.
fn objectives(fields: &Fields, fund: &Fund) -> Vec<ObjectiveClaim> {
    let claim = |code: &str| {
        let reason = fields.get(&format!("reason-{code}")).trim().to_owned();
        (fields.has("objectives", code) || !reason.is_empty()).then(|| ObjectiveClaim { objective: code.to_owned(), reason })
    };
    fund.objectives.iter().filter_map(|objective| claim(&objective.code)).collect()
}

fn participants(reader: &mut Reader<'_>) -> Option<Participants> {
    let (here, there) = (reader.number("participants.fromHere"), reader.number("participants.fromThere"));
    if here.is_none() && there.is_none() {
        return None;
    }
    Some(Participants { from_here: here.unwrap_or_default(), from_there: there.unwrap_or_default() })
}

fn cost_lines(fields: &Fields, reader: &mut Reader<'_>) -> Vec<CostLine> {
    let line = |row: usize| {
        let part = |part: &str| fields.get(&format!("costLines[{row}].{part}")).trim().to_owned();
        let amount = reader.amount(&format!("costLines[{row}].amount")).unwrap_or_default();
        CostLine {
            category: part("category"),
            text: part("text"),
            amount,
            reason: Some(part("reason")).filter(|reason| !reason.is_empty()),
        }
    };
    (0..fields.rows("costLines")).map(line).collect()
}

fn financing_lines(fields: &Fields, reader: &mut Reader<'_>) -> Vec<FinancingLine> {
    let line = |row: usize| {
        let part = |part: &str| fields.get(&format!("financingLines[{row}].{part}")).trim().to_owned();
        let amount = reader.amount(&format!("financingLines[{row}].amount")).unwrap_or_default();
        FinancingLine { source: part("source"), text: part("text"), amount }
    };
    (0..fields.rows("financingLines")).map(line).collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use domain::language::Language;
    use domain::money::Money;

    use crate::text::text;

    use super::*;

    fn full() -> Form {
        let cost = |text: &str, cents, reason: Option<&str>| CostLine {
            category: "transport".to_owned(),
            text: text.to_owned(),
            amount: Money::from_cents(cents),
            reason: reason.map(str::to_owned),
        };
        Form {
            title: Some("Chorreise".to_owned()),
            summary: Some("Zeile 1\nZeile 2".to_owned()),
            measure: Some(Measure::JointProject),
            partner_organisation: Some("Koor & Co".to_owned()),
            cities: vec!["tallinn".to_owned(), "gdynia".to_owned()],
            objectives: vec![ObjectiveClaim { objective: "europe".to_owned(), reason: "Begegnung".to_owned() }],
            starts_on: NaiveDate::from_ymd_opt(2020, 6, 1),
            ends_on: NaiveDate::from_ymd_opt(2020, 6, 14),
            participants: Some(Participants { from_here: 12, from_there: 0 }),
            cost_lines: vec![cost("Fähre", 123_456, None), cost("Bus", 5, Some("Es fährt kein Zug"))],
            financing_lines: vec![FinancingLine {
                source: "own-funds".to_owned(),
                text: "Beiträge".to_owned(),
                amount: Money::from_cents(100),
            }],
            amount_requested: Some(Money::from_cents(250_000)),
            hardship_reason: Some("Keine Rücklagen".to_owned()),
            not_begun: true,
        }
    }

    fn fund() -> Fund {
        let objective = |code: &str| domain::fund::Labelled {
            code: code.to_owned(),
            label: domain::language::Bilingual { de: code.to_owned(), en: code.to_owned() },
        };
        let mut fund = crate::sample::fund();
        fund.objectives = vec![objective("europe"), objective("location")];
        fund
    }

    #[test]
    fn a_form_that_is_typed_and_read_is_the_same_form() {
        let fields = typed(&full());
        let mut form = Form::default();
        for step in Step::ALL {
            let (read, errors) = read(step, step.fields(), &fields, &fund(), form, text(Language::De));
            assert!(errors.is_empty(), "{step:?}");
            form = read;
        }
        assert_eq!(form, full());
    }

    #[test]
    fn a_step_changes_its_own_open_fields_only() {
        let fields = Fields::read(b"title=Neu&summary=Neu&notBegun=");
        let (form, _) = read(Step::Project, &[Field::Title], &fields, &fund(), full(), text(Language::De));
        assert_eq!(form.title.as_deref(), Some("Neu"));
        assert_eq!(form.changed_from(&full()), [Field::Title]);
    }

    #[test]
    fn empty_rows_and_the_one_that_is_to_go_are_left_out() {
        let fields = Fields::read(
            "costLines[0].text=a&costLines[0].category=&costLines[1].text=+&costLines[1].amount=&costLines[2].text=b&financingLines[0].text=&x=1".as_bytes(),
        );
        let kept = without_empty_rows(&fields, None);
        assert_eq!((kept.rows("costLines"), kept.rows("financingLines"), kept.get("x")), (2, 0, "1"));
        assert_eq!((kept.get("costLines[0].text"), kept.get("costLines[1].text")), ("a", "b"));
        let kept = without_empty_rows(&fields, Some(("costLines", 0)));
        assert_eq!((kept.rows("costLines"), kept.get("costLines[0].text")), (1, "b"));
    }

    #[test]
    fn an_amount_that_can_be_read_two_ways_is_named_and_nothing_is_guessed() {
        let fields = Fields::read(b"costLines[0].text=a&costLines[0].amount=1.5");
        let (_, errors) = read(Step::Costs, Step::Costs.fields(), &fields, &fund(), Form::default(), text(Language::De));
        assert!(!errors.is_empty());
    }
}
