"""The dress of twelve invented sites: what stands around (and sometimes inside) a text on each of them.

A site is a function (title, rng) -> Dress. No site of the real web is meant; names, numbers and addresses are made up,
with hosts under example.com and telephone numbers that nobody has.
"""
from dataclasses import dataclass, field
from page import Cell, chrome, chrome_lines, newline

TITLES = '''农村信用社柜员个人年终总结
幼儿园中班下学期家长会发言稿
办公室文员试用期转正申请书
暑期社会实践心得体会800字
房屋租赁合同范本（2022最新版）
初中生期末评语大全
银行大堂经理竞聘演讲稿
关于诚信的国旗下讲话
医院收费员岗位职责
元旦晚会主持词开场白
驾校教练员工作计划
超市促销活动策划书
消防安全主题班会教案
小区物业服务满意度调查问卷
大学生入党积极分子思想汇报
企业年会祝酒词精选
读《城南旧事》有感
仓库管理员述职报告
结婚典礼新郎致辞
中考满分作文：那一盏灯
社区工作者面试真题及答案
二年级数学下册教学反思
环保倡议书（精选6篇）
客服专员个人简历模板
教师资格证面试试讲逐字稿
机械设计课程设计说明书
退休欢送会领导讲话
汽车销售顾问月度工作计划
党员民主生活会对照检查材料
护士节演讲比赛主持稿
观看安全教育片心得
高三百日誓师大会教师代表发言
施工现场临时用电专项方案
猪场养殖技术问答
水稻病虫害防治时间表
电梯维保合同
国有资产清查自查报告
班主任工作经验交流材料
学生会纳新宣传语
会计实习日记30篇
生态环境保护督察整改方案
驻村干部一季度工作小结
妇联主席任职表态发言
冬季取暖安全告家长书
快递员劳动合同
食品厂实习周记
普通话水平测试朗读作品
中秋节放假通知
人大代表建议答复函
校园文化艺术节总结
图书角管理制度
工地安全员述职
高速公路收费站文明服务
老年大学开班仪式讲话
防溺水致家长的一封信
乡村振兴调研提纲
牛羊育肥饲料配方
网格员工作日志
残疾人证办理流程
茶叶加工技术要点'''.split('\n')

TEASERS = '''时光荏苒，转眼间一个学期又过去了，回顾这段时间的工作，既有收获也有遗憾，现将有关情况作一汇报……
尊敬的各位领导，亲爱的同事们，大家下午好，很荣幸能够站在这里和大家分享我的一点体会，不足之处请多多包涵……
为了进一步规范公司内部管理，提高员工的积极性，经研究决定，制定如下办法，请各部门遵照执行……
在日复一日的学习生活中，大家总少不了接触作文吧，写作文可以锻炼我们的独处习惯，那么这类作文一般怎么写呢……
甲方因业务需要，聘用乙方从事仓储工作，双方本着平等自愿的原则，签订本合同，共同遵守以下条款……
随着社会的不断进步，报告的使用频率越来越高，报告具有双向沟通性的特点，你还在对写报告感到一筹莫展吗……
同学们，当你翻开这一页的时候，距离考试只剩下一百天了，一百天可以做什么，不同的人有不同的答案……
根据上级部门的安排，我单位对近三年的固定资产进行了全面清查，现将自查情况报告如下，请予审核……'''.split('\n')

NAMES = '笔下生花 清风徐来 小鱼儿 阿木的窗台 海阔天空 老实人 云中漫步 一米阳光 文秘小王 北方的狼'.split()


@dataclass
class Dress:
    head: list = field(default_factory=list)         # cells above the text
    tail: list = field(default_factory=list)         # cells below it
    suffix: str = ''                                 # after the title, on its line
    file_name: str = ''                              # '.docx' and the like, after the title on a line of its own
    mid: list = field(default_factory=list)          # lines that may be put between paragraphs: (text, kind)
    inline: list = field(default_factory=list)       # pieces that may be put inside a line: (text, kind)
    title_alone: bool = True


