"""The base texts: reading them, and the siblings, revisions and excerpts that are made of them."""
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2] / 'corpora'
BASE = ROOT / 'base'


def base(key):
    """(title, paragraphs) of base/<key>-*.txt"""
    p = sorted(BASE.glob(key + '-*.txt'))
    if len(p) != 1: raise SystemExit(f'{key}: {len(p)} base texts')
    rows = p[0].read_text(encoding='utf-8').rstrip('\n').split('\n')
    return rows[0], rows[1:]


G1 = [
    dict(county='青禾县', area='38.42', towns='14', villages='187', house='61204', rate='96.3', money='3699.85', day='6月30日', bank='农村商业银行', pub='5月8日', ask='23', tel='0900-2215312', sign='2021年6月3日'),
    dict(county='石塘县', area='27.06', towns='11', villages='142', house='44817', rate='104.7', money='2833.18', day='7月10日', bank='农业银行', pub='5月17日', ask='9', tel='0900-3307125', sign='2021年6月18日'),
    dict(county='南浦县', area='51.9', towns='19', villages='263', house='80336', rate='88.5', money='4593.15', day='6月25日', bank='邮政储蓄银行', pub='4月29日', ask='41', tel='0900-4602208', sign='2021年5月27日'),
    dict(county='云溪县', area='19.73', towns='9', villages='98', house='30152', rate='112.4', money='2217.65', day='7月15日', bank='农村信用社', pub='5月24日', ask='4', tel='0900-5518803', sign='2021年6月25日'),
]
G2 = [
    dict(school='东岸区实验小学', year='1956', road='东岸区文庙街12号', mu='28.6', cls='36', pupils='1648', teachers='97', motto='求真向善', feature='管乐团和书法社团在全市小有名气', honour='市文明校园、省书法教育示范校', plan='6', num='270', range='文庙街、柳荫路、河滨北路以东，铁路以南', d1='6月20日', d2='6月24日', d3='7月2日', place='学校博学楼一楼大厅', d4='7月20日', tel='0900-2230101'),
    dict(school='河西小学', year='1983', road='西岸区建设路88号', mu='17.2', cls='24', pupils='1015', teachers='61', motto='每天进步一点点', feature='足球队连续三年打进市小学组四强', honour='市足球特色学校、区平安校园', plan='4', num='180', range='建设路以北、环城西路以东、沙水以西', d1='6月22日', d2='6月26日', d3='7月4日', place='学校多功能厅', d4='7月22日', tel='0900-2230245'),
    dict(school='新城第一小学', year='2014', road='新城区望山大道6号', mu='45', cls='42', pupils='1902', teachers='118', motto='和而不同', feature='建有天文台和校园气象站', honour='省科技教育示范校、市智慧校园', plan='8', num='360', range='望山大道两侧的云栖苑、锦绣里、学府东郡等九个小区', d1='6月18日', d2='6月23日', d3='6月30日', place='体育馆南门', d4='7月18日', tel='0900-2230377'),
]
G3 = [
    dict(county='青禾县', month='4', temp='17.1', tdiff='偏高0.8℃', rain='96.4', rdiff='偏少三成', sun='148.2', event='15日下午出现冰雹，持续约12分钟，最大直径18毫米。', effect='前期光照充足，有利于早稻育秧和油菜成熟，冰雹造成部分乡镇蔬菜大棚受损。', date='4月26日', town='白石镇', crop='早稻秧苗叶龄3.2片，油菜进入绿熟期', ntemp='偏高0.5℃', nrain='接近常年', risk='短时强降水和雷雨大风', advice1='1.抢晴收割油菜，及时晾晒入库。', advice2='2.早稻移栽后保持浅水返青，受损大棚尽快修复补种。'),
    dict(county='青禾县', month='6', temp='25.3', tdiff='偏低0.4℃', rain='312.7', rdiff='偏多近五成', sun='89.6', event='19日至23日出现连续暴雨，双桥站过程雨量206.5毫米。', effect='光照不足、田间积水，早稻抽穗扬花受到影响，玉米倒伏较多。', date='6月25日', town='双桥乡', crop='早稻处于抽穗期，稻瘟病病叶率4.7%', ntemp='偏高1.2℃', nrain='偏少两成', risk='高温热害和伏旱', advice1='1.清沟排水，扶正倒伏玉米，追施速效肥。', advice2='2.抓住雨停间隙防治稻瘟病和纹枯病，七天以后补防一次。'),
    dict(county='青禾县', month='9', temp='22.9', tdiff='偏高1.6℃', rain='41.3', rdiff='偏少六成', sun='187.5', event='全月无雨日达21天，9月下旬达到中度气象干旱。', effect='晴热天气有利于晚稻灌浆和烤烟采收，但油菜播种墒情不足。', date='9月27日', town='上坪乡', crop='晚稻乳熟期长势良好，0至20厘米土层含水量仅13%', ntemp='接近常年', nrain='偏少', risk='秋旱和森林火险', advice1='1.晚稻田保持干湿交替，不要过早断水。', advice2='2.油菜造墒播种，先灌后播，出苗前不要踩踏。'),
    dict(county='石塘县', month='4', temp='16.2', tdiff='偏低0.3℃', rain='131.8', rdiff='基本持平', sun='126.9', event='7日至9日出现倒春寒，最低气温6.4℃。', effect='低温使早稻出苗推迟，柑橘花期延后，灾害损失总体较轻。', date='4月24日', town='枫林镇', crop='早稻秧苗叶龄2.1片，柑橘现蕾率七成', ntemp='接近常年', nrain='偏多一成', risk='强对流天气', advice1='1.秧田夜灌日排，以水调温。', advice2='2.柑橘园喷施保花药剂，雨后清沟沥水。'),
]
G4 = [
    dict(road='柳荫路', **{'from': '文庙街口', 'to': '河滨北路口'}, work='雨污分流改造', t1='2022年5月10日', h1='零时', t2='6月30日', h2='24时', days='52', len='1260', rule='机动车道半幅封闭，东向西单行；非机动车和行人从南侧临时便道通行。', detour='西向东车辆可绕行建设路、环城南路。', bus='3路、11路、26路临时改走文庙街，撤销柳荫路中站。', city='临河市', sign='2022年5月5日'),
    dict(road='建设路', **{'from': '火车站广场', 'to': '环城西路口'}, work='燃气管道更新', t1='2022年7月1日', h1='8时', t2='7月28日', h2='18时', days='28', len='740', rule='每日22时至次日6时全封闭，其余时段限速30公里通行，禁止货车驶入。', detour='夜间车辆可绕行站前二路、铁东街。', bus='夜班1号线终点缩短至环城西路，其他线路不变。', city='临河市', sign='2022年6月24日'),
    dict(road='望山大道', **{'from': '学府路口', 'to': '云栖苑南门'}, work='人行天桥架设', t1='2022年8月13日', h1='23时', t2='8月15日', h2='5时', days='2', len='310', rule='双向全封闭，禁止一切车辆通行，行人由辅道步行通过。', detour='南北向车辆请提前从学府路、锦绣东街绕行。', bus='15路、新城环线停运两天，开通临时摆渡车。', city='临河市', sign='2022年8月8日'),
]
GROUPS = dict(g1=G1, g2=G2, g3=G3, g4=G4)


