"""No value of a secret stands in anything that the tool writes or prints, unless it is asked to."""
import base64
import itertools
import json

import pytest
import yaml

import secret_inputs
from test_cli import run

MARK = "MARKER-7f3a9"
ENCODED = base64.b64encode(MARK.encode()).decode()
KUBERNETES = [
    {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "db",
            "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": json.dumps(
                    {"kind": "Secret", "stringData": {"a": MARK}}
                )
            },
        },
        "data": {"password": ENCODED},
        "stringData": {"user": MARK},
    },
    {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "alone"}, "stringData": {"token": MARK}},
    {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "pull"},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {
            ".dockerconfigjson": base64.b64encode(
                json.dumps({"auths": {"r.example.com": {"auth": MARK}}}).encode()
            ).decode()
        },
    },
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "imagePullSecrets": [{"name": "pull"}],
                    "containers": [
                        {
                            "name": "web",
                            "image": "r.example.com/web",
                            "envFrom": [{"secretRef": {"name": "db"}}],
                            "args": ["--user=$(DB_PASSWORD)"],
                            "env": [
                                {"name": "DB_PASSWORD", "value": MARK},
                                {"name": "API_TOKEN", "value": MARK},
                                {"name": "P", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
                            ],
                            "volumeMounts": [{"name": "s", "mountPath": "/s"}],
                        }
                    ],
                    "volumes": [{"name": "s", "secret": {"secretName": "db"}}],
                },
            },
        },
    },
]
ECS = {
    "taskDefinitions": [
        {
            "family": "web",
            "containerDefinitions": [
                {"name": "web", "image": "x", "environment": [{"name": "DB_PASSWORD", "value": MARK}]}
            ],
        }
    ],
    "secrets": [{"Name": "db", "SecretString": MARK}],
    "parameters": [{"Name": "/p", "Type": "SecureString", "Value": MARK}],
}
INPUTS = {"kubernetes": yaml.safe_dump_all(KUBERNETES), "ecs": json.dumps(ECS)}
FORMATS = {"kubernetes": ("ecs", "cloudformation", "terraform", "copilot"), "ecs": ("kubernetes", "kustomize", "helm")}
CASES = [(side, format_) for side, formats in FORMATS.items() for format_ in formats]


def leaks(text):
    return [mark for mark in (MARK, ENCODED, base64.b64encode(f'"{MARK}"'.encode()).decode()[2:-4]) if mark in text]


@pytest.mark.parametrize(("side", "format_"), CASES)
def test_convert(tmp_path, side, format_):
    reports = [str(tmp_path / f"report{ending}") for ending in (".json", ".md", ".html", ".sarif", ".txt")]
    source = tmp_path / "in.yaml"
    source.write_text(INPUTS[side])
    done = run(
        "convert",
        str(source),
        "-f",
        format_,
        "-o",
        str(tmp_path / "out"),
        "--residue",
        str(tmp_path / "residue.json"),
        "-v",
        "--fail-on",
        "never",
        *itertools.chain(*(("--report", name) for name in reports)),
    )
    assert done.returncode == 0, done.stderr
    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file() and path != source)
    assert leaks(done.stdout + done.stderr + written) == []


@pytest.mark.parametrize("side", ["kubernetes", "ecs"])
def test_streams_reports_and_differences(tmp_path, side):
    source = tmp_path / "in.yaml"
    source.write_text(INPUTS[side])
    other = tmp_path / "other.yaml"
    other.write_text(INPUTS[side].replace(MARK, "ANOTHER").replace(ENCODED, "QU5PVEhFUg=="))
    texts = [
        run("convert", str(source)),
        run("report", str(source)),
        run("report", str(source), "--summary"),
        run("diff", str(source), str(other)),
        run("diff", str(source), str(other), "-f", "json"),
        run("diff", str(source), "--round-trip"),
    ]
    assert all("Traceback" not in done.stderr for done in texts)
    assert leaks("".join(done.stdout + done.stderr for done in texts)) == []


def test_values_stand_where_they_are_asked_for():
    assert MARK in run("convert", "-", "--include-secret-values", text=INPUTS["ecs"]).stdout


