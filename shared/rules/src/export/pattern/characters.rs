//! Characters and classes, spelled out.

use super::{Flavor, Printer};
use regex_syntax::hir::ClassUnicode;
use std::fmt::Write as _;

impl Printer {
    pub(super) fn class(&mut self, class: &ClassUnicode) -> Result<(), String> {
        let mut others = class.clone();
        others.negate();
        if class.ranges().is_empty() {
            return Err("it holds a class without characters, which matches nothing".to_owned());
        }
        if let [range] = class.ranges()
            && range.start() == range.end()
        {
            self.character(range.start(), false);
            return Ok(());
        }
        let negated = others.ranges().len() < class.ranges().len() && !others.ranges().is_empty();
        self.out.push_str(if negated { "[^" } else { "[" });
        for range in (if negated { &others } else { class }).ranges() {
            self.character(range.start(), true);
            if range.start() < range.end() {
                if u32::from(range.end()) - u32::from(range.start()) > 1 {
                    self.out.push('-');
                }
                self.character(range.end(), true);
            }
        }
        self.out.push(']');
        Ok(())
    }

    /// A character that stands for itself, inside a class or not.
    pub(super) fn character(&mut self, c: char, in_class: bool) {
        let special = if in_class { r"\]^-[&~|" } else { r"\.+*?()|[]{}^$" };
        // Quotes would end the literals of Spark and Python.
        let quote = matches!(c, '\'' | '"') && matches!(self.flavor, Flavor::Java | Flavor::Python);
        if special.contains(c) {
            self.out.extend(['\\', c]);
        } else if (' '..='~').contains(&c) && !quote || is_readable(c) {
            self.out.push(c);
        } else {
            let code = u32::from(c);
            let _infallible = match self.flavor {
                Flavor::Re2 | Flavor::Java => write!(self.out, r"\x{{{code:X}}}"),
                Flavor::Postgres | Flavor::Python if code < 0x1_0000 => write!(self.out, r"\u{code:04X}"),
                Flavor::Postgres | Flavor::Python => write!(self.out, r"\U{code:08X}"),
            };
        }
    }
}

/// Letters of scripts that go from left to right and stand alone.
fn is_readable(c: char) -> bool {
    let script = matches!(c, '\u{aa}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}' | '\u{3041}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    script && c.is_alphanumeric()
}
