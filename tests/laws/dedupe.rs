//! Clusters do not depend on the order of the input or the number of threads.

use std::collections::BTreeMap;

use qingwen::Settings;
use qingwen::cluster::{Rank, Relation};
use qingwen::pipeline::Outcome;
use qingwen::pipeline::dedupe::{Dedupe, DedupeItem};

const PLACES: [&str; 6] = ["青石", "云台", "白沙", "桃源", "柳林", "长岭"];
const VERBS: [&str; 8] = [
    "推进", "落实", "检查", "部署", "完善", "宣传", "整治", "督导",
];
const THINGS: [&str; 10] = [
    "水库除险加固",
    "农村危房改造",
    "森林防火值守",
    "义务教育招生",
    "夜市食品摊点",
    "乡村客运线路",
    "旱厕改建任务",
    "果园病虫防治",
    "图书下乡活动",
    "养老补贴核发",
];

/// A text of its own for each number.
pub(crate) fn text(seed: u64, sentences: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
    let mut next = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    (0..sentences)
        .map(|_| {
            format!(
                "{}镇在{}月里{}{}，{}{}，{}户群众说{}好。",
                PLACES[next(6)],
                1 + next(12),
                VERBS[next(8)],
                THINGS[next(10)],
                VERBS[next(8)],
                THINGS[next(10)],
                10 + next(90),
                THINGS[next(10)],
            )
        })
        .collect()
}

pub(crate) fn run(texts: &[(String, String)], settings: &Settings) -> Outcome {
    let mut dedupe = Dedupe::new(settings, &std::env::temp_dir()).unwrap();
    for batch in texts.chunks(7) {
        let items = batch
            .iter()
            .map(|(id, text)| DedupeItem {
                id: id.clone(),
                record: id.clone(),
                part: 1,
                text: text.clone(),
                rank: Rank {
                    body_chars: text.chars().count() as u64,
                    ..Rank::default()
                },
                ..DedupeItem::default()
            })
            .collect();
        dedupe.add_batch(items).unwrap();
    }
    dedupe.finish().unwrap()
}

fn answer(outcome: &Outcome) -> BTreeMap<String, (String, Option<Relation>)> {
    outcome
        .assignments()
        .map(|row| (row.id.to_owned(), (row.cluster.to_owned(), row.relation)))
        .collect()
}

fn corpus() -> Vec<(String, String)> {
    let mut out = Vec::new();
    for n in 0..30 {
        let base = text(n, 12);
        out.push((format!("{n}-base"), base.clone()));
        if n % 3 == 0 {
            out.push((format!("{n}-width"), base.replace('，', ", ")));
            out.push((
                format!("{n}-tail"),
                format!("{base}欢迎关注本站获取更多资料下载"),
            ));
        }
        if n % 5 == 0 {
            out.push((format!("{n}-numbers"), base.replace("月里", "7月里")));
        }
    }
    out
}

#[test]
fn clusters_ignore_order_and_threads() {
    let texts = corpus();
    let settings = Settings::default();
    let wanted = answer(&run(&texts, &settings));
    assert!(
        wanted
            .values()
            .any(|(_, relation)| *relation == Some(Relation::Near))
    );
    assert!(
        wanted
            .values()
            .any(|(_, relation)| *relation == Some(Relation::Canonical))
    );
    let mut turned = texts.clone();
    turned.reverse();
    assert_eq!(answer(&run(&turned, &settings)), wanted);
    turned.sort_by_key(|(id, _)| id.len() * 31 + id.as_bytes()[0] as usize % 7);
    for threads in [1, 2] {
        let pool = rayon_pool(threads);
        assert_eq!(pool(&turned, &settings), wanted);
    }
}

type Answer = BTreeMap<String, (String, Option<Relation>)>;

fn rayon_pool(threads: usize) -> impl Fn(&[(String, String)], &Settings) -> Answer {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    move |texts, settings| pool.install(|| answer(&run(texts, settings)))
}

#[test]
fn each_duplicate_is_verified_against_its_keeper() {
    let outcome = run(&corpus(), &Settings::default());
    for row in outcome.assignments() {
        let Some(keeper) = row.duplicate_of else {
            continue;
        };
        assert!(row.similarity.unwrap() >= 0.7, "{row:?}");
        let keeper = outcome
            .assignments()
            .find(|other| other.id == keeper)
            .unwrap();
        assert!(keeper.keep, "{row:?} follows {keeper:?}");
    }
}

#[test]
fn short_and_empty_texts_match_their_exact_copies_alone() {
    let texts: Vec<(String, String)> = [
        "",
        "",
        "通知",
        "通知",
        "通知。",
        "  ",
        "关于放假的通知",
        "关于放假的公告",
    ]
    .iter()
    .enumerate()
    .map(|(n, text)| (n.to_string(), (*text).to_owned()))
    .collect();
    let outcome = run(&texts, &Settings::default());
    let found: Vec<Option<&str>> = outcome.assignments().map(|row| row.duplicate_of).collect();
    assert_eq!(
        found,
        [None, Some("0"), None, Some("2"), None, None, None, None]
    );
}

