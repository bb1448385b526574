"""Every component of the front end with made-up data, drawn by the real templates.

``python tests/browser/gallery.py [port]`` serves it on loopback to look at.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace as Made
from typing import Any

from flask import Blueprint, Flask, Response, flash, g, render_template, request
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.serving import make_server
from wtforms import BooleanField, DateField, DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.kernel.words import Words
from portal.web import assets, language, show

NOW = datetime.now(UTC)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
STATES = {
    "draft": ("草稿", ""), "review": ("審核中", "amber"), "signing": ("待簽署", "blue"),
    "active": ("生效中", "green"), "void": ("已作廢", "red"),
}  # fmt: skip
KINDS = {
    "no": "link", "title": "text", "client": "text", "owner": "person", "state": "state",
    "total": "money", "end_on": "date",
}  # fmt: skip
LABELS = {
    "no": ("No.", "編號", "编号"), "title": ("Title", "名稱", "名称"),
    "client": ("Client", "客戶", "客户"), "owner": ("Owner", "負責人", "负责人"),
    "state": ("Status", "狀態", "状态"), "total": ("Amount", "金額", "金额"),
    "end_on": ("End date", "到期日", "到期日"), "note": ("Remark", "備註", "备注"),
    "contracts": ("Contracts", "合約", "合同"), "facts": ("Facts", "基本資料", "基本资料"),
}  # fmt: skip
PAGES = (
    "list", "empty", "fresh", "details", "form", "form-wrong", "conflict", "history", "job",
    "job-done", "paper", "search", "found", "error", "profile", "login", "login-wrong", "home",
)  # fmt: skip
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="827" height="1170"><rect width="827" '
    b'height="1170" fill="#fff"/><g fill="#667"><rect x="90" y="110" width="420" height="22"/>'
    b'<rect x="90" y="190" width="640" height="10"/><rect x="90" y="220" width="600" height="10"/>'
    b'<rect x="90" y="250" width="620" height="10"/></g></svg>'
)


def word(name: str) -> str:
    """A label of the made-up data in the page's language."""
    at = {"en": 0, "zh_Hant_TW": 1, "zh_Hans_CN": 2}[language.current()]
    return LABELS[name][at]


def cell(kind: str, value: Any = None, extra: Any = None) -> Made:
    """A Cell as `RecordView` makes them."""
    return Made(kind=kind, value=value, extra=extra)


class View:
    """A record view with contracts nobody signed."""

    endpoint, icon, empty_text, wide, noun = "made", "file-text", "", ("title",), None
    columns = tuple(KINDS)
    sortable = ("no", "title", "end_on")

    @property
    def name(self) -> str:
        return word("contracts")

    @property
    def views(self) -> list[Made]:
        return [
            Made(name=word("contracts"), url="/list", current=True, own=None),
            Made(name=word("end_on"), url="/list?end_on=30", current=False, own="mine"),
        ]

    @property
    def filters(self) -> list[Made]:
        state = [(key, label) for key, (label, _c) in STATES.items()]
        return [
            Made(name="state", kind="choice", label=word("state"), options=lambda: state,
                 said=lambda a: "、".join(STATES[k][0] for k in a.getlist("state")),
                 names=lambda: ("state",)),
            Made(name="end_on", kind="period", label=word("end_on"), options=list,
                 said=lambda a: "", names=lambda: ("end_on_from", "end_on_to")),
            Made(name="total", kind="number", label=word("total"), options=list,
                 said=lambda a: "", names=lambda: ("total_from", "total_to")),
        ]  # fmt: skip

    def label(self, column: str) -> str:
        return word(column)

    def kind(self, column: str) -> str:
        return KINDS[column]

    def may(self, *_asked: Any) -> bool:
        return True

    def here(self, *_drop: str, **_change: Any) -> str:
        return "/list"

    def url_of(self, _row: Any) -> str:
        return "/details"

    def name_of(self, row: Any) -> str:
        return str(row.no)

    def cell(self, row: Any, column: str) -> Made:
        values = {
            "no": ("link", row.no, "/details"), "title": ("text", row.title),
            "client": ("text", row.client), "owner": ("person", "林雅婷", row.id),
            "state": ("state", *STATES[row.state]),
            "total": ("money", row.total, "TWD") if row.id % 4 else ("masked",),
            "end_on": ("date", row.end_on) if row.id % 5 else ("none",),
        }  # fmt: skip
        return cell(*values[column])