def related(rng, n, mark='', teasers=0, meta=None):
    rows = []
    for k, t in enumerate(rng.sample(TITLES, n)):
        rows.append((mark.format(k + 1) + t + (meta(rng) if meta else ''), 'related_list'))
        if k < teasers: rows.append((rng.choice(TEASERS), 'related_list'))
    return rows


def day(rng, sep='-'):
    return f'{rng.randint(2018, 2023)}{sep}{rng.randint(1, 12):02d}{sep}{rng.randint(1, 28):02d}'


def clock(rng):
    return f'{rng.randint(6, 23):02d}:{rng.randint(0, 59):02d}'


def docshare(title, rng):
    """a document-sharing site with a preview"""
    n = rng.randint(100000, 999999)
    return Dress(
        head=chrome_lines([('文稿驿站 > 应用文书 > 工作总结', 'breadcrumb'), ('上传 | 登录 | 注册 | VIP会员免费下', 'nav_list')]),
        file_name=rng.choice(['.docx', '.doc']),
        mid=[('预览已结束，剩余内容请下载后查看', 'download_notice'), ('![文档封面](/static/cover/%d.jpg)' % n, 'image_residue')],
        inline=[('【文稿驿站，专注办公文档】', 'ad'), ('（下载完整版请访问www.wgyz.example.com）', 'ad')],
        tail=chrome_lines([
            (f'文档编号：{n}', 'meta'), (f'文档大小：{rng.randint(15, 60)}.5KB', 'meta'), (f'上传时间：{day(rng)}', 'meta'), (f'所需积分：{rng.randint(2, 20)}', 'meta'), ('', ''),
            ('下载文档到电脑，查找使用更方便', 'download_notice'), ('还剩%d页未读，继续阅读' % rng.randint(2, 9), 'download_notice'), ('举报 收藏 分享 评价文档', 'share_bar'), ('', ''),
            ('使用说明', 'tip_notice'), ('1.本站所有文档均由用户上传，预览与下载内容一致。', 'tip_notice'), ('2.下载后请使用办公软件打开，如遇乱码请更换软件版本重试。', 'tip_notice'),
            ('3.若内容侵犯了您的权益，请发送邮件至copyright@wgyz.example.com，我们将在3个工作日内删除。', 'rights_notice'), (f'客服微信：wgyz{n}', 'contact'), ('', ''),
            ('相关文档', 'related_list')] + related(rng, rng.randint(6, 12), meta=lambda r: f'.docx {r.randint(2, 40)}页') + [('换一批', 'nav_list'), ('关于我们 - 帮助中心 - 网站地图 - 意见反馈', 'nav_list')]))


def govportal(title, rng):
    return Dress(
        head=chrome_lines([('无障碍浏览 | 繁体 | 长者专区', 'nav_list'), ('您当前的位置：首页 > 政务公开 > 法定主动公开内容 > 工作总结', 'breadcrumb'), ('', '')]),
        mid=[('【字体：大 中 小】', 'share_bar')],
        tail=chrome_lines([
            ('', ''), ('扫一扫在手机上打开当前页', 'share_bar'), ('【打印本页】 【关闭窗口】', 'share_bar'), (f'浏览次数：{rng.randint(50, 4000)}次', 'meta'), ('上一条：' + rng.choice(TITLES), 'pager'), ('下一条：' + rng.choice(TITLES), 'pager'),
            ('', ''), ('主办：青禾县人民政府办公室 承办：青禾县大数据中心', 'rights_notice'), ('网站标识码：9900000001 ICP备00000001号', 'rights_notice'), ('联系电话：0900-2210000', 'contact')]),
        inline=[])


def govmeta(rng):
    return chrome_lines([(f'发布日期：{day(rng)} {clock(rng)} 信息来源：县政府办 点击：{rng.randint(20, 900)} 字号：[大] [中] [小]', 'meta')])


