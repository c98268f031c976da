"""Logs, spans and metrics carry what operations need and nothing of anybody's life."""

import json

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from hrss_kit import telemetry

NUMBER = "420799198003120038"


def test_a_log_line_keeps_only_the_keys_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure_logs("card")
    telemetry.log().warning("looked up", operation="POST /x", doc_no=NUMBER, name="李测甲")
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert line["operation"] == "POST /x"
    assert line["trace_id"]
    assert NUMBER not in json.dumps(line)
    assert "李测甲" not in json.dumps(line, ensure_ascii=False)


def test_a_span_leaves_without_attributes_that_are_not_in_the_list() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(telemetry.SafeSpans())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with (  # noqa: PT012
        pytest.raises(ValueError, match="number"),
        provider.get_tracer("test").start_as_current_span("POST") as span,
    ):
        span.set_attribute("url.path", f"/card/v1/cards/{NUMBER}")
        span.set_attribute("http.route", "/card/v1/cards/{id}")
        raise ValueError(f"number {NUMBER}")
    told = exporter.get_finished_spans()[0].to_json()
    assert NUMBER not in told
    assert "/card/v1/cards/{id}" in told
