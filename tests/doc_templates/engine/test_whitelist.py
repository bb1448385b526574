"""What a template may not say: every known way out of the sandbox, and every way to burn the machine."""

from __future__ import annotations

import time

import pytest

from doc_templates.engine import compile_template
from doc_templates.engine.whitelist import check
from doc_templates.errors import PaperError
from tests.doc_templates.made import word

#: What people have typed into Word templates of others, and relatives (documents.md 1.3).
HOSTILE = {
    "lipsum": "{{ lipsum.__globals__.os.popen('id').read() }}",
    "cycler": "{{ cycler.__init__.__globals__.os.system('id') }}",
    "joiner": "{{ joiner.__init__.__globals__ }}",
    "namespace": "{{ namespace(a=1) }}",
    "self": "{{ self.__init__.__globals__ }}",
    "bare self": "{{ self }}",
    "super": "{{ super() }}",
    "caller": "{{ caller }}",
    "varargs": "{{ varargs }}",
    "class walk": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class of a value": "{{ a.name.__class__ }}",
    "class by item": "{{ a['__class__'] }}",
    "class by filter": "{{ a|attr('__class__') }}",
    "format string": "{{ '{0.__class__}'.format(a) }}",
    "curled quotes": "{{ cycler.__init__.__globals__.os.popen(“id”).read() }}",
    "method": "{{ m.delete() }}",
    "method of a dict": "{{ a.items() }}",
    "call": "{{ a() }}",
    "range": "{% for i in range(99999) %}{{ i }}{% endfor %}",
    "literal loop": "{% for i in [1,2,3] %}{{ i }}{% endfor %}",
    "loop over a string": "{% for i in 'abc' %}{{ i }}{% endfor %}",
    "loop over a filter": "{% for i in a|date %}{{ i }}{% endfor %}",
    "recursive loop": "{% for i in a recursive %}{{ loop(i) }}{% endfor %}",
    "loop with a test": "{% for i in a if i.x %}{% endfor %}",
    "loop with else": "{% for i in a %}x{% else %}y{% endfor %}",
    "unpacking": "{% for i, j in a %}{% endfor %}",
    "four loops": "{% for b in a %}{% for c in b %}{% for d in c %}{% for e in d %}"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "loop itself": "{% for b in a %}{{ loop }}{% endfor %}",
    "loop over the loop": "{% for b in a %}{% for c in loop %}{% endfor %}{% endfor %}",
    "loop's cycle": "{% for b in a %}{{ loop.cycle('x') }}{% endfor %}",
    "loop's depth": "{% for b in a %}{{ loop.depth }}{% endfor %}",
    "into the loop": "{% for b in a %}{{ loop.index.real }}{% endfor %}",
    "loop outside": "{{ loop.index }}",
    "private target": "{% for _style in a %}{% endfor %}",
    "reserved target": "{% for self in a %}{% endfor %}",
    "private name": "{{ _budget }}",
    "private attribute": "{{ a._x }}",
    "multiplied string": "{{ 'a' * 9999999999 }}",
    "padding": "{{ a.name|center(4000000000) }}",
    "power": "{{ 9**9**9 }}",
    "sum": "{{ a.n + 1 }}",
    "concatenation": "{{ a.name ~ a.name }}",
    "item": "{{ a[0] }}",
    "slice": "{{ a[0:5] }}",
    "list": "{{ [a, a] }}",
    "dict": "{{ {'a': a} }}",
    "choice": "{{ a if a else b }}",
    "printed condition": "{{ a or b }}",
    "printed test": "{{ a is none }}",
    "printed negation": "{{ not a }}",
    "set": "{% set x = a %}",
    "set block": "{% set x %}y{% endset %}",
    "with": "{% with x = a %}{% endwith %}",
    "macro": "{% macro m() %}{% endmacro %}",
    "call block": "{% call a() %}{% endcall %}",
    "filter block": "{% filter upper %}{% endfilter %}",
    "block": "{% block x %}{% endblock %}",
    "extends": "{% extends '/etc/passwd' %}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}",
    "from import": "{% from 'os' import system %}",
    "do": "{% do a %}",
    "debug": "{% debug %}",
    "autoescape": "{% autoescape false %}{{ a }}{% endautoescape %}",
    "raw": "{% raw %}{{ a }}{% endraw %}",
    "raw with dash": "{%- raw %}{{ a }}{%- endraw %}",
    "raw after blanks": "{%   raw   %}{{ a }}{% endraw %}",
    "safe": "{{ a|safe }}",
    "map": "{{ a|map(attribute='b')|list }}",
    "tojson": "{{ a|tojson }}",
    "filter of a filter": "{{ a.on|date|money }}",
    "filter of a constant": "{{ '5'|money }}",
    "filter with arguments": "{{ a|money('USD') }}",
    "unknown test": "{% if a is callable %}{% endif %}",
    "test with arguments": "{% if a is none(b) %}{% endif %}",
    "other test": "{% if a is sameas b %}{% endif %}",
    "a float": "{{ 1.5 }}",
    "nothing": "{{ none }}",
    "truth": "{{ true }}",
    "no expression": "{{ }}",
    "no name": "{% if %}{% endif %}",
    "unknown tag": "{% unknown %}",
    "out of order": "{% endif %}{% if a %}",
}
DEEP = {
    "negations": "{% if " + "not " * 5000 + "a %}{% endif %}",
    "brackets": "{% if " + "(" * 5000 + "a" + ")" * 5000 + " %}{% endif %}",
    "attributes": "{{ a" + ".b" * 5000 + " }}",
    "filters": "{{ a" + "|date" * 5000 + " }}",
    "conditions": "{% if a %}" * 200 + "{% endif %}" * 200,
    "digits": "{% if a == " + "9" * 5000 + " %}{% endif %}",
}


