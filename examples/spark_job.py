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
    tagged = tag(spark.read.parquet(arguments.input), text=arguments.text, model=arguments.model)
    tagged.write.parquet(arguments.output)
    spark.stop()


if __name__ == "__main__":
    main()
