"""A page as a list of cells, and the gold that follows from it.

A cell is a piece of the page together with what it ought to become. Damage and dress only make cells; text and gold are
both read off the same list, so no offset is ever counted by hand.
"""
import re

WIDE = {',': '，', ':': '：', ';': '；', '(': '（', ')': '）', '!': '！', '?': '？'}
NARROW = {v: k for k, v in WIDE.items()}
FINAL = '。！？：；…”’）】》!?:;)—、，,'


class Cell:
    """src: as on the page; cert, prob: as in `documents` and in `documents_with_probable`; label: body | title | chrome | sep

    item is (what, fields): repair, glyph, marker, break, join, spare (a title that is given twice).
    """
    __slots__ = ('src', 'cert', 'prob', 'label', 'kind', 'doc', 'item', 'alt', 'note')

    def __init__(self, src, label='body', cert=None, prob=None, kind=None, doc=None, item=None, alt=None, note=None):
        self.src, self.label, self.kind, self.doc, self.item, self.alt, self.note = src, label, kind, doc, item, alt, note
        self.cert = src if cert is None else cert
        self.prob = self.cert if prob is None else prob

    def copy(self):
        return Cell(self.src, self.label, self.cert, self.prob, self.kind, self.doc, self.item, self.alt, self.note)


def plain(text, label='body', doc=None):
    return [Cell(c, label, doc=doc) for c in text]


def chrome(text, kind, alt=None, note=None):
    """one chrome piece; a line break inside it stays inside it"""
    return [Cell(text, 'chrome', cert='', prob='', kind=kind, alt=alt, note=note)]


def newline(cert=''):
    return [Cell('\n', 'sep', cert=cert, prob=cert)]


def chrome_lines(rows):
    """rows of (text, kind); an empty text is a blank line"""
    out = []
    for text, kind in rows:
        if text: out += chrome(text, kind)
        out += newline()
    return out


def repair(src, to, confidence, why, kind='spin', **more):
    certain = to if confidence == 'certain' else src
    probable = to if confidence in ('certain', 'probable') else src
    return Cell(src, cert=certain, prob=probable, item=('repair', dict(to=to, confidence=confidence, why=why, type=kind, **more)))


def glyph(src, to, kind, why, confidence='certain', alt=()):
    item = dict(to=to, type=kind, confidence=confidence, why=why)
    if alt: item['alt'] = list(alt)
    return Cell(src, cert=to if confidence != 'possible' else src, item=('glyph', item))


def narrow(cells):
    """fold the full-width punctuation of text, title and dress to ASCII, as many scrapers do"""
    out = []
    for c in cells:
        if c.label == 'chrome':
            c = c.copy(); c.src = ''.join(NARROW.get(x, x) for x in c.src); out.append(c)
        elif len(c.src) == 1 and c.src in NARROW and c.item is None:
            c = c.copy(); c.src = NARROW[c.src]; c.note = 'narrow'; out.append(c)
        else: out.append(c)
    return out


SURFACES = sorted(set('''开展 进展 工程 根底 效劳 平安 广阔 那么 满足 争论 讨论 建立 创立 治理 仔细 细心 准时 状况 推动 肯定 确定 特殊 参与
根本 公正 预备 方法 力量 培育 气氛 深厚 严密 详细 开拓 发动 评比 试验 渐渐 催促 实行 标准 成效 拓展 素养 局部 时机 稳固 完毕 制造 监视 奉献
到达 进步 程度 经历 消费 理论 指导 施行 深化 缺乏 方案 反响 构造 表达 坚决 才能 亲密 老师 供应 力气 支配 其次 冲突 熟悉 接受 严峻 严厉
踏实 沟通 常常 全部 简单 爱护 布置 增加 依据 体系 言语 勾当 讲授 事情 办理 进修 成长 题目 紧张 正视 晋升 本质 前提 部分 停止 称心 便当
必需 处理 请求 品质 目标 会晤 先容'''.split()), key=lambda w: (-len(w), w))
SURFACE = re.compile('|'.join(SURFACES))
STILL = [(re.compile(r'\d+:\d+(?::[\d.]+)?'), 'ratio or time: the colon stays half-width'),
         (re.compile(r'\d+\.\d+%?'), 'decimal point stays ASCII'),
         (re.compile(r'(?:https?://|www\.)[!-~]+'), 'address stays as it is')]


