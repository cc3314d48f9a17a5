//! What the pages say, once per language: a text that one language lacks doesn't compile.

use domain::language::Language;

mod de;
mod en;

/// A heading and a paragraph.
pub(crate) type Said = (&'static str, &'static str);

/// The texts in that language.
pub(crate) const fn text(language: Language) -> &'static Text {
    match language {
        Language::De => &de::TEXT,
        Language::En => &en::TEXT,
    }
}

macro_rules! texts {
    ($($name:ident: $type:ty,)+) => {
        /// Everything that the pages say, by where it is said.
        pub(crate) struct Text { $(pub(crate) $name: $type,)+ }
    };
}

texts! {
    skip: &'static str,
    account: &'static str,
    sign_in: &'static str,
    sign_in_with: &'static str,
    not_signed_in: &'static str,
    sign_out: &'static str,
    error: &'static str,
    errors: &'static str,
    minutes: &'static str,
    again_in: &'static str,
    foreign_form: Said,
    unreadable_form: Said,
    forbidden: Said,
    not_found: Said,
    conflict: Said,
    too_many: Said,
    unavailable: Said,
    internal: Said,
    ask: Said,
    address: &'static str,
    address_hint: &'static str,
    send_link: &'static str,
    have_code: &'static str,
    sent: Said,
    sent_nothing: &'static str,
    link: Said,
    link_registers: Said,
    name: &'static str,
    name_hint: &'static str,
    register: &'static str,
    link_over: Said,
    new_link: &'static str,
    code_page: Said,
    code: &'static str,
    code_hint: &'static str,
    leave: Said,
    person: &'static str,
    change: &'static str,
    correct: Said,
    language: &'static str,
    save: &'static str,
    no_address: &'static str,
    new_address: Said,
    new_address_sent: Said,
    confirm_address: Said,
    confirm: &'static str,
    confirm_signed_in: Said,
    sessions: &'static str,
    this_session: &'static str,
    unknown_device: &'static str,
    signed_in_at: &'static str,
    last_seen: &'static str,
    end_session: &'static str,
    end_all: &'static str,
    tokens: Said,
    no_tokens: &'static str,
    token_name: &'static str,
    token_name_hint: &'static str,
    access: &'static str,
    read: &'static str,
    write: &'static str,
    days: &'static str,
    days_hint: &'static str,
    create_token: &'static str,
    revoke: &'static str,
    created_at: &'static str,
    expires_at: &'static str,
    never: &'static str,
    last_used: &'static str,
    token_made: Said,
    back: &'static str,
}
