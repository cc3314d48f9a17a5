//! What a query may cost at most, checked before it costs anything.
//!
//! The library's own limits come too late: its parser descends recursively before it counts (a long run of `{` would exhaust the stack), and
//! its checks write every fragment out in full (thirty fragments that each spread the next one twice are 2³⁰ fields). So the text is
//! looked through first, then the document is measured with each fragment measured once; only then does the library see it.

use std::collections::HashMap;
use std::time::Duration;

use async_graphql::parser::types::{ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::{
    ErrorExtensionValues, ObjectType, Positioned, Request, SchemaBuilder, ServerError, SubscriptionType, Value, Variables,
};

/// The code of everything that the caller can mend.
pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";

/// How deeply braces, brackets and parentheses may nest in a query's text. The library's parser stops at 64 levels of selections.
const NESTING: usize = 64;

/// How many selection sets may nest, fragments written out: what the library's own recursion is built for.
const LEVELS: usize = 32;

/// How often the lists of the introspection may nest (fields of types of fields …). Tools nest two; each more multiplies the answer by the
/// size of the schema.
const INTROSPECTION_LISTS: usize = 3;

/// What a request may cost at most.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a request's body, and of a message on a WebSocket.
    pub body_bytes: usize,
    /// How long a request may take.
    pub request: Duration,
    /// Requests in one body.
    pub batch: usize,
    /// Words, numbers, strings and signs in a query's text.
    pub tokens: usize,
    /// Fields below one another.
    pub depth: usize,
    /// The sum over the fields of what each costs, which for a list grows with its length.
    pub complexity: usize,
    /// Fields with an alias: the same costly field many times in one query.
    pub aliases: usize,
    /// Directives.
    pub directives: usize,
    /// Things on one page of a list.
    pub page: usize,
    /// Subscriptions and other operations at once on one WebSocket.
    pub subscriptions: usize,
    /// Connections by `WebSocket` at once.
    pub sockets: usize,
    /// After how long without a sign of life a WebSocket is asked for one, and closed when that stays away as long again.
    pub keep_alive: Duration,
    /// Whether the schema can be asked for.
    pub introspection: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            request: Duration::from_secs(30),
            batch: 10,
            tokens: 5_000,
            depth: 15,
            complexity: 10_000,
            aliases: 50,
            directives: 50,
            page: 100,
            subscriptions: 20,
            sockets: 1_000,
            keep_alive: Duration::from_secs(30),
            introspection: true,
        }
    }
}

impl Limits {
    /// Sets what only the schema can check, since it alone knows what a field costs, and puts the limits where resolvers find them.
    #[must_use]
    pub fn build<Query, Mutation, Subscription>(
        &self,
        schema: SchemaBuilder<Query, Mutation, Subscription>,
    ) -> SchemaBuilder<Query, Mutation, Subscription>
    where
        Query: ObjectType + 'static,
        Mutation: ObjectType + 'static,
        Subscription: SubscriptionType + 'static,
    {
        let schema = schema.limit_recursive_depth(LEVELS).limit_depth(self.depth).limit_complexity(self.complexity).data(self.clone());
        if self.introspection { schema } else { schema.disable_introspection().disable_suggestions() }
    }

    /// Checks a request against every limit that needs no schema, and says which kind of operation it asks for. The document stays parsed
    /// in the request.
    pub(crate) fn check(&self, request: &mut Request) -> Result<OperationType, ServerError> {
        if request.query.trim().is_empty() {
            return Err(refusal("The request has no query."));
        }
        self.check_text(&request.query)?;
        let name = request.operation_name.clone();
        let variables = std::mem::take(&mut request.variables);
        let document = request.parsed_query().map_err(syntax)?;
        self.check_document(document)?;
        let operation = operation(document, name.as_deref())?;
        check_variables(operation, &variables)?;
        let kind = operation.ty;
        request.variables = variables;
        Ok(kind)
    }