VIEW = View()
ROWS = [
    Made(id=n, no=f"HT-2026-{n:04}", title="年度通路代理合約", client="晨曦物流股份有限公司",
         state=list(STATES)[n % 5], total=Decimal(5_595_000 + n), version=3,
         end_on=date(2026, 12, 1) + timedelta(n))
    for n in range(1, 13)
]  # fmt: skip


class ContractForm(language.SpokenForm, FlaskForm):
    """A form with one field of each kind."""

    title = StringField("Title", [InputRequired(), Length(max=80)], description="HT-2026")
    client = SelectField(
        "Client", choices=[("7", "晨曦物流股份有限公司")], render_kw={"data-lookup": "/lookup"}
    )
    total = DecimalField("Amount", [Optional()])
    end_on = DateField("End date", [InputRequired()])
    renews = BooleanField("Remark")
    note = TextAreaField("Remark", [Optional()])

    def spoken(self) -> ContractForm:
        """Labels in the page's language."""
        for name, label in (("title", "title"), ("client", "client"), ("total", "total"),
                            ("end_on", "end_on"), ("renews", "contracts"), ("note", "note")):  # fmt: skip
            self[name].label.text = word(label)
        return self


made = Blueprint("made", __name__)


def step(name: str, label: str, **more: Any) -> Made:
    """A step button."""
    asked = {"primary": False, "danger": False, "needs_reason": False, "missing": []}
    return Made(name=name, label=label, **{**asked, **more})


def entries() -> list[Made]:
    """A timeline with every kind of entry."""
    old, new = cell("money", Decimal(4_200_000), "TWD"), cell("money", Decimal(4_650_000), "TWD")
    return [
        Made(kind="comment", who="林雅婷", at=NOW - timedelta(hours=3), text="附件二今天補上。", changes=[]),
        Made(kind="edit", who="林雅婷", at=NOW - timedelta(days=2), text="", changes=[(word("total"), old, new)]),
        Made(kind="step", who="黃淑芬", at=NOW - timedelta(days=3), text=STATES["review"][0], changes=[]),
        Made(kind="system", who="—", at=NOW - timedelta(days=90), text=STATES["draft"][0], changes=[]),
    ]  # fmt: skip


def listed(rows: list[Made], **more: Any) -> str:
    """The list page."""
    given: dict[str, Any] = {
        "count": 1001 if rows else 0, "limit": 1000, "earlier": "", "later": "x" if rows else "",
        "sort": "end_on", "down": True, "chosen": list(KINDS),
        "bulk_steps": [step("approve", STATES["active"][0]), step("void", STATES["void"][0], danger=True, needs_reason=True)],
    }  # fmt: skip
    return render_template("record/list.html", view=VIEW, rows=rows, **{**given, **more})


def details() -> str:
    """The page of one record."""
    record = ROWS[2]
    facts = [(word(c), VIEW.cell(record, c)) for c in KINDS if c != "no"]
    path = [("draft", STATES["draft"][0], "done"), ("review", STATES["review"][0], "now"),
            ("signing", STATES["signing"][0], "next"), ("active", STATES["active"][0], "next")]  # fmt: skip
    rows = [
        Made(
            url="/paper",
            title="銷售外包合約_v3.pdf",
            note="212 kB · 林雅婷",
            badge=STATES["active"],
        )
    ]
    return render_template(
        "record/details.html", view=VIEW, record=record, number=record.no, title=record.title,
        state=STATES["review"], facts=[(word("facts"), facts)], stepper=path,
        next_sentence="林雅婷 · 2026-11-23", timeline=entries(), may_comment=True,
        history_url="/history",
        steps=[step("seal", STATES["signing"][0], missing=["附件二", "附件三"]),
               step("return", STATES["draft"][0], needs_reason=True),
               step("approve", STATES["active"][0], primary=True)],
        related=[Made(name="papers", title=word("contracts"), count=1, rows=rows, more_url="/list",
                      new_url="/form", new_label=None, empty="", icon="file-text"),
                 Made(name="none", title=word("note"), count=0, rows=[], more_url="", new_url="",
                      new_label=None, empty="—", icon=None)],
    )  # fmt: skip


