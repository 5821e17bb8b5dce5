"""Messages in two languages: how they are made, and that the Chinese catalogue is complete, by construction."""

from __future__ import annotations

import ast
import errno
import functools
import inspect
import json
import os
import pickle
import re
import tomllib

import click
import pytest

from gxclassify.cli import program
from gxclassify.cli.language import help_paragraphs
from gxclassify.errors import InputError
from gxclassify.messages import Message, catalogue, headings, message_json, message_of, speaking, spoken
from gxclassify.reading.records.fields import choose_column
from support import ROOT

SOURCE = ROOT / "src" / "gxclassify"
CATALOGUE = SOURCE / "languages" / "zh.toml"
FIELD = re.compile(r"\{(\w+)((?:![rs])?(?::[^{}]*)?)\}")

# Calls whose first argument is a template, or a whole text where no values follow.
SPEAKERS = {"Message", "say", "notice"}
# Calls with a text in another place, or with several.
PLACES = {"ProblemError": slice(2, 3), "headings": slice(None), "progress": slice(0, 1), "need": slice(1, 2)}


def named(function):
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


@functools.cache
def trees():
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


def error_classes(parsed):
    """Return the names of `GxclassifyError` and of all classes below it; ``error_type`` stands for one of them."""
    bases = {
        node.name: {named(base) for base in node.bases}
        for tree in parsed.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"GxclassifyError"}
    while more := {name for name, own in bases.items() if own & found} - found:
        found |= more
    return found | {"error_type"}


@functools.cache
def spoken_calls():
    """Return (path, call, the text arguments) of everything that is said to people."""
    parsed = trees()
    speakers = SPEAKERS | error_classes(parsed)
    found = []
    for path, tree in parsed.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = named(node.func)
                if name in speakers:
                    found.append((path, node, node.args[:1]))
                elif name in PLACES and (name != "progress" or path.parent.name == "cli"):
                    found.append((path, node, node.args[PLACES[name]]))
    return found


def templates():
    """Return the templates of the source: text -> where it stands first."""
    found = {}
    for path, _, texts in spoken_calls():
        for text in map(constants(path), texts):
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and re.search("[A-Za-z]", text.value):
                found.setdefault(text.value, f"{path.relative_to(ROOT)}:{text.lineno}")
    return found


@functools.cache
def constants(path):
    """Return what puts the text that a module gives a name once and for all in the place of the name."""
    named_texts = {
        target.id: node.value
        for node in trees()[path].body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return lambda text: named_texts.get(text.id, text) if isinstance(text, ast.Name) else text


def every_command(command=program, path="gxclassify"):
    yield path, command
    for name in command.list_commands(None) if isinstance(command, click.Group) else ():
        yield from every_command(command.get_command(None, name), f"{path} {name}")


def help_texts():
    found = {}
    for path, command in every_command():
        options = [option.help for option in command.params if isinstance(option, click.Option)]
        for text in (command.help, *options):
            found |= {paragraph: f"help of {path}" for paragraph in help_paragraphs(text or "") if paragraph}
    return found


def click_texts(*, single=False):
    """Return what click itself says, from its source: but for prompts, pagers and shell completion.

    Of what it says of one and of several things, the `single` may have a Chinese text of its own.
    """
    found = {}
    for name in ("core", "decorators", "exceptions", "formatting", "parser", "types"):
        module = __import__(f"click.{name}", fromlist=[name])
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and named(node.func) in {"_", "ngettext"}:
                text = node.args[1 if named(node.func) == "ngettext" and not single else 0]
                if isinstance(text, ast.Constant):
                    found[text.value] = f"click.{name}"
    return found | {"required": "click.core"}  # looked up by a name


def system_texts():
    """Return what the operating system and the JSON parser say, which errors quote."""
    found = {os.strerror(code): "the system" for code in errno.errorcode}
    for damaged in ("", "{1", '{"a" 1}', "[1 2]", "1 2", '"a', '"\x01"', '"\\x"', '"\\u1"', "[1,]", '{"a": 1,}'):
        try:
            json.loads(damaged)
        except json.JSONDecodeError as error:
            found[error.msg] = "json"
    return found


def wanted():
    return templates() | help_texts() | click_texts()


def fields(text):
    return {name for name, _ in FIELD.findall(text)}


def test_every_text_has_a_chinese_one():
    known = catalogue("zh")
    missing = {text: where for text, where in wanted().items() if text not in known}
    listed = "\n".join(f"# {where}\n{toml_key(text)} = {toml_key(text)}" for text, where in missing.items())
    assert not missing, f"{len(missing)} texts have no line in {CATALOGUE.relative_to(ROOT)}:\n{listed}"


def toml_key(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def test_what_the_json_parser_says_has_its_chinese():
    assert {text for text, who in system_texts().items() if who == "json"} <= set(catalogue("zh"))


def test_no_chinese_text_is_left_over():
    assert sorted(set(catalogue("zh")) - set(wanted()) - set(click_texts(single=True)) - set(system_texts())) == []


def test_no_text_stands_twice_in_the_catalogue():
    tables = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    assert sum(map(len, tables.values())) == len(catalogue("zh"))


def test_both_have_the_same_fields():
    may_lack = click_texts() | click_texts(single=True)  # such as the word for a kind of thing
    wrong = [
        (english, chinese)
        for english, chinese in catalogue("zh").items()
        if not (fields(english) == fields(chinese) or english in may_lack)
        or not set(FIELD.findall(chinese)) <= set(FIELD.findall(english))
    ]
    assert wrong == []


def test_chinese_has_chinese_punctuation():
    han = "[\u4e00-\u9fff]"
    western = re.compile(f"{han}[,;:?!(]|[,;?!)]{han}|{han}\\.(?:\\s|$)")
    code = re.compile(r"\S*=\S*")
    assert [text for text in catalogue("zh").values() if western.search(code.sub("", text))] == []


def test_values_are_those_of_the_template():
    wrong = []
    for path, call, texts in spoken_calls():
        if named(call.func) in PLACES or not texts or not isinstance(texts[0], ast.Constant):
            continue
        given = {keyword.arg for keyword in call.keywords}
        if given and given != fields(texts[0].value):
            wrong.append((f"{path.name}:{call.lineno}", texts[0].value, given))
    assert wrong == []


def test_no_error_is_made_of_an_f_string():
    bare = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call, texts in spoken_calls()
        if any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts)
    ]
    assert bare == [], "write the template and its values: Error('{path}: …', path=path)"


