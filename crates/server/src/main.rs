//! The binary `sonderfonds`.

use std::process::ExitCode;

/// 40 to 50 % more requests a second than with the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    server::command::run().await
}
