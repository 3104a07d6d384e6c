"""The pages of chrome_pages once more as HTML of our own making, for training: the same lines in menus, lists, tables,
bylines, paragraphs and footers as sites of many builds set them. All markup is written here."""
import html

CONTENT = ['content', 'article', 'article-content', 'articleBody', 'post-body', 'entry-content', 'text', 'main-text', 'newsText', 'detail', 'txt', 'con', 'rich_media_content', 'markdown-body', 'post', 't_f', 'RichText', 'zw', 'con_txt', 'TRS_Editor', 'doc-view', 'answer', 'message']
CHROME = {
    'menu': ['nav', 'menu', 'top-nav', 'channel', 'header', 'hd', 'topbar', 'navbar', 'subnav', 'head_nav'],
    'crumb': ['crumb', 'breadcrumb', 'location', 'path', 'position', 'where'],
    'meta': ['info', 'meta', 'byline', 'article-info', 'source', 'post-info', 'tit-info', 'author', 'pubtime', 'from'],
    'share': ['share', 'bdsharebuttonbox', 'tools', 'toolbar', 'operate', 'share-bar', 'action', 'fn'],
    'list': ['related', 'recommend', 'list', 'hot', 'rank', 'news-list', 'side-list', 'relate-news', 'more', 'box', 'mod-bd', 'top10', 'xg'],
    'comment': ['comment', 'comments', 'reply', 'cmt', 'comment-list', 'remark', 'pl', 'replies'],
    'foot': ['footer', 'foot', 'copyright', 'bottom', 'ft', 'links', 'about'],
    'ad': ['ad', 'adv', 'advert', 'gg', 'banner', 'popularize', 'tips', 'notice'],
}
EMPTY = ['wrap', 'box', 'left', 'main', 'col', 'row', 'container', 'inner', 'clearfix', 'mod', 'bd', 'layout', 'page', 'w1000', 'fl', 'fr', 'section', 'block', 'cont']


def classed(rng, words, plain):
    """An attribute that says what the element is, or, on a plain build, nothing."""
    if plain or rng.random() < .2:
        word = rng.choice(EMPTY) if rng.random() < .5 else 'css-' + ''.join(rng.choice('abcdefghij123') for _ in range(6))
    else:
        word = rng.choice(words)
        word = rng.choice([word, word, f'{rng.choice(EMPTY)} {word}', f'{word}-{rng.choice(["box", "wrap", "area", "con", "list"])}', f'{rng.choice("abcm")}_{word}'])
    return rng.choice([f' class="{word}"', f' class="{word}"', f' id="{word}"', f" class='{word}' style='margin:0'"])


def link(text, rng):
    return f'<a href="/{rng.randrange(9999)}.html">{html.escape(text)}</a>'


def kind(lines):
    joined = ' '.join(lines)
    has = lambda *words: any(word in joined for word in words)
    if has('版权所有', 'ICP', '©', '关于我们', '公网安备', '举报中心', 'Powered'):
        return 'foot'
    if has('评论', '回复', '楼主', '赞'):
        return 'comment' if len(lines) > 4 else 'share'
    if has('当前位置', ' > ', '›'):
        return 'crumb'
    if has('来源', '发布', '时间', '作者', '浏览', '阅读 '):
        return 'meta'
    if has('分享', '收藏', '打印', '举报'):
        return 'share'
    return None


def group(lines, is_above, rng, plain):
    """A run of the site's lines as one element."""
    of = kind(lines) or ('menu' if is_above else 'list')
    if of in ('crumb', 'meta', 'share') and len(lines) > 9:
        of = 'list'
    linked = {'menu': .95, 'list': .85, 'foot': .7, 'comment': .2, 'share': .7, 'crumb': .5, 'meta': .15}[of]
    one = lambda x: link(x, rng) if rng.random() < linked and len(x) < 60 else html.escape(x)
    tag = {'menu': ['nav', 'div', 'div', 'header'], 'foot': ['footer', 'div', 'div'], 'list': ['aside', 'div', 'div', 'section', 'td'], 'comment': ['div', 'section', 'table']}.get(of, ['div', 'div', 'p', 'span'])
    tag = 'div' if plain and rng.random() < .8 else rng.choice(tag)
    if tag in ('td', 'table'):
        inner = ''.join(f'<tr><td>{one(x)}</td></tr>' for x in lines)
        return f'<table{classed(rng, CHROME[of], plain)}>{inner}</table>'
    if len(lines) > 2 and rng.random() < .7:
        head = f'<h3>{html.escape(lines[0])}</h3>' if of == 'list' and rng.random() < .6 else ''
        inner = head + '<ul>' + ''.join(f'<li>{one(x)}</li>' for x in lines[1 if head else 0:]) + '</ul>'
    else:
        inner = rng.choice(['<br>', '</p><p>', '</div><div>']).join(one(x) for x in lines)
        inner = f'<p>{inner}</p>' if '</p><p>' in inner else f'<div>{inner}</div>' if '</div><div>' in inner else inner
    inner = f'<div{classed(rng, CHROME[of], plain)}>{inner}</div>' if rng.random() < .5 else inner
    if tag == 'span' and ('<div' in inner or '<p' in inner or '<ul' in inner):
        tag = 'div'
    return f'<{tag}{classed(rng, CHROME[of], plain)}>{inner}</{tag}>'


