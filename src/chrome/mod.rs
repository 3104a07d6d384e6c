//! Which lines belong to the site? Text → text.
//!
//! Enters: a draft of a whole page. Leaves: its document, without the site's own lines; what meta
//! lines said goes to the notes. It refuses to take a line in doubt.

use crate::Result;
use crate::config::ChromeSettings;
use crate::model::{Draft, RuleDoc};

/// Rules and line classifier, ready to run on many documents.
#[derive(Debug)]
pub struct Engine {
    settings: ChromeSettings,
}

impl Engine {
    /// Loads the shipped rules and those of the settings.
    ///
    /// # Errors
    /// [`crate::Error::Rule`] naming the rule that is unusable.
    pub fn new(settings: &ChromeSettings) -> Result<Self> {
        Ok(Self {
            settings: settings.clone(),
        })
    }

    /// Takes the site's lines out of one page.
    pub fn run(&self, draft: &mut Draft) {
        let _ = (draft, &self.settings);
    }

    /// What the rules say of themselves, those from files included.
    pub fn rules(&self) -> Vec<RuleDoc> {
        Vec::new()
    }
}
