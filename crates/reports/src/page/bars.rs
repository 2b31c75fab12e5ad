//! A chart of one number each: bars from the left, with the exact number at the right.

use super::chart::{CHARACTER, Chart, Drawing, Label, Line, Measure, Rectangle, WIDTH, cut, widest};
use super::scale::{Milli, Scale};
use super::table::{Column, Row, Table};
use serde::ser::{Serialize, Serializer};

/// How far a row is from the next, and how high its bar is.
const ROW: i64 = 26;
const THICK: i64 = 16;
/// The most characters of a name in the drawing.
const NAME: usize = 28;
const GAP: i64 = 12;

/// A chart of bars, in the order in which they are given.
#[derive(Clone, Debug)]
pub struct Bars {
    /// What the chart shows.
    pub title: String,
    /// What there is to see in it, for those who do not see it.
    pub about: String,
    /// What the numbers count.
    pub measure: Measure,
    /// What the bars stand for, and what their length is: the heads of the table beneath.
    pub heads: [String; 2],
    /// The bars.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it stands for.
    pub name: String,
    /// Its length; below zero it goes to the left.
    pub number: i128,
}

impl Serialize for Bars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [of, number] = &self.heads;
        let row = |bar: &Bar| Row::of([bar.name.clone(), self.measure.written(bar.number)]);
        let table = Table {
            caption: format!("{}: the numbers", self.title),
            columns: vec![Column::text(of), Column::number(number)],
            rows: self.bars.iter().map(row).collect(),
            note: None,
        };
        Chart { title: &self.title, about: &self.about, drawing: self.drawing(), table }.serialize(serializer)
    }
}

impl Bars {
    fn drawing(&self) -> Drawing {
        let numbers = || self.bars.iter().map(|bar| bar.number);
        let scale = Scale::around(numbers().min().unwrap_or(0).min(0), numbers().max().unwrap_or(0).max(0));
        let left = widest(self.bars.iter().map(|bar| cut(&bar.name, NAME))) + GAP;
        let right = WIDTH - widest(numbers().map(|number| self.measure.written(number))) - GAP;
        let length = Milli::units((right - left).max(10 * CHARACTER));
        let at = |number| Milli(Milli::units(left).0 + scale.place(number, length).0);
        let height = Milli::units(ROW * self.bars.len() as i64);
        let zero = Line { class: "zero", x1: at(0), y1: Milli(0), x2: at(0), y2: height };
        let mut drawing = Drawing { width: WIDTH.to_string(), height: height.to_string(), ..Drawing::default() };
        for (row, bar) in (0..).zip(&self.bars) {
            let written = self.measure.written(bar.number);
            let (from, to) = (at(bar.number.min(0)), at(bar.number.max(0)));
            drawing.boxes.push(Rectangle {
                series: 1,
                x: from,
                y: Milli::units(row * ROW + (ROW - THICK) / 2),
                width: Milli(to.0 - from.0),
                height: Milli::units(THICK),
                title: format!("{}: {written}", bar.name),
            });
            let y = Milli::units(row * ROW + ROW / 2 + 4);
            let name = cut(&bar.name, NAME);
            drawing.labels.push(Label { class: "", x: Milli(0), y, anchor: "start", text: name });
            drawing.labels.push(Label { class: "", x: Milli::units(WIDTH), y, anchor: "end", text: written });
        }
        drawing.lines.push(zero);
        drawing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_go_to_both_sides_of_zero() {
        let bar = |name: &str, number| Bar { name: name.to_owned(), number };
        let bars = Bars {
            title: "Change".to_owned(),
            about: "One rises, one falls.".to_owned(),
            measure: Measure::Count,
            heads: ["who".to_owned(), "how much".to_owned()],
            bars: vec![bar("up", 40), bar("down", -40)],
        };
        let drawing = bars.drawing();
        // Names take 4 * 7 + 12, numbers 3 * 7 + 12: the axis is 647 long, its middle at 40 + 323.5.
        let boxes: Vec<_> = drawing.boxes.iter().map(|bar| (bar.x.0, bar.width.0, bar.title.as_str())).collect();
        assert_eq!(boxes, [(363_500, 323_500, "up: 40"), (40_000, 323_500, "down: -40")]);
        assert_eq!(drawing.lines[0].x1, Milli(363_500));
    }
}
