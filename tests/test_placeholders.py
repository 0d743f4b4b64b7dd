"""Placeholders that a translation leaves in texts are parameters and variables; the author's own `${...}` stays text."""
import pytest

from translator import parse, translate, write
from translator.placeholders import added, names
from translator.writers import unsaid

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "nginx:1.27",
                        "command": ["sh", "-c", "echo ${HOME}"],
                        "env": [
                            {"name": "URL", "valueFrom": {"configMapKeyRef": {"name": "shop", "key": "url"}}},
                            {"name": "LITERAL", "value": "${MINE}"},
                            {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "api", "key": "token"}}},
                        ],
                    }
                ]
            },
        },
    },
}


@pytest.fixture
def output():
    return translate(parse([DEPLOYMENT])).output


def test_the_missing_config_map_is_known_to_be_missing(output):
    assert "SHOP_URL" in output.placeholders
    assert output.placeholders.isdisjoint({"HOME", "MINE"})


def test_a_template_asks_for_it(output):
    text = write(output, "cloudformation")["template.yaml"]
    assert "  ShopUrl:\n    Type: String\n" in text and "Value: !Ref ShopUrl" in text
    assert "Value: ${MINE}" in text and "- echo ${HOME}" in text
    asked = next(found for found in unsaid(output, "cloudformation") if found.code == "cloudformation.fill-in")
    assert "ShopUrl" in asked.message and "Mine" not in asked.message


def test_a_module_asks_for_it(output):
    files = write(output, "terraform")
    assert 'variable "shop_url" {' in files["variables.tf"] and "value = var.shop_url" in files["main.tf"]
    assert '"$${MINE}"' in files["main.tf"] and '"echo $${HOME}"' in files["main.tf"]
    asked = next(found for found in unsaid(output, "terraform") if found.code == "terraform.variables")
    assert "var.shop_url" in asked.message


def test_a_secret_of_the_template_is_referred_to(output):
    """Tasks that start before their secret is there fail, so the reference says what is made first."""
    text = write(output, "cloudformation")["template.yaml"]
    assert "ValueFrom: !Join ['', [!Ref DefaultApiSecret, ':token::']]" in text
    assert "Action: secretsmanager:GetSecretValue\n                Resource: !Ref DefaultApiSecret" in text


def test_names():
    assert names(["${A} and ${b_2}", {"x": ["${not closed", "${a b}", "${1}", "$${C}"]}]) == {"A", "b_2", "C"}
    assert added(parse([DEPLOYMENT]), parse([DEPLOYMENT])) == frozenset()
