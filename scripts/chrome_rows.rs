//! Prints what the line classifier sees: JSON lines with `id` and `text` in, `id`, `dressed` and
//! `lines` out. `scripts/train-chrome` trains on it.

use std::io::{BufRead, Write};

use qingwen::Settings;
use qingwen::chrome::Engine;

#[derive(serde::Deserialize)]
struct Page {
    id: String,
    text: String,
}

fn main() -> anyhow::Result<()> {
    let engine = Engine::new(&Settings::default().chrome())?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let page: Page = serde_json::from_str(&line?)?;
        let seen = engine.seen(&page.text);
        let row = serde_json::json!({"id": page.id, "dressed": seen.dressed, "lines": seen.lines});
        serde_json::to_writer(&mut out, &row)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
