"""Pages in dresses of our own making, for training: clean texts of ../shared/data inside the furniture of
document-sharing sites, blogs, forums, question pages, portals and offices. All furniture is written here."""
import json
import re

import opencc

import chrome_bodies

TRADITIONAL = opencc.OpenCC('s2twp')

CHANNELS = '首页 推荐 关注 热榜 视频 图片 财经 科技 娱乐 体育 汽车 房产 教育 健康 旅游 美食 文化 历史 军事 国际 社会 时尚 母婴 游戏 数码 法治 三农 直播 专栏 问答 课程 会员 商城 下载 论坛 博客 圈子 活动 招聘 社区 学习 工具 资源 开源 后端 前端 人工智能 数据库'.split()
NAMES = '晨光 小河 老王说事 阿青 山间客 码农日记 清风 南山 一叶 青石巷 技术笔记 半亩方塘 江边渔夫 木子 岁月 向阳 大白 橙子 云端 夜读者 匿名用户 蓝天白云 hello2020 user_8812 xiaoli kk老师'.split()
REMARKS = ['写得真好，收藏了。', '学到了，谢谢分享', '楼主说得有道理', '有没有更详细的资料？', '顶一个', '前排围观', '这个问题我也遇到过，后来重装就好了。', '支持作者，期待更新！', '不太同意，数据从哪里来的？', '哈哈哈哈', '路过', '请问第三步怎么操作，我这里报错了', '感谢，问题解决了', '好文章，转走了', '说到点子上了，现在就是这样的情况。', '希望有关部门重视起来', '作者辛苦了', '已关注，求互粉', '图片看不了了，能补一下吗', '沙发', '写的什么乱七八糟的', '我家也在那边，确实是这样，每天上下班都堵得厉害。']
WORDS = '工作总结 计划 范文 方案 心得体会 报告 汇报 讲话稿 述职报告 申请书 合同 试题 教案 攻略 排行榜 是什么 怎么办 有哪些 哪家好 多少钱 使用教程 入门指南 源码解析 最新消息 大全 精选 解读 曝光 回应 通报 图解'.split()
PLACES = '甲县 乙市 丙区 丁镇 东湖街道 西山村 第一小学 实验中学 人民医院 供电所 农技站 图书馆 某公司 开发区 财政局 教育局 应急局'.split()
THINGS = '春耕生产 安全检查 招生 防汛 消防演练 年度考核 垃圾分类 读书活动 技能培训 招商引资 志愿服务 设备采购 信息化建设 食品安全 低碳出行 手机芯片 新能源汽车 基金 股市 房价 养老金 减肥 早餐 旅行 编程语言 数据库优化 缓存'.split()
TOPS = [['无障碍', '登录', '注册'], ['登录/注册', 'APP下载', '帮助中心'], ['您好，欢迎光临！', '请登录', '免费注册'], ['搜索', '发布', '消息', '创作中心'], ['skip to content', '切换导航'], ['打开APP'], ['首页', '登录', '客户端', '繁體']]
FEET = [['关于我们', '联系我们', '加入我们', '用户协议', '隐私政策'], ['友情链接', '某某网', '百科', '地方政府网站', '新闻网'], ['返回顶部', '意见反馈', '举报中心'], ['客服电话：400-000-1234', '工作时间：8:30-22:00', '商务合作：bd@example.com'], ['本站所有内容均由网友上传，仅供学习参考，如有侵权请联系删除。'], ['网站标识码：1234567890', '主办：某县人民政府办公室', '技术支持：某某科技'], ['© 2023 某某网 版权所有', '京ICP备12345678号-1', '京公网安备 11010802000000号'], ['微信公众号', '扫码关注', '官方微博', '手机版']]


