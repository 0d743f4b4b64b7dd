"""Live sources: the real clients against servers that stand in for AWS and for a cluster."""
import http.server
import json
import socket
import threading

import pytest

from translator import ReadError, read
from translator.readers import live_ecs, live_kubernetes

boto3 = pytest.importorskip("boto3")
moto_server = pytest.importorskip("moto.server")
DEFINITION = {
    "family": "web",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [
        {"name": "web", "image": "nginx:1.27", "essential": True, "portMappings": [{"containerPort": 8080}]}
    ],
}


@pytest.fixture
def aws(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}"),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
    ):
        monkeypatch.setenv(name, value)
    yield
    server.stop()


def test_a_service_is_read_with_its_scaling(aws):
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(**DEFINITION)
    for name in ("web", *(f"other{i}" for i in range(12))):
        ecs.create_service(cluster="main", serviceName=name, taskDefinition="web", desiredCount=2)
    boto3.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/main/web",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1,
        MaxCapacity=4,
    )
    one = read("ecs://main/web").objects()
    assert [entry["serviceName"] for entry in one["services"]] == ["web"]
    assert one["taskDefinitions"][0]["containerDefinitions"][0]["image"] == "nginx:1.27"
    assert one["scalableTargets"][0]["MaxCapacity"] == 4
    assert len(read("ecs://main").objects()["services"]) == 13


def test_a_cluster_that_is_not_there_is_one_line(aws):
    with pytest.raises(ReadError, match="ecs://nowhere"):
        read("ecs://nowhere")


def test_a_refused_call_is_a_finding_and_an_expired_token_ends_it():
    account = live_ecs.Account("ecs://main", lambda text: None)

    class Refused(Exception):
        response = {"Error": {"Code": "AccessDeniedException"}}

    class Expired(Exception):
        response = {"Error": {"Code": "ExpiredTokenException"}}
    account.refuse(Refused("no"), "ecs:x")
    assert [finding.code for finding in account.said] == ["reading.not-permitted"]
    with pytest.raises(ReadError):
        account.refuse(Expired("old"), "ecs:x")


def deployment(name, **metadata):
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": "1", **metadata},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "web", "image": "nginx"}]},
            },
        },
    }


class Cluster(http.server.BaseHTTPRequestHandler):
    """Answers as an API server does: discovery, lists in pages, and a refusal for ConfigMaps."""

    GROUPS = {
        "apps/v1": [("deployments", "Deployment")],
        "v1": [("secrets", "Secret"), ("configmaps", "ConfigMap"), ("services", "Service")],
    }

    def do_GET(self):
        path, _, query = self.path.partition("?")
        status, body = self.answer(path, query)
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Print nothing."""

    def answer(self, path, query):
        if path == "/version":
            return 200, {"major": "1", "minor": "37", "gitVersion": "v1.37.0"}
        if path == "/api":
            return 200, {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            version = {"groupVersion": "apps/v1", "version": "v1"}
            return 200, {
                "kind": "APIGroupList",
                "groups": [{"name": "apps", "versions": [version], "preferredVersion": version}],
            }
        for group, kinds in self.GROUPS.items():
            base = "/api/v1" if group == "v1" else f"/apis/{group}"
            if path == base:
                return 200, {
                    "kind": "APIResourceList",
                    "groupVersion": group,
                    "resources": [
                        {"name": plural, "singularName": "", "namespaced": True, "kind": kind, "verbs": ["get", "list"]}
                        for plural, kind in kinds
                    ],
                }
        if path.endswith("/configmaps"):
            return 403, {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403, "message": "no"}
        if path.endswith("/deployments"):
            names, following = (["one"], "more") if "continue=more" not in query else (["two"], "")
            return 200, {
                "kind": "DeploymentList",
                "apiVersion": "apps/v1",
                "metadata": {"continue": following},
                "items": [deployment(name) for name in names],
            }
        if path.endswith("/secrets"):
            return 200, {
                "kind": "SecretList",
                "apiVersion": "v1",
                "metadata": {},
                "items": [
                    {
                        "metadata": {"name": "db", "namespace": "shop"},
                        "type": "Opaque",
                        "data": {"password": "c2VjcmV0LW1hcmtlcg=="},
                    }
                ],
            }
        if path.endswith("/services"):
            return 200, {"kind": "ServiceList", "apiVersion": "v1", "metadata": {}, "items": []}
        return 404, {"kind": "Status", "status": "Failure", "code": 404}


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "dev",
        "contexts": [{"name": "dev", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
        "users": [{"name": "u", "user": {}}],
    }
    (tmp_path / "config").write_text(json.dumps(config))
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    yield
    server.shutdown()


def test_a_namespace_is_read_page_by_page(cluster):
    document = read("kube://dev/shop")
    names = [(entry.kind, entry.value["metadata"]["name"]) for entry in document.entries]
    assert names == [("Deployment", "one"), ("Deployment", "two"), ("Secret", "db")]
    assert all("uid" not in entry.value["metadata"] for entry in document.entries)
    assert "c2VjcmV0" not in str(document.objects())
    assert [finding.message for finding in document.findings] == [
        "ConfigMap objects may not be listed, so none of them are in the report."
    ]


def test_a_cluster_that_does_not_answer_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "none"))
    with pytest.raises(ReadError, match="kube://dev"):
        live_kubernetes.connected("dev")


def test_an_unknown_scheme_is_one_line():
    with pytest.raises(ReadError, match="kube:// and ecs://"):
        read("nowhere://x")


class Groups:
    """Answers for security groups alone."""

    def __init__(self, egress):
        self.egress, self.answers = egress, {}

    def pages(self, service, operation, key, **given):
        return [{"GroupId": "sg-1", "GroupName": "web", "IpPermissions": [], "IpPermissionsEgress": self.egress}]

    def add(self, kind, entries):
        self.answers.setdefault(kind, []).extend(entries)


@pytest.mark.parametrize(("egress", "said"), [
    ([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": []}], False),
    ([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "UserIdGroupPairs": []}], True),
])
def test_what_a_group_lets_out_is_read_where_it_is_not_everything(egress, said):
    from translator.readers import live_ecs_parts

    account = Groups(egress)
    service = {"networkConfiguration": {"awsvpcConfiguration": {"securityGroups": ["sg-1"]}}}
    live_ecs_parts.security(account, [service])
    assert bool(account.answers.get("revokedEgress")) == bool(account.answers.get("securityGroupEgress")) == said
    if said:
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        assert account.answers["securityGroupEgress"] == [{"GroupId": "sg-1", "IpPermissions": [rule]}]
