from __future__ import annotations

import ast
import importlib.util
import itertools
import json
import re
import shlex
import shutil

import click
import pytest

import gxclassify as gx
from gxclassify.cli import program
from gxclassify.labels.checking import Limits, check_labels
from support import ROOT, python, write_jsonl

READMES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").glob("*.md")),
]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
GENERATED = {"cli.md", "settings.md", "api.md"}


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def blocks(*languages):
    """Return (file:line, text) of the fenced blocks of these languages in the pages that people wrote."""
    found = []
    for page in READMES:
        if page.name in GENERATED:
            continue
        text = page.read_text(encoding="utf-8")
        fences = re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        name = page.relative_to(ROOT)
        found += [(f"{name}:{text[: f.start()].count(chr(10)) + 1}", f[2]) for f in fences if f[1] in languages]
    return found


def command_lines():
    """Return (file:line, words) of every ``gxclassify`` command in a shell block, up to a pipe or redirection."""
    found = []
    for where, text in blocks("console", "sh", "bash", "shell"):
        for line in text.replace("\\\n", " ").splitlines():
            for part in re.split(r"\||&&|;", line.removeprefix("$ ")):
                words = shlex.split(part.partition(" > ")[0].partition(" < ")[0], comments=True)
                if words and words[0].rpartition("/")[2] == "gxclassify":
                    found.append((where, words[1:]))
    return found


def all_commands(generate):
    return [(("gxclassify",), program), *generate.commands(program, ("gxclassify",))]


@pytest.mark.parametrize("name", [*sorted(GENERATED), "zh/cli.md"])
def test_generated_pages_are_fresh(name):
    # In a fresh interpreter: click keeps a command's help option as it was first asked for, by whatever test.
    code = "import generate, json; print(json.dumps({str(path): text for path, text in generate.pages().items()}))"
    fresh = json.loads(python(code, cwd=ROOT / "docs"))
    page = ROOT / "docs" / name
    assert page.read_text(encoding="utf-8") == fresh[str(page)], "run `make docs`"


def test_the_picture_of_reading_is_fresh():
    code = "import pictures; print(pictures.draw(), end='')"
    drawn = python(code, cwd=ROOT / "docs")
    assert drawn == (ROOT / "docs" / "images" / "reading-page.svg").read_text(encoding="utf-8"), "run 'make docs'"


