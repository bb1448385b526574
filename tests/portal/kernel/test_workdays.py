"""Hours that count on working days alone: weekends, holidays, make-up days, the company's zone (A06)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import clock
from portal.kernel.workdays import Calendar

TAIPEI = ZoneInfo("Asia/Taipei")
HOUR = timedelta(hours=1)
WEEK = Calendar()
#: A new year's run with a Saturday worked for it before, and one day off in the middle of a week.
YEAR = Calendar(
    off=frozenset({*(date(2027, 2, day) for day in range(4, 13)), date(2027, 2, 17)}),
    worked=frozenset({date(2027, 1, 30)}),
)


@pytest.fixture(autouse=True)
def company_zone():
    """Days are those of Taipei, whatever a test before said."""
    before = clock.zone()
    clock.use_zone("Asia/Taipei")
    yield
    clock.use_zone(before.key)


def at(said: str) -> datetime:
    """A moment of the company's day."""
    return datetime.fromisoformat(said).replace(tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("calendar", "asked", "hours", "due"),
    [
        (WEEK, "2026-11-24 10:00", 48, "2026-11-26 10:00"),
        (WEEK, "2026-11-27 17:00", 48, "2026-12-01 17:00"),  # a Friday evening
        (WEEK, "2026-11-28 09:00", 48, "2026-12-02 00:00"),  # the whole of Monday and of Tuesday
        (WEEK, "2026-11-29 23:59", 1, "2026-11-30 01:00"),
        (YEAR, "2027-02-03 18:00", 24, "2027-02-15 18:00"),  # nine days off, then a weekend
        (YEAR, "2027-01-29 17:00", 24, "2027-01-30 17:00"),  # the Saturday is worked
        (WEEK, "2027-01-29 17:00", 24, "2027-02-01 17:00"),
        (YEAR, "2027-02-16 17:00", 48, "2027-02-19 17:00"),
    ],
)
def test_days_off_do_not_count(calendar, asked, hours, due):
    found = calendar.after(at(asked), hours)
    assert found == at(due)
    assert found.tzinfo is UTC


def test_days_are_the_companys():
    """17:00 UTC of a Friday is a Saturday in Taipei, and still the Friday in London."""
    friday = datetime(2026, 11, 27, 17, tzinfo=UTC)
    assert WEEK.after(friday, 24) == at("2026-12-01 00:00")
    clock.use_zone("Europe/London")
    assert WEEK.after(friday, 24) == datetime(2026, 11, 30, 17, tzinfo=UTC)


def worked_hours(calendar, begin, end):
    """Counted one by one: the hours between two whole ones that lie on working days."""
    hours = (begin + HOUR * n for n in range(int((end - begin) / HOUR)))
    return sum(calendar.works(hour.astimezone(TAIPEI).date()) for hour in hours)


days = st.dates(date(2026, 11, 1), date(2027, 3, 1))
calendars = st.builds(Calendar, off=st.frozensets(days), worked=st.frozensets(days))
moments = st.builds(
    lambda day, hour: datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
    days,
    st.integers(0, 23),
)


@given(calendars, moments, st.integers(1, 200))
def test_exactly_the_hours_given_lie_on_working_days(calendar, asked, hours):
    due = calendar.after(asked, hours)
    assert worked_hours(calendar, asked, due) == hours
    assert calendar.works((due - HOUR).astimezone(TAIPEI).date())  # and it is no later than that


@given(calendars, moments, st.integers(1, 100), st.integers(1, 100))
def test_hours_add_up(calendar, asked, some, more):
    assert calendar.after(calendar.after(asked, some), more) == calendar.after(asked, some + more)
