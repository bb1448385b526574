"""The portal's own terms in Traditional and in Simplified: one word for one thing, on either side.

Needs OpenCC, which running the portal does not; used by `portal.web.wording` alone.
"""

from __future__ import annotations

from opencc import OpenCC

_CONVERT = OpenCC("tw2sp")
#: What Taiwan says → what the mainland says, letters still Traditional; longer words first.
TERMS = (
    ("合約", "合同"),
    ("契約", "合同"),
    ("核准", "批准"),
    ("簽核", "審批"),
    ("簽署本", "簽署件"),
    ("正本", "原件"),
    ("範本", "模板"),
    ("級距", "分檔"),
    ("承辦人", "經辦人"),
    ("往來對象", "相對方"),
    ("聯絡", "聯繫"),
    ("揭露", "披露"),
    ("審閱", "審核"),
    ("調閱", "查閱"),
    ("雜湊碼", "校驗碼"),
    ("到職", "入職"),
    ("信箱", "郵箱"),
    ("電子郵件", "電子郵箱"),
    ("檔案", "文件"),
    ("文字檔", "文本文件"),
    ("Word 檔", "Word 文件"),
    ("準據法", "適用法律"),
    ("範例", "示例"),
    ("欄位", "字段"),
    ("清單", "列表"),
    ("檢視", "視圖"),
    ("選單", "菜單"),
    ("歷程", "歷史"),
    ("登錄", "登記"),
    ("登入", "登錄"),
    ("登出", "退出登錄"),
    ("搜尋", "搜索"),
    ("儲存", "保存"),
    ("匯出", "導出"),
    ("列印", "打印"),
    ("送出", "提交"),
    ("日數", "天數"),
    ("目前", "當前"),
    ("稽核", "審計"),
    ("使用者", "用戶"),
)
#: Words OpenCC chooses for software, where an office says otherwise.
SOFTENED = (
    ("文档", "文件"),
    ("存盘", "存档"),
    ("指针", "指标"),
    ("禁用", "停用"),
    ("激活", "启用"),
    ("添加", "新增"),
    ("纪录", "记录"),
    ("辨识", "识别"),
    ("「", "“"),
    ("」", "”"),
)
#: Words of the mainland that Traditional text does not use.
NOT_HANT = (
    "合同 文檔 字段 審批 激活 默認 打印 用戶 郵箱 搜索 設置 刷新 登陸 信息 軟件 網絡 鏈接 模板 列表 導出"
    " 屏幕 服務器 存盤 禁用 打開 批准 聯繫 當前 視圖 披露 菜單 文件夾"
).split()
#: Words of Taiwan, and of OpenCC's software, that Simplified text does not use.
NOT_HANS = (
    "合约 契约 文档 栏位 档案 储存 存盘 登入 登出 搜寻 汇出 列印 帐号 资讯 预设 范本 核准 承办 联络 揭露 检视"
    " 身分 字元 资料库 网路 软体 程式 视窗 萤幕 签核 送出 纪录 准据法 伺服 选单 禁用 激活 指针"
).split()


def drafted(hant: str) -> str:
    """A Simplified draft of a Traditional sentence in the house's terms; a person reviews it."""
    for taiwan, mainland in TERMS:
        hant = hant.replace(taiwan, mainland)
    hans: str = _CONVERT.convert(hant)
    for stiff, plain in SOFTENED:
        hans = hans.replace(stiff, plain)
    return hans


def strange(text: str, *, simplified: bool) -> list[str]:
    """The words of the other side of the strait that stand in `text`."""
    return [word for word in (NOT_HANS if simplified else NOT_HANT) if word in text]
