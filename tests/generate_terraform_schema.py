"""Terraform's own `providers schema -json` -> mappings/schemas/terraform.json: the resources we know, nothing else.

Run by hand when mappings/terraform-resources.yaml names another resource or the provider's version changes:
    TF_PLUGIN_DIR=<folder of provider plugins> python tests/generate_terraform_schema.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "mappings" / "schemas" / "terraform.json"
PROVIDER, VERSION = "registry.terraform.io/hashicorp/aws", "5.100.0"
MODULE = f'terraform {{\n  required_providers {{\n    aws = {{\n      source  = "hashicorp/aws"\n      version = "{VERSION}"\n    }}\n  }}\n}}\n'


def terraform(arguments: list[str], folder: str) -> str:
    """Run terraform in a folder, without the machine's own settings, and give what it prints."""
    environment = {key: value for key, value in os.environ.items() if key != "TF_CLI_CONFIG_FILE"}
    done = subprocess.run(
        ["terraform", *arguments],
        cwd=folder,
        env={**environment, "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def provider_schema(plugins: str) -> dict:
    """Ask the provider for its whole schema."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.tf").write_text(MODULE)
        terraform(["init", "-input=false", f"-plugin-dir={plugins}"], folder)
        return json.loads(terraform(["providers", "schema", "-json"], folder))["provider_schemas"][PROVIDER][
            "resource_schemas"
        ]


def short(block: dict) -> dict:
    """Keep of a block what writing and reading need: types, who sets an argument, how often a block may stand."""
    return {
        "attributes": {
            name: [cells["type"], _use(cells)] for name, cells in sorted(block.get("attributes", {}).items())
        },
        "blocks": {
            name: [cells.get("min_items", 0), cells.get("max_items", 0), short(cells["block"])]
            for name, cells in sorted(block.get("block_types", {}).items())
            if name != "timeouts"
        },
    }


def _use(cells: dict) -> str:
    if cells.get("required"):
        return "required"
    if cells.get("computed"):
        return "either" if cells.get("optional") else "computed"
    return "optional"


def wanted() -> list[str]:
    """Give the resource types that the table names."""
    import yaml

    table = yaml.safe_load((ROOT / "mappings" / "terraform-resources.yaml").read_text())
    return sorted([*table["resources"], *table["beside"]])


def generate(plugins: str) -> str:
    """Give the data file's text."""
    whole = provider_schema(plugins)
    resources = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(short(whole[name]['block']), separators=(',', ':'))}" for name in wanted()
    )
    return f'{{"provider": "hashicorp/aws", "version": "{VERSION}", "resources": {{\n{resources}\n}}}}\n'


if __name__ == "__main__":
    folder = os.environ.get("TF_PLUGIN_DIR")
    if not folder:
        sys.exit("Set TF_PLUGIN_DIR to a folder of provider plugins that holds hashicorp/aws.")
    TARGET.write_text(generate(folder))
