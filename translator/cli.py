"""The command line: arguments -> the public functions -> files, standard output, findings and an exit code."""
from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, NoReturn

import click

from .collecting import put_off
from .model import ERROR, INFO, LEVELS, WARNING, Finding, TranslatorError

FAIL_ON = (INFO, WARNING, ERROR, "never")


# Options that several commands take.
environment_option = click.option(
    "-e",
    "--environment",
    type=click.Path(dir_okay=False),
    help="What neither manifest can say: cluster, subnets, policies.",
)
values_option = click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="A template's parameter, or environment=NAME for Copilot.",
)
fail_option = click.option(
    "--fail-on", type=click.Choice(FAIL_ON), default=ERROR, show_default=True, help="Exit with 1 from this level on."
)


jobs_option = click.option(
    "-j", "--jobs", type=click.IntRange(0), help="Use so many processes; 0: one a processor, as large input gets by itself."
)


class Commands(click.Group):
    """Turns every error of ours into one line and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; a TranslatorError is the user's to mend, a closed pipe is nobody's."""
        put_off()
        try:
            return super().invoke(context)
        except TranslatorError as error:
            fail(str(error))
        except BrokenPipeError:
            leave_quietly(141)
        except KeyboardInterrupt:
            say("stopped")
            leave_quietly(130)
        except OSError as error:  # standard output on a full disk; files say their own names
            say(f"standard output cannot be written: {(error.strerror or str(error)).lower()}")
            leave_quietly(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="k8s-ecs-translator", prog_name="k8s-ecs")
def main() -> None:
    """Convert applications between Kubernetes (EKS) and Amazon ECS, and say exactly what does not transfer."""


@main.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("-f", "--format", "format_", help="ecs, cloudformation, terraform, copilot; kubernetes, kustomize, helm.")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False), help="Write a folder an application, a file an object."
)
@environment_option
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(dir_okay=False),
    help="Write the findings; .json .md .html .sarif .txt.",
)
@click.option(
    "--residue",
    type=click.Path(dir_okay=False),
    help="Write what the other side cannot say; given back, it is put back.",
)
@values_option
@fail_option
@jobs_option
@click.option("--annotate", is_flag=True, help="Say beside each value which line it came from; JSON needs -o.")
@click.option("--force", is_flag=True, help="Write into a folder that holds something else.")
@click.option("--include-secret-values", is_flag=True, help="Let values of secrets stand in what is written.")
@click.option("-v", "--verbose", is_flag=True, help="Show notes of level info, too.")
def convert(
    sources: tuple[str, ...],
    format_: str | None,
    output: str | None,
    environment: str | None,
    reports: tuple[str, ...],
    residue: str | None,
    values: tuple[str, ...],
    fail_on: str,
    jobs: int | None,
    annotate: bool,
    force: bool,
    include_secret_values: bool,
    verbose: bool,
) -> None:
    """Convert SOURCES (files, folders, - for standard input) to the other platform."""
    from . import conversion

    given = pairs(values, "--set")
    wanted = {"format": format_, "secrets": include_secret_values, **shown_as(verbose)}
    whole = None if annotate or residue or given else conversion.in_batches(sources, environment, wanted, jobs, reports)
    if whole is not None and whole.wanted.texts:
        conversion.deliver_whole(whole, output, force)
        for text in whole.said():
            click.echo(text, err=True, nl=False)
        sys.exit(code_of(whole.levels, fail_on))
    done = conversion.done_of(whole, environment) if whole is not None else (
        conversion.convert(sources, format_, environment, residue, include_secret_values, given)
    )
    conversion.deliver(done, output, residue, reports, force, annotate)
    show(done.translation.findings, verbose)
    sys.exit(code_for(done.translation.findings, fail_on))


