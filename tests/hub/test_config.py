import pytest

from hub.config import load_settings
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
    assert old.profile == old.map == str(file.parent / "mine.yaml")
    assert old.url == f"sqlite:///{file.parent / 'old.db'}"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:////abs/x.db", "postgresql://h/d"])
def test_absolute_and_other_databases_stay_as_they_are(write, url):
    assert load_settings(write(f"store: {url}\nchannels: {{}}"), {}).store == url


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
    file = write(f"store: ${{file:{tmp_path / 'none'}}}\nchannels: {{}}")
    assert "none can't be read (FileNotFoundError)" in problem(file)


def test_an_unknown_channel_is_answered_with_those_that_exist(write):
    settings = load_settings(write(GOOD), {"SHOP_SECRET": "x"})
    with pytest.raises(ConfigError, match="no channel 'erp'; configured: shop, old"):
        settings.channel("erp")


def test_an_unknown_attribute_in_a_rule_is_refused_with_its_line(write):
    text = "store: x\nchannels: {}\ngolden:\n  rules:\n    nam: longest\n"
    assert problem(write(text)).startswith("goldenrod.yaml:5: golden.rules.nam")


def test_a_profile_that_is_missing_is_told_once(write):
    assert problem(write("store: x\nchannels:\n  a:\n    url: u\n")) == (
        "goldenrod.yaml:3: channels.a.profile is missing; add it"
    )


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
    file = write("store: x\nchannels: {}")
    assert load_settings(None, {"GOLDENROD_CONFIG": str(file)}).channels == {}


def test_the_process_environment_is_the_default(write, monkeypatch):
    monkeypatch.setenv("SHOP_SECRET", "from outside")
    shop = load_settings(write(GOOD)).channel("shop")
    assert shop.password.get_secret_value() == "from outside"
