"""What a protocol can't have by its nature: the one table of the cases that are left out.

A case that is not named here runs on every profile that ships. The kinds: ``http`` (REST, GraphQL,
SOAP, RPC), ``sql`` (a database of theirs), ``files`` (a folder) and ``mail`` (IMAP).
"""

_NO_ANSWERS = "there is no answer that could say so: the driver raises"
_NO_WIRE = "a folder of this machine: what SFTP adds is in tests/connectors/files/test_sftp.py"
_NOTHING_WRITTEN = "the next mail would say the old thing again: its map writes nothing"
_BY_HEARSAY = "a file or a mail is handed over to somebody: what becomes of it, an export shows"

CANNOT: dict[str, dict[str, str]] = {
    "test_a_page_that_repeats_for_ever_is_noticed": {
        "sql": "the place in the scan is a value, not the number of a page",
        "files": "a file is copied first, and a copy has an end",
        "mail": "the numbers of mails only grow",
    },
    "test_a_page_that_comes_twice_loses_nobody": {
        "sql": "the place in the scan is a value, not the number of a page",
        "files": "a file is copied first, and a copy has an end",
        "mail": "the numbers of mails only grow",
    },
    "test_a_pause_that_the_channel_asked_for_is_passed_on": {
        "sql": _NO_ANSWERS,
        "files": _NO_ANSWERS,
        "mail": "no such thing in RFC 3501",
    },
    "test_a_vendors_own_way_to_say_too_much_is_waited_out": {
        "sql": _NO_ANSWERS,
        "files": _NO_ANSWERS,
        "mail": "NO [LIMIT] is among its troubles",
    },
    "test_a_200_that_is_a_failure_is_never_taken_for_a_page": {
        "sql": _NO_ANSWERS,
        "files": _NO_ANSWERS,
        "mail": "OK is OK: RFC 3501 has one word for success",
    },
    "test_a_session_that_expires_again_and_again_needs_a_person": {
        "sql": "a connection that ends is trouble that passes",
        "files": _NO_WIRE,
        "mail": "a connection that ends is trouble that passes",
    },
    "test_a_password_that_is_refused_is_tried_once_and_never_shown": {
        "sql": "SQLite has no logins: see tests/real/test_databases.py",
        "files": _NO_WIRE,
    },
    "test_a_redirect_to_another_host_is_not_followed": {
        "sql": "no redirects",
        "files": "no redirects",
        "mail": "referrals (RFC 2221) are not followed, for nobody reads them",
    },
    "test_an_update_arrives_and_is_shown_as_it_stands_over_there": {"mail": _NOTHING_WRITTEN},
    "test_a_version_that_is_stale_is_refused_and_brings_the_fresh_record": {
        "mail": _NOTHING_WRITTEN,
        "files": _BY_HEARSAY,
    },
    "test_a_record_that_is_gone_is_a_refusal_not_a_crash": {
        "mail": _NOTHING_WRITTEN,
        "files": _BY_HEARSAY,
    },
    "test_a_create_arrives_and_a_doubtful_one_finds_what_is_there": {"mail": _NOTHING_WRITTEN},
    "test_a_duplicate_is_a_refusal_that_names_nobody": {
        "mail": _NOTHING_WRITTEN,
        "files": _BY_HEARSAY,
    },
}
