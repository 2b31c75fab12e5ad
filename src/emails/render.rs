//! Renders jobs as subject, HTML and text, with the built-in templates or the shop's own.
//!
//! Invariants: all templates are tried with samples when they are loaded; texts from exports are escaped in HTML.

use super::fault::TemplateFault;
use super::files::{self, Part};
use super::job::{Job, JobKind};
use super::limits;
use super::measured::Measured;
use super::sample;
use super::settings::Settings;
use super::values::{MISSING, Shop};
use super::words;
use crate::kernel::program::Program;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The templates of one program, checked. Shared by threads.
pub(crate) struct Templates {
    environment: Environment<'static>,
    /// The locales that the shop has written any template for.
    locales: BTreeSet<String>,
    /// The shop's own templates, by name; the others are built in.
    own: BTreeMap<String, Measured>,
    folder: PathBuf,
    shop: Shop,
}

/// A mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// One line.
    pub subject: String,
    pub html: String,
    pub text: String,
}

impl Templates {
    /// Loads a program's templates and renders samples of every kind of mail with them.
    ///
    /// Returns every fault found: an unknown file, bad syntax, a variable that does not exist.
    /// Samples take their time; no more are rendered where `is_stopped` says so.
    pub(crate) fn load(
        settings: &Settings,
        program: &Program,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<Templates, Vec<TemplateFault>> {
        let mut faults = Vec::new();
        let folder = settings.templates.clone().unwrap_or_default();
        let sources = match &settings.templates {
            Some(folder) => files::read_folder(folder, &mut faults),
            None => BTreeMap::new(),
        };
        let mut templates = Templates {
            environment: environment(),
            locales: sources.keys().filter_map(|name| files::locale_in(name)).map(str::to_owned).collect(),
            own: BTreeMap::new(),
            folder,
            shop: Shop { program: program.name.clone(), zone: program.zone.clone() },
        };
        templates.compile(sources, &mut faults);
        if faults.is_empty() {
            templates.try_samples(&mut faults, is_stopped);
        }
        if faults.is_empty() { Ok(templates) } else { Err(faults) }
    }

    /// Puts a job into words, without control characters but line breaks in the bodies.
    pub(crate) fn render(&self, job: &Job) -> Result<Rendered, TemplateFault> {
        let values = self.shop.values(job);
        let locales = self.locales_for(job.locale.as_deref());
        let part = |part| self.render_part(self.template_of(job.kind, &locales, part), &values);
        let [html, text] = [part(Part::Html)?, part(Part::Text)?].map(words::body);
        Ok(Rendered { subject: one_line(&part(Part::Subject)?), html, text })
    }

    fn compile(&mut self, sources: BTreeMap<String, String>, faults: &mut Vec<TemplateFault>) {
        for (name, source) in files::BUILT_IN {
            self.environment.add_template(name, source).expect("built-in templates are tested");
        }
        for (name, source) in sources {
            let measured = match Measured::new(source, &syntax()) {
                Ok(measured) => measured,
                Err(too_much) => {
                    faults.push(TemplateFault::too_much(too_much, self.folder.join(name).display().to_string()));
                    continue;
                }
            };
            let text = measured.text();
            self.own.insert(name.clone(), measured);
            if let Err(error) = self.environment.add_template_owned(name, text) {
                faults.push(self.fault(&error));
            }
        }
    }

    fn try_samples(&self, faults: &mut Vec<TemplateFault>, is_stopped: &dyn Fn() -> bool) {
        let mut seen = BTreeSet::new();
        let locales = std::iter::once(None).chain(self.locales.iter().map(|locale| Some(locale.as_str())));
        for (locale, kind) in locales.flat_map(|locale| JobKind::ALL.map(|kind| (locale, kind))) {
            for job in sample::jobs(kind, locale) {
                let parts = Part::ALL.into_iter().take_while(|_| !is_stopped());
                for fault in parts.filter_map(|part| self.try_part(&job, part).err()) {
                    if seen.insert(fault.to_string()) {
                        faults.push(fault);
                    }
                }
            }
        }
    }

    fn try_part(&self, job: &Job, part: Part) -> Result<(), TemplateFault> {
        let name = self.template_of(job.kind, &self.locales_for(job.locale.as_deref()), part);
        let file = self.place(&name);
        let text = self.render_part(name, &self.shop.values(job))?;
        let subject = text.trim_end_matches('\n');
        if part == Part::Subject && (subject.trim().is_empty() || subject.contains('\n')) {
            return Err(TemplateFault::Subject { file, subject: text });
        }
        Ok(())
    }

    fn render_part(&self, name: String, values: &Value) -> Result<String, TemplateFault> {
        limits::begin(values);
        let rendered = self.environment.get_template(&name).and_then(|template| template.render(values.clone()));
        rendered.map_err(|error| self.fault(innermost(&error)))
    }

    /// Returns the written locales that serve a person's, the most exact first: `de-AT`, then `de`.
    fn locales_for(&self, locale: Option<&str>) -> Vec<String> {
        if self.locales.is_empty() {
            return Vec::new();
        }
        let mut served = Vec::new();
        let mut rest = locale.and_then(files::canonical_locale);
        while let Some(locale) = rest {
            rest = locale.rsplit_once('-').map(|(shorter, _)| shorter.to_owned());
            served.push(locale);
        }
        served.retain(|locale| self.locales.contains(locale));
        served
    }

    fn template_of(&self, kind: JobKind, locales: &[String], part: Part) -> String {
        let mut written = locales.iter().map(|locale| files::name(kind, Some(locale), part));
        written.find(|name| self.own.contains_key(name)).unwrap_or_else(|| files::name(kind, None, part))
    }

    fn fault(&self, error: &Error) -> TemplateFault {
        let name = error.name().unwrap_or_default();
        let range = error.range().unwrap_or_default();
        match self.own.get(name) {
            Some(own) => TemplateFault::in_template(error, self.place(name), own.own(), own.own_range(range)),
            None => {
                let file = self.environment.get_template(name);
                TemplateFault::in_template(
                    error,
                    self.place(name),
                    file.as_ref().map_or("", |file| file.source()),
                    range,
                )
            }
        }
    }

    fn place(&self, name: &str) -> String {
        match self.own.contains_key(name) {
            true => self.folder.join(name).display().to_string(),
            false => format!("built-in {name}"),
        }
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Without it a release build does not say which variable is undefined.
    environment.set_debug(true);
    environment.set_syntax(syntax());
    limits::add_to(&mut environment);
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    environment.set_formatter(|out, state, value| match value.is_none() {
        true => Err(Error::new(ErrorKind::InvalidOperation, MISSING)),
        false => {
            limits::measured(value)?;
            minijinja::escape_formatter(out, state, value)
        }
    });
    environment
}

fn syntax() -> SyntaxConfig {
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    syntax.expect("the usual delimiters")
}

/// Returns the error at the bottom: what went wrong inside a block or an include is wrapped where that is.
fn innermost(error: &Error) -> &Error {
    let mut innermost = error;
    while let Some(inner) = std::error::Error::source(innermost).and_then(|inner| inner.downcast_ref::<Error>()) {
        innermost = inner;
    }
    innermost
}

fn one_line(text: &str) -> String {
    words::on_one_line(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::currency::Currency;
    use crate::kernel::program::*;
    use crate::kernel::time::{LocalCalendar, Timestamp};
    use std::fs;
    use std::path::Path;

    fn program() -> Program {
        Program {
            name: "Member credits".to_owned(),
            currency: Currency::from_code("USD").unwrap(),
            zone: LocalCalendar::new(chrono_tz::America::New_York),
            earn_on_credit: false,
            switches: Vec::new(),
            shared_expiry: Vec::new(),
            rules: Vec::new(),
            redemption: RedemptionTerms {
                from: RedemptionSource::Redemptions,
                order: RedemptionOrder::SoonestExpiry,
                restore_on_cancel: true,
            },
            refunds_from: RefundSource::Refunds,
            clawback: ClawbackTerms { from: Timestamp::from_micros(0), reach: Reach::Account, on_store_credit: false },
            carry_debt: false,
            refund_credit_expiry: Expiry::Never,
            link_guests: true,
        }
    }

    fn built_in() -> Templates {
        Templates::load(&Settings::default(), &program(), &|| false).unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    fn load(folder: &Path) -> Result<Templates, Vec<TemplateFault>> {
        let settings = Settings { templates: Some(folder.to_owned()), ..Settings::default() };
        Templates::load(&settings, &program(), &|| false)
    }

    fn own(files: &[(&str, &str)]) -> Templates {
        let folder = written(files);
        load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    /// The faults of a folder, with the folder's name left out.
    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        let folder = written(files);
        let faults = load(folder.path()).err().expect("a fault");
        let prefix = format!("{}/", folder.path().display());
        faults.iter().map(|fault| fault.to_string().replace(&prefix, "")).collect()
    }

    fn written(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, source) in files {
            fs::write(folder.path().join(name), source).unwrap();
        }
        folder
    }

    fn shown(mail: &Rendered) -> String {
        format!("subject: {}\n\n{}\n\n{}", mail.subject, mail.text, mail.html)
    }

    #[test]
    fn built_in_mails_read_well() {
        let templates = built_in();
        for kind in JobKind::ALL {
            let [full, bare, _] = sample::jobs(kind, None);
            insta::assert_snapshot!(kind.name(), shown(&templates.render(&full).unwrap()));
            let bare = templates.render(&bare).unwrap();
            insta::assert_snapshot!(
                format!("{}_bare", kind.name()),
                format!("subject: {}\n\n{}", bare.subject, bare.text)
            );
        }
    }

    #[test]
    fn the_ready_copies_can_be_used_as_they_are_and_speak_german() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/emails");
        let templates = load(&folder).unwrap_or_else(|faults| panic!("{faults:?}"));
        let [austrian, ..] = sample::jobs(JobKind::Received, Some("de_AT"));
        insta::assert_snapshot!("received_de", shown(&templates.render(&austrian).unwrap()));
        let [english, ..] = sample::jobs(JobKind::Received, Some("en-GB"));
        assert_eq!(templates.render(&english).unwrap(), built_in().render(&english).unwrap());
    }

    #[test]
    fn texts_of_customers_are_escaped_in_html_and_kept_on_one_line_in_subjects() {
        let templates = own(&[("received.subject.txt", "{{ name or program }}: {{ amount }}")]);
        let [mut job, ..] = sample::jobs(JobKind::Received, None);
        job.name = Some("<script>alert(1)</script>\r\nBcc: all@example.com".to_owned());
        job.note = Some("a < b & c".to_owned());
        let mail = templates.render(&job).unwrap();
        assert!(!mail.html.contains("<script"), "{}", mail.html);
        assert!(mail.html.contains("&lt;script&gt;alert(1)"), "{}", mail.html);
        assert!(mail.html.contains("a &lt; b &amp; c"), "{}", mail.html);
        assert!(mail.text.contains("a < b & c"), "{}", mail.text);
        assert_eq!(mail.subject, "<script>alert(1)</script> Bcc: all@example.com: 20.50");
    }

    #[test]
    fn each_part_is_taken_in_the_nearest_language_that_is_written() {
        let templates = own(&[
            ("received.subject.txt", "any"),
            ("received.de.subject.txt", "de"),
            ("received.de-AT.subject.txt", "de-AT"),
            ("received.de.txt", "text de"),
        ]);
        let mail = |locale| templates.render(&sample::jobs(JobKind::Received, locale)[0]).unwrap();
        let subject = |locale| mail(locale).subject;
        assert_eq!(subject(Some("de-AT")), "de-AT");
        assert_eq!(subject(Some("DE_at")), "de-AT");
        assert_eq!(subject(Some("de-CH")), "de");
        assert_eq!(subject(Some("de")), "de");
        for other in [None, Some("fr"), Some("den"), Some("subject"), Some("../de")] {
            assert_eq!(subject(other), "any", "{other:?}");
        }
        assert_eq!(mail(Some("de-AT")).text, "text de");
        assert!(mail(Some("de-AT")).html.contains("You received store credit"));
    }

    #[test]
    fn a_layout_of_the_shop_frames_the_built_in_mails() {
        let templates = own(&[("layout.txt", "ACME\n{% block intro %}{% endblock %}")]);
        let [_, bare, _] = sample::jobs(JobKind::Redeemed, None);
        let text = templates.render(&bare).unwrap().text;
        assert_eq!(text, "ACME\n2.50 USD of your store credit went towards your purchase.\n");
    }

    #[test]
    fn faults_say_where_and_what_to_write() {
        insta::assert_snapshot!(
            faults(&[
                ("received.html", "<p>\n  {{ nmae }}"),
                ("received.txt", "{% if nothing_like_it %}x{% endif %}"),
                ("redeemed.txt", "{% for line in lines %}{{ line.amout }}{% endfor %}"),
                ("redeemed.html", "{{ amount | curency }}"),
                ("refunded.txt", "{{ note }}"),
                ("refunded.subject.txt", "one\ntwo\n"),
                ("expiring.subject.txt", "{% if name %}{{ name }}{% endif %}"),
                ("expiring.html", "{% extends 'frame.html' %}"),
            ])
            .join("\n")
        );
        insta::assert_snapshot!(
            faults(&[
                ("recieved.html", ""),
                ("received.de_AT.txt", ""),
                ("notes.md", ""),
                (".swp", "{{"),
                ("redeemed.html", "<p>\n{% if name %}"),
                ("redeemed.txt", "{{ amount"),
            ])
            .join("\n")
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_fault() {
        let faults = load(Path::new("/nowhere/emails")).err().expect("a fault");
        assert!(faults[0].to_string().starts_with("/nowhere/emails: cannot be read: "), "{}", faults[0]);
    }

    /// Each ended the process, or never ended, or filled the memory.
    #[test]
    fn what_a_template_may_take_is_limited_and_what_is_more_has_a_place() {
        let said = |source: &str| {
            let found = faults(&[("received.txt", source)]).remove(0);
            found.replace("docs/emails.md lists what a template may take", "[docs]")
        };
        let doubled = "{% set a = a ~ a %}\n".repeat(60);
        let steps = "this takes more than 500000 steps: [docs]";
        let loops = "{% for i in range(9999) %}\n".repeat(4) + "x" + &"{% endfor %}".repeat(4);
        let found = said(&loops);
        assert!(found.starts_with("received.txt:") && found.ends_with(steps), "{found}");
        assert!(said(&format!("{{% set a = 'x' %}}\n{doubled}{{{{ a }}}}")).starts_with("received.txt:1"));
        for (source, line) in [
            ("\n{{ '%999999999d' | format(1) }}", 2),
            ("{{ 'a\nb' | indent(2000000000) }}", 2),
            ("{{ [1] | batch(2000000000, 'x') | list }}", 1),
            ("{{ [1] | slice(2000000000) | list }}", 1),
            (
                "{% set a = [1] %}\n{% set a = [a, a, a, a, a, a, a, a, a] %}{% set a = [a, a, a, a, a, a, a, a, a, a] %}{% set a = [a, a, a, a, a, a, a, a, a, a] %}{% set a = [a, a, a, a, a, a, a, a, a, a] %}{% set a = [a, a, a, a, a, a, a, a, a, a] %}{{ a }}",
                2,
            ),
            ("{% set a = 'x' * 1000 %}\n\n{{ a | replace('', a) | length }}", 3),
            ("{% macro m(a) %}{{ m(a ~ a) }}{% endmacro %}{{ m('xxxxxxxxxxxxxxxx') }}", 1),
            ("{% set n = namespace(t='x') %}{% for i in range(60) %}\n{% set n.t = n.t ~ n.t %}{% endfor %}", 2),
            // Of 30 levels, with nothing to write at the bottom: 2^30 lists.
            ("{% set n = namespace(l=[]) %}{% for i in range(30) %}\n{% set n.l = [n.l, n.l] %}{% endfor %}x", 2),
            ("{% set n = namespace(l={}) %}{% for i in range(30) %}\n{% set n.l = {1: n.l, 2: n.l} %}{% endfor %}x", 2),
            ("{% macro m(a, i) %}{% if i %}{{ m([a, a], i - 1) }}{% endif %}{% endmacro %}{{ m([], 30) }}", 1),
            // What gives its items one by one: repeated, chained, within each other and written.
            ("{% set a = [1] * 5000 %}\n{% set a = [a] * 5000 %}{% set a = [a] * 5000 %}{{ a }}", 2),
            ("{% set n = namespace(l=[]) %}{% for i in range(30) %}\n{% set n.l = [n.l] * 2 %}{% endfor %}", 2),
            ("{% set n = namespace(l=[1]) %}{% for i in range(30) %}\n{% set n.l = n.l + n.l %}{% endfor %}", 2),
            ("{% set n = namespace(l=[1]) %}{% for i in range(30) %}\n{% set n.l = n.l|chain(n.l) %}{% endfor %}", 2),
            ("{% for i in range(99999) %}\n{{ range(99999) }}{% endfor %}", 2),
            ("{% set a = [range(99999)] %}", 1),
        ] {
            let found = said(source);
            let is_limit = found.contains("this is more than a template may make: a value of more than ");
            assert!(found.starts_with(&format!("received.txt:{line}:")) && is_limit, "{source}: {found}");
        }
        let cycle = "{% set n = namespace() %}\n  {% set n.a = n %}{{ n }}";
        assert_eq!(
            said(cycle),
            "received.txt:2:17: this is more than a template may hold: a namespace is in a namespace: [docs]"
        );
        // Chains of nothing, and parts of parts.
        let nothing =
            "{% set n = namespace(l=[]) %}{% for i in range(5000) %}{% set n.l = n.l + n.l %}{% endfor %}{{ n.l }}";
        let parts = format!("{{% set a = [1, 2] %}}{}{{{{ a }}}}", "{% set a = a[0:] %}".repeat(5000));
        let maps = "{% set a = {'b': 1}|chain({'c': 2}) %}{{ a.b + a.c }}";
        own(&[("received.txt", nothing), ("redeemed.txt", &parts), ("refunded.txt", maps)]);
        let captured =
            format!("{{% set t %}}{{% for i in range(99999) %}}{}{{% endfor %}}{{% endset %}}", "abc ".repeat(4000));
        let found = said(&captured);
        assert!(found.contains(": this is more than a template may write: more than 32 MiB"), "{found}");
    }

    #[test]
    fn no_more_samples_are_rendered_once_the_command_is_stopped() {
        let folder = written(&[("received.txt", "{{ nmae }}")]);
        let settings = Settings { templates: Some(folder.path().to_owned()), ..Settings::default() };
        let asked = std::cell::Cell::new(0);
        let is_stopped = || {
            asked.set(asked.get() + 1);
            true
        };
        assert!(Templates::load(&settings, &program(), &is_stopped).is_ok());
        assert!(asked.get() > 0);
    }

    #[test]
    fn what_would_go_too_deep_is_refused_before_it_is_parsed() {
        let said = |source: String| {
            let found = faults(&[("received.txt", &source)]).remove(0);
            found.replace("docs/emails.md lists what a template may take", "[docs]")
        };
        let words = "more than 500 words and signs follow each other without a comma: [docs]";
        for deep in ["not ", "- ", "1 ~ ", "name or ", "2 ** "] {
            let found = said(format!("\n{{{{ {}1 }}}}", deep.repeat(100_000 / deep.len())));
            assert!(found.starts_with("received.txt:2:") && found.ends_with(words), "{deep}: {found}");
        }
        let filters = said(format!("{{{{ name{} }}}}", "|upper".repeat(10_000)));
        assert!(filters.ends_with(words), "{filters}");
        let branches = said(format!("{{% if name %}}{}{{% endif %}}", "{% elif name %}".repeat(10_000)));
        assert!(branches.ends_with("the template has more than 500 `elif`: [docs]"), "{branches}");
        let large = said("x".repeat(300 << 10));
        assert_eq!(large, "received.txt:1:1: the template has more than 256 KiB: [docs]");
        let parentheses = said(format!("{{{{ {}1{} }}}}", "(".repeat(200), ")".repeat(200)));
        assert!(parentheses.contains("recursion"), "{parentheses}");
    }

    /// The filters that are put into a template change nothing of what it says.
    #[test]
    fn a_template_with_every_construct_says_what_the_engine_says_without_limits() {
        let source = include_str!("every_construct.html");
        let templates = own(&[("received.html", source)]);
        let mut plain = environment();
        for (name, source) in files::BUILT_IN {
            plain.add_template(name, source).unwrap();
        }
        plain.add_template("received.html", source).unwrap();
        for job in sample::jobs(JobKind::Received, None) {
            let values = templates.shop.values(&job);
            let said = templates.render_part("received.html".to_owned(), &values).unwrap();
            assert_eq!(said, plain.get_template("received.html").unwrap().render(values).unwrap());
            assert!(said.contains("&lt;b&gt;") && said.len() > 900, "{said}");
        }
        let found = templates.own["received.html"].text();
        assert!(
            found.matches("_measured").count() > 20 && found.contains("|_held") && found.contains("|_fixed"),
            "{found}"
        );
    }

    #[test]
    fn limits_grow_with_what_a_mail_is_about() {
        let templates = own(&[("received.txt", "{% set t = 'Note: ' ~ (note or '') %}{{ t }}{{ t | upper }}")]);
        let [mut job, ..] = sample::jobs(JobKind::Received, None);
        job.note = Some("n".repeat(900 << 10));
        assert_eq!(templates.render(&job).unwrap().text.len(), 2 * (6 + (900 << 10)));
        let line = job.lines[0].clone();
        job.lines = vec![line; 5000];
        assert!(built_in().render(&job).unwrap().html.len() > 5000 * 100);
    }

    #[test]
    fn places_of_faults_are_those_of_the_own_text() {
        let found = faults(&[
            ("received.txt", "{% set a = ['x' ~ name, 1 + 2] %}{{ a | join('-') }} {{ nmae }}"),
            ("received.html", "{% set a = ['x' ~ amount, 1 + 2] %}\n{{ [a, a] | first | join('-') }} {{ note }}"),
        ]);
        let said = [
            "received.txt:1:57: `nmae` is undefined: did you mean `name`?",
            "received.html:2:37: `note` has no value in some mails: write {% if note %}{{ note }}{% endif %}",
        ];
        assert_eq!(found, said);
    }
}
