"""pyproject.toml -> a constraints file: each dependency of the product at its lower bound (`make lowest` installs them so).

    python tests/bounds.py > constraints.txt
"""
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def lowest(text: str) -> list[str]:
    """Give `name==version` for each `name>=version` of the dependencies."""
    wanted = text.partition("\ndependencies = [")[2].partition("\n]")[0]
    return [f"{name}=={version}" for name, version in re.findall(r'"([\w.-]+)>=([\d.]+)"', wanted)]


if __name__ == "__main__":
    print("\n".join(lowest(PROJECT.read_text())))
