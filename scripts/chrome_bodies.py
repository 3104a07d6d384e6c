"""Bodies of many kinds for training: what notices, recipes, judgements, manuals, tables, verses, letters and essays
on publishing look like, line by line. Shapes and frames are written here; the words that fill them are clauses,
enumerated items and short sentences of the clean texts that `Words` is given."""
import re

SITE = '编辑 评论 推荐 下载 阅读 分享 收藏 网站 点击 搜索 首页 注册 登录 更新 发布 来源 作者 标签 排行 导航 关闭 返回 打印 浏览 版权 转载 回复 关注 链接 热门 相关 更多 上一篇 下一篇 广告 会员 投稿 责编 栏目 频道'.split()
SURNAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严金魏陶姜'
GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英文华玉萍红建春晓东海云'
NUMERALS = '一二三四五六七八九十'
UNITS = '克 毫升 个 勺 片 根 斤 公斤 米 台 套 人 户 亩 万元 元 次 份 册 % 吨 辆'.split()
BODIES = '教育局 卫生局 办公室 委员会 人民政府 人民医院 中心小学 实业有限公司 村民委员会 街道办事处 人民法院 研究所 图书馆 供电公司 协会 大学文学院'.split()
SPOTS = '江城 河西镇 东山县 南湖区 柳林村 青石街道 云岭市 白马乡 北塘 清水河'.split()
LABELS = '证券代码 项目编号 项目名称 采购方式 预算金额 开标时间 申请人 被申请人 案由 姓名 性别 出生年月 籍贯 学历 专业 职务 职称 主治 剂量 用法 禁忌 成分 贮藏 有效期 规格 型号 颜色 材质 产地 价格 库存 年份 导演 主演 片长 语言 地区 朝代 体裁 字数 出版社 开本 定价 面积 人口 邮编 区号 车次 航班 起点 终点 票价 里程 海拔 气候 适用年级 课时 课型 授课人 教具 甲方 乙方 合同编号 签订地点 联系人 联系电话 咨询电话 地址 报名地点 报名时间 电子邮箱 时间 地点 主持人 参加人员 记录人 工作年限 薪资待遇 岗位 招聘人数 任职要求 品牌 重量 功率 电压 净含量 生产日期 配料 食用方法 难度 评分 人均 营业时间 门票 交通 备注 结论 评语 成绩 排名 比分 进球 对阵'.split()
ROLES = '主任医师 副主任医师 主治医师 教授 副教授 讲师 队长 组长 会长 秘书长 冠军 亚军 一等奖 二等奖 三等奖 优秀奖 高级工程师 科员 校长 教导主任 班主任 理事 监事'.split()
SECTIONS = '用料 做法 小贴士 准备 步骤 安装 使用 保养 保修 故障代码 注意事项 教学目标 教学重点 教学难点 教学过程 板书设计 作业 课后反思 报名方式 参赛办法 评奖办法 奖项设置 时间安排 组织机构 联系方式 附则 总则 背景 目的 方法 结果 讨论 结论 参考文献 附录 前言 后记 引子 尾声 人物 地点 时间 剧情 演职员表 获奖名单 专家介绍 科室简介 就诊须知 交通指南 门票 开放时间 周边 历史沿革 地理 气候 物产 名人 生平 著作 评价 影响 问题描述 原因分析 解决办法 运行环境 更新日志 常见问题 岗位职责 任职要求 福利待遇 应聘方式 推荐 评论 下载 阅读 编辑 分享 来源 作者 更新 说明 目录 摘要 关键词 注释'.split()
ENGLISH = ['Notice on Extended Opening Hours', 'A Short History of Paper', 'Abstract', 'Keywords: soil, water, yield', 'The river rises in the north and flows south for two hundred kilometres.', 'Results', 'See also the second chapter.', 'Visitors are asked to leave by the east gate.', 'Table 2. Yield by year', 'How are you today?', "I'm fine, thank you.", 'Press any key to continue', 'Contact: info@example.org', 'Summer Timetable', 'Reading and Writing']
CODE = ['def clean(text):', '    return text.strip()', 'for i in range(10):', '    print(i)', 'SELECT name, age FROM users;', 'git commit -m "fix"', 'import os', '{"name": "qing", "age": 3}', '<div class="page">下一页</div>', 'npm install', 'ERROR 1045: access denied', 'C:\\Users\\doc>dir', 'x = (a + b) / 2', '$ cargo build', 'Content-Type: text/html']
SAID = ['{w}是一门手艺。', '他{w}的书，我都读过。', '那时候没有人懂得{w}。', '{w}之前，先要想清楚为什么{w}。', '我第一次听到“{w}”这个词，是在{s}。', '不要急着{w}。', '谁来{w}？', '{w}与{n}，从来是两回事。', '先{w}，再{n}。', '每一次{w}，都要对得起读者。', '{n}的{w}工作交给了{p}。', '没有{w}，就没有{n}。', '{p}负责{w}，{p2}负责{n}。', '说到{w}，{p}笑了。', '{w}要有分寸。', '如今{w}的人越来越少了！', '我把{n}{w}给了朋友。', '单击“{w}”按钮，等待{n}完成。', '在“{w}”一栏里填写{n}。', '打开设置，选择“{w}”。']
HEADED = ['{w}的故事', '{w}与{n}', '{n}与{w}', '怎样{w}{n}', '{w}', '论{w}', '关于{w}', '{w}之难', '{n}的{w}', '从{w}到{w2}', '{w}还是{w2}', '为什么要{w}', '{w}制度', '{w}须知', '{n}{w}办法', '我与{w}', '{w}人员职责', '第{k}次{w}']


