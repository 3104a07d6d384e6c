"""Spinners: word-blind replacement by a thesaurus, and how sure a careful reader can be of undoing it.

A rule is (word, spun, confidence, exceptions); an exception is (left, right, confidence): regular expressions on the
original text before and after the word. `possible` means that the spun sentence is as good as the original.
All rules of a family are applied in one pass over the original text, as a spinner's table look-up does.
"""
import hashlib
import re
from page import Cell, repair

A = [
    ('发展', '开展', 'certain', [(r'', r'^(?:农村电子商务|特色|党员)', 'possible')]),
    ('基础', '根底', 'certain', []),
    ('服务', '效劳', 'certain', []),
    ('安全', '平安', 'certain', [(r'小学校园$', r'', 'probable'), (r'[“，]$', r'^、秩序', 'probable'), (r'保$', r'', 'probable'), (r'实现$', r'^无', 'probable'), (r'(?:，|更|抓质量，保)$', r'^[。，]', 'probable'), (r'^$|[\n。]$', r'^是', 'certain')]),
    ('广大', '广阔', 'certain', []),
    ('项目', '工程', 'probable', [(r'(?:工程|民生实事|大小|收费)$', r'', 'certain'), (r'', r'^(?:申报|资金|预备费|选择|核算)', 'certain'), (r'(?:硬化|一个)$', '', 'possible')]),
    ('创建', '创立', 'certain', []),
    ('督促', '催促', 'probable', [(r'', r'^(?:整改|落实|检查)', 'certain')]),
    ('则', '那么', 'certain', []),
    ('部分', '局部', 'certain', [(r'', r'^(?:路段|河道|地区)', 'possible'), (r'', r'^(?:站点|项目)', 'probable')]),
    ('巩固', '稳固', 'probable', []),
    ('监督', '监视', 'certain', []),
    ('贡献', '奉献', 'probable', []),
    ('机会', '时机', 'probable', []),
    ('结束', '完毕', 'probable', []),
]
A2 = A + [
    ('达到', '到达', 'probable', [(r'', r'^(?:了)?(?:\d|百|九)', 'certain')]),
    ('提高', '进步', 'probable', [(r'', r'^(?:医疗|广大|劳动|实际|质量|效率|认识)', 'certain'), (r'(?:新的|有待|还|明显|积极性)$', r'', 'possible'), (r'', r'^[。；，到了]', 'possible')]),
    ('水平', '程度', 'certain', [(r'(?:机械化|现代化)$', r'', 'possible')]),
    ('经验', '经历', 'certain', [(r'', r'^(?:不足|丰富)', 'possible')]),
    ('不足', '缺乏', 'probable', [(r'(?:的|与|和)$', r'', 'certain'), (r'^.{0,2}$', r'^[与：]', 'certain')]),
]
B = [
    ('发展', '进展', 'certain', []),
    ('研究', '讨论', 'probable', [(r'(?:文献|课题|技术的|科学|《农村小学生观察日记的)$', r'', 'certain'), (r'', r'^(?:压疮|数据|院|所|生)', 'certain')]),
    ('讨论', '争论', 'certain', [(r'[了，们]$', r'^一个问题', 'probable'), (r'', r'^(?:到晚上|了半天|了三次)', 'probable')]),
    ('一定', '肯定', 'certain', [(r'', r'^(?:要|能|会)', 'possible')]),
    ('肯定', '确定', 'probable', [(r'(?:充分|给予|高度)$', r'', 'certain')]),
    ('情况', '状况', 'probable', [(r'(?:进展|开展|整改|落实|完成|执行)$', r'', 'certain'), (r'', r'^(?:汇报|如下|报告|通报)', 'certain')]),
    ('认真', '仔细', 'probable', [(r'', r'^(?:落实|贯彻|履行|执行|总结|做好|整改|加以|带好)', 'certain'), (r'确$', r'^伪', 'certain'), (r'(?:很|都)$', r'', 'possible'), (r'', r'^抠', 'possible'), (r'不$', r'', 'possible')]),
    ('参加', '参与', 'probable', []),
    ('具体', '详细', 'probable', [(r'不够$', r'', 'possible'), (r'', r'^方案', 'possible')]),
    ('精心', '细心', 'certain', [(r'', r'^指导', 'probable')]),
    ('及时', '准时', 'certain', [(r'', r'^(?:拨付|上报|研究)', 'probable'), (r'供应$', r'', 'possible')]),
    ('管理', '治理', 'certain', [(r'加强$', r'^[。，]', 'probable'), (r'', r'^(?:难|粗放)', 'probable'), (r'跟踪$', r'', 'probable')]),
    ('建设', '建立', 'probable', [(r'(?:设施|队伍|工程|项目)$', r'', 'certain'), (r'', r'^(?:资金|进展|步伐)', 'certain'), (r'', r'^(?:\d|城市|县)', 'possible')]),
    ('满意', '满足', 'probable', [(r'', r'^(?:率|度|调查)', 'certain'), (r'群众$', r'', 'certain'), (r'不$', r'', 'certain')]),
    ('推进', '推动', 'probable', []),
    ('能力', '力量', 'certain', []),
    ('力量', '力气', 'certain', [(r'(?:蕴藏的)$', r'', 'probable')]),
    ('准备', '预备', 'probable', [(r'', r'^(?:工作|阶段)', 'certain'), (r'(?:我们|护理部)$', r'', 'possible')]),
    ('经常', '常常', 'possible', []),
    ('矛盾', '冲突', 'probable', []),
    ('提供', '供应', 'certain', [(r'', r'^(?:热水|岗位)', 'possible')]),
    ('培养', '培育', 'probable', []),
    ('部署', '布置', 'probable', []),
    ('安排', '支配', 'probable', [(r'', r'^专人', 'certain'), (r'工作$', r'', 'certain')]),
    ('基础', '根底', 'certain', []),
    ('严肃', '严厉', 'possible', []),
]
C = [
    ('进行', '停止', 'probable', [(r'对[^。；]{1,24}$', r'^[^。；]', 'certain'), (r'改$', r'^风', 'certain'), (r'(?:期间|内|每周要)$', r'', 'certain')]),
    ('满意', '称心', 'probable', [(r'', r'^(?:率|度)', 'certain')]),
    ('方便', '便当', 'probable', [(r'', r'^[了]?群众', 'certain'), (r'地$', r'跟着|^.', 'certain')]),
    ('必须', '必需', 'certain', []),
    ('经常', '时常', 'possible', []),
    ('解决', '处置', 'possible', []),
    ('按照', '依照', 'possible', []),
    ('重要', '紧要', 'probable', []),
    ('检查', '查看', 'possible', []),
    ('已经', '曾经', 'probable', [(r'目前[^，。]{0,6}$', r'', 'certain')]),
    ('保证', '包管', 'certain', []),
    ('容易', '轻易', 'certain', []),
    ('帮助', '资助', 'probable', []),
    ('情况', '情形', 'possible', []),
]
E = [
    ('会面', '会晤', 'certain', []),
    ('处理', '处置惩罚', 'certain', []),
    ('包括', '搜罗', 'certain', []),
    ('困难', '坚苦', 'certain', []),
    ('组织', '构造', 'certain', []),
    ('通过', '颠末', 'certain', []),
    ('目的', '目标', 'possible', [(r'栏$', r'', 'certain'), (r'项$', r'', 'certain')]),
    ('介绍', '先容', 'certain', []),
    ('要求', '请求', 'probable', [(r'(?:总体|有关)$', r'', 'certain')]),
    ('加强', '增强', 'possible', []),
    ('质量', '品质', 'probable', [(r'水$', r'', 'possible')]),
    ('同志', '同道', 'certain', []),
    ('主要', '首要', 'probable', [(r'', r'^(?:有|面向|是)', 'probable')]),
    ('问题', '题目', 'certain', []),
    ('生活', '糊口', 'certain', []),
]
FAMILIES = {'A': A, 'A2': A2, 'B': B, 'C': C, 'E': E, 'AB': B + [r for r in A if r[0] in ('服务', '安全', '广大', '则', '项目', '部分')]}
BEFORE_ZE = '原细否规准法'


