"""Add themes and probabilities to a pandas table."""

import pandas as pd

import gxclassify as gx

table = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "text": [
            "高新区举行项目集中签约仪式，12个项目落户，总投资38亿元。",
            "园区污水处理厂完成提标改造，日处理3万吨。",
            "职工篮球赛昨晚在体育公园开幕。",
        ],
    }
)

model = gx.load_model()
probabilities = model.predict_proba(table["text"])
table["themes"] = [[model.themes[t] for t in row.nonzero()[0]] for row in model.decide(probabilities)]
table[list(model.themes)] = probabilities.round(3)
print(table.drop(columns="text").to_string(index=False))
