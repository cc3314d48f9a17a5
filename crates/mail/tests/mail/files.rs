use domain::language::Language;
use mail::Transport;
use mail::message::build;

use crate::samples::{FRIENDLY, addressee, letterhead, message, noon, notices, settings};

#[tokio::test]
async fn without_a_mail_server_e_mails_are_files() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().join("mail");
    let transport = Transport::open(&settings(), &folder).await.expect("a transport");
    let message = message(notices(&FRIENDLY).swap_remove(0));
    let email = build(&letterhead(), &message, &addressee("Anna Beispiel", Language::De), noon()).expect("an e-mail");
    for _again in 0..2 {
        transport.send(message.id, email.clone()).await.expect("written");
    }
    let names: Vec<_> = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names, ["01900000-0000-7000-8000-000000000017.eml"]);
    assert_eq!(std::fs::read(folder.join(&names[0])).expect("a file"), email.formatted());
}