BLANK = ' \t\u3000\u200b\ufeff'
OF_MANY_KINDS = 1200
AMID = [['广告'], ['点击查看大图'], ['（点击图片可放大）'], ['1', '2', '3', '下一页'], ['上一页 1 2 3 4 下一页'], ['【推荐阅读】', '更多精彩内容请关注本站'], ['扫描二维码，关注公众号'], lambda rng: ['相关阅读：' + made_title(rng)], lambda rng: ['推荐：' + made_title(rng), made_title(rng) + '(图)'], lambda rng: [rng.choice(['分享到：', '收藏', '打印', '分享', '顶', '踩', '举报', '评论']) for _ in range(rng.randrange(2, 5))], ['[高清大图]'], ['未登录用户请先登录后查看全文'], ['本文来自某某网，转载请注明出处'], ['展开全文'], ['▼ 继续阅读 ▼']]


def make(data, rng):
    texts = []
    for line in open(f'{data}/clean_web/skywork_zh_general.jsonl', encoding='utf-8'):
        d = json.loads(line)
        texts.append((d['title'].strip('.… '), [x.strip() for x in d['text'].split('\n') if x.strip()]))
    for k, line in enumerate(open(f'{data}/news_transcripts.jsonl', encoding='utf-8')):
        if k % 3 == 0:
            paras = [x.strip('# *') for x in json.loads(line)['text'].split('\n') if x.strip('# *')]
            at = rng.randrange(0, max(1, len(paras) - 12))
            texts.append((made_title(rng), paras[at:at + rng.randrange(4, 12)]))
    for k, line in enumerate(open(f'{data}/laws.jsonl', encoding='utf-8')):
        if k % 12 == 0:
            paras = [x.strip('# *') for x in json.loads(line)['text'].split('\n') if x.strip('# *')]
            texts.append((paras[0][:50], paras[1:rng.randrange(10, 40)]))
    rng.shuffle(texts)
    words = chrome_bodies.Words(texts)
    kinds = [(chrome_bodies.title(words, rng), chrome_bodies.body(words, rng)) for _ in range(OF_MANY_KINDS)]
    titles = [t for t, _ in texts]
    pages = []
    for k, (title, body) in enumerate(texts + kinds):
        if not body:
            continue
        dress = rng.choice([docsite, blog, forum, question, portal, office, mobile, portal, blog])
        body = roughen(body, rng) if k < len(texts) else body
        lines, gold = dress(title, body, titles if rng.random() < .7 else titles + [t for t, _ in kinds], rng)
        lines, labels = labelled([x for x in lines if x.strip(BLANK)], [x for x in body if x.strip(BLANK)], title, rng)
        if rng.random() < .2:
            lines = [TRADITIONAL.convert(x) for x in lines]
        gap = rng.choice(['\n', '\n', '\n\n'])
        pages.append(dict(id=f'own{k}', host=f'own{k % 60}.example', text=gap.join(lines), gold='\n'.join(gold), weight=0.4 if k < len(texts) else 0.2, kind='own', line_labels=labels))
    return pages


def labelled(lines, body, title, rng):
    """The lines of a page, some with the site's lines put between the body's, and for each whether it is the text's."""
    at = next(i for i in range(len(lines)) if lines[i:i + len(body)] == body)
    labels = [0] * at + [1] * len(body) + [0] * (len(lines) - at - len(body))
    named = [i for i in range(at) if lines[i] == title]
    if named:
        labels[named[-1]] = 1
    while rng.random() < .25:
        between = rng.choice(AMID)
        between = between(rng) if callable(between) else between
        place = rng.randrange(at, at + len(body) + 1)
        lines[place:place], labels[place:place] = between, [0] * len(between)
        body = lines[at:at + len(body) + len(between)]
    return lines, labels


def made_title(rng):
    return rng.choice(PLACES) + rng.choice(['召开', '开展', '关于', '组织', '']) + rng.choice(THINGS) + rng.choice(WORDS + ['工作会议', '活动', '的通知', '的几点思考'])


