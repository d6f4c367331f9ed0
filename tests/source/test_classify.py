"""Tests, others' code and machines' code are told from the project's own, and a product about tests is not taken for one."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.source.classify import Layout, by_content, is_test_project
from assay.source.project import Project


def _left_out(files: Mapping[str, str]) -> dict[str, str]:
    paths = sorted(files)
    layout = Layout(paths, lambda path: files[path].encode())
    return {path: found.reason for path in paths if (found := layout.left_out(path))}


def _names(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "")


WEB = '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>'
LIBRARY = '<Project Sdk="Microsoft.NET.Sdk"></Project>'
TESTING = '<Project Sdk="Microsoft.NET.Sdk"><PackageReference Include="Microsoft.NET.Test.Sdk" Version="1"/></Project>'


@pytest.mark.parametrize(
    "path",
    [
        "tests/helpers.py",
        "tests/api/v1/test_users.py",
        "app/test/cases.py",
        "src/shop/tests/views.py",
        "integration_tests/run.py",
        "tests-unit/a.py",
        "conftest.py",
        "pkg/testdata/sample.py",
        "test/Web/Fixtures/Server.cs",
    ],
)
def test_what_stands_in_a_folder_of_tests_is_a_test(path: str) -> None:
    others = _names("app/main.py", "src/shop/tests/test_views.py", path)
    assert _left_out(others)[path] == "tests"


@pytest.mark.parametrize(
    "path",
    [
        "test_service/main.py",
        "testing/runner.py",
        "latest/main.py",
        "contest/views.py",
        "app/speed_test/routes.py",
        "attests/a.py",
        "examples/main.py",
        "docs/conf.py",
        "samples/Web/Program.cs",
        "templates/api/main.py",
        "src/Specifications/OrderSpec.cs",
        "src/Contest/ContestController.cs",
    ],
)
def test_a_name_that_only_resembles_tests_is_code(path: str) -> None:
    assert not _left_out(_names("app/main.py", path))


def test_a_folder_of_tests_inside_a_project_that_is_none_is_code_unless_it_holds_tests() -> None:
    files = {"src/Client/Client.csproj": LIBRARY, "src/Client/Tests/Requests/Run.cs": "", "tests/Fixture.cs": ""}
    assert set(_left_out(files)) == {"tests/Fixture.cs"}
    assert "src/Client/Tests/Requests/Run.cs" in _left_out({**files, "src/Client/Tests/RunTests.cs": ""})


def test_an_installed_application_about_tests_is_code() -> None:
    files = _names(
        "shop/urls.py", "tests/__init__.py", "tests/apps.py", "tests/models.py", "tests/tests.py", "tests/views.py"
    )
    assert not _left_out(files)


def test_the_settings_that_a_test_suite_installs_do_not_make_it_an_application() -> None:
    files = _names("lib/views.py", "tests/apps.py", "tests/urls.py", "tests/test_views.py")
    assert set(_left_out(files)) == {"tests/apps.py", "tests/urls.py", "tests/test_views.py"}


def test_a_package_about_tests_that_serves_requests_is_code() -> None:
    assert not _left_out(_names("app/main.py", "app/tests/router.py", "app/tests/models.py"))
    assert not _left_out(_names("src/Api/Program.cs", "src/Api/Features/Tests/TestsController.cs"))


@pytest.mark.parametrize(
    ("path", "source", "is_started", "is_test"),
    [
        ("A/A.csproj", TESTING, True, True),
        ("A/A.csproj", '<Project><PackageReference Include="xunit" /></Project>', False, True),
        ("A/A.csproj", "<Project><IsTestProject> true </IsTestProject></Project>", False, True),
        ("A/A.csproj", '<Project Sdk="MSTest.Sdk/3.6.4" />', False, True),
        ("A/A.csproj", "<Project><!-- <IsTestProject>true</IsTestProject> --></Project>", False, False),
        ("A/A.csproj", '<Project><PackageReference Include="xunit.abstractions.extras" /></Project>', False, False),
        ("A.Tests/A.Tests.csproj", LIBRARY, False, True),
        ("A.Tests/A.Tests.csproj", "<Project><IsTestProject>false</IsTestProject></Project>", False, False),
        ("A.Test/A.Test.csproj", WEB, False, True),
        ("LoadTest/LoadTest.csproj", WEB, True, False),
        ("Contest/Contest.csproj", LIBRARY, False, False),
    ],
)
def test_a_project_is_one_of_tests_by_its_references_and_else_by_its_name(
    path: str, source: str, is_started: bool, is_test: bool
) -> None:
    assert is_test_project(path, source.encode(), is_started=is_started) == is_test


def test_everything_in_the_folder_of_a_test_project_is_a_test_but_no_server_inside_it() -> None:
    files = {
        "Api/Api.csproj": WEB,
        "Api/Program.cs": "",
        "Checks/Checks.csproj": TESTING,
        "Checks/Deep/Base.cs": "",
        "Checks/Server/Server.csproj": WEB,
        "Checks/Server/Program.cs": "",
    }
    assert set(_left_out(files)) == {"Checks/Checks.csproj", "Checks/Deep/Base.cs"}


def test_a_test_project_at_the_root_does_not_cover_the_projects_beside_it() -> None:
    files = {"Suite.Tests.csproj": TESTING, "Case.cs": "", "src/Api/Api.csproj": WEB, "src/Api/Program.cs": ""}
    assert set(_left_out(files)) == {"Suite.Tests.csproj", "Case.cs"}


@pytest.mark.parametrize(
    "path",
    [
        "lib/site-packages/x/a.py",
        "web/node_modules/y/b.py",
        "env/lib/z.py",
        "pip/_vendor/requests/api.py",
        "vendor/six.py",
        "app/vendor/markdown/a.py",
        "third_party/protobuf/a.py",
    ],
)
def test_code_of_others_is_vendored(path: str) -> None:
    files = _names("app/main.py", "env/pyvenv.cfg", "app/vendor/markdown/LICENSE", path)
    assert _left_out(files)[path] == "vendored"


def test_vendors_of_a_shop_are_its_own_code() -> None:
    files = _names("shop/urls.py", "shop/vendor/views.py", "vendors/apps.py", "vendors/views.py", "src/Vendor/A.cs")
    assert not _left_out(files)


@pytest.mark.parametrize(
    "path",
    [
        "src/Form.Designer.cs",
        "src/Client.g.cs",
        "rpc/user_pb2.py",
        "rpc/user_pb2_grpc.py",
        "Data/Migrations/20230101120000_First.cs",
        "Data/Migrations/ShopContextModelSnapshot.cs",
        "shop/migrations/0001_initial.py",
        "alembic/versions/4f2c_add.py",
        "Api/obj/Debug/x.cs",
        "build/lib/pkg/a.py",
    ],
)
def test_code_of_machines_is_generated(path: str) -> None:
    files = _names(
        "app/main.py", "alembic/env.py", "Api/Api.csproj", "setup.py", "Data/Migrations/AModelSnapshot.cs", path
    )
    assert _left_out(files)[path] == "generated"


@pytest.mark.parametrize(
    "path",
    [
        "shop/migrations/__init__.py",
        "api/versions/v1.py",
        "tools/bin/run.py",
        "build/make.py",
        "Server/Migrations/20230101120000_ByHand.cs",
    ],
)
def test_a_name_that_only_resembles_generated_code_is_code(path: str) -> None:
    assert not _left_out(_names("app/main.py", path))


@pytest.mark.parametrize(
    "source",
    [
        "//------\n// <auto-generated>\n//   by a tool\n// </auto-generated>\nclass A {}",
        "\ufeff// <autogenerated />\nclass A {}",
        "/*\n   Code generated by x. DO NOT EDIT.\n*/\nclass A {}",
        "# -*- coding: utf-8 -*-\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\nimport a",
        "x = [" + "1," * 40_000 + "]",
    ],
)
def test_a_file_that_says_it_is_generated_or_that_nobody_could_have_written_is(source: str) -> None:
    assert by_content("a.py", source.encode()) == "generated"


@pytest.mark.parametrize(
    "source",
    [
        'MARK = "<auto-generated"\n',
        "import re\n# looks for <auto-generated> marks\n",
        'IMAGE = "' + "A" * 60_000 + '"\n' + "x = 1\n" * 100,
        "# every id is generated by the database\nx = 1",
    ],
)
def test_a_file_that_only_speaks_of_generated_code_is_code(source: str) -> None:
    assert by_content("a.py", source.encode()) is None


@pytest.mark.parametrize(
    ("path", "source", "reason"),
    [
        ("app/test_users.py", "import pytest\n", "tests"),
        ("app/test_users.py", "def test_a():\n    assert 1\n", "tests"),
        ("app/users_test.py", "from django.test import TestCase\n", "tests"),
        ("shop/tests.py", "from unittest import mock\n", "tests"),
        ("api/test_results.py", "class TestResult(Model): ...\n", None),
        ("api/test_email.py", "@router.post('/')\ndef test_email(): ...\n", None),
        ("users.py", "import pytest\n", None),
        ("src/OrderTests.cs", "using Xunit;\n", "tests"),
        ("src/AbTest.cs", "public class AbTest {}\n", None),
    ],
)
def test_a_file_called_like_a_test_outside_every_test_folder_is_one_if_it_tests(
    path: str, source: str, reason: str | None
) -> None:
    assert by_content(path, source.encode()) == reason


def test_a_tree_of_nothing_but_tests_is_kept(tmp_path: Path) -> None:
    project = Project.open(
        plant(tmp_path, {"tests/test_a.py": "import pytest\n", "tests/test_b.py": "import pytest\n"})
    )
    assert project.paths("python") == ("tests/test_a.py", "tests/test_b.py")
    assert project.left_out == ()


def test_what_tests_nothing_in_a_folder_of_tests_is_kept_where_there_is_nothing_else(tmp_path: Path) -> None:
    files = {"tests/test_a.py": "import pytest\n", "tests/app.py": ""}
    project = Project.open(plant(tmp_path, files))
    assert project.paths("python") == ("tests/app.py",)
    assert [each.reason for each in project.left_out] == ["tests: 1 source file"]


def test_a_folder_of_tests_scanned_by_itself_is_kept(tmp_path: Path) -> None:
    plant(tmp_path, {"main.py": "", "tests/test_a.py": "import pytest\n", "tests/app.py": ""})
    assert Project.open(tmp_path).paths("python") == ("main.py",)
    assert Project.open(tmp_path / "tests").paths("python") == ("app.py",)
