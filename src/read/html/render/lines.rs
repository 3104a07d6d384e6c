//! The lines of the page: white space collapsed, and what surrounds each line noted.

use super::super::element::{Hint, Kind};
use super::{Renderer, is_block};
use crate::model::{ByteSpan, LineFact};

impl Renderer {
    pub(super) fn write(&mut self, text: &str) {
        if self.skipped > 0 {
            return;
        }
        if self.pres > 0 {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.end_line();
                }
                self.write_raw(line.trim_end_matches('\r'));
            }
            return;
        }
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte.is_ascii_whitespace()) {
            if at > 0 {
                self.write_raw(&rest[..at]);
            }
            self.space_waiting = true;
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            self.write_raw(rest);
        }
    }

    /// Writes text that holds no white space to collapse.
    fn write_raw(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.text.len() == self.line_start {
            self.start_line();
        } else if self.space_waiting && !self.text.ends_with('\t') {
            self.text.push(' ');
        }
        self.space_waiting = false;
        self.text.push_str(text);
        let ink = text
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .count();
        let ink = u32::try_from(ink).unwrap_or(u32::MAX);
        self.ink_chars = self.ink_chars.saturating_add(ink);
        if self.links > 0 {
            self.link_chars = self.link_chars.saturating_add(ink);
        }
        if self.codes > 0 || self.pres > 0 {
            self.code_chars = self.code_chars.saturating_add(ink);
        }
    }

    /// Notes what surrounds the line that begins here.
    fn start_line(&mut self) {
        let mut flags = LineFact::default();
        if let Some(top) = self.stack.last() {
            flags.in_chrome_element = top.hint == Hint::Chrome;
            flags.in_content_element = top.hint == Hint::Content;
            flags.hidden = top.hidden;
            flags.block = top.block;
        }
        let mut blocks = 0;
        for open in self.stack.iter().rev() {
            match open.kind {
                Kind::Heading(level) => flags.heading = level,
                Kind::Item => flags.in_list = true,
                Kind::Cell => flags.in_table = true,
                Kind::Title => flags.is_page_title = true,
                _ => {}
            }
            if is_block(open.kind) {
                blocks += 1;
                if blocks == 2 {
                    flags.container = open.block;
                    break;
                }
            }
        }
        self.line_block = flags.block;
        self.line_flags = flags;
    }

    pub(super) fn end_cell(&mut self) {
        if self.text.len() > self.line_start && !self.text.ends_with('\t') {
            self.text.push('\t');
        }
        self.space_waiting = false;
    }

    pub(super) fn end_line(&mut self) {
        self.space_waiting = false;
        let kept = self.text[self.line_start..].trim_end().len();
        self.text.truncate(self.line_start + kept);
        if kept == 0 || self.ink_chars == 0 {
            self.text.truncate(self.line_start);
        } else {
            let mut fact = std::mem::take(&mut self.line_flags);
            fact.span = ByteSpan::new(self.line_start, self.text.len());
            fact.link_ratio = self.link_chars as f32 / self.ink_chars as f32;
            fact.is_code = self.code_chars * 2 > self.ink_chars;
            self.lines.push(fact);
            self.text.push('\n');
        }
        self.line_start = self.text.len();
        (self.ink_chars, self.link_chars, self.code_chars) = (0, 0, 0);
    }
}
