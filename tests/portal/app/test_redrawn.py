"""What cannot be stored is refused at its box, on every form: the page is drawn again, the rest stands (R16)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from urllib.parse import quote_from_bytes, urlencode

from portal.kernel.db import Base
from portal.web.redrawn import redrawn
from portal.web.routes import needs
from tests.portal.app.test_bad_input import found_forms
from tests.portal.app.typed import CJK, Form, page_of, shown_again, stored

#: What no text may hold, as a form sends it: NUL, half a character, bytes of another encoding.
ILLEGAL = {"NUL": b"\x00", "half a character": b"\xed\xa0\x80", "raw bytes": b"\xff"}
FORM = "application/x-www-form-urlencoded"
#: Marks that turn the words behind them.
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def body(form: Form, box: str, bad: bytes) -> str:
    """The form as shown, but for one box with something bad between two letters."""
    rest = urlencode({name: said for name, said in form.values.items() if name != box})
    return f"{rest}&{box}={quote_from_bytes('甲'.encode() + bad + '乙'.encode())}"


def column(name: str) -> str:
    """The box in whichever row: rows without a word between them close up."""
    return re.sub(r"-\d+-", "-", name)


def wrong(answer, form: Form, box: str) -> Iterator[str]:
    """What is not right about the answer to it."""
    if answer.status_code != 422:
        yield f"{answer.status_code}"
        return
    tree, shown = page_of(answer), dict[str, set[str]]()
    for name, texts in shown_again(tree).items():
        shown.setdefault(column(name), set()).update(" ".join(said.split()) for said in texts)
    for name in form.texts:
        typed = "甲乙" if name == box else " ".join(form.values[name].split())
        if typed not in shown.get(column(name), {""}):
            yield "lost" if name == box else f"{name} lost"
    if column(box) not in map(column, tree.xpath("//*[@aria-invalid='true']/@name")):
        yield "not marked"
    summary = tree.xpath("//*[@role='alert']")
    links = [a.get("href", "")[1:] for one in summary for a in one.iter("a")]
    if not links or not all(tree.xpath(f"//*[@id='{at}']") for at in links):
        yield f"the summary leads nowhere: {links}"
    said = " ".join(one.text_content() for one in summary)
    if box in said or not CJK.search(said):
        yield f"named by its raw name: {said}"


def swept(app, found: Iterator[tuple[object, Form]]) -> tuple[list[str], set[str]]:
    """Every fault at every box, and the addresses that were tried."""
    faults, tried = list[str](), set[str]()
    for one, form in found:
        before = stored(app)
        for turn, box in enumerate(sorted(form.texts)):
            name, bad = list(ILLEGAL.items())[turn % len(ILLEGAL)]
            sent = one.client.post(form.action, data=body(form, box, bad), content_type=FORM)
            faults += [f"{form.action} {box} {name}: {fault}" for fault in wrong(sent, form, box)]
            tried.add(form.action.partition("?")[0])
        if stored(app) != before:
            faults.append(f"{form.action} changed something")
    return faults, tried


def test_every_form_comes_back_with_what_was_typed(full, browser):
    faults, tried = swept(full, found_forms(full, browser))
    assert not faults, "\n".join(faults)
    assert len(tried) > 25


def test_a_form_that_does_not_is_found(app, browser):
    """Planted: one that answers with a bare page, one that loses the rest, one that marks nothing."""
    page = "<main>字<form method='post' action='{}'><input name='a' value='{}'></form></main>"
    app.add_url_rule("/bare", "bare", needs("public")(lambda: "x"), methods=["POST"])
    losing = redrawn(lambda problems: page.format("/losing", ""), a="甲框")
    app.add_url_rule("/losing", "losing", needs("public")(losing(lambda: "x")), methods=["POST"])
    one = browser("admin")
    one.send("/preferences", language="zh_Hant", back="/")
    token = one.get("/profile").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    forms = [
        (one, Form("/", f"/{at}", {"a": "", "csrf_token": token}, frozenset("a")))
        for at in ("bare", "losing")
    ]
    faults, _tried = swept(app, iter(forms))
    for fault in ("/bare a NUL: lost", "/losing a NUL: lost", "/losing a NUL: not marked"):
        assert fault in faults, faults


def held(app) -> set[str]:
    """The marks that turn words in any text the database holds."""
    with app.extensions["engine"].connect() as connection:
        rows = [r for t in Base.metadata.sorted_tables for r in connection.execute(t.select())]
    said = "".join(str(value) for row in rows for value in row)
    return {mark for mark in TURNING if mark in said or f"\\u{ord(mark):04x}" in said}


def test_nothing_typed_turns_the_words_behind_it_wherever_it_is_typed(full, browser):
    """Dropped as in names: nobody means them, and left open they show the digits behind backwards."""
    saved = 0
    for one, form in list(found_forms(full, browser)):  # all of them, before any step is taken
        typed = dict.fromkeys(form.texts, f"甲{TURNING}乙")
        saved += one.client.post(form.action, data=form.typed(**typed)).status_code < 400
    assert saved > 10
    assert held(full) == set()


def test_a_mark_that_was_kept_would_be_seen(full):
    table = Base.metadata.tables["department"]
    with full.extensions["engine"].begin() as connection:
        connection.execute(table.update().values(name_en="a\u202eb"))
    assert held(full) == {"\u202e"}


def test_a_browser_that_unpacks_gets_the_form_as_well(browser):
    """What is taken out of the page is taken out before the page is packed."""
    one = browser("sales_a")
    sent = {
        "csrf_token": one.get("/profile").text.partition('csrf_token" value="')[2].partition('"')[0]
    }
    sent |= {"valid_from": "2026-12-01", "valid_to": "2026-12-02", "reason": "甲\x00乙"}
    answer = one.client.post("/profile/delegation/", data=sent, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.content_encoding) == (422, "gzip")
    assert 'value="甲乙"' in gzip.decompress(answer.get_data()).decode()
