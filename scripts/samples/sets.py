"""The sets: which base text is put into which dress and spoilt in which way. Order and seeds are fixed; so is the result."""
import random
import re
import bases
import damage
from dress import SITES, after_title
from page import Cell, chrome, chrome_lines, glyph, gold, narrow, newline, plain, repair
from spin import spin


class Page:
    """bytes, gold, and who is in it: docs = [(origin, variant, key), …], variant copy | revision | excerpt | sibling"""
    def __init__(self, folder, name, cells, docs, encoding='utf-8', spoil=None, note='', losses=(), raw=None, **extra):
        self.folder, self.name, self.docs, self.encoding = folder, name, docs, encoding
        self.text, self.gold = gold(name, cells, note, losses, **extra)
        if encoding != 'utf-8': self.gold['encoding'] = encoding
        self.bytes = raw if raw is not None else encode(self.text, encoding)


def encode(text, encoding):
    bom = {'utf-8-bom': ('utf-8-sig', b''), 'utf-16le-bom': ('utf-16-le', b'\xff\xfe'), 'utf-16be-bom': ('utf-16-be', b'\xfe\xff'), 'utf-32le-bom': ('utf-32-le', b'\xff\xfe\0\0')}
    name, head = bom.get(encoding, (encoding, b''))
    return head + text.encode(name)


def title_line(title, suffix='', k=0):
    return plain(title, 'title', doc=k) + (chrome(suffix, 'title_suffix') if suffix else []) + newline()


def spare(text, alt='chrome', k=None):
    return [Cell(text, 'title', cert='', prob='', doc=k, item=('spare', {}), alt=alt)]


def owned(cells, k=0):
    for c in cells:
        if c.label in ('body', 'sep', 'title') and c.doc is None and (c.item or ('',))[0] != 'spare': c.doc = k
    return cells


def trim(cells):
    while cells and cells[-1].src == '\n': cells.pop()
    return cells


def build(name, key, site=None, text=None, change=None, title_change=None, layout=damage.lines, ads=0, mids=0, fold=False, twice=False, cut=None, flat_title=False):
    """cells of one page with one document; `change` makes cells of a paragraph's text"""
    rng = random.Random('qingwen ' + name)
    title, paras = text or bases.base(key)
    made = [change(p) if change else plain(p) for p in paras]
    if cut:
        n, kept = 0, []
        for p in made:
            if n + len(p) > cut: p = p[:max(0, cut - n)]
            if p: kept.append(p)
            n += len(p)
            if n >= cut: break
        made = kept
    dress = SITES[site](title, rng) if site else None
    if dress and ads and dress.inline:
        long = [i for i, p in enumerate(made) if len(p) > 60]
        for _ in range(ads):
            i = rng.choice(long); t, kind = rng.choice(dress.inline)
            made[i] = damage.insert(made[i], t, kind, rng)
    tcells = title_change(title) if title_change else change(title) if change else plain(title)
    for c in tcells: c.label = 'title'; c.doc = 0
    if layout is damage.preview or flat_title:
        body = damage.preview(made, 190, title=tcells) if layout is damage.preview else tcells + layout(made)
        tcells = []
    else: body = layout(made)
    if dress and mids and dress.mid:
        nl = [i for i, c in enumerate(body) if c.src == '\n' and c.cert == '\n']
        for i in sorted(rng.sample(nl, min(mids, len(nl))), reverse=True): body[i + 1:i + 1] = chrome_lines([rng.choice(dress.mid)])
    out = list(dress.head) if dress else []
    if dress and dress.file_name: out += spare(title + dress.file_name) + newline()
    if dress and twice: out += spare(title, alt=None, k=None) + (chrome(dress.suffix, 'title_suffix') if dress.suffix else []) + newline()
    if tcells: out += tcells + (chrome(dress.suffix, 'title_suffix') if dress and dress.suffix and not twice else []) + newline()
    if dress: out += after_title(site, title, rng)
    out += body
    if dress: out += newline() + dress.tail
    out = trim(out)
    if fold: out = narrow(out)
    return owned(out)


