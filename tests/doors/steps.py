"""Who may take which step from which state: the state machines of the requirements, said once more.

A step that stands here with `nobody` is the portal's own: part of an approval, an upload, a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tests.doors.matrix import ENTERED, OWNER, Person, Row, may

SALES = "sales.own sales_head.dept"
LEGAL = "legal.all legal_head.all"
HR = "hr.all hr_head.all"
ISSUERS = f"hr.all hr_head.all {SALES} {LEGAL}"

#: kind: then step | from which states | who.
STEPS = f"""
contract:
  submit           | draft changes          | {SALES}
  text_altered     | approved signing       | {SALES} {LEGAL}
  cancel           | draft changes          | {SALES} {LEGAL}
  cancel_approved  | approved               | sales_head.dept {LEGAL}
  cancel_signing   | signing                | management.all
  ask_changes      | legal_review           | nobody
  pass             | legal_review           | nobody
  start_signing    | approved               | nobody
  register_signed  | signing                | nobody
confidentiality_agreement:
  submit           | draft                  | {ISSUERS}
  standard         | draft                  | {ISSUERS}
  issue            | approved               | {ISSUERS}
  reopen           | approved               | {ISSUERS}
  void             | draft approved issued  | {ISSUERS}
  terminate        | in_force               | {LEGAL}
  pass             | legal_review           | nobody
  return           | legal_review           | nobody
  register_signed  | issued                 | nobody
  take_over        | draft                  | nobody
  start            | signed                 | nobody
  end              | in_force               | nobody
customer:
  rest             | active                 | {SALES}
  lose             | prospect dormant       | {SALES}
  reopen           | lost                   | {SALES}
  block            | prospect active dormant | finance_head.all {LEGAL}
  unblock          | blocked                | finance_head.all legal_head.all
  activate         | prospect dormant lost  | nobody
  was_prospect     | active                 | nobody
  was_dormant      | active                 | nobody
employee:
  join             | pre_hire               | {HR}
  join_confirmed   | pre_hire               | {HR}
  confirm          | probation              | {HR}
  give_notice      | probation regular      | {HR}
  move_leaving     | notice                 | {HR}
  withdraw_notice  | notice                 | {HR}
  stay_on_probation | notice                | {HR}
  not_joining      | pre_hire               | {HR}
  leave            | pre_hire probation regular notice | nobody
user_account:
  lock             | active                 | admin.all
  unlock           | locked                 | admin.all
  disable          | active locked          | admin.all
  sign_out_everywhere | active              | admin.all
  let_try          | active                 | admin.all
  give_password    | active                 | management.all chairman.all admin.all
  refuse_password  | active                 | management.all chairman.all admin.all
role_grant:
  confirm          | proposed               | management.all
  refuse           | proposed               | management.all
  revoke           | confirmed              | management.all admin.all
  withdraw         | proposed               | admin.all hr.own hr_head.own finance_head.own legal_head.own
  end              | confirmed              | nobody
hand_over:
  take             | given                  | everybody.own
  settle           | open                   | legal_head.all
  hand             | open                   | nobody
  close            | open given             | nobody
department_change:
  confirm          | proposed               | management.all chairman.all
  withdraw         | proposed               | {HR} admin.all
  refuse           | proposed               | management.all chairman.all
approval_rule:
  confirm          | proposed               | management.all
  withdraw         | proposed               | management.all admin.all
  ask_retire       | confirmed              | management.all admin.all
  retire           | retiring               | management.all
  keep             | retiring               | management.all
setting:
  confirm          | proposed               | management.all legal_head.all admin.all
  withdraw         | proposed confirmed     | management.all admin.all
document_template:
  approve          | draft                  | {LEGAL}
  activate         | legal_approved         | legal_head.all admin.all
  retire           | draft legal_approved active | legal_head.all admin.all
signing_event:
  approve          | requested              | nobody
  refuse           | requested approved     | nobody
  seal             | approved               | nobody
  void             | requested approved done | nobody
copy_replacement:
  offer            | storing                | nobody
  fail             | storing                | nobody
  resume           | failed                 | nobody
  confirm          | proposed               | {LEGAL} {HR}
  refuse           | proposed               | {LEGAL} {HR}
  withdraw         | proposed               | everybody.own
access_grant:
  revoke           | given                  | {LEGAL} custodian.all
document:
  submit           | draft                  | nobody
  approve          | draft in_review        | nobody
  return           | in_review approved out_for_signature | nobody
  send             | approved               | nobody
  register         | out_for_signature      | nobody
  take_over        | draft                  | nobody
  fill_in          | approved               | nobody
  archive          | signed                 | custodian.all
  supersede        | signed                 | nobody
  void             | draft in_review approved out_for_signature | nobody
"""


@dataclass(frozen=True)
class Step:
    """One row of a machine."""

    kind: str
    name: str
    sources: frozenset[str]
    who: frozenset[tuple[str, str]]

    def taken_by(self, who: Person, row: Row) -> bool:
        """Whether the person may take it on this row, as it stands; whether they see it is asked apart."""
        return row.state in self.sources and any(
            role in who.roles and _reaches(scope, who, row) for role, scope in self.who
        )


def _reaches(scope: str, who: Person, row: Row) -> bool:
    if scope == "all":
        return True
    if scope == "dept":
        return row.department_id in who.departments
    if row.kind in ENTERED:
        return row.created_by_id == who.account
    return who.employee is not None and row.values[OWNER.get(row.kind, "owner_id")] == who.employee


def sees(who: Person, row: Row) -> bool:
    """Whether the person may read the row (papers are asked of their class, not here)."""
    return may(who, "R", row)


@cache
def steps() -> tuple[Step, ...]:
    """Every step of every machine."""
    found: list[Step] = []
    kind = ""
    for line in STEPS.splitlines():
        if line.endswith(":"):
            kind = line.rstrip(":")
        elif line.strip():
            name, sources, who = (part.split() for part in line.split("|"))
            roles = {tuple(one.split(".")) for one in who if one != "nobody"}
            found.append(Step(kind, name[0], frozenset(sources), frozenset(roles)))  # type: ignore[arg-type]
    return tuple(found)
