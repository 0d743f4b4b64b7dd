"""Fleets: every source has its rows, once, whatever is unreadable, unchanged, interrupted or killed on the way."""
import csv
import io
import json
import os
import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest
from conftest import ROOT
from test_cli import run

from translator.fleet import command, listed, outcome, repositories, summarize
from translator.fleet.running import batches
from translator.fleet.state import restored
from translator.render.fleet import render_fleet

MANIFEST = (ROOT / "fixtures" / "example" / "web.yaml").read_text()


@pytest.fixture
def sources(tmp_path):
    """Make 40 sources; one of them is no YAML, one is not there."""
    made = []
    for number in range(40):
        file = tmp_path / "repos" / f"team{number}" / "web.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(MANIFEST.replace("web", f"web{number}") if number != 7 else "a: [1\n")
        made.append(str(file.parent))
    return [*made, str(tmp_path / "nowhere.yaml")]


def assert_whole(outcomes, sources):
    found = [one.source for one in outcomes]
    assert sorted(found) == sorted(sources)
    rows = {row["source"]: row for one in outcomes for row in one.rows}
    assert [row["application"] for source, row in sorted(rows.items(), key=lambda pair: sources.index(pair[0]))] == [
        "" if number in (7, 40) else f"web{number}" for number in range(41)
    ]
    assert rows[sources[40]]["verdict"] == outcome.UNREAD and "no such file" in rows[sources[40]]["error"]
    assert rows[sources[7]]["verdict"] == outcome.UNREAD and "left out" in rows[sources[7]]["error"]


def test_every_source_has_a_row(sources):
    assert_whole(list(summarize(sources)), sources)


def test_a_row_counts_what_the_report_counts(sources):
    row, = next(iter(summarize(sources[:1]))).rows
    assert (row["application"], row["namespace"], row["verdict"], row["error"]) == ("web0", "shop", "with losses", "")
    assert row["file"] == os.path.join(sources[0], "web.yaml")
    assert "probes.image-command" in row["codes"].split()
    assert row["exact"] + row["adapted"] + row["lost"] == row["total"] > 30


def test_processes_give_the_same(sources):
    with ProcessPoolExecutor(2) as executor:
        assert sorted(summarize(sources, executor=executor), key=str) == sorted(summarize(sources), key=str)


class Dying(Executor):
    """Stands for a process pool that a poisoned source kills: nothing at work then comes back, and nothing more is taken."""

    def __init__(self, poison, slow=False):
        self.poison, self.slow, self.dead, self.held = poison, slow, False, []

    def submit(self, act, /, *args, **more):
        if self.dead:
            raise BrokenProcessPool("it died")
        future = Future()
        self.held.append((future, act, args))
        if self.poison in args[0]:
            self.dead = True
            for one, _, _ in self.held:
                if not one.done():
                    one.set_exception(BrokenProcessPool("a process was killed"))
        elif not self.slow or len(self.held) % 2:
            future.set_result(act(*args))
        return future


def test_what_kills_its_process_costs_its_own_row_alone(sources, monkeypatch):
    monkeypatch.setattr("translator.fleet.running.MOST", 1)
    poison = sources[20]
    outcomes = list(summarize(sources, executor=Dying(poison, slow=True), renewed=lambda: Dying(poison)))
    assert sorted(one.source for one in outcomes) == sorted(sources)
    bad = [one.source for one in outcomes if one.error]
    assert bad == [one for one in bad if one in (sources[7], poison, sources[40])] and len(bad) == 3


def test_a_killed_process_costs_no_row(sources, monkeypatch):
    monkeypatch.setattr("translator.fleet.running.MOST", 2)
    pools = [command.pool(2)]
    outcomes = []
    for one in summarize(sources, executor=pools[0], renewed=lambda: pools.append(command.pool(2)) or pools[-1]):
        outcomes.append(one)
        if len(outcomes) == 3:
            os.kill(next(iter(pools[0]._processes)), signal.SIGKILL)
    assert_whole(outcomes, sources)
    for pool in pools:
        pool.shutdown(cancel_futures=True)


def test_small_sources_travel_together(sources):
    assert max(map(len, batches(sources[:1] * 3))) == 1  # folders, of any size
    files = [os.path.join(one, "web.yaml") for one in sources[:40]]
    assert len(list(batches(files))) == 1
    assert [one for batch in batches(files) for one in batch] == files


# --- the command -------------------------------------------------------------------------------

def summary(*args):
    return run("report", "--summary", *args)


def test_the_command_reads_a_list(sources, tmp_path):
    (tmp_path / "list.txt").write_text("# teams\n" + "\n".join(os.path.relpath(one, tmp_path) for one in sources[:8]) + "\n\n")
    done = summary("--sources", str(tmp_path / "list.txt"), "-f", "csv", "--fail-on", "never")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 2
    assert [row["application"] for row in rows] == [*(f"web{number}" for number in range(7)), ""]
    assert rows[7]["verdict"] == "cannot be read"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_command_finds_repositories(sources, tmp_path, jobs):
    for one in sources[:5]:
        os.mkdir(os.path.join(one, ".git"))
    done = summary(str(tmp_path / "repos"), "-f", "jsonl", "--jobs", jobs)
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == sorted(sources[:5])
    assert done.returncode == 0


def test_a_run_goes_on_where_one_stopped(sources, tmp_path, monkeypatch):
    out = str(tmp_path / "fleet.csv")
    fleet = command.Fleet(tuple(sources), output=out, format="csv")
    command.run(fleet)
    whole = open(out).read()
    state = open(fleet.state).read().splitlines()
    with open(fleet.state, "w") as stream:  # killed within the 31st line
        stream.write("\n".join(state[:30]) + "\n" + state[30][:50])
    read = []
    original = outcome._rows
    monkeypatch.setattr(outcome, "_rows", lambda source, *rest: read.append(source) or original(source, *rest))
    command.run(fleet)
    assert open(out).read() == whole
    assert set(read) == {sources[7], *sources[30:]}  # what could not be read is tried again
    read.clear()
    with open(os.path.join(sources[3], "web.yaml"), "a") as stream:
        stream.write("---\n" + MANIFEST.replace("web", "added"))
    rows = command.run(fleet)
    assert set(read) == {sources[3], sources[7], sources[40]}
    assert [row["application"] for row in rows if row["source"] == sources[3]] == ["added", "web3"]
    assert len(restored(fleet.state)) == len(sources)


def test_another_environment_is_another_run(sources, tmp_path):
    (tmp_path / "e.yaml").write_text("ecs: {launchType: EC2}\n")
    first = list(summarize(sources[:1]))
    known = {one.source: one for one in first}
    assert list(summarize(sources[:1], known=known))[0] is first[0]
    assert list(summarize(sources[:1], str(tmp_path / "e.yaml"), known=known))[0] is not first[0]


def test_progress_is_plain_where_nobody_watches(sources, capsys, monkeypatch):
    monkeypatch.setattr(command, "SECONDS", 0)
    command.run(command.Fleet(tuple(sources[:3])))
    assert capsys.readouterr().err.splitlines()[-1] == "3 of 3 sources, 0 cannot be read"


@pytest.mark.parametrize("args", [["--sources", "missing.txt"], ["--dask", "tcp://127.0.0.1:1", "x.yaml"], []])
def test_wrong_calls_are_one_line(args, tmp_path):
    done = summary(*args)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, done.stderr


def test_lists_and_trees(tmp_path):
    (tmp_path / "a" / ".git").mkdir(parents=True)
    (tmp_path / "b" / "c" / ".git").mkdir(parents=True)
    (tmp_path / "list").write_text("a\ns3://bucket/x\n# b\n")
    assert repositories(str(tmp_path)) == [str(tmp_path / "a"), str(tmp_path / "b" / "c")]
    assert repositories(str(tmp_path / "a")) == [str(tmp_path / "a")]
    assert listed(str(tmp_path / "list")) == [str(tmp_path / "a"), "s3://bucket/x"]


# --- with the optional extras --------------------------------------------------------------------

def test_parquet_is_the_same_table(sources, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = command.run(command.Fleet(tuple(sources[:8]), format="parquet", output=str(tmp_path / "fleet.parquet")))
    table = parquet.read_table(tmp_path / "fleet.parquet").to_pylist()
    assert [{**row, "codes": " ".join(row["codes"])} for row in table] == rows
    assert render_fleet(rows, "json") == render_fleet(json.loads(render_fleet(rows, "json")), "json")


def test_urls_that_fsspec_knows(sources):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/fleet/app/web.yaml", MANIFEST.encode())
    memory.pipe("/fleet/app/notes.txt", b"nothing")
    memory.pipe("/fleet/bad.yaml", b"a: [1\n")
    urls = ["memory://fleet/app", "memory://fleet/bad.yaml", "memory://fleet/none.yaml", f"file://{sources[0]}"]
    found = list(summarize(urls))
    assert [row["application"] for one in found for row in one.rows] == ["web", "", "", "web0"]
    assert found[0].rows[0]["file"].endswith("app/web.yaml")
    assert [bool(one.error) for one in found] == [False, True, True, False]
    assert all(one.digest for one in found if not one.error)


def test_dask_loses_no_row_when_a_worker_is_killed(sources, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr("translator.fleet.running.MOST", 1)
    options = {"n_workers": 3, "threads_per_worker": 1, "processes": True, "dashboard_address": None, "host": "127.0.0.1"}
    with distributed.LocalCluster(local_directory=str(tmp_path), **options) as cluster, distributed.Client(cluster) as client:
        workers = list(client.run(os.getpid).values())
        outcomes = []
        for one in summarize(sources, executor=client.get_executor()):
            outcomes.append(one)
            if len(outcomes) == 3:
                os.kill(workers[0], signal.SIGKILL)
        assert_whole(outcomes, sources)


def test_the_command_runs_on_dask(sources, tmp_path):
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None, "host": "127.0.0.1"}
    with distributed.LocalCluster(local_directory=str(tmp_path), **options) as cluster:
        done = summary(*sources[:5], "--dask", cluster.scheduler_address, "-f", "csv", "-o", str(tmp_path / "a.csv"))
        assert done.returncode == 0, done.stderr
    assert summary(*sources[:5], "-f", "csv").returncode == 0
    command.run(command.Fleet(tuple(sources[:5]), format="csv", output=str(tmp_path / "b.csv")))
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()