def spinner(family, key):
    return lambda p: spin(p, family, key)


# ---------------------------------------------------------------- the sets

def clean_set():
    for k in range(1, 34):
        key = f'b{k:02d}'
        name = f'clean-{key}.txt'
        yield Page('clean', name, build(name, key, fold=k % 8 == 0, layout=(lambda p: damage.lines(p, blank=True)) if k % 3 == 0 else damage.lines), [(key, 'copy', '')])
    for key in ('t01', 't01s', 't02'):
        name = f'clean-{key}.txt'
        yield Page('clean', name, build(name, key), [(key[:3], 'copy', '')])


CHROME = [('b01', 'govportal', {}), ('b02', 'docshare', dict(fold=True, ads=1)), ('b03', 'essays', dict(twice=True, mids=1)), ('b04', 'newsportal', dict(mids=2)), ('b05', 'blog', {}),
          ('b07', 'govportal', dict(mids=1)), ('b08', 'forum', dict(mids=1)), ('b09', 'account', dict(mids=1)), ('b10', 'mirror', dict(ads=1)), ('b11', 'mobile', dict(mids=2)),
          ('b12', 'account', dict(mids=2)), ('b13', 'newsportal', dict(fold=True, ads=1)), ('b15', 'exams', dict(mids=1, ads=1)), ('b16', 'downloads', dict(ads=2)), ('b17', 'docshare', {}),
          ('b18', 'newsportal', dict(mids=1, twice=True)), ('b19', 'mobile', dict(ads=1, fold=True)), ('b20', 'essays', dict(ads=2, mids=2)), ('b21', 'forum', {}), ('b22', 'exams', dict(fold=True)),
          ('b24', 'blog', dict(fold=True)), ('b26', 'downloads', {}), ('b28', 'mirror', dict(fold=True)), ('b31', 'account', {}), ('b32', 'essays', dict(twice=True, fold=True))]


def chrome_set():
    for n, (key, site, kw) in enumerate(CHROME, 1):
        name = f'chrome-{n:02d}-{site}.txt'
        yield Page('chrome', name, build(name, key, site, **kw), [(key, 'copy', '')], site=site)


SPUN = [('b01', 'A', 'docshare', dict(fold=True, layout=damage.flat, flat_title=True)), ('b06', 'A', 'essays', dict(fold=True)), ('b14', 'A', None, dict(fold=True)), ('b30', 'A', 'docshare', dict(fold=True)),
        ('b24', 'A', 'mobile', {}), ('b27', 'A', 'downloads', dict(fold=True)), ('b16', 'A', None, {}), ('b03', 'A2', 'docshare', dict(fold=True)), ('b28', 'A2', 'essays', {}), ('b08', 'A2', None, dict(fold=True)),
        ('b04', 'B', 'docshare', dict(fold=True, layout=damage.preview)), ('b10', 'B', 'essays', dict(fold=True)), ('b18', 'B', None, {}), ('b25', 'B', 'downloads', dict(fold=True)), ('b21', 'B', 'mobile', dict(fold=True)),
        ('b23', 'B', 'docshare', dict(fold=True, layout=damage.flat, flat_title=True)), ('b12', 'B', 'blog', {}), ('b20', 'B', 'exams', dict(fold=True)),
        ('b29', 'C', 'essays', {}), ('b07', 'C', None, dict(fold=True)), ('b11', 'C', 'docshare', dict(fold=True)), ('b17', 'C', 'mobile', {}),
        ('b02', 'E', 'downloads', dict(fold=True)), ('b22', 'E', None, {}), ('b32', 'E', 'essays', dict(fold=True)), ('b19', 'E', 'blog', dict(fold=True)),
        ('b05', 'AB', 'docshare', dict(fold=True)), ('b13', 'AB', None, {})]


