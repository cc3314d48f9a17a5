//! English: what stands around every page.

use crate::text::Frame;

pub(crate) const FRAME: Frame = Frame {
    skip: "Skip to the content",
    official: "Official website",
    navigation: "Parts of this service",
    crumbs: "You are here",
    footer: "About this website",
    account: "My access",
    sign_in: "Sign in",
    sign_out: "Sign out",
    start: "Start page",
    desk: "My overview",
    conditions: "How it works",
    cities: "Partner cities",
    projects: "Funded projects",
    imprint: "Imprint",
    privacy: "Privacy",
    accessibility: "Accessibility statement",
    barrier: "Report a barrier",
    plain_language: "Plain language",
    licences: "Licences",
    session_ends: "You have not saved anything for a long time. You will be signed out in a few minutes.",
    session_extend: "Stay signed in",
};
