//! Where the body begins and ends, by what the classifier thinks of each line.

/// Surely the site's lines in a row that part a sentence from the body.
pub(super) const PARTING_LINES: usize = 6;

/// A line as the body's bounds are drawn by.
pub(super) struct Reading {
    /// Whether it reads as the body's.
    pub(super) is_core: bool,
    /// Whether it is the body's by its form where it stands near.
    pub(super) may_be: bool,
    /// Whether it is the site's beyond doubt.
    pub(super) parts: bool,
}

/// First and last line of the body: from the first to the last line that reads as its, and on over
/// lines that are by their form, up to where a row of the site's parts them from it.
pub(super) fn core(readings: impl Iterator<Item = Reading>) -> Option<(usize, usize)> {
    let readings: Vec<Reading> = readings.collect();
    let any = |of: fn(&Reading) -> bool| readings.iter().position(of);
    let anchor = any(|line| line.is_core).or_else(|| any(|line| line.may_be))?;
    let reach = |numbers: &mut dyn Iterator<Item = usize>| {
        let (mut reached, mut parting) = (anchor, 0);
        for number in numbers {
            let line = &readings[number];
            if line.is_core || (line.may_be && parting < PARTING_LINES) {
                (reached, parting) = (number, 0);
            } else {
                parting += usize::from(line.parts);
            }
        }
        reached
    };
    let first = reach(&mut (0..anchor).rev());
    Some((first, reach(&mut (anchor + 1..readings.len()))))
}
