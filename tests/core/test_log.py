import json
import logging

import pytest

from consortium.core.log import JsonLines, request_id, set_up


def line_of(**extra: object) -> dict[str, str]:
    record = logging.makeLogRecord(
        {"name": "consortium.x", "levelname": "INFO", "msg": "done %s", "args": ("it",), **extra}
    )
    made: dict[str, str] = json.loads(JsonLines().format(record))
    return made


def test_a_record_is_one_line_with_the_requests_id() -> None:
    token = request_id.set("abc-1")
    try:
        made = line_of(business_date="2026-11-24")
    finally:
        request_id.reset(token)
    assert made["message"] == "done it"
    assert made["request"] == "abc-1"
    assert made["business_date"] == "2026-11-24"
    assert "request" not in line_of()


def test_logging_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    try:
        set_up("INFO", "json")
        logging.getLogger("consortium.x").info("hello")
    finally:
        logging.getLogger().handlers = handlers
        logging.getLogger().setLevel(level)
    said = capsys.readouterr()
    assert said.out == ""
    assert json.loads(said.err)["message"] == "hello"
