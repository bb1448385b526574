"""Invented terms for example contracts and agreements: every value template D01 asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

FIXED: dict[str, Any] = {
    "lines": [
        {"name": "駐點銷售人員（6 人）", "kind": "fixed", "unit": "月", "qty": "12", "price": "48000", "note": ""},
        {"name": "門市督導巡店", "kind": "fixed", "unit": "月", "qty": "12", "price": "12500", "note": ""},
    ],
    "tax_included": False, "tax_rate": "5", "rhythm": "month",
}  # fmt: skip


def fixed(price: int) -> dict[str, Any]:
    """The same with another price of the first row."""
    lines = [dict(row) for row in FIXED["lines"]]
    lines[0]["price"] = str(price)
    return {**FIXED, "lines": lines}


PER_HEAD = {
    "lines": [
        {"name": "電話行銷專員", "kind": "per_head", "unit": "人月", "qty": "36", "price": "42000", "note": "每月 3 人"},
    ],
    "tax_included": False, "tax_rate": "5",
}  # fmt: skip
COMMISSION = {
    "tiers": [
        {"low": "0", "high": "3000000", "rate": "6"},
        {"low": "3000000", "high": "6000000", "rate": "7.5"},
        {"low": "6000000", "high": "", "rate": "9"},
    ],
    "cap_on": True, "cap_amount": "800000", "basis": "received", "tier_period": "year",
    "tier_mode": "marginal", "tax_included": False, "tax_rate": "5",
}  # fmt: skip


def milestones(start: date, end: date) -> dict[str, Any]:
    """Three milestones within the term that make a stated sum."""
    middle = start + (end - start) / 2
    rows = [
        {"name": "通路名單與話術", "criteria": "經甲方書面確認", "due": start.isoformat(), "amount": "120000"},
        {"name": "首批鋪貨完成", "criteria": "30 家門市完成陳列", "due": middle.isoformat(), "amount": "180000"},
        {"name": "結案報告", "criteria": "提出報告並完成簡報", "due": end.isoformat(), "amount": "100000"},
    ]  # fmt: skip
    return {"milestones": rows, "milestone_total": "400000", "tax_included": False, "tax_rate": "5"}


def details(products: str, territory: str) -> dict[str, Any]:
    """The further values of template D01, as Sales would enter them."""
    return {
        "contract": {"sign_place": "臺北市"},
        "proposal": {"number": "PR-2026-000001", "accepted_on": "2026-01-05"},
        "scope": {
            "products": products, "territory": territory,
            "channels": "連鎖通路、企業採購及線上訂購",
            "services": [
                {"name": "客戶開發", "detail": "篩選並拜訪目標客戶，每月新增有效拜訪不少於 60 家次"},
                {"name": "促成訂單", "detail": "說明產品與價格政策，收集並轉交訂單"},
            ],
            "excluded": "廣告投放、倉儲配送、線上店鋪營運",
        },
        "team": {"headcount": 6, "lead_name": "林雅婷", "lead_title": "專案負責人"},
        "target": {"lines": [
            {"period": "第一季", "product": products, "metric": "實收款（元）", "value": "900,000"},
        ]},
        "figures": {"source": "甲方財務單位自其系統匯出之月報"},
        "kpi": {"lines": [
            {"name": "實收款達成率", "definition": "當期實收款÷當期目標", "source": "確定數據",
             "target": "100%", "weight": "70", "effect": "無"},
            {"name": "報告準時率", "definition": "準時份數÷應提出份數", "source": "甲方簽收紀錄",
             "target": "100%", "weight": "30", "effect": "無"},
        ]},
        "legal": {"law": "taiwan", "forum": "court", "court": "臺灣臺北地方法院"},
        "data": {
            "subjects": "終端客戶之採購及門市聯絡人", "categories": "姓名、職稱、辦公電話、電子郵件",
            "location": "臺灣", "incident_contact": "資安窗口 security@client.example",
        },
        "expense": {"limit": "5000"},
    }  # fmt: skip
