//! Loads the things that one request asks for one by one together: twenty applications' applicants with one query.
//!
//! All resolvers of a request run in one task. The first that asks for a thing lets the others run until each of them waits too; what they
//! asked for by then is one batch. No timer is involved (the runtime's have a resolution of a millisecond, which is more than a whole
//! request takes), and nothing is kept after the batch, so that a later step of the same request reads what is stored by then.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::oneshot;

use crate::error::Result;

type Loaded<K, V> = Result<Arc<HashMap<K, V>>>;

/// What the followers of a batch wait for.
type Awaited<K, V> = Shared<BoxFuture<'static, Option<Loaded<K, V>>>>;

/// Gathers keys and loads them together.
pub(crate) struct Batch<K, V>(Mutex<Gathering<K, V>>);

struct Gathering<K, V> {
    /// Counts the batches, so that who waited in vain for one doesn't end a later one.
    number: u64,
    keys: HashSet<K>,
    /// Set while keys are gathered, and until somebody takes them.
    awaited: Option<Awaited<K, V>>,
}

/// What somebody is in a batch.
enum Part<K, V> {
    /// The first: takes all keys, loads them, and tells the others.
    Leader(oneshot::Sender<Loaded<K, V>>),
    /// Waits for the batch of that number.
    Follower(u64, Awaited<K, V>),
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Gathering { number: 0, keys: HashSet::new(), awaited: None }))
    }
}

impl<K, V> Batch<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The thing under `key`. `load` is called once for the whole batch, by whoever was first.
    pub(crate) async fn one<F>(&self, key: K, load: impl FnOnce(Vec<K>) -> F + Send) -> Result<Option<V>>
    where
        F: Future<Output = Result<HashMap<K, V>>> + Send,
    {
        loop {
            match self.join(key.clone()) {
                Part::Leader(tell) => {
                    tokio::task::yield_now().await;
                    let keys = self.take();
                    let loaded = load(keys).await.map(Arc::new);
                    // Nobody may be waiting any more.
                    let _ = tell.send(loaded.clone());
                    return Ok(loaded?.get(&key).cloned());
                }
                Part::Follower(number, awaited) => match awaited.await {
                    Some(loaded) => return Ok(loaded?.get(&key).cloned()),
                    // The leader's field was given up, because another one failed: somebody else leads.
                    None => self.abandon(number),
                },
            }
        }
    }

    fn join(&self, key: K) -> Part<K, V> {
        let mut gathering = lock(&self.0);
        if let Some(awaited) = &gathering.awaited {
            let awaited = awaited.clone();
            gathering.keys.insert(key);
            return Part::Follower(gathering.number, awaited);
        }
        let (tell, told) = oneshot::channel();
        gathering.number += 1;
        gathering.keys = HashSet::from([key]);
        gathering.awaited = Some(told.map(std::result::Result::ok).boxed().shared());
        Part::Leader(tell)
    }

    fn take(&self) -> Vec<K> {
        let mut gathering = lock(&self.0);
        gathering.awaited = None;
        std::mem::take(&mut gathering.keys).into_iter().collect()
    }

    fn abandon(&self, number: u64) {
        let mut gathering = lock(&self.0);
        if gathering.number == number {
            gathering.awaited = None;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Request, Schema};
    use futures_util::future::join_all;

    use super::*;
    use crate::error::Fault;

    #[tokio::test]
    async fn what_is_asked_for_together_is_loaded_once_and_what_comes_later_again() {
        let batch = Batch::<usize, usize>::default();
        let loads = Arc::new(AtomicUsize::new(0));
        let ask = |key: usize| {
            let loads = Arc::clone(&loads);
            batch.one(key, |keys| async move {
                loads.fetch_add(1, Ordering::SeqCst);
                Ok(keys.into_iter().filter(|key| *key < 50).map(|key| (key, key * 2)).collect())
            })
        };
        let found = join_all((0..100).map(|key| ask(key % 60))).await;
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        for (key, value) in found.into_iter().enumerate() {
            let key = key % 60;
            assert_eq!(value.expect("loaded"), (key < 50).then_some(key * 2));
        }
        assert_eq!(ask(7).await.expect("loaded"), Some(14));
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }

    struct Query(Batch<usize, usize>, Arc<AtomicUsize>);

    struct Thing(usize);

    #[Object]
    impl Query {
        async fn things(&self) -> Vec<Thing> {
            (0..100).map(Thing).collect()
        }
    }

    #[Object]
    impl Thing {
        async fn next(&self, ctx: &Context<'_>) -> Result<Option<Thing>> {
            let Query(batch, loads) = ctx.data_unchecked::<Arc<Query>>().as_ref();
            let loads = Arc::clone(loads);
            let load = |keys: Vec<usize>| async move {
                loads.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                Ok(keys.into_iter().map(|key| (key, key + 1)).collect())
            };
            Ok(batch.one(self.0, load).await?.map(Thing))
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_query_loads_once_for_each_level_however_long_its_lists_are() {
        let query = Arc::new(Query(Batch::default(), Arc::default()));
        let root = Query(Batch::default(), Arc::default());
        let schema = Schema::new(root, EmptyMutation, EmptySubscription);
        let request = Request::new("{ things { next { next { next { __typename } } } } }").data(Arc::clone(&query));
        let answer = schema.execute(request).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        assert_eq!(query.1.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_failure_reaches_everybody_who_waits() {
        let batch = Batch::<usize, usize>::default();
        let ask = |key: usize| batch.one(key, |_| async { Err(Fault::not_found()) });
        assert!(join_all((0..3).map(ask)).await.into_iter().all(|answer| answer.is_err()));
    }

    #[tokio::test]
    async fn a_batch_whose_resolvers_were_dropped_hinders_nobody() {
        let batch = Batch::<usize, usize>::default();
        let load = |keys: Vec<usize>| async move { Ok(keys.into_iter().map(|key| (key, key)).collect()) };
        let mut leader = Box::pin(batch.one(1, load));
        let mut follower = Box::pin(batch.one(2, load));
        assert!(futures_util::poll!(&mut leader).is_pending());
        assert!(futures_util::poll!(&mut follower).is_pending());
        drop(leader);
        assert_eq!(follower.await.expect("loaded"), Some(2));
        assert_eq!(batch.one(3, load).await.expect("loaded"), Some(3));
    }
}
