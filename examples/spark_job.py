"""Tag a Parquet table of paragraphs on Spark, from Parquet to Parquet.

    spark-submit --master spark://HOST:7077 spark_job.py INPUT OUTPUT [--text text] [--model MODEL]

The model travels with the job; gxclassify must be installed where the workers run Python (``PYSPARK_PYTHON``).
"""

import argparse

from pyspark.sql import SparkSession

from gxclassify.scoring.spark import tag


def main() -> None:
    """Read, tag, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", help="a Parquet file or folder with one paragraph a row")
    parser.add_argument("output", help="a folder that does not exist yet")
    parser.add_argument("--text", default="text", help="the column with the paragraphs")
    parser.add_argument("--model", help="a model folder or a registry address; default: the shipped model")
    arguments = parser.parse_args()

    spark = SparkSession.builder.appName("gxclassify").getOrCreate()
    table = spark.read.parquet(arguments.input)
    texts = [name for name, kind in table.dtypes if kind == "string"]
    if arguments.text not in texts:
        spark.stop()
        parser.error(f"there is no column {arguments.text!r} of texts; name one of {', '.join(texts)} by --text")
    tagged = tag(table, text=arguments.text, model=arguments.model)
    tagged.write.parquet(arguments.output)
    spark.stop()


if __name__ == "__main__":
    main()
