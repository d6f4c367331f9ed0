"""How routes and names are split into words."""

import pytest

from assay.rules.words import route, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import_ldap_users", ("import", "ldap", "user")),
        ("ImportLdapUsers", ("import", "ldap", "user")),
        ("GetTokenSSO", ("get", "token", "sso")),
        ("sign-in", ("signin",)),
        ("SignUp", ("signup",)),
        ("logOut", ("logout",)),
        ("api-keys", ("apikey",)),
        (".well-known", ("wellknown",)),
        ("OAuth2Callback", ("oauth2", "callback")),
        ("entries", ("entry",)),
        ("status", ("status",)),
        ("access", ("access",)),
        ("people", ("person",)),
        ("", ()),
    ],
)
def test_names_become_lower_case_singular_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_the_prefix_of_the_api_is_no_word_of_the_route() -> None:
    assert route("/api/v1/users").literals == (("user",),)


def test_a_version_inside_a_route_is_no_word_either() -> None:
    assert route("/{organization}/api/v2/users/{id}").literals == (("user",),)


def test_a_parameter_at_the_end_is_the_tail() -> None:
    path = route("/users/{user_id}")
    assert path.last == ("user",)
    assert path.tail == (("user", "id"),)


def test_a_parameter_in_the_middle_is_no_tail() -> None:
    path = route("/users/{user_id}/orders")
    assert path.last == ("order",)
    assert path.tail == ()


def test_the_root_has_no_words() -> None:
    assert route("/").segments == ()
    assert route("/").last == ()
    assert route("/").tail == ()


def test_a_prefix_that_is_only_known_at_run_time_is_no_word() -> None:
    assert route("/{any}/accounts/login/").literals == (("account",), ("login",))
    assert route("/<any>password_reset").literals == (("password", "reset"),)
    assert route("/{?}/settings/{key}").parameters == (("key",),)
