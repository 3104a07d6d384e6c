//! Is a repeated line dress or text?

/// Where a frequent line stands in the pages of its site.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// Pages in which it stands.
    pub(super) docs: u32,
    pub(super) line: String,
    pub(super) site: u64,
    /// Before the first line of running text.
    pub(super) before: u32,
    /// After the last.
    pub(super) after: u32,
    /// Between them.
    pub(super) amid: u32,
    /// In pages without running text.
    pub(super) bodyless: u32,
    /// Next to the page's edge or to another frequent line.
    pub(super) beside: u32,
    /// Right before the first or right after the last line of running text.
    pub(super) touching: u32,
    pub(super) examples: Vec<String>,
}

impl Places {
    pub(super) fn new(docs: u32) -> Self {
        Self {
            docs,
            ..Self::default()
        }
    }
}

/// A line that belongs to a site, with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Learnt {
    /// Host, folder, or nothing where sites are unknown.
    pub site: String,
    /// The line, each run of digits as `#`.
    pub line: String,
    /// Pages of the site in which it stands.
    pub docs: u32,
    /// Those over all pages of the site, 0 to 1.
    pub share: f64,
    /// `top`, `tail` or `amid`.
    pub position: &'static str,
    /// Up to three lines as they stand.
    pub examples: Vec<String>,
}

pub(super) fn judge(places: &Places, site: &str, site_docs: u32, spread: u32) -> Option<Learnt> {
    let placed = places.before + places.after + places.amid;
    let seen = placed + places.bodyless;
    if seen == 0 || places.line.is_empty() {
        return None;
    }
    let of = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    let share = of(places.docs, site_docs).min(1.0);
    let edge = of(places.before + places.after, placed);
    let beside = of(places.beside, seen);
    let touching = of(places.touching, seen);
    let shape = Shape::of(&places.line);
    let repeated = share >= 0.05 || places.docs >= 20;
    let apart = edge >= 0.98 && beside >= 0.95 && touching <= 0.2 && placed * 2 >= seen;
    let taken = match shape {
        Shape::Text => false,
        // A numbered list of titles below every page: no text has its own headings there.
        Shape::Heading => {
            apart && places.docs >= 20 && places.after > places.before && is_long(&places.line)
        }
        Shape::Site => repeated && (placed == 0 || edge >= 0.9) && beside >= 0.5,
        // One-sided: dress stands at one end, formulas of a letter at either.
        Shape::Sentence => {
            share >= 0.3 && edge >= 0.95 && beside >= 0.9 && touching <= 0.5 && placed * 2 >= seen
        }
        Shape::Label if placed == 0 => share >= 0.3 && beside >= 0.9,
        Shape::Label if edge >= 0.9 => {
            // What always leans on the body is a salutation or a signature, unless nearly every
            // page has it.
            repeated && (beside >= 0.8 || share >= 0.5) && (touching <= 0.7 || share >= 0.8)
        }
        Shape::Label => share >= 0.6 && spread <= 3,
    };
    taken.then(|| Learnt {
        site: site.to_owned(),
        line: places.line.clone(),
        docs: places.docs,
        share,
        position: if edge < 0.5 {
            "amid"
        } else if places.before >= places.after {
            "top"
        } else {
            "tail"
        },
        examples: places.examples.clone(),
    })
}

fn is_long(line: &str) -> bool {
    line.chars().count() >= 14
}

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Never dress, however often it stands: salutations, closing formulas, dates, signatures.
    Text,
    /// The head of a text's part, by its number.
    Heading,
    /// A line with a site's words, or without any Chinese: no salutation, no signature.
    Site,
    /// A whole sentence.
    Sentence,
    /// Anything else.
    Label,
}

