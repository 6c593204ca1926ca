import pytest

from hub.config import load_settings
from hub.environment import unread
from hub.errors import ConfigError
from hub.law import Rule

GOOD = """
store: sqlite:///hub.db
channels:
  shop:
    profile: woocommerce
    url: ${SHOP_URL:-http://127.0.0.1:1/wp}
    password: ${SHOP_SECRET}
    options: {tags: "a ${COLOUR:-gold} b"}
  old:
    profile: mine.yaml
    map: mine_map.yaml
    url: sqlite:///old.db
    push: {attributes: [emails]}
golden:
  rules: {emails: longest}
"""


@pytest.fixture
def write(tmp_path):
    def _write(text):
        file = tmp_path / "goldenrod.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return _write


def problem(file, environ=None):
    with pytest.raises(ConfigError) as caught:
        load_settings(file, environ or {})
    return str(caught.value).replace(str(file.parent) + "/", "")


def test_the_environment_fills_what_the_file_leaves_open(write):
    settings = load_settings(write(GOOD), {"SHOP_SECRET": "s3cret", "SHOP_URL": "http://shop"})
    shop = settings.channel("shop")
    assert shop.url == "http://shop"
    assert shop.password.get_secret_value() == "s3cret"
    assert shop.options == {"tags": "a gold b"}
    assert settings.golden.rules == {"emails": (Rule.LONGEST,)}


def test_a_channel_knows_its_name_and_uses_the_map_of_its_profile(write):
    shop = load_settings(write(GOOD), {"SHOP_SECRET": "x"}).channel("shop")
    assert (shop.name, shop.map) == ("shop", "woocommerce")


def test_relative_files_lie_beside_goldenrod_yaml(write):
    file = write(GOOD)
    settings = load_settings(file, {"SHOP_SECRET": "x"})
    assert settings.store == f"sqlite:///{file.parent / 'hub.db'}"
    old = settings.channel("old")
    assert old.profile == str(file.parent / "mine.yaml")
    assert old.map == str(file.parent / "mine_map.yaml")
    assert old.url == f"sqlite:///{file.parent / 'old.db'}"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:////abs/x.db", "postgresql://h/d"])
def test_absolute_and_other_databases_stay_as_they_are(write, url):
    text = f"store: {url}\nchannels: {{a: {{profile: p, url: u}}}}"
    assert load_settings(write(text), {}).store == url


def test_the_secret_is_not_shown_in_the_settings_text(write):
    assert "s3cret" not in repr(load_settings(write(GOOD), {"SHOP_SECRET": "s3cret"}))


def test_a_missing_environment_name_is_told_with_its_line(write):
    assert problem(write(GOOD)) == (
        "goldenrod.yaml:7: the environment has no SHOP_SECRET; "
        "set it, or write ${SHOP_SECRET:-default}"
    )


def test_a_secret_file_that_others_can_read_is_refused(write, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("top\n")
    secret.chmod(0o644)
    file = write(
        f"store: x\nchannels: {{a: {{profile: p, url: u, password: '${{file:{secret}}}'}}}}"
    )
    assert "is open to others; chmod 600" in problem(file)
    secret.chmod(0o600)
    assert load_settings(file, {}).channel("a").password.get_secret_value() == "top"


def test_a_secret_file_that_is_not_there_is_told(write, tmp_path):
    file = write(f"store: ${{file:{tmp_path / 'none'}}}\nchannels: {{a: {{profile: p, url: u}}}}")
    assert "none can't be read (FileNotFoundError)" in problem(file)


def test_an_unknown_channel_is_answered_with_those_that_exist(write):
    settings = load_settings(write(GOOD), {"SHOP_SECRET": "x"})
    with pytest.raises(ConfigError, match="no channel 'erp'; configured: shop, old"):
        settings.channel("erp")


def test_an_unknown_attribute_in_a_rule_is_refused_with_its_line(write):
    text = "store: x\nchannels: {a: {profile: p, url: u}}\ngolden:\n  rules:\n    nam: longest\n"
    assert problem(write(text)).startswith("goldenrod.yaml:5: golden.rules.nam")


def test_a_rule_that_there_is_not_is_one_mistake_and_no_rule_another(write):
    text = "store: x\nchannels: {a: {profile: p, url: u}}\ngolden:\n  rules:\n    emails: "
    wrong = problem(write(text + "newest\n"))
    assert wrong.startswith("goldenrod.yaml:5: golden.rules.emails.0: must be 'most_trusted'")
    assert "\n" not in wrong
    assert "must name at least one rule" in problem(write(text + "[]\n"))


def test_a_profile_that_is_missing_is_told_once(write):
    assert problem(write("store: x\nchannels:\n  a:\n    url: u\n")) == (
        "goldenrod.yaml:3: channels.a.profile is missing; add it"
    )


def test_a_profile_of_ones_own_needs_a_map_of_its_own(write):
    assert problem(write("store: x\nchannels:\n  a: {profile: mine.yaml, url: u}\n")) == (
        "goldenrod.yaml:3: channels.a.map is missing; add it"
    )


CHANNEL = "store: x\nchannels:\n  a:\n    profile: p\n    url: u\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("url:", "is empty"),
        ("url: ' '", "is blank; write where"),
        ("url: http://", "is no web address"),
        ("url: http://shop:99999/", "is no web address"),
        ("url: http://[::1/", "is no web address"),
        ("url: https://me:pw@shop/", "holds a login; write it under username and password"),
        ("trust: true", "must be a number"),
        ("trust: 101", "must be 100 or less"),
        ("rate: true", "must be a number"),
        ("region: Germany", "must be a country in two capital letters (ISO 3166-1), such as DE"),
        ("language: DE", "must be a language in two small letters (ISO 639-1), such as de"),
        ("schedule: every hour", "must be five cron parts"),
        ("schedule: 99 * * * *", "must be five cron parts"),
        ("schedule: 0 0 * * * *", "must be five cron parts"),
        ("schedule: '@fortnightly'", "must be five cron parts"),
        ("password: 12345", "must be text; put it in quotes"),
    ],
)
def test_a_wrong_setting_of_a_channel_is_told_with_its_line_and_what_would_be_right(
    write, line, told
):
    text = CHANNEL.replace("    url: u\n", "") if line.startswith("url") else CHANNEL
    last = len(text.splitlines()) + 1
    name = line.partition(":")[0]
    found = problem(write(f"{text}    {line}\n"))
    assert found.startswith(f"goldenrod.yaml:{last}: channels.a.{name}")
    assert told in found
    assert len(found.splitlines()) == 1


