"""Names as a company would give them to its search: Chinese and English, some values known only to some."""

from datetime import date

from search_index.names import DAY, Names, named

TODAY = date(2026, 3, 5)
KINDS = {"contract": ("銷售外包合約", "Sales contract"), "nda": ("員工保密協議", "Employee NDA")}
STATES = {"void": ("作廢", "Cancelled"), "signed": ("已簽署",), "out_for_signature": ("待簽署",)}
CLASSES = {"confidential": ("機密",), "secret": ("極機密",), "internal": ("內部",)}
LANGUAGES = {"zh_Hant_TW": ("繁體中文",), "zh_Hans_CN": ("簡體中文",), "en": ("英文", "English")}
NAMES = Names(
    named(
        {
            "kind": ("type", "類型"),
            "state": ("狀態",),
            "classification": ("class", "密級", "機密等級"),
            "language": ("lang", "語言"),
            "dept": ("部門",),
            "counterparty": ("client", "客戶"),
            "title": ("名稱",),
            "number": ("no", "編號"),
            DAY: ("date", "日期", "年度"),
        }
    ),
    {
        "kind": lambda: KINDS,
        "state": lambda: STATES,
        "classification": lambda: CLASSES,
        "language": lambda: LANGUAGES,
    },
    TODAY,
)
