"""The grammar of Python: its node kinds and fields by number, because comparing numbers is what makes a visitor fast."""

from collections.abc import Iterable

import tree_sitter_python
from tree_sitter import Language, Node

LANGUAGE = Language(tree_sitter_python.language())
KINDS = 65536
"""How many entries a table by `Node.kind_id` needs: an ERROR node has the number 65535."""
ERROR = 65535


def kind(name: str, *, is_named: bool = True) -> int:
    """The number of a node kind. Raises `ValueError` if the grammar has no such kind."""
    number = LANGUAGE.id_for_node_kind(name, is_named)
    if number is None:
        raise ValueError(f"tree-sitter-python has no node kind {name!r}; install the version that pyproject.toml names")
    return number


def field(name: str) -> int:
    """The number of a field. Raises `ValueError` if the grammar has no such field."""
    number = LANGUAGE.field_id_for_name(name)
    if number is None:
        raise ValueError(f"tree-sitter-python has no field {name!r}; install the version that pyproject.toml names")
    return number


ARGUMENT_LIST = kind("argument_list")
AS_PATTERN = kind("as_pattern")
ASSIGNMENT = kind("assignment")
ATTRIBUTE = kind("attribute")
AUGMENTED_ASSIGNMENT = kind("augmented_assignment")
BINARY_OPERATOR = kind("binary_operator")
BLOCK = kind("block")
BOOLEAN_OPERATOR = kind("boolean_operator")
CALL = kind("call")
CASE_CLAUSE = kind("case_clause")
CASE_PATTERN = kind("case_pattern")
CHEVRON = kind("chevron")
CLASS_DEFINITION = kind("class_definition")
COMMENT = kind("comment")
CONCATENATED_STRING = kind("concatenated_string")
DECORATOR = kind("decorator")
DICTIONARY_SPLAT = kind("dictionary_splat")
DOTTED_NAME = kind("dotted_name")
ELIF_CLAUSE = kind("elif_clause")
ELSE_CLAUSE = kind("else_clause")
EXCEPT_CLAUSE = kind("except_clause")
EXPRESSION_STATEMENT = kind("expression_statement")
EXPRESSION_LIST = kind("expression_list")
FINALLY_CLAUSE = kind("finally_clause")
FOR_IN_CLAUSE = kind("for_in_clause")
FORMAT_SPECIFIER = kind("format_specifier")
FUNCTION_DEFINITION = kind("function_definition")
IDENTIFIER = kind("identifier")
IF_CLAUSE = kind("if_clause")
IMPORT_PREFIX = kind("import_prefix")
INTERPOLATION = kind("interpolation")
KEYWORD_ARGUMENT = kind("keyword_argument")
LAMBDA = kind("lambda")
LINE_CONTINUATION = kind("line_continuation")
LIST_SPLAT = kind("list_splat")
PAIR = kind("pair")
PARENTHESIZED = kind("parenthesized_expression")
STRING = kind("string")
STRING_CONTENT = kind("string_content")
SUBSCRIPT = kind("subscript")
TUPLE = kind("tuple")
TYPE = kind("type")
WILDCARD_IMPORT = kind("wildcard_import")
WITH_ITEM = kind("with_item")
YIELD = kind("yield")

ASYNC = kind("async", is_named=False)
DOUBLE_STAR = kind("**", is_named=False)
EQUALS = kind("=", is_named=False)
FROM = kind("from", is_named=False)
MINUS = kind("-", is_named=False)
UNDERSCORE = kind("_", is_named=False)

EXTRA = frozenset((COMMENT, LINE_CONTINUATION))
"""Kinds that may stand anywhere and mean nothing."""


def solid(nodes: Iterable[Node]) -> list[Node]:
    """The nodes without comments and line continuations."""
    return [node for node in nodes if node.kind_id not in EXTRA]