def test_dotted_paths_in_the_pages_are_on_the_api_page(generate):
    stable = {*generate.DOTTED, *gx.__all__}
    stable |= {f"errors.{name}" for name in gx.__all__ if name.endswith("Error")}
    named = set()
    for where, text in [*blocks("python", "py"), *((path.name, path.read_text("utf-8")) for path in EXAMPLES)]:
        for node in ast.walk(ast.parse(text, where)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "gxclassify":
                inside = f"{node.module}.".removeprefix("gxclassify.")
                named |= {inside + alias.name for alias in node.names}
    assert {"labels.records.load_labels", "scoring.spark.tag"} <= named <= stable


def test_every_public_name_says_what_it_is(generate):
    for name in gx.__all__:
        if name != "__version__":
            assert generate.docstring(getattr(gx, name)).strip(), name


def test_every_setting_has_its_text(generate):
    page = generate.settings_page()
    for key in generate.config.Config().flat():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{key}` |"))
        assert not row.endswith("|  |"), f"{key} has no text under it in config.py"


def test_every_command_and_option_says_what_it_does(generate):
    silent = []
    for path, command in all_commands(generate):
        if not command.get_short_help_str():
            silent.append(" ".join(path))
        for parameter in command.params:
            is_option = isinstance(parameter, click.Option) and not parameter.hidden
            if is_option and not parameter.help and not isinstance(parameter.type, click.Choice):  # which lists itself
                silent.append(f"{' '.join(path)} {parameter.opts[0]}")
    assert silent == []


def test_every_command_and_option_is_on_the_page(generate):
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for path, command in all_commands(generate):
        section = page.partition(f"## `{' '.join(path)}`\n")[2].partition("\n## ")[0]
        assert section, path
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.opts[0] in section


@pytest.mark.parametrize(("where", "words"), command_lines())
def test_commands_in_the_pages_parse(where, words):
    command, context = program, click.Context(program, info_name="gxclassify", **program.context_settings)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, words = words[0], words[1:]
        found = command.get_command(context, name)
        assert found is not None, f"{where}: there is no command {name!r}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    if any(word in {"-h", "--help", "--version"} for word in words):
        return
    try:
        command.make_context(command.name, list(words), parent=context.parent)
    except click.BadParameter as error:
        if "does not exist" not in error.message:  # the page may speak of files that a reader has
            raise


RUN = ("README.md:", "docs/themes.md:")
"""Where the blocks of Python are run as they stand."""


@pytest.mark.parametrize(("where", "code"), blocks("python"))
def test_python_blocks_compile(where, code):
    compile(code, where, "exec")


@pytest.mark.parametrize(("where", "code"), [b for b in blocks("python") if b[0].startswith(RUN)])
def test_python_blocks_run(where, code, tmp_path):
    for name in ("labels", "examples", "models"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)
    assert where
    python(code, cwd=tmp_path)


@pytest.mark.parametrize("page", READMES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if ":" not in link and not (page.parent / link).exists()] == []


def anchors(page):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)", without_code(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", READMES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_headings_that_are_there(page):
    links = re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    pages = [(page.parent / name if name else page, anchor) for name, anchor in links]
    assert [(to.name, anchor) for to, anchor in pages if to.suffix == ".md" and anchor not in anchors(to)] == []


def test_every_decision_is_on_its_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [
        page.name for page in sorted(folder.glob("*.md")) if page.name != "README.md" and page.name not in index
    ] == []


def architecture():
    return (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_architecture_page_shows_the_tree_as_it_is():
    tree = re.search(r"^```\n(__init__\.py .*?)^```$", architecture(), re.MULTILINE | re.DOTALL)[1]
    shown, above = set(), []
    for line in tree.splitlines():
        indent, name, text = re.fullmatch(r"((?:  )*)(\S+)\s{2,}(\S.*)", line).groups()
        assert text, line
        above[len(indent) // 2 :] = [name]
        shown.add("".join(above))
    source = ROOT / "src" / "gxclassify"
    files = {path.relative_to(source) for path in source.rglob("*.*") if path.suffix != ".pyc"}
    folders = {f"{folder.as_posix()}/" for file in files for folder in file.parents[:-1]}
    named = {file.as_posix() for file in files if file.parent.name != "static"}
    there = folders | {name for name in named if not name.endswith("/__init__.py")}
    assert sorted(there - shown) == [], "give each its line in the tree of docs/architecture.md"
    assert sorted(shown - there) == [], "docs/architecture.md shows what is not there"


def test_the_architecture_page_tells_the_direction_of_imports():
    spec = importlib.util.spec_from_file_location("imports_test", ROOT / "tests" / "test_imports.py")
    table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)
    lines = architecture().replace("\\_", "_").splitlines()
    for rows in (table.LAYERS, *table.ROOMS.values()):
        assert " → ".join(", ".join(row) for row in rows) in lines


# A page in Chinese and the one that it stands for.
CHINESE = {
    **{
        f"docs/zh/{page.name}": f"docs/{page.name}"
        for page in sorted((ROOT / "docs" / "zh").glob("*.md"))
        if page.name not in GENERATED
    },
    "README.zh.md": "README.md",
    "labels/GUIDELINES.zh.md": "labels/GUIDELINES.md",
    "docs/zh/contributing.md": "CONTRIBUTING.md",
}


def without_code(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def skeleton(name):
    """Return what a page and its translation share: levels of headings, numbers of list items, commands and code.

    A block of ``text`` is a drawing, whose words are translated: its lines are counted.
    """
    text = (ROOT / name).read_text(encoding="utf-8")
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    prose = without_code(text)
    code = [
        body.count("\n") if language == "text" else re.sub(r"\s*(?<!['\"])#\s.*$", "", body, flags=re.MULTILINE)
        for language, body in fences
        if "──" not in body
    ]
    return {
        "headings": [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)],
        "code": code,
        "points": len(re.findall(r"^(?:- |\d+\. )", prose, re.MULTILINE)),
    }


@pytest.mark.parametrize("chinese", CHINESE)
def test_a_page_and_its_chinese_counterpart_are_in_step(chinese):
    assert skeleton(chinese) == skeleton(CHINESE[chinese])


@pytest.mark.parametrize("chinese", [name for name in CHINESE if not name.startswith("labels/")])
def test_a_page_and_its_chinese_counterpart_lead_to_each_other(chinese):
    heads = [
        (ROOT / name, (ROOT / name).read_text(encoding="utf-8").split("\n")[2]) for name in (CHINESE[chinese], chinese)
    ]
    (english_page, english), (chinese_page, line) = heads
    assert english.startswith("English · [中文](")
    assert line.startswith("[English](")
    led = [(page.parent / re.search(r"\(([^)]+)\)", head)[1]).resolve() for page, head in heads]
    assert led == [chinese_page, english_page]


def commands(name):
    """Return the commands that the sentences of a page name."""
    inline = re.findall(
        r"`((?:make|python|pip|git|openssl|systemctl) [^`]*)`", without_code((ROOT / name).read_text("utf-8"))
    )
    return {" ".join(command.split()) for command in inline}


@pytest.mark.parametrize("chinese", CHINESE)
def test_a_page_and_its_chinese_counterpart_name_the_same_commands(chinese):
    assert commands(chinese) == commands(CHINESE[chinese])


def test_the_model_that_a_page_shows_is_the_one_that_ships():
    """Performance pages tell which model was measured, with the day."""
    pages = [page for page in READMES if page.name not in {"performance.md", "CHANGELOG.md", "RESULTS.md"}]
    named = {name for page in pages for name in re.findall(r"gxclassify-[0-9a-f]{12}", page.read_text("utf-8"))}
    assert named == {gx.load_model().name}


@pytest.mark.parametrize("name", [*CHINESE, *CHINESE.values()])
def test_scripts_that_a_page_names_are_there(name):
    scripts = {word for command in commands(name) for word in command.split() if word.endswith(".py")}
    assert [script for script in scripts if not (ROOT / script).is_file() and "/" in script] == []


def tables(name):
    """Return the rows of a page's tables: in each the cells that are figures, those that are code, None for others."""
    rows = re.findall(r"^\|(.*)\|$", without_code((ROOT / name).read_text(encoding="utf-8")), re.MULTILINE)
    alike = re.compile(r"`[^`]*`|[\d,./ %]*")
    return [[cell.strip() if alike.fullmatch(cell.strip()) else None for cell in row.split("|")] for row in rows]


# The README's table of speed stands in the English one alone, and contributing says in fewer rows what make does.
OTHER_TABLES = {"README.zh.md", "docs/zh/contributing.md"}


@pytest.mark.parametrize("chinese", [name for name in CHINESE if name not in OTHER_TABLES])
def test_the_tables_of_a_page_and_its_chinese_counterpart_hold_the_same(chinese):
    assert tables(chinese) == tables(CHINESE[chinese])


@pytest.mark.parametrize("page", ["docs/labels.md", "docs/zh/labels.md"])
def test_the_record_that_a_page_shows_marks_whole_sentences(page, tmp_path):
    text = (ROOT / page).read_text(encoding="utf-8")
    shown = json.loads(re.search(r"```json\n(.+?)```", text, re.DOTALL)[1])
    file = write_jsonl(tmp_path / "labels.jsonl", [shown])
    assert check_labels([file], limits=Limits(support=0, distinct=0)).problems == []


def test_the_guidelines_number_their_close_calls_alike():
    numbers = [re.findall(r"^(\d+)\. ", (ROOT / "labels" / name).read_text("utf-8"), re.MULTILINE) for name in
               ("GUIDELINES.md", "GUIDELINES.zh.md")]  # fmt: skip
    assert numbers[0] == numbers[1] == [str(n) for n in range(1, len(numbers[0]) + 1)]


_OWN_LINE = re.compile(r"\s*(?:[-*+] |\d+\. |[#|<]|!\[)")


@pytest.mark.parametrize("chinese", CHINESE)
def test_a_paragraph_in_chinese_is_one_line(chinese):
    """A line break is rendered as a space, which Chinese does not write between words."""
    lines = without_code((ROOT / chinese).read_text(encoding="utf-8")).split("\n")
    broken = [
        f"{above[-12:]} / {below[:12]}"
        for above, below in itertools.pairwise(lines)
        if above.strip() and below.strip() and not _OWN_LINE.match(below) and not above.startswith(("#", "|", "<"))
    ]
    assert broken == []
