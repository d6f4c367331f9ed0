"""What is public by nature, and what only looks like it."""

import pytest
from tests.rules.builders import endpoint

from assay.model.verdict import Outcome
from assay.rules.nature import nature

WAY_IN = [
    "POST /login",
    "GET /login",
    "POST /api/v1/users/login",
    "POST /login/access-token",
    "POST /auth/sign-in",
    "POST /register",
    "POST /users/register",
    "POST /api/Registrations",
    "POST /token",
    "POST /connect/token",
    "POST /auth",
    "POST /auth/refresh",
    "POST /api/Authorizations",
    "GET /login/{provider}",
    "GET /oauth/callback",
    "GET /connect/authorize",
    "POST /logout",
    "POST /{organization}/auth/mfa",
    "GET /Identity/Account/AccessDenied",
    "POST /auth/github",
    "POST /api/v1/tokens/google",
    "POST /{any}/accounts/login/two_factor/",
    "POST /Users/AuthenticateByName",
    "POST /Login/Index",
    "POST /accounts/prelogin",
    "GET /account/external-callback",
    "POST /v1/auth/start",
    "POST /v1/oauth2/introspect",
    "POST /client-tokens/exchange",
    "POST /api/v1/Token/header_auth",
    "POST /refreshtoken",
    "POST /users/registeruser",
]
RECOVERY = [
    "POST /password-reminder",
    "GET /password-reminder-sent",
    "POST /forgot-password",
    "POST /password-recovery/{email}",
    "POST /users/password/reset",
    "PUT /api/PasswordResets",
    "GET /reset-password/{token}",
    "GET /confirm-email/{code}",
    "POST /confirm/{data}",
    "POST /api/v1/Identity/reset",
    "POST /account/reset/{uidb64}/{token}",
    "POST /{?}/activate/confirm",
    "POST /Users/ForgotPassword/Pin",
    "POST /<any>forgot_username/",
    "POST /auth/forgotpassword",
    "GET /confirmemail/{token}",
]
READABLE = [
    "GET /health",
    "GET /api/health/live",
    "GET /healthz",
    "GET /home_page_health_check",
    "GET /api/v1/ping",
    "GET /status",
    "GET /docs",
    "GET /swagger/index",
    "GET /openapi.json",
    "GET /redoc",
    "GET /static/{filename}",
    "GET /favicon.ico",
    "GET /robots.txt",
    "GET /.well-known/jwks.json",
    "GET /csrf-token",
    "GET /privacy",
    "GET /Home/Error",
    "GET /healthy",
    "POST /System/Ping",
]
ORDINARY = [
    "POST /devices/register",
    "POST /register-device",
    "POST /confirm_transfer/{xfer_id}",
    "GET /api/Authorizations/GetTokenSSO",
    "POST /users/{user_id}/reset-password",
    "DELETE /token/{token}",
    "GET /orders/{id}/status",
    "GET /docs/{id}",
    "GET /assets/{id}",
    "POST /health",
    "GET /health/records",
    "GET /users",
    "POST /orders",
    "GET /",
    "POST /change-password",
    "GET /login/attempts",
    "DELETE /login",
    "POST /repositories/github",
    "POST /orders/start",
    "GET /orders/callback",
    "DELETE /auth/github",
    "POST /orders/{id}/ping",
]


@pytest.mark.parametrize("name", [*WAY_IN, *RECOVERY, *READABLE])
def test_what_everybody_has_to_reach_is_public_by_nature(name: str) -> None:
    found = nature(endpoint(name))
    assert found is not None
    assert found.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("name", ORDINARY)
def test_what_only_sounds_like_it_is_not(name: str) -> None:
    assert nature(endpoint(name)) is None


def test_a_sign_up_below_people_is_known_by_its_handler() -> None:
    assert nature(endpoint("POST /api/users", handler="authentication.register")) is not None


def test_the_handler_of_something_else_is_no_sign_up() -> None:
    assert nature(endpoint("POST /api/printers", handler="printers.register")) is None


@pytest.mark.parametrize("name", ["POST /webhooks/stripe", "POST /graphql", "GET /graphql"])
def test_what_something_unseen_protects_is_not_tested(name: str) -> None:
    found = nature(endpoint(name))
    assert found is not None
    assert found.outcome is Outcome.NOT_TESTED


def test_a_preflight_is_public_by_nature() -> None:
    assert nature(endpoint("OPTIONS /orders")) is not None


def test_a_read_that_hands_out_tokens_is_not_the_way_in() -> None:
    subject = endpoint("GET /api/Authorizations/GetTokenSSO", handler="AuthorizationsController.GetTokenSSO")
    assert nature(subject) is None


def test_whoever_signs_out_by_delete_is_on_the_way_out() -> None:
    assert nature(endpoint("DELETE /bff/auth/logout")) is not None
    assert nature(endpoint("DELETE /logout/{id}")) is None


def test_a_read_of_the_administration_is_not_the_way_in_because_of_its_handlers_name() -> None:
    assert nature(endpoint("GET /v2/admin/users", handler="AdminController.Login")) is None
    assert nature(endpoint("GET /v2/account", handler="AccountController.Login")) is not None


def test_a_new_account_is_registered_by_the_handler_of_that_name() -> None:
    assert nature(endpoint("POST /account/new", handler="AccountController.Register")) is not None
    assert nature(endpoint("POST /devices/new", handler="DevicesController.Register")) is None