def roughen(body, rng):
    """Headings, short lines, lists and captions among the paragraphs, as real bodies have them."""
    if rng.random() < 0.18:
        body = unpunctuated(body, rng)
    out = []
    for i, para in enumerate(body):
        r = rng.random()
        if r < 0.07:
            out.append(f'{"一二三四五六七八九十"[min(i, 9)]}、' + rng.choice(THINGS) + rng.choice(['的背景', '的做法', '情况', '存在的问题', '']))
        elif r < 0.11:
            out.append(rng.choice(THINGS) + rng.choice(['怎么做', '', '的意义', '小结', '：三个要点']))
        elif r < 0.14:
            out.append(rng.choice(['图为', '图：', '资料图：', '图1 ', '▲']) + rng.choice(PLACES) + rng.choice(THINGS) + rng.choice(['现场', '示意图', '。', '']))
        elif r < 0.17:
            out.extend(f'{j + 1}. {rng.choice(THINGS)}{rng.choice(["", "；", "：" + rng.choice(THINGS)])}' for j in range(rng.randrange(2, 5)))
        elif r < 0.19:
            out.extend(rng.choice(['$ ', '', '> ']) + rng.choice(['pip install numpy', 'SELECT id FROM t WHERE a = 1;', 'return x + 1;', 'import os', 'git pull']) for _ in range(rng.randrange(1, 4)))
        elif r < 0.22:
            out.append(rng.choice(['记者：', '问：', '答：', '主持人：']) + para[:rng.randrange(6, 25)] + rng.choice(['？', '。']))
        out.append(para)
    if rng.random() < 0.12:
        out.extend([rng.choice(PLACES), f'20{rng.randrange(10, 24)}年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日'])
    return out


def unpunctuated(body, rng):
    """Written as many write in blogs and chats: a clause or two a line, spaces for punctuation."""
    out = []
    for para in body[:20]:
        clauses = [x for x in re.split('[，。；：、！？]', para) if x]
        while clauses:
            n = rng.choice([1, 1, 2, 2, 3])
            out.append(' '.join(clauses[:n])[:70] + rng.choice(['', '', '', '~', '！', '...', '。']))
            clauses = clauses[n:]
    return out


def date(rng, clock=True):
    d = rng.choice(['20{:02d}-{:02d}-{:02d}', '20{:02d}/{:02d}/{:02d}', '20{:02d}年{:02d}月{:02d}日', '20{:02d}.{:02d}.{:02d}']).format(rng.randrange(10, 24), rng.randrange(1, 13), rng.randrange(1, 29))
    return d + (f' {rng.randrange(24):02d}:{rng.randrange(60):02d}' if clock and rng.random() < .6 else '')


def listed(titles, rng, n):
    mark = rng.choice(['', '', '· ', '- ', '• ', '{} '])
    tail = rng.choice(['', '', 'date', 'count'])
    out = []
    for i in range(n):
        t = rng.choice(titles) if rng.random() < .6 else made_title(rng)
        if rng.random() < .3:
            t = t[:rng.randrange(8, 22)] + '...'
        out.append(mark.format(i + 1) + t + (' ' + date(rng, False) if tail == 'date' else f' {rng.randrange(9999)}阅读' if tail == 'count' else ''))
        if rng.random() < .06:
            out.append(''.join(rng.choice(THINGS) + rng.choice(['是', '需要', '的', '，', '将']) for _ in range(12))[:60] + '...')
    return out


def menu(rng):
    words = rng.sample(CHANNELS, rng.randrange(4, 20))
    return [rng.choice([' ', ' | ', '  ', '-', '·']).join(words)] if rng.random() < .35 else words


def foot(rng):
    out = []
    for block in rng.sample(FEET, rng.randrange(1, 5)):
        out.extend([rng.choice([' | ', ' ', '  ']).join(block)] if rng.random() < .4 else block)
    return out


def remarks(rng):
    out = []
    for _ in range(rng.randrange(1, 7)):
        name = rng.choice(NAMES)
        out.extend(rng.choice([[name, date(rng), rng.choice(REMARKS), '回复', '赞'], [f'{name} {date(rng)}', rng.choice(REMARKS), f'{rng.randrange(60)}赞 · 回复'], [f'{rng.randrange(2, 30)}楼', name, rng.choice(REMARKS), f'发表于 {date(rng)}'], [f'{name}：{rng.choice(REMARKS)}']]))
    return out


