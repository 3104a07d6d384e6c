//! What comes again: nights, ids, other settings.

use qingwen::Settings;
use qingwen::pipeline::night::{Met, Night};

use super::make::{night, nights, rows};

#[test]
fn the_same_night_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let nights = nights(3, 80);
    let mut last = Vec::new();
    for items in &nights {
        last = rows(&night(folder.path(), &settings, items).unwrap().0);
    }
    let before = std::fs::read(folder.path().join("MANIFEST")).unwrap();
    let (outcome, report) = night(folder.path(), &settings, &nights[2]).unwrap();
    assert!(report.is_repeated && report.night == 3);
    assert_eq!(rows(&outcome), last);
    assert_eq!(
        std::fs::read(folder.path().join("MANIFEST")).unwrap(),
        before
    );
    // Some known, some new.
    let mut mixed = nights[1][..30].to_vec();
    mixed.extend(self::nights(4, 80)[3][..10].to_vec());
    let (_, report) = night(folder.path(), &settings, &mixed).unwrap();
    assert_eq!((report.known_docs, report.new_docs), (30, 10));
}

#[test]
fn other_settings_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    night(folder.path(), &Settings::default(), &nights(1, 20)[0]).unwrap();
    let other = Settings {
        jaccard: 0.8,
        ..Settings::default()
    };
    let error = night(folder.path(), &other, &nights(1, 20)[0])
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("jaccard is 0.7 there and 0.8 here"),
        "{error}"
    );
}

#[test]
fn known_ids_are_met_as_told() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let items = nights(1, 30).remove(0);
    night(folder.path(), &settings, &items).unwrap();
    let (id, same) = (items[0].id.clone(), items[0].text.clone());
    let meet = |settings: &Settings, text: &str| {
        let mut night = Night::open(folder.path(), settings, &std::env::temp_dir(), None).unwrap();
        night.meet(&id, &[text], |_| false).unwrap()
    };
    assert_eq!(meet(&settings, &same), Met::Same(id.clone()));
    assert_eq!(meet(&settings, "别的"), Met::Version(format!("{id}~2")));
    let skip = Settings {
        on_known_id: qingwen::config::OnKnownId::Skip,
        ..Settings::default()
    };
    assert_eq!(meet(&skip, "别的"), Met::Skip);
}
