//! How much one source, one person or one address may ask for. What is too much is refused with the time after which it is not.
//!
//! Counted in memory, by the engine's clock, for each process: a restart forgives, which costs an attacker's patience nothing and an honest
//! person's nothing either. What must survive a restart (e-mails to one address, wrong codes) is counted in the database.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::PersonId;
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{InsufficientCapacity, NotUntil, Quota, RateLimiter};

use crate::{Clock, Error, Result};

/// Into how many buckets whoever asks is sorted: the bound of the memory that is used. Two in one bucket share what one may ask for; with
/// so many of them, and sorted by a secret that changes with each start, nobody can bring that about.
const BUCKETS: u64 = 1 << 16;

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// How often something may be asked for. All of it may be asked for at once; it grows back steadily.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Requests from one source, each minute.
    pub source_per_minute: NonZeroU32,
    /// Operations of one person, each minute.
    pub person_per_minute: NonZeroU32,
    /// E-mails asked for and codes tried from one source, each hour.
    pub sign_ins_per_hour: NonZeroU32,
}

/// The limits of one process. Without rates, everything passes: for what has no network before it.
pub(crate) struct Throttle {
    limits: Option<Limits>,
    sorted_by: RandomState,
}

struct Limits {
    source: Limiter,
    person: Limiter,
    sign_in: Limiter,
}

type Limiter = RateLimiter<u64, DashMapStateStore<u64>, Ticks, NoOpMiddleware<Duration>>;

/// The engine's clock, as the library wants it: time since 1970.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.now().timestamp_micros()).unwrap_or_default())
    }
}

impl Throttle {
    /// That lets everything pass.
    pub(crate) fn open() -> Self {
        Self { limits: None, sorted_by: RandomState::new() }
    }

    /// With these rates.
    pub(crate) fn new(rates: Rates, clock: &Arc<dyn Clock>) -> Self {
        let limiter = |most: NonZeroU32, period: Duration| {
            let quota = Quota::with_period(period / most.get()).unwrap_or(Quota::per_second(most)).allow_burst(most);
            RateLimiter::dashmap_with_clock(quota, Ticks(clock.clone()))
        };
        let limits = Limits {
            source: limiter(rates.source_per_minute, MINUTE),
            person: limiter(rates.person_per_minute, MINUTE),
            sign_in: limiter(rates.sign_ins_per_hour, HOUR),
        };
        Self { limits: Some(limits), sorted_by: RandomState::new() }
    }

    /// Counts a request from a source.
    pub(crate) fn source(&self, source: Option<IpAddr>) -> Result<()> {
        match (&self.limits, source) {
            (Some(limits), Some(source)) => self.count(&limits.source, network(source), NonZeroU32::MIN),
            _ => Ok(()),
        }
    }

    /// Counts so many operations of a person. More at once than a person may ever do pass as all that they may do.
    pub(crate) fn person(&self, person: PersonId, operations: NonZeroU32) -> Result<()> {
        self.limits.as_ref().map_or(Ok(()), |limits| self.count(&limits.person, person, operations))
    }

    /// Counts an e-mail asked for or a code tried from a source.
    pub(crate) fn sign_in(&self, source: Option<IpAddr>) -> Result<()> {
        match (&self.limits, source) {
            (Some(limits), Some(source)) => self.count(&limits.sign_in, network(source), NonZeroU32::MIN),
            _ => Ok(()),
        }
    }

    fn count(&self, limiter: &Limiter, whose: impl Hash, times: NonZeroU32) -> Result<()> {
        let bucket = self.sorted_by.hash_one(whose) % BUCKETS;
        let counted = match limiter.check_key_n(&bucket, times) {
            Ok(counted) => counted,
            Err(InsufficientCapacity(most)) => {
                let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
                limiter.check_key_n(&bucket, most).unwrap_or(Ok(()))
            }
        };
        counted.map_err(|until: NotUntil<Duration>| {
            let wait = until.wait_time_from(limiter.clock().now());
            // A second more, so that who comes back then is not a moment early.
            Error::TooMany { again_after: Duration::from_secs(wait.as_secs() + 1) }
        })
    }

    /// Forgets whoever has not asked for long enough to have everything back.
    pub(crate) fn forget(&self) {
        for limiter in self.limits.iter().flat_map(|limits| [&limits.source, &limits.person, &limits.sign_in]) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// What counts as one source: an address, or of IPv6 the network of 64 bits that one subscriber has.
fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use chrono::{DateTime, Utc};

    use super::*;

    #[derive(Default)]
    struct Set(AtomicI64);

    impl Clock for Set {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).unwrap_or_default()
        }
    }

    fn throttle(clock: &Arc<Set>) -> Throttle {
        let three = NonZeroU32::new(3).expect("three");
        let clock: Arc<dyn Clock> = clock.clone();
        Throttle::new(Rates { source_per_minute: three, person_per_minute: three, sign_ins_per_hour: three }, &clock)
    }

    fn source(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn who_asked_enough_is_told_when_to_come_back_and_is_heard_then() {
        let clock = Arc::new(Set(AtomicI64::new(1_000_000)));
        let throttle = throttle(&clock);
        for _ in 0..3 {
            throttle.sign_in(Some(source("192.0.2.1"))).expect("within the limit");
        }
        let Err(Error::TooMany { again_after }) = throttle.sign_in(Some(source("192.0.2.1"))) else { panic!("one too many") };
        assert!((1_200..=1_201).contains(&again_after.as_secs()), "a third of an hour: {again_after:?}");
        throttle.sign_in(Some(source("192.0.2.2"))).expect("another source");
        clock.0.fetch_add(1_201, Ordering::SeqCst);
        throttle.sign_in(Some(source("192.0.2.1"))).expect("after the wait");
        throttle.sign_in(Some(source("192.0.2.1"))).expect_err("and no more than one");
    }

    #[test]
    fn a_subscriber_s_network_is_one_source() {
        let throttle = throttle(&Arc::default());
        for host in ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:1"] {
            throttle.source(Some(source(host))).expect("within the limit");
        }
        throttle.source(Some(source("2001:db8::4"))).expect_err("the same network");
        throttle.source(Some(source("2001:db8:0:1::1"))).expect("another network");
        assert_eq!(network(source("::ffff:192.0.2.1")), source("192.0.2.1"));
    }

    #[test]
    fn memory_is_bounded_and_given_back() {
        let clock = Arc::new(Set(AtomicI64::new(1_000_000)));
        let throttle = throttle(&clock);
        for host in 0..200_000_u32 {
            let _ = throttle.source(Some(IpAddr::V4(host.into())));
        }
        let limiter = &throttle.limits.as_ref().expect("limits").source;
        assert!(u64::try_from(limiter.len()).expect("a number") <= BUCKETS);
        clock.0.fetch_add(120, Ordering::SeqCst);
        throttle.forget();
        assert!(throttle.limits.as_ref().expect("limits").source.is_empty());
    }
}