def gold(name, cells, note='', losses=(), keep_words=True, **extra):
    """(text, gold) of one page"""
    text = ''.join(c.src for c in cells)
    rows, line, col = [], 1, 0                                   # rows: (cell, line, col)
    for c in cells:
        rows.append((c, line, col))
        n = c.src.count('\n')
        if n: line += n; col = len(c.src) - c.src.rfind('\n') - 1
        else: col += len(c.src)
    lines = text.split('\n')
    segs = {k: [] for k in range(1, len(lines) + 1)}
    for c, ln, co in rows:
        at = co
        for k, part in enumerate(c.src.split('\n')):
            if k: ln += 1; at = 0
            if part and c.label != 'sep':
                key = (c.label, c.kind, c.alt)
                if segs[ln] and segs[ln][-1][2] == key and segs[ln][-1][1] == at: segs[ln][-1][1] = at + len(part)
                else: segs[ln].append([at, at + len(part), key])
    gl = []
    for k, l in enumerate(lines, 1):
        s = segs[k]
        if not s: gl.append(dict(line=k, label='blank')); continue
        def fields(key):
            d = dict(label=key[0])
            if key[1]: d['kind'] = key[1]
            if key[2]: d['alt'] = [key[2]]
            return d
        if len(s) == 1: gl.append(dict(line=k, **fields(s[0][2])))
        else: gl.append(dict(line=k, label='mixed', spans=[dict(start=a, end=b, **fields(key)) for a, b, key in s]))
    repairs, items, markers, breaks, joins, half = [], [], [], [], [], {}
    body = [(c, ln, co) for c, ln, co in rows if c.label in ('body', 'title')]
    for i, (c, ln, co) in enumerate(rows):
        scope = {'scope': 'chrome'} if c.label == 'chrome' else {}
        if c.note == 'narrow':
            d = half.setdefault(ln, {}); d[c.src] = d.get(c.src, 0) + 1
        if c.item is None: continue
        what, f = c.item
        pos = dict(line=ln, start=co, end=co + len(c.src))
        if what == 'repair': repairs.append({**pos, 'from': c.src, **f, **scope})
        elif what == 'glyph': items.append({**pos, 'from': c.src, **f, **scope})
        elif what == 'marker': markers.append({**pos, 'text': c.src})
        elif what == 'break':
            after = text[offset(lines, ln) + co + len(c.src):][:12]
            breaks.append(dict(line=ln, offset=co + len(c.src), drop_space_at=co if c.src else None, before=after.split('\n')[0], why=f['why']))
        elif what == 'join':
            nxt = next(l2 for c2, l2, _ in rows[i + 1:] if c2.label == 'body' and c2.src.strip())
            joins.append(dict(line=ln, next=nxt, why=f['why']))
    joined = {j['line'] for j in joins}
    no_join = []
    last = {}
    for c, ln, co in rows:
        if c.label == 'body' and c.src.strip(): last[ln] = (c.doc, c.src[-1])
    order = sorted(last)
    for x, y in zip(order, order[1:]):
        if last[x][0] == last[y][0] and x not in joined and last[x][1] not in FINAL:
            no_join.append(dict(line=x, ends=lines[x - 1][-6:], why='a line of its own, without final punctuation'))
    docs = sorted({c.doc for c, _, _ in body if c.doc is not None})
    def build(field):
        out = []
        for d in docs:
            title = ''.join(getattr(c, field) for c, _, _ in body if c.doc == d and c.label == 'title' and (c.item or ('',))[0] != 'spare')
            t = ''.join(getattr(c, field) for c, _, _ in rows if c.doc == d and c.label in ('body', 'sep'))
            out.append(dict(title=title.strip(), paragraphs=[p for p in t.split('\n') if p.strip()]))
        return out
    splits = []
    ext = []
    for d in docs:
        b = [ln for c, ln, _ in body if c.doc == d and c.label == 'body' and c.src.strip()]
        t = [ln for c, ln, _ in body if c.doc == d and c.label == 'title']
        ext.append(dict(title_line=t[-1] if t else b[0], first=b[0], last=b[-1], head=min(t + b)))
    for a, b in zip(ext, ext[1:]):
        cut = lambda e: {k: e[k] for k in ('title_line', 'first', 'last')}
        splits.append(dict(line=b['head'], why='the next document of the compilation begins', title_line=b['title_line'], segments=[cut(a), cut(b)]))
    keep, gkeep = [], []
    fixed = {}
    for c, ln, co in rows:
        for k in range(len(c.src)): fixed[(ln, co + k)] = c.label in ('body', 'title') and (c.src == c.cert == c.prob or c.note == 'narrow')
    for k, l in enumerate(lines, 1):
        ok = lambda m: all(fixed.get((k, i)) for i in range(m.start(), m.end()))
        if keep_words:
            for m in SURFACE.finditer(l):
                if ok(m): keep.append(dict(line=k, start=m.start(), end=m.end(), text=m.group(), why='the author’s own word'))
        for rx, why in STILL:
            for m in rx.finditer(l):
                if ok(m): gkeep.append(dict(line=k, start=m.start(), end=m.end(), text=m.group(), why=why))
    cert, prob = build('cert'), build('prob')
    g = dict(file=name, offset_unit='unicode code point, 0-based, end-exclusive; lines 1-based, split on \\n', lines=gl, repairs=repairs, keep=keep,
             glyphs=dict(items=items, keep=gkeep, halfwidth_per_line=[dict(line=k, counts=v, line_total=sum(v.values())) for k, v in sorted(half.items())]),
             structure=dict(joins=joins, no_join=no_join, page_markers=markers, splits=splits, paragraph_breaks=breaks),
             losses=list(losses), title=cert[0]['title'] if cert else '', documents=cert, documents_with_probable=prob, notes=[note] if note else [], **extra)
    return text, g