#[test]
fn a_masked_text_that_fits_two_originals_joins_neither() {
    let one = text(7, 12).replace("月里", "月2011年");
    let two = one.replace("2011", "2012");
    let masked = one.replace("2011", "20xx");
    let of = |texts: &[(&str, &str)]| {
        let texts: Vec<(String, String)> = texts
            .iter()
            .map(|(id, text)| ((*id).into(), (*text).into()))
            .collect();
        answer(&run(&texts, &Settings::default()))
    };
    assert_eq!(of(&[("a", &one), ("m", &masked)])["m"].0, "a");
    let all = of(&[("a", &one), ("b", &two), ("m", &masked)]);
    assert!(
        all.iter().all(|(id, (cluster, _))| id == cluster),
        "{all:?}"
    );
}

/// Rules of our own on one subject, with their history and their dates.
fn rules(subject: &str, history: &str, counties: &str, day: &str) -> String {
    format!(
        "青石市农机{subject}管理办法\n{history}第一条 为了规范本市农机{subject}工作，保护农民的合法权益，制定本办法。\n\
         第二条 本市行政区域内的农机{subject}活动适用本办法，外地来本市作业的机具参照执行。\n\
         第三条 市、区{counties}农业主管部门负责农机{subject}的组织和监督，财政、市场监管等部门在各自职责内协助。\n\
         第四条 申请农机{subject}的，应当向所在区{counties}农业主管部门递交申请书、身份证明和购机发票。\n\
         第五条 区{counties}农业主管部门应当在七个工作日内作出答复；不予受理的，应当说明理由。\n\
         第六条 任何单位和个人不得在农机{subject}中弄虚作假，不得向农户收取费用或者变相搭售商品。\n\
         第七条 违反本办法的，由区{counties}农业主管部门责令改正；情节严重的，依法给予处分。\n\
         第八条 农机{subject}的档案应当保存五年以上，供审计和群众查阅，具体格式由市农业主管部门另行规定。\n\
         第九条 本办法自{day}起施行。\n"
    )
}

const FIRST_DAY: &str = "2009年4月1日";
const HISTORY: &str = "2003年2月6日青石市第九届人民代表大会常务委员会第四十一次会议通过\n\
    2007年12月10日青石市第十届人民代表大会常务委员会第四十次会议第一次修正\n\
    2009年2月24日青石市第十三届人民代表大会常务委员会第九次会议修订\n";

pub(crate) fn relation(a: &str, b: &str) -> &'static str {
    let settings = Settings::default();
    let there = qingwen::pipeline::compare(a, b, &settings).relation;
    let back = qingwen::pipeline::compare(b, a, &settings).relation;
    assert_eq!(there, back);
    there.as_str()
}

#[test]
fn rules_on_another_subject_are_siblings() {
    let ours = rules("补贴", "", "", FIRST_DAY);
    // Some of them are words that sites confuse, but never with one another.
    for other in ["报废", "租赁", "检修", "服务", "推广"] {
        assert_eq!(
            relation(&ours, &rules(other, "", "", FIRST_DAY)),
            "sibling",
            "{other}"
        );
    }
}

/// Both words stand in the table of spun words, side by side: the canonical form is one. What is
/// swapped in the title and throughout, with nothing else spun, is the subject.
#[test]
fn a_spun_pair_that_is_the_only_difference_and_the_subject_makes_siblings() {
    let ours = rules("补贴", "", "", FIRST_DAY);
    assert_eq!(
        relation(&ours, &rules("津贴", "", "", FIRST_DAY)),
        "sibling"
    );
    // Among other words swapped, or in the text alone, it is a site's doing.
    let spun = rules("津贴", "", "", FIRST_DAY)
        .replace("保护", "维护")
        .replace("组织", "构造")
        .replace("监督", "监视")
        .replace("具体", "详细")
        .replace("情节", "情形")
        .replace("规定", "划定")
        .replace("收取", "收缴")
        .replace("工作", "事情");
    assert_eq!(relation(&ours, &spun), "near");
    let (title, body) = ours.split_once('\n').unwrap();
    let once = format!("{title}\n{}", body.replacen("补贴", "津贴", 1));
    assert_eq!(relation(&ours, &once), "near");
}

const NOTICE: &str = "关于召开2023年春季防火工作会议的通知\n各乡镇人民政府：经研究，决定于3月5日上午九时在县政府三楼会议室召开春季防火工作会议，请各乡镇主要负责人准时参加，不得缺席。会议内容为总结去年工作，部署今年任务。\n";
const JUDGEMENT: &str = "本院经审理查明，被告人张某于二〇一九年三月五日在本市某区盗窃电动车一辆，价值人民币三千二百元，后被公安机关抓获，赃物已经发还被害人。\n";

