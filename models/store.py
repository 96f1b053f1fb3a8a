"""Keeping and finding records: every function takes an open session of ``models.database`` and frozen records.

    with database.writing() as session:
        put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/", "RAZ16"))

What is put twice is there once, unchanged. The functions stand by what they keep: ``store_sources`` (sites, addresses,
snapshots, findings, reviews, runs), ``store_documents`` (documents, figures), ``store_projects`` (projects, claims).
"""

from models.store_documents import (
    document_key,
    get_document,
    get_figures,
    list_documents,
    load_document,
    load_figures,
    pending_links,
    put_readings,
)
from models.store_projects import find_projects, get_projects, load_dossier, put_links
from models.store_sources import (
    add_snapshot,
    finish_run,
    get_address,
    get_addresses,
    get_findings,
    get_reviews,
    get_snapshot,
    get_snapshots,
    get_sources,
    pending_snapshots,
    put_address,
    put_finding,
    put_review,
    put_source,
    replace_findings,
    start_run,
    unfinished_since,
)

__all__ = [
    "add_snapshot",
    "document_key",
    "find_projects",
    "finish_run",
    "get_address",
    "get_addresses",
    "get_document",
    "get_figures",
    "get_findings",
    "get_projects",
    "get_reviews",
    "get_snapshot",
    "get_snapshots",
    "get_sources",
    "list_documents",
    "load_document",
    "load_dossier",
    "load_figures",
    "pending_links",
    "pending_snapshots",
    "put_address",
    "put_finding",
    "put_links",
    "put_readings",
    "put_review",
    "put_source",
    "replace_findings",
    "start_run",
    "unfinished_since",
]
