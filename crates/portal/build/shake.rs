//! Takes out of the design system's style what no page of ours uses: nine tenths of it.

use std::collections::BTreeSet;

/// What the design system's classes begin with.
const PREFIX: &str = "kern-";

/// Adds the classes that a text names, wherever in it.
pub(crate) fn collect_classes(text: &str, classes: &mut BTreeSet<String>) {
    for (start, _) in text.match_indices(PREFIX) {
        classes.insert(word(&text[start..]).to_owned());
    }
}

fn word(text: &str) -> &str {
    let end = text.find(|character: char| !(character.is_ascii_alphanumeric() || character == '-' || character == '_'));
    text[..end.unwrap_or(text.len())].trim_end_matches('-')
}

/// The style without the rules that need a class that is not used. Rules without a class stay.
pub(crate) fn shake(css: &str, used: &BTreeSet<String>) -> String {
    let mut kept = String::new();
    let mut rest = css.trim_start_matches('\u{feff}');
    while let Some(end) = find(rest, |byte| byte == b'{' || byte == b';') {
        let prelude = rest[..end].trim();
        if rest.as_bytes()[end] == b';' {
            // What stands alone, such as the character set, is said by the media type.
            rest = &rest[end + 1..];
            continue;
        }
        let Some(close) = closing(&rest[end..]) else { break };
        let body = &rest[end + 1..end + close];
        if prelude.starts_with("@media") || prelude.starts_with("@supports") {
            let inner = shake(body, used);
            if !inner.is_empty() {
                put(&mut kept, prelude, &inner);
            }
        } else if prelude.starts_with('@') {
            put(&mut kept, prelude, body);
        } else {
            let selectors: Vec<&str> = split(prelude).into_iter().filter(|selector| is_used(selector, used)).collect();
            if !selectors.is_empty() && !body.is_empty() {
                put(&mut kept, &selectors.join(","), body);
            }
        }
        rest = &rest[end + close + 1..];
    }
    kept
}

fn put(style: &mut String, prelude: &str, body: &str) {
    style.extend([prelude, "{", body, "}"]);
}

/// The style without its comments and its indentation.
pub(crate) fn without_comments(css: &str) -> String {
    let mut kept = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept += rest;
    kept.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Whether every class that the selector needs is used. What it must not have is no matter.
fn is_used(selector: &str, used: &BTreeSet<String>) -> bool {
    let selector = without_negations(selector);
    // Pages have no switch between light and dark: they follow the system.
    if selector.contains("[data-kern-theme") && !selector.contains(":is(body") {
        return false;
    }
    let mut needed = selector.match_indices('.').map(|(at, _)| word(&selector[at + 1..])).filter(|class| class.starts_with(PREFIX));
    selector.contains(":is(body") || needed.all(|class| used.contains(class))
}

fn without_negations(selector: &str) -> String {
    let mut kept = String::new();
    let mut rest = selector;
    while let Some((before, after)) = rest.split_once(":not(") {
        kept += before;
        let mut depth = 1;
        let end = after.bytes().position(|byte| {
            depth += i32::from(byte == b'(') - i32::from(byte == b')');
            depth == 0
        });
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    kept + rest
}

/// The selectors of a list.
fn split(list: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = list;
    while let Some(comma) = find(rest, |byte| byte == b',') {
        parts.push(rest[..comma].trim());
        rest = &rest[comma + 1..];
    }
    parts.push(rest.trim());
    parts
}

/// Where the first such byte is, outside of quotes and parentheses.
fn find(text: &str, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (mut quote, mut depth) = (None, 0);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != byte),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => depth -= 1,
            (None, _) if depth == 0 && wanted(byte) => return Some(at),
            _ => {}
        }
    }
    None
}

/// Where the block ends that the text begins with.
fn closing(text: &str) -> Option<usize> {
    let (mut quote, mut depth) = (None, 0);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_page_uses_is_taken_out_and_the_rest_stays() {
        let used = BTreeSet::from(["kern-btn".to_owned(), "kern-label".to_owned()]);
        let table = [
            ("body{a:b}", "body{a:b}"),
            (".kern-btn,.kern-dialog{a:b}", ".kern-btn{a:b}"),
            (".kern-btn .kern-dialog{a:b}", ""),
            (".kern-btn:not(.kern-dialog){a:b}", ".kern-btn:not(.kern-dialog){a:b}"),
            (".kern-btn--primary{a:b}", ""),
            ("@media (min-width: 1px){.kern-btn{a:b}.kern-row{c:d}}", "@media (min-width: 1px){.kern-btn{a:b}}"),
            ("@media (min-width: 1px){.kern-row{c:d}}", ""),
            ("@charset \"UTF-8\";.kern-label{mask:url(\"data:a;b{c}\")}", ".kern-label{mask:url(\"data:a;b{c}\")}"),
            ("[data-kern-theme=dark],.kern-btn{a:b}", ".kern-btn{a:b}"),
        ];
        for (css, expected) in table {
            assert_eq!(shake(css, &used), expected, "{css}");
        }
    }

    #[test]
    fn classes_are_found_wherever_they_are_named() {
        let mut classes = BTreeSet::new();
        collect_classes("class=\"kern-btn kern-btn--primary\" .kern-form-input__input:hover", &mut classes);
        let expected = ["kern-btn", "kern-btn--primary", "kern-form-input__input"];
        assert_eq!(classes.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(without_comments("/* a */\n  b { c: d; } /* e */\n\n"), "b { c: d; }");
    }
}
