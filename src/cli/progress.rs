//! How far a run is, on a terminal; nothing elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::say;
use crate::pipeline::Progress;

/// Steps per second that are drawn.
const DRAWS_A_SECOND: u8 = 10;

/// A line that shows records, bytes, rate and, where the size is known, the time left.
#[derive(Default)]
pub(super) struct Line {
    bar: Mutex<Option<ProgressBar>>,
    shown: bool,
}

impl Line {
    /// `when` is `auto`, `always` or `never`.
    pub(super) fn new(when: &str, quiet: bool) -> Self {
        let shown = match when {
            "always" => true,
            "never" => false,
            _ => std::io::stderr().is_terminal() && !quiet,
        };
        Self {
            shown,
            ..Self::default()
        }
    }
}

impl Progress for Line {
    fn begin(&self, stage: &str, total_bytes: Option<u64>) {
        if !self.shown {
            return;
        }
        let target = ProgressDrawTarget::stderr_with_hz(DRAWS_A_SECOND);
        let (bar, template) = match total_bytes {
            Some(total) => (
                ProgressBar::with_draw_target(Some(total), target),
                "{prefix:>8} [{bar:24}] {msg}, {bytes_per_sec}, {eta} left",
            ),
            None => (
                ProgressBar::with_draw_target(None, target),
                "{prefix:>8} {spinner} {msg}, {bytes_per_sec}, {elapsed} so far",
            ),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(stage.to_owned());
        bar.enable_steady_tick(Duration::from_millis(500));
        if let Ok(mut slot) = self.bar.lock() {
            *slot = Some(bar);
        }
    }

    fn at(&self, bytes: u64, records: u64) {
        if let Ok(slot) = self.bar.lock()
            && let Some(bar) = slot.as_ref()
        {
            let size = match bar.length() {
                Some(total) => format!("{} of {}", HumanBytes(bytes), HumanBytes(total)),
                None => HumanBytes(bytes).to_string(),
            };
            bar.set_message(format!("{} records, {size}", HumanCount(records)));
            bar.set_position(bytes);
        }
    }

    fn warn(&self, line: &str) {
        match self.bar.lock().ok().and_then(|slot| slot.clone()) {
            Some(bar) => bar.suspend(|| say(line)),
            None => say(line),
        }
    }

    fn end(&self) {
        if let Ok(mut slot) = self.bar.lock()
            && let Some(bar) = slot.take()
        {
            bar.finish_and_clear();
        }
    }
}
