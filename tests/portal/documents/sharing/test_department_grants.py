"""A paper is opened to a department: to everybody there, with an agreement, for the term, and never further."""

from __future__ import annotations

from datetime import timedelta

from portal.documents.sharing import grants, reading
from portal.kernel import clock
from portal.seed import walk
from tests.portal.documents.sharing.opened import (
    EVERY,
    doors,
    forget_labels,
    made_secret,
    move,
    place,
    revoked,
    uncleared,
)


def given(company, paper, code, by="legal", **typed):
    """A department is chosen in the form of the paper's page."""
    sent = {"department": place(company, code), "rights": "view", "days": 3, "purpose": "查閱"}
    return company.browser(by).post(f"/papers/{paper}/grant", data=sent | typed)


def test_it_opens_to_everybody_there_and_below_with_an_agreement_in_force(company, paper):
    """Also where the labels were written before there were such grants."""
    forget_labels(paper)
    assert doors(company, "sales_b", paper) == set()
    assert given(company, paper, "SAL").status_code == 302
    walk.work()
    assert doors(company, "sales_b", paper) == EVERY
    assert doors(company, "cs", paper) == set()
    page = company.browser("sales_b").get(f"/papers/{paper}?tab=access").text
    assert "銷售部" in page.partition('aria-labelledby="grants"')[2]
    assert "銷售部" in company.browser("sales_b").get("/documents/access_grant/").text
    assert "銷售部" not in company.browser("cs").get("/documents/access_grant/").text
    uncleared(company, "sales_b")
    assert doors(company, "sales_b", paper) == set()


def test_when_its_reason_ends_no_door_tells_of_the_paper(company, paper):
    def opened_again():
        assert given(company, paper, "OPS").status_code == 302
        assert doors(company, "ops", paper) == EVERY

    opened_again()
    move(company, "ops", "MKT")
    assert doors(company, "ops", paper) == set()
    move(company, "ops", "OPS")
    revoked(company, f"/papers/{paper}/revoke")
    assert doors(company, "ops", paper) == set()
    opened_again()
    with clock.standing_at(clock.now() + timedelta(days=3)):
        assert doors(company, "ops", paper) == set()
    assert doors(company, "ops", paper) == EVERY
    made_secret(company, paper)
    assert doors(company, "ops", paper) == set()


REFUSED = (
    ("LEG", {}, 403, "不得授權給自己任職的部門"),
    ("MKT", {}, 422, "無人持有生效中的保密協議"),
    ("OPS", {"grantee": "3"}, 422, "不能同時選擇"),
    ("OPS", {"department": "9999"}, 422, "選項"),
)


def test_what_it_may_not_be_is_refused_in_words_at_its_box(company, paper):
    """Nobody grants to the department they work in; a secret paper's readers are named."""
    asked = [("legal", *one) for one in REFUSED]
    for by, code, typed, status, said in (*asked, ("hr_head", "OPS", {}, 422, "不能選部門")):
        if by == "hr_head":
            made_secret(company, paper)
        refused = given(company, paper, code, by, **typed)
        assert (refused.status_code, said in refused.text) == (status, True)
        assert ('id="department-error"' in refused.text) == (status == 422)


def test_who_gave_it_gains_nothing_by_moving_there(company, paper):
    """A custodian opens a paper to a department, is custodian no more, and then works there."""

    def keeper(name):
        sent = {"custodian": company.accounts[name].employee_id, "place": "A 櫃"}
        assert (
            company.browser("legal").post(f"/papers/{paper}/custodian", data=sent).status_code
            == 302
        )

    keeper("cs")
    assert given(company, paper, "CSV", by="cs").status_code == 403
    assert given(company, paper, "OPS", by="cs").status_code == 302
    keeper("hr")
    move(company, "cs", "OPS")
    assert doors(company, "cs", paper) == set()
    assert "page" in doors(company, "ops", paper)


def test_only_a_grant_that_says_so_lets_the_department_take_it_along(company, paper):
    for rights, takes in (("view", False), ("download", True)):
        given(company, paper, "OPS", rights=rights)
        with walk.person(company.accounts, "ops"):
            assert reading.may_download(reading.document_seen(paper)) is takes
    with walk.person(company.accounts, "legal"):
        assert len(grants.in_force(reading.document_seen(paper))) == 2
