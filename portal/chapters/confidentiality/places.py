"""Forum and place of signing that agreements name: settings by place, in each language of the papers."""

from __future__ import annotations

from portal.documents.company import HOME
from portal.kernel import setting
from portal.kernel.words import Words, _
from portal.organization.models import JURISDICTIONS, LOCALES

Named = dict[str, dict[str, str]]

#: Where an employee and the company go to law.
LABOUR: Named = {
    "taiwan": {
        "zh_Hant": "臺灣臺北地方法院",
        "zh_Hans": "台湾台北地方法院",
        "en": "the Taiwan Taipei District Court",
    },
    "prc": {
        "zh_Hant": "上海市靜安區勞動人事爭議仲裁委員會",
        "zh_Hans": "上海市静安区劳动人事争议仲裁委员会",
        "en": "the Labour and Personnel Dispute Arbitration Commission of Jing’an District, Shanghai",
    },
    "hongkong": {"zh_Hant": "香港法院", "zh_Hans": "香港法院", "en": "the courts of Hong Kong"},
}
#: Where a client and the company go to law.
COURT: Named = {
    "taiwan": LABOUR["taiwan"],
    "prc": {
        "zh_Hant": "上海市靜安區人民法院",
        "zh_Hans": "上海市静安区人民法院",
        "en": "the People’s Court of Jing’an District, Shanghai",
    },
    "hongkong": LABOUR["hongkong"],
}
SIGNING: Named = {
    "taiwan": {"zh_Hant": "臺北市", "zh_Hans": "台北市", "en": "Taipei"},
    "prc": {"zh_Hant": "上海市", "zh_Hans": "上海市", "en": "Shanghai"},
    "hongkong": {"zh_Hant": "香港", "zh_Hans": "香港", "en": "Hong Kong"},
}


def _declare(key: str, named: Named, about: Words, source: Words) -> None:
    for place in HOME:
        words = _("%(what)s (%(place)s)", what=about, place=JURISDICTIONS[place])
        setting.declare(f"{key}.{place}", named[place], words, source=source, parts=LOCALES)


_declare(
    "labour.forum", LABOUR, _("Court or tribunal named in employees' agreements"), setting.LAWYER
)
_declare("secrecy.court", COURT, _("Court named in clients' agreements"), setting.LAWYER)
_declare("secrecy.sign_place", SIGNING, _("Place of signing"), setting.COMPANY)


def named(key: str, place: str, locale: str) -> str:
    """What papers of a language name for a place: ``labour.forum``, ``secrecy.court`` …"""
    found: str = setting.value(f"{key}.{place}")[locale]
    return found
