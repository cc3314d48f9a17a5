//! Why a sign-in with a provider came to nothing.

use domain::language::Language;

/// Why a sign-in came to nothing, as far as a person needs to know it. What exactly was wrong stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The provider doesn't answer, or not in a way that can be understood. Later it may.
    #[error("the provider can't be reached")]
    Unavailable,
    /// The provider said no, or the person did, there.
    #[error("the provider refused")]
    Refused,
    /// The answer belongs to no sign-in that this browser began, or to one that is done.
    #[error("the answer belongs to no sign-in that is under way")]
    Foreign,
    /// The sign-in took longer than [`Pending::MINUTES`](crate::Pending::MINUTES).
    #[error("the sign-in took too long")]
    Expired,
    /// What the provider vouches with doesn't hold.
    #[error("the provider's token is not valid")]
    InvalidToken,
}

impl SignInError {
    /// All of them, for tests that go through all texts.
    pub const ALL: [Self; 5] = [Self::Unavailable, Self::Refused, Self::Foreign, Self::Expired, Self::InvalidToken];

    /// The name, in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
            Self::Foreign => "foreign",
            Self::Expired => "expired",
            Self::InvalidToken => "invalid-token",
        }
    }

    /// The sentence for a person: what is wrong and what to do.
    #[must_use]
    pub const fn message(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Unavailable, Language::De) => {
                "Der Anmeldedienst ist gerade nicht erreichbar. Versuchen Sie es in einigen Minuten noch einmal."
            }
            (Self::Unavailable, Language::En) => "The sign-in service can't be reached at the moment. Try again in a few minutes.",
            (Self::Refused, Language::De) => {
                "Der Anmeldedienst hat die Anmeldung abgelehnt. Wenden Sie sich an die Stelle, die Ihr Konto betreut."
            }
            (Self::Refused, Language::En) => "The sign-in service refused. Ask whoever looks after your account there.",
            (Self::Foreign, Language::De) => {
                "Diese Anmeldung wurde nicht in diesem Browser begonnen oder ist schon beendet. Beginnen Sie neu."
            }
            (Self::Foreign, Language::En) => "This sign-in was not begun in this browser, or is over already. Begin again.",
            (Self::Expired, Language::De) => "Die Anmeldung hat zu lange gedauert. Beginnen Sie neu.",
            (Self::Expired, Language::En) => "The sign-in took too long. Begin again.",
            (Self::InvalidToken, Language::De) => {
                "Die Antwort des Anmeldedienstes ist nicht gültig. Beginnen Sie neu; bleibt es dabei, sagen Sie es der Verwaltung."
            }
            (Self::InvalidToken, Language::En) => {
                "The sign-in service's answer is not valid. Begin again; if that doesn't help, tell the administration."
            }
        }
    }
}
