//! The words and pairs that a document touches, numbered from 0: what is counted by word or by
//! pair takes as much room and time as the document has of them, however large the lexicon is.

use std::ops::Range;

use super::document::Hit;
use super::lexicon::Lexicon;

/// No number.
const NONE: u32 = u32::MAX;

/// What a document touches of the lexicon.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The words that stand by themselves or may have stood at a place, in the lexicon's order.
    pub(super) rights: Vec<Right>,
    /// The pairs by which places may be swapped: those of a right word in a row.
    pub(super) pairs: Vec<Pair>,
    /// The words that stand at the places, in the order of the text.
    wrongs: Vec<Wrong>,
    /// What may have stood in the place of each wrong word, in the order of its choices.
    choices: Vec<Choice>,
}

/// A right word.
#[derive(Debug)]
pub(super) struct Right {
    /// Its place in the lexicon.
    pub(super) word: usize,
    /// How often it stands in the text.
    pub(super) survivors: f32,
    first_pair: u32,
    after_pairs: u32,
}

/// A pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// Its families, as bits.
    pub(super) families: u8,
    /// Place of its right word in the lexicon.
    pub(super) right: usize,
}

#[derive(Debug)]
struct Wrong {
    first_choice: usize,
    after_choices: usize,
    /// Its number as a right word, or `NONE`.
    as_right: u32,
}

/// A word that may have stood at a place, by its numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) pair: usize,
    pub(super) right: usize,
}

impl Right {
    /// The numbers of the pairs that swap it.
    pub(super) fn pairs(&self) -> Range<usize> {
        self.first_pair as usize..self.after_pairs as usize
    }
}

impl Page {
    /// Numbers the words of the places, what may have stood there, and the words that stand by
    /// themselves; `standing` is how often each word of the lexicon does. Each hit is told the
    /// number of its word.
    pub(super) fn new(lexicon: &Lexicon, hits: &mut [Hit], standing: &[u32]) -> Self {
        let mut page = Self::default();
        let mut number_of_word = vec![NONE; lexicon.words.len()];
        let mut number_of_pair = vec![NONE; lexicon.families.len()];
        let mut is_right: Vec<bool> = standing.iter().map(|&count| count > 0).collect();
        let mut words = Vec::new();
        for hit in hits {
            let number = &mut number_of_word[hit.wrong];
            if *number == NONE {
                *number = words.len() as u32;
                words.push(hit.wrong);
                for choice in &lexicon.choices[hit.wrong] {
                    is_right[choice.right] = true;
                    // It is touched; its number follows.
                    number_of_pair[choice.pair] = 0;
                }
            }
            hit.word = *number as usize;
        }
        number_of_word.fill(NONE);
        let rights = is_right
            .iter()
            .enumerate()
            .filter(|&(_, &is_right)| is_right);
        for (word, _) in rights {
            number_of_word[word] = page.rights.len() as u32;
            let first_pair = page.pairs.len() as u32;
            for &pair in &lexicon.pairs_of[word] {
                if number_of_pair[pair] != NONE {
                    number_of_pair[pair] = page.pairs.len() as u32;
                    page.pairs.push(Pair {
                        families: lexicon.families[pair],
                        right: word,
                    });
                }
            }
            page.rights.push(Right {
                word,
                survivors: standing[word] as f32,
                first_pair,
                after_pairs: page.pairs.len() as u32,
            });
        }
        for word in words {
            let first_choice = page.choices.len();
            let choices = lexicon.choices[word].iter().map(|choice| Choice {
                pair: number_of_pair[choice.pair] as usize,
                right: number_of_word[choice.right] as usize,
            });
            page.choices.extend(choices);
            page.wrongs.push(Wrong {
                first_choice,
                after_choices: page.choices.len(),
                as_right: number_of_word[word],
            });
        }
        page
    }

    /// How many words stand at places.
    pub(super) fn wrong_words(&self) -> usize {
        self.wrongs.len()
    }

    /// What may have stood in the place of a wrong word, by its number, in the order of its
    /// choices.
    pub(super) fn choices(&self, word: usize) -> &[Choice] {
        let wrong = &self.wrongs[word];
        &self.choices[wrong.first_choice..wrong.after_choices]
    }

    /// The number of a wrong word as a right one, if it is one for other places or stands by
    /// itself.
    pub(super) fn as_right(&self, word: usize) -> Option<usize> {
        let number = self.wrongs[word].as_right;
        (number != NONE).then_some(number as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_numbered_by_what_the_text_has_of_them() {
        let lexicon = Lexicon::new("[E]\n甲乙 丙丁\n甲乙 戊己\n丙丁 庚辛\n", &[]).unwrap();
        let place = |word: &str| lexicon.words.iter().position(|w| &**w == word).unwrap();
        let words = ["庚辛", "丙丁", "庚辛"].map(place);
        let mut hits: Vec<Hit> = words.iter().map(|&word| Hit::new(0, 6, word)).collect();
        let mut standing = vec![0; lexicon.words.len()];
        standing[place("甲乙")] = 2;
        let page = Page::new(&lexicon, &mut hits, &standing);
        assert_eq!([hits[0].word, hits[1].word, hits[2].word], [0, 1, 0]);
        assert_eq!((page.wrong_words(), page.pairs.len()), (2, 2));
        let right_of = |word: usize| &page.rights[page.choices(word)[0].right];
        assert_eq!(right_of(0).word, place("丙丁"));
        assert_eq!(right_of(1).word, place("甲乙"));
        assert_eq!(right_of(1).survivors, 2.0);
        assert!(right_of(1).pairs().contains(&page.choices(1)[0].pair));
        assert_eq!(page.as_right(0), None);
        assert_eq!(page.as_right(1), Some(page.choices(0)[0].right));
    }
}