const CLOSINGS: &[&str] = &[
    "特此通知",
    "特此公告",
    "特此报告",
    "特此函告",
    "特此说明",
    "特此证明",
    "特此批复",
    "谢谢大家",
    "谢谢",
    "此致",
    "敬礼",
    "以上报告",
    "妥否",
    "请批示",
    "请审议",
    "祝大家",
    "祝您",
    "完",
    "全文完",
    "附件",
    "注：",
    "备注：",
    "摘要",
    "关键词",
    "参考文献",
    "正文",
    "前言",
    "目录",
    "引言",
    "结论",
    "致谢",
];

const SIGNERS: &[char] = &[
    '局', '委', '办', '府', '部', '会', '院', '校', '司', '处', '厅', '署', '室', '组', '团', '党',
    '站', '所', '社', '科', '队', '县', '市', '省', '区', '乡', '镇', '村',
];

impl Shape {
    fn of(line: &str) -> Self {
        let bare = line.trim();
        let chars = bare.chars().count();
        let letters = bare
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .count();
        if letters == 0 {
            // A rule of dashes or stars may part the sections of a text.
            return Self::Text;
        }
        if is_date(bare) || bare.ends_with(['：', ':']) && chars > 4 {
            return Self::Text;
        }
        // 某县防汛快报第#期: the titles of a series differ in their number alone.
        if bare.contains("第#") && !bare.contains(['页', '楼']) {
            return if is_heading(bare) {
                Self::Heading
            } else {
                Self::Text
            };
        }
        if is_heading(bare) {
            return Self::Heading;
        }
        if CLOSINGS.iter().any(|closing| bare.starts_with(closing)) && chars <= 16 {
            return Self::Text;
        }
        let words_of_a_site = [
            "版权",
            "主办",
            "承办",
            "备案",
            "ICP",
            "首页",
            "网站",
            "当前位置",
            "地址",
            "电话",
            "邮编",
        ];
        let has_site_word = words_of_a_site.iter().any(|word| bare.contains(word));
        let has_han = bare
            .chars()
            .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
        if (has_site_word || !has_han) && chars <= 40 {
            return Self::Site;
        }
        if chars <= 30
            && bare.ends_with(SIGNERS)
            && !bare.contains([' ', '>', '|', '·', '»', '：', '#'])
            && chars >= 4
        {
            return Self::Text;
        }
        let stops = bare
            .chars()
            .filter(|letter| matches!(letter, '。' | '！' | '？' | '；'))
            .count();
        if stops > 0 && chars >= 12 {
            Self::Sentence
        } else {
            Self::Label
        }
    }
}

/// `一、`, `（二）`, `第#章`, `#.`, `#、`: heads of a text's own parts.
fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches(['（', '(', '第', '【', ' ']);
    let number = rest
        .find(|letter: char| !"一二三四五六七八九十百零〇#".contains(letter))
        .unwrap_or(rest.len());
    number > 0
        && rest[number..].starts_with([
            '、', '）', ')', '.', '．', '章', '节', '条', '编', '篇', '部', '款', '项', '，',
        ])
}

/// A date alone: `#年#月#日`, `#-#-#`, also in Chinese numerals.
fn is_date(line: &str) -> bool {
    let known = "年月日#-/.：: 〇○零一二三四五六七八九十元星期上下午时分（）()";
    line.chars().all(|letter| known.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_letters_and_laws_repeat_is_text() {
        for line in ["一、指导思想", "（二）基本原则", "第#章 总则"] {
            assert_eq!(Shape::of(line), Shape::Heading, "{line}");
        }
        for line in [
            "特此通知。",
            "某县防汛快报第#期",
            "#年#月#日",
            "二〇二〇年三月一日",
            "各县（市、区）人民政府：",
            "某市教育局",
            "------",
        ] {
            assert_eq!(Shape::of(line), Shape::Text, "{line}");
        }
        for line in ["浏览次数：#", "打印本页"] {
            assert_eq!(Shape::of(line), Shape::Label, "{line}");
        }
        for line in ["首页 > 新闻", "true", "版权所有 某市人民政府"] {
            assert_eq!(Shape::of(line), Shape::Site, "{line}");
        }
    }
}
