"""What several processes make of parts is what one makes of the whole, to the byte."""
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool

import pytest
from conftest import ROOT
from test_cli import run

from translator import conversion
from translator.dividing import components, pool, units
from translator.dividing.pieces import Wanted
from translator.dividing.run import divided
from translator.render.text import render_findings
from translator.writers import write

MANIFEST = (ROOT / "fixtures" / "example" / "web.yaml").read_text()
FIXTURES = ROOT / "fixtures"


def services(count, shared=""):
    """Give a stream of services that differ in name alone; every seventh has a namespace of its own."""
    made = [MANIFEST.replace("web", f"web{i}").replace("namespace: shop", f"namespace: shop{i % 7}") for i in range(count)]
    return "\n---\n".join(made + ([shared] if shared else []))


@pytest.fixture
def small(monkeypatch):
    """Let every few objects be a batch, and every few kilobytes a unit."""
    monkeypatch.setattr(components, "FEWEST", 1)
    monkeypatch.setattr(components, "MOST", 1)
    monkeypatch.setattr(units, "SMALLEST", 2000)
    monkeypatch.setattr(units, "LARGEST", 2000)


def assert_same(*sources):
    """Divide as far as it goes, in this process, and compare all that a conversion gives."""
    whole = divided(sources, None, Wanted(texts=True), 1, -1)
    if whole is None:  # what looks at all of a document is not divided
        return
    done = conversion.convert(sources)
    assert "".join(whole.stream()) == conversion.stream(done)
    assert "".join(whole.said()) == render_findings(done.translation.findings, width=100)
    assert {name: str(text) for name, text in whole.files().items()} == write(done.output)
    reported = divided(sources, None, Wanted(reports=True, findings=True), 1, -1)
    assert conversion.report(conversion.done_of(reported, None), "json") == conversion.report(done, "json")


@pytest.mark.parametrize("concept", sorted(one.name for one in FIXTURES.iterdir() if one.is_dir()))
@pytest.mark.parametrize("name", ["k8s.yaml", "ecs.json"])
def test_batches_of_a_concept_are_its_whole(concept, name, small):
    files = sorted(map(str, (FIXTURES / concept).glob(f"*/{name}")))
    for sources in [files] if name == "k8s.yaml" else [[file] for file in files]:
        if sources:
            assert_same(*sources)


def test_batches_of_an_ecs_document_are_its_whole(small, tmp_path):
    (tmp_path / "all.yaml").write_text(services(12))
    (tmp_path / "all.json").write_text(conversion.stream(conversion.convert((str(tmp_path / "all.yaml"),))))
    assert divided((str(tmp_path / "all.json"),), None, Wanted(texts=True), 1, -1) is not None
    assert_same(str(tmp_path / "all.json"))


def test_batches_of_all_fixtures_are_their_whole(small):
    files = sorted(map(str, FIXTURES.glob("*/*/k8s.yaml")))
    assert_same(*(file for file in files if divided((file,), None, Wanted(texts=True), 1, -1) is not None))


def test_objects_find_each_other_across_a_stream(small, tmp_path):
    documents = services(30).split("\n---\n")
    file = tmp_path / "sorted.yaml"
    file.write_text("\n---\n".join(sorted(documents, key=lambda text: text.partition("kind: ")[2][:8])))
    assert divided((str(file),), None, Wanted(texts=True), 1, -1) is not None
    assert_same(str(file))


SHARED = """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: all, namespace: shop1}
spec:
  rules:
  - host: shop.example.org
    http:
      paths:
      - {path: /1, pathType: Prefix, backend: {service: {name: web1, port: {number: 80}}}}
      - {path: /8, pathType: Prefix, backend: {service: {name: web8, port: {number: 80}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: nobody, namespace: shop1}
data: {a: b}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web1, namespace: other}
spec:
  selector: {matchLabels: {app: web1}}
  template:
    metadata: {labels: {app: web1}}
    spec: {containers: [{name: web1, image: web, env: [{name: DB_PASSWORD, value: swordfish-4711}, {name: B, value: swordfish-4711}]}]}
"""


def test_what_applications_share_stays_shared(small, tmp_path):
    file = tmp_path / "all.yaml"
    file.write_text(services(20, SHARED))
    assert_same(str(file))


@pytest.fixture(scope="module")
def stream(tmp_path_factory):
    file = tmp_path_factory.mktemp("stream") / "all.yaml"
    file.write_text(services(300, SHARED))
    return str(file)


@pytest.mark.parametrize("options", [["convert"], ["report", "--summary", "-f", "csv"]], ids=lambda value: value[0])
def test_jobs_do_not_show(options, stream):
    one, two, three = (run(*options, stream, "--jobs", str(jobs)) for jobs in (1, 2, 3))
    assert (one.stdout, one.stderr, one.returncode) == (two.stdout, two.stderr, two.returncode)
    assert (one.stdout, one.stderr, one.returncode) == (three.stdout, three.stderr, three.returncode)
    assert "web299" in one.stdout


def test_jobs_write_the_same_folder(stream, tmp_path):
    for jobs in ("1", "2"):
        run("convert", stream, "-o", str(tmp_path / jobs), "--jobs", jobs)
    files = [{one.relative_to(tmp_path / jobs): one.read_text() for one in (tmp_path / jobs).rglob("*") if one.is_file()} for jobs in "12"]
    assert len(files[0]) > 1000
    assert files[0] == files[1]


@pytest.mark.parametrize("name", ["broken.yaml", "empty.yaml"])
def test_errors_are_the_usual_ones(name, tmp_path):
    file = tmp_path / name
    file.write_text("# nothing\n" if name == "empty.yaml" else services(3) + "\n---\na: [1\n")
    one, two = (run("convert", str(file), "--jobs", jobs) for jobs in "12")
    assert one.returncode == two.returncode == 2
    assert one.stderr == two.stderr


def test_lines_are_those_of_the_file(small, tmp_path):
    file = tmp_path / "lines.yaml"
    file.write_text("# a comment\n\n" + services(12))
    assert_same(str(file))


def test_workers_start_where_processes_cannot_be_forked(stream, monkeypatch):
    monkeypatch.setattr(pool, "method", lambda: "spawn")
    whole = divided((stream,), None, Wanted(texts=True), 2, 1 << 30)
    assert "".join(whole.stream()) == conversion.stream(conversion.convert((stream,)))


def test_a_killed_worker_costs_nothing_but_time(stream, monkeypatch):
    def killed(*given):
        raise BrokenProcessPool("a process was killed")

    monkeypatch.setattr("translator.dividing.run._surveyed", killed)
    assert divided((stream,), None, Wanted(texts=True), 1, -1) is None


@pytest.mark.parametrize("source", ["-", "kube://here/there"])
def test_what_is_no_file_is_read_as_one(source):
    assert units.units((source,), 2) is None


def test_one_file_alone_loads_nothing_of_this():
    code = "import sys, translator.cli; sys.argv = ['k8s-ecs', 'convert', sys.argv[1]]\ntry: translator.cli.main()\n" \
           "except SystemExit: assert not [name for name in sys.modules if 'dividing' in name or 'concurrent' in name]"
    done = subprocess.run([sys.executable, "-c", code, str(FIXTURES / "example" / "web.yaml")], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
