"""Bad input everywhere: whatever is typed into whichever form or address, an answer in words (R16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from urllib.parse import quote

from portal.kernel import text
from portal.web.routes import all_routes, needs
from tests.portal.app.typed import (
    BAD,
    CJK,
    PEOPLE,
    SCRIPT,
    Form,
    Tables,
    endpoint,
    forms_in,
    page_of,
    shown_again,
    visited,
)

#: The same code for every screen: each screen gets a share of the values.
ALIKE, SHARE = ("advance", "keep", "comment"), 7
ASKED = (
    "id",
    "sort",
    "before",
    "after",
    "q",
    "state",
    "page",
    "draft",
    "back",
    "next",
    "version",
    "kind",
    "tab",
    "format",
    "name",
    "query",
    "customer_id",
    "start_on_from",
    "columns",
)
#: The files of the invented templates are in no store: a 503 in words.
NO_FILE = "/documents/templates/"
#: No step is taken on the accounts and rights by which the sweep itself is signed in.
OWN = ("/organization/user_account/", "/organization/role_grant/")
#: The place of a row in the name of its boxes, and one that no row ever has.
ROW, FAR = re.compile(r"-\d+-"), f"-{'9' * 5_000}-"


def found_forms(app, open_browser, people=PEOPLE) -> Iterator[tuple[object, Form]]:
    """Every form that somebody finds, once, with a browser of that person."""
    seen = set()
    for name in people:
        one = open_browser(name)
        one.send("/preferences", language="zh_Hant", back="/")
        for address, tree in visited(app, one, ("/", "/profile"), each=1).items():
            for form in forms_in(address, tree):
                key = endpoint(app, form.action, "POST"), frozenset(form.values)
                if key not in seen and "account.sign_out" not in key:
                    seen.add(key)
                    yield one, form


def wrong(answer, form: Form | None = None, sent: dict[str, str] | None = None) -> Iterator[str]:
    """What is not right about an answer to something bad."""
    if answer.status_code >= 500 and not (
        answer.status_code == 503 and NO_FILE in answer.request.path
    ):
        yield f"{answer.status_code}"
    if answer.mimetype != "text/html":
        return
    said = answer.get_data(as_text=True)
    if SCRIPT in said:
        yield "unescaped"
    if answer.status_code >= 400 and not CJK.search(said.partition("<main")[2]):
        yield f"{answer.status_code} without words of the reader"
    if answer.status_code == 422 and form and sent:
        yield from lost(answer, form, sent)


def lost(answer, form: Form, sent: dict[str, str]) -> Iterator[str]:
    """Boxes of the form that did not come back, or no longer hold what was typed."""
    tree = page_of(answer)
    if not tree.xpath("//*[@role='alert']") and tree.xpath("//form[@class='record']"):
        yield "no message"
    if text.illegal("".join(sent.values())) and not tree.xpath("//form[@class='record']"):
        return  # refused before its page was asked; a record's form comes back legible
    shown = shown_again(tree)
    for name in form.texts:
        typed, values = text.legible(sent[name]), shown.get(name, {""})
        # marks that turn what one reads need not come back
        kept = {_plain(typed), _plain(text.cleaned(typed))}
        if kept.isdisjoint(_plain(value) for value in values):
            yield f"{name} lost: {typed[:30]!r}"


def _plain(typed: str) -> str:
    return " ".join(typed.split())


def posted(tables: Tables, one, form: Form, typed: dict[str, str]) -> tuple[int, list[str]]:
    """Send it, one after the other; the status, and what is wrong with the answer."""
    before = tables.now()
    answer = one.client.post(form.action, data=typed)
    faults = [f"{form.action} {fault}" for fault in wrong(answer, form, typed)]
    tables.forget()
    if answer.status_code >= 400 and tables.now() != before:
        faults.append(f"{form.action} {answer.status_code} and yet changed something")
    return answer.status_code, faults


def swept(app, one, form: Form, turn: int) -> Iterator[str]:
    """Every bad value in every box together; on a form of a record also one by one."""
    tables = Tables(app)
    alike = endpoint(app, form.action, "POST").rpartition(".")[2] in ALIKE
    boxes = [name for name in form.values if name != "csrf_token"]
    for at in range(turn % SHARE if alike else 0, len(BAD), SHARE if alike else 1):
        typed = {name: BAD[(at + n) % len(BAD)] for n, name in enumerate(boxes)}
        if alike and at % 2 and not form.action.startswith(OWN):
            # the right record, and only the words are bad
            typed |= {name: form.values[name] for name in ("id", "step") if name in form.values}
        typed |= {ROW.sub(FAR, name): "1" for name in boxes if ROW.search(name)}
        yield from posted(tables, one, form, form.typed(**typed))[1]
    if "version" in form.values and not alike:
        yield from one_by_one(tables, one, form, boxes)


def one_by_one(tables: Tables, one, form: Form, boxes: list[str]) -> Iterator[str]:
    """A record's form, right but for one box."""
    now, turns = form, count()
    for name in boxes:
        for _again in range(2):
            typed = now.typed(**{name: BAD[next(turns) % len(BAD)]})
            status, faults = posted(tables, one, now, typed)
            yield from faults
            if status < 400:  # saved: the next one starts from what stands there now
                again = one.get(form.page)
                fresh = [
                    f
                    for f in forms_in(form.page, page_of(again))
                    if f.action == form.action and "form_token" in f.values
                ]
                if not fresh:  # it has moved out of this person's reach
                    return
                now = fresh[0]