def test_an_error_about_a_secret_does_not_show_it(tmp_path):
    done = run("convert", "-", text=f"apiVersion: v1\nkind: Secret\nstringData:\n  a: {MARK}: x\n  b: [\n")
    assert done.returncode == 2 and leaks(done.stderr) == []


# One that is known by its looks wherever it stands, and one that only its place tells from a word.
MARKS = (MARK, "swordfish")


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("name", secret_inputs.inputs(MARK))
def test_inputs_of_every_format(tmp_path, name, mark):
    """Whatever is read, and whatever is written of it: not in files, reports, residue, streams or differences."""
    file, text = secret_inputs.inputs(mark)[name]
    source = tmp_path / "in" / file
    source.parent.mkdir()
    source.write_text(text)
    reports = [str(tmp_path / f"report{ending}") for ending in (".json", ".md", ".html", ".sarif", ".txt")]
    options = ["--residue", str(tmp_path / "residue.json"), "-v", "--fail-on", "never"]
    options += itertools.chain(*(("--report", one) for one in reports))
    printed = []
    for format_ in FORMATS["kubernetes" if name.startswith("kubernetes") else "ecs"]:
        done = run("convert", str(source), "-f", format_, "-o", str(tmp_path / format_), *options)
        assert done.returncode == 0, done.stderr
        printed += [done, run("convert", str(source), "-f", format_, "-v")]
    printed += [run("diff", str(source), str(source.parent)), run("diff", str(source), "--round-trip", "-f", "json")]
    assert all("Traceback" not in done.stderr for done in printed)
    texts = {str(number): done.stdout + done.stderr for number, done in enumerate(printed)}
    texts |= {str(one.relative_to(tmp_path)): one.read_text() for one in tmp_path.rglob("*") if one.is_file() and one != source}
    spelled = (mark, base64.b64encode(mark.encode()).decode(), base64.b64encode(f"u:{mark}".encode()).decode())
    assert [place for place, text in texts.items() if any(one in text for one in spelled)] == []


def test_a_credential_in_plain_text_is_a_finding_with_a_remedy():
    from translator import parse, translate

    for name in ("kubernetes-put-in", "ecs"):
        file, text = secret_inputs.inputs(MARK)[name]
        found = [one for one in translate(parse(text, file)).findings if one.code.startswith("variables.credential")]
        assert found and all(one.level == "warning" and one.remedy for one in found)
        assert any("DB_PASSWORD" in field.path for one in found for field in one.fields)


def test_a_credential_is_not_written_into_a_command():
    """A shell puts it in itself; for anything else it is an error that says so."""
    from translator import parse, translate

    _, text = secret_inputs.inputs(MARK)["kubernetes-put-in"]
    done = translate(parse(text))
    (container,) = done.output.objects()["taskDefinitions"][0]["containerDefinitions"]
    assert container["entryPoint"] == ["sh", "-c", "run --url=${DATABASE_URL} --password=${DB_PASSWORD}"]
    plain = yaml.safe_dump(secret_inputs.pod(env=[{"name": "DB_PASSWORD", "value": MARK}], args=["$(DB_PASSWORD)"]))
    done = translate(parse(plain))
    assert done.output.objects()["taskDefinitions"][0]["containerDefinitions"][0]["command"] == ["$(DB_PASSWORD)"]
    assert [one.level for one in done.findings if one.code == "process.unresolved-reference"] == ["error"]


def test_words_that_are_also_passwords_stay_where_they_are_words():
    """A database whose password is `postgres` still runs the image postgres."""
    text = yaml.safe_dump(secret_inputs.pod(image="postgres:17", env=[{"name": "DB_PASSWORD", "value": "postgres"}]))
    done = run("convert", "-", text=text)
    assert '"postgres:17"' in done.stdout and '"value": "(hidden)"' in done.stdout


def test_in_memory_all_is_exact():
    from translator import parse, translate

    _, text = secret_inputs.inputs(MARK)["kubernetes-data"]
    done = translate(parse(text))
    back = translate(done.output, residue=done.residue).output.objects()
    assert [one["data"] for one in back if one["kind"] == "Secret"] == [{"a": ENCODED}]