def newsportal(title, rng):
    return Dress(
        head=chrome_lines([('新闻 财经 体育 汽车 房产 教育 健康', 'nav_list')]),
        suffix='_临河在线',
        mid=[('广告', 'ad'), ('相关新闻：' + rng.choice(TITLES), 'related_list'), ('点击进入专题>>', 'nav_list')],
        inline=[('【点击查看更多独家报道】', 'ad')],
        tail=chrome_lines([
            (f'（责任编辑：{rng.choice("韩雪 苗青 丁一 余波".split())}）', 'meta'), ('分享到：微信 微博 QQ空间 复制链接', 'share_bar'), (f'我要评论（{rng.randint(0, 40)}人参与）', 'comment'), ('', ''),
            ('免责声明：本网转载内容仅代表作者观点，与临河在线无关，请读者仅作参考，并自行核实相关内容。', 'rights_notice'), ('', ''), ('热门推荐', 'related_list')]
            + related(rng, rng.randint(5, 9), teasers=rng.randint(2, 4)) + [('24小时排行', 'related_list')] + related(rng, rng.randint(5, 10), mark='{} ')
            + [('', ''), ('关于临河在线 | 广告服务 | 招聘信息 | 版权声明', 'nav_list'), ('Copyright © 2009-2023 linhe.example.com All Rights Reserved.', 'rights_notice')]))


def newsmeta(rng):
    return chrome_lines([(f'{day(rng)} {clock(rng)} 来源：临河日报 作者：{rng.choice(NAMES)} 手机看新闻', 'meta')])


def forum(title, rng):
    who = rng.choice(NAMES)
    reply = lambda t: [(f'{rng.choice(NAMES)} 发表于 {day(rng)} {clock(rng)}', 'meta'), (t, 'comment')]
    return Dress(
        head=chrome_lines([('秘书论坛»首页›公文交流区›查看内容', 'breadcrumb'), (f'查看：{rng.randint(300, 9000)} 回复：{rng.randint(3, 60)}', 'meta')]),
        mid=[(f'本帖最后由 {who} 于 {day(rng)} {clock(rng)} 编辑', 'meta'), ('签到天数：%d 天' % rng.randint(3, 800), 'meta')],
        inline=[],
        tail=chrome_lines([
            ('评分', 'share_bar'), (f'参与人数 {rng.randint(2, 9)} 威望 +{rng.randint(3, 30)} 收起 理由', 'meta'), ('收藏 分享 淘帖 支持 反对', 'share_bar'), ('回复 使用道具 举报', 'share_bar'), ('', '')]
            + reply('谢谢楼主分享，正好用得上！') + reply('顶一个，写得很实在') + reply('楼主好人，收藏了~~') + [('', ''),
            ('您需要登录后才可以回帖 登录 | 立即注册', 'nav_list'), ('本版积分规则', 'nav_list'), ('小黑屋|手机版|Archiver|秘书论坛', 'nav_list'), (f'GMT+8, {day(rng)} {clock(rng)}, Processed in 0.0{rng.randint(10, 99)} second(s), {rng.randint(9, 40)} queries.', 'other')]))


def forummeta(rng):
    return chrome_lines([(f'楼主 {rng.choice(NAMES)} 发表于 {day(rng)} {clock(rng)} | 只看该作者 | 倒序浏览', 'meta')])


def mobile(title, rng):
    return Dress(
        head=chrome_lines([('返回 首页 搜索 菜单', 'nav_list'), ('打开APP，阅读体验更佳', 'download_notice')]),
        mid=[('展开剩余%d%%' % rng.randint(30, 70), 'nav_list'), ('点击加载更多', 'nav_list')],
        inline=[('（手机用户请到m.wenku.example.com阅读）', 'ad')],
        tail=chrome_lines([
            ('全文完', 'other'), (f'赞 {rng.randint(1, 99)} 踩 {rng.randint(0, 9)} 收藏', 'share_bar'), ('上一篇：' + rng.choice(TITLES), 'pager'), ('下一篇：' + rng.choice(TITLES), 'pager'), ('猜你喜欢', 'related_list')]
            + related(rng, rng.randint(5, 8)) + [('返回顶部 电脑版 客户端', 'nav_list')]))