def test_a_region_and_a_language_are_two_letters(write):
    channel = load_settings(write(f"{CHANNEL}    region: AT\n    language: de\n"), {}).channel("a")
    assert (channel.region, channel.language) == ("AT", "de")


def test_a_place_for_backups_must_be_text(write):
    assert problem(write(f"{CHANNEL}backups: [a]\n")) == (
        "goldenrod.yaml:6: backups: must be text; put it in quotes"
    )


@pytest.mark.parametrize("schedule", ["'*/30 * * * *'", "0 6 * * mon-fri", "'@quarterly'"])
def test_a_schedule_is_what_airflow_takes(write, schedule):
    assert load_settings(write(f"{CHANNEL}    schedule: {schedule}\n"), {}).channel("a").schedule


@pytest.mark.parametrize("name", ["Shop", "7", "web-shop"])
def test_a_channel_name_must_be_fit_for_a_key_and_a_dag(write, name):
    found = problem(write(CHANNEL.replace("  a:", f"  {name}:")))
    assert found.startswith(f"goldenrod.yaml:3: channels.{name}: a channel's name must be of a-z")


def test_a_channel_is_called_what_stands_above_it(write):
    assert problem(write(f"{CHANNEL}    name: b\n")) == (
        "goldenrod.yaml:6: a channel's name stands above it: a; drop this"
    )


def test_without_a_channel_there_is_nothing_to_do(write):
    assert problem(write("store: x\nchannels: {}")) == (
        "goldenrod.yaml:2: channels: must hold at least 1"
    )


def test_what_is_merged_needs_no_review(write):
    text = f"{CHANNEL}matching:\n  merge: 0.8\n  review: 0.85\n"
    assert problem(write(text)) == (
        "goldenrod.yaml:6: matching: review must not be above merge: what is merged needs no review"
    )


@pytest.mark.parametrize("text", ["${secret}", "${SECRET", "a ${} b", "${SECRET:default}"])
def test_what_looks_like_the_environment_but_is_not_is_told(write, text):
    assert problem(write(f"{CHANNEL}    password: '{text}'\n"), {"SECRET": "x"}) == (
        "goldenrod.yaml:6: ${ begins nothing that is known; write ${NAME} in capital letters, "
        "${NAME:-default} or ${file:PATH}"
    )


def test_a_value_from_the_environment_may_hold_anything(write):
    settings = load_settings(write(CHANNEL + "    password: ${PW}\n"), {"PW": "a${b"})
    assert settings.channel("a").password.get_secret_value() == "a${b"


def test_a_relative_secret_file_lies_beside_goldenrod_yaml(write, tmp_path, monkeypatch):
    file = write(CHANNEL + "    password: ${file:pw}\n")
    (tmp_path / "pw").touch(mode=0o600)
    (tmp_path / "pw").write_text("top")
    monkeypatch.chdir("/")
    assert load_settings(file, {}).channel("a").password.get_secret_value() == "top"


