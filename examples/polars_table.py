"""Add themes and probabilities to a Polars table, eagerly or lazily."""

import polars as pl

import gxclassify as gx

model = gx.load_model()
RESULT = pl.Struct({"themes": pl.List(pl.String), **dict.fromkeys(model.themes, pl.Float64)})


def score(texts: pl.Series) -> pl.Series:
    """Return one struct for each text: its themes, and every theme's probability."""
    probabilities = model.predict_proba(texts)
    rows = zip(model.decide(probabilities), probabilities.tolist(), strict=True)
    return pl.Series(
        [
            {"themes": [model.themes[t] for t in on.nonzero()[0]], **dict(zip(model.themes, row, strict=True))}
            for on, row in rows
        ],
        dtype=RESULT,
    )


table = pl.LazyFrame(
    {
        "id": [1, 2, 3],
        "text": [
            "高新区举行项目集中签约仪式，12个项目落户，总投资38亿元。",
            "园区污水处理厂完成提标改造，日处理3万吨。",
            "职工篮球赛昨晚在体育公园开幕。",
        ],
    }
)
tagged = table.with_columns(pl.col("text").map_batches(score, return_dtype=RESULT).alias("result")).unnest("result")
print(tagged.drop("text").collect().write_json())
