"""What a loss is called: by the row that knows the field, or by a notice that has something to say about just this value."""
from translator import parse, translate
from translator.secrecy import hidden


def deployment(**container):
    pod = {"containers": [{"name": "web", "image": "web:1", **container}]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod}}}


def named(*objects):
    """Give every (code, path) that is reported."""
    return [
        (finding.code, field.path) for finding in translate(parse(list(objects))).findings for field in finding.fields
    ]


def secret(name):
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}


def test_a_notice_that_speaks_takes_the_loss_over():
    said = named(deployment(env=[secret("KEY"), {"name": "URL", "value": "db://$(KEY)"}]))
    assert [code for code, path in said if path.endswith("env[URL].value")] == ["variables.unresolved"]


def test_a_notice_that_has_nothing_to_say_does_not():
    said = named(deployment(env=[{"name": "HOST", "value": "db"}, {"name": "URL", "value": "db://$(HOST)"}]))
    assert [code for code, path in said if path.endswith("env[URL].value")] == ["variables.variables"]
    said = named(deployment(env=[{"name": "HOST", "value": "db"}], command=["app", "$(HOST)"]))
    assert [code for code, path in said if path.endswith("].command")] == ["process.command"]


def test_a_field_and_what_is_within_it_are_named_once():
    said = named(deployment(env=[{"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]))
    paths = [path for code, path in said if code == "variables.only-running"]
    assert [path.rpartition("env[POD].")[2] for path in paths] == ["valueFrom.fieldRef.fieldPath"]


def test_keys_of_a_config_map_that_are_credentials_are_not_shown():
    assert hidden(("configMaps", "settings", "data", "ADMIN_PASSWORD"))
    assert not hidden(("configMaps", "settings", "data", "LEVEL"))
    settings = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings"},
        "data": {"ADMIN_PASSWORD": "canary"},
    }
    source = [{"configMapRef": {"name": "settings"}}]
    found = translate(parse([deployment(envFrom=source), settings])).findings
    assert "canary" not in str([one.to_dict() for one in found])


def test_an_empty_map_is_a_default_and_an_empty_entry_is_not():
    given = deployment()
    given["spec"]["template"]["spec"].update(imagePullSecrets=[], schedulingGates=[{"name": "example.com/wait"}])
    said = dict((path.rpartition("spec.")[2], code) for code, path in named(given))
    assert said["imagePullSecrets"] == "translation.default-values"
    assert said["schedulingGates[example.com/wait]"] == "process.scheduling-gates"
