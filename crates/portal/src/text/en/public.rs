//! English: what everybody can read.

use crate::text::{Fund, Legal, Parts, Start};

pub(crate) const START: Start = Start {
    title: |city| format!("Money for meeting people of {city}'s partner cities"),
    lead: |city, maximum| {
        format!("Are you planning an exchange, a visit or a joint project with a partner city? {city} supports you with up to {maximum}.")
    },
    apply: "Apply",
    more: "How it works",
    most: "for one project",
    most_value: |amount| format!("up to {amount}"),
    rate: "of your project's cost",
    rate_value: |percent| format!("at most {percent} %"),
    deadline: "The last day to hand in an application",
    remaining: |year| format!("are still to be given for {year}"),
    no_round: ("There is no open round at the moment", "You can register already. As soon as a new round begins, you apply here."),
    what: "What is funded?",
    what_items: &[
        "Visits to a partner city",
        "Visits of people from a partner city",
        "Projects that you do together with a partner organisation",
    ],
    who: "Who can apply?",
    kinds: &[
        ("non-profit-association", "Non-profit associations"),
        ("public-institution", "Public institutions, such as schools"),
        ("legal-person", "Other organisations, such as foundations or companies"),
        ("natural-person", "Private persons"),
    ],
    how: "How it goes",
    how_steps: Parts(&[
        ("Register", "You give your e-mail address and enter your organisation."),
        ("Fill in the application", "You answer our questions step by step. You can pause at any time."),
        ("Hand it in", "You check everything once more and send the application. You get a number at once."),
        ("Check and decision", "The administration checks the application, the committee decides."),
        ("Accept the award", "You get an award letter and accept the grant here."),
        ("Ask for the money", "You ask for the money when you need it, also in parts."),
    ]),
    round: "This round is open now",
    round_until: |code, day| format!("Round {code}: applications until {day}"),
    round_projects: |from, until| format!("for projects between {from} and {until}"),
};

pub(crate) const FUND: Fund = Fund {
    conditions: ("How it works", "What you should know before you apply."),
    money: "How much money is there?",
    money_between: |minimum, maximum| format!("A project gets at least {minimum} and at most {maximum}."),
    money_rate: |percent| {
        format!(
            "The grant covers at most {percent} % of the cost. You raise the rest yourselves, by contributions or donations for example."
        )
    },
    money_hardship: |percent| {
        format!("More than {percent} % is given in cases of hardship only. Say why in the application; there is a vote of its own on it.")
    },
    costs: "Which costs are funded?",
    costs_lead: "You enter all costs of your project. Each line belongs to a kind of cost:",
    financing: "Where can the rest come from?",
    financing_lead: "Costs must equal the income together with the grant. Possible income:",
    when: "When may the project begin?",
    when_begin: "Only when you have the award letter. If you must begin earlier, ask the administration beforehand.",
    when_term: |months| format!("You use the money within {months} months."),
    objectives_title: "The objectives",
    objectives_lead: |least, all| {
        format!("Your project contributes to at least {least} of {all} objectives. In the application you say how.")
    },
    objectives_all: "These are the objectives:",
    decision: "Who decides?",
    decision_who: |committee, seats| {
        format!("A body with {seats} seats votes on every application: {committee}. Who is tied to your project does not vote on it.")
    },
    after: "What comes after an award?",
    after_accept: |days| format!("You accept the grant here within {days} days."),
    after_appeal: |months| {
        format!("It is paid when the time for an appeal is over: after {months} month, or earlier if you waive the appeal.")
    },
    after_payout: |months| format!("You ask for the money that you need in the next {months} months."),
    after_held_back: |percent| format!("You get {percent} % only when you have shown what the money was used for."),
    rounds: "Rounds",
    rounds_none: "No round has been announced yet.",
    round: "Round",
    deadline: "Deadline",
    window: "Projects",
    state: "State",
    open: "open",
    closed: "closed",
    cities: ("Partner cities", "These are the cities with which you can do your project."),
    city: "Partner city",
    since: |day| format!("since {day}"),
    until: |day| format!("until {day}"),
    partner: "Partnership",
    city_projects: "Funded projects",
    projects: ("Funded projects", "The encounters that the money made possible."),
    year: "Year",
    all_cities: "All cities",
    none: "No project has been funded in this year yet.",
    by_city: "Funding by partner city",
    count: "Projects",
    share: "Share",
    amount: "Grant",
    sum: "Sum",
    several: "Projects with several cities count for each of them. The sum counts them once.",
    list: "The projects",
    project: "Project",
    applicant: "Who",
    private_person: "Private person",
    showing: |count, year, amount| format!("{count} projects in {year}, {amount} in all"),
};