def docsite(title, body, titles, rng):
    head = rng.sample(['分享', '下载文档', '收藏', '举报', f'ID：{rng.randrange(10**6, 10**8)}', f'大小：{rng.randrange(10, 900)}KB', f'页数：{rng.randrange(2, 40)}页', '格式：DOCX', f'时间：{date(rng, False)}', f'{rng.randrange(3000)}人阅读', '价格：5.00元', '温馨提示：', '1. 本站所有资源如无特殊说明，都需要本地电脑安装办公软件。', '2. 文档由用户自行上传，版权归原作者所有，如侵犯了您的权益请联系客服删除。', '3. 预览与下载的文件一致，下载前请确认内容是否符合要求。', f'上传人：{rng.choice(NAMES)}', f'上传时间：{date(rng)}', f'文档编号：{rng.randrange(10**7)}', '第1页 / 共12页', '亲，该文档总共12页，到这儿已超出免费预览范围', '点击查看更多>>', '资源描述：', f'{title}'], rng.randrange(4, 12))
    tail = rng.sample(['下载文档', '还剩页未读，继续阅读', '此文档下载收益归作者所有', '版权提示', '举报文档', f'关键词：{rng.choice(THINGS)} {rng.choice(THINGS)}', '当前位置：首页 > 行业资料 > 工作范文', '本文标题：' + title, '链接地址：https://example.com/doc-1234.html', '注意事项', '本文由用户主动上传，下载前请先预览。', '收起', '展开'], rng.randrange(2, 8))
    gold = [title] + body
    top = rng.choice(TOPS) + (menu(rng) if rng.random() < .5 else [])
    return top + head + gold + tail + [rng.choice(['相关资源', '猜你喜欢', '你可能关注的文档', '相关推荐', '更多相关文档', '热门文档'])] + listed(titles, rng, rng.randrange(4, 30)) + (foot(rng) if rng.random() < .6 else []), gold


def blog(title, body, titles, rng):
    name = rng.choice(NAMES)
    meta = rng.choice([[name, f'于 {date(rng)} 发布', f'{rng.randrange(9999)} 收藏 {rng.randrange(99)}', '文章标签：', rng.choice(THINGS), rng.choice(THINGS), '版权声明：本文为博主原创文章，转载请附上原文出处链接和本声明。'], [f'{name} · {date(rng)} · 阅读 {rng.randrange(9999)}'], [f'作者：{name}', f'发布于 {date(rng)}', f'分类：{rng.choice(THINGS)}'], [name, '关注', f'{date(rng)} 字数 {rng.randrange(9999)} 阅读 {rng.randrange(999)} 评论 {rng.randrange(99)} 喜欢 {rng.randrange(99)}'], [f'posted @ {date(rng)} {name} 阅读({rng.randrange(999)}) 评论({rng.randrange(99)}) 编辑 收藏']])
    side = rng.choice([[], [name, '码龄6年', f'{rng.randrange(500)}', '原创', f'{rng.randrange(99999)}', '访问', '积分', '等级', '热门文章'] + listed(titles, rng, 5) + ['最新评论'] + remarks(rng)[:6] + ['目录'], ['昵称： ' + name, '园龄： 5年', '粉丝： 12', '关注： 3', '+加关注', '最新随笔'] + listed(titles, rng, 6) + ['随笔档案', '2021年3月(2)', '2020年11月(1)']])
    tail = rng.choice([[f'点赞 {rng.randrange(99)}', '收藏', '打赏', '分享', '举报'], ['最后编辑于：' + date(rng), '©著作权归作者所有,转载或内容合作请联系作者', '人面猴', '序言'] , ['分类: ' + rng.choice(THINGS), '标签: ' + rng.choice(THINGS), '好文要顶 关注我 收藏该文', '« 上一篇： ' + rng.choice(titles), '» 下一篇： ' + rng.choice(titles)], ['赞赏支持', '还没有人赞赏，支持一下', name, '总资产3共写了2.1W字获得12个赞共8个粉丝']])
    if '人面猴' in tail:
        tail = tail[:2]
    keep = [title] + body
    order = rng.random()
    lines = [title + rng.choice(['_%s的博客' % name, ' - %s - 博客园' % name, ' - 简书', ' | %s的小站' % name])] + rng.choice(TOPS) + menu(rng)
    lines += (side if order < .3 else []) + [title] + meta + body + tail + (side if order >= .3 else [])
    lines += [rng.choice(['评论', '全部评论', f'{rng.randrange(40)}条评论', '发表评论'])] + remarks(rng) + [rng.choice(['相关推荐', '推荐阅读', '猜你喜欢', '更多精彩内容'])] + listed(titles, rng, rng.randrange(4, 16)) + foot(rng)
    return lines, keep


