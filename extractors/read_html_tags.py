"""What HTML's tags are to a reader of announcements: blocks, headings, furniture, things not seen."""

import re

from lxml import etree

#: Left out with all that is in them: not seen on the page, or the state of a form.
DROPPED = frozenset(
    (
        *(
            "script",
            "style",
            "template",
            "noscript",
            "head",
            "title",
            "meta",
            "link",
            "svg",
            "math",
            "iframe",
            "object",
        ),
        *(
            "embed",
            "applet",
            "canvas",
            "audio",
            "video",
            "map",
            "select",
            "datalist",
            "textarea",
            "frameset",
            "noframes",
        ),
        *("param", "source", "track"),
    )
)
#: Tags that begin and end a block of text.
BLOCKS = frozenset(
    (
        *("html", "body", "main", "article", "section", "div", "p", "header", "footer", "nav", "aside", "address"),
        *("blockquote", "center", "figure", "figcaption", "form", "fieldset", "legend", "details", "summary", "dialog"),
        *("dl", "dt", "dd", "ul", "ol", "menu", "dir", "li", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "hgroup", "search", "marquee"),
        *("button", "label", "legend", "option"),
    )
)
#: Tags that end a line inside of a table's cell.
BREAKING = frozenset(
    (
        *("p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote"),
        *("pre", "hr", "dd", "dt"),
    )
)
#: What a style keeps from being seen: „display: none“, and what spam on a page hides links with.
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?!\.?\d)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{4,}",
    re.IGNORECASE,
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
LISTS = frozenset(("ul", "ol", "menu", "dir"))
CONTAINERS = frozenset(
    (
        "div",
        "section",
        "article",
        "main",
        "aside",
        "header",
        "footer",
        "nav",
        "td",
        "li",
        "ul",
        "ol",
        "form",
        "dl",
        "table",
    )
)
ARTICLES = frozenset(("article", "main"))
#: Furniture by what they are, and what is so only outside of an article.
FURNITURE = frozenset(("nav", "footer", "dialog", "menu", "search"))
OUTER_FURNITURE = frozenset(("header", "aside"))


def is_hidden(element: etree._Element) -> bool:
    """Whether an element is kept from being seen by its own attributes."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDING.search(style) is not None)
