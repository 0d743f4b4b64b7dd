"""Security contexts <-> users, options and capabilities: tables by hand from the vendors' documents, and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translator.concepts import security

NAMES = sorted(security.CAPABILITIES)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1000", (1000, None)),
        ("1000:2000", (1000, 2000)),
        ("0", (0, None)),
        ("0:0", (0, 0)),
        ("nginx", None),
        ("nginx:nginx", None),
        ("1000:app", None),
        ("app:1000", None),
        ("", None),
        (":1", None),
        ("1000:", None),
        ("-1", None),
        ("007", None),
        ("١", None),
        (None, None),
    ],
)
def test_only_numbers_can_be_users_of_kubernetes(text, wanted):
    assert security.user.to_k8s(text) == wanted


@given(st.integers(0, 2**31 - 1), st.one_of(st.none(), st.integers(0, 2**31 - 1)))
def test_users_come_back(uid, gid):
    assert security.user.to_k8s(security.user.to_ecs(uid, gid, None, "image")) == (uid, gid)


def test_a_container_goes_before_its_pod():
    pod = {"runAsUser": 1, "runAsGroup": 2}
    assert security.user.to_ecs(0, None, pod, "image") == "0:2"
    assert security.user.to_ecs(None, 5, pod, "image") == "1:5"


@pytest.mark.parametrize("user", [None, "0", "0:0", "root", "nginx"])
def test_who_may_be_root_is_not_said_to_be_another(user):
    assert security.non_root.to_k8s(user) is None


@given(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
def test_known_capabilities_come_back_from_instances(names):
    assert security.added.to_k8s(security.added.to_ecs(names, "EC2")) == names
    assert security.dropped.to_k8s(security.dropped.to_ecs(names)) == names


@given(st.lists(st.sampled_from(NAMES)))
def test_fargate_adds_nothing_but_tracing(names):
    assert set(security.added.to_ecs(names, "FARGATE") or []) <= {"SYS_PTRACE"}


@pytest.mark.parametrize(
    ("options", "container", "wanted"),
    [
        (["no-new-privileges"], {}, (False, None, None)),
        (["no-new-privileges"], {"privileged": True}, (None, None, None)),
        (["no-new-privileges"], {"linuxParameters": {"capabilities": {"add": ["SYS_ADMIN"]}}}, (None, None, None)),
        (["apparmor:web"], {}, (None, {"type": "Localhost", "localhostProfile": "web"}, None)),
        (["label:level:s0:c1,c2", "label:user:u"], {}, (None, None, {"user": "u", "level": "s0:c1,c2"})),
        (["label:disable", "credentialspec:file://x.json"], {}, (None, None, None)),
    ],
)
def test_options_of_docker(options, container, wanted):
    assert security.options.to_k8s(options, container) == wanted


@pytest.mark.parametrize("launch", ["FARGATE", "MANAGED_INSTANCES", "EXTERNAL", None])
def test_only_instances_take_options_of_docker(launch):
    assert security.options.to_ecs(False, {"type": "Unconfined"}, {"user": "u"}, None, launch) is None


def test_parameters_of_the_whole_host_are_not_set():
    given_ = {
        "vm.swappiness": {"value": "1"},
        "net.core.somaxconn": {"value": "1"},
        "kernel.sem": {"value": "1"},
        "kernel.pid_max": {"value": "1"},
        "fs.mqueue.msg_max": {"value": "1"},
    }
    made = security.sysctls.to_ecs(given_, {"web": {}})
    assert set(made["web"]) == {"net.core.somaxconn", "kernel.sem", "fs.mqueue.msg_max"}


@pytest.mark.parametrize(
    ("host", "shared", "launch", "wanted"),
    [
        (True, None, "EC2", "host"),
        (True, None, "FARGATE", None),
        (None, True, "FARGATE", "task"),
        (False, False, "EC2", None),
        (True, True, "FARGATE", "task"),
    ],
)
def test_process_namespaces(host, shared, launch, wanted):
    assert security.pid_mode.to_ecs(host, shared, launch) == wanted


@pytest.mark.parametrize(
    ("launch", "wanted"), [("EC2", "host"), ("EXTERNAL", "host"), ("FARGATE", None), ("MANAGED_INSTANCES", None)]
)
def test_memory_of_the_host_is_shared_on_instances(launch, wanted):
    assert security.ipc_mode.to_ecs(True, launch) == wanted
