"""Records' forms with fields, versions and tokens that are not theirs: nothing unasked is changed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, inspect, select

from portal.app import SCREENS
from tests.portal.app.typed import CJK, PEOPLE, Form, forms_in, page_of, stored

VERSIONS = ("", "0", "-1", "x", "１", "1 ", "99999999999999999999", "1e0", "None")
TOKENS = ("", "x", "字" * 20, "a" * 5000, "../../etc/passwd-etc")
#: What a record keeps of its last change.
KEPT_OF_CHANGES = {"updated_at", "updated_by_id", "row_version"}


def edited(browser) -> Iterator[tuple[object, type, Form]]:
    """The form of one record of each kind that somebody may change."""
    people = [browser(name) for name in PEOPLE]
    for one in people:
        one.send("/preferences", language="zh_Hant", back="/")
    for screen in SCREENS:
        for one, ident in ((one, ident) for one in people for ident in (1, 2)):
            page = f"/{screen.chapter}/{screen.record.__tablename__}/edit/?id={ident}"
            if form := form_on(one, page):
                one.client.post(form.action, data=form.values)  # once as it is: then it fits
                yield one, screen.record, form_on(one, page)
                break


def form_on(one, page: str) -> Form | None:
    """The form of the record, as it stands now."""
    tree = page_of(one.get(page))
    return next((f for f in forms_in(page, tree) if "version" in f.values), None)


def row(app, record: type, page: str) -> dict[str, object]:
    """How the record of this page stands."""
    table = inspect(record).local_table
    query = select(table).where(table.c.id == int(page.rpartition("=")[2]))
    with app.extensions["engine"].connect() as connection:
        return dict(connection.execute(query).mappings().one())


def unasked(app, one, record: type, form: Form, value: str) -> Iterator[str]:
    """Columns that changed although the form has no box for them."""
    before = row(app, record, form.page)
    columns = set(before) - {name.partition("-")[0] for name in form.values}
    columns = {c for c in columns if c.removesuffix("_id") not in form.values}
    more = dict.fromkeys(columns | {"state", "_state", "is_admin", "owner"}, value)
    answer = one.client.post(form.action, data={**more, **form.values})
    if answer.status_code not in (302, 303, 422):
        yield f"{form.page} {answer.status_code}"
    after = row(app, record, form.page)
    yield from (
        f"{form.page} {name}" for name in columns - KEPT_OF_CHANGES if before[name] != after[name]
    )


def test_fields_that_are_not_on_a_form_change_nothing(full, browser):
    seen, faults = 0, []
    for one, record, form in edited(browser):
        faults += unasked(full, one, record, form, "1")
        seen += 1
    assert faults == []
    assert seen > 5


def test_a_column_that_could_be_sent_would_be_noticed(full, browser):
    """Planted: the form of one kind has lost a box that it still takes."""
    for one, record, form in edited(browser):
        columns = inspect(record).local_table.c
        boxes = [n for n in form.texts if n in columns and isinstance(columns[n].type, String)]
        short = {name: value for name, value in form.values.items() if name != boxes[0]}
        found = list(
            unasked(full, one, record, Form(form.page, form.action, short, form.texts), "7")
        )
        assert found == [f"{form.page} {boxes[0]}"]
        return


def test_another_version_is_a_conflict_and_another_token_no_harm(full, browser):
    for one, _record, form in edited(browser):
        before = stored(full)
        bad = [form.typed(version=said) for said in VERSIONS]
        bad.append({name: value for name, value in form.values.items() if name != "version"})
        for typed in bad:
            answer = one.client.post(form.action, data=typed)
            assert answer.status_code == 409, (form.page, typed.get("version"))
            assert CJK.search(answer.text.partition("<main")[2])
        assert stored(full) == before, form.page
        for token in TOKENS:
            now = form_on(one, form.page)
            answer = one.client.post(now.action, data=now.typed(form_token=token))
            assert answer.status_code in (302, 303, 422), (form.page, token[:20])
