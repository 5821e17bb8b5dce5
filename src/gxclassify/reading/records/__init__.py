"""Files of records, JSON, JSON Lines, CSV and Parquet: told, cut into chunks, parsed; what else comes as JSON."""