def forum(title, body, titles, rng):
    name = rng.choice(NAMES)
    head = ['设为首页', '收藏本站', '用户名', '密码', '自动登录', '找回密码', '立即注册', '快捷导航'] if rng.random() < .6 else rng.choice(TOPS)
    head = head + menu(rng) + [f'论坛 › {rng.choice(THINGS)} › 综合讨论 › {title}'] + rng.sample(['返回列表', '发新帖', '回复', f'查看: {rng.randrange(9999)} | 回复: {rng.randrange(99)}', '[复制链接]', '发帖', '电梯直达', '跳转到指定楼层'], 4)
    poster = [name, rng.choice(['当前离线', '在线时间 12 小时', '注册会员', 'Lv.3']), '主题', '12', '帖子', f'{rng.randrange(999)}', '积分', '发消息', '楼主', f'发表于 {date(rng)}', '只看该作者', '倒序浏览', '阅读模式']
    body_at = [title] + rng.sample(poster, rng.randrange(4, len(poster)))
    keep = [title] + body
    tail = ['分享到: QQ好友和群', '收藏0', '转播0', '淘帖', '支持', '反对', '回复', '使用道具', '举报'] + remarks(rng) + ['返回列表', '高级模式', 'B Color Image Link Quote Code Smilies', '您需要登录后才可以回帖 登录 | 立即注册', '本版积分规则', '回帖后跳转到最后一页'] + listed(titles, rng, rng.randrange(0, 10)) + foot(rng) + ['Powered by Discuz! X3.4', 'GMT+8, ' + date(rng)]
    return [f'{title} - {rng.choice(THINGS)} - 某某论坛'] + head + body_at + body + tail, keep


def question(title, body, titles, rng):
    name = rng.choice(NAMES)
    head = rng.choice(TOPS) + rng.choice([[], menu(rng)]) + [rng.choice(['问题', '提问']), title]
    meta = ['关注者', f'{rng.randrange(999)}', '被浏览', f'{rng.randrange(99999)}', '关注问题', '写回答', '邀请回答', '好问题 3', '添加评论', '分享', f'{rng.randrange(99)} 个回答', '默认排序', name, rng.choice(['公众号作者', '优秀答主', '终身学习者', '']), f'{rng.randrange(999)} 人赞同了该回答']
    tail = [f'发布于 {date(rng)}', f'赞同 {rng.randrange(999)}', f'{rng.randrange(99)} 条评论', '分享', '收藏', '喜欢', '继续浏览内容', '更多回答'] + rng.choice([[], remarks(rng)]) + [rng.choice(['相关问题', '相关推荐', '大家还在搜'])] + listed(titles, rng, rng.randrange(3, 10)) + foot(rng)
    return head + [x for x in meta if x and rng.random() < .8] + body + tail, [title] + body


