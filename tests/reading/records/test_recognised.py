"""Lines with their places as JSON, as services answer that recognise the text of images."""

from __future__ import annotations

import json
from itertools import chain

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import read
from reading.checks import assert_nothing_lost

TITLE = "青溪高新区建成夜间物流通道"
STORY = [
    "青溪高新区的夜间物流通道日前启用，货车在零点到五点之间可以直达十四家工厂，不再绕行城区。",
    "通道沿线装了三百多盏感应灯，车来灯亮，车走灯暗，一年省电约四十万度。",
    "园区交通科科长孟川说，启用头一周就有六百多辆货车走这条路，平均每车省下二十五分钟。",
    "下一步，管委会打算在通道两端各建一处司机驿站，供夜里跑车的人歇脚、吃饭、充电。",
]
MEASURE, EM, LEAD = 20, 28, 44  # characters of a line, pixels of one, and from line to line


def lines(texts, left=100, top=200):
    """The printed lines of paragraphs with their boxes (left, top, width, height), indented by two characters."""
    found = []
    for text in texts:
        rest, indent = text, 2
        while rest:
            size = MEASURE - indent
            size -= rest[size : size + 1] in {"，", "。"} and len(rest) > size  # no mark begins a line
            found.append((rest[:size], (left + indent * EM, top, EM * len(rest[:size]), EM + 4)))
            rest, indent, top = rest[size:], 0, top + LEAD
    return found


HEAD = (TITLE, (120, 80, 40 * len(TITLE), 46))
PAGE = [HEAD, *lines(STORY)]


def corners(box):
    x, y, wide, high = box
    return [[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]]


def sides(box, names=("left", "top", "width", "height"), scale=(1, 1)):
    return dict(zip(names, (side / scale[i % 2] for i, side in enumerate(box)), strict=True))


ANSWERS = {
    "words with a location": lambda page: {
        "words_result": [{"words": text, "location": sides(box)} for text, box in page], "log_id": 7
    },
    "blocks by shares of the page": lambda page: {
        "Blocks": [
            {"BlockType": "PAGE"},
            *({"BlockType": "LINE", "Text": text, "Page": 1, "Geometry": {"BoundingBox": sides(
                box, ("Left", "Top", "Width", "Height"), (1000, 1414))}} for text, box in page),
            *({"BlockType": "WORD", "Text": text[:4], "Page": 1} for text, _ in page),
        ]
    },
    "detections": lambda page: {
        "Response": {"TextDetections": [
            {"DetectedText": text, "ItemPolygon": sides(box, ("X", "Y", "Width", "Height"))} for text, box in page
        ]}
    },
    "corners beside a text and how sure it is": lambda page: [[corners(box), (text, 0.98)] for text, box in page],
    "pages of these": lambda page: [[[corners(box), [text, 0.98]] for text, box in page]],
    "texts and boxes apart": lambda page: {
        "res": {"rec_texts": [text for text, _ in page], "rec_scores": [1.0] * len(page),
                "rec_boxes": [[x, y, x + wide, y + high] for _, (x, y, wide, high) in page]}
    },
    "objects with corners": lambda page: {
        "code": 100, "data": [{"box": corners(box), "score": 0.9, "text": text} for text, box in page]
    },
    "a list of words in blocks": lambda page: {
        "result": {"words_block_list": [{"words": text, "location": corners(box)} for text, box in page]}
    },
    "texts and rectangles apart": lambda page: {
        "data": {"line_texts": [text for text, _ in page],
                 "line_rects": [sides(box, ("x", "y", "width", "height")) for _, box in page]}
    },
    "edges beside a text": lambda page: {
        "ocr_response": [{"text": text, "left": x, "top": y, "right": x + wide, "bottom": y + high}
                         for text, (x, y, wide, high) in page]
    },
    "eight numbers": lambda page: {
        "result": {"pages": [{"lines": [{"text": text, "position": [*chain(*corners(box))]} for text, box in page]}]}
    },
    "eight numbers as a text": lambda page: {
        "Result": {"regions": [{"boundingBox": "1,1,2,1,2,2,1,2", "lines": [
            {"boundingBox": ",".join(map(str, chain(*corners(box)))), "text": text} for text, box in page]}]}
    },
    "lines under their numbers": lambda page: {
        str(n): {"rec_txt": text, "dt_boxes": corners(box)} for n, (text, box) in enumerate(page)
    },
    "lines as words": lambda page: {
        "pages": [{"lines": [{"coord": [{"x": x, "y": y} for x, y in corners(box)], "words": [{"content": text}]}
                             for text, box in page]}]
    },
    "blocks of content": lambda page: {
        "Data": {"SubImages": [{"BlockInfo": {"BlockDetails": [
            {"BlockContent": text, "BlockPoints": [{"X": x, "Y": y} for x, y in corners(box)]} for text, box in page
        ]}}]}
    },
    "JSON within JSON": lambda page: {
        "Data": json.dumps({"prism_wordsInfo": [
            {"word": text, "pos": [{"x": x, "y": y} for x, y in corners(box)]} for text, box in page
        ]}, ensure_ascii=False)
    },
}  # fmt: skip


