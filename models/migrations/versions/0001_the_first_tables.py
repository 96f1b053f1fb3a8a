"""The first tables, and the index that words are searched in (FTS5 or tsvector)."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("severity IN ('note', 'warning', 'error')", name=op.f("ck_finding_severity")),
        sa.CheckConstraint(
            "subject_kind IN ('source', 'address', 'snapshot', 'document', 'project')",
            name=op.f("ck_finding_subject_kind"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_subject"), ["subject"], unique=False)

    op.create_table(
        "project",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("procedure", sa.String(), nullable=True),
        sa.Column("programme", sa.String(), nullable=True),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("folded", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_project")),
        sa.UniqueConstraint("name", name=op.f("uq_project_name")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_municipality"), ["municipality"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_procedure"), ["procedure"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_programme"), ["programme"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("sites", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("versions", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'partial', 'failed')", name=op.f("ck_run_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "source",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("home", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_source")),
    )
    op.create_table(
        "address",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["source.code"], name=op.f("fk_address_source_source")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_address_source"), ["source"], unique=False)

    op.create_table(
        "review",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('project_id', 'procedure_id', 'amount', 'date', 'duration', 'headcount')",
            name=op.f("ck_review_kind"),
        ),
        sa.CheckConstraint(
            "verdict <> 'correct' OR value IS NOT NULL OR role IS NOT NULL", name=op.f("ck_review_corrected")
        ),
        sa.CheckConstraint("verdict IN ('accept', 'reject', 'correct')", name=op.f("ck_review_verdict")),
        sa.ForeignKeyConstraint(["address"], ["address.address"], name=op.f("fk_review_address_address")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_address"), ["address"], unique=False)

    op.create_table(
        "snapshot",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("charset", sa.String(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.String(), nullable=False),
        sa.Column("listed_title", sa.String(), nullable=True),
        sa.Column("listed_date", sa.String(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archive_file", sa.String(), nullable=False),
        sa.Column("archive_offset", sa.BigInteger(), nullable=False),
        sa.Column("archive_length", sa.BigInteger(), nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("listing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["address"], ["address.address"], name=op.f("fk_snapshot_address_address")),
        sa.ForeignKeyConstraint(["source"], ["source.code"], name=op.f("fk_snapshot_source_source")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_snapshot")),
    )
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshot_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_snapshot_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_snapshot_source"), ["source"], unique=False)

    op.create_table(
        "document",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("blocks", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=True),
        sa.Column("incomplete", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("linked", sa.String(), nullable=True),
        sa.CheckConstraint(
            "phase IN ('call', 'contract', 'start', 'progress', 'completion', 'continuation', 'other')",
            name=op.f("ck_document_phase"),
        ),
        sa.CheckConstraint("stage IN ('planned', 'reported', 'registered')", name=op.f("ck_document_stage")),
        sa.CheckConstraint("state IN ('read', 'needs_ocr', 'unreadable')", name=op.f("ck_document_state")),
        sa.ForeignKeyConstraint(["address"], ["address.address"], name=op.f("fk_document_address_address")),
        sa.ForeignKeyConstraint(["snapshot"], ["snapshot.key"], name=op.f("fk_document_snapshot_snapshot")),
        sa.ForeignKeyConstraint(["source"], ["source.code"], name=op.f("fk_document_source_source")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_published"), ["published"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_snapshot"), ["snapshot"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_source"), ["source"], unique=False)

    op.create_table(
        "figure",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("minor", sa.BigInteger(), nullable=True),
        sa.Column("eur_minor", sa.BigInteger(), nullable=True),
        sa.Column("date_first", sa.Date(), nullable=True),
        sa.Column("date_last", sa.Date(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("bound", sa.String(), nullable=False),
        sa.Column("project", sa.String(), nullable=True),
        sa.Column("attributes", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'project_id' AND role IN ('project_id')) OR (kind = 'procedure_id' AND role IN ('procedure_id')) OR (kind = 'amount' AND role IN ('total_value', 'grant', 'eu_funding', 'national_funding', 'own_contribution', 'spent', 'contract_value', 'programme_budget', 'other')) OR (kind = 'date' AND role IN ('project_start', 'project_end', 'service_start', 'service_end', 'contract_signed', 'published', 'event', 'deadline', 'legal_act', 'other')) OR (kind = 'duration' AND role IN ('project', 'service', 'other')) OR (kind = 'headcount' AND role IN ('users', 'children', 'elderly', 'people_with_disabilities', 'personal_assistants', 'social_assistants', 'home_helpers', 'medical_staff', 'staff', 'unemployed', 'participants', 'applicants', 'capacity', 'households', 'other'))",
            name=op.f("ck_figure_role"),
        ),
        sa.CheckConstraint(
            "(minor IS NULL OR kind = 'amount') AND (number IS NULL OR kind = 'headcount')",
            name=op.f("ck_figure_value"),
        ),
        sa.CheckConstraint("bound IN ('exact', 'approx', 'at_least', 'at_most')", name=op.f("ck_figure_bound")),
        sa.CheckConstraint(
            "kind <> 'headcount' OR unit IN ('persons', 'places', 'households')", name=op.f("ck_figure_unit")
        ),
        sa.CheckConstraint(
            "kind IN ('project_id', 'procedure_id', 'amount', 'date', 'duration', 'headcount')",
            name=op.f("ck_figure_kind"),
        ),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_figure_confidence")),
        sa.CheckConstraint("minor >= 0 AND number >= 0", name=op.f("ck_figure_not_negative")),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_figure_place")),
        sa.ForeignKeyConstraint(["document"], ["document.key"], name=op.f("fk_figure_document_document")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_figure")),
    )
    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_document"), ["document"], unique=False)
        batch_op.create_index(batch_op.f("ix_figure_role"), ["role"], unique=False)
        batch_op.create_index(batch_op.f("ix_figure_value"), ["value"], unique=False)

    op.create_table(
        "claim",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.CheckConstraint(
            "phase IN ('call', 'contract', 'start', 'progress', 'completion', 'continuation', 'other')",
            name=op.f("ck_claim_phase"),
        ),
        sa.CheckConstraint("stage IN ('planned', 'reported', 'registered')", name=op.f("ck_claim_stage")),
        sa.ForeignKeyConstraint(["document"], ["document.key"], name=op.f("fk_claim_document_document")),
        sa.ForeignKeyConstraint(["figure"], ["figure.key"], name=op.f("fk_claim_figure_figure")),
        sa.ForeignKeyConstraint(["project"], ["project.key"], name=op.f("fk_claim_project_project")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_document"), ["document"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_figure"), ["figure"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_project"), ["project"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE document_index USING fts5("
            "document UNINDEXED, title, words, tokenize = 'unicode61 remove_diacritics 0')"
        )
    else:
        op.execute(
            "CREATE TABLE document_index (document VARCHAR PRIMARY KEY REFERENCES document (key) ON DELETE CASCADE, "
            "title TSVECTOR NOT NULL, words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_document_index_words ON document_index USING gin ((title || words))")


def downgrade() -> None:
    op.execute("DROP TABLE document_index")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_project"))
        batch_op.drop_index(batch_op.f("ix_claim_figure"))
        batch_op.drop_index(batch_op.f("ix_claim_document"))

    op.drop_table("claim")
    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_value"))
        batch_op.drop_index(batch_op.f("ix_figure_role"))
        batch_op.drop_index(batch_op.f("ix_figure_document"))

    op.drop_table("figure")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_source"))
        batch_op.drop_index(batch_op.f("ix_document_snapshot"))
        batch_op.drop_index(batch_op.f("ix_document_published"))
        batch_op.drop_index(batch_op.f("ix_document_address"))

    op.drop_table("document")
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snapshot_source"))
        batch_op.drop_index(batch_op.f("ix_snapshot_sha256"))
        batch_op.drop_index(batch_op.f("ix_snapshot_address"))

    op.drop_table("snapshot")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_address"))

    op.drop_table("review")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_source"))
        batch_op.drop_index(batch_op.f("ix_address_sha256"))

    op.drop_table("address")
    op.drop_table("source")
    op.drop_table("run")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_programme"))
        batch_op.drop_index(batch_op.f("ix_project_procedure"))
        batch_op.drop_index(batch_op.f("ix_project_municipality"))

    op.drop_table("project")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_subject"))
        batch_op.drop_index(batch_op.f("ix_finding_kind"))

    op.drop_table("finding")