def form(wrong: bool) -> tuple[str, int]:
    """The form page, clean with an old draft, or redisplayed with errors."""
    data = {
        "title": "" if wrong else "年度通路代理合約",
        "client": "7",
        "end_on": "2027-13-01" if wrong else "2027-03-11",
    }
    filled = ContractForm(formdata=_multi(data), meta={"csrf": False}).spoken()
    if wrong:
        filled.validate()
    page = render_template(
        "record/form.html", view=VIEW, form=filled, record=ROWS[0], version=3,
        groups=[(word("facts"), ["title", "client", "total", "end_on"]), ("", ["renews", "note"])],
        draft=None if wrong else Made(at=NOW - timedelta(hours=2)), draft_url="/draft",
        resume_url="/form?draft=1", back_url="/details",
    )  # fmt: skip
    return page, 422 if wrong else 200


def _multi(data: dict[str, str]) -> Any:
    from werkzeug.datastructures import MultiDict

    return MultiDict(data)


def conflict() -> str:
    """Somebody else saved first."""
    pairs = [
        Made(name="title", label=word("title"), theirs=cell("text", "年度通路代理合約（新）"), theirs_raw="a",
             mine=cell("text", "年度通路代理合約"), mine_raw="b"),
        Made(name="total", label=word("total"), theirs=cell("none"), theirs_raw="",
             mine=cell("money", Decimal(5), "TWD"), mine_raw="5"),
    ]  # fmt: skip
    return render_template(
        "record/conflict.html", view=VIEW, record=ROWS[0], who="黃淑芬", at=NOW, version=4,
        action="/form", differences=pairs, same=[("end_on", "2027-03-11")],
    )  # fmt: skip


def job(state: str) -> str:
    """A job on its way or done."""
    running = state == "running"
    return render_template("job.html", job=Made(
        id=4, title=word("contracts"), state=state, done_count=1240, total_count=3000,
        left=show.span(timedelta(minutes=3)) if running else "", url="/job", cancel_url="/cancel",
        cancel_asked=False, error="", result_url="" if running else "/list", result_text="",
    ))  # fmt: skip


def profile() -> str:
    """The person's own page."""
    seen = [Made(id=1, agent="Chrome 156 · Linux", ip="10.0.0.7", seen=NOW, current=True),
            Made(id=2, agent="Safari 26 · iPhone", ip="10.0.0.9", seen=NOW - timedelta(days=2), current=False)]  # fmt: skip
    return render_template(
        "profile.html", facts=[(word("owner"), cell("person", "林雅婷", 1)), (word("note"), cell("none"))],
        sessions=seen, password_form=None, keys_on=True, urls=Made(password="/p", end_session="/e"),
    )  # fmt: skip


def found() -> str:
    """The finder's fragment inside a page."""
    hits = [
        Made(title="年度通路代理合約", note="HT-2026-0003", url="/details", badge=STATES["review"])
    ]
    groups = [Made(label=word("contracts"), icon="file-text", hits=hits)]
    return render_template("found.html", term="合約", groups=groups, search_url="/search")


def drawn(name: str) -> Any:
    """One page of the gallery by its name."""
    if name == "login" or name == "login-wrong":
        g.person = None
        said = Words("This field is required.") if name == "login-wrong" else ""
        return render_template(
            "login.html", step="password", said=said, name="lin", next="/", other=None
        )
    pages = {
        "list": lambda: listed(ROWS), "empty": lambda: listed([]), "fresh": lambda: listed([]),
        "details": details, "form": lambda: form(False), "form-wrong": lambda: form(True),
        "conflict": conflict, "job": lambda: job("running"), "job-done": lambda: job("done"),
        "history": lambda: render_template(
            "record/history.html", view=VIEW, record=ROWS[0], title=ROWS[0].title, number=ROWS[0].no,
            entries=entries(), earlier="", later="/history?after=1", verified=""),
        "paper": lambda: render_template("gallery/paper.html", word=word, STATES=STATES, NOW=NOW),
        "search": lambda: render_template("gallery/search.html", word=word, STATES=STATES),
        "home": lambda: render_template("gallery/home.html", word=word, STATES=STATES, NOW=NOW),
        "found": found, "profile": profile,
        "error": lambda: (render_template("error.html", code=404, request_id="7f3a9c"), 404),
    }  # fmt: skip
    return pages[name]()