pub(crate) const LEGAL: Legal = Legal {
    imprint: "Imprint",
    operator: "This website is operated by",
    represented_by: "Represented by",
    email: "E-mail",
    phone: "Telephone",
    not_entered: "Not entered yet. Whoever operates this website adds it.",
    responsible: "Responsible for the content",
    content_note: "The competent body decides on grants. Only the award letter is binding.",
    privacy: ("Privacy", "Which data we need, what for, and for how long we keep them."),
    privacy_parts: Parts(&[
        (
            "If you only read",
            "We need to know nothing of you for that. There are no advertisements, no analysis of what you do, and nothing from foreign servers. If you choose a language, your browser remembers it in a cookie. If you have to sign in before you can see a page, it remembers for an hour which page that was.",
        ),
        (
            "If you sign in",
            "We keep your name and e-mail address, when you signed in and on what kind of device. A cookie keeps you signed in; it is gone when you sign out.",
        ),
        (
            "If you apply",
            "We keep what you enter and every step of the procedure. Your organisation, the administration, the committee, the cash office and the auditors can see it. Who is tied to a project can't.",
        ),
        (
            "What is public",
            "Of funded projects we publish title, organisation, partner city and amount. Of private persons we tell no names.",
        ),
        (
            "For how long we keep data",
            "What payments rest on, we keep for ten years, as budget law demands. After that, personal data is erased.",
        ),
        ("Your rights", "You can learn what is kept about you, and have it corrected. You can complain to the data protection authority."),
    ]),
    privacy_officer: "Questions about data protection are answered by",
    accessibility: (
        "Accessibility statement",
        "Everybody should be able to use this website: with a keyboard, a screen reader, large text or strong contrast.",
    ),
    conformity: "How accessible is this website?",
    conformity_full: "It meets the requirements of EN 301 549 and of WCAG 2.2, level AA.",
    conformity_partial: "It meets most of the requirements of EN 301 549 and of WCAG 2.2, level AA.",
    conformity_open: "It was built to the requirements of EN 301 549 and of WCAG 2.2, level AA. An independent review is still to come.",
    gaps: "What is not accessible yet",
    reviewed: |day| format!("Last reviewed on {day}."),
    reviewed_not: "This statement has not been reviewed yet.",
    feedback: ("Does something not work?", "Tell us. We will answer you and take care of it."),
    arbitration: (
        "Arbitration",
        "If you have reported a barrier to us and are not satisfied with the answer, the arbitration body helps free of charge:",
    ),
    arbitration_none: "The competent arbitration body has not been entered yet.",
    barrier: ("Report a barrier", "Is there something on this website that you can't read, use or understand? Tell us."),
    barrier_what: "What helps us",
    barrier_items: &[
        "Which page were you on? Copy its address.",
        "What did you want to do, and what happened?",
        "What do you use the website with, such as a mobile phone or a screen reader?",
        "How can we reach you?",
    ],
    barrier_how: "How to reach us",
    barrier_subject: "Barrier on the website",
    barrier_answer: "You will get an answer within two weeks. If you need help with the application, we are glad to fill it in together with you.",
    plain: ("Plain language", "Here is what matters, in short sentences."),
    plain_parts: Parts(&[
        (
            "What is this?",
            "The city has partner cities in other countries. It wants people from the cities to meet. The city gives money for that. The money is for projects. For example: a club visits a club in a partner city.",
        ),
        ("Who can get money?", "Clubs can get money. Schools can get money. Other groups and single persons can get money too."),
        (
            "What do I have to do?",
            "You write an application. You do it here on the internet. You answer questions. For example: What do you want to do? What does it cost? You can take a break. Your answers are kept.",
        ),
        (
            "What happens then?",
            "The administration reads your application. Perhaps it has questions. Then a group of people votes. The group is called the committee. You get a letter. It says: yes, you get money. Or: no, you get no money.",
        ),
        (
            "How do I get the money?",
            "You say here: yes, I take the money. Then you tell us your bank account. When you need the money, you ask for it. Then the city sends the money to your account.",
        ),
        ("Do you need help?", "Ask us. We are glad to help. The page \"Report a barrier\" says how you reach us."),
    ]),
    licences: ("Licences", "This website is made of free software."),
    licence_program: ("The program", "\"sonderfonds\" is under the European Union Public Licence 1.2 (EUPL-1.2)."),
    licence_kern: (
        "Design",
        "KERN UX, the design system of the German administration, by its authors (kern-ux.de), EUPL-1.2. We use it cut to what these pages need.",
    ),
    licence_font: ("Font", "Fira Sans by Mozilla, Carrois and others, SIL Open Font License 1.1."),
    licence_text: "Text of the licence",
};