class Words:
    """Clauses, enumerated items, short sentences and paragraphs of clean texts, to draw from."""

    def __init__(self, texts):
        self.items, self.clauses, self.sentences, self.of_site, self.paras = [], [], [], [], []
        for _, body in texts:
            for para in body:
                if len(para) >= 40 and para.endswith(('。', '！', '？')):
                    self.paras.append(para)
                for sentence in re.findall('[^。！？]+[。！？]', para):
                    sentence = sentence.strip()
                    if 5 <= len(sentence) <= 60:
                        (self.of_site if any(w in sentence for w in SITE) else self.sentences).append(sentence)
                    parts = sentence[:-1].split('、')
                    self.items += [x for x in parts[1:-1] if re.fullmatch('[一-鿿]{2,8}', x)]
                    self.clauses += [x for x in re.split('[，；：、]', sentence[:-1]) if re.fullmatch('[一-鿿0-9]{4,16}', x)]

    def item(self, rng):
        return rng.choice(self.items)

    def clause(self, rng):
        return rng.choice(self.clauses)

    def sentence(self, rng, most=60):
        for _ in range(20):
            found = rng.choice(self.sentences)
            if len(found) <= most:
                return found
        return found

    def para(self, rng):
        return rng.choice(self.paras)[:rng.choice([90, 160, 400])].rstrip('，、') if rng.random() < .8 else self.sentence(rng) + self.sentence(rng)


def name(rng):
    return rng.choice(SURNAMES) + ''.join(rng.choice(GIVEN) for _ in range(rng.choice([1, 1, 2]))) if rng.random() < .9 else rng.choice(SURNAMES) + '某'


def body_name(rng):
    return rng.choice(SPOTS) + rng.choice(BODIES)


def day(rng):
    return rng.choice(['{}年{}月{}日', '{}年{}月{}日', '{}.{}.{}', '{}-{:02d}-{:02d}']).format(rng.randrange(1998, 2025), rng.randrange(1, 13), rng.randrange(1, 29))


def clock(rng):
    return f'{rng.randrange(7, 22)}{rng.choice([":", "："])}{rng.choice(["00", "30", "15", "45"])}'


def phone(rng):
    return rng.choice([f'0{rng.randrange(311, 998)}-{rng.randrange(2000000, 8999999)}', f'1{rng.randrange(30, 99)}****{rng.randrange(1000, 9999)}', f'400-{rng.randrange(100, 999)}-{rng.randrange(1000, 9999)}'])


