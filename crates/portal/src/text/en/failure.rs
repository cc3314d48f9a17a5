//! English: what is said where there is no page.

use crate::text::Failures;

pub(crate) const FAILURES: Failures = Failures {
    method: ("This is not possible here", "This page takes no form. Go back one step and try from there."),
    foreign_form: (
        "The form does not fit your sign-in",
        "To protect you, nothing was changed. Perhaps you signed in anew in another window.",
    ),
    unreadable_form: ("The form could not be read", "Nothing was changed. Open the page again and try once more."),
    session_over: ("You are no longer signed in", "Nothing was saved yet. What you typed is not lost, though."),
    forbidden: ("Your access does not allow this", "Ask somebody in your organisation who may do more, or the administration."),
    not_found: (
        "There is no such page",
        "Perhaps the address is incomplete, or the page belongs to somebody else's access. Check whether you are signed in as the right person.",
    ),
    conflict: ("This has changed in the meantime", "Somebody was faster, or it is done already. Open the page again and have a look."),
    too_many: ("Too many attempts", "Your access is not locked. Take a short break."),
    unavailable: ("Not available at the moment", "We will be back soon. Try again in a few minutes."),
    internal: ("Something went wrong here", "It is not your fault. Try again. If it stays so, tell the administration."),
    again_in: "Try again in",
    minutes: "minutes",
    kept: ("What you typed is still here", "Check it and send it once more."),
    kept_sign_in: "Sign in in a new window.",
    kept_then: "Come back here and send what you typed once more.",
    kept_send: "Send it once more",
    kept_copy: "What you typed, to copy",
    ways_on: "Where to go from here",
    help: "Do you need help?",
    help_how: "Write to us or call:",
};
