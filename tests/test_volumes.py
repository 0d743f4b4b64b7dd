"""Volumes there and back: handles of file systems, the script that writes files (run for real), places of mounts."""

import base64
import json
import shutil
import subprocess

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from translator import parse, translate
from translator.concepts import volumes_plan as plan
from translator.concepts import volumes_storage as storage
from translator.converters import efs, file_container, file_script
from translator.converters.file_script import Origin, Script, Written
from translator.hubs import file_writer

NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
KEYS = st.from_regex(r"[-._a-zA-Z0-9]{1,12}", fullmatch=True).filter(lambda key: key not in (".", ".."))
MODES = st.integers(0, 0o777)


# --- EFS ---------------------------------------------------------------------------------------


# https://github.com/kubernetes-sigs/aws-efs-csi-driver: volumeHandle is [FileSystemId]:[Subpath]:[AccessPointId]
@pytest.mark.parametrize(
    ("handle", "options", "wanted"),
    [
        ("fs-1", None, {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"}),
        ("fs-1:/a/b", None, {"fileSystemId": "fs-1", "rootDirectory": "/a/b", "transitEncryption": "ENABLED"}),
        (
            "fs-1::fsap-2",
            ["tls", "iam"],
            {
                "fileSystemId": "fs-1",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": "fsap-2", "iam": "ENABLED"},
            },
        ),
        (
            "fs-1",
            ["tls", "accesspoint=fsap-3"],
            {
                "fileSystemId": "fs-1",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": "fsap-3"},
            },
        ),
        (
            "fs-1:/",
            ["tlsport=2049"],
            {
                "fileSystemId": "fs-1",
                "rootDirectory": "/",
                "transitEncryption": "ENABLED",
                "transitEncryptionPort": 2049,
            },
        ),
    ],
)
def test_handles(handle, options, wanted):
    assert efs.of_volume({"driver": efs.DRIVER, "volumeHandle": handle}, options) == wanted


def test_an_access_point_brings_its_own_root_and_needs_encryption():
    plain = {"driver": efs.DRIVER, "volumeHandle": "fs-1:/a:fsap-2", "volumeAttributes": {"encryptInTransit": "false"}}
    assert efs.of_volume(plain, None) == {
        "fileSystemId": "fs-1",
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": "fsap-2"},
    }


@given(
    st.fixed_dictionaries(
        {
            "fileSystemId": st.sampled_from(["fs-1", "${fileSystems.data.FileSystemId}"]),
            "transitEncryption": st.just("ENABLED"),
        },
        optional={
            "rootDirectory": st.sampled_from(["/", "/a"]),
            "transitEncryptionPort": st.integers(1, 65535),
            "authorizationConfig": st.just({"iam": "ENABLED"}),
        },
    )
)
def test_file_systems_come_back(given_):
    source, options = efs.volume_of(given_)
    assert efs.of_volume(source, options) == given_


def test_without_encryption_is_said():
    source, options = efs.volume_of({"fileSystemId": "fs-1"})
    assert source["volumeAttributes"] == {"encryptInTransit": "false"} and options == []
    assert efs.of_volume(source, options)["transitEncryption"] == "DISABLED"


@pytest.mark.parametrize(
    ("server", "wanted"),
    [
        (
            "fs-1.efs.eu-west-1.amazonaws.com",
            {"fileSystemId": "fs-1", "rootDirectory": "/a", "transitEncryption": "DISABLED"},
        ),
        ("nfs.example.com", None),
        ("fs-1.example.com", None),
        (None, None),
    ],
)
def test_servers_of_efs(server, wanted):
    assert storage.of_server({"server": server, "path": "/a"}) == wanted


# --- claims ------------------------------------------------------------------------------------

CLASSES = {
    "efs-sc": {"provisioner": "efs.csi.aws.com"},
    "io": {"provisioner": "ebs.csi.aws.com"},
    "azure": {"provisioner": "disk.csi.azure.com"},
}


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ({"storageClassName": "efs-sc", "accessModes": ["ReadWriteOnce"]}, storage.EFS),
        ({"storageClassName": "io", "accessModes": ["ReadWriteOnce"]}, storage.DISK),
        ({"storageClassName": "gp3", "accessModes": ["ReadWriteOnce"]}, storage.DISK),
        ({"storageClassName": "azure", "accessModes": ["ReadWriteOnce"]}, storage.NONE),
        ({"accessModes": ["ReadWriteOnce"]}, storage.DISK),
        ({"accessModes": ["ReadWriteMany"]}, storage.EFS),
        ({"storageClassName": "mine", "accessModes": ["ReadWriteOnce"]}, storage.EFS),
    ],
)
def test_what_a_claim_is(spec, kind):
    environment = {"kubernetes": {"storageClass": {"efs": "mine"}}}
    assert storage.of_claim("data", storage.Around({"data": {"spec": spec}}, None, CLASSES, environment)).kind == kind


