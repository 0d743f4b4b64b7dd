"""Compiles mappings/*.yaml into mappings/compiled.json, which loads in a millisecond: `python -m translator.compile`."""
from __future__ import annotations

import json
from pathlib import Path

from . import rows


def main() -> None:
    """Write the compiled tables; nothing happens where they are up to date."""
    sources = rows.written()
    data = {"digest": rows.digest(sources), "tables": rows.read_tables(sources)}
    target = Path(rows.folder(), "compiled.json")
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=False) + "\n"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
