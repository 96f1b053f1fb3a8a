"""Projects and finds as JSON records: what the command line prints and the API answers, in the same words."""

from typing import Any

from models.records import Dossier
from web.evidence import claims_of
from web.places import municipality_name


def project_record(dossier: Dossier) -> dict[str, Any]:
    """Return a covered dossier as a record; ``municipality`` is a code, None for what is not known."""
    project = dossier.project
    return {
        "project": project.name,
        "code": project.code,
        "title": project.title,
        "municipality": project.municipality,
        "municipality_name": municipality_name(project.municipality) if project.municipality else None,
        "procedure": project.procedure,
        "programme": project.programme,
        "claims": [one.as_record() for one in claims_of(dossier)],
    }
