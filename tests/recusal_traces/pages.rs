//! The pages: all that links lead to, read by somebody of the committee, of the office and of finance, before and after their recusal.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::json;
use testkit::{Backend, Browser};

use super::case::{Case, Secrets, told};
use super::kept;

/// The most pages of one crawl: a bound, not a selection.
const MOST: usize = 1_500;

/// Where links lead out of what can be read: the style, another language, the end of the session.
const ELSEWHERE: [&str; 3] = ["/assets/", "/language", "/sign-out"];

/// All pages that links lead to, and which of the secrets each tells.
async fn read(browser: &Browser, secrets: &Secrets) -> BTreeMap<String, BTreeSet<String>> {
    let mut ahead: VecDeque<String> = ["/desk", "/desk?as=applicant"].map(str::to_owned).into();
    let mut pages = BTreeMap::new();
    while let Some(path) = ahead.pop_front() {
        if pages.contains_key(&path) {
            continue;
        }
        assert!(pages.len() < MOST, "the crawl comes to its end: {path}");
        let shown = browser.gets(&path).await;
        assert!(shown.status < 400, "{path} is linked: {} {}", shown.status, shown.body);
        let links = shown.body.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#']).next());
        let ours = links.filter(|link| link.starts_with('/') && !ELSEWHERE.iter().any(|other| link.starts_with(other)));
        ahead.extend(ours.map(|link| link.replace("&amp;", "&")));
        pages.insert(path, told(&shown.body, secrets));
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_tells_who_is_excluded() {
    for backend in Backend::ALL {
        let case = Case::begin(backend, "eva@rat.example").await;
        let kept = kept(&case).await;
        let browser = case.stage.app.signed_in("eva@rat.example").await;

        // Her pages tell it before: so they can tell it. Ids are in the addresses of what has a page.
        let before = read(&browser, &kept.secrets).await;
        let told_before: BTreeSet<&String> = before.values().flatten().collect();
        let words = kept.secrets.iter().map(|(what, _)| what).filter(|what| !what.contains(' ') || what.starts_with("Application "));
        let missing: Vec<&String> = words.filter(|what| !told_before.contains(what)).collect();
        assert_eq!(missing, [""; 0], "{:?}", before.keys());
        for page in ["/desk", "/committee/ballots", "/office/applications", "/office/what-ifs", "/finance/journal", "/finance/waiting-list"]
        {
            assert!(!before[page].is_empty(), "{page} tells nothing");
        }

        for application in &kept.applications {
            case.eva.does("declareRecusal", json!({ "applicationId": application }), "recusal { id }").await;
        }
        let after = read(&browser, &kept.secrets).await;
        assert!(after.len() > 50, "{:?}", after.keys());
        let anybody = Browser::at(&case.stage.app);
        for (page, mut found) in after {
            if !found.is_empty() {
                // What is funded is public, as soon as its applicant knows. Nothing else is told to whoever has not signed in.
                assert!(page.starts_with("/projects"), "{page} tells {found:?}");
                let public = told(&anybody.gets(&page).await.body, &kept.secrets);
                found.retain(|what| !public.contains(what));
            }
            assert_eq!(found, BTreeSet::new(), "{page}");
        }
    }
}
