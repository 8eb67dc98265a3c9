import json
import logging

import pytest

from marketplace.web.request_log import JsonFormatter
from tests.support.client import PageClient


def test_a_request_leaves_one_line_without_who_or_what_they_typed(
    client: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="blaupause.request"):
        client.get("/suche?q=geheimes+Anliegen", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name == "blaupause.request"]
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert line["route"].startswith("/suche")
    assert line["status"] == 200
    assert line["milliseconds"] >= 0
    assert "geheimes" not in lines[0]
    assert "203.0.113.77" not in lines[0]


def test_the_answer_names_the_request(client: PageClient) -> None:
    assert len(client.get("/").headers["X-Request-Id"]) == 16
