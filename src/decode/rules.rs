//! What the rules of this room say of themselves.

use super::mojibake::{BIG5_GBK, LATIN1, SHIFTED_GBK, UTF8_AS_GBK};
use super::{BAD_BYTE, ESCAPES, NOISE};
use crate::model::{RuleDoc, RuleId};

/// The documents of all rules, in the order in which they run.
pub(super) fn all() -> Vec<RuleDoc> {
    let doc = |id: RuleId| RuleDoc {
        id,
        since: "0.1.0",
        on_by_default: true,
        removes: "",
        why: "",
        examples: Vec::new(),
        leaves_alone: "",
        keeps: Vec::new(),
        risk: "",
    };
    vec![
        RuleDoc {
            removes: "Nothing. Reports each byte of a file that is no character in the file's \
                      encoding, with its hex digits; U+FFFD stands in the text for it.",
            why: "One bad byte is no reason to lose a document, and none to hide the loss.",
            leaves_alone: "Files without bad bytes, and U+FFFD that a file holds as a character.",
            keeps: vec!["秋收进度表"],
            risk: "In a file of noise every second byte is a finding.",
            ..doc(BAD_BYTE)
        },
        RuleDoc {
            removes: "UTF-8 that was read as GBK or GB18030, once or several times over, a line \
                      or a stretch of one. Characters that lost bytes come back where their \
                      neighbours leave a single choice; the others are U+FFFD, and a finding.",
            why: "Bytes that read as whole UTF-8 characters twice and more in a row, and as \
                  natural Chinese, are no accident.",
            examples: vec![
                ("鏁欒偛閮ㄩ棬鐨勯€氱煡", "教育部门的通知"),
                ("鍐滅敯姘村埄", "农田水利"),
            ],
            leaves_alone: "Rare hanzi, names, kana, and 锟斤拷.",
            keeps: vec!["浠水、涪陵、沅江、溆浦、泸溪", "共收粮锟斤拷锟斤拷吨"],
            risk: "A lesson on mojibake loses its example. A restored character may be wrong \
                   where only two of its three bytes survive: less than one in fifty of them.",
            ..doc(UTF8_AS_GBK)
        },
        RuleDoc {
            removes: "UTF-8, GBK or Big5 that was read as Latin-1, Windows-1252 or ISO-8859-15, \
                      once or several times over.",
            why: "Letters with accents stand alone between others; runs of them whose bytes are \
                  natural Chinese are none.",
            examples: vec![("ÖÐ¹úÈËÃñ", "中国人民"), ("æ•™è‚²éƒ¨é—¨", "教育部门")],
            leaves_alone: "European languages, signs, masked names (××省××市), and Latin mojibake \
                           that holds no Chinese (Ã© for é).",
            keeps: vec![
                "L'été dernier, à Orléans, la forêt était déjà brûlée.",
                "××省××市××县人民法院",
                "Die Größe der Straßenbäume, süß und öde.",
            ],
            risk: "Two hanzi by themselves are too little evidence without neighbours.",
            ..doc(LATIN1)
        },
        RuleDoc {
            removes: "Big5 that was read as GBK, and GBK that was read as Big5: a line, or a \
                      stretch of three hanzi and more.",
            why: "Under the right table the same bytes cost half as many bits.",
            examples: vec![("闽眏膀糷ňδ", "關於加強基層防汛工作")],
            leaves_alone: "Texts of rare hanzi, classical texts, Japanese.",
            keeps: vec![
                "霰雪纷其无垠兮，云霏霏而承宇。",
                "春の祭りは来週の日曜日に開かれます。",
            ],
            risk: "At the ends of a stretch a character may go with the wrong side.",
            ..doc(BIG5_GBK)
        },
        RuleDoc {
            removes: "GBK that is read one byte out of step after a lost byte, up to where ASCII \
                      or the line's end gives the step back. Weak evidence makes a finding.",
            why: "A lost byte spoils all that follows, though all of it but one character is there.",
            examples: vec![("上?；鶎狱h建", "上海基層黨建")],
            leaves_alone: "Question marks between hanzi.",
            keeps: vec!["为什么?朝陽區公所與鄉鎮"],
            risk: "The character whose byte is lost is chosen by its neighbours, or U+FFFD.",
            ..doc(SHIFTED_GBK)
        },
        RuleDoc {
            removes: "Escapes of two hanzi and more in prose: %E6%95%99, \\u6559, &#25945;, UTF-7.",
            why: "A reader sees them as noise; they spell text.",
            examples: vec![
                ("主题：%E6%95%99%E8%82%B2通知", "主题：教育通知"),
                ("\\u6559\\u80b2部门", "教育部门"),
            ],
            leaves_alone: "Addresses, JSON, code, quoted escapes.",
            keeps: vec![
                "https://example.cn/%E6%95%99%E8%82%B2",
                "{\"a\": \"\\u6559\\u80b2\"}",
            ],
            risk: "A lesson on escapes that quotes none of them.",
            ..doc(ESCAPES)
        },
        RuleDoc {
            removes: "Nothing. Reports 锟斤拷, 嚙踝蕭, ï¿½, 烫烫烫, 屯屯屯, 葺葺葺 and U+FFFD.",
            why: "They stand for text that is gone: nobody can say what it was.",
            leaves_alone: "锟, 烫 and 屯 as words.",
            keeps: vec!["共收粮锟斤拷锟斤拷吨", "曹锟与段祺瑞；水很烫"],
            risk: "None to the text.",
            ..doc(NOISE)
        },
    ]
}
