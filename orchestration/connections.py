"""Secrets that Airflow keeps: ``${conn:ID.password}`` in goldenrod.yaml."""


def from_airflow(name: str, field: str) -> str | None:
    """Return a field of an Airflow connection, None if there is none.

    ``login``, ``password``, ``host``, ``schema``, or ``extra.NAME`` for all that has no field.
    """
    # Not before it is asked: Airflow reads its environment at its first import.
    from airflow.sdk import Connection  # noqa: PLC0415
    from airflow.sdk.exceptions import AirflowNotFoundException  # noqa: PLC0415

    try:
        connection = Connection.get(name)
    except AirflowNotFoundException:
        return None
    part, _, key = field.partition(".")
    told = connection.extra_dejson.get(key) if part == "extra" else getattr(connection, field, None)
    return None if told is None else str(told)
