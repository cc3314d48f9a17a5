//! Signing in, sessions and tokens.

use super::{Said, Words, texts};

texts! {
    /// What the pages say that sign people in and out.
    SignIn {
        title: Words,
        with: Words,
        failed: Words,
        ask: Said,
        first_time: Said,
        address: Words,
        address_hint: Words,
        send_link: Words,
        have_code: Words,
        sent: Said,
        sent_nothing: Words,
        link: Said,
        link_registers: Said,
        name: Words,
        name_hint: Words,
        register: Words,
        link_over: Said,
        new_link: Words,
        code_page: Said,
        code: Words,
        code_hint: Words,
        leave: Said,
    }

    /// What the page says about somebody's own access.
    Account {
        title: Words,
        person: Words,
        name: Words,
        name_hint: Words,
        address: Words,
        language: Words,
        saved: Words,
        sessions: Words,
        sessions_lead: Words,
        this_session: Words,
        unknown_device: Words,
        signed_in_at: Words,
        last_seen: Words,
        end_session: Words,
        end_all: Words,
        tokens: Said,
        no_tokens: Words,
        token_name: Words,
        token_name_hint: Words,
        access: Words,
        read: Words,
        write: Words,
        days: Words,
        days_hint: Words,
        create_token: Words,
        revoke: Words,
        created_at: Words,
        expires_at: Words,
        never: Words,
        last_used: Words,
        token_made: Said,
        back: Words,
    }
}