def test_no_form_breaks_by_what_is_typed(full, browser):
    faults, seen = [], 0
    for turn, (one, form) in enumerate(found_forms(full, browser)):
        faults += swept(full, one, form, turn)
        seen += 1
    assert faults == []
    assert seen > 50


def asked_badly(app, one) -> Iterator[str]:
    """Every address of a page, with bad values for all it may be asked, rotating."""
    addresses = [r["rule"] for r in all_routes(app) if "GET" in r["methods"]]
    turns = count()
    for rule in addresses:
        address = re.sub(r"<(?:int:)?\w+>|<any.*?>", "1", rule)
        for _again in range(4):
            turn = next(turns)
            query = "&".join(
                f"{name}={quote(BAD[(turn + n) % len(BAD)][:3000])}" for n, name in enumerate(ASKED)
            )
            # the raw bytes are refused as a whole, so they come alone
            sound = query.replace("%00", "")
            for said in (query, sound) if turn % 7 == 0 else (sound,):
                for fault in wrong(one.get(f"{address}?{said}")):
                    yield f"{address} {fault}: {said[:200]}"


def test_no_page_breaks_by_what_it_is_asked(full, browser):
    one = browser("admin")
    one.send("/preferences", language="zh_Hant", back="/")
    assert list(asked_badly(full, one)) == []


def test_planted_faults_are_found(app, browser):
    """A view that raises, one that repeats what was typed as it is, one that loses it."""

    def answers(act):
        return needs("public")(act)

    page = "<main><form method='post'><input name='a' value='{}'></form>字</main>"
    app.add_url_rule("/raising", "raising", answers(lambda: 1 / 0), methods=["POST"])
    app.add_url_rule(
        "/repeating",
        "repeating",
        answers(lambda: (f"<main>字{SCRIPT}</main>", 422)),
        methods=["POST"],
    )
    app.add_url_rule("/losing", "losing", answers(lambda: (page.format(""), 422)), methods=["POST"])
    one = browser("admin")
    token = next(forms_in("/profile", page_of(one.get("/profile")))).values["csrf_token"]
    for address, fault in (("raising", "500"), ("repeating", "unescaped"), ("losing", "a lost")):
        form = Form("/", f"/{address}", {"a": "", "csrf_token": token}, frozenset("a"))
        found = list(swept(app, one, form, 0))
        assert any(fault in line for line in found), (address, found)