def essays(title, rng):
    return Dress(
        head=chrome_lines([(f'当前位置：范文仓 > 总结 > 工作总结', 'breadcrumb'), ('', '')]),
        mid=[('范文仓小编为您推荐：', 'related_list'), ('推荐阅读：' + rng.choice(TITLES), 'related_list')],
        inline=[('（本文来源于范文仓）', 'ad'), ('【范文仓——您身边的写作助手】', 'ad')],
        tail=chrome_lines([
            (f'【{title}】相关文章：', 'related_list')] + related(rng, rng.randint(8, 14), mark='{}.', meta=lambda r: f'{r.randint(1, 12):02d}-{r.randint(1, 28):02d}')
            + [('', ''), ('标签：总结 报告 汇报 范文', 'tag_list'), (f'本文地址：http://www.fwc.example.com/zongjie/{rng.randint(10000, 99999)}.html', 'rights_notice'), ('本文版权归原作者所有，未经允许请勿转载。', 'rights_notice'), ('最新更新', 'related_list')]
            + related(rng, rng.randint(6, 10), mark='- ')))


def essaymeta(title, rng):
    return chrome_lines([(f'时间：{day(rng, "/")} 阅读：{rng.randint(100, 9999)} 编辑：{rng.choice(NAMES)}', 'meta'),
                         (f'导语：下面是小编为大家整理的“{title}”，仅供参考，希望对您有所帮助！', 'lead_in')])


def exams(title, rng):
    return Dress(
        head=chrome_lines([('考培通 > 公务员 > 申论 > 范文赏析', 'breadcrumb'), ('报名时间 准考证打印 成绩查询 历年真题 网校课程', 'nav_list')]),
        suffix='-考培通',
        mid=[('考培通温馨提示：扫码加入备考交流群，免费领取历年真题！', 'ad')],
        inline=[('〖考培通整理〗', 'ad')],
        tail=chrome_lines([
            ('特别推荐：2023年申论热点押题班火热招生中', 'ad'), ('编辑推荐：', 'related_list')] + related(rng, 6, mark='☆ ') + [
            (f'备考QQ群：{rng.randint(100000000, 999999999)}', 'contact'), ('责编：kpt%02d' % rng.randint(1, 30), 'meta'), ('打印 | 收藏 | 纠错', 'share_bar'), ('考试日历', 'nav_list'), ('网站简介 服务协议 联系我们 友情链接', 'nav_list')]))


def mirror(title, rng):
    n = rng.randint(1, 400)
    return Dress(
        head=chrome_lines([('旧档文库 镜像站 | 返回书目 | 加入书签', 'nav_list'), ('=' * 40, 'other')]),
        mid=[],
        inline=[('(旧档文库收录)', 'ad')],
        tail=chrome_lines([('=' * 40, 'other'), (f'上一页 [目录] 下一页  第{n}号文件', 'pager'), ('本文件由网友“%s”录入，旧档文库排版，转载请保留本行。' % rng.choice(NAMES), 'rights_notice'), ('http://jdwk.example.net/mirror/%04d.txt' % n, 'other')]))


