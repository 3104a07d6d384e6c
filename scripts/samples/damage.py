"""Damage: layouts that lose or add line breaks, wrong decodings, noise. Each returns cells, so that the gold knows."""
import re
from page import Cell, chrome, glyph, newline, plain, repair

NUM = '零一二三四五六七八九十'


def han(n):
    return NUM[n] if n <= 10 else (NUM[n // 10] if n // 10 > 1 else '') + '十' + (NUM[n % 10] if n % 10 else '')


def whole(cells):
    """places between two cells where a line may be cut: not in a Latin or digit run, not before closing punctuation"""
    return [i for i in range(1, len(cells)) if cells[i].label == cells[i - 1].label == 'body'
            and not (cells[i - 1].src[-1:].isascii() and cells[i].src[:1].isascii()) and cells[i].src[:1] not in '，。：；！？、）”’》】,.:;!?)%℃']


def join_cell(left, right):
    a, b = ''.join(c.src for c in left[-2:]), ''.join(c.src for c in right[:3])
    return Cell('\n', 'sep', cert='', prob='', item=('join', dict(why=f'line break inside a sentence: {a}|{b}')))


# ---------------------------------------------------------------- layouts: paragraphs (lists of cells) -> cells of the body

def lines(paras, blank=False):
    out = []
    for k, p in enumerate(paras):
        if k: out += newline('\n') + (newline() if blank else [])
        out += p
    return out


def flat(paras, start=True):
    """all in one line, a single space where each line break was; `start`: one before the first paragraph, after the title"""
    out = []
    for k, p in enumerate(paras):
        if k or start: out.append(Cell(' ', 'body', cert='\n', prob='\n', item=('break', dict(why='flattened line break'))))
        out += p
    return out


def glued(paras, at):
    """lines, but the paragraph `at` runs on after the one before it without so much as a space"""
    out = []
    for k, p in enumerate(paras):
        if k == at: out.append(Cell('', 'body', cert='\n', prob='\n', item=('break', dict(why='heading run into the paragraph before'))))
        elif k: out += newline('\n')
        out += p
    return out


def wrapped(paras, width, blank=False):
    """hard-wrapped at `width` characters"""
    out = []
    for k, p in enumerate(paras):
        if k: out += newline('\n') + (newline() if blank else [])
        ok, n, start = set(whole(p)), 0, 0
        for i, c in enumerate(p):
            if n >= width and i in ok:
                out.append(join_cell(p[start:i], p[i:])); n, start = 0, i
            out.append(c); n += len(c.src)
    return out


def preview(paras, size, title=None, spaced_first=True):
    """a reader's page breaks as document-sharing sites leave them: `1、 text`, the text cut every `size` characters"""
    cells = flat(paras, start=title is not None)
    mark = lambda t: Cell(t, 'chrome', cert='', prob='', kind='page_number', item=('marker', {}))
    out, n, page = [mark('1、 ' if spaced_first else '1、')] + (title or []), 0, 1
    ok = set(whole(cells))
    for i, c in enumerate(cells):
        if n >= size and i in ok:
            page += 1
            out += [join_cell(cells[max(0, i - 4):i], cells[i:]), mark(f'{page}、')]; n = 0
        out.append(c); n += len(c.src)
    return out


PAGE_STYLES = dict(
    ordinal=lambda k, n: f'第{han(k)}页，共{n}页。',
    plain=lambda k, n: f'第 {k} 页 共 {n} 页',
    dash=lambda k, n: f'— {k} —',
    slash=lambda k, n: f'{k} / {n}',
    field=lambda k, n: '第PAGE页共NUMPAGES页',
)


def paged(paras, size, style, alone=True, blank=False):
    """page numbers in mid text: on a line of their own, or (alone=False) inside the running line"""
    total = max(2, sum(len(c.src) for p in paras for c in p) // size + 1)
    out, n, page = [], 0, 1
    number = lambda k: Cell(PAGE_STYLES[style](k, total), 'chrome', cert='', prob='', kind='page_number', item=('marker', {}))
    for k, p in enumerate(paras):
        if k: out += newline('\n') + (newline() if blank else [])
        ok, start = set(whole(p)), 0
        for i, c in enumerate(p):
            if n >= size and i in ok and min(i - start, len(p) - i) > 6:
                if alone: out += [join_cell(p[start:i], p[i:])] + (newline() if blank else []) + [number(page)] + newline() + (newline() if blank else [])
                else: out.append(number(page))
                page += 1; n = 0; start = i
            out.append(c); n += len(c.src)
    return out


# ---------------------------------------------------------------- wrong decodings

CP1252 = {i: bytes([i]).decode('cp1252', 'replace') for i in range(128, 256)}
CP1252.update({i: chr(i) for i in (0x81, 0x8d, 0x8f, 0x90, 0x9d)})          # as browsers do


def as_1252(b):
    return ''.join(CP1252.get(x, chr(x)) for x in b)


def as_gbk(b):
    """like a browser's GBK (private-use characters included): a lone 0x80 is €, an impossible pair is U+FFFD and an
    ASCII second byte is kept"""
    out, i = '', 0
    while i < len(b):
        x = b[i]
        if x < 0x80: out += chr(x); i += 1; continue
        if x == 0x80: out += '€'; i += 1; continue
        pair = b[i:i + 2]
        try: out += pair.decode('gb18030') if len(pair) == 2 and x != 0xff else '\ufffd'; i += 2 if len(pair) == 2 and x != 0xff else 1; continue
        except UnicodeDecodeError: out += '\ufffd'
        i += 1 if len(pair) < 2 or pair[1] < 0x80 else 2
    return out


def from_gbk(t, codec='utf-8'):
    """what can be had back of a text that was decoded as GBK"""
    b = b''
    for c in t: b += b'\x80' if c == '€' else b'\xff' if c == '\ufffd' else c.encode('gb18030')
    return re.sub('\ufffd+', '\ufffd', b.decode(codec, 'replace'))


MISREAD = {
    'utf-8 as gbk': lambda t: as_gbk(t.encode('utf-8')),
    'utf-8 as latin-1': lambda t: t.encode('utf-8').decode('latin-1'),
    'utf-8 as windows-1252': lambda t: as_1252(t.encode('utf-8')),
    'utf-8 as windows-1252, twice': lambda t: as_1252(as_1252(t.encode('utf-8')).encode('utf-8')),
    'gbk as latin-1': lambda t: t.encode('gbk').decode('latin-1'),
    'gbk as windows-1252': lambda t: as_1252(t.encode('gbk')),
    'big5 as gbk': lambda t: as_gbk(t.encode('big5')),
}


def misread(line, how, label='body'):
    """the line as one cell, decoded wrongly; a line that lost characters is only `possible`, what is left of it is its gold"""
    bad = MISREAD[how](line)
    if bad == line: return plain(line, label)
    c = glyph(bad, line, 'mojibake', how)
    if '\ufffd' in bad:
        back = from_gbk(bad, how.split(' ')[0])
        c.item[1].update(confidence='possible', to=back); c.cert = c.prob = back
    c.label = label
    return [c]


# ---------------------------------------------------------------- noise

PINYIN = dict(zip('关设实长会务发动学业问题农产应战区习执总统级经济',
                  '關(guān) 設(shè) 實(shí) 長(zhǎng) 會(huì) 務(wù) 發(fā) 動(dòng) 學(xué) 業(yè) 問(wèn) 題(tí) 農(nóng) 產(chǎn) 應(yīng) 戰(zhàn) 區(qū) 習(xí) 執(zhí) 總(zǒng) 統(tǒng) 級(jí) 經(jīng) 濟(jì)'.split()))


def jammer(rng):
    """what a forum's copy protection scatters: characters of code 32–59, a space, characters of code 63–126"""
    return ''.join(chr(rng.randint(32, 59)) + ' ' + chr(rng.randint(63, 126)) for _ in range(rng.randint(5, 15)))


def polluted(cells, share, rng):
    """simplified characters that became `traditional(pinyin)`; the note goes, the traditional form stays unless simplified ones are asked for"""
    return [glyph(PINYIN[c.src], PINYIN[c.src][0], 'pinyin_pollution', 'the reading of a traditional form that stands in place of a simplified character', alt=[c.src])
            if c.label == 'body' and c.src in PINYIN and c.item is None and rng.random() < share else c for c in cells]


STUTTER = ['管理', '手册', '规范', '设备', '居民', '区域', '群众', '游客', '培训', '乡镇', '建设', '企业', '指标', '考核', '河道', '污染', '资金', '整治', '河长', '村级']


def stuttered(cells, share, rng):
    """a character of a common word doubled: 管理 → 管理理"""
    out = []
    for i, c in enumerate(cells):
        w = cells[i - 1].src + c.src if i else ''
        nxt = cells[i + 1].src if i + 1 < len(cells) else ''
        if c.item is None and w in STUTTER and nxt != c.src:
            if rng.random() < share:
                out.append(repair(c.src * 2, c.src, 'certain', f'stutter: {w} with its last character twice', 'stutter')); continue
        out.append(c)
    return out


DODGES = {'政府': '正府', '最大': 'zui大', '最': 'zui', '公安': '公an', '投诉': '投su', '资金': '资jin', '举报': '举bao'}


def dodged(text):
    """words written so as to slip past a word filter"""
    out, p = [], 0
    for m in re.finditer('|'.join(sorted(DODGES, key=len, reverse=True)), text):
        out += plain(text[p:m.start()])
        out.append(repair(DODGES[m.group()], m.group(), 'probable' if m.group() == '政府' else 'certain', f'filter dodge for {m.group()}', 'dodge'))
        p = m.end()
    return out + plain(text[p:])


def insert(cells, text, kind, rng, count=1):
    """a piece of chrome inside the running text, `count` times, after a comma where there is one"""
    out = list(cells)
    for _ in range(count):
        at = [i + 1 for i in range(8, len(out) - 8) if out[i].label == 'body' and out[i].src in '，。；' and out[i + 1].label == 'body'] or [len(out) // 2]
        i = rng.choice(at)
        out[i:i] = chrome(text, kind)
    return out


RADICALS = {'一': '⼀', '人': '⼈', '大': '⼤', '工': '⼯', '山': '⼭', '水': '⽔', '生': '⽣', '用': '⽤', '行': '⾏', '见': '⻅', '车': '⻋', '长': '⻓', '门': '⻔', '页': '⻚'}


def radicals(cells, share, rng):
    return [glyph(RADICALS[c.src], c.src, 'radical', 'Kangxi or supplement radical in place of the ideograph')
            if c.label == 'body' and c.src in RADICALS and c.item is None and rng.random() < share else c for c in cells]


def spaced(cells, share, rng):
    """stray spaces: between two Han characters, and between Han and number"""
    out = []
    for i, c in enumerate(cells):
        out.append(c)
        nxt = cells[i + 1] if i + 1 < len(cells) else None
        if nxt and c.label == nxt.label == 'body' and c.item is None and nxt.item is None and '一' <= c.src[-1:] <= '鿿' and ('一' <= nxt.src[:1] <= '鿿') and rng.random() < share:
            out.append(glyph(' ', '', 'space', 'space between two Han characters'))
    return out


def swap(cells, table, kind, why):
    return [glyph(table[c.src], c.src, kind, why) if c.label == 'body' and c.src in table and c.item is None else c for c in cells]