def test_disks_may_become_file_systems():
    around = storage.Around(
        {"data": {"spec": {"accessModes": ["ReadWriteOnce"]}}}, None, None, {"ecs": {"disks": "efs"}}
    )
    assert storage.of_claim("data", around).kind == storage.EFS


def test_a_claim_that_nobody_knows_is_a_file_system_to_fill_in():
    found = storage.of_claim("data", storage.Around())
    assert found.fresh and found.configuration["fileSystemId"] == "${EFS_FILE_SYSTEM_ID}"


# --- the script --------------------------------------------------------------------------------


@st.composite
def origins(draw):
    name, kind = draw(NAMES), draw(st.sampled_from(["ConfigMap", "Secret"]))
    files = draw(
        st.lists(
            st.builds(
                Written,
                KEYS,
                KEYS,
                st.sampled_from(["FILE_1", "FILE_2"]),
                MODES,
                st.one_of(st.none(), st.integers(0, 9999)),
                st.booleans(),
            ),
            max_size=3,
        )
    )
    return Origin(
        draw(NAMES),
        kind,
        name,
        draw(st.one_of(st.none(), st.integers(0, 9))),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.one_of(st.none(), MODES)),
        draw(st.one_of(st.none(), st.integers(0, 9999))),
        draw(st.booleans()),
        tuple(files),
    )


@given(
    st.lists(origins(), max_size=3),
    st.lists(st.tuples(NAMES, NAMES), max_size=2),
    st.one_of(st.none(), st.integers(0, 9999)),
)
def test_scripts_come_back(given_, copies, group):
    script = Script(tuple(given_), tuple(copies), group, ("config",) if group is not None else ())
    assert file_script.parse(file_script.spell(script)) == script


@pytest.mark.parametrize(
    "text",
    [
        "",
        "echo hi",
        None,
        1,
        file_script.PREAMBLE + "rm -rf /\n",
        file_script.PREAMBLE + "put 'x\n",
        file_script.PREAMBLE + 'put "$FILE_1" a/b 0644 b\n',
        file_script.PREAMBLE + "echo hi",
    ],
)
def test_other_scripts_are_none_of_ours(text):
    assert file_script.parse(text) is None


def test_nothing_in_a_script_looks_like_a_placeholder():
    assert "${" not in file_script.PREAMBLE and "$(" not in file_script.PREAMBLE.replace('$(dirname "$2")', "")


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell here")
def test_the_script_writes_the_files(tmp_path):
    text = "one\n$HOME `id` \"'\\ two\n"
    script = Script(
        (
            Origin(
                "config",
                "ConfigMap",
                "web",
                mode=0o400,
                files=(
                    Written("a b/c.conf", "c.conf", "FILE_1", 0o400),
                    Written("logo", "logo", "FILE_2", encoded=True),
                ),
            ),
        ),
        (("config/a b/c.conf", "web_etc/x"), ("config/a b/.", "web_dir")),
    )
    done = run(
        script,
        tmp_path,
        {"FILE_1": text, "FILE_2": base64.b64encode(bytes(range(256))).decode()},
        ("config", "web_etc", "web_dir"),
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "config/a b/c.conf").read_text() == text
    assert (tmp_path / "config/a b/c.conf").stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "config/logo").read_bytes() == bytes(range(256))
    assert (tmp_path / "web_etc/x").read_text() == (tmp_path / "web_dir/c.conf").read_text() == text
    assert text not in done.stdout and "c.conf" in done.stdout


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell here")
def test_the_script_fails_where_files_are_not_known(tmp_path):
    done = run(Script((Origin("config", "ConfigMap", "web", known=False),)), tmp_path, {}, ("config",))
    assert done.returncode == 1 and "ConfigMap web is not known" in done.stderr


