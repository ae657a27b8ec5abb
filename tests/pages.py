"""What every page owes everybody: one title, labels, no doubled id, nothing inline, few statements."""

from collections import Counter
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT_INPUTS = {"hidden", "submit", "button", "image", "reset"}
MOST_STATEMENTS = 12


class Page(HTMLParser):
    """Reads a page and collects what `faults` judges."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {"title": [], "h1": []}
        self.wrong: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attributes}
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag in self.texts and "svg" not in self.open:
            self.texts[tag].append("")
        if tag == "label":
            self.labelled.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") not in SILENT_INPUTS:
            self.fields.append((tag, given | ({"inside": "yes"} if "label" in self.open else {})))
        self.wrong += [f"inline {k} on <{tag}>" for k in given if k == "style" or k.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.wrong.append(f"inline <{tag}>")
        if tag == "form" and given.get("method", "get").lower() == "post":
            self.posts = getattr(self, "posts", 0) + 1

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in ("title", "h1"):
            if tag in self.open and self.texts[tag] and not {"rt", "rp", "svg"} & set(self.open):
                self.texts[tag][-1] += data


def faults(text: str) -> list[str]:
    page = Page(text)
    titles, headings = ([" ".join(t.split()) for t in page.texts[k]] for k in ("title", "h1"))
    wrong = list(page.wrong)
    if len(headings) != 1 or not titles or titles[0].rsplit(" - ", 1)[0] != headings[0]:
        wrong.append(f"title {titles} is not the one h1 {headings}")
    wrong += [f"id {i} stands {n} times" for i, n in page.ids.items() if n > 1]
    for tag, given in page.fields:
        named = (
            given.get("aria-label")
            or given.get("aria-labelledby")
            or "inside" in given
            or given.get("id") in page.labelled
        )
        if not named:
            wrong.append(f"<{tag} name={given.get('name')}> has no label")
    if text.count('name="csrf_token"') < getattr(page, "posts", 0):
        wrong.append("a form posts without its token")
    return wrong
