//! Every rule of every room.

use crate::config::Settings;
use crate::model::RuleDoc;
use crate::{Result, chrome, decode, normalise, read, repair, restructure};

/// What every rule says of itself, those of the settings' rule files included, by id.
///
/// # Errors
/// [`crate::Error::Rule`] for a rule file that is unusable.
pub fn rules(settings: &Settings) -> Result<Vec<RuleDoc>> {
    let mut all = read::rules();
    all.extend(decode::rules());
    all.extend(normalise::rules());
    all.extend(repair::rules());
    all.extend(chrome::Engine::new(&settings.chrome())?.rules());
    all.extend(restructure::rules());
    all.extend(super::paragraphs::rules());
    for own in super::documents::rules() {
        if all.iter().all(|rule| rule.id != own.id) {
            all.push(own);
        }
    }
    all.sort_by_key(|rule| rule.id);
    Ok(all)
}
