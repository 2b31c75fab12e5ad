//! What a page says, as plain data.

use super::bars::Bars;
use super::columns::Columns;
use super::render::written;
use super::table::Table;
use serde::Serialize;
use serde_json::json;

/// A report in English, section by section.
#[derive(Clone, Debug)]
pub struct Page {
    /// The title, also of the window.
    pub title: String,
    /// A sentence below the title: the answer.
    pub lead: Option<String>,
    /// What the page is about, such as its period, as-of and known-at; also at the foot of every printed page.
    pub stamps: Vec<Stamp>,
    /// The sections.
    pub sections: Vec<Section>,
}

/// Something that a page is about: `as of` and `2024-07-01 00:00 America/New_York`.
#[derive(Clone, Debug, Serialize)]
pub struct Stamp {
    name: String,
    text: String,
}

/// A section of a page.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Its name in links, once in a page: letters, digits and hyphens.
    pub id: &'static str,
    /// Its heading.
    pub heading: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "part", rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is named by what it holds")]
pub enum Block {
    /// A paragraph.
    Text {
        text: String,
    },
    /// A paragraph that is to be seen first.
    Warning {
        text: String,
    },
    /// A few figures, large.
    Figures {
        figures: Vec<Figure>,
    },
    Table(Table),
    /// A chart of one number each.
    Bars(Bars),
    /// A chart of several numbers each, piled up.
    Columns(Columns),
}

/// One figure, large.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// The figure as it is to be read.
    pub value: String,
    /// What is to be said beneath it.
    pub note: Option<String>,
}

impl Stamp {
    /// Makes a stamp.
    pub fn new(name: &str, text: impl Into<String>) -> Stamp {
        Stamp { name: name.to_owned(), text: text.into() }
    }
}

impl Block {
    /// Makes a paragraph.
    pub fn text(text: impl Into<String>) -> Block {
        Block::Text { text: text.into() }
    }

    /// Makes a paragraph that is to be seen first.
    pub fn warning(text: impl Into<String>) -> Block {
        Block::Warning { text: text.into() }
    }
}

impl Page {
    /// Returns the page in HTML.
    pub fn to_html(&self) -> String {
        let values = json!({
            "lang": "en",
            "skip": "Skip to content",
            "title": self.title,
            "lead": self.lead,
            "stamps": self.stamps,
            "sections": self.sections,
        });
        written("report.html", &values)
    }
}