def everywhere(mark):
    """A pod in which a credential stands wherever one can, in plain text."""
    url = f"postgres://web:{mark}@db/web"
    made = secret_inputs.pod(
        command=["run", "--password", mark, f"--api-token={mark}"], args=[f"--url={url}", f"PGPASSWORD={mark} psql"],
        env=[{"name": "DATABASE", "value": url}, {"name": "X_API_KEY", "value": mark}],
        lifecycle={"preStop": {"exec": {"command": ["sh", "-c", f"curl -H 'Authorization: Bearer {mark}' {url}"]}}},
        livenessProbe={"exec": {"command": ["check", "--password", mark]}},
    )
    made["metadata"]["annotations"] = {"example.com/source": url}
    made["spec"]["template"]["metadata"]["annotations"] = {"example.com/source": url}
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"db-password": mark, "url": url}}
    made["spec"]["template"]["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "c"}}]
    scaled = {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "web"}, "spec": {
        "scaleTargetRef": {"name": "web"}, "triggers": [{"type": "rabbitmq", "metadata": {"host": url.replace("postgres", "amqp"), "queueName": "q"}}]}}
    return yaml.safe_dump_all([made, settings, scaled])


def everywhere_in_ecs(mark):
    """A task in which a credential stands wherever one can, in plain text."""
    url = f"postgres://web:{mark}@db/web"
    task = secret_inputs.task(
        command=["run", "--password", mark, f"--url={url}"], entryPoint=["sh", "-c", f"PGPASSWORD={mark} exec run"],
        environment=[{"name": "DATABASE", "value": url}, {"name": "X_API_KEY", "value": mark}],
        healthCheck={"command": ["CMD-SHELL", f"curl -H 'Authorization: Bearer {mark}' {url}"]}, dockerLabels={"source": url},
    )
    task["tags"] = [{"key": "source", "value": url}]
    return json.dumps({"taskDefinitions": [task], "services": [{"serviceName": "web", "taskDefinition": "web"}]})


@pytest.mark.parametrize("side", ["kubernetes", "ecs"])
def test_credentials_that_only_their_place_tells(tmp_path, side, mark=MARKS[1]):
    """In commands, in URLs, in annotations: not in files of any format, with --annotate, reports, residue, streams or differences."""
    source = tmp_path / "in" / "in.yaml"
    source.parent.mkdir()
    source.write_text({"kubernetes": everywhere, "ecs": everywhere_in_ecs}[side](mark))
    assert source.read_text().count(mark) > 6
    reports = [f"--report={tmp_path / f'report{ending}'}" for ending in (".json", ".md", ".html", ".sarif", ".txt")]
    options = [*reports, "--residue", str(tmp_path / "residue.json"), "-v", "--fail-on", "never"]
    printed = [run("convert", str(source), "-f", format_, "-o", str(tmp_path / format_), *options) for format_ in FORMATS[side]]
    printed += [run("convert", str(source), "-o", str(tmp_path / "annotated"), "--annotate", *options), run("convert", str(source), "-v")]
    printed += [run("report", str(source), "--summary"), *(run("diff", str(source), "--round-trip", "-f", one) for one in ("text", "json"))]
    assert all("Traceback" not in done.stderr and done.returncode in (0, 1) for done in printed), [done.stderr for done in printed if done.returncode > 1]
    texts = {" ".join(done.args[3:]) if isinstance(done.args, list) else str(number): done.stdout + done.stderr for number, done in enumerate(printed)}
    texts |= {str(one.relative_to(tmp_path)): one.read_text() for one in tmp_path.rglob("*") if one.is_file() and one != source}
    assert len(texts) > 12
    assert [place for place, text in texts.items() if mark in text] == []


@pytest.mark.parametrize("name", secret_inputs.inputs(MARK))
def test_annotated_output_has_no_secret(name):
    """What says where a value came from does not say the value."""
    from translator import annotation, parse, translate, write
    from translator.secrecy import masked, veil_of

    file, text = secret_inputs.inputs(MARK)[name]
    done = translate(parse(text, file))
    output = masked(done.output, veil_of(parse(text, file), done.output))
    assert leaks("".join(annotation.files(output, done, write(output)).values()) + annotation.stream(output, done)) == []
