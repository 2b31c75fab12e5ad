//! Asks questions on a terminal; takes the usual answer where nobody can be asked.

use super::exit::{Code, Failure};
use super::say::{say, say_part};
use std::io::{BufRead, IsTerminal, stderr, stdin};

/// Asks somebody, where somebody is there.
pub(crate) struct Asker {
    is_there: bool,
    answers: Box<dyn BufRead>,
}

impl Asker {
    /// Somebody is there where both the questions and the answers go through a terminal.
    pub(crate) fn of_terminal() -> Asker {
        Asker { is_there: stdin().is_terminal() && stderr().is_terminal(), answers: Box::new(stdin().lock()) }
    }

    pub(crate) fn is_there(&self) -> bool {
        self.is_there
    }

    /// Says what can be chosen from, before it is asked.
    pub(crate) fn tell_choices<const N: usize>(&self, choices: [(&str, &str); N]) {
        if self.is_there {
            choices.iter().for_each(|(name, words)| say(format_args!("  {name:<10}{words}")));
        }
    }

    /// Asks until the answer can be read; an empty one is what is usual. Without anybody it is that at once.
    pub(crate) fn ask<T>(
        &mut self,
        question: &str,
        usual: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        loop {
            let answer = match (self.is_there, usual) {
                (true, _) => self.line(question, usual)?,
                (false, usual) => {
                    let usual = usual.unwrap_or_default();
                    say(format_args!("{question}: {usual}, since nothing else was said"));
                    usual.to_owned()
                }
            };
            match read(&answer) {
                Ok(value) => return Ok(value),
                Err(fault) if self.is_there => say(fault),
                Err(fault) => return Err(Failure::usage(fault)),
            }
        }
    }

    fn line(&mut self, question: &str, usual: Option<&str>) -> Result<String, Failure> {
        let shown = usual.map_or(String::new(), |usual| format!(" [{usual}]"));
        say_part(format_args!("{question}{shown}: "));
        let mut answer = String::new();
        match self.answers.read_line(&mut answer) {
            Ok(0) | Err(_) => Err(Failure::new(Code::Stopped, "the questions were not answered: nothing was written")),
            Ok(_) => Ok(Some(answer.trim()).filter(|text| !text.is_empty()).or(usual).unwrap_or_default().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(is_there: bool, answers: &str) -> Result<u32, String> {
        let mut asker = Asker { is_there, answers: Box::new(std::io::Cursor::new(answers.to_owned())) };
        let read = |text: &str| text.parse().map_err(|_| format!("`{text}` is no number"));
        asker.ask("How many", Some("7"), read).map_err(|failure| failure.message)
    }

    #[test]
    fn an_empty_answer_is_what_is_usual_and_a_wrong_one_is_asked_again() {
        assert_eq!(asked(true, "\n"), Ok(7));
        assert_eq!(asked(true, "many\n 12 \n"), Ok(12));
        assert_eq!(asked(true, "many\n"), Err("the questions were not answered: nothing was written".to_owned()));
    }

    #[test]
    fn nobody_is_asked_without_a_terminal() {
        assert_eq!(asked(false, "12\n"), Ok(7));
    }
}
