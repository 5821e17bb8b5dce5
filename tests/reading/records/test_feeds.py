"""Feeds, and other XML whose elements are articles."""

from __future__ import annotations

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import read
from reading.checks import assert_nothing_lost

TITLES = ["青溪高新区启用夜间物流通道", "松岭科创城开放实验仓库"]
STORIES = [
    ["货车在零点到五点之间可以直达十四家工厂，不再绕行城区。", "通道沿线装了三百多盏感应灯，一年省电约四十万度。"],
    ["松岭科创城把闲置的二号仓库改成实验仓库，小企业按天租用，设备共用。"],
]
HTML = ["".join(f"<p>{text}</p>" for text in story) for story in STORIES]
ESCAPED = [html.replace("<", "&lt;").replace(">", "&gt;") for html in HTML]

FEEDS = {
    "rss": '<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0"><channel><title>要闻</title><link>http://a.cn</link>'
    + "".join(
        f"<item><title><![CDATA[{title}]]></title><pubDate>Thu, 30 Apr 2026 09:00:00 +0800</pubDate>"
        f"<description><![CDATA[{html}]]></description></item>"
        for title, html in zip(TITLES, HTML, strict=True)
    )
    + "</channel></rss>",
    "rss with the whole beside a summary": "<rss xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
    + "".join(
        f"<item><title>{title}</title><description>{story[0][:12]}</description>"
        f"<content:encoded><![CDATA[{html}&nbsp;]]></content:encoded></item>"
        for title, story, html in zip(TITLES, STORIES, HTML, strict=True)
    )
    + "</channel></rss>",
    "atom": '<?xml version="1.0" encoding="{encoding}"?><feed xmlns="http://www.w3.org/2005/Atom"><title>要闻</title>'
    f'<entry><title>{TITLES[0]}</title><content type="html">{ESCAPED[0]}</content></entry>'
    f'<entry><title>{TITLES[1]}</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{HTML[1]}</div>'
    "</content></entry></feed>",
    "rdf": '<!-- made --><rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/"><channel><title>要闻</title></channel>'
    + "".join(
        f"<item><title>{title}</title><description>{html}&nbsp;</description></item>"
        for title, html in zip(TITLES, ESCAPED, strict=True)
    )
    + "</rdf:RDF>",
    "a dump": '<?xml version="1.0" encoding="{encoding}"?><data><from>青溪</from>'
    + "".join(
        f"<row><id>{i}</id><标题>{title}</标题><正文>{html}</正文></row>"
        for i, (title, html) in enumerate(zip(TITLES, ESCAPED, strict=True))
    )
    + "</data>",
    "a dump of HTML": '<?xml version="1.0" encoding="{encoding}"?><root>'
    + "".join(
        f"<news><title>{title}</title><body><![CDATA[{'<br/>'.join(f'　　{text}' for text in story)}]]></body></news>"
        for title, story in zip(TITLES, STORIES, strict=True)
    )
    + "</root>",
    "a dump of paragraphs": '<?xml version="1.0"?><list>'
    + "".join(
        f"<doc><title>{title}</title>{''.join(f'<paragraph>{text}</paragraph>' for text in story)}</doc>"
        for title, story in zip(TITLES, STORIES, strict=True)
    )
    + "</list>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
@pytest.mark.parametrize("kind", FEEDS)
def test_each_entry_is_an_article(kind, encoding):
    document = read(FEEDS[kind].replace("{encoding}", encoding).encode(encoding), name="a.xml")
    assert [article.title for article in document.articles] == TITLES
    assert [[paragraph.text for paragraph in article.paragraphs] for article in document.articles] == STORIES
    assert_nothing_lost(document)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ('<urlset xmlns="s"><url><loc>http://a.cn/1</loc></url></urlset>', "sitemap"),
        ("<rss><channel><title>要闻</title></channel></rss>", "without entries"),
        (f'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><text>{STORIES[1][0]}</text></svg>', "'svg'"),
    ],
)  # fmt: skip
def test_other_xml_is_refused_by_name(xml, said):
    with pytest.raises(InputError, match=said):
        read(xml.encode(), name="a.xml")


def test_a_piece_of_html_with_the_declaration_of_xml_is_read_as_html():
    document = read(f'<?xml version="1.0"?><div>{HTML[0]}</div>'.encode(), name="a.xml")
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORIES[0]