@main.command()
@click.argument("sources", nargs=-1)
@click.option(
    "-f",
    "--format",
    "format_",
    default="text",
    type=click.Choice(["text", "json", "markdown", "html", "sarif", "csv", "jsonl", "parquet"]),
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write the report to a file.")
@environment_option
@values_option
@click.option(
    "--simulate", is_flag=True, help="Compute what each side will do: copies during a rollout, copies by load."
)
@click.option("--summary", is_flag=True, help="One line an application alone; -f text, csv, json, jsonl or parquet.")
@click.option(
    "--sources", "lists", multiple=True, type=click.Path(dir_okay=False), help="A list of sources, each for itself; with --summary."
)
@click.option("--dask", metavar="ADDRESS", help="Let the workers of a Dask scheduler read the sources; with --summary.")
@fail_option
@jobs_option
def report(
    sources: tuple[str, ...],
    format_: str,
    output: str | None,
    environment: str | None,
    values: tuple[str, ...],
    simulate: bool,
    summary: bool,
    lists: tuple[str, ...],
    dask: str | None,
    fail_on: str,
    jobs: int | None,
) -> None:
    """Report what of SOURCES transfers, what does not, and what to do.

    A folder of repositories, and a list of sources, are summarized source by source: with -o, what did not change since the
    last run is not read again.
    """
    from . import conversion
    from .output import replace_file

    expect_options(sources, lists, dask, format_, summary)
    if summary and fleet_of(sources, lists, format_, dask):
        from .fleet import command

        fleet = command.Fleet(sources, lists, environment, format_, output, 1 if jobs is None else jobs, dask)
        sys.exit(command.code(command.run(fleet, coloured(sys.stdout) and output is None), fail_on))
    given = pairs(values, "--set")
    beside = format_ == "html" and not summary
    wanted = {"findings": True, "reports": True, "beside": beside, "simulated": simulate}
    whole = None if given else conversion.in_batches(sources, environment, wanted, jobs)
    done = conversion.done_of(whole, environment) if whole is not None else (
        conversion.convert(sources, None, environment, values=given)
    )
    text = conversion.report(
        done, format_, width(), coloured(sys.stdout) and output is None, format_ if summary else None, simulate
    )
    if output:
        replace_file(output, text)
    else:
        click.echo(text, nl=not text.endswith("\n"))
    sys.exit(code_for(done.translation.findings, fail_on))


@main.command()
@click.argument("left")
@click.argument("right", required=False)
@click.option("-f", "--format", "format_", default="text", type=click.Choice(["text", "json", "markdown", "html"]))
@environment_option
@click.option(
    "--map", "names", multiple=True, metavar="LEFT=RIGHT", help="Which application on the left is which on the right."
)
@click.option(
    "--round-trip", "there_and_back", is_flag=True, help="Show what a way there and back loses; takes one source."
)
def diff(
    left: str, right: str | None, format_: str, environment: str | None, names: tuple[str, ...], there_and_back: bool
) -> None:
    """Show what differs between A and B: any two sources, of one platform or across."""
    from . import comparison as differences
    from .readers import read

    if there_and_back != (right is None):
        fail("diff takes two sources, or one with --round-trip")
    mapping = pairs(names, "--map")
    found = (
        differences.round_trip(read(left), environment)
        if right is None
        else differences.diff(read(left), read(right), environment, mapping)
    )
    click.echo(differences.render(found, format_), nl=False)
    sys.exit(1 if found else 0)


@main.command()
@click.argument("name", required=False)
def explain(name: str | None) -> None:
    """Explain a finding's CODE, or all that is known about a FIELD."""
    from . import explanation as pages

    click.echo(pages.explain(name, width()) if name else "\n".join(pages.codes()))


@main.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("--ecr", metavar="HOST", help="Copy them to ACCOUNT.dkr.ecr.REGION.amazonaws.com: repositories and new references.")
@click.option("-f", "--format", "format_", default="text", type=click.Choice(["text", "json", "script"]), help="script: commands that copy.")
def images(sources: tuple[str, ...], ecr: str | None, format_: str) -> None:
    """List the images that SOURCES use, and bring them into Amazon ECR."""
    from .readers import read
    from .render.images import render_listing

    if format_ == "script" and ecr is None:
        fail("-f script needs --ecr ACCOUNT.dkr.ecr.REGION.amazonaws.com")
    click.echo(render_listing(read(*sources), ecr, format_), nl=False)


def fleet_of(sources: tuple[str, ...], lists: tuple[str, ...], format_: str, dask: str | None) -> bool:
    """Whether sources are summarized each for itself."""
    if lists or dask or format_ == "parquet":
        return True
    from .fleet.sources import repositories

    return any(repositories(one) not in ([one], []) for one in sources)


def expect_options(sources: tuple[str, ...], lists: tuple[str, ...], dask: str | None, format_: str, summary: bool) -> None:
    """End with one line where options of `report` do not go together."""
    if (lists or dask) and not summary:
        fail(f"{'--sources' if lists else '--dask'} goes with --summary")
    if not (sources or lists):
        fail("name a source, or a list of them with --sources")
    if (format_ in ("csv", "jsonl", "parquet")) > summary or summary and format_ in ("markdown", "html", "sarif"):
        fail(f"-f {format_} {'needs' if not summary else 'does not go with'} --summary")


def pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    """Read NAME=VALUE options."""
    wrong = next((text for text in given if "=" not in text), None)
    if wrong is not None:
        fail(f"{option} takes NAME=VALUE, not {wrong}")
    return dict(text.split("=", 1) for text in given)


def show(findings: tuple[Finding, ...], verbose: bool) -> None:
    """Print findings on standard error."""
    from .render.findings import render_findings

    text = render_findings(findings, coloured(sys.stderr), width(), verbose)
    if text:
        click.echo(text, err=True, nl=not text.endswith("\n"))


def shown_as(verbose: bool) -> dict[str, Any]:
    """Give how findings are shown on standard error."""
    return {"width": width(), "color": coloured(sys.stderr), "verbose": verbose}


def coloured(stream: Any) -> bool:
    """Whether a stream is a terminal that wants colour."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Give the terminal's width in columns."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def code_for(findings: tuple[Finding, ...], fail_on: str) -> int:
    """Give 1 where a finding is at or above a level."""
    return code_of({finding.level: 1 for finding in findings}, fail_on)


def code_of(levels: dict[str, int], fail_on: str) -> int:
    """Give 1 where there are findings at or above a level."""
    if fail_on == "never":
        return 0
    return int(any(count and LEVELS.index(level) >= LEVELS.index(fail_on) for level, count in levels.items()))


def fail(text: str) -> NoReturn:
    """Say one line on standard error and exit with 2."""
    say(text)
    sys.exit(2)


def say(text: str) -> None:
    """Say one line on standard error, if anybody listens."""
    from .render.words import printable

    with contextlib.suppress(OSError):
        click.echo(f"k8s-ecs: {printable(text)}", err=True)


def run(name: str | None = None) -> NoReturn:
    """Run as a program: what was built is left to the system, which takes it back at once; Python would take it apart."""
    code: Any = 0
    try:
        main(prog_name=name)
    except SystemExit as done:
        code = done.code
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # a closed pipe has been heard of already
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def leave_quietly(code: int) -> NoReturn:
    """Exit without a word about what could not be written any more."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nothing, number)
    sys.exit(code)