def refused(source: str) -> PaperError:
    with pytest.raises(PaperError) as caught:
        check(source, "part")
    return caught.value


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_template_is_refused_when_it_is_published(payload: str) -> None:
    reason = refused(HOSTILE[payload])
    assert reason.place == "part"
    assert reason.code in {"E_CONSTRUCT", "E_ATTR", "E_FILTER", "E_LOOP", "E_TEST", "E_SYNTAX"}


@pytest.mark.parametrize("part", ["document", "header", "footer", "footnotes"])
def test_they_are_refused_in_every_part_of_a_word_file(part: str) -> None:
    for payload in HOSTILE.values():
        data = word(payload) if part == "document" else word("甲", **{part: payload})
        with pytest.raises(PaperError) as caught:
            compile_template(data)
        assert caught.value.place.startswith(f"word/{part}")


@pytest.mark.parametrize("payload", DEEP)
def test_a_template_that_goes_too_deep_is_an_error_and_not_a_crash(payload: str) -> None:
    start = time.process_time()
    with pytest.raises(PaperError) as caught:
        compile_template(word(DEEP[payload]))
    assert caught.value.code in ("E_SYNTAX", "E_FILTER")
    assert caught.value.place.startswith("word/document.xml")
    assert time.process_time() - start < 5


def test_the_message_shows_the_tag_that_is_wrong() -> None:
    data = word("{{ a.name }}", "{{ a.name|upper }}", "{% if a.n is odd %}甲{% endif %}")
    with pytest.raises(PaperError) as caught:
        compile_template(data)
    assert (caught.value.code, caught.value.place) == (
        "E_FILTER",
        "word/document.xml: {{ a.name|upper }}",
    )
    with pytest.raises(PaperError) as caught:
        compile_template(word("{{ a.name }}", "{%p if a.n == %}", "甲", "{%p endif %}"))
    assert caught.value.place == "word/document.xml: {% if a.n == %}"


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("{{ a.b }}", {"a.b": {"text"}}),
        ("{{ a.b|money }}{{ a.b|money_upper }}", {"a.b": {"money", "money_upper"}}),
        ("{% if a %}{% elif b.c == 'x' %}{% endif %}", {"a": {"bool"}, "b.c": {"cmp"}}),
        ("{% if not a and (b or c) %}{% endif %}", {"a": {"bool"}, "b": {"bool"}, "c": {"bool"}}),
        ("{% if a is none %}{% endif %}", {"a": {"none"}}),
        ("{% if a is defined %}{% endif %}", {"a": {"bool"}}),
        ("{% if a == none or a == true %}{% endif %}", {"a": {"cmp"}}),
        (
            "{% for r in a.rows %}{{ loop.index }}{{ r.x }}{% for s in r.y %}{{ s }}{% endfor %}{% endfor %}",
            {
                "a.rows": {"list"},
                "a.rows[].x": {"text"},
                "a.rows[].y": {"list"},
                "a.rows[].y[]": {"text"},
            },
        ),
        (
            "{% for r in a %}{% if loop.first or loop.last %}x{% endif %}{% endfor %}",
            {"a": {"list"}},
        ),
        ("{{ 'text' }}{{ 5 }}", {}),
    ],
)
def test_what_a_template_uses_is_told_with_its_kind(source: str, uses: dict[str, set[str]]) -> None:
    assert check(source, "part")[1] == uses


def test_a_name_outside_the_loop_is_not_the_loops() -> None:
    uses = check("{% for r in a %}{{ r }}{% endfor %}{{ r }}", "part")[1]
    assert uses == {"a": {"list"}, "a[]": {"text"}, "r": {"text"}}
