"""The shapes of requests and answers, as the OpenAPI description shows them.

Answers are written from the package's own ``to_json`` and not through these classes: one schema for files, HTTP and
Python. A test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator
from pydantic_core import PydanticSerializationError, to_json

from gxclassify.messages import Message, named
from gxclassify.reading.records.fields import SURVEYED_RECORDS, is_null, text_field

_TEXT = "济宁高新区新签约项目12个，总投资38亿元。"
_MODEL = "gxclassify-0a1b2c3d4e5f"
TableFormat = Literal["json", "jsonl", "csv"]
Span = Annotated[list[int], Field(min_length=2, max_length=2, description="Start and end, in characters.")]
Box = Annotated[list[float], Field(min_length=4, max_length=4)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Record(BaseModel):
    """An object with a text; its other members come back unchanged as ``record``."""

    model_config = ConfigDict(extra="allow")

    text: str | None = Field(
        default=None,
        description="One paragraph; null, or absent where others have one: no text. See text_column.",
        examples=[_TEXT],
    )

    @model_validator(mode="after")
    def _can_go_back(self) -> Self:
        try:
            to_json(self.model_extra)
        except (PydanticSerializationError, UnicodeEncodeError, ValueError) as error:
            msg = Message("The other members must be plain JSON of valid Unicode, nested less than 200 deep.")
            raise ValueError(msg) from error
        return self

    def members(self) -> dict[str, Any]:
        """Return a copy of the object as it was sent."""
        own = {"text": self.text} if "text" in self.model_fields_set else {}
        return own | (self.model_extra or {})


class PredictRequest(BaseModel):
    """Texts or records to tag, and how."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [{"required": ["texts"]}, {"required": ["records"]}],
            "examples": [{"texts": [_TEXT]}, {"records": [{"text": _TEXT, "page": 3}], "evidence": False}],
        },
    )

    texts: list[str | None] = Field(
        default=[], description="One paragraph each, null for no text; give either these or records."
    )
    records: list[Record] = Field(default=[], description="Objects with a text, one paragraph each.")
    thresholds: dict[str, Probability] = Field(
        default={}, description="Tag a theme from this probability on, by theme id.", examples=[{"goals": 0.6}]
    )
    evidence: bool = Field(default=True, description="Whether to point at the sentences and words that decided.")
    zones: bool = Field(default=False, description="Whether to tell zones, date and amounts as well.")
    text_column: str = Field(
        default="text",
        description="The member of records that holds their text; by default text, else told by its name or its look.",
    )
    date_column: str = Field(default="date", description="The member of records that holds their date.")
    format: TableFormat = Field(default="json", description="The form of the answer: JSON, JSON Lines or CSV.")

    _texts: list[str | None] = PrivateAttr([])
    _others: list[dict[str, Any]] = PrivateAttr([])

    @model_validator(mode="before")
    @classmethod
    def _something(cls, value: Any) -> Any:
        # Before what its members are told one by one: of {"text": …} it must be said what is wanted in its place.
        if isinstance(value, dict) and not {"texts", "records"} & value.keys():
            raise ValueError(Message("Give either texts or records."))
        return value

    @model_validator(mode="after")
    def _texts_or_records(self) -> Self:
        if len({"texts", "records"} & self.model_fields_set) != 1:
            raise ValueError(Message("Give either texts or records."))
        self._texts, self._others = self._told_apart()
        return self

    def _told_apart(self) -> tuple[list[str | None], list[dict[str, Any]]]:
        """Return the texts, and the other members of each."""
        if not self.records:
            return self.texts, [{}] * len(self.texts)
        wanted = self.text_column
        if wanted == "text" and any("text" in record.model_fields_set for record in self.records):
            return [record.text for record in self.records], [record.model_extra or {} for record in self.records]
        rows = [record.members() for record in self.records]
        column = wanted if any(wanted in row for row in rows) else text_field(rows, wanted)
        if column is None:
            names = named(dict.fromkeys(name for row in rows[:SURVEYED_RECORDS] for name in row))
            if not names:
                raise ValueError(Message("No record has a member that holds the text; name it by text_column."))
            said = Message(
                "No record has a member {wanted!r:.60} that holds the text; they have {names}. Name it by text_column.",
                wanted=wanted,
                names=names,
            )
            raise ValueError(said)
        texts = [None if is_null(text := row.pop(column, None)) else text for row in rows]
        wrong = next((n for n, text in enumerate(texts, start=1) if not isinstance(text, str | None)), 0)
        if wrong:
            said = Message("Record {number}: the member that holds the text must be a string or null.", number=wrong)
            raise ValueError(said)
        return texts, rows

    def paragraphs(self) -> list[str | None]:
        """Return the texts to tag."""
        return self._texts

    def others(self) -> list[dict[str, Any]]:
        """Return the members of each record beside its text."""
        return self._others


