//! What a person did wrong and can mend, as values: a stable code, the rule's number, the field, and a sentence in their language.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::language::{Language, Say};
use crate::money::Money;
use crate::words::Word;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident $({ $($field:ident: $type:ty),+ })? $code:literal $(R $rule:literal)? , $de:literal, $en:literal;)+) => {
        /// One thing that is wrong.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "a variant's values are what its two sentences name")]
        pub enum Problem { $($(#[$doc])* $name $({ $($field: $type),+ })?,)+ }

        impl Problem {
            /// The stable code for programs: `AMOUNT_BELOW_MINIMUM`.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$name $({ $($field: _),+ })? => $code,)+ }
            }

            /// The number of the rule in `R8`, if the problem is one of the fund's rules.
            #[must_use]
            pub fn rule(&self) -> Option<u8> {
                match self { $(Self::$name $({ $($field: _),+ })? => first(&[$($rule)?]),)+ }
            }

            /// The sentence for a person: what is wrong and what to do.
            #[must_use]
            pub fn message(&self, language: Language) -> String {
                match self {
                    $(Self::$name $({ $($field),+ })? => {
                        $($(let $field = $field.say(language);)+)?
                        match language { Language::De => format!($de), Language::En => format!($en) }
                    })+
                }
            }
        }
    };
}

fn first(rules: &[u8]) -> Option<u8> {
    rules.first().copied()
}

problems! {
    /// A required value is missing.
    Missing "MISSING" R 2, "Ergänzen Sie diese Angabe.", "Fill this in.";
    /// A text is too long.
    TooLong { most: usize } "TOO_LONG", "Kürzen Sie den Text auf höchstens {most} Zeichen.", "Shorten the text to at most {most} characters.";
    /// A text holds control or invisible characters.
    ForbiddenCharacter "FORBIDDEN_CHARACTER", "Der Text enthält unsichtbare Zeichen oder Steuerzeichen. Geben Sie ihn neu ein.", "The text contains invisible or control characters. Type it again.";
    /// A list is too long.
    TooMany { most: usize } "TOO_MANY", "Höchstens {most} Einträge sind möglich.", "There can be at most {most} entries.";
    /// More people than any project has.
    TooManyPeople { most: u32 } "TOO_MANY_PEOPLE", "Geben Sie höchstens {most} Personen an.", "Enter at most {most} people.";
    /// The thing is in a state in which this can't be done.
    WrongState { state: Word, action: Word } "WRONG_STATE", "Im Stand „{state}“ ist „{action}“ nicht möglich.", "In state \"{state}\", \"{action}\" is not possible.";
    /// A provider vouches for a person by another account than the one that is theirs.
    LinkedToAnotherAccount "LINKED_TO_ANOTHER_ACCOUNT", "Zu dieser E-Mail-Adresse gehört schon ein anderes Konto des Anmeldedienstes. Wenden Sie sich an die Verwaltung.", "Another account of the sign-in service belongs to this e-mail address. Ask the administration.";
    /// A key was used before for something else.
    IdempotencyKeyReused "IDEMPOTENCY_KEY_REUSED", "Dieser Schlüssel wurde schon für eine andere Anfrage benutzt.", "This key was used before for another request.";

    /// R1.
    ApplicantKindNotAdmitted "APPLICANT_KIND_NOT_ADMITTED" R 1, "Diese Art von Antragsteller*in ist in diesem Fonds nicht antragsberechtigt.", "This kind of applicant can't apply to this fund.";
    /// R3.
    DeadlineMissed { deadline: NaiveDate } "DEADLINE_MISSED" R 3, "Die Frist der Förderrunde endete am {deadline}.", "The round's deadline was {deadline}.";
    /// R3: nothing late about it.
    NotLate "NOT_LATE" R 3, "Die Frist ist noch nicht abgelaufen.", "The deadline has not passed.";
    /// R4.
    OutsideProjectWindow { from: NaiveDate, until: NaiveDate } "OUTSIDE_PROJECT_WINDOW" R 4, "Das Projekt muss zwischen dem {from} und dem {until} liegen.", "The project must lie between {from} and {until}.";
    /// R4.
    EndBeforeStart "END_BEFORE_START" R 4, "Das Ende liegt vor dem Anfang.", "The end is before the start.";
    /// R5.
    UnknownPartnerCity { city: String } "UNKNOWN_PARTNER_CITY" R 5, "„{city}“ ist keine Partnerstadt.", "\"{city}\" is not a partner city.";
    /// R5.
    NotPartnerThroughout { city: String } "NOT_PARTNER_THROUGHOUT" R 5, "{city} ist nicht an allen Tagen des Projekts Partnerstadt.", "{city} is not a partner city on all days of the project.";
    /// R6.
    TooFewObjectives { least: usize } "TOO_FEW_OBJECTIVES" R 6, "Wählen Sie mindestens {least} Oberziel aus.", "Choose at least {least} objective.";
    /// R6.
    UnknownObjective { objective: String } "UNKNOWN_OBJECTIVE" R 6, "„{objective}“ ist kein Oberziel.", "\"{objective}\" is not an objective.";
    /// R6.
    ObjectiveWithoutReason "OBJECTIVE_WITHOUT_REASON" R 6, "Begründen Sie, wie das Projekt zu diesem Oberziel beiträgt.", "Say how the project contributes to this objective.";
    /// The same thing named twice.
    NamedTwice "NAMED_TWICE", "Dieser Eintrag steht schon in der Liste.", "This entry is in the list already.";
    /// R7.
    JointWithoutPartner "JOINT_WITHOUT_PARTNER" R 7, "Nennen Sie die Partnerorganisation des gemeinsamen Projekts.", "Name the joint project's partner organisation.";
    /// R8.
    AmountBelowMinimum { minimum: Money } "AMOUNT_BELOW_MINIMUM" R 8, "Der Betrag muss mindestens {minimum} sein.", "The amount must be at least {minimum}.";
    /// R8.
    AmountAboveMaximum { maximum: Money } "AMOUNT_ABOVE_MAXIMUM" R 8, "Der Betrag darf höchstens {maximum} sein.", "The amount can be at most {maximum}.";
    /// R9.
    AmountAboveRate { percent: rust_decimal::Decimal, most: Money } "AMOUNT_ABOVE_RATE" R 9, "Der Betrag darf höchstens {percent} % der Gesamtkosten sein, hier {most}. Mehr geht nur mit einer Begründung des Härtefalls.", "The amount can be at most {percent} % of the total cost, here {most}. More needs a reason for hardship.";
    /// R9: only a vote on the hardship can grant it.
    HardshipNeedsItsOwnVote "HARDSHIP_NEEDS_ITS_OWN_VOTE" R 9, "Über dem Höchstsatz kann nur eine Abstimmung über den Härtefall bewilligen.", "Above the highest rate, only a vote on the hardship can award.";
    /// R9: no hardship was claimed.
    NoHardshipClaimed "NO_HARDSHIP_CLAIMED" R 9, "In diesem Antrag ist kein Härtefall begründet.", "This application gives no reason for hardship.";
    /// R10.
    PlanUnbalanced { costs: Money, financing: Money } "PLAN_UNBALANCED" R 10, "Kosten ({costs}) und Finanzierung mit Förderung ({financing}) müssen gleich sein.", "Costs ({costs}) and financing with the grant ({financing}) must be equal.";
    /// R10.
    NegativeLine "NEGATIVE_LINE" R 10, "Der Betrag darf nicht negativ sein.", "The amount can't be negative.";
    /// R11.
    UnknownCostCategory { category: String } "UNKNOWN_COST_CATEGORY" R 11, "„{category}“ ist keine Kostenart.", "\"{category}\" is not a cost category.";
    /// R11.
    CategoryWithoutReason "CATEGORY_WITHOUT_REASON" R 11, "Begründen Sie diese Kosten.", "Give a reason for this cost.";
    /// R10.
    UnknownFinancingSource { source: String } "UNKNOWN_FINANCING_SOURCE" R 10, "„{source}“ ist keine Finanzierungsquelle.", "\"{source}\" is not a source of financing.";
    /// R12.
    AlreadyBegun "ALREADY_BEGUN" R 12, "Das Projekt darf nicht vor dem Bescheid beginnen, es sei denn, die Stadt hat dem früheren Beginn zugestimmt.", "The project can't begin before the award letter unless the city consented to an early start.";
    /// R12.
    NotDeclaredUnbegun "NOT_DECLARED_UNBEGUN" R 12, "Erklären Sie, dass das Projekt noch nicht begonnen hat.", "Declare that the project has not begun.";
    /// R14.
    FieldNotOpen "FIELD_NOT_OPEN" R 14, "Diese Angabe ist nicht zur Änderung geöffnet.", "This field is not open for changes.";
    /// R14.
    UnknownField { name: String } "UNKNOWN_FIELD" R 14, "„{name}“ ist keine Angabe des Antrags.", "\"{name}\" is not a field of the application.";
    /// A date that must lie ahead.
    DateNotAhead "DATE_NOT_AHEAD", "Das Datum muss in der Zukunft liegen.", "The date must lie ahead.";
    /// A date that can't lie ahead.
    DateAhead "DATE_AHEAD", "Das Datum darf nicht in der Zukunft liegen.", "The date can't lie ahead.";
    /// A date before the thing that it follows.
    DateTooEarly { earliest: NaiveDate } "DATE_TOO_EARLY", "Das Datum darf nicht vor dem {earliest} liegen.", "The date can't be before {earliest}.";

    /// A round's code.
    RoundCode "ROUND_CODE", "Der Kurzname besteht aus 1 bis 12 Ziffern, Großbuchstaben und Bindestrichen.", "The code has 1 to 12 digits, capital letters and hyphens.";
    /// A round's code that another round has.
    RoundCodeTaken "ROUND_CODE_TAKEN", "Diesen Kurznamen hat schon eine andere Förderrunde.", "Another round has this code.";
    /// A round whose projects would be over before its deadline.
    WindowBeforeDeadline "WINDOW_BEFORE_DEADLINE", "Der Projektzeitraum endet vor der Frist.", "The project window ends before the deadline.";

    /// R8 for the award, R20.
    MotionNeedsAmount "MOTION_NEEDS_AMOUNT" R 20, "Nennen Sie den Betrag, über den abgestimmt wird.", "Name the amount that is voted on.";
    /// R20.
    MotionHasNoAmount "MOTION_HAS_NO_AMOUNT" R 20, "Ablehnung und Vertagung nennen keinen Betrag.", "A refusal or a deferral names no amount.";
    /// R20.
    MotionPending "MOTION_PENDING" R 20, "Über diesen Antrag liegt schon ein Beschlussvorschlag vor, über den noch nicht entschieden ist.", "There is a motion on this application already that is not decided.";
    /// An award above what was asked.
    AwardAboveRequest { requested: Money } "AWARD_ABOVE_REQUEST" R 8, "Beantragt sind nur {requested}.", "Only {requested} was asked for.";
    /// R23.
    TallyAboveSeats { seats: u32 } "TALLY_ABOVE_SEATS" R 23, "Es gibt nur {seats} Sitze.", "There are only {seats} seats.";
    /// R23: some voted already.
    VotesAlreadyCast "VOTES_ALREADY_CAST" R 23, "Es wurden schon Stimmen abgegeben; eine Auszählung lässt sich nicht mehr eintragen.", "Votes have been cast already; a tally can't be recorded any more.";
    /// R23: the tally stands.
    TallyAlreadyRecorded "TALLY_ALREADY_RECORDED" R 23, "Für diese Abstimmung ist eine Auszählung eingetragen.", "A tally has been recorded for this ballot.";
    /// R23: somebody else is excluded than the tally says.
    OthersExcluded { excluded: u32 } "OTHERS_EXCLUDED" R 23, "Ausgeschlossen sind hier {excluded} Sitze. Tragen Sie zuerst die Befangenheit ein.", "Excluded from this item: {excluded} seats. Record the recusal first.";
    /// R23: hands are not shown in writing.
    NoTallyInWriting "NO_TALLY_IN_WRITING" R 23, "Im Umlaufverfahren stimmt jedes Mitglied selbst ab.", "In a vote in writing each member votes in person.";
    /// R16: a recusal is not proposed but disputed.
    RecusalNotDisputed "RECUSAL_NOT_DISPUTED" R 16, "Über eine Befangenheit wird abgestimmt, wenn sie bestritten wird.", "A recusal is voted on when it is disputed.";
    /// R16: the question comes first.
    RecusalIsDisputed "RECUSAL_IS_DISPUTED" R 16, "Zuerst ist über die bestrittene Befangenheit abzustimmen.", "The disputed recusal has to be voted on first.";
    /// R16: somebody acts for the applicant and sits on the committee.
    RecusalNotRecorded { persons: u32 } "RECUSAL_NOT_RECORDED" R 16, "Mitglieder, die für den Antragsteller handeln: {persons}. Tragen Sie zuerst ihre Befangenheit ein.", "Members who act for the applicant: {persons}. Record their recusal first.";
    /// R16: once is enough.
    AlreadyRecused "ALREADY_RECUSED" R 16, "Für diese Person ist die Befangenheit schon eingetragen.", "This person's recusal is recorded already.";
    /// R17: seats are for members of the committee.
    NotACommitteeMember "NOT_A_COMMITTEE_MEMBER" R 17, "Diese Person ist kein Mitglied des Gremiums.", "This person is no member of the committee.";
    /// R17.
    NoSuchSeat { seats: u32 } "NO_SUCH_SEAT" R 17, "Es gibt die Sitze 1 bis {seats}.", "There are seats 1 to {seats}.";
    /// R17.
    SeatTaken "SEAT_TAKEN" R 17, "Der Sitz ist an diesem Tag oder später vergeben.", "The seat is taken on that day or later.";
    /// R22: nobody has two votes.
    HoldsAnotherSeat "HOLDS_ANOTHER_SEAT" R 22, "Diese Person hat an diesem Tag oder später schon einen Sitz.", "This person holds a seat on that day or later already.";
    /// R22.
    MemberHasVoted "MEMBER_HAS_VOTED" R 22, "Das Mitglied hat selbst abgestimmt.", "The member has voted in person.";
    /// R21.
    NoCircularVote "NO_CIRCULAR_VOTE" R 21, "Diese Abstimmung ist kein Umlaufverfahren.", "This is no vote in writing.";
    /// R21.
    TooLateToObject { until: NaiveDate } "TOO_LATE_TO_OBJECT" R 21, "Widersprechen konnte man bis {until}.", "Objections were possible until {until}.";
    /// R21.
    VoteIsOver { until: NaiveDate } "VOTE_IS_OVER" R 21, "Die Abstimmung endete am {until}.", "The vote ended on {until}.";
    /// R21.
    NotAllHaveVoted { until: NaiveDate } "NOT_ALL_HAVE_VOTED" R 21, "Vor dem Ende am {until} kann nur geschlossen werden, wenn alle abgestimmt haben.", "Before its end on {until} it can only be closed when all have voted.";
    /// R21: a bound.
    VoteTooLong { latest: NaiveDate } "VOTE_TOO_LONG" R 21, "Die Abstimmung muss spätestens am {latest} enden.", "The vote has to end on {latest} at the latest.";
    /// R21: deadlines belong to a vote in writing.
    DeadlinesMisplaced "DEADLINES_MISPLACED" R 21, "Fristen gibt es nur im Umlaufverfahren, und dort beide.", "Only a vote in writing has deadlines, and it has both.";
    /// A ballot by itself.
    NotEnBloc "NOT_EN_BLOC" R 20, "Über diesen Beschlussvorschlag wird für sich abgestimmt.", "This motion is voted on by itself.";
    /// En bloc: the same people vote on each.
    EnBlocElectorates "EN_BLOC_ELECTORATES" R 16, "Wo jemand ausgeschlossen ist, wird für sich abgestimmt.", "Where somebody is excluded, each motion is voted on by itself.";
    /// En bloc: one purse.
    EnBlocYears "EN_BLOC_YEARS" R 20, "Gemeinsam abgestimmt wird nur über Bewilligungen aus demselben Haushaltsjahr.", "Only awards of one budget year can be voted on together.";
    /// En bloc: several.
    EnBlocTooFew "EN_BLOC_TOO_FEW" R 20, "Gemeinsam abgestimmt wird über mindestens zwei verschiedene Beschlussvorschläge.", "At least two different motions are voted on together.";

    /// GO § 34a.
    RemoteNotAllowed "REMOTE_NOT_ALLOWED", "Eine Teilnahme aus der Ferne ist in diesem Gremium nicht vorgesehen.", "This committee's meetings can't be attended from afar.";
    /// GO § 34: the invitation goes out in time, or says why not.
    InvitedTooLate { latest: NaiveDate } "INVITED_TOO_LATE", "Einzuladen war bis {latest}. Begründen Sie die kürzere Frist.", "The invitation was due on {latest}. Give a reason for the shorter notice.";
    /// A meeting ends after it begins, and the same day or night.
    MeetingLength "MEETING_LENGTH", "Die Sitzung endet nach ihrem Beginn und höchstens 24 Stunden danach.", "The meeting ends after it begins, and at most 24 hours later.";
    /// A meeting begins in the future.
    MeetingNotAhead "MEETING_NOT_AHEAD", "Der Beginn der Sitzung muss in der Zukunft liegen.", "The beginning of the meeting must lie ahead.";
    /// A meeting is opened on its day.
    MeetingAhead { day: NaiveDate } "MEETING_AHEAD" R 24, "Die Sitzung ist am {day}.", "The meeting is on {day}.";
    /// R24: there is something to invite to.
    AgendaEmpty "AGENDA_EMPTY" R 24, "Die Tagesordnung ist noch leer.", "The agenda is still empty.";
    /// R24: an agenda in another order is the same agenda.
    AgendaIncomplete "AGENDA_INCOMPLETE" R 24, "Nennen Sie jeden Punkt der Tagesordnung genau einmal.", "Name each item of the agenda exactly once.";
    /// R20: the motion is about another application.
    MotionOnAnother "MOTION_ON_ANOTHER" R 20, "Der Beschlussvorschlag gehört zu einem anderen Antrag.", "The motion is about another application.";
    /// R24: what is voted on is voted on before the end.
    BallotsOpen { ballots: u32 } "BALLOTS_OPEN" R 24, "Offene Abstimmungen: {ballots}. Schließen Sie sie zuerst.", "Open ballots: {ballots}. Close them first.";
    /// R17: presence is that of seats.
    NotOnASeat "NOT_ON_A_SEAT" R 17, "Diese Person hat am Tag der Sitzung keinen Sitz.", "This person holds no seat on the day of the meeting.";
    /// R17.
    AlreadyPresent "ALREADY_PRESENT" R 17, "Diese Person ist schon als anwesend eingetragen.", "This person is recorded as present already.";
    /// R17: attendance is recorded, not foretold, and in its order.
    AttendanceOrder "ATTENDANCE_ORDER" R 17, "Der Zeitpunkt liegt in der Zukunft oder vor der letzten Eintragung für diese Person.", "The time lies ahead, or before what was last recorded of this person.";

    /// One meeting at a time.
    AnotherMeetingOpen "ANOTHER_MEETING_OPEN" R 24, "Eine andere Sitzung ist noch eröffnet. Schließen Sie sie zuerst.", "Another meeting is still open. Close it first.";
    /// R20: a motion is put once to a meeting.
    MotionOnAgenda "MOTION_ON_AGENDA" R 20, "Dieser Beschlussvorschlag steht schon auf der Tagesordnung.", "This motion is on the agenda already.";
    /// R24: in a meeting is decided what is on its agenda.
    NotOnAgenda "NOT_ON_AGENDA" R 24, "Der Beschlussvorschlag steht nicht auf der Tagesordnung der eröffneten Sitzung.", "The motion is not on the open meeting's agenda.";
    /// R17: who votes in a meeting is there.
    NotPresent "NOT_PRESENT" R 17, "In einer Sitzung stimmt ab, wer als anwesend eingetragen ist.", "In a meeting, those vote who are recorded as present.";
    /// R22: in a meeting, the substitute votes where the member is not.
    MemberIsPresent "MEMBER_IS_PRESENT" R 22, "Das Mitglied, das Sie vertreten, ist anwesend und stimmt selbst ab.", "The member whose substitute you are is present and votes.";
    /// R23: no more hands than seats that are present.
    TallyAbovePresent { present: u32 } "TALLY_ABOVE_PRESENT" R 23, "Es können höchstens so viele abstimmen, wie Sitze anwesend sind: {present}.", "There can't be more votes than seats that are present: {present}.";
    /// R17: what a closed ballot counted stays as it was.
    AttendanceBeforeBallot "ATTENDANCE_BEFORE_BALLOT" R 17, "Seit diesem Zeitpunkt endete eine Abstimmung. Wer dabei anwesend war, steht fest.", "A ballot has ended since then. Who was present at it is settled.";
    /// R24: one signs what one has read.
    MinutesChanged "MINUTES_CHANGED" R 24, "Die Niederschrift wurde inzwischen geändert. Lesen Sie sie noch einmal.", "The minutes have been changed meanwhile. Read them again.";
    /// R24: two signatures are of two persons, one who presides and one who keeps the minutes.
    AlreadySigned "ALREADY_SIGNED" R 24, "Ihre Unterschrift liegt schon vor; die zweite ist die einer anderen Person in der anderen Aufgabe.", "Your signature is there already; the second one is another person's, in the other capacity.";
    /// R24: a remark belongs to an item of the meeting.
    NotAnItem "NOT_AN_ITEM" R 24, "Dieser Punkt gehört nicht zur Tagesordnung der Sitzung.", "This item is not on the meeting's agenda.";

    /// R25: nothing to compute a result from.
    NobodyVoted "NOBODY_VOTED" R 25, "Es wurde noch keine Stimme abgegeben.", "No vote has been cast yet.";

    /// R26.
    NotEnoughMoney { available: Money } "NOT_ENOUGH_MONEY" R 26, "Verfügbar sind nur {available}.", "Only {available} is available.";
    /// R29.
    CutBelowCommitments { available: Money } "CUT_BELOW_COMMITMENTS" R 29, "Gekürzt werden können höchstens {available}; mehr ist gebunden.", "At most {available} can be cut; the rest is committed.";
    /// R29.
    ResolutionMissing "RESOLUTION_MISSING" R 29, "Nennen Sie den Beschluss (Drucksache), auf dem die Änderung beruht.", "Name the resolution that the change rests on.";
    /// A year that is no year.
    YearOutOfRange "YEAR_OUT_OF_RANGE", "Geben Sie ein Jahr zwischen 2000 und 2200 ein.", "Give a year between 2000 and 2200.";
    /// A year without a budget.
    NoSuchBudgetYear { year: i32 } "NO_SUCH_BUDGET_YEAR" R 26, "Für {year} gibt es keinen Haushaltsansatz.", "There is no appropriation for {year}.";
    /// A year appropriated twice.
    YearAlreadyAppropriated { year: i32 } "YEAR_ALREADY_APPROPRIATED" R 29, "Für {year} gibt es schon einen Haushaltsansatz. Ändern Sie ihn durch Erhöhung oder Kürzung.", "{year} has an appropriation already. Change it by an increase or a cut.";
    /// R30.
    YearClosed { year: i32 } "YEAR_CLOSED" R 30, "Das Haushaltsjahr {year} ist abgeschlossen.", "Budget year {year} is closed.";
    /// R30.
    YearNotOver { year: i32 } "YEAR_NOT_OVER" R 30, "Das Haushaltsjahr {year} ist noch nicht vorbei.", "Budget year {year} is not over.";
    /// R30: an earlier year is open.
    EarlierYearOpen { year: i32 } "EARLIER_YEAR_OPEN" R 30, "Schließen Sie zuerst {year} ab.", "Close {year} first.";
    /// R30: nowhere to carry to.
    NextYearMissing { year: i32 } "NEXT_YEAR_MISSING" R 30, "Für die Übertragung fehlt der Haushaltsansatz von {year}.", "The appropriation of {year} is missing, to carry over to.";
    /// R30.
    CarryAboveAvailable { available: Money } "CARRY_ABOVE_AVAILABLE" R 30, "Übertragen werden können höchstens {available}.", "At most {available} can be carried over.";
    /// An amount that must be more than nothing.
    AmountNotPositive "AMOUNT_NOT_POSITIVE" R 27, "Der Betrag muss größer als 0,00 € sein.", "The amount must be more than €0.00.";
    /// R32.
    NotNextOnWaitingList "NOT_NEXT_ON_WAITING_LIST" R 32, "Ein früherer Platz der Nachrückliste ist zuerst an der Reihe.", "An earlier place on the waiting list comes first.";

    /// R34.
    NotFinal "NOT_FINAL" R 34, "Der Bescheid ist noch nicht bestandskräftig.", "The award is not final yet.";
    /// R34.
    ObjectionPending "OBJECTION_PENDING" R 34, "Ein Widerspruch ist noch nicht erledigt.", "An objection is not settled.";
    /// R34.
    FinalAlready "FINAL_ALREADY" R 34, "Der Bescheid ist schon bestandskräftig.", "The award is final already.";
    /// R32: money is on its way.
    PayoutUnderWay "PAYOUT_UNDER_WAY" R 32, "Eine Auszahlung ist angeordnet. Warten Sie, bis die Bank sie ausgeführt oder zurückgegeben hat.", "A payout has been ordered. Wait until the bank has executed or returned it.";
    /// R36.
    NotAccepted "NOT_ACCEPTED" R 35, "Die Bewilligung ist noch nicht angenommen.", "The award has not been accepted.";
    /// R36.
    AboveAward { remaining: Money } "ABOVE_AWARD" R 36, "Abgerufen werden können noch {remaining}.", "{remaining} can still be requested.";
    /// R36.
    NeededTooLate { latest: NaiveDate } "NEEDED_TOO_LATE" R 36, "Rufen Sie nur ab, was bis zum {latest} gebraucht wird.", "Request only what is needed until {latest}.";
    /// R37.
    CertifierCannotOrder "CERTIFIER_CANNOT_ORDER" R 37, "Wer festgestellt hat, kann nicht anordnen.", "Who certified can't order.";
    /// R37.
    AccountNamedBySamePerson "ACCOUNT_NAMED_BY_SAME_PERSON" R 37, "Das Konto muss eine andere Person bestätigen als die, die es genannt hat.", "Another person than who named the account must confirm it.";
    /// R37.
    AccountAlreadyConfirmed "ACCOUNT_ALREADY_CONFIRMED" R 37, "Das Konto ist schon bestätigt.", "The account is confirmed already.";
    /// R37.
    AccountNotConfirmed "ACCOUNT_NOT_CONFIRMED" R 37, "Das Konto ist noch nicht von einer anderen Person bestätigt.", "The account has not been confirmed by another person.";
    /// The account of another applicant.
    AccountOfAnother "ACCOUNT_OF_ANOTHER" R 37, "Das Konto gehört nicht zu dieser Bewilligung.", "The account does not belong to this award's applicant.";
    /// R38.
    IbanWrong "IBAN_WRONG" R 38, "Geben Sie die IBAN so ein, wie sie auf dem Kontoauszug steht; mindestens ein Zeichen stimmt nicht.", "Type the IBAN as it stands on the bank statement; at least one character is wrong.";
    /// R38.
    NotInSepaCharacters "NOT_IN_SEPA_CHARACTERS" R 38, "Benutzen Sie höchstens 70 Buchstaben, Ziffern, Leerzeichen und / - ? : ( ) . , ' + &.", "Use at most 70 letters, digits, spaces and / - ? : ( ) . , ' + &.";
    /// R38: the bank's reason.
    ReasonCode "REASON_CODE" R 38, "Der Rückgabegrund hat vier Zeichen, zum Beispiel AC04.", "The return reason has four characters, such as AC04.";
    /// R40.
    ResolutionForTerm { latest: NaiveDate } "RESOLUTION_FOR_TERM" R 40, "Über den {latest} hinaus braucht die Verlängerung einen Beschluss.", "An extension beyond {latest} needs a resolution.";
    /// R40.
    NotLonger { until: NaiveDate } "NOT_LONGER" R 40, "Der Bewilligungszeitraum endet schon am {until}.", "The term ends on {until} already.";
    /// Nobody would be left who may decide for the applicant.
    LastOwner "LAST_OWNER", "Sie sind die letzte verantwortliche Person. Übergeben Sie die Organisation zuerst an jemand anderen.", "This is the last owner. Hand the organisation over to somebody else first.";
    /// Done with one's own membership only.
    OwnMembershipOnly "OWN_MEMBERSHIP_ONLY", "Das geht nur mit der eigenen Mitarbeit.", "This can be done with one's own membership only.";
    /// Somebody who acts for the applicant already.
    MemberAlready "MEMBER_ALREADY", "Diese Person arbeitet schon für die Organisation.", "This person acts for the organisation already.";
    /// Somebody who was invited already.
    InvitedAlready "INVITED_ALREADY", "An diese Adresse ist schon eine Einladung unterwegs.", "This address has been invited already.";
    /// An invitation that is too old.
    InvitationExpired "INVITATION_EXPIRED", "Die Einladung ist abgelaufen. Bitten Sie um eine neue.", "The invitation has expired. Ask for another one.";
    /// The successor is somebody who doesn't act for the applicant.
    NoMember "NO_MEMBER", "Diese Person arbeitet nicht für die Organisation.", "This person does not act for the organisation.";
    /// Joint representation by fewer than two.
    TooFewSignatories "TOO_FEW_SIGNATORIES", "Dafür braucht die Organisation mindestens zwei Personen, die einreichen dürfen. Laden Sie zuerst jemanden ein.", "This needs at least two people who may submit. Invite somebody first.";
    /// One of two has submitted; the other's turn.
    SubmissionAwaitsConfirmation "SUBMISSION_AWAITS_CONFIRMATION", "Der Antrag wartet darauf, dass eine zweite Person die Einreichung bestätigt.", "The application waits for a second person to confirm its submission.";
    /// Nobody has submitted, so nobody can confirm.
    NothingToConfirm "NOTHING_TO_CONFIRM", "Es gibt keine Einreichung zu bestätigen.", "There is no submission to confirm.";
    /// Two people are two people.
    SecondPersonNeeded "SECOND_PERSON_NEEDED", "Bestätigen muss eine andere Person als die, die eingereicht hat.", "Another person than who submitted must confirm.";
    /// The first of two may not submit any more.
    SignatureLapsed "SIGNATURE_LAPSED", "Wer eingereicht hat, darf das nicht mehr. Speichern Sie den Antrag und reichen Sie ihn neu ein.", "Who submitted it may no longer do so. Save the application and submit it again.";
    /// A role given twice.
    RoleHeldAlready "ROLE_HELD_ALREADY", "Diese Person hat die Rolle in dieser Zeit schon.", "This person has the role in that time already.";
    /// Roles and powers are not for oneself to give or end.
    NotForOneself "NOT_FOR_ONESELF", "Das muss eine andere Person tun.", "Another person must do this.";
    /// An address that somebody else has.
    AddressTaken "ADDRESS_TAKEN", "Unter dieser Adresse ist schon jemand bekannt.", "Somebody is known under this address already.";
    /// One's own address where another one is wanted.
    AddressIsYours "ADDRESS_IS_YOURS", "Das ist schon Ihre Adresse.", "This is your address already.";
    /// A link or code that is unknown, used, expired or wrong.
    SignInOver "SIGN_IN_OVER", "Dieser Link oder Code stimmt nicht oder gilt nicht mehr. Fordern Sie einen neuen an.", "This link or code is wrong or no longer valid. Ask for a new one.";
    /// Text that is no address.
    AddressWrong "ADDRESS_WRONG", "Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@verein.example.", "Enter an e-mail address, such as name@club.example.";
    /// Something that needs a sign-in a moment ago.
    SignInAgain { minutes: u32 } "SIGN_IN_AGAIN", "Melden Sie sich neu an: Das geht nur in den ersten {minutes} Minuten nach der Anmeldung.", "Sign in again: this is possible only within {minutes} minutes of signing in.";
    /// Signing out without a session.
    NotInASession "NOT_IN_A_SESSION", "Sie sind nicht mit einer Sitzung angemeldet.", "You are not signed in with a session.";
    /// An end that lies behind.
    EndInThePast "END_IN_THE_PAST", "Wählen Sie ein Ende in der Zukunft.", "Choose an end in the future.";

    /// R31.
    RepaymentAbovePaid { paid: Money } "REPAYMENT_ABOVE_PAID" R 31, "Ausgezahlt und nicht zurückgezahlt sind nur {paid}.", "Only {paid} was paid and not repaid.";
}

/// A problem with the field of the input that it is about, as a path in the API's spelling: `costLines[2].amount`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Where.
    pub field: Option<String>,
    /// What.
    pub problem: Problem,
}

impl Problem {
    /// That an action is not possible in a state.
    #[must_use]
    pub fn wrong_state(state: &str, action: impl std::fmt::Debug) -> Self {
        Self::WrongState { state: Word(state.to_owned()), action: Word(format!("{action:?}")) }
    }

    /// This problem, at that field.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Violation {
        Violation { field: Some(field.into()), problem: self }
    }
}

/// Everything that is wrong with a command, at once (R13). It changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal(pub Vec<Violation>);

impl Refusal {
    /// A refusal for one reason.
    #[must_use]
    pub fn one(field: &str, problem: Problem) -> Self {
        Self(vec![problem.at(field)])
    }

    /// Refuses if anything was found.
    pub fn unless_empty(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() { Ok(()) } else { Err(Self(violations)) }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(vec![Violation { field: None, problem }])
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self(vec![violation])
    }
}