    /// Counts tokens and nesting without recursion.
    fn check_text(&self, text: &str) -> Result<(), ServerError> {
        let bytes = text.as_bytes();
        let (mut at, mut tokens, mut nesting) = (0, 0, 0_usize);
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => continue,
                b'#' => {
                    at += bytes[at..].iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
                    continue;
                }
                b'"' => at = end_of_string(bytes, at).ok_or_else(|| refusal("Syntax error: a block string has no end."))?,
                b'{' | b'[' | b'(' => nesting += 1,
                b'}' | b']' | b')' => nesting = nesting.saturating_sub(1),
                _ if is_word(byte) => at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count(),
                _ => {}
            }
            tokens += 1;
            if nesting > NESTING {
                return Err(beyond("nesting", NESTING, "The query is nested too deeply"));
            }
            if tokens > self.tokens {
                return Err(beyond("tokens", self.tokens, "The query is too long: it has too many words and signs"));
            }
        }
        Ok(())
    }

    fn check_document(&self, document: &ExecutableDocument) -> Result<(), ServerError> {
        let mut measuring = Measuring { fragments: &document.fragments, measured: HashMap::new() };
        let mut all = Measure::default();
        for (_, operation) in document.operations.iter() {
            all.add(&measuring.selections(&operation.node.selection_set.node, 1)?);
            all.directives = all.directives.saturating_add(operation.node.directives.len());
        }
        for name in document.fragments.keys() {
            let fragment = measuring.fragment(name, 1)?;
            // Unused fragments are validated too, so they count.
            all.levels = all.levels.max(fragment.levels);
            all.directives = all.directives.max(fragment.directives);
        }
        if all.introspects && !self.introspection {
            return Err(refusal("Asking for the schema is switched off here."));
        }
        let bounds = [
            ("depth", all.depth, self.depth, "The query is nested too deeply"),
            ("levels", all.levels, LEVELS, "The query is nested too deeply"),
            ("complexity", all.fields, self.complexity, "The query is too complex"),
            ("aliases", all.aliases, self.aliases, "The query has too many aliases"),
            ("directives", all.directives, self.directives, "The query has too many directives"),
            ("introspection", all.introspection, INTROSPECTION_LISTS, "The query asks for lists of the schema inside one another"),
        ];
        for (limit, found, most, message) in bounds {
            if found > most {
                return Err(beyond(limit, most, message));
            }
        }
        Ok(())
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.') || !byte.is_ascii()
}

/// Where the string that began before `at` ends. A string without an end stops at the end of its line, so that nothing after it goes
/// uncounted; a block string without an end has none.
fn end_of_string(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at..].starts_with(b"\"\"") {
        let mut at = at + 2;
        loop {
            let rest = bytes.get(at..)?;
            if rest.starts_with(b"\"\"\"") {
                return Some(at + 3);
            }
            at += if rest.starts_with(b"\\\"\"\"") { 4 } else { usize::from(!rest.is_empty()) };
            if rest.is_empty() {
                return None;
            }
        }
    }
    let mut at = at;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return Some(at + 1),
            b'\r' | b'\n' => return Some(at),
            b'\\' if bytes.get(at + 1).is_some_and(|next| !matches!(next, b'\r' | b'\n')) => at += 2,
            _ => at += 1,
        }
    }
    Some(bytes.len())
}

/// What a selection costs, fragments written out.
#[derive(Debug, Clone, Copy, Default)]
struct Measure {
    depth: usize,
    levels: usize,
    fields: usize,
    aliases: usize,
    directives: usize,
    introspection: usize,
    introspects: bool,
}

impl Measure {
    fn add(&mut self, other: &Self) {
        self.depth = self.depth.max(other.depth);
        self.levels = self.levels.max(other.levels);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.introspection = self.introspection.max(other.introspection);
        self.introspects |= other.introspects;
    }
}

struct Measuring<'a> {
    fragments: &'a HashMap<async_graphql::Name, Positioned<FragmentDefinition>>,
    /// `None` while a fragment is being measured: whoever asks for it then is inside it.
    measured: HashMap<&'a str, Option<Measure>>,
}

