"""Renders the Markdown of rule pages: no HTML passes, no image loads, headings stay below those of the page."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

from assay.reports.outline.text import block

DEEPER = 2
"""A page's own headings begin at the second level; in the document they stand under a heading of the fourth."""


def rendered(source: str) -> Markup:
    """Markdown as HTML that is safe to put in."""
    renderer = _renderer()
    tokens = renderer.parse(block(source))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + DEEPER, 6)}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type == "fence" and token.info.strip():
            token.attrSet("data-label", token.info.strip())
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("rel", "noopener noreferrer")
    # markdown-it escapes text, and lets neither HTML nor script addresses through.
    return Markup(renderer.renderer.render(tokens, renderer.options, {}))  # noqa: S704


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