def offset(lines, n):
    return sum(len(l) + 1 for l in lines[:n - 1])


# ---------------------------------------------------------------- the other way round: replaying the gold

def replay(text, g, level='documents'):
    """the documents as the gold's offsets alone give them: [(title, body)], white space and width left as they fall"""
    lines = text.split('\n')
    off = [0]
    for l in lines: off.append(off[-1] + len(l) + 1)
    lab, out = ['sep'] * len(text), list(text)
    for x in g['lines']:
        b = off[x['line'] - 1]
        for s in x.get('spans') or [dict(start=0, end=len(lines[x['line'] - 1]), label=x['label'])]:
            for i in range(b + s['start'], b + s['end']): lab[i] = s['label']
    want = ('certain',) if level == 'documents' else ('certain', 'probable')
    edits = [(it, it['to']) for it in g['repairs'] if it['confidence'] in want]
    edits += [(it, it['to']) for it in g['glyphs']['items'] if it['confidence'] != 'possible' or it['type'] == 'mojibake']
    edits += [(it, '') for it in g['structure']['page_markers']]
    for it, to in edits:
        s, e = off[it['line'] - 1] + it['start'], off[it['line'] - 1] + it['end']
        for i in range(s, e): out[i] = ''
        if e > s: out[s] = to
    for i, l in enumerate(lab):
        if l == 'chrome': out[i] = ''
    for it in g['structure']['paragraph_breaks']:
        b = off[it['line'] - 1]
        if it['drop_space_at'] is not None: out[b + it['drop_space_at']] = ''
        out[b + it['offset']] = '\n' + out[b + it['offset']]
    for j in g['structure']['joins']:
        a, b = off[j['line']] - 1, off[j['next'] - 1]
        for i in range(a, b):
            if text[i].isspace(): out[i] = ''
    if len(g['documents']) < 2: spans = [(1, len(lines), None)]
    else:
        segs = [s['segments'][0] for s in g['structure']['splits']] + [g['structure']['splits'][-1]['segments'][1]]
        spans = [(s['first'], s['last'], s['title_line']) for s in segs]
    res = []
    for first, last, tl in spans:
        body = ''.join(out[i] for i in range(off[first - 1], min(off[last], len(text))) if lab[i] != 'title')
        res.append('\n'.join(l for l in body.split('\n') if l.strip()))
    return res