def portal(title, body, titles, rng):
    site = rng.choice(['某某网', '江城热线', '晨报网', '财经在线', '搜新闻'])
    head = [title + rng.choice(['_', '-', ' | ']) + site] + rng.choice(TOPS) + menu(rng) + rng.choice([[], [f'{site} > {rng.choice(CHANNELS)} > 正文'], [f'当前位置：首页 > 新闻 > 正文'], listed(titles, rng, rng.randrange(2, 8))])
    meta = rng.choice([[f'{date(rng)} 来源：{site}'], [f'来源：{site} 发布时间：{date(rng)} 编辑：{rng.choice(NAMES)}'], [date(rng), f'来源: {site}', '举报'], [site, f'{date(rng)} · {rng.choice(["优质财经领域创作者", "官方账号", "北京"])}', '关注'], [f'{rng.randrange(2000)}-{rng.randrange(10,13)}'.replace('-', '年') + '月', '分享至', '微信', '微博', 'QQ空间']])
    tail = rng.sample([f'责任编辑：{rng.choice(NAMES)}', f'（编辑：{rng.choice(NAMES)}）', '返回搜狐，查看更多', '特别声明：以上内容为自媒体平台用户上传并发布，本平台仅提供信息存储服务。', f'阅读 ({rng.randrange(9999)})', '举报/反馈', '打开APP阅读全文', '分享到：', '赞 0', '海报', '点击查看更多', '声明：该文观点仅代表作者本人，不代表本站立场。', '上一篇：' + rng.choice(titles), '下一篇：' + rng.choice(titles)], rng.randrange(2, 7))
    ends = []
    for _ in range(rng.randrange(1, 5)):
        ends += [rng.choice(['相关新闻', '热门推荐', '24小时热文', '推荐阅读', '大家都在看', '图集', '视频', '热点排行', '作者最新文章', '相关文章', '最新资讯', '为您推荐', '广告'])] + listed(titles, rng, rng.randrange(3, 14))
    return head + [title] + meta + body + tail + rng.choice([[], ['网友评论', '登录', '我来说两句', '发布'] + remarks(rng)]) + ends + foot(rng), [title] + body


def office(title, body, titles, rng):
    head = [title + '_某县人民政府'] + ['无障碍浏览', '长者模式', '简体', '繁体'] + ['首页', '政务公开', '政务服务', '互动交流', '走进某县', '请输入关键字', '搜索'][:rng.randrange(3, 8)] + [f'当前位置：首页 > 政务公开 > {rng.choice(THINGS)}']
    table = rng.sample(['索引号：', '000014349/2023-00012', '主题分类：', '综合政务', '发布机构：', '某县办公室', f'发文日期：{date(rng, False)}', '文号：', '某政发〔2023〕1号', '有效性：', '有效', '公开方式：主动公开'], 6) if rng.random() < .5 else []
    meta = [rng.choice([f'发布时间：{date(rng)} 信息来源：县办公室 浏览次数：{rng.randrange(999)}', f'{date(rng)} 字体：[大 中 小] 打印 关闭', f'来源：{rng.choice(PLACES)} 时间：{date(rng)} 点击：{rng.randrange(99)} 次'])]
    tail = rng.sample(['【打印】【关闭】', '扫一扫在手机打开当前页', '分享：', '相关链接', '上一条：' + rng.choice(titles), '下一条：' + rng.choice(titles), '政策解读', '相关附件'], 4) + ['主办：某县人民政府 承办：某县政府办公室', '网站标识码：4312250001 湘公网安备 43122502000001号 湘ICP备12345678号', '联系电话：0745-0000000', '网站地图 | 关于我们 | 网站声明', '建议使用1366*768分辨率']
    return head + table + [title] + meta + body + tail, [title] + body


def mobile(title, body, titles, rng):
    name = rng.choice(NAMES)
    head = rng.choice([[title, rng.choice(['原创', '']), name, name + ' ' + date(rng)], ['点击上方蓝字关注我们', title, name], ['打开', title, date(rng), name, '关注', '听全文']])
    tail = rng.sample(['阅读原文', '阅读 10万+', '在看', '分享收藏点赞', '微信扫一扫', '关注该公众号', '继续滑动看下一个', '轻触阅读原文', '向上滑动看下一个', '喜欢此内容的人还喜欢', '预览时标签不可点', '长按二维码关注', '点个“在看”，让更多人看到', '赞赏作者', '人划线', '修改于' + date(rng), '打开APP 查看更多精彩内容', '举报', '内容含营销信息'], rng.randrange(3, 9))
    extra = [rng.choice(['往期推荐', '推荐阅读', '往期回顾', '相关阅读', '热门视频'])] + listed(titles, rng, rng.randrange(2, 7)) if rng.random() < .7 else []
    return [x for x in head if x] + body + extra + tail + (foot(rng) if rng.random() < .3 else []), [title] + body
