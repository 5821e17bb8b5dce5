"""Tag texts inside a DuckDB query with a vectorised function."""

import duckdb
import pyarrow as pa

import gxclassify as gx

model = gx.load_model()


def themes(texts: pa.ChunkedArray) -> pa.Array:
    """Return the themes of each text."""
    tagged = model.decide(model.predict_proba(texts.to_pylist()))
    return pa.array([[model.themes[t] for t in row.nonzero()[0]] for row in tagged], pa.list_(pa.string()))


connection = duckdb.connect()
connection.create_function("themes", themes, ["VARCHAR"], "VARCHAR[]", type="arrow")
connection.execute("CREATE TABLE news (id INTEGER, text VARCHAR)")
connection.executemany(
    "INSERT INTO news VALUES (?, ?)",
    [
        (1, "高新区举行项目集中签约仪式，12个项目落户，总投资38亿元。"),
        (2, "园区污水处理厂完成提标改造，日处理3万吨。"),
        (3, "职工篮球赛昨晚在体育公园开幕。"),
    ],
)
query = """
    WITH tagged AS MATERIALIZED (SELECT id, themes(text) AS themes FROM news)
    SELECT theme, count(*) AS paragraphs FROM tagged, unnest(themes) AS t(theme) GROUP BY theme ORDER BY theme
"""
for theme, paragraphs in connection.execute(query).fetchall():
    print(theme, paragraphs)
