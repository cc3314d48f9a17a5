use std::path::Path;
use std::sync::Arc;

use mail::settings::{Settings, Tls};
use mail::{Letterhead, Transport};

use crate::samples::{letterhead, settings};

#[test]
fn a_password_is_in_no_debug_output() {
    let settings: Settings =
        serde_json::from_str(r#"{ "from": "a@b.example", "host": "mail.b.example", "user": "a", "password": "secret" }"#)
            .expect("settings");
    assert!(!format!("{settings:?}").contains("secret"));
    assert_eq!(settings.password.expect("a password").reveal(), "secret");
}

#[test]
fn unknown_keys_are_refused() {
    assert!(serde_json::from_str::<Settings>(r#"{ "from": "a@b.example", "hots": "mail.b.example" }"#).is_err());
}

#[tokio::test]
async fn contradictions_name_their_key() {
    let with = |change: fn(&mut Settings)| {
        let mut settings = Settings { host: Some("mail.musterstadt.example".to_owned()), ..settings() };
        change(&mut settings);
        settings
    };
    let table = [
        (with(|settings| settings.tls = Tls::None), "mail.tls"),
        (with(|settings| settings.user = Some("fonds".to_owned())), "mail.password"),
        (with(|settings| settings.password = Some("secret".to_owned().into())), "mail.user"),
        (with(|settings| settings.ca_file = Some("/nowhere.pem".into())), "mail.ca-file"),
    ];
    for (settings, key) in table {
        let error = Transport::open(&settings, Path::new("mail")).await.expect_err(key);
        assert_eq!(error.key, key);
    }
    let on_this_machine = with(|settings| (settings.host, settings.tls) = (Some("127.0.0.1".to_owned()), Tls::None));
    assert!(matches!(Transport::open(&on_this_machine, Path::new("mail")).await, Ok(Transport::Smtp(_))));
}

#[test]
fn addresses_are_checked_before_anything_is_sent() {
    let key = |settings: &Settings| {
        Letterhead::new(Arc::new(letterhead().fund().clone()), settings, crate::samples::links()).map_err(|error| error.key).map(drop)
    };
    assert_eq!(key(&Settings { from: "nobody".to_owned(), ..settings() }), Err("mail.from".to_owned()));
    assert_eq!(key(&Settings { from: "fonds@localhost".to_owned(), ..settings() }), Ok(()));
    for url in ["javascript:alert(1)", "fonds.example", "https://", "https://a b", "https://a\"onclick=\"b"] {
        assert_eq!(key(&Settings { public_url: Some(url.to_owned()), ..settings() }), Err("mail.public-url".to_owned()), "{url}");
    }
}
