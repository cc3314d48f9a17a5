//! The store on both databases: what is written is read back, what must not be written is refused, lists are stable, and of two at once one
//! is told that the other was faster.

mod access;
mod guards;
mod lists;
mod mail;
mod meetings;
mod people;
mod preparing;
mod races;
mod round_trips;
mod schema;
mod world;

/// Each test, once on SQLite and once on PostgreSQL.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(&$crate::world::World::on_sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(&$crate::world::World::on_postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both;
