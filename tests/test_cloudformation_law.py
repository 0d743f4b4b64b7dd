"""There and back: a template that we wrote, read again, is the document it came from, less what is listed here."""

from __future__ import annotations

from typing import Any

import pytest
from cloudformation import NAMES, document, plain, read_text
from documents import documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from translator import rows, schema, trees
from translator.model import ECS, Document, Object
from translator.writers import cloudformation as writer

# What the writer makes of a document on purpose: paths that change, and kinds of which there are more.
CHANGED: dict[str, set[str]] = {
    # roles that were placeholders are roles
    "blue-green": {
        "services.deploymentConfiguration.lifecycleHooks.roleArn",
        "services.loadBalancers.advancedConfiguration.roleArn",
        "services.volumeConfigurations.managedEBSVolume.roleArn",
    },
    "daemon": set(),
    "discovery": set(),
    # what the API takes anyway, said because cfn-lint wants it
    "ec2-placement": {"targetGroups.HealthCheckPort"},
    "fargate-web": {"taskDefinitions.executionRoleArn"},
    # dynamic references are broken up, and keys that are functions are left out
    "hostile": {
        "taskDefinitions.containerDefinitions.image",
        "taskDefinitions.containerDefinitions.command",
        "parameters.Value",
        "taskDefinitions.containerDefinitions.environment.value",
        "taskDefinitions.containerDefinitions.dockerLabels.Ref",
        "taskDefinitions.containerDefinitions.dockerLabels.Fn::Sub",
        "taskDefinitions.containerDefinitions.dockerLabels.Fn::Transform",
        "taskDefinitions.executionRoleArn",
    },
    # what nobody said is a parameter, a role or a group
    "nothing-said": {
        "targetGroups.VpcId",
        "taskDefinitions.executionRoleArn",
        "services.cluster",
        "services.networkConfiguration.awsvpcConfiguration.subnets",
        "services.networkConfiguration.awsvpcConfiguration.securityGroups",
    },
    "scheduled-job": {
        "taskDefinitions.executionRoleArn",
        "taskDefinitions.taskRoleArn",
        "schedules.Target.Arn",
        "schedules.Target.RoleArn",
        "schedules.Target.EcsParameters.NetworkConfiguration.awsvpcConfiguration.SecurityGroups",
    },
    # a file system has no name that CloudFormation lets one choose
    "storage-and-secrets": {
        "taskDefinitions.executionRoleArn",
        "taskDefinitions.taskRoleArn",
        "services.cluster",
        "fileSystems.CreationToken",
        "accessPoints.FileSystemId",
        "taskDefinitions.volumes.efsVolumeConfiguration.fileSystemId",
        "services.networkConfiguration.awsvpcConfiguration.subnets",
        "services.networkConfiguration.awsvpcConfiguration.securityGroups",
    },
    "worker-queue": set(),
}
ADDED: dict[str, set[str]] = {
    "blue-green": {"roles", "rolePolicies"},
    "fargate-web": {"roles", "rolePolicies"},
    "hostile": {"roles", "rolePolicies", "logGroups", "retentionPolicies"},
    "nothing-said": {
        "roles",
        "rolePolicies",
        "logGroups", "retentionPolicies",
        "listeners",
        "alarms",
    },
    "scheduled-job": {"roles", "rolePolicies"},
    "storage-and-secrets": {"roles", "rolePolicies", "logGroups", "retentionPolicies"},
}
# A SecureString is nothing that CloudFormation creates.
MISSING = {"storage-and-secrets": [("parameters", "/cms/licence")]}