def spun_set():
    for n, (key, family, site, kw) in enumerate(SPUN, 1):
        name = f'spun-{n:02d}-{family}.txt'
        yield Page('spun', name, build(name, key, site, change=spinner(family, key), **kw), [(key, 'copy', '')], note=f'spinner family {family}')


def pagebroken_set():
    P, W = damage.paged, damage.wrapped
    plan = [('b03', 'docshare', dict(layout=damage.preview, fold=True)), ('b16', 'docshare', dict(layout=damage.preview)), ('b09', None, dict(layout=lambda p: P(p, 330, 'ordinal'))),
            ('b19', 'downloads', dict(layout=lambda p: P(p, 280, 'ordinal', alone=False))), ('b24', 'govportal', dict(layout=lambda p: P(p, 300, 'plain', blank=True))), ('b10', None, dict(layout=lambda p: P(p, 260, 'dash'))),
            ('b31', 'mirror', dict(layout=lambda p: W(p, 34, blank=True))), ('b14', None, dict(layout=lambda p: W(p, 38))), ('b25', 'forum', dict(layout=lambda p: W(p, 30), fold=True)),
            ('b28', 'mobile', dict(layout=lambda p: P(p, 300, 'slash'))), ('b06', 'docshare', dict(layout=lambda p: P(p, 290, 'field'), fold=True))]
    for n, (key, site, kw) in enumerate(plan, 1):
        name = f'pagebroken-{n:02d}.txt'
        yield Page('pagebroken', name, build(name, key, site, **kw), [(key, 'copy', '')])


def flattened_set():
    plan = [('b07', 'docshare', dict(fold=True)), ('b15', None, {}), ('b17', 'downloads', dict(fold=True)), ('b21', None, dict(fold=True)), ('b32', 'essays', {}), ('b11', 'mobile', {})]
    for n, (key, site, kw) in enumerate(plan, 1):
        name = f'flattened-{n:02d}.txt'
        yield Page('flattened', name, build(name, key, site, layout=damage.flat, flat_title=True, **kw), [(key, 'copy', '')])
    for n, (key, at) in enumerate([('b13', 3), ('b18', 3)], 7):
        name = f'flattened-{n:02d}.txt'
        yield Page('flattened', name, build(name, key, layout=lambda p: damage.glued(p, at)), [(key, 'copy', '')], note='a paragraph break lost without a trace')


COMPILE = [('second', ['b04', 'b22'], None), ('pian', ['b03', 'b21', 'b31'], 'essays'), ('fanwen', ['b15', 'b05', 'b18', 'b29'], 'essays'), ('bracket', ['b20', 'b09'], 'mobile'),
           ('number', ['b01', 'b28', 'b32', 'b12', 'b16'], 'docshare'), ('star', ['b07', 'b11', 'b17'], None), ('second', ['b10', 'b02', 'b27'], 'exams')]