def value(w, rng):
    return rng.choice([lambda: w.item(rng), lambda: w.clause(rng), lambda: name(rng), lambda: day(rng), lambda: f'{rng.randrange(1, 3000)}{rng.choice(UNITS)}', lambda: phone(rng), lambda: body_name(rng), lambda: f'第{rng.randrange(1, 30)}{rng.choice("号期届组")}', lambda: str(rng.randrange(10, 99999))])()


def fields(w, rng, n):
    return [rng.choice(LABELS) + rng.choice('：：：:') + value(w, rng) for _ in range(n)]


def items(w, rng, n):
    mark = rng.choice(['', '', '· ', '- ', '{}. ', '{}、', '（{}）', '({})', '• ', '①'])
    if mark == '①':
        return ['①②③④⑤⑥⑦⑧⑨⑩'[i % 10] + w.clause(rng) + rng.choice(['', '；', '。']) for i in range(n)]
    end = rng.choice(['', '', '；', '。'])
    make = rng.choice([w.item, w.clause, w.clause, lambda rng: w.sentence(rng, 30).rstrip('。')])
    return [mark.format(i + 1) + make(rng) + end for i in range(n)]


def table(w, rng, n):
    gap = rng.choice([' ', '  ', '\t', '　', ' | '])
    cells = rng.choices([lambda: name(rng), lambda: rng.choice(ROLES), lambda: w.item(rng), lambda: f'{rng.randrange(1, 9999)}', lambda: f'{rng.randrange(1, 99)}.{rng.randrange(10)}', lambda: rng.choice(['周一上午', '周二全天', '周五下午', '每日']), lambda: clock(rng), lambda: day(rng), lambda: f'{rng.randrange(2, 500)}{rng.choice(UNITS)}', lambda: body_name(rng)], k=rng.randrange(2, 5))
    head = [gap.join(rng.choice(['姓名', '单位', '名次', '时间', '内容', '数量', '金额', '备注', '序号', '地点']) for _ in cells)] if rng.random() < .5 else []
    return head + [gap.join(cell() for cell in cells) for _ in range(n)]


def contacts(rng):
    lines = [f'联系人：{name(rng)}', f'{rng.choice(["联系电话", "咨询电话", "电话", "监督电话", "报名电话"])}：{phone(rng)}', f'{rng.choice(["地址", "通讯地址", "门诊地址", "报名地点", "联系地址"])}：{rng.choice(SPOTS)}{rng.randrange(1, 300)}号', f'邮编：{rng.randrange(100000, 899999)}', f'{rng.choice(["邮箱", "电子邮箱", "E-mail"])}：office@example.cn', f'传真：{phone(rng)}', f'网址：www.example{rng.randrange(99)}.cn']
    return rng.sample(lines, rng.randrange(1, 5))


def signature(rng):
    lines = [body_name(rng) for _ in range(rng.choice([1, 1, 2]))] if rng.random() < .8 else [name(rng)]
    return lines + ([day(rng)] if rng.random() < .8 else [])


def section(w, rng, k):
    head = rng.choice(SECTIONS) if rng.random() < .5 else w.item(rng) if rng.random() < .5 else w.clause(rng)
    return rng.choice(['{}', '{}', '{}：', f'{NUMERALS[k % 10]}、' + '{}', f'（{NUMERALS[k % 10]}）' + '{}', f'{k + 1}. ' + '{}', '【{}】', f'第{NUMERALS[k % 10]}章 ' + '{}', f'第{NUMERALS[k % 10]}步：' + '{}']).format(head)


def verses(w, rng):
    lines = []
    for _ in range(rng.randrange(2, 6)):
        lines += [w.clause(rng) + rng.choice(['', '', '，', '。']) for _ in range(rng.randrange(3, 6))]
    return lines


def talk(w, rng):
    who = rng.choice([['问', '答'], ['记者', name(rng)], [name(rng), name(rng), name(rng)], ['主持人', '嘉宾'], ['A', 'B'], ['甲', '乙'], ['师', '生'], ['Q', 'A']])
    return [who[i % len(who)] + rng.choice('：：:') + w.sentence(rng, rng.choice([12, 25, 60])) for i in range(rng.randrange(4, 14))]