def confidence(rule, left, right):
    for l, r, conf in rule[3]:
        if re.search(l or '', left) and re.search(r or '', right): return conf
    return rule[2]


def crosses(word, left, right):
    """is this hit the end of one word and the beginning of the next?"""
    pairs = {'广大': ('推', '棚'), '一定': ('统', '价'), '认真': ('确', '伪'), '会面': ('', '临'), '目的': ('栏项', ''), '进行': ('改', '风'), '方便': ('地', '跟')}
    a, b = pairs.get(word, (None, None))
    return a is not None and (not a or left[-1:] in list(a)) and (not b or right[:1] in list(b))


def spin(text, family, seed='', skip=8):
    """cells of the spun text; about `skip` percent of the hits are left alone, as real spinners do (none in the small families C and E)"""
    rules = {r[0]: r for r in FAMILIES[family]}
    skip = 0 if family in 'CE' else skip
    rx = re.compile('|'.join(sorted(map(re.escape, rules), key=len, reverse=True)))
    out, p = [], 0
    for m in rx.finditer(text):
        word = m.group(); left, right = text[max(0, m.start() - 30):m.start()], text[m.end():m.end() + 12]
        if word == '则' and left[-1:] not in BEFORE_ZE: continue
        if hashlib.sha256(f'{seed}{family}{m.start()}{text[:8]}'.encode()).digest()[0] * 100 // 256 < skip: continue
        rule = rules[word]
        conf = 'certain' if crosses(word, left, right) else confidence(rule, left, right)
        out += [Cell(c) for c in text[p:m.start()]]
        near = f'{left[-4:]}‹{word}›{right[:4]}'
        why = f'{word}→{rule[1]} across a word boundary: {near}' if crosses(word, left, right) else f'spun {word}→{rule[1]}: {near}'
        more = {}
        if word == '项目' and out and ''.join(c.src for c in out[-2:]) == '工程' and conf == 'certain':
            more = dict(group=f'dup{m.start()}', alt_placement='first 工程 -> 项目')
        out.append(repair(rule[1], word, conf, why, **more))
        p = m.end()
    return out + [Cell(c) for c in text[p:]]