def run(script, folder, variables, volumes):
    for volume in volumes:
        (folder / volume).mkdir()
    text = file_script.spell(script).replace(f"cd {file_script.ROOT}", f"cd '{folder}'")
    return subprocess.run(
        ["sh", "-c", text], env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True, text=True, check=False
    )


# --- the container -----------------------------------------------------------------------------

CONTAINER = file_container.container(Script((Origin("config", "ConfigMap", "web"),)), "busybox", ["config"], {}, {})
DEFINITION = {
    "family": "web",
    "containerDefinitions": {
        "config-files": CONTAINER,
        "init": {"image": "x", "dependsOn": {"config-files": {"condition": "SUCCESS"}}},
        "web": {"image": "y", "dependsOn": {"init": {"condition": "SUCCESS"}}},
    },
}


def test_the_container_is_taken_out_and_put_back():
    rest, writer = file_writer.split(DEFINITION)
    assert (
        writer == CONTAINER
        and list(rest["containerDefinitions"]) == ["init", "web"]
        and "dependsOn" not in rest["containerDefinitions"]["init"]
    )
    back = file_writer.join({"taskDefinition": rest, file_writer.SLOT: writer})
    assert back == {"taskDefinition": DEFINITION} and list(back["taskDefinition"]["containerDefinitions"]) == [
        "config-files",
        "init",
        "web",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"config-files": {**CONTAINER, "essential": True}},
        {"config-files": {**CONTAINER, "command": ["echo hi"]}},
        {"web": {"image": "y"}},
        {"web": {"image": "y", "dependsOn": {"config-files": {"condition": "COMPLETE"}}}},
        {
            "web": {
                "image": "y",
                "dependsOn": {"config-files": {"condition": "SUCCESS"}, "init": {"condition": "SUCCESS"}},
            }
        },
    ],
)
def test_other_containers_of_that_name_stay(change):
    given_ = {**DEFINITION, "containerDefinitions": {**DEFINITION["containerDefinitions"], **change}}
    assert file_writer.split(given_) == (given_, None)


# --- places ------------------------------------------------------------------------------------


def pod(volumes, launch="FARGATE", **containers):
    spec = {"volumes": volumes, "containers": {name: {"volumeMounts": mounts} for name, mounts in containers.items()}}
    return plan.Pod(spec, storage.Around(), launch)


@pytest.mark.parametrize("directory", ["/etc", "/", "/usr/bin", "/tmp"])
def test_no_volume_hides_a_directory_of_the_system(directory):
    path = f"{directory.rstrip('/')}/app.conf"
    assert plan.places(pod({"c": {"configMap": {"name": "c"}}}, web={path: {"name": "c", "subPath": "app.conf"}})) == {}


def test_files_of_several_volumes_share_a_directory():
    found = pod(
        {"c": {"configMap": {"name": "c"}}, "s": {"secret": {"secretName": "s"}}},
        web={"/app/a": {"name": "c", "subPath": "a"}, "/app/b": {"name": "s", "subPath": "b"}},
    )
    assert {place.path for place in plan.places(found).values()} == {"/app"}
    assert plan.copies(found) == (("c/a", "web_app/a"), ("s/b", "web_app/b"))


@pytest.mark.parametrize(
    ("volume", "wanted"),
    [
        ({"emptyDir": {}}, {"host": {}}),
        ({"hostPath": {"path": "/srv"}}, {"host": {"sourcePath": "/srv/x/y"}}),
        (
            {"nfs": {"server": "fs-1.efs.eu-west-1.amazonaws.com", "path": "/p"}},
            {
                "efsVolumeConfiguration": {
                    "fileSystemId": "fs-1",
                    "rootDirectory": "/p/x/y",
                    "transitEncryption": "DISABLED",
                }
            },
        ),
    ],
)
def test_parts_of_volumes(volume, wanted):
    found = pod({"data": volume}, launch="EC2", web={"/d": {"name": "data", "subPath": "x/y/"}})
    assert plan.parts(found) == {"data_x_y": wanted}
    volumes = {"data": plan.ecs_volume("data", found), **plan.parts(found)}
    assert plan.whole_of("data_x_y", volumes) == ("data", "x/y") and plan.whole_of("data", volumes) is None


