//! What the pages are dressed in, made ready at build time: read from the npm packages in `web`, cut to what the pages use, named by a
//! hash of its content, and compressed. The network is never used; what is missing is named with the command that brings it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

#[path = "build/shake.rs"]
mod shake;

/// What brings the packages.
const COMMAND: &str = "npm ci --ignore-scripts --prefix crates/portal/web";

/// The packages that the pages' style is made of.
const PACKAGES: [&str; 2] = ["@kern-ux/native", "@fontsource/fira-sans"];

/// The fonts' weights, and the parts of the alphabet in which they come.
const WEIGHTS: [u32; 2] = [400, 600];
const SUBSETS: [(&str, &str); 2] = [
    (
        "latin-ext",
        "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
    ),
    (
        "latin",
        "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    ),
];

type Outcome<T = ()> = Result<T, String>;

fn main() {
    if let Err(reason) = build() {
        println!("cargo::error={reason}");
    }
}

fn build() -> Outcome {
    let web = PathBuf::from("web");
    for watched in ["web/package.json", "web/package-lock.json", "web/portal.css", "web/portal.js", "web/icon.svg", "src", "build"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let packages = web.join("node_modules");
    println!("cargo::rerun-if-changed={}", packages.join(".package-lock.json").display());
    check_versions(&web)?;
    let mut assets =
        Assets { out: PathBuf::from(std::env::var("OUT_DIR").map_err(|_| "no OUT_DIR")?), code: String::new(), names: Vec::new() };
    let fonts = fonts(&packages, &mut assets)?;
    let kern = text(&packages.join("@kern-ux/native/dist/kern.min.css"))?;
    let kern = shake::shake(&kern, &used_classes()?);
    let own = text(&web.join("portal.css"))?;
    let style =
        format!("/*! KERN UX, EUPL-1.2, abridged; Fira Sans, OFL-1.1: see /licences */\n{fonts}{kern}{}", shake::without_comments(&own));
    assets.add("portal.css", "text/css; charset=utf-8", style.as_bytes(), true)?;
    assets.add("portal.js", "text/javascript; charset=utf-8", text(&web.join("portal.js"))?.as_bytes(), true)?;
    assets.add("icon.svg", "image/svg+xml", text(&web.join("icon.svg"))?.as_bytes(), true)?;
    let licences = [("eupl-1.2.txt", "@kern-ux/native/LICENSE.md"), ("ofl-1.1.txt", "@fontsource/fira-sans/LICENSE")];
    for (name, file) in licences {
        assets.add(name, "text/plain; charset=utf-8", text(&packages.join(file))?.as_bytes(), true)?;
    }
    assets.write()
}

/// The installed packages are those that the lock file names.
fn check_versions(web: &Path) -> Outcome {
    let wanted = text(&web.join("package.json"))?;
    for package in PACKAGES {
        let manifest = web.join("node_modules").join(package).join("package.json");
        let installed = fs::read_to_string(&manifest).ok();
        let missing = || format!("the portal needs the npm package {package}. Run this, then build again: {COMMAND}");
        let installed = installed.as_deref().and_then(|text| value_of(text, "version")).ok_or_else(missing)?;
        let expected = value_of(&wanted, package).ok_or_else(|| format!("web/package.json does not name {package}"))?;
        if installed != expected {
            return Err(format!("{package} {installed} is installed, and {expected} is needed. Run this, then build again: {COMMAND}"));
        }
    }
    Ok(())
}

/// The text that a key of a JSON file has; the first, which is what npm's files are asked for.
fn value_of(json: &str, key: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{key}\":"))?;
    let (_, rest) = rest.split_once('"')?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

/// The classes of the design system that pages, style and script name.
fn used_classes() -> Outcome<BTreeSet<String>> {
    let mut classes = BTreeSet::new();
    let mut folders = vec![PathBuf::from("src")];
    let mut files = vec![PathBuf::from("web/portal.css"), PathBuf::from("web/portal.js")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("can't read {}: {error}", folder.display()))? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    for file in files {
        shake::collect_classes(&text(&file)?, &mut classes);
    }
    Ok(classes)
}

/// The fonts as assets, and the rules that name them.
fn fonts(packages: &Path, assets: &mut Assets) -> Outcome<String> {
    let mut rules = String::new();
    for weight in WEIGHTS {
        for (subset, range) in SUBSETS {
            let name = format!("fira-sans-{subset}-{weight}-normal.woff2");
            let path = packages.join("@fontsource/fira-sans/files").join(&name);
            let content = fs::read(&path).map_err(|error| format!("can't read {}: {error}. Run: {COMMAND}", path.display()))?;
            let address = assets.add(&name, "font/woff2", &content, false)?;
            let _ = write!(
                rules,
                "@font-face{{font-family:\"Fira Sans\";font-style:normal;font-display:swap;font-weight:{weight};src:url({address}) format(\"woff2\");unicode-range:{range}}}"
            );
        }
    }
    Ok(rules)
}

fn text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("can't read {}: {error}", path.display()))
}

/// The files to embed, and the code that names them.
struct Assets {
    out: PathBuf,
    code: String,
    names: Vec<String>,
}

impl Assets {
    /// Adds a file; returns its address.
    fn add(&mut self, name: &str, media_type: &str, content: &[u8], compress: bool) -> Outcome<String> {
        let hash = Sha256::digest(content).iter().take(8).fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        let address = format!("/assets/{hash}/{name}");
        let constant = name.to_uppercase().replace(['.', '-'], "_");
        let plain = self.file(name, content)?;
        let (brotli, gzip) = if compress {
            let brotli = self.file(&format!("{name}.br"), &brotli_of(content)?)?;
            let gzip = self.file(&format!("{name}.gz"), &gzip_of(content)?)?;
            (format!("Some({brotli})"), format!("Some({gzip})"))
        } else {
            ("None".to_owned(), "None".to_owned())
        };
        let _ = writeln!(
            self.code,
            "pub(crate) const {constant}: Asset = Asset {{ path: {address:?}, media_type: {media_type:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }};"
        );
        self.names.push(constant);
        Ok(address)
    }

    /// Puts a file where the compiler finds it; returns the expression for its content.
    fn file(&self, name: &str, content: &[u8]) -> Outcome<String> {
        let path = self.out.join(name);
        fs::write(&path, content).map_err(|error| format!("can't write {}: {error}", path.display()))?;
        Ok(format!("include_bytes!({:?})", path.to_string_lossy()))
    }

    fn write(&self) -> Outcome {
        let all: Vec<String> = self.names.iter().map(|name| format!("&{name}")).collect();
        let code = format!("{}pub(crate) const ALL: [&Asset; {}] = [{}];\n", self.code, all.len(), all.join(", "));
        fs::write(self.out.join("assets.rs"), code).map_err(|error| error.to_string())
    }
}

fn brotli_of(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 9, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters).map_err(|error| error.to_string())?;
    Ok(compressed)
}

fn gzip_of(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).and_then(|()| encoder.finish()).map_err(|error| error.to_string())
}
