//! A chart of several numbers each: columns side by side, each a pile of one colour for each number.

use super::chart::{CHARACTER, Chart, Drawing, Label, Line, Measure, Rectangle, WIDTH, widest};
use super::scale::{Milli, Scale};
use super::table::{Column, Row, Table};
use serde::ser::{Serialize, Serializer};

/// The height of the drawing above the names of the columns, and with them.
const HEIGHT: i64 = 240;
const WHOLE: i64 = 268;
/// Room above the highest mark for its text.
const TOP: i64 = 10;
const GAP: i64 = 10;
/// The widest column.
const WIDEST: i64 = 56;

/// A chart of columns, in the order in which they are given. Numbers below zero are piled up downwards.
#[derive(Clone, Debug)]
pub struct Columns {
    /// What the chart shows.
    pub title: String,
    /// What there is to see in it, for those who do not see it.
    pub about: String,
    /// What the numbers count.
    pub measure: Measure,
    /// What the columns stand for: the head of the first column of the table beneath.
    pub head: String,
    /// What each number of a column is; at most seven.
    pub series: Vec<String>,
    /// The columns.
    pub stacks: Vec<Stack>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Stack {
    /// What it stands for: short, such as `2024-06`.
    pub name: String,
    /// A number for each of the chart's series.
    pub numbers: Vec<i128>,
}

impl Serialize for Columns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let heads = self.series.iter().map(|name| Column::number(name));
        let row = |stack: &Stack| {
            let numbers = stack.numbers.iter().map(|number| self.measure.written(*number));
            Row::of([stack.name.clone()].into_iter().chain(numbers))
        };
        let table = Table {
            caption: format!("{}: the numbers", self.title),
            columns: [Column::text(&self.head)].into_iter().chain(heads).collect(),
            rows: self.stacks.iter().map(row).collect(),
            note: None,
        };
        Chart { title: &self.title, about: &self.about, drawing: self.drawing(), table }.serialize(serializer)
    }
}

impl Columns {
    fn drawing(&self) -> Drawing {
        let sum = |stack: &Stack, is_meant: fn(&i128) -> bool| -> i128 {
            stack.numbers.iter().copied().filter(is_meant).sum()
        };
        let low = self.stacks.iter().map(|stack| sum(stack, |number| *number < 0)).min().unwrap_or(0);
        let high = self.stacks.iter().map(|stack| sum(stack, |number| *number > 0)).max().unwrap_or(0);
        let scale = Scale::around(low, high);
        let left = widest(scale.marks().map(|mark| self.measure.written(mark))) + GAP;
        let mut drawing = Drawing {
            width: WIDTH.to_string(),
            height: WHOLE.to_string(),
            keys: if self.series.len() > 1 { self.series.clone() } else { Vec::new() },
            ..Drawing::default()
        };
        self.draw_axis(scale, left, &mut drawing);
        self.draw_stacks(scale, left, &mut drawing);
        drawing
    }

    fn draw_axis(&self, scale: Scale, left: i64, drawing: &mut Drawing) {
        for mark in scale.marks() {
            let y = height(scale, mark);
            let class = if mark == 0 { "zero" } else { "" };
            drawing.lines.push(Line { class, x1: Milli::units(left), y1: y, x2: Milli::units(WIDTH), y2: y });
            let (x, y) = (Milli::units(left - GAP), Milli(y.0 + 4_000));
            drawing.labels.push(Label { class: "soft", x, y, anchor: "end", text: self.measure.written(mark) });
        }
    }

    fn draw_stacks(&self, scale: Scale, left: i64, drawing: &mut Drawing) {
        let each = Milli::units(WIDTH - left).0 / self.stacks.len().max(1) as i64;
        let width = (each * 2 / 3).min(Milli::units(WIDEST).0);
        // Names that would touch are left out; the table has them all.
        let name = Milli::units(widest(self.stacks.iter().map(|stack| &stack.name)) + 2 * CHARACTER).0;
        let named = usize::try_from((name + each - 1) / each.max(1)).map_or(1, |every| every.max(1));
        for (at, stack) in self.stacks.iter().enumerate() {
            let middle = Milli::units(left).0 + each * at as i64 + each / 2;
            let (mut above, mut below) = (0, 0);
            for (series, number) in stack.numbers.iter().enumerate().filter(|(_, number)| **number != 0) {
                let pile = if *number > 0 { &mut above } else { &mut below };
                let (from, to) = (height(scale, *pile), height(scale, *pile + number));
                *pile += number;
                drawing.boxes.push(Rectangle {
                    series: series + 1,
                    x: Milli(middle - width / 2),
                    y: from.min(to),
                    width: Milli(width),
                    height: Milli((from.0 - to.0).abs()),
                    title: format!("{}, {}: {}", stack.name, self.series[series], self.measure.written(*number)),
                });
            }
            if at % named == 0 {
                let (x, y, text) = (Milli(middle), Milli::units(WHOLE - 6), stack.name.clone());
                drawing.labels.push(Label { class: "", x, y, anchor: "middle", text });
            }
        }
    }
}

/// Returns how far from the top a number is.
fn height(scale: Scale, number: i128) -> Milli {
    Milli(Milli::units(HEIGHT).0 - scale.place(number, Milli::units(HEIGHT - TOP)).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_piled_up_above_zero_and_below_it() {
        let stack = |name: &str, numbers: [i128; 3]| Stack { name: name.to_owned(), numbers: numbers.to_vec() };
        let columns = Columns {
            title: "Months".to_owned(),
            about: "Two months.".to_owned(),
            measure: Measure::Count,
            head: "month".to_owned(),
            series: ["granted", "restored", "expired"].map(str::to_owned).to_vec(),
            stacks: vec![stack("2024-05", [20, 10, -10]), stack("2024-06", [0, 40, 0])],
        };
        let drawing = columns.drawing();
        // From -10 to 40 there are 230 units, 4.6 each; zero is at 240 - 46.
        let boxes: Vec<_> = drawing.boxes.iter().map(|own| (own.series, own.y.0, own.height.0)).collect();
        assert_eq!(boxes, [(1, 102_000, 92_000), (2, 56_000, 46_000), (3, 194_000, 46_000), (2, 10_000, 184_000)]);
        assert_eq!(drawing.boxes[2].title, "2024-05, expired: -10");
        let zero: Vec<_> = drawing.lines.iter().filter(|line| line.class == "zero").map(|line| line.y1.0).collect();
        assert_eq!(zero, [194_000]);
    }

    #[test]
    fn names_of_many_columns_do_not_touch() {
        let stacks = (1..=36).map(|month| Stack { name: format!("2024-{month:02}"), numbers: vec![month] });
        let columns = Columns {
            title: "Months".to_owned(),
            about: "Three years.".to_owned(),
            measure: Measure::Count,
            head: "month".to_owned(),
            series: vec!["granted".to_owned()],
            stacks: stacks.collect(),
        };
        let drawing = columns.drawing();
        let names: Vec<_> = drawing.labels.iter().filter(|label| label.class.is_empty()).collect();
        assert_eq!((names[0].text.as_str(), drawing.keys.len()), ("2024-01", 0));
        assert!(
            names.windows(2).all(|two| two[1].x.0 - two[0].x.0 >= 63_000),
            "63 units for seven characters and a gap"
        );
    }
}
