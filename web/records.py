"""Projects and results as JSON records: what the command line prints and the API answers, in the same words."""

from typing import Any

from models.records import Dossier
from models.reference import municipality_name
from models.search import FoundFigure, Result
from web.evidence import Sentence, claims_of


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


def result_record(result: Result) -> dict[str, Any]:
    """Return a result of a search; ``project`` is None for a document that is about none."""
    return {
        "project": result.name,
        "code": result.project.code if result.project else None,
        "title": result.title,
        "municipality": result.municipality,
        "municipality_name": municipality_name(result.municipality) if result.municipality else None,
        "matching": result.matching,
        "document": result.document,
        "address": result.address,
        "published": result.published.isoformat() if result.published else None,
        "figures": [_figure_record(one) for one in result.figures],
    }


def _figure_record(found: FoundFigure) -> dict[str, Any]:
    return {
        "key": found.figure.key,
        **found.figure.figure.as_record(),
        "stage": str(found.stage),
        "sentence": Sentence.of(found.passage).text,
        "document": {
            "key": found.document,
            "title": found.title,
            "address": found.address,
            "published": found.published.isoformat() if found.published else None,
        },
    }