impl<'a> Measuring<'a> {
    fn fragment(&mut self, name: &'a str, level: usize) -> Result<Measure, ServerError> {
        match self.measured.get(name) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return Err(refusal(format!("Fragment \"{name}\" contains itself."))),
            None => {}
        }
        // An unknown fragment is for the validation to tell.
        let Some(fragment) = self.fragments.get(name) else { return Ok(Measure::default()) };
        self.measured.insert(name, None);
        let mut measure = self.selections(&fragment.node.selection_set.node, level)?;
        measure.directives = measure.directives.saturating_add(fragment.node.directives.len());
        self.measured.insert(name, Some(measure));
        Ok(measure)
    }

    fn selections(&mut self, set: &'a SelectionSet, level: usize) -> Result<Measure, ServerError> {
        if level > LEVELS {
            return Err(beyond("levels", LEVELS, "The query is nested too deeply"));
        }
        let mut all = Measure::default();
        for selection in &set.items {
            let mut one = match &selection.node {
                Selection::Field(field) => {
                    let mut field_and_below = if field.node.selection_set.node.items.is_empty() {
                        Measure::default()
                    } else {
                        self.selections(&field.node.selection_set.node, level + 1)?
                    };
                    let name = field.node.name.node.as_str();
                    field_and_below.depth += 1;
                    field_and_below.fields = field_and_below.fields.saturating_add(1);
                    field_and_below.aliases = field_and_below.aliases.saturating_add(usize::from(field.node.alias.is_some()));
                    field_and_below.introspects |= matches!(name, "__schema" | "__type");
                    if matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes") {
                        field_and_below.introspection += 1;
                    }
                    field_and_below
                }
                Selection::FragmentSpread(spread) => self.fragment(spread.node.fragment_name.node.as_str(), level + 1)?,
                Selection::InlineFragment(inline) => self.selections(&inline.node.selection_set.node, level + 1)?,
            };
            one.directives = one.directives.saturating_add(selection.node.directives().len());
            all.add(&one);
        }
        all.levels += 1;
        Ok(all)
    }
}

/// The operation that a request asks for.
fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition, ServerError> {
    let mut operations = document.operations.iter();
    let found = match name {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name.as_str() == wanted)),
        None => match (operations.next(), operations.next()) {
            (one, None) => one,
            _ => return Err(refusal("The request has several operations; name one in `operationName`.")),
        },
    };
    found.map(|(_, operation)| &operation.node).ok_or_else(|| refusal("The request has no operation of that name."))
}

/// Refuses a request that leaves out a variable it needs: the library notices only when a field reads it, after others have run.
fn check_variables(operation: &OperationDefinition, given: &Variables) -> Result<(), ServerError> {
    for definition in &operation.variable_definitions {
        let variable = &definition.node;
        let given = given.get(&variable.name.node).is_some_and(|value| *value != Value::Null);
        if !given && !variable.var_type.node.nullable && variable.default_value.is_none() {
            let mut error = refusal(format!("Variable \"${}\" of type \"{}\" has no value.", variable.name.node, variable.var_type.node));
            error.locations.push(definition.pos);
            return Err(error);
        }
    }
    Ok(())
}

/// The parser draws the place with the text around it, however long that is; what was expected says as much.
fn syntax(error: ServerError) -> ServerError {
    let expected = error.message.rsplit_once("\n  = ").or_else(|| error.message.rsplit_once("= ")).map(|(_, expected)| expected.to_owned());
    let mut short = refusal(format!("Syntax error: {}", expected.unwrap_or(error.message)));
    short.locations = error.locations;
    short
}

/// A request that can't be carried out as it is.
pub(crate) fn refusal(message: impl Into<String>) -> ServerError {
    coded(message, BAD_USER_INPUT)
}

/// An error with a code for programs.
pub(crate) fn coded(message: impl Into<String>, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}

