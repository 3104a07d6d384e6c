//! HTML pages to lines: MB/s on one core.

use divan::counter::BytesCount;

fn main() {
    divan::main();
}

/// A page of a portal: navigation, an article of `paragraphs` paragraphs, a related list.
fn page(paragraphs: usize) -> String {
    let mut page = String::from(
        "<html><head><title>全县秋收工作进展顺利_某县新闻网</title><script>var a = 1;</script></head><body><div class=\"nav\"><ul>",
    );
    for channel in ["首页", "要闻", "政务", "民生", "图片", "视频"] {
        page.push_str(&format!(
            "<li><a href=\"/{channel}/index.html\" target=\"_blank\">{channel}</a></li>\n"
        ));
    }
    page.push_str("</ul></div><div class=\"article-content\" id=\"zoom\">");
    for number in 0..paragraphs {
        page.push_str(&format!("<p style=\"text-indent: 2em;\">　　第{number}个合作社的稻谷已经全部入仓，农机手连日奋战，群众的口粮&ldquo;颗粒归仓&rdquo;，<span>各项工作扎实有序推进</span>。</p>\n"));
    }
    page.push_str("</div><div class=\"related\">");
    for number in 0..20 {
        page.push_str(&format!(
            "<a href=\"http://example.com/{number}.html\">相关新闻标题第{number}条</a><br/>\n"
        ));
    }
    page.push_str("</div></body></html>");
    page
}

#[divan::bench(args = [5, 50, 500])]
fn render(bencher: divan::Bencher<'_, '_>, paragraphs: usize) {
    let page = page(paragraphs);
    bencher
        .counter(BytesCount::new(page.len()))
        .bench(|| qingwen::read::html::render(divan::black_box(&page)));
}
