"""The page that documents every setting, docs/settings.md, made from the settings themselves."""

from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from dubwright.settings.naming import DELIMITER, PREFIX, variable_of
from dubwright.settings.whole import SETTINGS_FILE, Settings


def settings_page() -> str:
    """The Markdown page with every setting: its name, variable, default and meaning."""
    rows = "\n".join(_rows(Settings))
    return f"""# Settings

Dubwright works without any. A setting stands in the file `{SETTINGS_FILE}` in the working directory,
or in the environment, which wins. A dot in a name is a table in the file, and `{DELIMITER}` in a variable:

```toml
# {SETTINGS_FILE}
workers = 2

[text_to_speech]
provider = "kokoro"
```

is the same as `{PREFIX}WORKERS=2` and `{PREFIX}TEXT_TO_SPEECH{DELIMITER}PROVIDER=kokoro`.
Lists and tables in the environment are JSON. A variable that is empty counts as not set.

| setting | variable | default | meaning |
|---|---|---|---|
{rows}

This page is made by `python -m dubwright.settings > docs/settings.md`.
"""


def _rows(
    model: type[BaseModel], parents: tuple[str, ...] = (), given: object = None
) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = (*parents, name)
        default = getattr(given, name) if given is not None else _default(field)
        if isinstance(default, BaseModel):
            yield from _rows(type(default), path, default)
        else:
            yield (
                f"| `{'.'.join(path)}` | `{variable_of(path)}` | {_shown(default)}"
                f" | {field.description} |"
            )


def _default(field: FieldInfo) -> object:
    # A default made from the machine, such as a folder, is told in words by the description.
    return None if field.default_factory is not None else field.default


def _shown(default: object) -> str:
    if default is None or default in ((), {}):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
