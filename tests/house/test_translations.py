"""Every text of the code stands in the English catalogue, and English pages read English."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from tests import cast

ROOT = Path(__file__).parent.parent.parent
ENGLISH = ROOT / "portal/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(["N_", "_l", "lazy_gettext", "translated"])
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
JAPANESE = re.compile(r"[\u3005\u3041-\u30fe\u4e00-\u9fff\uff66-\uff9f]")
# under these names the person finds the helplines
IN_JAPANESE = ("よりそいホットライン", "#いのちSOS", "こころの健康相談統一ダイヤル")


@pytest.fixture(scope="module")
def in_code() -> Catalog:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)
    found = Catalog()
    for path, line, message, _, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        found.add(message, locations=[(path, line)], context=context)
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def texts(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Each Japanese text, singular and plural apart, beside its English."""
    for message in catalog:
        if message.id and isinstance(message.id, str):
            yield message.id, message.string
        elif message.id:
            yield from zip(message.id, message.string, strict=True)


def test_every_text_has_its_english(in_code, english):
    have = {ja for ja, en in texts(english) if en}
    missing = [f"{ja!r} ({m.locations[0][0]})" for m in in_code if m.id for ja in _forms(m.id) if ja not in have]
    assert not missing, f"Give these an English text (msgid, msgstr) in {ENGLISH.relative_to(ROOT)}:\n" + _lines(
        missing
    )


def test_no_text_is_left_from_before(in_code, english):
    stale = [repr(m.id) for m in english if m.id and m.id not in in_code]
    assert not stale, f"The code no longer says these; remove them from {ENGLISH.relative_to(ROOT)}:\n" + _lines(stale)
    assert not english.obsolete, "Remove the lines that begin with #~"


def test_the_english_keeps_the_placeholders(english):
    wrong = [f"{ja!r}: {en!r}" for ja, en in texts(english) if _holes(ja) != _holes(en)]
    assert not wrong, "Use the same placeholders in both texts:\n" + _lines(wrong)


def test_the_english_is_english(english):
    left = [repr(en) for _, en in texts(english) if JAPANESE.search(_without_names(en))]
    assert not left, "Translate these, or add a proper name to IN_JAPANESE:\n" + _lines(left)


def test_the_header_never_changes_by_itself():
    head = ENGLISH.read_text(encoding="utf-8").split("\n\n", 1)[0]
    assert not re.search(r"\d{4}-\d\d-\d\d|@", head), "Remove dates and addresses from the header"


@pytest.mark.parametrize(
    ("who", "path", "title"),
    [
        ("alma", "/cases", "Call list"),
        ("lena", "/reviews", "Under review"),
        ("dan", "/inbox", "Waiting for the city"),
        ("wim", "/referrals", "New referrals"),
        ("auda", "/audit/breaches", "Contacts outside the rules"),
        ("adi", "/permissions", "Permissions"),
    ],
)
def test_a_page_reads_english_once_chosen(as_, who, path, title):
    browser = as_(who)
    assert '<html lang="ja">' in browser.get(path).text
    assert browser.send("/language", language="en").status_code == 302
    page = browser.get(path).text
    assert '<html lang="en">' in page
    assert re.search(r"<h1[^>]*>\s*([^<]+?)\s*</h1>", page)[1] == title, "make test compiles the catalogue first"


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("alma", "/cases/{mori_north}"),
        ("alma", "/cases/{mori_north}/past-calls/new"),
        ("alma", "/cases/{mori_north}/referral"),
        ("alma", "/cases/{mori_north}/return"),
        ("lena", "/reviews/{ueda_law}"),
        ("dan", "/placements/{mori_north}"),
        ("dan", "/exclusions"),
        ("dan", "/plans/new?draw=random"),
        ("lena", "/conflicts"),
        ("dan", "/conflicts/asked"),
        ("auda", "/audit/activity"),
        ("auda", "/permissions/tables"),
        ("adi", "/accounts/new"),
    ],
)
def test_no_text_of_ours_stays_japanese(as_, english, who, path):
    browser = as_(who)
    browser.send("/language", language="en")
    page = browser.get(re.sub(r"{(\w+)}", lambda m: str(cast.id_(m[1])), path))
    assert page.status_code == 200
    ours = {ja for ja, _ in texts(english) if len(ja) > 1 and JAPANESE.search(ja)}
    left = ours & {html.unescape(text).strip() for text in re.findall(r"[>\"]([^<>\"]+)(?=[<\"])", page.text)}
    assert not left, f"{path} shows these without _(): {left}"


def _forms(msgid: str | tuple[str, ...]) -> tuple[str, ...]:
    return (msgid,) if isinstance(msgid, str) else msgid


def _holes(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def _without_names(text: str) -> str:
    for name in IN_JAPANESE:
        text = text.replace(name, "")
    return text


def _lines(items: list[str]) -> str:
    return "\n".join(sorted(items))
