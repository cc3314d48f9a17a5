//! A load generator that costs next to nothing beside what it loads: plain threads, plain sockets, connections that are kept.

use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request that can be sent any number of times.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    address: SocketAddr,
    bytes: Vec<u8>,
}

impl Ask {
    /// Asks for a page.
    pub(crate) fn get(address: SocketAddr, path: &str) -> Self {
        Self { address, bytes: format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n").into_bytes() }
    }

    /// Asks for a page, as somebody who has signed in.
    pub(crate) fn page(address: SocketAddr, path: &str, session: &str) -> Self {
        let cookie = domain::session::COOKIE;
        Self { address, bytes: format!("GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}={session}\r\n\r\n").into_bytes() }
    }

    /// Asks the API, as the holder of a token.
    pub(crate) fn graphql(address: SocketAddr, token: &str, query: &str, variables: &serde_json::Value) -> Self {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             accept: application/graphql-response+json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Self { address, bytes: (head + &body).into_bytes() }
    }

    /// Whom it asks.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// A connection that is kept from request to request.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, received: Vec::with_capacity(64 * 1024) })
    }

    /// Sends the request and reads the whole answer, which must be 200 and without errors. Returns its body.
    pub(crate) fn ask(&mut self, ask: &Ask) -> Result<&[u8]> {
        self.stream.write_all(&ask.bytes)?;
        self.received.clear();
        let mut buffer = [0; 16 * 1024];
        let mut whole = None;
        while whole.is_none_or(|(_, end)| self.received.len() < end) {
            match self.stream.read(&mut buffer)? {
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                read => self.received.extend_from_slice(&buffer[..read]),
            }
            if whole.is_none() {
                whole = extent(&self.received)?;
            }
        }
        let (start, end) = whole.unwrap_or_default();
        let body = &self.received[start..end];
        if self.received.starts_with(b"HTTP/1.1 200") && !contains(body, b"\"errors\":[") && !contains(body, b"\"userErrors\":[{") {
            return Ok(body);
        }
        Err(Error::other(format!("answered with {}", String::from_utf8_lossy(&self.received))))
    }
}

/// Where the body begins and ends, once the head is there.
fn extent(received: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(head) = received.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&received[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")).and_then(|length| length.trim().parse::<usize>().ok());
    let length = length.ok_or_else(|| Error::other(format!("an answer without a length: {text}")))?;
    Ok(Some((head + 4, head + 4 + length)))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// How many times a second `ask` is answered to that many connections at once, over `span`.
pub(crate) async fn rate(ask: &Ask, connections: usize, span: Duration) -> Result<f64> {
    let ask = ask.clone();
    aside(move || {
        let start = Instant::now();
        let answered = thread::scope(|scope| {
            let one = || -> Result<u32> {
                let mut connection = Connection::open(ask.address)?;
                let mut answered = 0;
                while start.elapsed() < span {
                    connection.ask(&ask)?;
                    answered += 1;
                }
                Ok(answered)
            };
            join((0..connections).map(|_| scope.spawn(one)).collect())
        })?;
        Ok(f64::from(answered.iter().sum::<u32>()) / start.elapsed().as_secs_f64())
    })
    .await
}

/// How many of different requests are answered a second, each sent once, that many at a time.
pub(crate) async fn rate_of_each(asks: Vec<Ask>, connections: usize) -> Result<f64> {
    aside(move || {
        let next = AtomicUsize::new(0);
        let start = Instant::now();
        let answered = thread::scope(|scope| {
            let one = || -> Result<u32> {
                let Some(address) = asks.first().map(|ask| ask.address) else { return Ok(0) };
                let mut connection = Connection::open(address)?;
                let mut answered = 0;
                while let Some(ask) = asks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    connection.ask(ask)?;
                    answered += 1;
                }
                Ok(answered)
            };
            join((0..connections).map(|_| scope.spawn(one)).collect())
        })?;
        Ok(f64::from(answered.iter().sum::<u32>()) / start.elapsed().as_secs_f64())
    })
    .await
}

/// How long each of some requests takes, one after the other in turn, `samples` times each: one list of times for each request.
pub(crate) async fn times_in_turn(asks: Vec<Ask>, samples: usize) -> Result<Vec<Vec<Duration>>> {
    aside(move || {
        let mut connections = asks.iter().map(|ask| Connection::open(ask.address)).collect::<Result<Vec<_>>>()?;
        let mut times = vec![Vec::with_capacity(samples); asks.len()];
        // The first two rounds warm up.
        for round in 0..samples + 2 {
            for ((ask, connection), times) in asks.iter().zip(&mut connections).zip(&mut times) {
                let start = Instant::now();
                connection.ask(ask)?;
                if round >= 2 {
                    times.push(start.elapsed());
                }
            }
        }
        Ok(times)
    })
    .await
}

fn join<T>(threads: Vec<thread::ScopedJoinHandle<'_, Result<T>>>) -> Result<Vec<T>> {
    threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(Error::other("a client panicked")))).collect()
}

/// Runs what blocks beside the runtime, whose threads serve.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::other)?
}
