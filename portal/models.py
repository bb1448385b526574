"""Every module that defines tables, so that one import knows the whole database."""

from portal.chapters.confidentiality import models as confidentiality
from portal.chapters.customers import models as customers
from portal.chapters.sales import models as sales
from portal.documents import models as documents
from portal.engines.approval import models as approval
from portal.kernel import audit, comment, jobs, kept, keymarks, numbering, setting
from portal.organization import accounts, department_changes, hand_overs
from portal.organization import models as organization

ALL_MODELS = (
    audit,
    comment,
    jobs,
    kept,
    keymarks,
    numbering,
    setting,
    organization,
    accounts,
    department_changes,
    hand_overs,
    approval,
    documents,
    customers,
    sales,
    confidentiality,
)