def quoted(w, rng):
    return [f'“{w.sentence(rng, 25)}”' + rng.choice(['', f'{name(rng)}说。', '他摇摇头。', '']) for _ in range(rng.randrange(2, 8))]


def exam(w, rng):
    out = []
    for i in range(rng.randrange(2, 7)):
        out.append(f'{i + 1}{rng.choice(".、．")}{w.clause(rng)}{rng.choice(["（　　）", "( )", "是：", "____。"])}')
        out += [f'{letter}{rng.choice([". ", "、", "．"])}{w.item(rng)}' for letter in 'ABCD'] if rng.random() < .7 else []
    return out + ([f'参考答案：{"".join(rng.choice("ABCD") for _ in range(5))}'] if rng.random() < .5 else [])


def references(w, rng):
    return [f'[{i + 1}] {name(rng)}{rng.choice([", " + name(rng), ""])}. {w.clause(rng)}[{rng.choice("JMDC")}]. {rng.choice(["学报", "文学出版社", "科学", "农业研究"])}, {rng.randrange(1980, 2022)}({rng.randrange(1, 12)}): {rng.randrange(1, 90)}-{rng.randrange(90, 199)}.' for i in range(rng.randrange(3, 9))]


def timeline(w, rng):
    return [rng.choice([f'{1950 + 5 * i}年', day(rng), clock(rng), f'第{i + 1}天', f'{i + 1}月']) + rng.choice([' ', '　', '：', '，']) + w.clause(rng) + rng.choice(['', '', '。']) for i in range(rng.randrange(3, 10))]


def of_site(w, rng):
    """Sentences and headings of texts on publishing, reading and the use of programs."""
    out = []
    for _ in range(rng.randrange(2, 6)):
        fill = dict(w=rng.choice(SITE), w2=rng.choice(SITE), n=w.item(rng), p=name(rng), p2=name(rng), s=rng.choice(SPOTS), k=rng.choice(NUMERALS))
        if rng.random() < .5:
            out.append(rng.choice(HEADED).format(**fill))
        out += [rng.choice(SAID).format(**fill) for _ in range(rng.randrange(1, 3))]
        if w.of_site and rng.random() < .7:
            out.append(w.of_site[rng.randrange(len(w.of_site))])
    return out


def letter(w, rng):
    called = rng.choice(['各位家长：', '尊敬的各位领导、同志们：', '亲爱的同学们：', f'{name(rng)}同志：', '各乡镇人民政府，县直各单位：', '大家好！', '广大市民朋友：'])
    return [called] + [w.para(rng) for _ in range(rng.randrange(1, 4))] + rng.choice([['此致', '敬礼！'], ['特此通知。'], ['谢谢大家！'], ['祝好！'], []]) + signature(rng)


def rambling(w, rng, n):
    """Written as blogs and chats are: a clause or two a line, spaces or nothing for punctuation."""
    end = rng.choice([[''], [''], ['', '', '', '~', '！', '...', '。', '!', '囉', '啊']])
    return [' '.join(w.clause(rng) for _ in range(rng.choice([1, 1, 2, 2, 3]))) + rng.choice(end) for _ in range(n)]


def contents(w, rng):
    """A table of contents, and then the headings of which it is made."""
    heads = [rng.choice(SECTIONS) if rng.random() < .6 else w.item(rng) for _ in range(rng.randrange(3, 8))]
    mark = rng.choice(['{} {}', '{}. {}', '{}、{}', '{}', '第{}章 {}'])
    listed = [mark.format(*((i + 1, x) if '{} ' in mark or mark.count('{}') == 2 else (x,))) for i, x in enumerate(heads)]
    out = [rng.choice(['目录', '目 录', '本文目录', '内容提要'])] + listed if rng.random() < .8 else []
    for head in heads:
        out += [head] + [w.para(rng) if rng.random() < .6 else w.sentence(rng, 30) for _ in range(rng.randrange(1, 3))]
    return out


