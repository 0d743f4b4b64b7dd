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
