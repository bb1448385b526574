"""Who may answer a step: one judgement of one step, and the same as one statement over all of them.

Makers never approve what they made (R3.3.2), nor do their delegates; persons are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from portal.engines.approval.models import Approval
from portal.kernel import access, reach
from portal.kernel.actor import Actor
from portal.kernel.db import session
from portal.kernel.record import Record
from portal.kernel.registry import Registry
from portal.kernel.words import Words, _
from portal.kernel.worked_out import follows_rules, rules_changed
from portal.organization.accounts import IN_PERSON

#: Which subjects of a kind a person made, as a criterion on their rows.
Made = Callable[[Actor], ColumnElement[bool]]
_made = Registry[type[Record], Made]("makers of")


def made_by(model: type[Record]) -> Callable[[Made], Made]:
    """Register who counts as maker of a kind of subject: none of them may approve it (R3.3.2).

    Only kinds that say so can be asked about; nothing is approved because somebody forgot.
    """

    def register(act: Made) -> Made:
        _made.tell(model, act)
        rules_changed()
        return act

    return register


def has_makers(model: type[Record]) -> bool:
    """Whether it is said who makes subjects of this kind."""
    return model in _made


def made(subject: Any, who: Actor) -> bool:
    """Whether a person, or whom they stand for, made the subject, whatever they may see of it."""
    model = type(subject)
    with access.system():
        mine = select(model.id).where(model.id == subject.id, _made_by(model, who))
        return session().scalar(mine) is not None


def _made_by(model: type[Record], who: Actor) -> ColumnElement[bool]:
    """Persons are compared: the delegate of a maker approves no more than the maker (R2.1)."""
    return or_(*(_made[model](person) for person in who.persons))


def barred(step: Approval, subject: Any, who: Actor) -> Words | None:
    """Why this person may not decide this step; None when they may (R3.3.2: makers never)."""
    ways = [way for way in _ways(step, who) if _reaches(step, subject, who, way)]
    # by office: who reads it by a grant alone decides nothing of it
    if not ways or not access.by_matrix(subject, access.READ, who):
        return _("This step is for: %(who)s.", who=step.who)
    if step.requested_by_id in who.accounts or made(subject, who):
        return _("Whoever made or asked for it cannot approve it.")
    if not any(open_ways(step, subject, who)):
        return _("One person cannot decide two steps.")
    return None


def free(step: Approval, subject: Any, who: Actor) -> bool:
    """Whether nothing but whom it asks stands against a person's answer to a step."""
    decided = {ident for other in _yes(step) for ident in (other.acted_by_id, other.acted_for_id)}
    part = step.requested_by_id in who.accounts or made(subject, who)
    return access.may(subject, access.READ, who) and not part and who.account_id not in decided


def asks(step: Approval, who: Actor) -> bool:
    """Whether a step asks this very person."""
    return step.holder_id in (None, who.account_id) and _asked(step, who, who)


def _reaches(step: Approval, subject: Any, who: Actor, way: Actor) -> bool:
    """Whether the role that is asked reaches the subject: a head answers for their own department,
    whatever other roles show them.
    """
    if step.approver_kind != "role":
        return True
    role = step.approver_ref
    return reach.opens(subject, role, reach.only(who, role, _lent_by(who, way)))


def _lent_by(who: Actor, way: Actor) -> Actor | None:
    return None if way is who else way


def _ways(step: Approval, who: Actor) -> Iterator[Actor]:
    """As whom a person is asked: as themselves, or for somebody away whom they stand in for."""
    for way in who.persons:
        if step.holder_id in (None, way.account_id) and _asked(step, who, way):
            yield way


def open_ways(step: Approval, subject: Any, who: Actor) -> Iterator[Actor]:
    """Those of them that reach the subject, neither of the two having decided another step of the round."""
    decided = {ident for other in _yes(step) for ident in (other.acted_by_id, other.acted_for_id)}
    for way in _ways(step, who):
        free = decided.isdisjoint({who.account_id, way.account_id} - {None})
        if free and _reaches(step, subject, who, way):
            yield way


def _yes(step: Approval) -> list[Approval]:
    """The steps of the same round that were answered with yes."""
    same = {
        name: getattr(step, name) for name in ("subject_type", "subject_id", "action", "round_no")
    }
    return list(session().scalars(select(Approval).filter_by(status="approved", **same)))


