"""The made-up company of the examples, in each of its three places, and its English names."""

from __future__ import annotations

from portal.documents.company import FIELDS
from portal.kernel.db import session
from portal.kernel.setting import SETTING, Setting

COMPANY = {
    "taiwan.zh_Hant": {
        "name": "旭橋銷售服務股份有限公司",
        "tax_id": "00000000",
        "address": "臺北市中正區範例路 1 號 9 樓",
        "representative": "林知遠",
        "contact_name": "陳書安",
        "contact_phone": "02-0000-0000",
        "contact_email": "contracts@xuqiao.example",
        "secrecy_email": "secrecy@xuqiao.example",
        "bank_holder": "旭橋銷售服務股份有限公司",
        "bank_name": "範例銀行中正分行",
        "bank_account": "000-000-000001",
    },
    "prc.zh_Hans": {
        "name": "上海旭桥销售服务有限公司",
        "tax_id": "91310000MA0000000Y",
        "address": "上海市静安区示例路 100 号 8 层",
        "representative": "周明川",
        "contact_name": "陈书安",
        "contact_phone": "021-0000-0000",
        "contact_email": "contracts@xuqiao.example",
        "secrecy_email": "secrecy@xuqiao.example",
        "bank_holder": "上海旭桥销售服务有限公司",
        "bank_name": "示例银行静安支行",
        "bank_account": "0000 0000 0000 0001",
    },
    "hongkong.en": {
        "name": "Xuqiao Sales Services Limited",
        "tax_id": "00000000",
        "address": "9/F, 1 Example Road, Central, Hong Kong",
        "representative": "Lin Zhiyuan",
        "contact_name": "Chen Shuan",
        "contact_phone": "+852 0000 0000",
        "contact_email": "contracts@xuqiao.example",
        "secrecy_email": "secrecy@xuqiao.example",
        "bank_holder": "Xuqiao Sales Services Limited",
        "bank_name": "Example Bank, Central",
        "bank_account": "000-000000-001",
    },
    "taiwan.en": {
        "name": "Xuqiao Sales Services Co., Ltd.",
        "address": "9F, No. 1, Example Road, Zhongzheng District, Taipei",
        "representative": "Lin Zhiyuan",
        "contact_name": "Chen Shuan",
        "bank_name": "Example Bank, Zhongzheng Branch",
    },
    "prc.en": {
        "name": "Shanghai Xuqiao Sales Services Co., Ltd.",
        "address": "8F, No. 100, Example Road, Jing'an District, Shanghai",
        "representative": "Zhou Mingchuan",
        "contact_name": "Chen Shuan",
        "bank_name": "Example Bank, Jing'an Branch",
    },
}


def own_company() -> None:
    """Fill in who we are, so that papers can be made."""
    for where, values in COMPANY.items():
        row = Setting(
            key=f"company.{where}", value=dict.fromkeys(FIELDS, "") | values, source="示範資料"
        )
        session().add(row)
        session().flush()  # a step locks the row
        SETTING.advance(row, "confirm", automatic=True)