def body_lines(lines, rng, how):
    """The text's own lines: paragraphs, headings, lists and tables of its own."""
    out, i = [], 0
    while i < len(lines):
        run = [x for x in lines[i:i + rng.randrange(3, 9)]]
        short = len(run) >= 3 and all(len(x) < 40 for x in run)
        r = rng.random()
        if short and r < .35:
            listed = (lambda x: link(x, rng)) if rng.random() < .25 else html.escape
            out.append(rng.choice(['<ul>', '<ol>', '<ul class="list">']) + ''.join(f'<li>{listed(x)}</li>' for x in run) + '</ul>')
            i += len(run)
        elif short and r < .5:
            out.append('<table>' + ''.join(f'<tr><td>{html.escape(x)}</td></tr>' for x in run) + '</table>')
            i += len(run)
        else:
            x = lines[i]
            text = html.escape(x)
            if len(x) > 30 and rng.random() < .12:
                at = rng.randrange(2, 20)
                text = html.escape(x[:at]) + link(x[at:at + 4], rng) + html.escape(x[at + 4:])
            if len(x) < 20 and rng.random() < .4:
                out.append(rng.choice(['<h2>{}</h2>', '<h3>{}</h3>', '<p><strong>{}</strong></p>', '<p align="center">{}</p>', '<div>{}</div>']).format(text))
            elif how == 'br':
                out.append('　　' * rng.randrange(2) + text + '<br>' + rng.choice(['', '<br>', '\n']))
            else:
                out.append(f'<{how}>{text}</{how}>')
            i += 1
    return out


def dress(page, rng):
    """The page as HTML; its line labels stay those of its lines."""
    lines = [x.strip() for x in page['text'].split('\n') if x.strip()]
    labels = page['line_labels']
    assert len(lines) == len(labels)
    plain = rng.random() < .3
    at = [i for i, b in enumerate(labels) if b == 1]
    # The title stands above the body, perhaps with the byline between.
    first = next((i for k, i in enumerate(at) if k + 1 < len(at) and at[k + 1] == i + 1), at[0])
    if first == at[0] and len(at) > 1 and at[1] == at[0] + 1 and len(lines[at[0]]) < 40 and at[0] > 0:
        first = at[0]
    last = at[-1]
    parts = []
    def runs(lo, hi, is_above):
        i = lo
        while i < hi:
            if labels[i] == 1:
                parts.append(rng.choice(['<h1>{}</h1>', '<h1 class="title">{}</h1>', '<div class="title">{}</div>', '<h2>{}</h2>', '<td class="tit"><b>{}</b></td>', '<div class="bt"><span>{}</span></div>']).format(html.escape(lines[i])))
                i += 1
                continue
            n = rng.choice([1, 2, 3, 5, 8, 14])
            j = i
            while j < hi and j < i + n and labels[j] == 0:
                j += 1
            parts.append(group(lines[i:j], is_above, rng, plain))
            i = j
    head = 0
    title = f'<title>{html.escape(lines[0])}</title>' if labels[0] == 0 and rng.random() < .9 and len(lines[0]) > 4 else ''
    head = 1 if title else 0
    runs(head, first, True)
    above = ''.join(parts)
    parts = []
    runs(last + 1, len(lines), False)
    below = ''.join(parts)
    how = rng.choice(['p', 'p', 'p', 'p', 'br', 'div', 'section', 'p'])
    inner, i = [], first
    while i <= last:
        j = i
        while j <= last and labels[j] == labels[i]:
            j += 1
        inner += body_lines(lines[i:j], rng, how) if labels[i] == 1 else [group(lines[i:j], False, rng, plain)]
        i = j
    tag = rng.choice(['div', 'div', 'div', 'article', 'section', 'td'])
    content = f'<div{classed(rng, CONTENT, plain)}>{"".join(inner)}</div>'
    if tag == 'td':
        content = f'<table><tr><td>{content}</td></tr></table>'
    else:
        content = f'<{tag}{classed(rng, CONTENT + EMPTY, plain)}>{content}</{tag}>'
    layout = rng.randrange(4)
    if layout == 0:
        body = f'<div id="wrap">{above}{content}{below}</div>'
    elif layout == 1:
        body = f'{above}<div{classed(rng, EMPTY, True)}>{content}</div>{below}'
    elif layout == 2:
        body = f'<table><tr><td>{above}{content}{below}</td></tr></table>'
    else:
        body = f'<main>{above}{content}</main>{below}'
    return f'<html><head>{title}</head><body>{body}</body></html>'
