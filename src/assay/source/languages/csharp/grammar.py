"""The C# grammar: the ids of its nodes and fields, so that reading compares numbers and never names."""

import tree_sitter_c_sharp
from tree_sitter import Language, Parser

LANGUAGE = Language(tree_sitter_c_sharp.language())

ABSENT = 0xFFFE
"""The id of a node that this version of the grammar does not have; no node carries it."""
ERROR = 0xFFFF
"""The id of what the grammar could not read."""


def parser() -> Parser:
    """A new parser for C#."""
    return Parser(LANGUAGE)


def kind(name: str) -> int:
    """The id of a named node."""
    return LANGUAGE.id_for_node_kind(name, True) or ABSENT


def token(text: str) -> int:
    """The id of a keyword or sign."""
    return LANGUAGE.id_for_node_kind(text, False) or ABSENT


def field(name: str) -> int:
    """The id of a field, 0 when this version of the grammar does not have it."""
    return LANGUAGE.field_id_for_name(name) or 0


EXTRA_NAMES = (
    "comment",
    "preproc_region",
    "preproc_endregion",
    "preproc_line",
    "preproc_pragma",
    "preproc_nullable",
    "preproc_error",
    "preproc_warning",
    "preproc_define",
    "preproc_undef",
    "shebang_directive",
)
"""Nodes that may stand anywhere and mean nothing here."""
EXTRAS = frozenset(kind(name) for name in EXTRA_NAMES)
COMMENT = kind("comment")

# Fields
ACCESSORS = field("accessors")
ALTERNATIVE = field("alternative")
ARGUMENTS = field("arguments")
BODY = field("body")
CONDITION = field("condition")
CONSEQUENCE = field("consequence")
EXPRESSION = field("expression")
FUNCTION = field("function")
INITIALIZER = field("initializer")
LEFT = field("left")
NAME = field("name")
OPERATOR = field("operator")
PARAMETERS = field("parameters")
PATTERN = field("pattern")
RIGHT = field("right")
TYPE = field("type")
UPDATE = field("update")
VALUE = field("value")

# Nodes that are compared often
ACCESSOR = kind("accessor_declaration")
ACCESSOR_LIST = kind("accessor_list")
ARGUMENT = kind("argument")
ARGUMENT_LIST = kind("argument_list")
ARRAY_RANK = kind("array_rank_specifier")
ARROW = kind("arrow_expression_clause")
ASSIGNMENT = kind("assignment_expression")
ATTRIBUTE = kind("attribute")
ATTRIBUTE_ARGUMENT = kind("attribute_argument")
ATTRIBUTE_ARGUMENTS = kind("attribute_argument_list")
ATTRIBUTE_LIST = kind("attribute_list")
ATTRIBUTE_TARGET = kind("attribute_target_specifier")
BASE_LIST = kind("base_list")
BINARY = kind("binary_expression")
BLOCK = kind("block")
BRACKETED_ARGUMENTS = kind("bracketed_argument_list")
CATCH = kind("catch_clause")
CATCH_DECLARATION = kind("catch_declaration")
CATCH_FILTER = kind("catch_filter_clause")
CONDITIONAL_ACCESS = kind("conditional_access_expression")
CONSTRUCTOR_INITIALIZER = kind("constructor_initializer")
DECLARATION_LIST = kind("declaration_list")
DECLARATOR = kind("variable_declarator")
ELEMENT_ACCESS = kind("element_access_expression")
ELEMENT_BINDING = kind("element_binding_expression")
ENUM_BODY = kind("enum_member_declaration_list")
EXPLICIT_INTERFACE = kind("explicit_interface_specifier")
FINALLY = kind("finally_clause")
GENERIC_NAME = kind("generic_name")
IDENTIFIER = kind("identifier")
IF_STATEMENT = kind("if_statement")
IMPLICIT_PARAMETER = kind("implicit_parameter")
IMPLICIT_TYPE = kind("implicit_type")
INITIALIZER_LIST = kind("initializer_expression")
INTERPOLATION = kind("interpolation")
INVOCATION = kind("invocation_expression")
MEMBER_ACCESS = kind("member_access_expression")
MODIFIER = kind("modifier")
NEGATED_PATTERN = kind("negated_pattern")
PARAMETER = kind("parameter")
PARAMETER_LIST = kind("parameter_list")
PARENTHESIZED = kind("parenthesized_expression")
POSTFIX = kind("postfix_unary_expression")
PREFIX = kind("prefix_unary_expression")
PREPROC_ATTRIBUTES = kind("preproc_if_in_attribute_list")
PREPROC_ELIF = kind("preproc_elif")
PREPROC_ELSE = kind("preproc_else")
PREPROC_IF = kind("preproc_if")
PRIMARY_BASE = kind("primary_constructor_base_type")
SWITCH_ARM = kind("switch_expression_arm")
SWITCH_SECTION = kind("switch_section")
TYPE_ARGUMENTS = kind("type_argument_list")
TYPE_PARAMETERS = kind("type_parameter_list")
VARIABLES = kind("variable_declaration")
WHEN = kind("when_clause")

THIS_TOKEN = token("this")
BASE_TOKEN = token("base")
SELF = frozenset({THIS_TOKEN, BASE_TOKEN})
"""`this` and `base` are the only expressions that are no named nodes."""
