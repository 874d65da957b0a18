"""All configuration, read once by `bootstrap`."""

from dubwright.settings.page import settings_page
from dubwright.settings.sections import (
    Limits,
    LinkSettings,
    ProviderChoice,
    RetentionSettings,
    RetrySettings,
    ServerSettings,
    WorkerSettings,
)
from dubwright.settings.storage import StorageSettings
from dubwright.settings.whole import SETTINGS_FILE, Settings, load_settings

__all__ = [
    "SETTINGS_FILE",
    "Limits",
    "LinkSettings",
    "ProviderChoice",
    "RetentionSettings",
    "RetrySettings",
    "ServerSettings",
    "Settings",
    "StorageSettings",
    "WorkerSettings",
    "load_settings",
    "settings_page",
]
