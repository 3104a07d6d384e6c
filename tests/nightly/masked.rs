//! Boilerplate that signatures leave out: frozen by the first night or by a file.

use std::path::Path;

use qingwen::Settings;
use qingwen::config::Masks;
use qingwen::fingerprint::{CANONICAL_VERSION, tables_xxh3};
use qingwen::pipeline::care;
use qingwen::pipeline::dedupe::DedupeItem;

use super::make::{batch, exported, night, rows};
use crate::laws::dedupe::text;

/// Han characters drawn by a number, no two texts alike.
fn drawn(seed: u64, chars: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
    (0..chars)
        .filter_map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(0x4E00 + (state >> 40) as u32 % 3000)
        })
        .collect()
}

/// Nights of pages of one site in its dress, some of them copies of earlier ones.
fn dressed(count: u32, docs: u32) -> Vec<Vec<DedupeItem>> {
    let dress = drawn(77, 260);
    let page = |number: u32| {
        let of = match number % 6 {
            5 => number * 7 % (number / 2 + 1),
            _ => number,
        };
        let body = drawn(u64::from(of) + 1000, 420) + &text(u64::from(of), 2);
        let id = format!("页{number:04}");
        let text = match of == number {
            true => format!("{dress}\n{body}"),
            false => format!(
                "{dress}\n{}",
                body.replace('，', ", ").replacen('户', "户户", 1)
            ),
        };
        DedupeItem {
            record: id.clone(),
            id,
            part: 1,
            text,
            site: Some("www.a.example".into()),
            ..DedupeItem::default()
        }
    };
    (0..count)
        .map(|night| (night * docs..(night + 1) * docs).map(page).collect())
        .collect()
}

fn feed(root: &Path, settings: &Settings, nights: &[Vec<DedupeItem>]) -> Vec<String> {
    let mut out = Vec::new();
    for items in nights {
        out.extend(rows(&night(root, settings, items).unwrap().0));
    }
    out
}

fn with(masks: Masks) -> Settings {
    Settings {
        masks,
        ..Settings::default()
    }
}

#[test]
fn the_first_night_settles_the_masks_and_nights_decide_as_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let (index, file) = (folder.path().join("index"), folder.path().join("masks.txt"));
    let settings = Settings::default();
    let nights = dressed(4, 90);
    let whole = batch(&settings, &nights);
    assert!(whole.facts.masked_shingles > 100, "{:?}", whole.facts);
    let at_once = rows(&whole);
    let dropped = at_once.iter().filter(|row| row.contains("\"keep\":false"));
    assert!(dropped.count() > 30, "the corpus tests something");
    assert_eq!(feed(&index, &settings, &nights), at_once);
    care::verify(&index).unwrap();
    care::compact(&index, None, None).unwrap();
    care::verify(&index).unwrap();
    assert_eq!(exported(&index), at_once);
    // Frozen in a file they give the same, in a new index and in one run.
    let text = whole.masks().to_text(CANONICAL_VERSION, tables_xxh3());
    std::fs::write(&file, text).unwrap();
    let frozen = with(Masks::File(file.clone()));
    assert_eq!(rows(&batch(&frozen, &nights)), at_once);
    assert_eq!(
        feed(&folder.path().join("other"), &frozen, &nights),
        at_once
    );
    night(&index, &frozen, &nights[0]).unwrap();
    // Others are refused in one line.
    std::fs::write(
        &file,
        qingwen::model::Boilerplate::new(vec![5]).to_text(CANONICAL_VERSION, tables_xxh3()),
    )
    .unwrap();
    let refused = night(&index, &frozen, &nights[0]).unwrap_err().to_string();
    assert!(
        refused.contains("other masks") && !refused.contains('\n'),
        "{refused}"
    );
    // A rebuilding keeps them.
    care::verify(&index).unwrap();
    qingwen::pipeline::rebuild::rebuild(
        &index,
        &std::collections::BTreeMap::new(),
        folder.path(),
        None,
    )
    .unwrap();
    assert_eq!(exported(&index), at_once);
}

#[test]
fn an_index_without_masks_goes_on_without() {
    let folder = tempfile::tempdir().unwrap();
    let nights = dressed(3, 90);
    let off = with(Masks::Off);
    let at_once = rows(&batch(&off, &nights));
    let mut one_by_one = feed(folder.path(), &off, &nights[..1]);
    one_by_one.extend(feed(folder.path(), &Settings::default(), &nights[1..]));
    assert_eq!(one_by_one, at_once);
}

#[test]
fn masks_spare_work_and_cost_no_copy_whatever_the_order() {
    let nights = dressed(1, 300);
    let (auto, off) = (
        batch(&Settings::default(), &nights),
        batch(&with(Masks::Off), &nights),
    );
    assert!(
        auto.facts.candidates * 5 < off.facts.candidates,
        "{:?} {:?}",
        auto.facts,
        off.facts
    );
    assert_eq!(rows(&auto), rows(&off));
    let mut turned = nights.clone();
    turned[0].reverse();
    let other = batch(&Settings::default(), &turned);
    assert_eq!(other.masks(), auto.masks());
    let (mut a, mut b) = (rows(&auto), rows(&other));
    a.sort();
    b.sort();
    assert_eq!(a, b);
}
