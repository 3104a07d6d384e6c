//! What was it before it broke? Text → text.
//!
//! Enters: a draft in which a site may have swapped words. Leaves: the words that stood there,
//! where that is certain; findings where it is not. It refuses to touch a word that could be right.

use crate::Result;
use crate::config::RepairSettings;
use crate::model::{Draft, RuleDoc};

/// The lexicon and model, ready to run on many documents.
#[derive(Debug)]
pub struct Engine {
    settings: RepairSettings,
}

impl Engine {
    /// Loads lexicon and model.
    ///
    /// # Errors
    /// [`crate::Error::Config`] when the model file is unusable.
    pub fn new(settings: &RepairSettings) -> Result<Self> {
        Ok(Self {
            settings: settings.clone(),
        })
    }

    /// Repairs one document and notes how spun it is.
    pub fn run(&self, draft: &mut Draft) {
        let _ = (draft, &self.settings);
    }
}

/// What this room's rules say of themselves.
pub fn rules() -> Vec<RuleDoc> {
    Vec::new()
}