# ---- what a message does


def test_a_message_is_its_english_text():
    message = Message("{path}: {count:,} {count:line|lines} of {name!r}.", path="a.txt", count=1200, name="b")
    assert message == "a.txt: 1,200 lines of 'b'."
    assert str(InputError("{path}: {n} left.", path="a", n=2)) == "a: 2 left."


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b", "\x00", "\x85", "\u2028", "\u202e", "\u2066"])
def test_what_a_stranger_names_stays_on_its_line(sign):
    name = f"园区{sign}[31mError: all is well"
    for text in (Message("{name}: there.", name=name), Message("{names}: there.", names=[name])):
        assert sign not in text
        assert sign not in text.in_language("zh")
        assert "园区\\" in text
    assert str(Message("{error}", error=ValueError("two\nlines"))) == "two lines"


def test_a_text_without_values_keeps_its_braces():
    assert Message("a {path} b") == "a {path} b"
    assert Message("{{a}} {b}", b=1) == "{a} 1"


def test_a_message_is_said_in_chinese_with_those_in_it():
    inner = Message("{path}: there is no such file or folder.", path="a")
    outer = Message("Error: {problem}", problem=InputError(inner))
    assert outer.in_language("zh") == "错误：a：没有这个文件或文件夹。"
    listed = Message("known: {names}", names=[Message("policy"), "b"])
    assert listed == "known: policy, b"
    assert listed.in_language("zh").endswith("policy、b")


def test_what_is_not_known_stays_english():
    assert Message("Nobody says {this}.", this=1).in_language("zh") == "Nobody says 1."


@pytest.mark.parametrize("other", [lambda m: pickle.loads(pickle.dumps(m)), lambda m: message_of(message_json(m))])
def test_a_message_goes_to_other_processes_whole(other):
    message = Message("Error: {problem}", problem=Message("{path}: the folder holds no .jsonl label file.", path="a"))
    assert other(message) == message
    assert other(message).in_language("zh") == message.in_language("zh") != message


def test_speaking_lasts_for_a_block():
    word = headings("theme")[0]
    with speaking("zh"):
        assert spoken(word) == "主题"
    assert spoken(word) == "theme"


def test_python_speaks_the_language_of_its_environment(monkeypatch):
    error = InputError("{path}: there is no such file or folder.", path="a")
    assert str(error) == error.message == "a: there is no such file or folder."
    monkeypatch.delenv("GXCLASSIFY_LANG")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert str(error) == "a：没有这个文件或文件夹。"
    assert error.message == "a: there is no such file or folder."  # logs and programs
    with speaking("en"):
        assert str(error) == error.message


def test_values_stand_in_the_quotation_marks_of_the_language():
    template = "{name}: there is no column {column!r}; it has {listed}{help}."
    message = Message(template,
                      name="'a'.csv", column="正文", listed=["'编号'", repr("it's")], help=choose_column())  # fmt: skip
    assert message.startswith("'a'.csv: there is no column '正文'; it has '编号', \"it's\" (")
    assert message.in_language("zh").startswith("'a'.csv：没有“正文”列；有的是“编号”、\"it's\"（")
