"""Patterns over endpoints match what people mean by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.assessment.pattern import endpoint_pattern

SEGMENTS = st.text("abc-_.~09", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("GET /health", "GET /health"),
        ("get /health", "GET /health"),
        ("/health", "DELETE /health"),
        ("* /health", "DELETE /health"),
        ("GET,HEAD /health", "HEAD /health"),
        ("GET|HEAD /health", "HEAD /health"),
        ("/docs/*", "GET /docs/a"),
        ("/docs/**", "GET /docs/a/b"),
        ("/docs/**", "GET /docs"),
        ("/a/**/z", "GET /a/b/c/z"),
        ("/v*/x", "GET /v1/x"),
        ("/users/{id}", "GET /users/{user_id}"),
        ("/users/*", "GET /users/{user_id}"),
        ("/{a}.json", "GET /{b}.json"),
        ("/", "GET /"),
    ],
)
def test_a_pattern_matches(pattern: str, name: str) -> None:
    found = endpoint_pattern(pattern)
    assert found is not None
    assert found.matches(*name.split())


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("GET /health", "POST /health"),
        ("/health", "GET /healthz"),
        ("/health", "GET /v1/health"),
        ("/docs/*", "GET /docs/a/b"),
        ("/docs/**", "GET /docsx"),
        ("/users/{id}", "GET /users/me"),
        ("/a.b", "GET /aXb"),
        ("GET /x", "ANY /x"),
    ],
)
def test_a_pattern_matches_nothing_else(pattern: str, name: str) -> None:
    found = endpoint_pattern(pattern)
    assert found is not None
    assert not found.matches(*name.split())


@pytest.mark.parametrize("text", ["", "health", "GET", "GET health", "GET POST /x", "G3T /x"])
def test_what_is_no_method_and_path_is_no_pattern(text: str) -> None:
    assert endpoint_pattern(text) is None


@given(st.lists(SEGMENTS, max_size=5))
def test_a_path_without_signs_matches_itself_and_nothing_longer(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    found = endpoint_pattern(f"GET {path}")
    assert found is not None
    assert found.matches("GET", path)
    assert not found.matches("GET", f"{path}x")