def compilations_set():
    for n, (style, keys, site) in enumerate(COMPILE, 1):
        name = f'compilation-{n:02d}-{style}.txt'
        rng = random.Random('qingwen ' + name)
        head = f'机关单位工作材料精选（{damage.han(len(keys))}篇）'
        dress = SITES[site](head, rng) if site else None
        out = list(dress.head) if dress else []
        if style != 'second': out += spare(head) + newline() + chrome('下面是小编收集整理的工作材料，欢迎大家借鉴与参考，希望对大家有所帮助。', 'lead_in') + newline()
        for k, key in enumerate(keys):
            title, paras = bases.base(key)
            part = []
            if style == 'second' and k: part += newline() + spare(f'第{damage.han(k + 1)}篇：{title}', k=k) + newline() * 2 + plain(title, 'title', k) + newline()
            elif style == 'second': part += plain(title, 'title', k) + newline()
            elif style == 'pian': part += chrome(f'篇{damage.han(k + 1)}：', 'compilation_marker', alt='title') + plain(title, 'title', k) + newline()
            elif style == 'fanwen': part += chrome(f'范文{damage.han(k + 1)}', 'compilation_marker', alt='title') + newline() + plain(title, 'title', k) + newline()
            elif style == 'bracket': part += chrome(f'【篇{damage.han(k + 1)}】', 'compilation_marker', alt='title') + plain(title, 'title', k) + newline()
            elif style == 'number': part += chrome(f'{k + 1}、', 'compilation_marker', alt='title') + plain(title, 'title', k) + newline()
            elif style == 'star': part += (chrome('* * * * * *', 'separator') + newline() if k else []) + plain(title, 'title', k) + newline()
            part += damage.lines([plain(p) for p in paras]) + newline('\n')
            out += owned(part, k)
        if dress: out += dress.tail
        out = trim(out)
        for c in out:
            if c.label == 'sep' and c.doc is None: c.doc = 0
        if n % 2 == 0: out = narrow(out)
        yield Page('compilations', name, out, [(key, 'copy', '') for key in keys])


def siblings_set():
    for g, rows in bases.GROUPS.items():
        for n in range(len(rows)):
            name = f'sibling-{g}-{n + 1}.txt'
            yield Page('siblings', name, build(name, None, text=bases.sibling(g, n), site=[None, 'govportal'][n % 2], fold=n == 2), [(f'{g}.{n}', 'sibling', g)])
    name = 'sibling-g1-1-reprint.txt'
    yield Page('siblings', name, build(name, None, text=bases.sibling('g1', 0), site='mobile', fold=True), [('g1.0', 'sibling', 'g1')], note='the same announcement once more: a copy of sibling-g1-1')
    for key in bases.REVISIONS:
        name = f'revision-{key}.txt'
        yield Page('siblings', name, build(name, None, text=bases.revision(key), site='govportal' if key == 'b07' else None), [(key, 'revision', '')])
    for n, (key, a, b, site) in enumerate([('b04', 2, 5, 'account'), ('b13', 0, 4, 'newsportal'), ('b20', 2, 5, None), ('b27', 0, 5, 'essays')], 1):
        title, paras = bases.base(key)
        name = f'contained-{n:02d}.txt'
        yield Page('siblings', name, build(name, None, text=(title, paras[a:b]), site=site), [(key, 'excerpt', f'{a}:{b}')], note=f'paragraphs {a + 1} to {b} only')
    for n, (key, cut) in enumerate([('b29', 420), ('b14', 380)], 5):
        name = f'contained-{n:02d}-preview.txt'
        yield Page('siblings', name, build(name, key, site='docshare', cut=cut, fold=True), [(key, 'excerpt', f'preview {cut}')], note='a preview that breaks off', losses=[dict(kind='truncation', context='the preview ends in mid sentence')])


