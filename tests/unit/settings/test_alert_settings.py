"""The part `alert` of the configuration: what is refused, and that it is read where the rest is wrong."""

import re
from pathlib import Path

import pytest

from hervat.errors import ConfigurationError
from hervat.settings import read_alert, read_settings

ROOT = Path(__file__).parents[3]
GOOD = """
register: sqlite:///var/register.db
vault: var/vault
output: var/output
keys: {file: var/keys.json}
municipalities: [{code: "0000", name: Voorbeeldstad}]
"""
MAIL = "{host: mail.test, sender: hervat@gemeente.test, to: beheer@gemeente.test}"


def read(tmp_path, alert, rest=GOOD):
    (tmp_path / "hervat.yaml").write_text(rest + f"alert: {alert}\n")
    return read_settings(tmp_path)


def test_every_way_at_once_and_what_stands_when_nothing_is_said(tmp_path):
    web = "url: 'https://alerts.test/hook?room=1', token_env: TOKEN, header: X-Key"
    given = f"{{mail: {MAIL}, {web}, command: [tell, -x]}}"
    alert = read(tmp_path, given).alert
    assert alert is not None and alert.mail is not None
    assert (alert.mail.port, alert.mail.security, alert.on) == (587, "starttls", ["failed", "waits"])
    assert (alert.url, alert.command) == ("https://alerts.test/hook?room=1", ["tell", "-x"])


def test_a_program_that_is_a_path_starts_at_the_configuration(tmp_path):
    assert read(tmp_path, "{command: [bin/tell, a/b]}").alert.command == [f"{tmp_path}/bin/tell", "a/b"]
    assert read(tmp_path, "{command: [/usr/bin/logger, -t]}").alert.command == ["/usr/bin/logger", "-t"]


def test_the_key_on_is_a_word_and_not_a_truth(tmp_path):
    assert read(tmp_path, "{command: [x], on: [failed]}").alert.on == ["failed"]
    assert read(tmp_path, '{command: [x], "on": [waits]}').alert.on == ["waits"]


@pytest.mark.parametrize("url", ["http://localhost:9/x", "http://127.0.0.1/x", "http://[::1]:80/", "https://a.test"])
def test_addresses_that_are_taken(tmp_path, url):
    assert read(tmp_path, f'{{url: "{url}"}}').alert.url == url


@pytest.mark.parametrize(
    ("alert", "key", "said"),
    [
        ("{}", "alert", "at least one of mail, url and command"),
        ("{on: [failed]}", "alert", "at least one of mail, url and command"),
        ("{command: [x], on: []}", "alert.on", "give at least one"),
        ("{command: [x], on: [failled]}", "alert.on[0]", "'failed' or 'waits'"),
        ("{command: []}", "alert.command", "give at least one"),
        ("{command: tell}", "alert.command", "write a list"),
        ("{command: [x], token_env: T}", "alert", "belong to url"),
        ("{url: https://a.test, header: X-Key}", "alert", "give token_env too"),
        ("{url: https://a.test, token_env: geheim}", "alert.token_env", "write"),
        ("{url: https://a.test, token_env: T, header: 'X: y'}", "alert.header", "write"),
        ("{url: http://elders.test/s3cr3t}", "alert.url", "http is for this machine"),
        ("{url: http://127.0.0.1.elders.test/}", "alert.url", "http is for this machine"),
        ("{url: ftp://elders.test/}", "alert.url", "write https://"),
        ("{url: file:///etc/passwd}", "alert.url", "this is not a valid address"),
        ("{url: 'https://'}", "alert.url", "this is not a valid address"),
        ("{url: 'https://a.test:poort/'}", "alert.url", "this is not a valid address"),
        ('{url: "https://a.test/\\r\\nX: y"}', "alert.url", "this is not a valid address"),
        ("{url: https://piet:s3cr3t@a.test/}", "alert.url", "token comes from token_env"),
        ("{mail: {host: mail.test, sender: a@b.test}}", "alert.mail.to", "this key is missing"),
        (MAIL.join(["{mail: ", "}"]).replace("to:", "sign_key: k, to:"), "alert.mail.sign_key", "no such key"),
        ("{comand: [x], command: [y]}", "alert.comand", "did you mean command?"),
        ("{command: [x], timeout_seconds: 0}", "alert.timeout_seconds", "greater than 0"),
        ("[mail]", "alert", "write a mapping"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_mend_and_without_its_value(tmp_path, alert, key, said):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, alert)
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == ("hervat.yaml", key) and said in str(problem) and problem.mend
    assert "s3cr3t" not in str(problem)


def commented(text):
    """The commented lines of the template from `# alert:` to the next blank line, without their marks."""
    part = text[text.index("# alert:") :].partition("\n\n")[0]
    return part.replace("\n# ", "\n").removeprefix("# ")


def test_what_template_and_how_to_show_is_right(tmp_path):
    template = (ROOT / "config" / "installation" / "hervat.yaml").read_text()
    how_to = (ROOT / "docs" / "how-to" / "alerts.md").read_text()
    for text in (commented(template), re.findall(r"```yaml\n(.*?)```", how_to, re.DOTALL)[0]):
        (tmp_path / "hervat.yaml").write_text(GOOD + text)
        alert = read_settings(tmp_path).alert
        assert alert is not None and alert.mail and alert.url and alert.command and alert.on == ["failed", "waits"]


def test_it_is_read_where_the_rest_is_wrong(tmp_path):
    rest = GOOD.replace("vault: var/vault\n", "vlaut: ${NOT_SET_ANYWHERE}\n")
    with pytest.raises(ConfigurationError):
        read(tmp_path, "{command: [x]}", rest)
    alert = read_alert(tmp_path)
    assert alert is not None and alert.command == ["x"]


def test_alone_it_is_as_strict(tmp_path):
    (tmp_path / "hervat.yaml").write_text(GOOD)
    assert read_alert(tmp_path) is None
    (tmp_path / "hervat.yaml").write_text(GOOD + "alert: {url: '${NOT_SET_ANYWHERE}', onn: [failed]}")
    with pytest.raises(ConfigurationError) as caught:
        read_alert(tmp_path)
    assert {problem.key for problem in caught.value.problems} == {"alert.url", "alert.onn"}
    (tmp_path / "hervat.yaml").write_text("- a list")
    with pytest.raises(ConfigurationError, match="not a mapping"):
        read_alert(tmp_path)
