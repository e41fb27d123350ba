"""The command line: every command of ``simlib``.

Exit codes: 0 done; 2 bad input, one line a problem on standard error and nothing written; 1 the rest.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path

import simlib
from simlib.cli import answers, audit, basic, exam, files
from simlib.problems import BadInput
from simlib.study import STUDIES
from simlib.words import LANGUAGES


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code, which a command gives where it is not 0."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be GBK
    options = _parser().parse_args(arguments)
    try:
        _find(options)
        return options.command(options) or 0
    except BadInput as bad:
        print("\n".join(bad.lines(options.lang)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 1
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simlib", description="医保支付政策模拟器 · simulator of medical-insurance payment policy"
    )
    parser.add_argument("--version", action="version", version=f"simlib {simlib.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    language = os.environ.get("SIMLIB_LANG")
    language = language if language in LANGUAGES else "zh"

    def command(run, name: str, help: str, *, data: bool = False, scenario: bool = False, scenarios: bool = False):
        one = commands.add_parser(name, help=help, description=help)
        one.add_argument("--lang", choices=LANGUAGES, default=language, help="语言 language")
        if scenario:
            one.add_argument("scenario", help=SCENARIO)
        if scenarios:
            one.add_argument("scenarios", nargs="+", metavar="scenario", help=SCENARIO)
        if data:
            one.add_argument("--data", help="数据文件夹 data folder (default: the scenario's)")
        one.set_defaults(command=run)
        return one

    for study in STUDIES.values():
        help = f"{study.help.zh} {study.help.en}"
        one = command(study.command, study.name, help, data=True, scenario=not study.several, scenarios=study.several)
        study.arguments(one)
    for group in (basic, files, audit, answers, exam):
        group.commands(command)
    return parser


def _find(options: argparse.Namespace) -> None:
    """Of the scenarios that a command names, the files: at a path, or the shipped one of a name. BadInput of a faulty
    card."""
    if one := getattr(options, "scenario", None):
        options.scenario = _named(one)
    options.scenarios = [_named(one) for one in getattr(options, "scenarios", ())]


def _named(text: str) -> Path:
    from simlib.scenario import named

    return named(text)


SCENARIO = "方案文件，或内置方案的名称 scenario file (YAML), or a shipped scenario's name such as baseline"
