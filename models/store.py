"""Keeping and finding records: every function takes an open session of ``models.database`` and frozen records.

    with database.writing() as session:
        put_source(session, Source("kubrat", "Община Кубрат", "https://kubrat.test/", "RAZ16"))

What is put twice is there once, unchanged. The functions stand by what they keep: ``store_sources`` (sites, addresses,
snapshots, findings, reviews, runs), ``store_looks`` (what a crawl saw), ``store_documents`` (documents, figures),
``store_seen`` (pages that are no announcements), ``store_projects`` (projects, claims), ``store_visits`` (how sites
fared), ``store_findings`` (what a person should know).
"""

from models.store_documents import (
    document_key,
    find_figures,
    get_document,
    get_figures,
    list_documents,
    load_document,
    load_figures,
    pending_links,
    put_readings,
)
from models.store_findings import FoundFinding, close_void, list_findings
from models.store_looks import Look, get_digests, put_looks
from models.store_projects import claims_of_figure, find_projects, get_projects, load_dossier, put_links
from models.store_seen import get_seen
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
    get_twins,
    get_versions,
    move_snapshot,
    pending_snapshots,
    put_address,
    put_finding,
    put_review,
    put_source,
    replace_findings,
    show_addresses,
    start_run,
    unfinished_since,
)
from models.store_visits import (
    believe,
    failed_addresses,
    last_visit,
    missed_addresses,
    new_addresses,
    put_visit,
    tally,
    visited_sites,
)

__all__ = [
    "FoundFinding",
    "Look",
    "add_snapshot",
    "believe",
    "claims_of_figure",
    "close_void",
    "document_key",
    "failed_addresses",
    "find_figures",
    "find_projects",
    "finish_run",
    "get_address",
    "get_addresses",
    "get_digests",
    "get_document",
    "get_figures",
    "get_findings",
    "get_projects",
    "get_reviews",
    "get_seen",
    "get_snapshot",
    "get_snapshots",
    "get_sources",
    "get_twins",
    "get_versions",
    "last_visit",
    "list_documents",
    "list_findings",
    "load_document",
    "load_dossier",
    "load_figures",
    "missed_addresses",
    "move_snapshot",
    "new_addresses",
    "pending_links",
    "pending_snapshots",
    "put_address",
    "put_finding",
    "put_links",
    "put_looks",
    "put_readings",
    "put_review",
    "put_source",
    "put_visit",
    "replace_findings",
    "show_addresses",
    "start_run",
    "tally",
    "unfinished_since",
    "visited_sites",
]
