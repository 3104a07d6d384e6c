//! Documents of some nights, and how they are fed and read back.

use std::collections::BTreeSet;
use std::path::Path;

use qingwen::Settings;
use qingwen::cluster::Rank;
use qingwen::pipeline::Outcome;
use qingwen::pipeline::care;
use qingwen::pipeline::dedupe::{Dedupe, DedupeItem};
use qingwen::pipeline::night::{Night, NightReport, NightStamp};

use crate::laws::dedupe::text;

/// Documents of some nights: own texts, noisy copies, masked copies, siblings, exact copies of
/// tonight and of earlier nights, and texts too short to compare.
pub(crate) fn nights(count: u32, docs: u32) -> Vec<Vec<DedupeItem>> {
    (0..count)
        .map(|night| (0..docs).map(|nth| document(night, nth, docs)).collect())
        .collect()
}

fn document(night: u32, nth: u32, docs: u32) -> DedupeItem {
    let number = u64::from(night * docs + nth);
    let earlier = number * 7919 % (number / 2 + 1);
    let body = match number % 9 {
        0..=2 => text(number, 6 + number % 20),
        3 => text(earlier, 6 + earlier % 20),
        4 => text(earlier, 6 + earlier % 20).replace('，', ","),
        5 => {
            let whole = text(earlier, 6 + earlier % 20);
            let cut = whole.char_indices().nth(40).map_or(0, |(at, _)| at);
            format!("转发：{}", &whole[cut..])
        }
        6 => text(earlier, 6 + earlier % 20)
            .replace("青石", "云台")
            .replace('3', "8"),
        7 => text(earlier, 6 + earlier % 20).replace(|c: char| c.is_ascii_digit(), "×"),
        _ => ["谢谢。", "详见附件", "同上"][(number % 3) as usize].to_owned(),
    };
    let id = format!("夜{night}/{:03}", (nth * 37) % docs);
    DedupeItem {
        record: id.clone(),
        id,
        part: 1,
        rank: Rank {
            body_chars: body.chars().count() as u64,
            losses: (number % 5) as u32,
            ..Rank::default()
        },
        text: body,
        ..DedupeItem::default()
    }
}

pub(crate) fn rows(outcome: &Outcome) -> Vec<String> {
    outcome
        .assignments()
        .map(|row| serde_json::to_string(&row).unwrap())
        .collect()
}

pub(crate) fn night(
    root: &Path,
    settings: &Settings,
    items: &[DedupeItem],
) -> qingwen::Result<(Outcome, NightReport)> {
    let tmp = std::env::temp_dir();
    let mut night = Night::open(root, settings, &tmp, None)?;
    for batch in items.chunks(50) {
        night.add_batch(batch.to_vec())?;
    }
    night.finish(&NightStamp::default())
}

pub(crate) fn batch(settings: &Settings, nights: &[Vec<DedupeItem>]) -> Outcome {
    let mut dedupe = Dedupe::new(settings, &std::env::temp_dir()).unwrap();
    for (night, items) in (1..).zip(nights) {
        let mut items = items.clone();
        for item in &mut items {
            item.rank.night = night;
        }
        dedupe.add_batch(items).unwrap();
    }
    dedupe.finish().unwrap()
}

pub(crate) fn exported(root: &Path) -> Vec<String> {
    let mut rows = Vec::new();
    care::export(
        root,
        |row| {
            rows.push(serde_json::to_string(row).unwrap());
            Ok(())
        },
        |_| Ok(()),
        |_| Ok(()),
    )
    .unwrap();
    rows
}

/// The rows of the exported `edges.jsonl`, and the ids in them.
pub(crate) fn edges(root: &Path) -> (BTreeSet<String>, Vec<String>) {
    let (mut ids, mut rows) = (BTreeSet::new(), Vec::new());
    care::export(
        root,
        |_| Ok(()),
        |_| Ok(()),
        |edge| {
            ids.extend([edge.a.to_owned(), edge.b.to_owned()]);
            rows.push(serde_json::to_string(edge).unwrap());
            Ok(())
        },
    )
    .unwrap();
    (ids, rows)
}

/// Pages of one template, more than a bucket is compared in full, and noisy copies of some.
pub(crate) fn templates(count: u32, docs: u32) -> Vec<Vec<DedupeItem>> {
    let common = text(77, 24);
    let page = |number: u32| {
        let own = text(u64::from(number) + 5000, 3);
        format!("{common}{own}")
    };
    (0..count)
        .map(|night| {
            (0..docs)
                .map(|nth| {
                    let number = night * docs + nth;
                    let body = match number % 5 {
                        3 => page(number / 2).replacen('，', "、", 3),
                        4 => {
                            let whole = page(number / 3);
                            let at = 30 + (number as usize * 7) % 60;
                            let noise = ["龘", "囧", "〇甲"][number as usize % 3];
                            whole
                                .chars()
                                .enumerate()
                                .map(|(n, c)| match n == at || n == at + 40 {
                                    true => format!("{c}{noise}"),
                                    false => c.to_string(),
                                })
                                .collect()
                        }
                        _ => page(number),
                    };
                    let id = format!("页{night}/{nth:03}");
                    DedupeItem {
                        record: id.clone(),
                        id,
                        part: 1,
                        rank: Rank {
                            body_chars: body.chars().count() as u64,
                            ..Rank::default()
                        },
                        text: body,
                        ..DedupeItem::default()
                    }
                })
                .collect()
        })
        .collect()
}