class Invocation(BaseModel):
    """MLflow's scoring protocol: exactly one of the four inputs, and parameters."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"dataframe_split": {"columns": ["text"], "data": [[_TEXT]]}},
                {"dataframe_records": [{"text": _TEXT}]},
                {"instances": [_TEXT]},
                {"inputs": {"text": [_TEXT]}, "params": {"evidence": False}},
            ]
        },
    )

    dataframe_split: dict[str, Any] | None = Field(default=None, description="columns, data and perhaps index.")
    dataframe_records: list[dict[str, Any]] | None = Field(default=None, description="One object a row.")
    instances: list[Any] | None = Field(default=None, description="One text, object or one-element array a row.")
    inputs: Any = Field(default=None, description="A text, an array of texts, or an object with such an array.")
    params: dict[str, Any] | None = Field(default=None, description="evidence: true or false; thresholds: an object.")


class Term(BaseModel):
    """A word that weighed, what it added to the score, and where it stands."""

    term: str = Field(examples=["签约"])
    weight: float
    spans: list[Span] = Field(description="Where it stands in the document's decoded source.")
    within: list[Span] = Field(description="Where it stands in the paragraph's text.")


class Sentence(BaseModel):
    """A sentence that tells a theme."""

    span: Span = Field(description="Its place in the document's decoded source.")
    within: Span = Field(description="Its place in the paragraph's text.")
    score: Probability = Field(description="The theme's probability for the sentence alone.")
    terms: list[Term]


class ZoneName(BaseModel):
    """A development zone."""

    id: str = Field(examples=["hitech-jining"])
    name: str


class ZoneMention(ZoneName):
    """A zone in a text."""

    span: Span = Field(description="Its place in the paragraph's text.")
    listed: bool = Field(description="Whether the gazetteer has it.")
    bare: bool = Field(description="Whether the text says only 园区 or the like, and the zone was named before.")


class DateAnswer(BaseModel):
    """When a document was published."""

    date: str = Field(description="ISO 8601, as precise as it is known.", examples=["2021-03-15"])
    precision: Literal["day", "month", "year"]
    source: Literal["column", "head", "dateline", "metadata", "name", "text"]
    span: Span | None = Field(description="Where it stands in the text; null when it is not from the text.")


class StatedAmount(BaseModel):
    """An amount in a sentence that is evidence."""

    themes: list[str] = Field(description="The themes that the sentence is evidence of.")
    sentence: Span
    text: str = Field(examples=["总投资38亿元"])
    kind: Literal["money", "share", "count", "measure"]
    value: float
    unit: str = Field(examples=["CNY"])
    lower: float | None
    upper: float | None
    approximate: bool
    target_year: int | None
    span: Span


class TaggedParagraphAnswer(BaseModel):
    """A paragraph with its tags; the same in files, over HTTP and in Python."""

    document: str = Field(description="The document's name; empty for texts and records.")
    article: int = Field(ge=0, description="The article's place in the document, or the text's in the request.")
    title: str | None = Field(description="The article's headline.")
    paragraph: int = Field(ge=0, description="The paragraph's place in its article.")
    text: str = Field(examples=[_TEXT])
    span: Span
    tags: list[str] = Field(examples=[["investment_attraction"]])
    scores: dict[str, Probability | None] = Field(description="Every theme's probability; null for a null text.")
    review: bool = Field(description="Whether a probability lies within 0.1 of its threshold.")
    evidence: dict[str, list[Sentence]] = Field(description="For each tag the sentences that tell it, strongest first.")
    model: str = Field(examples=[_MODEL])
    kind: Literal["paragraph", "table", "missing"] = Field(
        default="paragraph", description="A row of a table and a null text, whose text is empty, are told; else absent."
    )
    subhead: str | None = Field(default=None, description="The subhead that it stands under.")
    page: int | None = Field(default=None, ge=1, description="The page that it begins on, where the format has pages.")
    box: Box | None = Field(default=None, description="Where on the page: left, top, right, bottom, in points.")
    zones: list[ZoneMention] | None = Field(default=None, description="The zones that it names, when asked for.")
    article_zone: ZoneName | None = Field(default=None, description="The zone that its article is about.")
    date: DateAnswer | None = Field(default=None, description="When its document was published.")
    amounts: list[StatedAmount] | None = Field(default=None, description="The amounts in the sentences of evidence.")
    record: dict[str, Any] = Field(default={}, description="The other members of the record, when there are any.")


class ThemeOfGroup(BaseModel):
    """How an article or document tells a theme."""

    paragraphs: int = Field(ge=0, description="How many paragraphs are tagged with it.")
    share: Probability = Field(description="They as a share of all paragraphs.")
    score: Probability | None = Field(description="The greatest probability of any paragraph; null without a text.")
    strongest: list[int] = Field(
        min_length=2, max_length=2, description="That paragraph: its article, its place in it."
    )
    sentence: str | None = Field(description="The sentence of it that tells the theme most.")


class ZoneCount(BaseModel):
    """A zone that an article or document names, and how often."""

    id: str
    name: str
    mentions: int = Field(ge=1)


class TaggedGroupAnswer(BaseModel):
    """An article or document with its tags; the same in files, over HTTP and in Python."""

    document: str
    article: int | None = Field(ge=0, description="The article's place; null for a document of several.")
    title: str | None
    paragraphs: int = Field(ge=1, description="How many it has.")
    tags: list[str] = Field(description="The themes that at least one paragraph is tagged with.")
    themes: dict[str, ThemeOfGroup]
    model: str = Field(examples=[_MODEL])
    zones: list[ZoneCount] | None = Field(default=None, description="The zones named, most first, when asked for.")
    article_zone: ZoneName | None = Field(default=None, description="The zone that it is about, when asked for.")
    date: DateAnswer | None = Field(default=None, description="When it was published, when asked for.")
    record: dict[str, Any] = Field(default={}, description="The other members of the record, when there are any.")


class Repair(BaseModel):
    """A change that reading made."""

    kind: str
    span: Span
    note: str
    count: int = Field(ge=0, description="How many characters, without white space, it took out of the text.")


class ReadPart(BaseModel):
    """A piece of an article that is not a paragraph."""

    kind: Literal["title", "byline", "caption", "subhead", "note", "contents"]
    text: str
    span: Span
    page: int | None = None


class ReadNotice(BaseModel):
    """Something that a reader should know of the document."""

    kind: str
    place: str = Field(description="Where: a page, a line; empty for all of it.", examples=["page 3"])
    count: int = Field(description="How many characters, pages or records it is about.")
    text: str


class PredictAnswer(BaseModel):
    """The tagged paragraphs in the order of the request."""

    model: str = Field(description="The model's id.", examples=[_MODEL])
    paragraphs: list[TaggedParagraphAnswer]
    notices: list[ReadNotice] | None = Field(
        default=None, description="With zones, where records have dates that are not understood: of the kind dates."
    )


class ReadParagraph(BaseModel):
    """A paragraph as it was read."""

    text: str
    span: Span
    repairs: list[Repair]
    kind: Literal["paragraph", "table", "missing"] = "paragraph"
    subhead: str | None = None
    page: int | None = None
    box: Box | None = None
    record: dict[str, Any] = {}


class ReadArticle(BaseModel):
    """An article as it was read."""

    title: str | None
    byline: str | None
    captions: list[str]
    subheads: list[str]
    parts: list[ReadPart]
    paragraphs: list[ReadParagraph]


class DocumentAnswer(BaseModel):
    """A document as it was read, and its tagged paragraphs, joined by the places of article and paragraph."""

    document: str
    encoding: str = Field(examples=["utf-8"])
    format: str = Field(examples=["text"])
    articles: list[ReadArticle]
    repairs: list[Repair]
    notices: list[ReadNotice]
    notes: list[str] = Field(description="The sentences of the notices.")
    metadata: dict[str, str] | None = Field(
        default=None, description="What the file says of itself: title, date, source, author."
    )
    source: str | None = Field(default=None, description="The decoded text that spans point into, when asked for.")
    model: str = Field(examples=[_MODEL])
    paragraphs: list[TaggedParagraphAnswer] = Field(default=[], description="At the level of paragraphs.")
    groups: list[TaggedGroupAnswer] = Field(default=[], description="At the level of articles or of the document.")


class ThemeAnswer(BaseModel):
    """A theme: its id, its names and the probability from which it is tagged."""

    id: str = Field(examples=["eco_park"])
    zh: str = Field(examples=["生态园区"])
    en: str = Field(examples=["Eco-park"])
    question: str = Field(description="What an annotator asks of a paragraph.")
    colour: str = Field(pattern="^#[0-9a-fA-F]{6}$")
    threshold: Probability


class ThemesAnswer(BaseModel):
    """The themes of the model in use, in order."""

    model: str = Field(examples=[_MODEL])
    exclusive: bool = Field(description="Whether every text has exactly one theme.")
    at_least_one: bool = Field(description="Whether every text has one theme or more.")
    themes: list[ThemeAnswer]


class ModelAnswer(BaseModel):
    """The model in use and how it came about."""

    name: str = Field(examples=[_MODEL])
    digest: str = Field(description="SHA-256 of the bundle's description.")
    address: str = Field(description="The registry's address, or folder, or shipped.", examples=["shipped"])
    themes: list[str]
    thresholds: dict[str, Probability]
    description: dict[str, Any] = Field(description="The content of the bundle's model.json.")


class ReloadAnswer(BaseModel):
    """What a reload brought."""

    changed: bool = Field(description="Whether another model is in use now.")
    model: str = Field(examples=[_MODEL])


class InvocationAnswer(BaseModel):
    """One prediction a row."""

    predictions: list[dict[str, Any]]


class Health(BaseModel):
    """The server is there."""

    status: Literal["UP"] = "UP"
    model_class: str = "gxclassify"


class FieldProblem(BaseModel):
    """What is wrong with one member of the body, or with a parameter of the query."""

    pointer: str = Field(description="JSON pointer (RFC 6901) to the member.", examples=["/texts/0"])
    parameter: str | None = Field(None, description="The query parameter, where it is one.", examples=["level"])
    detail: str
    texts: dict[Literal["en", "zh"], str] = Field(description="The detail in every language.")


class Problem(BaseModel):
    """A problem document (RFC 9457). It never repeats a text that was sent."""

    type: str = Field(examples=["urn:gxclassify:problem:too-many-texts"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(description="What is wrong and what to do, in the language of Accept-Language (en, zh).")
    texts: dict[Literal["en", "zh"], str] = Field(description="The detail in every language.")
    instance: str | None = Field(default=None, description="The request's id, as in the log.")
    errors: list[FieldProblem] = []
    most: int | None = Field(default=None, description="How many bytes a body may have, where it was too long (413).")


REQUESTS: tuple[type[BaseModel], ...] = (PredictRequest, Record, Invocation)
"""The shapes whose member names a problem document may repeat."""
