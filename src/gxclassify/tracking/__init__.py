"""The only door to MLflow, which is loaded when something of it runs, with its usage reports switched off."""
