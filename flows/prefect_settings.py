"""Prefect's settings, made before it is imported: its home under ours, no telemetry, a start that may take its time.

Prefect reads the environment once, at import, and makes a folder in the user's home if it is not told another.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from models.settings import Settings


def prefect_environment(settings: Settings, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what to add to the environment (``os.environ`` unless given) before Prefect is imported."""
    given = os.environ if environment is None else environment
    fixed = {
        "PREFECT_HOME": str(settings.home / "prefect"),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    usual = {
        # Its own limit of 20 s is too short for a busy machine; the temporary server is started by the first flow.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        # A flow's trouble is told by us, in one line; Prefect's own way is a traceback.
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_CLI_PROMPT": "false",
    }
    return fixed | {name: given.get(name, value) for name, value in usual.items()}


def prepare_prefect(settings: Settings) -> str | None:
    """Set the environment for Prefect, and return the address of the server to use, None for a temporary one.

    Raises OSError where its folder cannot be made.
    """
    environment = prefect_environment(settings)
    # Prefect makes this folder, and none above it; without it the temporary server never answers.
    Path(environment["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    os.environ.update(environment)
    return os.environ.get("PREFECT_API_URL") or None