def spelled(value: Any) -> Any:
    """Spell placeholders alike: `${EXECUTION_ROLE_ARN}` becomes the parameter ExecutionRoleArn."""
    if isinstance(value, dict):
        return {key: spelled(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [spelled(entry) for entry in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    head, *tails = value.split("${")
    names = [tail.partition("}") for tail in tails]
    return head + "".join(
        "${" + (name if "." in name else name.replace("_", "").lower()) + brace + rest for name, brace, rest in names
    )


def there_and_back(given: Document) -> dict[str, list[dict]]:
    """Write a document and read what was written."""
    return read_text(writer.write(given, {})["template.yaml"]).objects()


def differing(left: Any, right: Any, path: str):
    """Give the path, without indexes, of everything that is not the same."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            yield from differing(left.get(key), right.get(key), f"{path}.{key}")
    elif isinstance(left, dict) or isinstance(right, dict):
        yield from (
            f"{path}{'.' if below else ''}{'.'.join(map(str, below))}"
            for below, _ in trees.leaves(left if isinstance(left, dict) else right)
        )
    elif (
        isinstance(left, list)
        and isinstance(right, list)
        and len(left) == len(right)
        and any(isinstance(one, dict) for one in left)
    ):
        for one, other in zip(left, right, strict=True):
            yield from differing(one, other, path)
    elif left != right:
        yield path


@pytest.mark.parametrize("name", NAMES)
def test_a_document_comes_back(name):
    """Every request comes back as it was, but for what the writer is there to change."""
    before, after = spelled(plain(name)), spelled(there_and_back(document(name)))
    changed = set()
    for kind, entries in before.items():
        named = rows.tables()["kinds"][kind]["name"]
        kept = [one for one in entries if (kind, one.get(named)) not in MISSING.get(name, ())]
        for one, other in zip(kept, after[kind], strict=kind not in ADDED.get(name, ())):
            changed |= set(differing(one, other, kind))
    assert changed == CHANGED[name]
    assert {kind for kind in after if len(after[kind]) > len(before.get(kind, []))} == ADDED.get(name, set())


# What cannot come back from a template at all, by kind: the table of types says why.
LEFT = {
    "secrets": {"SecretString", "SecretBinary"},
    "fileSystems": {"CreationToken"},
    "services": {"taskDefinition"},
}
KINDS = sorted(
    {cells["kind"] for cells in rows.tables()["cloudformation-types"].values()}
    - {"securityGroupIngress", "securityGroupEgress", "securityGroups", "fileSystems", "rolePolicies"}
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_nothing_of_any_request_is_lost(kind, data):
    """Whatever the official schema allows stands in the template, and is read from it again."""
    value = renamed(data.draw(documents(ECS, kind)))
    if kind == "parameters":
        value["Type"] = "String"
    entry = Document(ECS, (Object(kind, value),))
    back = there_and_back(entry).get(kind, [])
    assert len(back) == 1
    there, again = (schema.canonical(ECS, kind, one)[0] for one in (value, back[0]))
    lost = [path for path, leaf in trees.lost(there, again) if not excused(kind, path, leaf)]
    assert lost == []


def renamed(value: Any) -> Any:
    """Give placeholders names that parameters can have, so that they come back as they were."""
    if isinstance(value, dict):
        return {key: renamed(entry) for key, entry in value.items()}
    return (
        [renamed(entry) for entry in value]
        if isinstance(value, list)
        else value.replace("${NAME}", "${Name}")
        if isinstance(value, str)
        else value
    )


def excused(kind: str, path: tuple[str, ...], leaf: Any) -> bool:
    """Whether the table says that CloudFormation has no word for it, or it became something that was added."""
    if not path or leaf in ([], {}):
        return True  # nothing was said
    cells = next(cells for cells in rows.tables()["cloudformation-types"].values() if cells["kind"] == kind)
    plain_path = [key for key in path if not key.isdigit()]
    absent = any(all(part in plain_path for part in dotted.split(".")) for dotted in cells.get("absent", ()))
    role = path[-1].lower().endswith("rolearn") and str(leaf).startswith("${")
    return absent or role or path[0] in LEFT.get(kind, ()) or path[-1] == "placementConstraints"
