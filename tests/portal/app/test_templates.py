"""The life of Word templates on screen: upload, checks, Legal, into use, files (R10.5)."""

from __future__ import annotations

import io
import re
import shutil
import zipfile

import pytest

from doc_templates import catalogue
from doc_templates.errors import PaperError
from portal.documents.archive.parts import parts
from portal.documents.models import DocumentTemplate
from portal.documents.word_templates import library
from portal.kernel import access
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.errors import Conflict

UPLOAD = "/documents/templates/upload"


@pytest.fixture
def first(app):
    """D06 in Traditional Chinese in use; its id."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        made = library.add("D06", "zh_Hant", word(), catalogue.manifest_text("D06"), into_use=True)
    return made.id


def word(old="", new=""):
    """The built-in Word file, one text of it replaced."""
    data = catalogue.built_in("D06", "zh-Hant")
    if not old:
        return data
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for item in source.infolist():
            body = source.read(item)
            if item.filename == "word/document.xml":
                assert old.encode() in body
                body = body.replace(old.encode(), new.encode())
            target.writestr(item, body)
    return out.getvalue()


def sent(browser, who, data, manifest=None, code="D06", locale="zh_Hant"):
    files = {"word": (io.BytesIO(data), "範本.docx")}
    if manifest is not None:
        files["manifest"] = (io.BytesIO(manifest.encode()), "m.toml")
    return browser(who).send(UPLOAD, UPLOAD, code=code, locale=locale, **files)


def step(browser, who, ident, name, **more):
    data = {"id": ident, "step": name, "from": "details", **more}
    return browser(who).send("/documents/document_template/advance/", **data)


def state(ident):
    remove_session()
    with access.acting_as(access.SYSTEM):
        return session().get_one(DocumentTemplate, ident).state


def test_a_new_version_goes_from_draft_by_legal_into_use_and_the_old_one_retires(first, browser):
    answer = sent(browser, "admin", word("保密", "守密"))
    assert answer.status_code == 303, answer.text
    ident = int(re.search(r"id=(\d+)", answer.location)[1])
    page = browser("legal").get(answer.location).text
    for said in ("employee.name", "SHA-256"):
        assert said in page
    assert step(browser, "admin", ident, "approve").status_code == 403
    assert step(browser, "admin", ident, "activate").status_code == 409
    assert step(browser, "legal", ident, "approve").status_code == 302
    assert state(first) == "active"
    assert step(browser, "admin", ident, "activate").status_code == 302
    assert (state(first), state(ident)) == ("retired", "active")
    with access.acting_as(access.SYSTEM):
        assert library.in_use("D06", "zh_Hant").id == ident


def test_its_steps_do_not_wait_for_the_store(first, browser):
    """Nothing slow happens inside their transaction: what was kept fitted, and stays as it is."""
    answer = sent(browser, "admin", word("保密", "守密"))
    ident = int(re.search(r"id=(\d+)", answer.location)[1])
    shutil.rmtree(parts().plain.root)
    assert step(browser, "legal", ident, "approve").status_code == 302
    assert browser("admin").get(answer.location).status_code == 200
    assert step(browser, "admin", ident, "activate").status_code == 302
    assert state(ident) == "active"


def test_no_door_keeps_a_text_that_does_not_fit_its_manifest(first):
    remove_session()
    odd = word("{{ employee.name", "{{ employee.nickname")
    with access.acting_as(access.SYSTEM), pytest.raises(PaperError, match=r"employee\.nickname"):
        library.add("D06", "zh_Hant", odd, catalogue.manifest_text("D06"))
    assert state(first) == "active"


def test_of_a_version_that_is_kept_nothing_changes(first):
    """Not even while it is a draft: Legal approves what was checked (R10.5)."""
    with access.acting_as(access.SYSTEM):
        draft = library.add("D06", "zh_Hant", word("保密", "守密"), catalogue.manifest_text("D06"))
        with pytest.raises(Conflict), transaction():
            draft.manifest = catalogue.manifest_text("D07")


def test_whoever_uploaded_a_text_does_not_approve_it(first, browser):
    answer = sent(browser, "legal", word("保密", "守密"))
    ident = int(re.search(r"id=(\d+)", answer.location)[1])
    assert step(browser, "legal", ident, "approve").status_code == 409
    assert step(browser, "legal_head", ident, "approve").status_code == 302


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Word"),
        (b"no zip at all", "Word"),
        (word("{{ employee.name", "{{ employee.nickname"), "employee.nickname"),
        (word("{{ employee.name", "{{ employee.__class__"), "word/document.xml"),
        (word("{{ employee.name }}", "{{ employee.name "), "word/document.xml"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_with_its_reasons(first, browser, data, said):
    answer = sent(browser, "admin", data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in answer.text
    with access.acting_as(access.SYSTEM):
        assert session().query(DocumentTemplate).count() == 1


@pytest.mark.parametrize(
    "manifest",
    [
        "= no toml",
        "id = 'D06'",
        catalogue.manifest_text("D07"),
        catalogue.manifest_text("D06").replace('role = "hr_head"', 'role = "the_boss"'),
    ],
)
def test_a_manifest_that_does_not_hold_is_refused(first, browser, manifest):
    assert sent(browser, "admin", word("保密", "守密"), manifest).status_code == 422


def test_the_same_version_is_not_kept_twice(first, browser):
    assert sent(browser, "admin", word()).status_code == 422


def test_files_are_taken_along_by_who_keeps_templates_and_the_sample_by_all(first, browser):
    base = f"/documents/templates/{first}"
    for who, status in (("admin", 200), ("legal", 200), ("sales_a", 403)):
        answer = browser(who).get(f"{base}/word")
        assert answer.status_code == status
        if status == 200:
            assert answer.data == word()
        assert browser(who).get(f"{base}/manifest").status_code == status
    sample = browser("hr").get(f"{base}/sample")
    assert sample.status_code == 200
    with zipfile.ZipFile(io.BytesIO(sample.data)) as paper:
        assert "江以安" in paper.read("word/document.xml").decode()
    assert browser("admin").get("/documents/templates/999/word").status_code == 404
    assert browser("sales_a").get(UPLOAD).status_code == 403


def test_what_a_paper_asks_for_is_said_in_words(first, browser):
    page = browser("legal").get(f"/documents/document_template/details/?id={first}").text
    table = page.partition('id="template-fields"')[2].partition("</table>")[0]
    said = set(re.findall(r"<td>([^<]+)</td><td>[是否]</td>", table))
    assert {"文字", "整數", "是或否", "日期"} <= said
    assert {one for one in said if one.isascii()} == set()
