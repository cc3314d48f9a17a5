use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use domain::identity::Person;
use domain::ids::{MessageId, PersonId};
use domain::language::Language;
use domain::outbox::{Message, MessageState};
use mail::message::build;
use mail::{Transport, Worker};
use store::Database;
use tempfile::TempDir;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::samples::{FRIENDLY, addressee, letterhead, message, noon, notices};

/// An outbox with a worker that writes files, and a clock to set.
struct Office {
    data: TempDir,
    database: Database,
    minutes: Arc<AtomicI64>,
}

impl Office {
    async fn open() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let database = Database::open(&format!("sqlite://{}", data.path().join("fund.db").display())).await.expect("a database");
        database.migrate().await.expect("migrated");
        Self { data, database, minutes: Arc::default() }
    }

    fn folder(&self) -> PathBuf {
        self.data.path().join("mail")
    }

    fn worker(&self) -> Worker {
        let minutes = Arc::clone(&self.minutes);
        let clock = move || noon() + TimeDelta::minutes(minutes.load(Ordering::SeqCst));
        Worker::new(self.database.clone(), letterhead(), Transport::Files { folder: self.folder() }, Arc::new(clock))
    }

    /// Puts a message to a person with that address into the outbox, due after so many minutes.
    async fn enqueue(&self, number: u128, email: Option<&str>, due_in_minutes: i64) -> Message {
        let person = Person {
            id: PersonId(Uuid::from_u128(1_000 + number)),
            version: 1,
            name: "Anna Beispiel".to_owned(),
            email: email.map(str::to_owned),
            language: Language::De,
            created_at: noon(),
        };
        let message = Message {
            id: MessageId(Uuid::from_u128(number)),
            dedup_key: number.to_string(),
            recipient: Some(person.id),
            state: MessageState::Pending { due: noon() + TimeDelta::minutes(due_in_minutes) },
            ..message(notices(&FRIENDLY).swap_remove(0))
        };
        let tx = self.database.begin().await.expect("begun");
        store::identity::insert_person(&tx, &person).await.expect("a person");
        store::outbox::enqueue(&tx, std::slice::from_ref(&message)).await.expect("enqueued");
        tx.commit().await.expect("committed");
        message
    }

    async fn state(&self, message: &Message) -> (MessageState, u32) {
        let message = store::outbox::find(self.database.reader(), message.id).await.expect("read").expect("a message");
        (message.state, message.attempts)
    }

    fn file(&self, message: &Message) -> Option<Vec<u8>> {
        std::fs::read(self.folder().join(format!("{}.eml", message.id))).ok()
    }
}

#[tokio::test]
async fn what_is_due_is_delivered_once_and_what_became_of_it_is_recorded() {
    let office = Office::open().await;
    let mut due = Vec::new();
    for number in 1..=9 {
        due.push(office.enqueue(number, Some(&format!("p{number}@chor.example")), 0).await);
    }
    let machine = office.enqueue(10, None, 0).await;
    let later = office.enqueue(11, Some("later@chor.example"), 5).await;
    assert_eq!(office.worker().drain().await.expect("drained"), 10);
    for message in &due {
        assert_eq!(office.state(message).await, (MessageState::Sent { at: noon() }, 1));
        assert!(office.file(message).is_some());
    }
    assert_eq!(office.state(&machine).await, (MessageState::Dead { at: noon(), reason: "no address".to_owned() }, 1));
    assert_eq!(office.file(&later), None);
    assert_eq!(office.worker().drain().await.expect("drained"), 0);
    office.minutes.store(5, Ordering::SeqCst);
    assert_eq!(office.worker().drain().await.expect("drained"), 1);
    assert!(office.file(&later).is_some());
}

#[tokio::test]
async fn what_cannot_be_sent_now_is_sent_later() {
    let office = Office::open().await;
    let message = office.enqueue(1, Some("anna@chor.example"), 0).await;
    // A file stands where the folder should be.
    std::fs::write(office.folder(), "").expect("a file");
    assert_eq!(office.worker().drain().await.expect("drained"), 1);
    assert_eq!(office.state(&message).await, (MessageState::Pending { due: noon() + TimeDelta::minutes(1) }, 1));
    std::fs::remove_file(office.folder()).expect("removed");
    office.minutes.store(1, Ordering::SeqCst);
    assert_eq!(office.worker().drain().await.expect("drained"), 1);
    assert_eq!(office.state(&message).await, (MessageState::Sent { at: noon() + TimeDelta::minutes(1) }, 2));
}

#[tokio::test]
async fn a_worker_that_died_after_sending_is_followed_by_one_that_sends_the_same_e_mail() {
    let office = Office::open().await;
    let message = office.enqueue(1, Some("anna@chor.example"), 0).await;
    let lease_until = noon() + TimeDelta::minutes(10);
    let claimed = store::outbox::claim(&office.database, noon(), lease_until, 4).await.expect("claimed");
    assert_eq!(claimed.len(), 1);
    let sent = build(&letterhead(), &message, &addressee("Anna Beispiel", Language::De), noon()).expect("an e-mail").formatted();
    let sent = String::from_utf8(sent).expect("ASCII");
    assert_eq!(office.worker().drain().await.expect("drained"), 0, "somebody else has it");
    office.minutes.store(10, Ordering::SeqCst);
    assert_eq!(office.worker().drain().await.expect("drained"), 1);
    assert_eq!(String::from_utf8(office.file(&message).expect("a file")).expect("ASCII"), sent);
}

#[tokio::test]
async fn a_running_worker_delivers_when_it_is_woken_and_stops_when_it_is_told() {
    let office = Office::open().await;
    let wake = Arc::new(Notify::new());
    let (shutdown, told) = watch::channel(false);
    let running = tokio::spawn(office.worker().run(Arc::clone(&wake), told));
    let message = office.enqueue(1, Some("anna@chor.example"), 0).await;
    wake.notify_one();
    appears(&office.folder().join(format!("{}.eml", message.id))).await;
    shutdown.send(true).expect("it runs");
    tokio::time::timeout(Duration::from_secs(10), running).await.expect("it stops").expect("it did not panic");
    assert_eq!(office.state(&message).await, (MessageState::Sent { at: noon() }, 1));
}

/// Another task writes it; how soon is the machine's affair.
async fn appears(path: &Path) {
    let waiting = async {
        while !path.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("the e-mail is written");
}
