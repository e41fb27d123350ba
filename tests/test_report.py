"""Reports: one file that asks nothing of a network, figures that say what the tables say, and the notebook that makes
them."""

import html
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from simlib import report, sample, scenario, tables
from simlib.charts import deposit as charts
from simlib.charts.theme import DARK, LIGHT
from simlib.columns import Column, Table, Type
from simlib.money import to_fen
from simlib.panels import DASHBOARDS
from simlib.report import figure, stamp
from simlib.report.table import table_html
from simlib.report.template import ENVIRONMENT, filled
from simlib.rules import deposit
from simlib.serve.handlers import pages
from simlib.study.batch import notebook_html
from simlib.study.run.notebook import HEAD, PLOTLY, Report, Shown
from simlib.study.run.sections import sections as sections_of
from simlib.words import LANGUAGES, Text

ROOT = Path(__file__).resolve().parent.parent
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
NAMED = '<b>"医院" & 甲</b>'
CITY = f"""institution_id,name,group,score,deposit
A1,{NAMED.replace('"', "")},one,96,10000
A2,,one,93,10000.50
A3,丙,one,81,10000
B1,丁,two,90,20000
B2,戊,two,91,20000
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> scenario.Run:
    """Five institutions, of which a lower threshold takes one out of the band."""
    folder = tmp_path_factory.mktemp("city")
    (folder / "institutions.csv").write_text(CITY, encoding="utf-8")
    one = scenario.Scenario("提高", "Raise", question="谁？", data=str(folder)).changed({"deposit.lower": "1"})
    return scenario.run(one, tables.read_folder(folder))


@pytest.fixture(scope="module")
def whole() -> tuple[scenario.Run, list[report.Section]]:
    """The sample city, of which every rule runs, with another upper threshold; and its report."""
    one = scenario.load(ROOT / "scenarios" / "upper-1.03.yaml")
    bench = scenario.Bench()
    run = scenario.run(one, sample.embedded(), bench, detail=False)
    return run, sections_of(run, bench)


# --- the file -------------------------------------------------------------------------------------------------------


class Loaded(HTMLParser):
    """What a browser would fetch for a page, the text that it shows, and the figures that its script draws."""

    SOURCES = {"src", "srcset", "poster", "data", "background", "action", "formaction", "codebase", "manifest"}

    def __init__(self, page: str):
        super().__init__()
        self.fetched, self.text, self.inside, self.figures = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.inside.append(tag)
        for name, value in attributes:
            if name in self.SOURCES or (name in {"href", "xlink:href"} and tag in {"link", "image", "use", "base"}):
                self.fetched.append(value)
            if name == "data-figure":
                self.figures.append(json.loads(value))
            if name == "style":
                self.style(value)

    def handle_endtag(self, tag):
        if tag in self.inside:
            del self.inside[len(self.inside) - 1 - self.inside[::-1].index(tag) :]

    def handle_data(self, data):
        if "style" in self.inside:
            self.style(data)
        elif "script" not in self.inside:
            self.text.append(data)

    def style(self, text):
        self.fetched += re.findall(r"url\(([^)]*)\)|@import\s+(\S+)", text)


def test_a_page_names_nothing_that_a_browser_would_fetch(whole):
    run, sections = whole
    planted = "<link rel=x href=https://a.b/c.css><style>@import 'https://a.b'; i { background: url(x.png) }</style>"
    planted += "<img src=y.png>"
    assert len(Loaded(planted).fetched) == 4
    for language in LANGUAGES:
        page = report.page(Text("题", "Title"), sections, run, language)
        assert Loaded(page).fetched == []
        assert re.search(r'http-equiv="Content-Security-Policy" content="default-src .none.;', page)
        assert page.count("plotly.js v") == 1


def test_a_page_without_figures_carries_no_plotly(city):
    page = report.page(Text("题", "Title"), [report.Section(Text("一", "One"))], city, "zh")
    assert len(page) < 20_000


def test_names_from_the_data_stay_text(city):
    sections = sections_of(city)
    page = report.page(Text("<i>题</i>", "<i>Title</i>"), sections, city, "zh")
    assert NAMED.replace('"', "") in "".join(Loaded(page).text)
    assert "<b>医院" not in page
    assert "<i>" not in page
    hovered = [text for one in drawn(sections, "zh") for trace in one["data"] for text in trace.get("text") or ()]
    assert any(text.startswith("&lt;b&gt;医院 &amp; 甲") for text in hovered)


# --- figures --------------------------------------------------------------------------------------------------------


def drawn(sections, language: str) -> list[dict]:
    return [figure.described(one.figure, language) for one in sections if one.figure is not None]


def texts(value) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


def test_every_point_and_every_line_of_a_figure_is_drawn_where_it_was(city):
    table, params = city.results["deposit"]["deposit"], city.scenario.params["deposit"]
    labels = {band.value: band.label for band in deposit.Band}
    line = deposit.curve(params, table["index"].min(), table["index"].max())
    made = charts.payout(deposit.payout(table), line, params, labels, 2)
    one = figure.described(made, "en")
    kinds = list(charts.BANDS)
    points, picked = [], []
    for trace in one["data"]:
        if trace["type"] == "scatter" and trace["mode"] == "markers" and trace["x"] != [None]:
            into = picked if trace["marker"]["symbol"] == "circle-open" else points
            into += [
                (round(x, 6), round(y, 6), trace["marker"]["color"])
                for x, y in zip(trace["x"], trace["y"], strict=True)
            ]
    expected = [
        (
            round(float(np.float32(row.index_value)), 6),
            round(float(np.float32(row.payment / row.deposit)), 6),
            f"@{row.band}",
        )
        for row in table.rename(columns={"index": "index_value"}).itertuples()
    ]
    assert sorted(points) == sorted(expected)
    assert [one[:2] for one in picked] == [expected[2][:2]]
    assert all(shape["x1"] == shape["x0"] and (shape["y0"], shape["y1"]) == (0, 1) for shape in one["layout"]["shapes"])
    lines = {(shape["x0"], shape["line"]["dash"], shape["line"]["color"]) for shape in one["layout"]["shapes"]}
    assert lines == {(1.0, "solid", "@below"), (0.98, "dot", "@muted"), (1.02, "solid", "@above")}
    assert [label["text"] for label in one["layout"]["annotations"]] == ["1", "1.02"]
    named = [trace["name"] for trace in one["data"] if trace.get("name")]
    assert named[: len(kinds)] == [labels[name].en for name in kinds]


def test_figures_are_plain_json_in_one_language_with_every_colour_known(whole):
    _, sections = whole
    for language in LANGUAGES:
        for one in drawn(sections, language):
            assert json.loads(json.dumps(one, allow_nan=False)) == one
            for colours in (LIGHT, DARK):
                left = [text for text in texts(figure.coloured(one, colours)) if text.startswith("@")]
                assert left == []
    known = set(sample.embedded()["institutions"]["name"]) | set(sample.embedded()["communities"]["name"])
    said = [text for one in drawn(sections, "en") for text in texts(one) if CJK.search(text)]
    assert all(any(name in text for name in known) for text in said)


def test_more_points_than_a_page_can_draw_one_by_one_become_webgl(monkeypatch):
    points = {"x": np.zeros(3), "y": np.zeros(3), "kind": np.array([0, 0, 1]), "rows": np.arange(3), "picked": None,
              "marks": [{"symbol": "circle", "color": "@c1"}] * 2,
              "tip": [{"decimals": 1}, {"decimals": 0, "percent": True}]}  # fmt: skip
    made = figure.described({"data": [], "points": points}, "zh")["data"]
    assert [one["type"] for one in made] == ["scatter", "scatter"]
    assert made[0]["hovertemplate"] == "%{x:.1f} → %{y:.0%}<extra></extra>"
    monkeypatch.setattr(figure, "MOST_MARKS", 2)
    assert [one["type"] for one in figure.described({"data": [], "points": points}, "zh")["data"]] == ["scattergl"] * 2


# --- what it says ---------------------------------------------------------------------------------------------------


def page_text(run, sections, language: str) -> str:
    return " ".join(Loaded(report.page(Text("题", "Title"), sections, run, language)).text)


def test_every_rule_shows_its_numbers_its_charts_and_its_readings(whole):
    run, sections = whole
    titles = [section.title for section in sections]
    for name, part in run.parts.items():
        label = part.family.label
        for panel in DASHBOARDS[name].panels:
            wanted = (
                panel.kind in {"chart", "bars", "meters", "lines", "readings"}
                and panel.on_paper
                and panel.id != "money"
            )
            found = [title for title in titles if title.en.startswith(f"{label.en}: {panel.title.en}")]
            assert bool(found) == wanted or panel.id == "headlines", (name, panel.id)
        shown = next(one for one in sections if one.title.en == f"{label.en}: Results").table[1]
        for column, row in zip(part.family.headlines, shown.itertuples(index=False), strict=True):
            assert float(row[1].replace(",", "")) == pytest.approx(part.summary[column.name], abs=0.005)


def test_the_largest_movers_are_those_of_the_tables(whole):
    run, sections = whole
    document = scenario.run(scenario.Scenario("", rules=("deposit",)), sample.embedded()).results["deposit"]["deposit"]
    now = run.results["deposit"]["deposit"]
    moved = pd.Series(to_fen(now["payment"]) - to_fen(document["payment"]), now["institution_id"])
    for title, order in (
        ("Who gains most", moved.sort_values(ascending=False, kind="stable")),
        ("Who loses most", moved.sort_values(kind="stable")),
    ):
        section = next(one for one in sections if one.title.en == f"Quality deposit: {title}")
        shown = section.table[1]
        sign = 1 if "gains" in title else -1
        assert section.lines[0].en == f"20 of {(sign * moved > 0).sum()} are listed."
        assert shown["difference"].mul(100).round().astype(int).tolist() == order.head(20).tolist()
        assert (moved[shown["institution_id"]].to_numpy() == shown["difference"].mul(100).round()).all()
        paid = now.set_index("institution_id")["payment"][shown["institution_id"]].to_numpy()
        assert (paid == shown["now"]).all()
    assert not [one for one in sections if one.title.en.startswith("Scorecard: Who ")]
    largest = moved.abs().sort_values(ascending=False, kind="stable").index[:3]
    told = [one for one in sections if one.title.en.startswith("Quality deposit: how the amount of")]
    assert [one.title.en.split()[-3] for one in told] == largest.tolist()
    assert all(
        f"{now.set_index('institution_id')['payment'][name]:,.2f}" in one.lines[-1].en
        for name, one in zip(largest, told, strict=True)
    )


def test_a_report_names_what_was_changed_and_what_it_was_made_from(whole):
    run, sections = whole
    for language, words in (
        ("zh", ("上阈值", "数据年份 2025", "样例城市（虚构）")),
        ("en", ("Upper threshold", "Data of 2025", "sample city")),
    ):
        text = page_text(run, sections, language)
        for word in (
            *words,
            "1.030",
            "1.020",
            run.scenario.question,
            run.scenario.digest,
            *(t.attrs["sha256"] for t in run.inputs.values()),
        ):
            assert word in text, word
        assert text.count(run.scenario.digest[:12] + " · simlib") == 1 + len(drawn(sections, language))
        assert all(warning.to(language) in text for warning in run.warnings)


def test_a_figure_cites_the_documents_of_its_own_rule(whole):
    run, sections = whole
    of_dip = next(one for one in sections if one.title.en == "DIP settlement: The clearing corridor")
    assert of_dip.basis == ("JY",)
    assert "Jieyang" in stamp.Stamp(run).line(of_dip.basis).en
    assert "Jiangsu" not in stamp.Stamp(run).line(of_dip.basis).en


def test_the_year_is_that_of_the_data_or_said_to_be_that_of_the_calculation(city):
    assert re.fullmatch(r"Calculated in \d{4} \(the data name no year\)", stamp.Stamp(city).year.en)
    dates = pd.DataFrame({"date": pd.to_datetime(["2024-12-31", None, "2026-01-01"])})
    assert stamp._years(dates, "date") == "2024–2026"
    assert stamp._years(pd.DataFrame({"year": [2023, 2023]}), "year") == "2023"
    assert stamp._years(dates.head(0), "date") == ""
    assert stamp._years(sample.embedded()["cases"], "discharge_date") == "2025"


# --- tables ---------------------------------------------------------------------------------------------------------

COLUMNS = (
    Column("one_id", Type.TEXT, Text("编号", "Number")),
    Column("amount", Type.MONEY, Text("金额", "Amount"), Text("元", "yuan")),
    Column("share", Type.NUMBER, Text("占比", "Share")),
    Column("kind", Type.CHOICE, Text("类", "Kind"), options={"a": Text("甲", "A")}),
    Column("yes", Type.BOOLEAN, Text("是否", "Whether")),
    Column("said", Type.TEXT, Text("说明", "Said"), language="zh"),
    Column("said_en", Type.TEXT, Text("说明", "Said"), language="en"),
)  # fmt: skip


def test_a_table_has_units_separators_labels_and_the_readers_own_sentences():
    rows = {
        "one_id": ["0<1"],
        "amount": [-1234567.5],
        "share": [0.12345678],
        "kind": ["a"],
        "yes": [True],
        "said": ["话"],
        "said_en": ["Words"],
    }
    made = table_html(Table("t", Text("表", "Table"), "one_id", COLUMNS), pd.DataFrame(rows), "en")
    cells = [html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", made)]
    assert cells == ["0<1", "-1,234,567.50", "0.1235", "A", "yes", "Words"]
    assert "Amount <small>yuan</small></th>" in made
    assert "0<1" not in made
    blank = pd.DataFrame(rows).assign(amount=np.nan, kind=None, yes=pd.array([None], "boolean"))
    assert re.findall(r"<td[^>]*>(.*?)</td>",
                      table_html(Table("t", Text("表", "Table"), "one_id", COLUMNS), blank, "zh")) == [
        "0&lt;1", "", "0.1235", "", "", "话",
    ]  # fmt: skip


def test_a_long_table_shows_its_first_rows_and_says_where_the_others_are():
    rows = pd.DataFrame({"one_id": [f"n{one}" for one in range(1200)], "amount": np.arange(1200.0)})
    for large, file in ((False, "t.csv"), (True, "t.parquet")):
        made = table_html(Table("t", Text("表", "Table"), "one_id", COLUMNS, large=large), rows, "en")
        assert re.findall(r"<td[^>]*>n(\d+)</td>", made) == [str(one) for one in range(50)]
        assert f"The first 50 of 1,200 rows; {file} has them all." in made
    assert table_html(Table("", Text("", ""), "one_id", COLUMNS), rows, "en").count("<tr>") == 1201


# --- the notebook ---------------------------------------------------------------------------------------------------


def notebook_of(run) -> nbformat.NotebookNode:
    """An executed report as a notebook would hold it, with cells that an analyst added."""
    outputs = [
        nbformat.v4.new_output("display_data", data=bundle, metadata=metadata)
        for bundle, metadata in Shown(sections_of(run), stamp.Stamp(run), "zh").bundles()
    ]
    own = {
        PLOTLY: {"data": [{"y": [1, 7]}], "layout": {}},
        "text/html": "<script src='https://a.b/plotly.js'></script>",
    }
    cells = [
        nbformat.v4.new_markdown_cell("怎么运行", metadata={"tags": ["guide"]}),
        nbformat.v4.new_code_cell("secret_code()", outputs=outputs),
        nbformat.v4.new_markdown_cell("**我的**结论"),
        nbformat.v4.new_code_cell("fig", outputs=[nbformat.v4.new_output("display_data", data=own)]),
    ]  # fmt: skip
    return nbformat.v4.new_notebook(cells=cells)


def test_the_page_of_an_executed_notebook_shows_an_analysts_cells_and_no_code(city):
    notebook = notebook_of(city)
    heads = [one for one in notebook.cells[1].outputs if one.metadata == HEAD]
    figures = [one for one in notebook.cells[1].outputs if PLOTLY in one.data]
    assert len(heads) == len(figures) > 1
    assert all("@" not in json.dumps(one.data[PLOTLY]) for one in figures)
    page = notebook_html.html(notebook, Text("题", "Title"), "zh")
    found = Loaded(page)
    assert found.fetched == []
    assert "secret_code" not in page
    assert "怎么运行" not in page
    assert "<strong>我的</strong>" in page
    assert len(found.figures) == len(figures) + 1
    assert found.figures[-1] == {"data": [{"y": [1, 7]}], "layout": {}}
    titles = [html.escape(one.title.zh) for one in sections_of(city)]
    assert re.findall('<h2 id="s\\d+">(.*?)</h2>', page) == titles


def test_a_typo_fails_papermill_with_the_one_line_that_names_it(tmp_path, city):
    (tmp_path / "typo.yaml").write_text(
        f"title: x\ndata: {city.scenario.data}\nparams: {{deposit: {{uper: 1.03}}}}\n", encoding="utf-8"
    )
    out = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(ROOT / "notebooks" / "report.ipynb"),
        str(out),
        "-p",
        "scenario",
        "typo.yaml",
        "-p",
        "lang",
        "en",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    said = "typo.yaml · row 3 · params.deposit.uper: There is no such parameter. Did you mean upper?"
    assert done.stderr.rstrip().splitlines()[-1] == said
    errors = [
        one for cell in nbformat.read(out, 4).cells for one in cell.get("outputs", ()) if one.output_type == "error"
    ]
    assert [one.traceback for one in errors] == [[said]]


def test_the_notebook_finds_scenarios_from_the_root_and_from_its_own_folder(monkeypatch, tmp_path):
    from simlib.study.run.notebook import located

    for folder in (ROOT, ROOT / "notebooks", tmp_path):
        monkeypatch.chdir(folder)
        assert located("../scenarios/baseline.yaml").resolve() == ROOT / "scenarios" / "baseline.yaml"
    monkeypatch.chdir(ROOT)
    assert located("scenarios/baseline.yaml").is_file()
    assert located("scenarios/none.yaml") == Path("scenarios/none.yaml")


def test_a_parameter_that_nothing_reads_is_refused(monkeypatch, city):
    import IPython

    from simlib.study.run.notebook import Refused

    class Shell:
        user_ns = {"In": ["", 'scenario = "x"', '# Parameters\nscenrio = "a.yaml"\nlang = "fr"\n']}

    monkeypatch.setattr(IPython, "get_ipython", Shell)
    with pytest.raises(Refused) as refused:
        Report("none.yaml", "fr")
    lines = str(refused.value).splitlines()
    assert len(lines) == 2
    assert "scenario" in lines[1]


def test_the_report_notebook_is_no_page_of_the_dashboard():
    found = pages(ROOT / "notebooks")
    assert {"home.ipynb", "deposit.ipynb", "course/01_deposit.ipynb"} <= found
    assert "report.ipynb" not in found


# --- in a browser ---------------------------------------------------------------------------------------------------


def test_the_file_draws_its_figures_offline_and_prints(chromium, tmp_path, whole):
    run, sections = whole
    file = tmp_path / "report.html"
    file.write_text(report.page(Text("题", "Title"), sections, run, "zh"), encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    page, asked, errors = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(file.as_uri())
    page.wait_for_function("[...document.querySelectorAll('.plot')].every((plot) => plot.dataset.drawn)")
    assert asked == [file.as_uri()]
    assert page.locator(".plot > .plot-container").count() == len(drawn(sections, "zh"))
    curve = page.locator("section", has_text="支付曲线与阈值落差").locator(".plot")
    assert curve.locator(".scatterlayer .point").count() >= len(run.results["deposit"]["deposit"])
    assert curve.locator(".shapelayer path").count() == 3
    ink = "getComputedStyle(document.querySelector('.xtick text')).fill"
    assert page.evaluate(ink) == rgb(DARK["ink"])
    page.set_viewport_size({"width": 800, "height": 900})
    page.wait_for_function("[...document.querySelectorAll('.plot')].every((plot) => plot.dataset.drawn < 800)")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.emulate_media(media="print")
    page.wait_for_function("[...document.querySelectorAll('.plot')].every((plot) => plot.dataset.drawn === '700')")
    assert page.evaluate(ink) == rgb(LIGHT["ink"])
    assert page.evaluate("getComputedStyle(document.body).color") == rgb(LIGHT["ink"])
    page.emulate_media(media="screen")
    page.wait_for_function("[...document.querySelectorAll('.plot')].every((plot) => plot.dataset.drawn > 700)")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    context.close()
    assert errors == []


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))


def test_a_template_escapes_what_is_filled_in_and_fails_where_something_is_missing():
    made = filled("header", title=NAMED, lines=[Markup("<b>HTML</b>")])
    assert made == (
        "<header><h1>&lt;b&gt;&quot;医院&quot; &amp; 甲&lt;/b&gt;</h1>"
        '<p class="stamp"><b>HTML</b></p></header>'
    )  # fmt: skip
    with pytest.raises(UndefinedError, match="'title' is undefined"):
        filled("header", lines=[])
    names = [name.removesuffix(".html.j2") for name in ENVIRONMENT.list_templates()]
    assert names == sorted(path.name.removesuffix(".html.j2") for path in (ROOT / "simlib/report/templates").iterdir())
    assert not [name for name in ENVIRONMENT.list_templates() if re.search(r"\|\s*safe\b|autoescape", source(name))]


def source(template: str) -> str:
    return ENVIRONMENT.loader.get_source(ENVIRONMENT, template)[0]
