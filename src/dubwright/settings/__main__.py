"""`python -m dubwright.settings` prints docs/settings.md."""

import sys

from dubwright.settings.page import settings_page

sys.stdout.write(settings_page())
