"""Rights cover everything: a kind of record without a rule is seen by nobody, and that is noticed."""

from __future__ import annotations

import portal.boot
from portal import policy
from portal.documents.models import Document
from portal.kernel import access
from portal.kernel.record import Record, kinds
from portal.organization.accounts import ROLES

assert portal.boot.LISTENERS


def without_rules(models) -> set[str]:
    """Kinds of record nobody may read."""
    policy.apply()
    return {m.__tablename__ for m in models if not access.rules(m) and not access.has_view(m)}


def test_every_kind_of_record_is_governed():
    assert set(kinds().values()) <= access.governed()


def test_every_kind_of_record_has_somebody_who_may_read_it():
    assert without_rules(kinds().values()) == set()


def test_a_planted_kind_without_a_rule_is_noticed():
    class Planted(Record):
        __abstract__ = True
        __tablename__ = "planted"

    assert without_rules([Planted]) == {"planted"}


def test_every_rule_names_a_role_that_exists_and_columns_that_exist():
    policy.apply()
    for model in kinds().values():
        for rule in [r for action in "RCEPX" for r in access.rules(model, None, action)]:
            assert rule.role in ROLES
            named = {*rule.masked, *(name for name, _values in rule.where)}
            if rule.scope == "own":
                named.add(rule.owner)
            if rule.scope == "dept":
                named.add(rule.department)
            assert all(hasattr(model, name) for name in named), (model, rule)


def test_administrators_have_no_rule_on_business_content():
    """(c): ADM appears nowhere; administrators keep accounts and settings and see no content."""
    policy.apply()
    business = {
        "customer",
        "contact",
        "contract",
        "confidentiality_agreement",
        "signing_event",
        "access_grant",
    }
    for name in business:
        roles = {r.role for action in "RCEPX" for r in access.rules(kinds()[name], None, action)}
        assert "admin" not in roles, name


def test_papers_are_seen_by_their_labels_alone():
    policy.apply()
    assert access.rules(Document) == []