# --- there and back, without a residue ---------------------------------------------------------

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: web}}
  template:
    metadata: {labels: {app.kubernetes.io/name: web}}
    spec:
      containers:
      - name: web
        image: nginx
        volumeMounts:
        - {name: config, mountPath: /etc/app, readOnly: true}
        - {name: config, mountPath: /etc/nginx/conf.d/default.conf, subPath: site.conf, readOnly: true}
        - {name: keys, mountPath: /keys, readOnly: true}
        - {name: all, mountPath: /all, readOnly: true}
        - {name: cache, mountPath: /cache, subPath: a/b}
      volumes:
      - {name: config, configMap: {name: web-config, defaultMode: 0440}}
      - {name: keys, secret: {secretName: keys, optional: true, items: [{key: id.rsa, path: ssh/id, mode: 0400}]}}
      - name: all
        projected:
          defaultMode: 0444
          sources:
          - configMap: {name: web-config, items: [{key: site.conf, path: site.conf}]}
          - secret: {name: keys, items: [{key: id.rsa, path: id}]}
          - downwardAPI:
              items:
              - {path: namespace, fieldRef: {fieldPath: metadata.namespace}}
              - {path: cpu, resourceFieldRef: {containerName: web, resource: limits.memory, divisor: 1Mi}}
      - {name: cache, emptyDir: {}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web-config, namespace: shop}
data: {site.conf: "server {}", empty: ""}
binaryData: {logo: AAEC}
"""


def there_and_back(text):
    manifest = text.replace("image: nginx\n", "image: nginx\n        resources: {limits: {memory: 128Mi}}\n")
    document = translate(parse(manifest, "web.yaml")).output
    return translate(parse(json.dumps(document.objects()), "ecs.json")).output.objects(), list(
        yaml.safe_load_all(manifest)
    )


def test_files_become_volumes_again():
    made, given_ = there_and_back(MANIFEST)
    spec = made[0]["spec"]["template"]["spec"]
    wanted = given_[0]["spec"]["template"]["spec"]
    key = lambda one: one["name"]
    assert sorted(spec["volumes"], key=key) == sorted(wanted["volumes"], key=key)
    place = lambda one: one["mountPath"]
    assert sorted(spec["containers"][0]["volumeMounts"], key=place) == sorted(
        wanted["containers"][0]["volumeMounts"], key=place
    )
    assert [container["name"] for container in spec["containers"]] == ["web"] and "initContainers" not in spec
    config = next(one for one in made if one["kind"] == "ConfigMap")
    assert config["data"] == given_[1]["data"] and config["binaryData"] == given_[1]["binaryData"]


def test_no_value_of_a_secret_is_written():
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "keys", "namespace": "shop"},
        "stringData": {"id.rsa": "CANARY-1"},
        "data": {"id.rsa": base64.b64encode(b"CANARY-2").decode()},
    }
    translation = translate(parse(MANIFEST + "---\n" + yaml.safe_dump(secret), "web.yaml"))
    said = json.dumps([translation.output.objects(), [one.to_dict() for one in translation.findings]])
    assert "CANARY" not in said and base64.b64encode(b"CANARY-2").decode() not in said


@pytest.mark.parametrize(
    "spec", [{"os": {"name": "windows"}}, {"initContainers": [{"name": "config-files", "image": "x"}]}]
)
def test_no_container_is_added_where_it_could_not_run(spec):
    document = list(yaml.safe_load_all(MANIFEST))
    document[0]["spec"]["template"]["spec"].update(spec)
    translation = translate(parse(yaml.safe_dump_all(document), "web.yaml"))
    definition = translation.output.objects()["taskDefinitions"][0]
    assert all("FILE_1" not in str(one) for one in definition["containerDefinitions"])
    assert {
        finding.level for finding in translation.findings if finding.code in ("volumes.config-map", "volumes.secret")
    } == {"error"}