@made.get(f"/<any({','.join(PAGES)}):name>", endpoint="page")
def page(name: str) -> Any:
    """Any page of the gallery."""
    if name == "details":
        flash("HT-2026-0003", "success")
    return drawn(name)


@made.route("/draft", methods=["POST"])
def draft() -> str:
    """Takes drafts and forgets them."""
    return ""


@made.get("/lookup")
def lookup() -> list[dict[str, str]]:
    """Clients for the type-ahead."""
    return [{"value": str(n), "text": f"晨曦物流 {n}"} for n in range(3)]


@made.get("/page.svg")
def picture() -> Response:
    """A page of a paper as a picture."""
    return Response(PICTURE, mimetype="image/svg+xml")


def create_app() -> Flask:
    """The gallery as an application."""
    app = Flask(__name__, static_folder=None, root_path=str(assets.STATIC.parent))
    app.config.update(SECRET_KEY="gallery", TESTING=True, WTF_CSRF_TIME_LIMIT=None)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.add_extension("jinja2.ext.do")
    _own_templates(app)
    assets.install(app)
    CSRFProtect(app)
    language.install(app)
    places = dict.fromkeys(("home", "find", "preferences", "profile", "sign_out", "sign_in"))
    app.jinja_env.globals.update(show.GLOBALS, PLACES={name: f"place.{name}" for name in places})
    app.register_blueprint(made)
    app.register_blueprint(_places(places))
    app.before_request(_person)
    app.context_processor(_chapters)
    app.after_request(_guarded)
    for name in ("index_view", "create_view", "edit_view", "export", "keep", "advance", "comment"):
        app.add_url_rule(f"/made/{name}", f"made.{name}", lambda: "", methods=["GET", "POST"])
    return app


def _own_templates(app: Flask) -> None:
    from pathlib import Path

    from jinja2 import ChoiceLoader, FileSystemLoader

    own = FileSystemLoader(Path(__file__).parent / "templates")
    app.jinja_loader = ChoiceLoader([app.jinja_loader, own])  # type: ignore[assignment,list-item]


def _places(names: Any) -> Blueprint:
    place = Blueprint("place", __name__)
    for name in names:
        address = "/found" if name == "find" else f"/place/{name}"
        view = found if name == "find" else (lambda: "")
        place.add_url_rule(
            address if name != "find" else "/finder", name, view, methods=["GET", "POST"]
        )
    return place


def _person() -> None:
    if request.endpoint != "asset":
        g.person, g.waiting = Made(id=1, name="林雅婷", locale=None), 7


def _chapters() -> dict[str, Any]:
    items = [Made(label=word(n), url=f"/{p}", icon=i, current=request.path == f"/{p}", count=c)
             for n, p, i, c in (("contracts", "list", "file-text", 0), ("client", "empty", "building", 12),
                                ("facts", "search", "files", 0))]  # fmt: skip
    home = Made(
        label=word("owner"), url="/home", icon="inbox", current=request.path == "/home", count=7
    )
    return {"chapters": [Made(key="top", label="", items=[home]),
                         Made(key="sales", label=word("contracts"), items=items)]}  # fmt: skip


def _guarded(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = CSP
    return answer


@contextmanager
def served(port: int = 0) -> Iterator[str]:
    """The gallery on loopback; yields its address."""
    server = make_server("127.0.0.1", port, create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with served(int(sys.argv[1]) if len(sys.argv) > 1 else 8090) as address:
        print(f"{address}/list")
        threading.Event().wait()
