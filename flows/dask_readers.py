"""Reading on several processes or machines: ``OTCHET_DASK=local`` or ``OTCHET_DASK=tcp://10.0.0.5:8786``.

A batch goes to a Dask worker, which takes the bytes from the archive and writes to the database as any reader does: one
writer at a time. Workers of other machines need a PostgreSQL database and an archive that they all reach.
"""

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from models.settings import Settings, SettingsError

if TYPE_CHECKING:
    from prefect_dask.task_runners import DaskTaskRunner

#: The workers are processes of this machine.
LOCAL = "local"
_ADDRESS = re.compile(r"(?:tcp|tls|ucx|ws|wss)://\S+:\d+")


class ClusterUnavailable(Exception):  # noqa: N818 - named by what happened
    """The cluster did not answer; the message says where it was sought."""


def dask_setting(settings: Settings, environment: Mapping[str, str] | None = None) -> str | None:
    """Return ``OTCHET_DASK`` from the environment (``os.environ`` unless given): local, an address, or None.

    Raises SettingsError for another value, without the extra ``scale``, and where workers of other machines could not
    reach the database.
    """
    value = ((os.environ if environment is None else environment).get("OTCHET_DASK") or "").strip()
    if not value:
        return None
    if value != LOCAL and not _ADDRESS.fullmatch(value):
        raise SettingsError(f"OTCHET_DASK is {value!r}; use local, or a scheduler's address as tcp://HOST:PORT")
    if find_spec("prefect_dask") is None:
        raise SettingsError('OTCHET_DASK needs the extra scale: pip install "otchet[scale]", or unset it')
    if value != LOCAL and settings.embedded and not _is_here(value):
        raise SettingsError(
            "OTCHET_DASK names another machine, which cannot write to a SQLite file of this one: set "
            "OTCHET_DATABASE_URL to a PostgreSQL database, and OTCHET_ARCHIVE to a place that all workers reach"
        )
    return value


@contextmanager
def dask_runner(setting: str) -> Iterator["DaskTaskRunner"]:
    """Give a running task runner on the cluster; a local one has a process a core, and ends with it.

    Raises ClusterUnavailable where no scheduler answers at the address.
    """
    from prefect_dask.task_runners import DaskTaskRunner

    # Dask tells every step that it takes; what goes wrong is raised.
    logging.getLogger("distributed").setLevel(logging.ERROR)
    if setting == LOCAL:
        local = {"n_workers": os.cpu_count() or 1, "threads_per_worker": 1, "dashboard_address": None}
        runner = DaskTaskRunner(cluster_kwargs=local | {"silence_logs": logging.ERROR})
    else:
        runner = DaskTaskRunner(address=setting)
    with runner:
        try:
            _ = runner.client  # connects
        except (OSError, RuntimeError) as error:
            raise ClusterUnavailable(f"No Dask cluster at OTCHET_DASK={setting}: {error}") from error
        yield runner


def _is_here(address: str) -> bool:
    host = address.partition("://")[2].rpartition(":")[0].strip("[]")
    return host in {"localhost", "::1"} or host.startswith("127.")
