"""The Airflow side that must be an installed package: assets, steps, retries, `make airflow`."""