def sibling(group, n):
    """(title, paragraphs) of the n-th sibling of a group"""
    t = (BASE / 'siblings' / (group + '.txt')).read_text(encoding='utf-8').rstrip('\n')
    rows = t.format(**GROUPS[group][n]).split('\n')
    return rows[0], rows[1:]


REVISIONS = dict(
    b07=[('5月12日', '5月19日'), ('（星期四）', '（星期四，原定5月12日因降雨顺延一周）'), ('各街道至少选择3个社区', '各街道至少选择5个社区'), ('4月30日前报', '5月10日前报'),
         ('2022年4月18日', '2022年5月9日'), ('不信谣、不传谣。', '不信谣、不传谣，遇到谣言及时向公安机关举报。')],
    b22=[('县职业技能提升培训实施方案', '县职业技能提升培训实施方案（修订稿）'), ('培训各类人员8000人次以上', '培训各类人员10000人次以上'), ('不低于70%', '不低于75%'), ('有效期两年', '有效期三年，原方案同时废止'),
         ('返乡农民工、退役军人', '返乡农民工、新型职业农民、退役军人'), ('回访率不低于30%', '回访率不低于50%')],
    b23=[('10月底前通水', '11月底前通水'), ('三、关于用电问题。供电公司于4月底前完成', '三、关于用电问题。考虑到线路走廊调整，供电公司于5月15日前完成'), ('首批3000万元于3月底前到位', '首批2500万元于4月10日前到位')],
)


def revision(key):
    title, paras = base(key)
    text = '\n'.join([title] + paras)
    for a, b in REVISIONS[key]:
        if text.count(a) < 1: raise SystemExit(f'{key}: nothing to revise: {a}')
        text = text.replace(a, b)
    rows = text.split('\n')
    return rows[0], rows[1:]
