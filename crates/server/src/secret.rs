//! The installation's secret, from which sign-in links, codes and form tokens are derived: from the environment, or from a file that is
//! made at the first start.

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

use domain::sign_in::{Secret, hex};
use sha2::{Digest as _, Sha256};

use crate::config::Settings;

/// The file's name in the data folder.
const FILE: &str = "secret";

/// What the secret of an installation is derived from: never the text itself, so that its form is anybody's choice.
fn of(text: &str) -> Secret {
    Secret::new(Sha256::digest(text.trim()).into())
}

/// The installation's secret.
pub(crate) fn load(settings: &Settings) -> std::io::Result<Secret> {
    if let Some(secret) = &settings.secret {
        return Ok(of(secret.reveal()));
    }
    let path = settings.data.join(FILE);
    match make(&path) {
        Ok(secret) => Ok(secret),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let mut text = String::new();
            std::fs::File::open(&path)?.take(1_024).read_to_string(&mut text)?;
            if text.trim().len() < 64 {
                return Err(std::io::Error::new(ErrorKind::InvalidData, "it is too short to be one; remove it and start again"));
            }
            Ok(of(&text))
        }
        Err(error) => Err(error),
    }
}

/// Makes the file, which nobody else can read. It is written elsewhere first, so that another process never reads half of it.
fn make(path: &Path) -> std::io::Result<Secret> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    let text = hex(&bytes);
    let mut unfinished = unfinished(path)?;
    unfinished.1.write_all(text.as_bytes())?;
    unfinished.1.sync_all()?;
    // A link fails where there is a file already: of two processes that start together, one wins.
    let made = std::fs::hard_link(&unfinished.0, path);
    std::fs::remove_file(&unfinished.0)?;
    made.map(|()| of(&text))
}

fn unfinished(path: &Path) -> std::io::Result<(std::path::PathBuf, std::fs::File)> {
    let path = path.with_extension(std::process::id().to_string());
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.write(true).create(true).truncate(true).open(&path)?;
    Ok((path, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings { data: folder.path().to_owned(), ..Settings::defaults() };
        let first = load(&settings).expect("made");
        assert!(first == load(&settings).expect("read"), "the same at the next start");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.path().join(FILE)).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing half done is left");
        let other = Settings { secret: Some("x".repeat(32).into()), ..settings };
        assert!(first != load(&other).expect("given"), "the environment goes before");
        std::fs::write(folder.path().join(FILE), "short").expect("written");
        let settings = Settings { data: folder.path().to_owned(), ..Settings::defaults() };
        assert!(load(&settings).is_err(), "what is no secret is not used as one");
    }
}
