"""Inputs of every format that hold a secret, by name: (file name, text); `{mark}` is the secret."""
import base64
import json

import yaml


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def pod(**container):
    spec = {"containers": [{"name": "web", "image": "nginx:1.27", **container}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": spec},
        },
    }


def task(**container):
    return {"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", **container}]}


def settings(mark):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"db_password": mark, "level": "info"}}


def mounted(mark):
    made = pod(volumeMounts=[{"name": "c", "mountPath": "/c"}])
    made["spec"]["template"]["spec"]["volumes"] = [{"name": "c", "configMap": {"name": "c"}}]
    return made


def applied(mark):
    made = pod()
    said = json.dumps(pod(env=[{"name": "DB_PASSWORD", "value": mark}]))
    made["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": said}
    return made


def put_in(mark):
    return pod(
        env=[
            {"name": "DB_PASSWORD", "value": mark},
            {"name": "DATABASE_URL", "value": "postgres://web:$(DB_PASSWORD)@db/web"},
            {"name": "COPY", "value": "$(DATABASE_URL)"},
        ],
        command=["sh", "-c", "run --url=$(DATABASE_URL) --password=$(DB_PASSWORD)"],
        livenessProbe={"exec": {"command": ["sh", "-c", "check $DB_PASSWORD"]}},
    )


def probe(mark):
    header = {"name": "Authorization", "value": f"Bearer {mark}"}
    return pod(livenessProbe={"httpGet": {"path": "/", "port": 80, "httpHeaders": [header]}})


def pull(mark):
    auths = {"auths": {"r.example.com": {"username": "u", "password": mark, "auth": encoded(f"u:{mark}")}}}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "pull"},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": encoded(json.dumps(auths))},
    }


def ecs(mark):
    return {
        "taskDefinitions": [
            task(
                environment=[{"name": "DB_PASSWORD", "value": mark}],
                secrets=[{"name": "P", "valueFrom": "${parameters./p.Name}"}],
                logConfiguration={
                    "logDriver": "splunk",
                    "options": {"splunk-url": "https://s", "splunk-token": mark},
                    "secretOptions": [{"name": "splunk-key", "valueFrom": "${secrets.db.ARN}"}],
                },
            )
        ],
        "secrets": [{"Name": "db", "SecretString": json.dumps({"password": mark})}],
        "parameters": [{"Name": "/p", "Type": "SecureString", "Value": mark}, {"Name": "/q", "Type": "String", "Value": mark}],
    }


def cloudformation(mark):
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"DbPassword": {"Type": "String", "NoEcho": True, "Default": mark}},
        "Resources": {
            "Db": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "db", "SecretString": mark}},
            "Task": {
                "Type": "AWS::ECS::TaskDefinition",
                "Properties": {
                    "Family": "web",
                    "ContainerDefinitions": [
                        {
                            "Name": "web",
                            "Image": "nginx:1.27",
                            "Command": ["--password", {"Ref": "DbPassword"}],
                            "Environment": [
                                {"Name": "API_TOKEN", "Value": mark},
                                {"Name": "URL", "Value": {"Fn::Sub": "postgres://u:${DbPassword}@h"}},
                            ],
                        }
                    ],
                },
            },
        },
    }


def state(mark):
    containers = json.dumps(task(environment=[{"name": "DB_PASSWORD", "value": mark}])["containerDefinitions"])

    def resource(kind, label, **values):
        return {"address": f"{kind}.{label}", "mode": "managed", "type": kind, "name": label, "values": values}

    return {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {
            "root_module": {
                "resources": [
                    resource("aws_ecs_task_definition", "web", family="web", container_definitions=containers),
                    resource("aws_secretsmanager_secret", "db", name="db"),
                    resource("aws_secretsmanager_secret_version", "db", secret_id="db", secret_string=mark),
                    resource("aws_ssm_parameter", "p", name="/p", type="SecureString", value=mark),
                ]
            }
        },
    }


HCL = """
variable "db_password" {
  type      = string
  sensitive = true
  default   = "MARK"
}
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name  = "web"
    image = "nginx:1.27"
    environment = [
      { name = "API_TOKEN", value = "MARK" },
      { name = "DB_PASSWORD", value = var.db_password },
    ]
  }])
}
resource "aws_ssm_parameter" "p" {
  name  = "/p"
  type  = "SecureString"
  value = "MARK"
}
"""
COMPOSE = """
services:
  web:
    image: nginx:1.27
    environment: {DB_PASSWORD: MARK}
  other:
    image: nginx:1.27
    environment: ["API_TOKEN=MARK"]
"""
COPILOT = """
name: web
type: Backend Service
image: {location: "nginx:1.27"}
cpu: 256
memory: 512
count: 1
variables: {DB_PASSWORD: MARK}
"""


def inputs(mark):
    """Give every input, with this secret in it."""
    objects = {
        "data": [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": encoded(mark)}}, pod()],
        "pull-secret": [pull(mark), pod()],
        "config-map": [settings(mark), pod(env=[{"name": "P", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "db_password"}}}])],
        "config-map-as-files": [settings(mark), mounted(mark)],
        "config-map-whole": [settings(mark), pod(envFrom=[{"configMapRef": {"name": "c"}}], args=["$(db_password)"])],
        "last-applied": [applied(mark)],
        "put-in": [put_in(mark)],
        "probe-header": [probe(mark)],
    }
    made = {f"kubernetes-{name}": ("in.yaml", yaml.safe_dump_all(value)) for name, value in objects.items()}
    made["ecs"] = ("in.json", json.dumps(ecs(mark)))
    made["cloudformation"] = ("template.json", json.dumps(cloudformation(mark)))
    made["terraform-state"] = ("state.json", json.dumps(state(mark)))
    made["terraform"] = ("main.tf", HCL.replace("MARK", mark))
    made["compose"] = ("compose.yaml", COMPOSE.replace("MARK", mark))
    made["copilot"] = ("manifest.yml", COPILOT.replace("MARK", mark))
    return made