def told(value, name="a.json"):
    document = read(json.dumps(value, ensure_ascii=False).encode(), name=name)
    assert_nothing_lost(document)
    assert document.format == "json"
    return [(article.title, [paragraph.text for paragraph in article.paragraphs]) for article in document.articles]


@pytest.mark.parametrize("way", ANSWERS)
def test_lines_with_places_make_paragraphs_under_the_title_in_large_type(way):
    assert told(ANSWERS[way](PAGE)) == [(TITLE, STORY)]


def test_columns_are_read_one_after_the_other_though_lines_come_by_rows():
    page = [HEAD, *lines(STORY[:2]), *lines(STORY[2:], left=100 + (MEASURE + 2) * EM)]
    page.sort(key=lambda line: (line[1][1], line[1][0]))
    assert told(ANSWERS["words with a location"](page)) == [(TITLE, STORY)]


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("byline", ["本报记者 孟川", "本报记者孟川通讯员何一帆"])
def test_a_headline_in_the_size_of_the_text_heads_all_columns(columns, byline):
    """Its byline is wider than its letters, for spaces are not recognised."""
    wide = columns * MEASURE + 2 * (columns - 1)
    middle = 100 + EM * wide / 2
    head = [
        (text, (middle - EM * size / 2, top, EM * size, EM + 4))
        for text, size, top in ((TITLE, len(TITLE), 60), (byline, len(byline) + 2, 104))
    ]
    found = lines(STORY)
    each = -(-len(found) // columns)
    page = [
        (text, (x + n // each * (MEASURE + 2) * EM, 200 + n % each * LEAD, *size))
        for n, (text, (x, _, *size)) in enumerate(found)
    ]
    document = read(json.dumps(ANSWERS["words with a location"]([*head, *page]), ensure_ascii=False).encode())
    assert_nothing_lost(document)
    (article,) = document.articles
    assert (article.title, article.byline) == (TITLE, byline)
    assert [paragraph.text for paragraph in article.paragraphs] == STORY


@pytest.mark.parametrize("lines_of_json", [False, True])
def test_a_paragraph_goes_on_from_one_answer_to_the_next_page(lines_of_json):
    page = lines(STORY)
    pages = [page[:5], [(text, (x, y - 5 * LEAD, *size)) for text, (x, y, *size) in page[5:]]]
    answers = [ANSWERS["words with a location"](one) for one in pages]
    if not lines_of_json:
        assert told(answers) == [(None, STORY)]
        return
    data = "\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    (article,) = read(data.encode(), name="a.jsonl").articles
    assert [paragraph.text for paragraph in article.paragraphs] == STORY


@pytest.mark.parametrize("whole", [False, True])
def test_lines_without_places_are_printed_lines(whole):
    page = [TITLE, *(text for text, _ in lines(STORY))]
    value = {"words_result": [{"words": text} for text in page]}
    if whole:
        value = {"responses": [{"fullTextAnnotation": {"text": "\n".join(page)}}]}
    assert told(value) == [(TITLE, STORY)]


def test_paragraphs_that_an_answer_tells_are_taken():
    words = ["园区建了驿站，", "供司机歇脚。", "驿站有热水。"]
    value = {
        "words_result": [{"words": text} for text in words],
        "paragraphs_result": [{"words_result_idx": [0, 1]}, {"words_result_idx": [2]}],
    }
    assert told(value) == [(None, ["园区建了驿站，供司机歇脚。", "驿站有热水。"])]


@pytest.mark.parametrize(
    "more",
    [
        {"polygon": [[116.3, 39.9], [116.4, 39.9], [116.4, 40.0]]},
        {"words_result": "ok"},
        {"box": [1, 2, 3, 4]},
        {"geometry": {"coordinates": [[[116.3, 39.9], [116.4, 39.9]]]}},
    ],
)
def test_records_with_places_stay_records(more):
    records = [{"name": "青溪", "content": text, **more} for text in STORY]
    assert told(records) == [(None, [text]) for text in STORY]


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 0), (5, 5, -3, -3), (float("nan"), 0, 1, 1), (1e300, 0, 1, 1), (9e5, 0, 1e-9, 1)]
)
def test_places_that_mean_nothing_lose_no_text(box):
    page = [(STORY[0], box), *lines(STORY[1:2])]
    told({"words_result": [{"words": text, "location": sides(box)} for text, box in page]})


def test_an_answer_without_lines_says_so():
    with pytest.raises(InputError, match="no text"):
        read(b'{"words_result": [], "log_id": 7}', name="a.json")
