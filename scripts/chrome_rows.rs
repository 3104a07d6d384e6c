//! Prints what the line classifier sees: JSON lines with `id` and `text` or `html` in, `id`,
//! `dressed` and `lines` out. `scripts/train-chrome` trains on it.
//!
//! With `--weights FILE [LEVEL]` it prints `id`, the text that the room leaves under those weights
//! and each line's `chances`: `scripts/train-chrome` judges held-back hosts by it.

use std::io::{BufRead, Write};

use qingwen::Settings;
use qingwen::chrome::Engine;
use qingwen::config::ChromeLevel;
use qingwen::model::{Draft, Facts};
use qingwen::read::html;

#[derive(serde::Deserialize)]
struct Page {
    id: String,
    text: Option<String>,
    html: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let mut settings = Settings::default().chrome();
    let given: Vec<String> = std::env::args().skip(1).collect();
    let weights = match &given[..] {
        [flag, file, rest @ ..] if flag == "--weights" => {
            settings.level = match rest.first().map(String::as_str) {
                Some("cautious") => ChromeLevel::Cautious,
                Some("strict") => ChromeLevel::Strict,
                _ => ChromeLevel::Balanced,
            };
            Some(std::fs::read(file)?)
        }
        _ => None,
    };
    let engine = Engine::new(&settings)?;
    let engine = match &weights {
        Some(bytes) => engine
            .with_weights(bytes)
            .ok_or_else(|| anyhow::anyhow!("no weights"))?,
        None => engine,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let page: Page = serde_json::from_str(&line?)?;
        let (text, lines, blocks) = match (page.html, page.text) {
            (Some(html), _) => {
                let rendered = html::render(&html);
                (rendered.text, rendered.lines, rendered.blocks)
            }
            (None, text) => (text.unwrap_or_default(), Vec::new(), Vec::new()),
        };
        let row = if weights.is_some() {
            let seen = engine.seen_page(&text, lines.clone(), blocks.clone());
            let chances: Vec<f32> = seen.lines.iter().map(|line| line.chance).collect();
            let mut facts = Facts::default();
            (facts.lines, facts.blocks) = (lines, blocks);
            let mut draft = Draft::new(text, facts);
            engine.run(&mut draft);
            serde_json::json!({"id": page.id, "text": draft.text(), "chances": chances})
        } else {
            let seen = engine.seen_page(&text, lines, blocks);
            serde_json::json!({"id": page.id, "dressed": seen.dressed, "lines": seen.lines})
        };
        serde_json::to_writer(&mut out, &row)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
