//! The schema comes into being, once.

use store::Database;

use crate::world::World;

async fn migrates_once(world: &World) {
    assert!(!world.database.is_migrated().await.expect("it can be asked"), "nothing is there yet");
    let (one, two) = tokio::join!(world.database.migrate(), world.database.migrate());
    one.expect("it migrates");
    two.expect("whoever comes second finds it done");
    assert!(world.database.is_migrated().await.expect("it can be asked"));
    world.database.ping().await.expect("it answers");
    let again = Database::open(&world.url).await.expect("it opens again");
    assert!(again.is_migrated().await.expect("it can be asked"));
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_migrates_once() {
    let world = World::empty_on_sqlite().await;
    migrates_once(&world).await;
    assert!(!world.database.is_postgres());
    assert!(world.database.listen().await.expect("it can be asked").is_none(), "one process hears itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_migrates_once() {
    let world = World::empty_on_postgres().await;
    migrates_once(&world).await;
    assert!(world.database.is_postgres());
}

#[tokio::test]
async fn only_files_and_servers_are_databases() {
    for url in ["sqlite::memory:", "sqlite://fund.db?mode=memory", "mysql://localhost/fund", "fund.db", ""] {
        assert!(Database::open(url).await.is_err(), "{url:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_hear_what_was_committed_and_nothing_else() {
    let world = World::on_postgres().await;
    let mut listener = world.database.listen().await.expect("it listens").expect("PostgreSQL has it");
    let lost = world.begin().await;
    world.database.notify(&lost, "lost").await.expect("it tells");
    lost.rollback().await.expect("it is undone");
    let kept = world.begin().await;
    world.database.notify(&kept, "application:1").await.expect("it tells");
    kept.commit().await.expect("it commits");
    assert_eq!(listener.next().await.as_deref(), Some("application:1"));
    let waiting = tokio::spawn(async move { listener.next().await });
    world.database.clone().close().await;
    assert!(!waiting.is_finished(), "after the close there is nothing more to hear");
    waiting.abort();
}