fn beyond(limit: &str, most: usize, message: &str) -> ServerError {
    let mut error = refusal(format!("{message}; at most {most} is possible."));
    if let Some(extensions) = &mut error.extensions {
        extensions.set("limit", limit);
        extensions.set("most", Value::from(most));
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(limits: &Limits, query: &str) -> Result<OperationType, String> {
        limits.check(&mut Request::new(query)).map_err(|error| {
            let extensions = error.extensions.unwrap_or_default();
            assert_eq!(extensions.get("code"), Some(&Value::from(BAD_USER_INPUT)), "{}", error.message);
            match extensions.get("limit") {
                Some(Value::String(limit)) => limit.clone(),
                _ => error.message,
            }
        })
    }

    fn refused(query: &str) -> String {
        check(&Limits::default(), query).expect_err("beyond a limit")
    }

    #[test]
    fn a_query_of_two_thousand_levels_is_refused_before_it_is_parsed() {
        for (open, close) in [("{a", "}"), ("{a(b:[", "])}"), ("{...{", "}}")] {
            assert_eq!(refused(&format!("{}{}", open.repeat(2_000), close.repeat(2_000))), "nesting");
            assert_eq!(refused(&open.repeat(500_000)), "nesting");
        }
        assert_eq!(refused(&format!("query($a: {}) {{a}}", "[".repeat(2_000))), "nesting");
    }

    #[test]
    fn strings_and_comments_hide_nothing_and_count_as_nothing_more() {
        let limits = Limits::default();
        let braces = "{".repeat(100);
        assert!(check(&limits, &format!("{{ a(b: \"{braces}\\\"{braces}\") # {braces}\n }}")).is_ok());
        assert!(check(&limits, &format!("{{ a(b: \"\"\"{braces}\\\"\"\" {braces}\"\"\") }}")).is_ok());
        assert_eq!(refused(&format!("{{ a(b: \"unended\n{braces}")), "nesting");
        assert_eq!(refused(&format!("{{ a(b: [\"\"\"\" {braces}")), "Syntax error: a block string has no end.");
    }

    #[test]
    fn each_limit_is_exact() {
        let limits = Limits { depth: 3, aliases: 2, directives: 2, complexity: 5, tokens: 30, ..Limits::default() };
        let table = [
            ("{a{b{c}}}", "{a{b{c{d}}}}", "depth"),
            ("{x:a y:b}", "{x:a y:b z:c}", "aliases"),
            ("{a @p @q}", "{a @p b @q @r}", "directives"),
            ("{a b c d e}", "{a b c d e f}", "complexity"),
        ];
        for (within, beyond, limit) in table {
            assert_eq!(check(&limits, within), Ok(OperationType::Query), "{within}");
            assert_eq!(check(&limits, beyond), Err(limit.to_owned()), "{beyond}");
        }
        assert_eq!(check(&limits, &format!("{{a(b: [{}])}}", "1 ".repeat(40))), Err("tokens".to_owned()));
    }

    #[test]
    fn fragments_count_as_often_as_they_are_spread_and_cost_no_time() {
        let doubling = |at: usize| format!("fragment f{at} on Q {{...f{next} ...f{next}}}", next = at + 1);
        let bomb: String = (0..25).map(doubling).collect();
        assert_eq!(refused(&format!("{{...f0}} {bomb} fragment f25 on Q {{a}}")), "complexity");
        let single = |at: usize| format!("fragment f{at} on Q {{...f{}}}", at + 1);
        let chain: String = (0..500).map(single).collect();
        assert_eq!(refused(&format!("{{a}} {chain} fragment f500 on Q {{a}}")), "levels");
        assert_eq!(refused("{...a} fragment a on Q {...b} fragment b on Q {...a}").split('"').next(), Some("Fragment "));
    }

    #[test]
    fn the_introspection_that_tools_send_passes_and_a_deeper_one_does_not() {
        let standard = "query IntrospectionQuery { __schema { queryType { name } types { ...FullType } directives { name args { ...InputValue } } } }
            fragment FullType on __Type { kind name fields(includeDeprecated: true) { name args { ...InputValue } type { ...TypeRef } }
              inputFields { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name } possibleTypes { ...TypeRef } }
            fragment InputValue on __InputValue { name type { ...TypeRef } defaultValue }
            fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind
              name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";
        assert_eq!(check(&Limits::default(), standard), Ok(OperationType::Query));
        assert_eq!(
            check(&Limits { introspection: false, ..Limits::default() }, standard),
            Err("Asking for the schema is switched off here.".to_owned())
        );
        let nested = "{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}";
        assert_eq!(refused(nested), "introspection");
    }

    #[test]
    fn the_operation_is_the_one_that_is_named() {
        let limits = Limits::default();
        let both = "query a {x} mutation b {y}";
        let named = |name: &str| limits.check(&mut Request::new(both).operation_name(name)).map_err(|error| error.message);
        assert_eq!(named("a"), Ok(OperationType::Query));
        assert_eq!(named("b"), Ok(OperationType::Mutation));
        assert!(named("c").is_err());
        assert!(check(&limits, both).is_err());
        assert!(check(&limits, "  ").is_err());
        assert_eq!(refused("{"), "Syntax error: expected selection");
    }
}