#[test]
fn one_character_of_a_subject_or_of_a_name_is_enough_for_another_document() {
    for (text, from, to) in [
        (NOTICE, "防火", "防汛"),
        (NOTICE, "春季", "秋季"),
        (JUDGEMENT, "张某", "李某"),
        (JUDGEMENT, "三千", "五千"),
    ] {
        assert_eq!(
            relation(text, &text.replace(from, to)),
            "sibling",
            "{from} {to}"
        );
    }
    // A typing error is no other subject, nor is one that a site makes everywhere among others.
    assert_eq!(
        relation(NOTICE, &NOTICE.replacen("准时", "准吋", 1)),
        "near"
    );
    let typed = NOTICE
        .replacen("研究", "研穷", 1)
        .replacen("参加", "参如", 1);
    assert_eq!(relation(NOTICE, &typed), "near");
}

#[test]
fn revised_rules_are_no_copies() {
    let before = rules("补贴", "", "、县", FIRST_DAY);
    let after = rules("补贴", "", "", FIRST_DAY);
    assert_eq!(relation(&before, &after), "revision");
    let listed = rules("补贴", HISTORY, "", FIRST_DAY);
    assert_eq!(relation(&before, &listed), "revision");
    let dated = rules("补贴", "", "、县", "2024年10月1日");
    assert_ne!(relation(&before, &dated), "near");
    assert_ne!(relation(&listed, &dated), "near");
}

#[test]
fn copies_of_rules_stay_copies() {
    let ours = rules("补贴", "", "", FIRST_DAY);
    // The list of amendments is lost, and nothing else differs.
    assert_eq!(
        relation(&ours, &rules("补贴", HISTORY, "", FIRST_DAY)),
        "near"
    );
    // Words that no table knows, in the title too, among many others.
    let spun = [
        ("管理办法", "掌管法子"),
        ("规范", "框正"),
        ("保护", "看护好"),
        ("适用", "合用于"),
        ("监督", "督看"),
        ("递交", "呈给"),
        ("答复", "回话"),
        ("理由", "缘由头"),
        ("费用", "花销钱"),
        ("改正", "改好来"),
        ("档案", "卷宗册"),
        ("格式", "样式子"),
    ]
    .iter()
    .fold(ours.clone(), |text, (from, to)| text.replace(from, to));
    assert_eq!(relation(&ours, &spun), "near");
    // A charset that has not the character loses it everywhere.
    let lost = ours.replace("农机", "农机镕");
    assert_eq!(relation(&lost, &ours), "near");
    // Scattered typing errors.
    let noisy = ours
        .replacen("工作", "工做", 1)
        .replacen("制定", "制订", 1)
        .replacen("应当", "应", 1)
        .replacen("农户", "农护", 1);
    assert_eq!(relation(&ours, &noisy), "near");
}

/// What a village reports on a form that all villages fill in.
fn form(village: &str, town: &str, head: &str, clerk: &str) -> String {
    format!(
        "{village}冬季安全用电检查汇报\n\
         连日来，{town}供电所职工顶着寒风逐户查看线路。{head}说，老旧插座要及时更换，不能等到出了事再修。\n\
         在{village}，村民正忙着清理灶台边的柴草，{clerk}也赶来帮忙。检查从北头开始，先看孤寡老人，再看小卖部和烘干房。\n\
         据{town}统计，{village}共有三百余户，已经查完大半，剩下的多是外出务工人家，钥匙在邻居手里。{head}说，锁着门的要在春节前补查。\n\
         检查中发现的主要问题，一是私拉电线给电动车充电，二是取暖器挨着被褥，三是漏电保护器多年没有试过。{clerk}把这些一条条记在本子上，当面告诉户主怎样改。\n\
         下一步，{village}将把检查情况贴在公示栏，请{town}供电所派人复查，改好一户销号一户。\n"
    )
}

/// Every fortieth character is one that nobody writes there.
fn noisy(text: &str) -> String {
    let spoil = ['龘', '彧', '爨', '翀', '龢', '黻'];
    text.chars()
        .enumerate()
        .map(|(at, c)| match at % 40 {
            17 if c != '\n' => spoil[at / 40 % spoil.len()],
            _ => c,
        })
        .collect()
}

#[test]
fn a_village_s_form_is_no_copy_of_another_s_however_noisy() {
    let names = [
        ("龙塘村", "喜陵镇", "杜娟", "覃燕青"),
        ("柏岩村", "南城乡", "戴娟涛", "邹燕"),
        ("龙庙村", "喜陵镇", "马义磊", "宋建"),
        ("水亭寨", "水门镇", "崔民", "郑建子"),
    ];
    let forms: Vec<String> = names.iter().map(|&(a, b, c, d)| form(a, b, c, d)).collect();
    for (nth, one) in forms.iter().enumerate() {
        assert_eq!(relation(one, &noisy(one)), "near", "{}", names[nth].0);
        for (other, name) in forms.iter().zip(names).skip(nth + 1) {
            let pair = format!("{} {}", names[nth].0, name.0);
            assert_eq!(relation(one, other), "sibling", "{pair}");
            assert_ne!(relation(one, &noisy(other)), "near", "{pair}");
            assert_ne!(relation(&noisy(one), other), "near", "{pair}");
        }
    }
}
