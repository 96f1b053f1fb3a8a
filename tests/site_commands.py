"""The command line over a folder of recipes that lead to a local web."""

from pathlib import Path

from local_web import LocalWeb
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.commands import site_places


class Commands:
    """``commands("sites", "check")`` runs otchet; its recipes lie in ``folder``, their hosts are on ``web``."""

    def __init__(self, folder: Path, web: LocalWeb, monkeypatch, *hosts: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.web = folder, web
        monkeypatch.setattr(site_places, "FOLDER", folder)
        monkeypatch.setattr(site_places, "PORTS", dict.fromkeys(hosts, web.port))

    def __call__(self, *arguments: str) -> Result:
        result = CliRunner().invoke(app, list(arguments), prog_name="otchet")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result
