//! Learnt lines as a rule file that a person can review.

use super::Learnt;

/// The rule file of what was learnt: a rule a site, its lines with their evidence as comments,
/// most frequent first. Lines can be taken out by hand before the file is used with `--rules`.
pub fn to_toml(learnt: &[Learnt], pages: u64) -> String {
    let mut out = format!(
        "# Site text learnt from {pages} pages. Review it, take out what is text, use it with --rules.\n\
         # In `lines`, # stands for a run of digits. Evidence: pages that hold the line, their share\n\
         # of the site's pages, where it stands.\n"
    );
    let mut number = 0;
    for site in learnt.chunk_by(|a, b| a.site == b.site) {
        number += 1;
        let name = &site[0].site;
        out.push_str(&format!(
            "\n[[rule]]\nid = \"chrome/learnt-{number}\"\nsince = \"learnt\"\nscope = \"line\"\n"
        ));
        if name.is_empty() {
            // Of no known site: a page must show several of the lines before any goes.
            out.push_str("together = 2\n");
        } else {
            out.push_str(&format!("hosts = [{}]\n", quoted(name)));
        }
        out.push_str("max_chars = 100000\nlines = [\n");
        for line in site {
            out.push_str(&format!(
                "  {}, # {} pages, {:.1} %, {}\n",
                quoted(&line.line),
                line.docs,
                line.share * 100.0,
                line.position
            ));
        }
        out.push_str("]\n");
        let place = if name.is_empty() {
            "the corpus".to_owned()
        } else {
            one_line(name)
        };
        out.push_str(&format!(
            "what = {}\n",
            quoted(&format!("Lines that repeat across the pages of {place}."))
        ));
        out.push_str(
            "why = \"They stand at like places in many pages, among others of their kind.\"\n",
        );
        out.push_str("leaves_alone = \"Headings, salutations, signatures and dates, however often they repeat.\"\n");
        out.push_str("risk = \"A sentence that every page of a small site ends with may be its text: review the list.\"\n");
        let examples: Vec<&str> = site
            .iter()
            .flat_map(|line| line.examples.iter().map(String::as_str))
            .take(2)
            .collect();
        let removes: Vec<String> = examples
            .iter()
            .cycle()
            .take(2)
            .map(|text| quoted(text))
            .collect();
        out.push_str(&format!("removes = [{}]\n", removes.join(", ")));
        out.push_str("keeps = [\"一、指导思想\", \"特此通知。\"]\n");
    }
    out
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// A TOML basic string; document text is hostile.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
