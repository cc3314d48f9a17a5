//! What the pages say, once per language: a text that one language lacks doesn't compile.
//!
//! A part of the texts belongs to a concern of people, as the modules with handlers do. What it consists of stands in `text/<part>.rs`, what
//! it says in `text/de/<part>.rs` and `text/en/<part>.rs`.

use domain::language::Language;

mod access;
mod applicant;
mod application;
mod award;
mod committee;
mod control;
mod de;
mod decision;
mod en;
mod failure;
mod finance;
mod form;
mod frame;
mod money;
mod office;
mod public;

pub(crate) use access::{Account, SignIn};
pub(crate) use applicant::{Applicant, Membership};
pub(crate) use application::{Application, History, States, Steps};
pub(crate) use award::{Award, Desk};
pub(crate) use committee::{Ballots, Briefings, Committee, Meetings, Minutes};
pub(crate) use control::{Administration, Audit};
pub(crate) use decision::{BallotDesk, Decision, MeetingDesk};
pub(crate) use failure::Failures;
pub(crate) use finance::{Finance, Payouts};
pub(crate) use form::Form;
pub(crate) use frame::Frame;
pub(crate) use money::{AwardDesk, BriefingDesk, Outbox, WaitingList, WhatIfs};
pub(crate) use office::{CaseFile, Inbox, Office};
pub(crate) use public::{Fund, Legal, Start};

/// A text.
pub(crate) type Words = &'static str;
/// A heading and a paragraph.
pub(crate) type Said = (&'static str, &'static str);
/// A text with something filled in.
pub(crate) type Filled = fn(&str) -> String;
/// A text with two things filled in.
pub(crate) type Filled2 = fn(&str, &str) -> String;
/// A text with three things filled in.
pub(crate) type Filled3 = fn(&str, &str, &str) -> String;
/// Headings with their paragraphs.
pub(crate) struct Parts(pub(crate) &'static [Said]);
/// Texts by a name.
pub(crate) type Named = &'static [(&'static str, &'static str)];

/// The texts in that language.
pub(crate) const fn text(language: Language) -> &'static Text {
    match language {
        Language::De => &de::TEXT,
        Language::En => &en::TEXT,
    }
}

/// The text of that name, or nothing.
pub(crate) fn named(texts: Named, name: &str) -> &'static str {
    texts.iter().find(|(own, _)| *own == name).map(|(_, words)| *words).unwrap_or_default()
}

macro_rules! texts {
    ($($(#[$doc:meta])* $group:ident { $($name:ident: $type:ty,)+ })+) => {$(
        $(#[$doc])*
        #[allow(clippy::struct_field_names, reason = "a text is called like what it speaks of")]
        pub(crate) struct $group { $(pub(crate) $name: $type,)+ }

        #[cfg(test)]
        impl $crate::text::tests::Spoken for $group {
            fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
                $(self.$name.spoken(&format!("{at}.{}", stringify!($name)), all);)+
            }
        }
    )+};
}
use texts;

texts! {
    /// Everything that the pages say, by where it is said.
    Text {
        frame: Frame,
        failure: Failures,
        form: Form,
        sign_in: SignIn,
        account: Account,
        start: Start,
        fund: Fund,
        legal: Legal,
        desk: Desk,
        applicant: Applicant,
        membership: Membership,
        application: Application,
        steps: Steps,
        states: States,
        history: History,
        award: Award,
        committee: Committee,
        meetings: Meetings,
        ballots: Ballots,
        minutes: Minutes,
        briefings: Briefings,
        finance: Finance,
        payouts: Payouts,
        audit: Audit,
        administration: Administration,
        office: Office,
        inbox: Inbox,
        case_file: CaseFile,
        decision: Decision,
        ballot_desk: BallotDesk,
        meeting_desk: MeetingDesk,
        what_ifs: WhatIfs,
        award_desk: AwardDesk,
        waiting_list: WaitingList,
        briefing_desk: BriefingDesk,
        outbox: Outbox,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What can be asked for all that it says.
    pub(crate) trait Spoken {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>);
    }

    impl Spoken for Words {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
            all.push((at.to_owned(), (*self).to_owned()));
        }
    }

    impl Spoken for Said {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
            all.push((format!("{at}.0"), self.0.to_owned()));
            all.push((format!("{at}.1"), self.1.to_owned()));
        }
    }

    impl Spoken for Filled {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
            all.push((at.to_owned(), self("‹1›")));
        }
    }

    impl Spoken for Filled2 {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
            all.push((at.to_owned(), self("‹1›", "‹2›")));
        }
    }

    impl Spoken for Filled3 {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
            all.push((at.to_owned(), self("‹1›", "‹2›", "‹3›")));
        }
    }

    impl Spoken for Named {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
            all.extend(self.iter().map(|(name, words)| (format!("{at}.{name}"), (*words).to_owned())));
        }
    }

    impl Spoken for Parts {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
            for (index, said) in self.0.iter().enumerate() {
                said.spoken(&format!("{at}.{index}"), all);
            }
        }
    }

    impl Spoken for &'static [Words] {
        fn spoken(&self, at: &str, all: &mut Vec<(String, String)>) {
            for (index, words) in self.iter().enumerate() {
                words.spoken(&format!("{at}.{index}"), all);
            }
        }
    }

    fn all(language: Language) -> Vec<(String, String)> {
        let mut all = Vec::new();
        text(language).spoken("text", &mut all);
        all
    }

    #[test]
    fn both_languages_say_the_same_things_and_leave_none_out() {
        let (de, en) = (all(Language::De), all(Language::En));
        let names = |texts: &[(String, String)]| texts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&de), names(&en));
        assert!(de.len() > 300, "{}", de.len());
        for (name, words) in de.iter().chain(&en) {
            assert!(!words.trim().is_empty(), "{name} is empty");
            assert_eq!(words.trim(), words, "{name}");
        }
    }

    #[test]
    fn what_is_filled_in_is_filled_in_in_both() {
        let gaps = |words: &str| ["‹1›", "‹2›", "‹3›"].map(|gap| words.contains(gap));
        for ((name, de), (_, en)) in all(Language::De).iter().zip(all(Language::En)) {
            assert_eq!(gaps(de), gaps(&en), "{name}: {de} / {en}");
        }
    }

    /// Few words are the same in both; a text that is was probably not translated.
    #[test]
    fn nothing_was_left_untranslated() {
        let same: Vec<(String, String)> =
            all(Language::De).into_iter().zip(all(Language::En)).filter(|(de, en)| de.1 == en.1).map(|(de, _)| de).collect();
        let known = ["Code", "IBAN", "Name", "API", "‹1› – ‹2›", "‹1›: ‹2›", "‹1›, ‹2›"];
        let forgotten: Vec<_> = same.iter().filter(|(_, words)| !known.contains(&words.as_str())).collect();
        assert!(forgotten.is_empty(), "{forgotten:?}");
    }

    /// How the pages speak: they say what to do, and they speak to everybody.
    #[test]
    fn the_german_is_what_was_agreed() {
        for (name, words) in all(Language::De) {
            for avoided in ["ungültig", "Bitte", "bitte ", "User", "Login", "Antragsteller ", "Antragsteller.", "...", " - "] {
                assert!(!words.contains(avoided), "{name} says “{avoided}”: {words}");
            }
        }
    }
}
