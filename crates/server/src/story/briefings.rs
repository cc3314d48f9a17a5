//! What the committee was told of the work with the partner cities in 2019: the real news of Drs. 0100/2020. It names a month at most; where
//! the day is open, the first of the month stands here, and where the month is open too, the first of the year or of the half-year.

use domain::briefing::{BriefingKind as Kind, News};
use engine::{Call, Result};

use super::{Story, date};

/// Day, cities, kind, title, text, council paper.
type Line = (&'static str, &'static [&'static str], Kind, &'static str, &'static str, Option<&'static str>);

/// All partner cities of 2019.
const ALL: [&str; 13] = [
    "aarhus",
    "antakya",
    "brest",
    "coventry",
    "gdynia",
    "kaliningrad",
    "moshi-rural",
    "samsun",
    "san-francisco",
    "sovetsk",
    "stralsund",
    "tallinn",
    "vaasa",
];

const NEWS: &[Line] = &[
    (
        "2019-01-01",
        &["tallinn"],
        Kind::StaffExchange,
        "Mitarbeiteraustausch der Bibliotheken",
        "Zwischen Tallinn und Kiel gab es einen jeweils einwöchigen Austausch von Mitarbeiterinnen der Stadtbibliotheken.",
        None,
    ),
    (
        "2019-01-01",
        &["tallinn"],
        Kind::Event,
        "E-Governance-Konferenz in Tallinn",
        "Der Dezernent für Finanzen, Personal, Ordnung und Feuerwehr nahm an der zweitägigen Konferenz „Same Goals, Different Roadmaps“ teil.",
        None,
    ),
    (
        "2019-01-01",
        &["brest"],
        Kind::StaffExchange,
        "Austausch zum Standortmarketing",
        "Expertinnen aus Kiel und Brest hospitierten jeweils zwei Wochen zum Thema Standortmarketing in der Partnerstadt.",
        None,
    ),
    (
        "2019-01-01",
        &["san-francisco"],
        Kind::Delegation,
        "Arbeitsbesuch zu Zero Waste",
        "Zwei Mitarbeiterinnen des Department of Environment informierten sich bei Kieler Fachkolleg*innen über die Zero Waste City: \
         Abfallvermeidung, Recycling und nachhaltiges Verbraucherverhalten.",
        None,
    ),
    (
        "2019-01-01",
        &["vaasa"],
        Kind::StaffExchange,
        "Austausch der Rechnungsprüfung",
        "Vertreter*innen des Rechnungsprüfungsamtes Kiel tauschten sich in Vaasa mit dem dortigen Auditing Team aus.",
        None,
    ),
    (
        "2019-05-01",
        &["aarhus"],
        Kind::Agreement,
        "Kooperationsvereinbarung mit Aarhus",
        "Aarhus ist Kiels dreizehnte Partnerstadt. Die Kooperationsvereinbarung wurde im Mai unterzeichnet.",
        Some("0020/2020"),
    ),
    (
        "2019-06-01",
        &["antakya"],
        Kind::Delegation,
        "Gäste aus Hatay in der Kunstschule",
        "Zwei Kolleg*innen aus Hatay besuchten die VHS-Kunstschule, um das Konzept der Spiellinie auf der Krusenkoppel kennenzulernen.",
        None,
    ),
    (
        "2019-06-01",
        &ALL,
        Kind::Event,
        "Internationales Städteforum zur Kieler Woche",
        "Das Städteforum fand erstmals in neuer Form statt: nach der Keynote drei Workshops zum „Leben in der urbanen Stadt“ über die \
         verdichtete, die grüne und die historische Stadt.",
        None,
    ),
    (
        "2019-07-01",
        &["tallinn"],
        Kind::Delegation,
        "Sängerfest in Tallinn",
        "Der Stadtpräsident besuchte im Juli das Sängerfest in Tallinn.",
        None,
    ),
    (
        "2019-08-01",
        &["aarhus"],
        Kind::Delegation,
        "Stadtplanungsamt in Aarhus",
        "Eine Delegation des Stadtplanungsamtes reiste im August zum Fachaustausch nach Aarhus. Ein Gegenbesuch ist für April 2020 geplant.",
        Some("0020/2020"),
    ),
    (
        "2019-09-01",
        &["aarhus"],
        Kind::Delegation,
        "Stadtdirektor von Aarhus zur Digitalen Woche",
        "Der Stadtdirektor von Aarhus besuchte mit seinem Sonderberater die Eröffnung der Digitalen Woche, um weitere Projekte abzustimmen.",
        Some("0020/2020"),
    ),
    (
        "2019-09-01",
        &["brest"],
        Kind::Delegation,
        "Brests Weg zur Digitalisierung",
        "Der CDO von Brest informierte während der Digitalen Woche die Mitarbeiter*innen der Stadtverwaltung im Rathaus.",
        None,
    ),
    (
        "2019-09-01",
        &["gdynia", "san-francisco", "aarhus"],
        Kind::Event,
        "Smart City Conference",
        "Vertreter*innen aus Gdynia, San Francisco und Aarhus stellten ihre Projekte und Ideen zur Smart City vor.",
        None,
    ),
    (
        "2019-10-01",
        &["moshi-rural"],
        Kind::Delegation,
        "Eröffnung der Baumschule in Himo",
        "Der Stadtpräsident reiste im Oktober und November zur Eröffnung der Baumschule in Himo nach Moshi District.",
        Some("0063/2020"),
    ),
    (
        "2019-12-01",
        &["kaliningrad", "sovetsk"],
        Kind::Event,
        "20 Jahre Partnerschaft des Landes mit Kaliningrad",
        "Eine Delegation aus Sovetsk kam im Dezember zum Festakt des Jubiläums; die Musikschule aus Kaliningrad nahm am Festprogramm teil.",
        None,
    ),
    (
        "2020-01-01",
        &["antakya"],
        Kind::Delegation,
        "Delegationsreise nach Hatay",
        "Der Stadtpräsident sprach im Januar mit den türkischen Kolleg*innen über die Partnerschaft, kommende Projekte und die EXPO 2021.",
        None,
    ),
];

impl Story<'_> {
    /// Posts the news of the days from one to before another.
    pub(super) async fn brief(&self, from: &str, before: &str) -> Result<()> {
        let (from, before) = (date(from), date(before));
        for (on, cities, kind, title, text, paper) in NEWS.iter().filter(|line| (from..before).contains(&date(line.0))) {
            let news = News {
                on: date(on),
                cities: cities.iter().map(|city| (*city).to_owned()).collect(),
                kind: *kind,
                title: (*title).to_owned(),
                text: (*text).to_owned(),
                paper: paper.map(str::to_owned),
            };
            self.engine.post_briefing(&Call::by(&self.officer), news).await?;
        }
        Ok(())
    }
}
