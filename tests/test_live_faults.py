"""Live sources when things go wrong: throttled, slow, cut off, expired, refused: retried or reported, never a part that looks whole."""
import http.server
import json
import threading

import pytest
import test_live

from translator import ReadError, read
from translator.readers import live_ecs, live_kubernetes

boto3 = pytest.importorskip("boto3")


class Faulty(test_live.Cluster):
    """A cluster that does something else at the second page of Deployments; `fault` says what, `asked` counts."""

    fault, asked, over_after = "", 0, 99

    def do_GET(self):
        kind = type(self)
        if "/deployments" not in self.path or "continue=more" not in self.path and kind.fault != "throttled":
            return super().do_GET()
        kind.asked += 1
        if kind.asked > kind.over_after:
            return super().do_GET()
        return getattr(self, kind.fault)()

    def cut(self):
        """Send half of a page, and hang up."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b'{"kind": "DeploymentList", "items": [{"metadata": {"name": "two"')
        self.close_connection = True

    def slow(self):
        """Answer too late."""
        threading.Event().wait(1.0)
        self.close_connection = True

    def throttled(self):
        """Ask to come back later."""
        self.status(429, "TooManyRequests", {"Retry-After": "0"})

    def gone(self):
        """Say that the page is too old."""
        self.status(410, "Expired", {})

    def expired(self):
        """Know the user no longer."""
        self.status(401, "Unauthorized", {})

    def status(self, code, reason, headers):
        body = json.dumps({"kind": "Status", "status": "Failure", "reason": reason, "code": code, "message": reason}).encode()
        self.send_response(code)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def faulty(monkeypatch, tmp_path):
    """Give a cluster that fails in a way; its class counts."""
    servers = []

    def start(fault, over_after=99):
        handler = type("Handler", (Faulty,), {"fault": fault, "over_after": over_after})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        config = {"apiVersion": "v1", "kind": "Config", "current-context": "dev", "contexts": [{"name": "dev", "context": {"cluster": "c", "user": "u"}}],
                  "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}], "users": [{"name": "u", "user": {}}]}
        (tmp_path / "config").write_text(json.dumps(config))
        monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "config"))
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setattr(live_kubernetes, "TIMEOUT", (1, 0.3))
        return handler
    yield start
    for server in servers:
        server.shutdown()


@pytest.mark.parametrize("fault", ["cut", "slow", "gone"])
def test_a_list_that_breaks_off_is_left_out_whole_and_is_an_error(faulty, fault):
    """Half of the Deployments would look like all of them."""
    faulty(fault)
    document = read("kube://dev/shop")
    assert [entry.kind for entry in document.entries] == ["Secret"]
    (found,) = [one for one in document.findings if "Deployment" in one.message]
    assert found.level == "error" and "none of them" in found.message


def test_throttling_is_waited_for(faulty):
    handler = faulty("throttled", over_after=1)
    assert [entry.value["metadata"]["name"] for entry in read("kube://dev/shop").entries if entry.kind == "Deployment"] == ["one", "two"]
    assert handler.asked > 1


def test_a_token_that_expires_between_pages_ends_it(faulty):
    faulty("expired")
    with pytest.raises(ReadError, match="expired"):
        read("kube://dev/shop")


class Aws(http.server.BaseHTTPRequestHandler):
    """Answers list-services in two pages; `fault` happens to the second, as often as `times` says."""

    fault, times, asked = "", 99, 0

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        kind = type(self)
        if self.headers.get("X-Amz-Target", "").endswith("ListServices"):
            if "nextToken" not in body:
                return self.answer(200, {"serviceArns": ["arn:aws:ecs:eu-west-1:1:service/main/one"], "nextToken": "more"})
            kind.asked += 1
            if kind.asked <= kind.times:
                return self.fail(kind.fault)
            return self.answer(200, {"serviceArns": ["arn:aws:ecs:eu-west-1:1:service/main/two"]})
        return self.answer(200, {"services": [{"serviceName": arn.rpartition("/")[2], "taskDefinition": "web"} for arn in body.get("services", ())]})

    def fail(self, fault):
        if fault == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"serviceArns": ["arn:aws')
            self.close_connection = True
            return None
        return self.answer(400, {"__type": fault, "message": fault})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Print nothing."""


@pytest.fixture
def aws(monkeypatch):
    """Give an account whose list-services fails in a way."""
    servers = []

    def start(fault, times=99):
        handler = type("Handler", (Aws,), {"fault": fault, "times": times})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name, value in {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
                            "AWS_DEFAULT_REGION": "eu-west-1", "AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}.items():
            monkeypatch.setenv(name, value)
        account = live_ecs.Account("ecs://main", lambda text: None)
        from botocore.config import Config

        account.config = account.first = Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=1, read_timeout=1)
        return account, handler
    yield start
    for server in servers:
        server.shutdown()


@pytest.mark.parametrize("fault", ["ThrottlingException", "cut"])
def test_a_call_that_fails_once_is_made_again(aws, fault):
    account, handler = aws(fault, times=1)
    assert len(live_ecs._services(account, "main", "")) == 2
    assert handler.asked == 2 and account.said == []


@pytest.mark.parametrize("fault", ["ThrottlingException", "cut"])
def test_pages_that_break_off_are_left_out_whole_and_are_an_error(aws, fault):
    account, _ = aws(fault)
    assert live_ecs._services(account, "main", "") == []
    assert [one.level for one in account.said] == ["error"]


def test_a_call_that_is_not_permitted_is_a_warning(aws):
    account, _ = aws("AccessDeniedException")
    assert live_ecs._services(account, "main", "") == []
    assert [(one.level, one.code) for one in account.said] == [("warning", "reading.not-permitted")]


def test_an_expired_token_ends_it(aws):
    account, _ = aws("ExpiredTokenException")
    with pytest.raises(ReadError):
        live_ecs._services(account, "main", "")
