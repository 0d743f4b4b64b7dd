"""A short run of the fuzzer in tests/fuzz: no manifest, however odd, ends in a traceback."""
import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "fuzz"))


def test_no_traceback():
    import run

    count, broken = run.run(20, [str(ROOT / "fixtures")])
    assert count > 10
    assert broken == {}


def test_custom_kinds_whose_lists_are_no_lists():
    """Found by the fuzzer: no schema sets such values aside."""
    from translator import parse, translate

    for spec in ({"volumes": [["a"]]}, {"volumes": [1], "imagePullSecrets": 3, "containers": [{"name": "a", "env": [1]}]}, []):
        template = {"metadata": {"labels": {"a": {"b": []}}}, "spec": spec}
        rollout = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "a"}, "spec": {"template": template}}
        service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"selector": {"a": {}}}}
        translate(parse([rollout, service]))


def test_names_and_specs_of_requests_and_custom_kinds_that_are_no_texts_and_no_maps():
    """Found by the fuzzer: no schema sets such values aside."""
    from translator import parse, translate

    pod = {"serviceAccountName": "a", "containers": [{"name": "a", "image": "x"}]}
    workload = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": {"template": {"spec": pod}}}
    translate(parse([workload, {"apiVersion": "eks.services.k8s.aws/v1alpha1", "kind": "PodIdentityAssociation", "metadata": {"name": "a"}, "spec": "x"}]))
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 80}]}}
    translate(parse([workload, service, {"apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "TargetGroupBinding", "metadata": "x", "spec": {"serviceRef": {"name": "a"}}}]))
    translate(parse({"securityGroups": [{"GroupName": ["a"], "GroupId": {"b": 1}, "Description": "c"}]}))


def test_a_group_that_nobody_has_is_a_slip():
    """Found by the fuzzer: the objects kept their lists, as if no schema knew them, and were workloads all the same."""
    from translator import parse, translate

    pod = {"containers": [{"name": "a", "image": "x", "ports": [{"containerPort": 80}]}], "securityContext": {"sysctls": [{"name": "a", "value": "b"}]}}
    for version in ("web", "v1", "-5%", "ap\0ps/v1"):
        workload = {"apiVersion": version, "kind": "Deployment", "metadata": {"name": "a"}, "spec": {"template": {"spec": pod}}}
        (task,) = translate(parse([workload])).output.objects()["taskDefinitions"]
        assert task["containerDefinitions"][0]["name"] == "a"


def test_keys_that_are_no_texts():
    """Found by the fuzzer: a null key beside what the limits speak of."""
    from translator import parse, translate

    for odd in (None, 1, True):
        metadata, spec = {odd: "x", "name": "a"}, {odd: {odd: "x"}, "ports": [{"port": 99999999, odd: "x"}]}
        translate(parse([{"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, odd: "x"}]))


def test_every_seed_of_every_reader():
    """What was found once, and what the guided fuzzing starts from, is read or refused; no library is needed for that."""
    import guided

    assert guided.replay(list(guided.FIXTURES)) > 100


def test_guided_fuzzing_for_a_moment():
    """The fuzzer starts and finds nothing in a few seconds; a long run is `make fuzz`."""
    import subprocess

    import pytest

    pytest.importorskip("atheris", reason="atheris is not installed: pip install atheris")
    done = subprocess.run([sys.executable, str(ROOT / "tests" / "fuzz" / "guided.py"), "ecspresso", "--seconds", "3"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def junk(depth=0):
    """Anything that YAML can hold, with the keys that kinds of workloads have."""
    from hypothesis import strategies as st

    keys = st.sampled_from(["spec", "template", "metadata", "containers", "initContainers", "name", "env", "ports", "volumes", "volumeMounts", "resources", "limits",
                            "strategy", "canary", "blueGreen", "steps", "triggers", "type", "scaleTargetRef", "minReplicaCount", "securityContext", "affinity",
                            "livenessProbe", "httpGet", "labels", "annotations", "image", "x", "", "0"])
    scalars = st.sampled_from([None, True, 0, -1, 1.5, "", "x", "web", "500m", "50%", "$(X)", "${services.web.ARN}", "a/b", "\x00"])
    return st.recursive(scalars, lambda inside: st.one_of(st.lists(inside, max_size=3), st.dictionaries(keys, inside, max_size=4)), max_leaves=25)


def test_kinds_without_a_schema_may_hold_anything():
    """A Rollout, a ScaledObject or whatever a controller adds is not set right by an official schema: no concept may break on it."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from translator import parse, translate

    kinds = [("argoproj.io/v1alpha1", "Rollout"), ("keda.sh/v1alpha1", "ScaledObject"), ("keda.sh/v1alpha1", "ScaledJob"), ("serving.knative.dev/v1", "Service"),
             ("external-secrets.io/v1", "ExternalSecret"), ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"), ("gateway.networking.k8s.io/v1", "HTTPRoute"),
             ("gateway.networking.k8s.io/v1", "Gateway"), ("elbv2.k8s.aws/v1beta1", "TargetGroupBinding"), ("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"),
             ("example.com/v1", "Widget")]
    pod = {"containers": [{"name": "web", "image": "nginx"}]}
    web = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"a": "b"}},
           "template": {"metadata": {"labels": {"a": "b"}}, "spec": pod}}}

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(kinds), junk(), junk(), st.booleans())
    def whatever(kind, spec, more, runs):
        version, name = kind
        held = {**spec, "template": {"spec": {**pod, "more": more}}, "scaleTargetRef": {"name": "web"}} if runs and isinstance(spec, dict) else spec
        value = {"apiVersion": version, "kind": name, "metadata": {"name": "web"}, "spec": held}
        if isinstance(more, dict):
            value = {**more, **value}
        translate(parse([web, value])).residue.to_dict()

    whatever()