def test_a_file_that_is_no_utf_8_is_told_with_the_line(tmp_path):
    file = tmp_path / "goldenrod.yaml"
    file.write_bytes((CHANNEL + "    username: Jürgen\n").encode("latin-1"))
    assert problem(file) == "goldenrod.yaml:6: this is not UTF-8; save the file as UTF-8"


def test_a_byte_order_mark_does_no_harm(tmp_path):
    file = tmp_path / "goldenrod.yaml"
    file.write_text(CHANNEL, encoding="utf-8-sig")
    assert load_settings(file, {}).store == "x"


def test_what_is_found_out_later_is_told_with_the_line_of_its_setting(write):
    settings = load_settings(write(CHANNEL), {})
    with pytest.raises(ConfigError, match=r"yaml:4: channels\.a\.profile: nobody knows it$"):  # noqa: SIM117
        with settings.told_at("channels", "a", "profile"):
            raise ConfigError("a: nobody knows it")
    with pytest.raises(ConfigError, match=r"yaml:5: channels\.a\.url: it is shut$"):  # noqa: SIM117
        with settings.told_at("channels", "a", "profile"):
            raise ConfigError("it is shut", setting="url")
    with pytest.raises(ConfigError, match=r"yaml:1: store: it is full$"):  # noqa: SIM117
        with settings.told_at("store"):
            raise ConfigError("store: it is full")


@pytest.mark.parametrize(
    "text", ["- 1", "store: 1\nchannels: 5", "channels: {a: 3}", "store: x\nchannels: {A: {}}"]
)
def test_a_file_of_the_wrong_shape_is_a_configuration_error(write, text):
    assert problem(write(text)).startswith("goldenrod.yaml:")


def test_a_place_that_is_not_text_is_refused(write):
    text = "store: x\nchannels: {a: {profile: p, url: 5}}"
    assert problem(write(text)).startswith("goldenrod.yaml:2: channels.a.url")


def test_a_file_that_is_not_there_says_how_to_name_one(tmp_path):
    with pytest.raises(ConfigError, match="--config or GOLDENROD_CONFIG"):
        load_settings(tmp_path / "none.yaml", {})


def test_the_environment_may_name_the_file(write):
    file = write("store: x\nchannels: {a: {profile: p, url: u}}")
    assert list(load_settings(None, {"GOLDENROD_CONFIG": str(file)}).channels) == ["a"]


def test_the_process_environment_is_the_default(write, monkeypatch):
    monkeypatch.setenv("SHOP_SECRET", "from outside")
    shop = load_settings(write(GOOD)).channel("shop")
    assert shop.password.get_secret_value() == "from outside"


@pytest.mark.parametrize(
    "channel",
    [
        "{profile: p, url: u, password: pl41n}",
        "{profile: p, url: u, secrets: {refresh_token: pl41n}}",
    ],
)
def test_a_secret_in_plain_text_is_refused_and_not_shown(tmp_path, channel):
    file = tmp_path / "goldenrod.yaml"
    file.write_text(f"store: x\nchannels:\n  a: {channel}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"goldenrod.yaml:3: .*plain text") as caught:
        load_settings(file, {})
    assert "pl41n" not in str(caught.value)


SECRETS = (
    "{profile: p, url: u, password: '${conn:shop.password}',"
    " secrets: {token: '${conn:shop.extra.t}'}}"
)


def test_secrets_may_come_from_a_connection_that_a_scheduler_keeps(tmp_path):
    file = tmp_path / "goldenrod.yaml"
    file.write_text(f"store: x\nchannels: {{a: {SECRETS}}}\n", encoding="utf-8")
    known = {("shop", "password"): "pw", ("shop", "extra.t"): "tok"}
    told = load_settings(file, {}, connections=lambda *asked: known.get(asked)).channel("a")
    assert told.password.get_secret_value() == "pw"
    assert told.secrets["token"].get_secret_value() == "tok"
    assert (
        load_settings(file, {}, connections=unread).channel("a").password.get_secret_value() == ""
    )
    with pytest.raises(ConfigError, match="no connection shop with password"):
        load_settings(file, {}, connections=lambda *_: None)
    with pytest.raises(ConfigError, match="inside Airflow only"):
        load_settings(file, {})


def test_an_inbox_lies_beside_the_file_that_names_it(tmp_path):
    file = tmp_path / "goldenrod.yaml"
    file.write_text("store: x\nchannels: {a: {profile: p, url: u, inbox: in}}\n", encoding="utf-8")
    assert load_settings(file, {}).channel("a").inbox == str(tmp_path / "in")


def test_a_backup_folder_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "goldenrod.yaml"
    file.write_text("store: x\nbackups: 5\nchannels: {}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="backups"):
        load_settings(file, {})
