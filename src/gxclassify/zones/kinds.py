"""The kinds of development zones: the words that names end in, and what each word may stand for."""

from __future__ import annotations

__all__ = ["BARE", "FAMILIES", "FORMS", "KINDS", "LEVELS", "STANDS_FOR", "split_name"]

# Family -> the forms its names end in. The family's own name is the short form, used to name zones that are not listed.
FAMILIES: dict[str, tuple[str, ...]] = {
    "高新区": (
        "高新技术产业开发区", "高新技术产业园区", "高新技术开发区", "高新产业开发区", "高新技术园区", "高新产业园区",
        "高技术产业开发区", "高新技术产业区", "高新技术区", "高新开发区", "高新园区", "高科技产业园区", "高科技园区",
        "高科技园", "高新区",
    ),
    "经开区": ("经济技术开发区", "经济开发区", "经济技术区", "经开区"),
    "开发区": ("产业开发区", "工业开发区", "综合开发区", "开发区"),
    "新区": ("工业新区", "群岛新区", "产业新区", "经济新区", "新区"),
    "自贸区": ("自由贸易试验区", "自由贸易实验区", "自由贸易区", "自贸试验区", "自贸区"),
    "自贸港": ("自由贸易港", "自贸港"),
    "自创区": ("国家自主创新示范区", "自主创新示范区", "自主创新综合试验区", "自创区"),
    "综保区": ("综合保税区", "综保区"),
    "保税区": ("保税区",),
    "保税港区": ("保税港区",),
    "出口加工区": ("出口加工区",),
    "边合区": ("边境经济合作区", "边合区"),
    "跨合区": ("跨境经济合作区", "跨合区"),
    "合作区": (
        "特别合作区", "深度合作区", "经贸合作区", "产业合作区", "科技创新合作区", "经济合作区", "产能合作园区",
        "产能合作园", "产能合作区", "合作园区", "合作区",
    ),
    "工业园": (
        "循环经济工业园区", "循环经济工业园", "循环经济示范园区", "循环经济示范园", "工业集中区", "工业集聚区",
        "生态工业园区", "生态工业园", "工业园区", "工业园", "工业区",
    ),
    "产业园": ("产业集聚区", "产业集中区", "生态产业园区", "生态产业园", "产业园区", "产业园"),
    "化工园": ("化学工业园区", "化学工业园", "化学工业区", "化工园区", "化工园", "化工区"),
    "科技园": ("科技产业园区", "科技产业园", "科技园区", "科技园"),
    "农高区": ("农业高新技术产业示范区", "农高区"),
    "大科学城": ("大科学城",),
    "科学城": ("科学城",),
    "科技城": ("国家大学科技城", "大学科技城", "科技城"),
    "知识城": ("知识城",),
    "生态城": ("生态城",),
    "航天城": ("国际航天城", "航天城"),
    "科创区": ("协同创新区", "科创区"),
    "经济区": (
        "临空经济示范区", "临空经济区", "空港经济区", "航空港经济综合实验区", "临港经济区", "港经济区", "总部经济区",
        "海洋经济区", "经济区",
    ),
    "陆港区": ("国际陆港区", "国际港务区", "陆港区"),
    "旅游度假区": ("国家旅游度假区", "旅游度假区"),
    "示范区": ("改革创新示范区", "承接产业转移示范区", "一体化示范区", "生态工业示范园区", "示范区"),
    "试验区": ("综合配套改革试验区", "金融改革试验区", "综合试验区", "试验区"),
    "园区": ("园区",),
}  # fmt: skip

FORMS: dict[str, str] = {form: family for family, forms in FAMILIES.items() for form in forms}

# The words of the gazetteer's column `kind` -> the family that such a zone answers to, whatever its name.
KINDS = {
    "hitech": "高新区", "etdz": "经开区", "new_area": "新区", "ftz": "自贸区", "ftz_area": "自贸区", "bonded": "综保区",
    "innovation_demo": "自创区", "science_city": "科学城",
}  # fmt: skip

# A loose word -> the families it may stand for, best first, where a place has no zone of that very family.
STANDS_FOR: dict[str, tuple[str, ...]] = {
    "开发区": ("经开区", "高新区"),
    "园区": ("工业园", "产业园", "化工园", "科技园", "高新区", "经开区", "合作区", "新区"),
    "工业园": ("化工园", "产业园"),
    "产业园": ("工业园",),
    "化工园": ("工业园",),
    "保税区": ("综保区", "保税港区"),
    "自贸区": ("自贸港",),
    "自贸港": ("自贸区",),
    "示范区": ("自创区", "农高区", "高新区"),
    "试验区": ("自创区", "自贸区"),
    "合作区": ("边合区", "跨合区"),
}

# Words that can stand alone for a zone named before. `None`: for a zone of any kind.
BARE: dict[str, tuple[str, ...] | None] = {
    **dict.fromkeys(FAMILIES["高新区"], ("高新区",)),
    **dict.fromkeys(FAMILIES["经开区"], ("经开区",)),
    **dict.fromkeys(FAMILIES["自贸区"], ("自贸区",)),
    **dict.fromkeys(FAMILIES["自贸港"], ("自贸港",)),
    **dict.fromkeys(("综合保税区", "综保区", "保税区"), ("综保区", "保税区")),
    **{form: (form,) for form in ("新区", "科学城", "科技城", "知识城", "生态城", "合作区", "科创区")},
    "开发区": ("经开区", "开发区", "高新区"),
    "示范区": ("自创区", "示范区", "农高区"),
    "工业园区": ("工业园",),
    "园区": None,
    "该区": None,
    "全区": None,
    "我区": None,
    "新片区": ("自贸区",),
}

# Words of rank between a place and a kind: 保定国家高新区.
LEVELS = ("国家级", "自治区级", "省级", "市级", "国家", "国际")


def split_name(name: str) -> tuple[str, str, str] | None:
    """Split a zone's name into its stem, its family and the form of the kind; None when it ends in no known kind.

    Examples
    --------
    >>> split_name("衡阳高新技术产业开发区")
    ('衡阳', '高新区', '高新技术产业开发区')
    >>> split_name("中关村") is None
    True
    """
    for size in range(min(_LONGEST, len(name) - 1), 1, -1):
        form = name[-size:]
        if form in FORMS:
            stem = name[:-size]
            for level in LEVELS:
                if stem.endswith(level) and len(stem) > len(level):
                    stem = stem.removesuffix(level)
                    break
            return stem, FORMS[form], form
    return None


_LONGEST = max(map(len, FORMS))