def blog(title, rng):
    said = lambda t: [(f'{rng.choice(NAMES)}：{t}', 'comment'), (f'{day(rng)} {clock(rng)} 回复', 'comment')]
    return Dress(
        head=chrome_lines([('首页 | 日志 | 相册 | 音乐 | 留言板 | 关于我', 'nav_list'), ('', '')]),
        mid=[],
        inline=[],
        tail=chrome_lines([
            ('', ''), ('分类：机关文字', 'tag_list'), ('标签：总结 公文 转载', 'tag_list'), (f'阅读（{rng.randint(20, 2000)}） | 评论（3） | 推荐（{rng.randint(0, 9)}）', 'meta'), ('喜欢就赞赏一下吧', 'share_bar'), ('', ''),
            ('上一篇：' + rng.choice(TITLES), 'pager'), ('下一篇：' + rng.choice(TITLES), 'pager'), ('', ''), ('评论列表', 'comment')]
            + said('写得真好，借鉴了') + said('博主也是搞材料的？握手') + said('求一份word版，邮箱abc@example.com') + [('发表评论', 'comment'), ('最近访客', 'nav_list'), (' '.join(rng.sample(NAMES, 5)), 'nav_list')]))


def blogmeta(rng):
    return chrome_lines([(f'（{day(rng)} {clock(rng)}）', 'meta'), ('转载▼', 'share_bar')])


def account(title, rng):
    """a re-post on a chat application's public account"""
    return Dress(
        head=chrome_lines([('点击上方蓝字关注我们', 'share_bar'), ('', '')]),
        mid=[('▼', 'other'), ('广告 | 点击查看', 'ad'), ('图片来源于网络，侵删', 'rights_notice')],
        inline=[],
        tail=chrome_lines([
            ('', ''), ('— END —', 'other'), ('来源：白石发布', 'meta'), ('编辑：小禾 审核：老田', 'meta'), ('', ''), ('往期回顾', 'related_list')] + related(rng, 4, mark='▷ ') + [
            ('长按识别二维码，了解更多', 'share_bar'), ('觉得不错，点个“在看”吧', 'share_bar'), (f'阅读原文 阅读 {rng.randint(100, 5000)} 赞 {rng.randint(1, 99)} 在看 {rng.randint(1, 50)}', 'share_bar'), ('投稿邮箱：tougao@example.com', 'contact')]))


def accountmeta(rng):
    return chrome_lines([(f'原创 {rng.choice(NAMES)} 白石发布 {day(rng)} {clock(rng)} 发表于青禾', 'meta')])


def downloads(title, rng):
    return Dress(
        head=chrome_lines([('华彩资料下载站', 'nav_list'), (f'资料名称：{title}', 'meta'), ('资料等级：★★★★☆', 'meta'), (f'更新时间：{day(rng)}', 'meta'), (f'下载次数：{rng.randint(10, 999)}', 'meta'), ('解压密码：www.hczl.example.com', 'download_notice'), ('', '')]),
        mid=[],
        inline=[('[华彩资料 www.hczl.example.com]', 'ad')],
        tail=chrome_lines([
            ('', ''), ('下载地址1：电信下载', 'download_notice'), ('下载地址2：联通下载', 'download_notice'), ('下载说明：', 'tip_notice'), ('☉推荐使用下载工具下载本站资料。', 'tip_notice'), ('☉如果遇到什么问题，请到留言簿反馈。', 'tip_notice'),
            ('☉本站资料仅供学习研究之用，请在下载后24小时内删除。', 'rights_notice'), ('发表评论 加入收藏 告诉好友 错误报告', 'share_bar'), ('本类热门', 'related_list')] + related(rng, 10, mark='· ')))


SITES = dict(docshare=docshare, govportal=govportal, newsportal=newsportal, forum=forum, mobile=mobile, essays=essays, exams=exams,
             mirror=mirror, blog=blog, account=account, downloads=downloads)


def after_title(site, title, rng):
    if site == 'govportal': return govmeta(rng)
    if site == 'newsportal': return newsmeta(rng)
    if site == 'forum': return forummeta(rng)
    if site == 'essays': return essaymeta(title, rng)
    if site == 'blog': return blogmeta(rng)
    if site == 'account': return accountmeta(rng)
    return []