def orders(w, rng):
    """What is asked and forbidden, line by line, as at the doors of halls and in leaflets."""
    end = rng.choice(['', '', '。', '！', '；'])
    return [rng.choice(['不得{c}', '请勿{c}', '严禁{c}', '请{c}', '{i}一律{v}', '{i}不得入内', '迟到{k}分钟不得入场', '{i}请{v}', '凭{i}入场', '{i}谢绝入内', '向{i}表示{v}', '希望{i}{v}', '注意{i}', '{i}概不{v}', '先{v}，后{i}']).format(c=w.clause(rng), i=w.item(rng), v=rng.choice(['关闭', '登记', '上交', '办理', '祝贺', '退换', '自带', '检查', '停用', '更新', '返回', '注册']), k=rng.choice(NUMERALS)) + end for _ in range(rng.randrange(2, 6))]


def parts(w, rng):
    return [rng.choice([lambda: items(w, rng, rng.randrange(2, 9)), lambda: table(w, rng, rng.randrange(2, 12)), lambda: fields(w, rng, rng.randrange(1, 8)), lambda: verses(w, rng), lambda: talk(w, rng), lambda: quoted(w, rng), lambda: exam(w, rng), lambda: references(w, rng), lambda: timeline(w, rng), lambda: of_site(w, rng), lambda: of_site(w, rng), lambda: contents(w, rng), lambda: orders(w, rng), lambda: rng.sample(ENGLISH, rng.randrange(1, 4)), lambda: rng.sample(CODE, rng.randrange(1, 6)), lambda: [w.sentence(rng, 18) for _ in range(rng.randrange(1, 5))], lambda: contacts(rng), lambda: [f'附件{i + 1}：{w.clause(rng)}' for i in range(rng.randrange(1, 4))], lambda: [f'图{i + 1} {w.clause(rng)}' for i in range(rng.randrange(1, 3))]])() for _ in range(rng.choice([1, 1, 2]))]


def body(w, rng):
    """A body: sections of paragraphs and of short lines, closed as such texts are."""
    if rng.random() < .12:
        return letter(w, rng)
    if rng.random() < .1:
        return rambling(w, rng, rng.randrange(12, 60))
    out = []
    if rng.random() < .15:
        out.append(rng.choice(ENGLISH))
    if rng.random() < .25:
        out += fields(w, rng, rng.randrange(1, 6))
    if rng.random() < .7:
        out.append(w.para(rng))
    for k in range(rng.randrange(1, 6)):
        if rng.random() < .75:
            out.append(section(w, rng, k))
        if rng.random() < .55:
            out += [w.para(rng) for _ in range(rng.randrange(1, 3))]
        for part in parts(w, rng) if rng.random() < .85 else []:
            out += part
        if rng.random() < .3:
            out.append(w.para(rng))
    r = rng.random()
    if r < .25:
        out += contacts(rng)
    if r < .15 or r > .8:
        out += signature(rng)
    elif r > .7:
        out.append(rng.choice(['（本文有删节）', '（全文完）', '完', '待续', '注：以上数据截至年底。', f'（{name(rng)} {rng.choice(["摄", "整理", "供稿"])}）', f'——写于{rng.choice(SPOTS)}', '书记员 ' + name(rng)]))
    if not any(len(x) >= 40 for x in out) and rng.random() < .9:
        out.insert(rng.randrange(len(out) + 1), w.para(rng))
    return [x for x in out if x.strip()]


def title(w, rng):
    if rng.random() < .3:
        return rng.choice(HEADED).format(w=rng.choice(SITE), w2=rng.choice(SITE), n=w.item(rng), k=rng.choice(NUMERALS))
    return rng.choice(['{c}', '{i}', '{s}{i}', '关于{c}的通知', '{i}说明书', '{i}的做法', '{s}{b}{i}公告', '{i}招标公告', '我的{i}', '{i}教案', '《{i}》读后感', '{i}常见问题', '{s}{i}名单', '{i}与{j}', '{i}']).format(c=w.clause(rng), i=w.item(rng), j=w.item(rng), s=rng.choice(SPOTS), b=rng.choice(BODIES))
