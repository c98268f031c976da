"""The words of the console, zh-CN first and English, from the TOML files in `texts/`.

One file an area. A key is ``table.name``; ``{name}`` stands for a value.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh-CN", "en")
SHORT = {"zh-CN": "zh", "en": "en"}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every text by key, in both languages."""
    found: dict[str, dict[str, str]] = {}
    folder = files("gateway.console").joinpath("texts")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            for table, entries in tomllib.loads(file.read_text("utf-8")).items():
                for name, entry in entries.items():
                    key = f"{table}.{name}"
                    if key in found:
                        raise ValueError(f"{file.name}: {key} is there twice")
                    found[key] = entry
    return found


class Texts:
    """The texts of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._short = SHORT[lang]

    def __call__(self, key: str, **values: Any) -> str:
        """The text of a key that must exist."""
        text = catalogue()[key][self._short]
        return text.format(**values) if values else text

    def code(self, table: str, code: Any) -> str:
        """The word for a code of the interface; the code itself when it is not known here."""
        entry = catalogue().get(f"{table}.{code}")
        return entry[self._short] if entry else str(code)

    def label(self, key: str) -> str:
        """The text of a key that a schema gave; its last part when there is none yet."""
        return self(key) if self.knows(key) else key.rpartition(".")[2]

    def knows(self, key: str) -> bool:
        """True when there is a text of that key."""
        return key in catalogue()

    def pick(self, zh: Any, en: Any) -> str:
        """One of two texts that came from the interface; the other when it is empty."""
        return str((zh or en) if self._short == "zh" else (en or zh))