def _asked(step: Approval, who: Actor, way: Actor) -> bool:
    """Whether the step is addressed to the person, or to whom they stand for in what it asks."""
    if step.approver_kind == "role":
        return step.approver_ref in who.role_names(_lent_by(who, way))
    if not _in_person(who, way):
        return False
    if step.approver_kind == "department_head":
        return int(step.approver_ref) in _headed(who, way)
    if step.approver_kind == "line_manager":
        return str(way.employee_id) == step.approver_ref
    return str(way.account_id) == step.approver_ref


def _in_person(who: Actor, way: Actor) -> bool:
    """Whether the person answers what is asked of `way` by name, as head or as line manager (R2.1)."""
    return way is who or IN_PERSON in who.role_names(way)


def _headed(who: Actor, way: Actor) -> frozenset[int]:
    """The departments whose head the person is, or whose head they stand in for."""
    return reach.only(who, "head", _lent_by(who, way)).departments("head")


@follows_rules
@lru_cache(512)
def waiting_for(who: Actor) -> Select[Approval]:
    """The open steps a person sees and may decide, as one statement however many there are.

    Every page asks for their number, so the statement is kept for who has equal rights.

    The same as not `barred` for each of them. Run it as that person: the rows of
    subjects they may not see hide the steps as well.
    """
    persons = who.persons
    return select(Approval).where(
        Approval.status == "pending",
        or_(*(_answered_as(who, way) for way in persons)),
        *(Approval.requested_by_id.is_distinct_from(one.account_id) for one in persons),
        or_(false(), *(_open_to(model, _made_by(model, who)) for model in _made)),
    )


def _answered_as(who: Actor, way: Actor) -> ColumnElement[bool]:
    """The steps a person is asked in one of their ways, neither of the two having decided another."""
    return and_(
        _addressed(who, way),
        or_(Approval.holder_id.is_(None), Approval.holder_id == way.account_id),
        ~_decided_by({who.account_id, way.account_id} - {None}),
    )


def _decided_by(persons: set[int | None]) -> ColumnElement[bool]:
    """Whether one of these persons said yes to another step of the round, or it was said for them."""
    before = aliased(Approval)
    return exists(select(1)).where(
        before.subject_type == Approval.subject_type,
        before.subject_id == Approval.subject_id,
        before.action == Approval.action,
        before.round_no == Approval.round_no,
        or_(before.acted_by_id.in_(persons), before.acted_for_id.in_(persons)),
        before.status == "approved",
    )


def _addressed(who: Actor, way: Actor) -> ColumnElement[bool]:
    kind, ref = Approval.approver_kind, Approval.approver_ref
    if not _in_person(who, way):
        return _in_a_role(who, way)
    return or_(
        _in_a_role(who, way),
        (kind == "department_head") & ref.in_(sorted(map(str, _headed(who, way)))),
        (kind == "line_manager") & (ref == str(way.employee_id)),
        (kind == "named_user") & (ref == str(way.account_id)),
    )


def _in_a_role(who: Actor, way: Actor) -> ColumnElement[bool]:
    """The steps that ask a role a person holds, or was lent, about what that role reaches."""
    lent_by = _lent_by(who, way)
    asked = (
        and_(Approval.approver_ref == role, _in_reach(role, reach.only(who, role, lent_by)))
        for role in sorted(who.role_names(lent_by))
    )
    return and_(Approval.approver_kind == "role", or_(false(), *asked))


def _in_reach(role: str, holder: Actor) -> ColumnElement[bool]:
    limited = ((model, reach.rows(model, role, holder)) for model in _made)
    return and_(
        true(),
        *(
            or_(
                Approval.subject_type != model.__tablename__,
                exists(select(1).where(model.id == Approval.subject_id, rows)),
            )
            for model, rows in limited
            if rows is not None
        ),
    )


def _open_to(model: type[Record], mine: ColumnElement[bool]) -> ColumnElement[bool]:
    """A subject of this kind that the person acting sees and did not make."""
    theirs = select(1).where(model.id == Approval.subject_id)
    return and_(
        Approval.subject_type == model.__tablename__, exists(theirs), ~exists(theirs.where(mine))
    )