def encodings_set():
    plan = [('b03', 'gbk', 'govportal'), ('b09', 'gb18030', None), ('t01', 'big5', None), ('t02', 'big5', None), ('b12', 'utf-16le-bom', None), ('b31', 'utf-16be-bom', 'newsportal'), ('b20', 'utf-16-le', None),
            ('b18', 'utf-16-be', None), ('b07', 'utf-8-bom', 'govportal'), ('b30', 'gbk', 'docshare'), ('b16', 'utf-32le-bom', None), ('b23', 'gb18030', 'mirror')]
    for n, (key, enc, site) in enumerate(plan, 1):
        name = f'encoding-{n:02d}-{enc}.txt'
        cells = build(name, key, site)
        if enc == 'gb18030':
            i = next(i for i, c in enumerate(cells) if c.label == 'body')
            cells[i:i] = plain('㐂䶮𠮷：', doc=0)           # characters that GBK has not
        yield Page('encodings', name, encodable(cells, enc), [(key[:3], 'copy', '')], encoding=enc)
    # bad bytes: the text as a lenient decoder reads it
    for n, (key, enc, how) in enumerate([('b21', 'gbk', 'stray'), ('b26', 'gb18030', 'stray2'), ('b25', 'utf-8', 'broken'), ('t02', 'big5', 'stray'), ('b32', 'gbk', 'cut')], len(plan) + 1):
        name = f'encoding-{n:02d}-{enc}-bad.txt'
        cells = build(name, key)
        at = [i for i, c in enumerate(cells) if c.label == 'body' and len(c.src) == 1 and '一' <= c.src <= '鿿']
        spots = [at[len(at) // 2]] + ([at[len(at) // 3]] if how == 'stray2' else [])
        raw, out, losses = b'', [], []
        for i, c in enumerate(cells):
            b = c.src.encode(enc)
            if i in spots and how.startswith('stray'):
                raw += b'\xff'; out.append(Cell('\ufffd', 'body', doc=0)); losses.append('a stray byte FF')
            if i == spots[0] and how == 'broken':
                raw += b[:1] + b'\xff' + b[2:]; out.append(Cell('\ufffd' * 3, 'body', doc=0)); losses.append('the second byte of 1 character overwritten by FF'); continue
            raw += b; out.append(c)
        if how == 'cut':
            last = out.pop(); raw = raw[:-len(last.src.encode(enc))] + '。'.encode(enc)[:1]
            out.append(Cell('\ufffd', 'body', doc=0)); losses.append('cut after the first byte of the last character')
        yield Page('encodings', name, out, [(key[:3], 'copy', '')], encoding=enc, raw=raw, losses=[dict(kind='bad_byte', context=x) for x in losses])


def encodable(cells, enc):
    """cells that the encoding cannot write are left out of the dress (never of the text)"""
    codec = {'gbk': 'gbk', 'big5': 'big5'}.get(enc)
    if not codec: return cells
    for c in cells:
        if c.label == 'chrome': c.src = c.src.encode(codec, 'ignore').decode(codec)
        else: c.src.encode(codec)
    return cells


def mojibake_set():
    plan = [('b05', 'utf-8 as gbk', 'all'), ('b33', 'utf-8 as gbk', 'some'), ('b33', 'utf-8 as gbk', 'all'), ('b19', 'gbk as latin-1', 'all'), ('b22', 'utf-8 as latin-1', 'all'), ('b14', 'utf-8 as windows-1252', 'all'),
            ('b29', 'utf-8 as windows-1252', 'some'), ('b06', 'utf-8 as windows-1252, twice', 'all'), ('b08', 'gbk as windows-1252', 'some'), ('t01', 'big5 as gbk', 'all'), ('b24', 'utf-8 as latin-1', 'title'), ('b15', 'utf-8 as gbk', 'all')]
    for n, (key, how, share) in enumerate(plan, 1):
        name = f'mojibake-{n:02d}.txt'
        rng = random.Random('qingwen ' + name)
        title, paras = bases.base(key)
        clean = lambda p: how == 'utf-8 as gbk' and '\ufffd' in damage.MISREAD[how](p) or len(p) < 12
        bad = [i for i, p in enumerate(paras) if not clean(p)]
        hit = set(range(len(paras))) if share == 'all' else set() if share == 'title' else set(rng.sample(bad, min(3, len(bad))))
        head = damage.misread(title, how, 'title') if share in ('all', 'title') else plain(title, 'title')
        body = damage.lines([damage.misread(p, how) if i in hit else plain(p) for i, p in enumerate(paras)])
        yield Page('mojibake', name, owned(head + newline() + body), [(key[:3], 'copy', '')], note=f'{how}: {share}')


def jammer_set():
    def noisy(name, rng, every=1):
        def f(paras):
            out = []
            for k, p in enumerate(paras):
                if k: out += newline('\n')
                out += p
                if k % every == 0: out += chrome(damage.jammer(rng), 'jammer')
                if k % 4 == 2: out += newline() + chrome(damage.jammer(rng), 'jammer')
            return out
        return f
    rows = [('b30', 'forum', 'noise'), ('b02', 'forum', 'noise'), ('b12', None, 'noise inside'), ('b10', 'exams', 'pinyin'), ('b15', None, 'pinyin'), ('b16', None, 'stutter'), ('b13', 'downloads', 'seo'), ('b14', None, 'dodge'), ('b29', 'mobile', 'seo')]
    for n, (key, site, how) in enumerate(rows, 1):
        name = f'jammer-{n:02d}.txt'
        rng = random.Random('qingwen noise ' + name)
        kw = {}
        if how == 'noise': kw['layout'] = noisy(name, rng)
        elif how == 'noise inside': kw['change'] = lambda p: damage.insert(plain(p), damage.jammer(rng), 'jammer', rng) if len(p) > 40 else plain(p)
        elif how == 'pinyin': kw['change'] = lambda p: damage.polluted(plain(p), 0.5, rng)
        elif how == 'stutter': kw['change'] = lambda p: damage.stuttered(plain(p), 0.4, rng)
        elif how == 'seo': kw['change'] = lambda p: damage.insert(plain(p), rng.choice(['工作总结范文大全', '免费范文网', '2023最新工作报告下载', '代写各类文稿']), 'seo', rng) if len(p) > 60 else plain(p)
        elif how == 'dodge': kw['change'] = damage.dodged
        kw['title_change'] = plain
        yield Page('jammer', name, build(name, key, site, **kw), [(key, 'copy', '')], note=how)


def glyphs_set():
    rng = random.Random('qingwen glyphs')
    quotes = lambda cells: [glyph('〞', '”', 'quote_glyph', 'U+301E used as closing quote') if c.src == '”' and c.item is None else c for c in cells]
    doubled = lambda cells: [glyph('““', '“', 'doubled_quote', 'opening quote given twice') if c.src == '“' else glyph('””', '”', 'doubled_quote', 'closing quote given twice') if c.src == '”' else c for c in cells]
    digits = lambda cells: [glyph(chr(ord(c.src) + 0xfee0), c.src, 'fullwidth_digit', 'digits are half-width') if c.src in '0123456789%' and c.item is None else c for c in cells]
    entity = lambda cells: [glyph({'“': '&ldquo;', '”': '&rdquo;', '—': '&mdash;'}[c.src], c.src, 'entity', 'HTML entity') if c.src in '“”—' and c.item is None else c for c in cells]
    circle = lambda cells: [glyph('○', '〇', 'numeral_circle', 'circle for the numeral zero') if c.src == '〇' else c for c in cells]
    def zero(cells):
        out = []
        for i, c in enumerate(cells):
            out.append(c)
            if c.label == 'body' and i % 23 == 11 and i + 1 < len(cells): out.append(glyph('\u200b', '', 'zero_width', 'zero-width space'))
        return out
    def digit_dot(text):
        """1.稳住 → ⒈稳住"""
        m = re.match(r'([1-9])\.(?=[一-鿿])', text)
        if not m: return plain(text)
        return [glyph('⒈⒉⒊⒋⒌⒍⒎⒏⒐'[int(m[1]) - 1], m[0], 'digit_full_stop', 'digit with full stop in one character')] + plain(text[2:])
    plan = [('b27', lambda p: quotes(plain(p))), ('b31', lambda p: doubled(plain(p))), ('b28', lambda p: digits(plain(p))), ('b18', lambda p: entity(plain(p))), ('b05', lambda p: circle(plain(p))),
            ('b26', lambda p: zero(plain(p))), ('b23', lambda p: damage.radicals(plain(p), 0.7, rng)), ('b06', lambda p: damage.spaced(plain(p), 0.05, rng)), ('b15', digit_dot)]
    for n, (key, change) in enumerate(plan, 1):
        name = f'glyphs-{n:02d}.txt'
        yield Page('glyphs', name, build(name, key, change=change, title_change=lambda t: circle(plain(t)) if key == 'b05' else plain(t), fold=n in (1, 4)), [(key, 'copy', '')])


UNTITLED = {3, 8, 13, 16, 29}        # pages of `keep` whose first line is no title


def keep_set():
    for p in sorted((bases.ROOT / 'keep' / 'pages').glob('*.txt')):
        raw = p.read_bytes()
        rows = raw.decode('utf-8').split('\n')
        n = int(re.match(r'keep-(\d+)', p.name)[1])
        cells = []
        for k, l in enumerate(rows):
            if k: cells += newline('\n')
            cells += plain(l, 'title' if k == 0 and n not in UNTITLED else 'body', 0)
        yield Page('keep', p.name, owned(cells), [(p.stem, 'copy', '')], raw=raw, note='stays exactly as it is')


SETS = [clean_set, chrome_set, spun_set, pagebroken_set, flattened_set, compilations_set, siblings_set, encodings_set, mojibake_set, jammer_set, glyphs_set, keep_set]

ABOUT = dict(
    clean='The base texts as they were written, some with blank lines between paragraphs, every eighth folded to half-width punctuation. Nothing is to be removed or reworded.',
    chrome='Copies in the dress of eleven invented sites: breadcrumbs, meta lines, download and rights notices, share bars, pagers, tag lists, comments, lists of related titles with teasers, lines and advertisements put between and inside paragraphs, title suffixes.',
    spun='Copies put through word-blind spinners. Families A, A2 and B (and AB, both) are the two large ones of document-sharing sites; C and E are others. `note` names the family. Some replacements cross a word boundary (推广大棚 → 推广阔棚). `certain` is what a careful reader undoes without hesitation, `probable` what the company of the certain ones suggests, `possible` what reads as well either way.',
    pagebroken='Page numbers in mid text and sentences broken at page ends (`2、` of previews, 第二页，共3页。 inside the line, numbers on lines of their own, a word processor’s field codes), and hard-wrapped lines.',
    flattened='All paragraphs in one line with a single space where each break was; in two pages one break is lost without a trace.',
    compilations='Two to five documents on a page, with the marks such pages have (第二篇：, 篇一：, 范文三, 【篇一】, numbered titles, a row of stars).',
    siblings='Four groups of announcements that share a template and differ in names, figures and dates, and are not duplicates of each other; one real reprint among them; revisions; excerpts and broken-off previews (contained).',
    encodings='One text a file in GBK, GB18030, Big5, UTF-16 with and without byte order mark, UTF-32, UTF-8 with byte order mark; five with bad bytes, which are U+FFFD in the gold. `encoding` in the gold names it; offsets count the decoded characters.',
    mojibake='Text decoded wrongly and saved so: UTF-8 as GBK, as Latin-1, as Windows-1252, once and twice over, GBK as Latin-1 and Windows-1252, Big5 as GBK; whole texts, the title alone, or single lines. Each such line is one glyph item of type `mojibake`; where characters were lost for good the item is only `possible`, and U+FFFD stands in the documents.',
    jammer='Noise inside the text: copy protection of forums, readings in parentheses (關(guān)于), doubled characters, search words in mid sentence, spellings that dodge word filters.',
    glyphs='Wrong characters: 〞, doubled quotes, full-width digits, HTML entities, ○ for 〇, zero-width spaces, radicals in place of ideographs, stray spaces, ⒈ for 1.',
    keep='Clean texts of many other kinds, written by hand and not made by the script: a law, news, code, tables, poems, Japanese, chat, formulas, traditional Chinese, dialogue, a recipe, Markdown, a contract, lyrics, lists, an exam, a speech full of words that spinners use, and rightly. They stay exactly as they are.',
)
