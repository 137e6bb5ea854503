"""The learner's page beside each report, when a grading ended, and where a course's boxes may be.

With the second, the turns of the last minute are found at once.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add them; reports that are there have no page, and theirs is drawn when it is asked for."""
    op.add_column("reports", sa.Column("page", sa.LargeBinary(), nullable=True))
    op.add_column("gradings", sa.Column("ended_at", sa.Double(), nullable=False, server_default="0"))
    op.add_column("courses", sa.Column("tenancy", sa.String(16), nullable=False, server_default="cell"))
    op.execute("update gradings set ended_at = started_at + seconds")
    op.create_index("ix_gradings_ended", "gradings", ["lane", "ended_at"], unique=False)
    op.drop_index("ix_jobs_line", table_name="jobs")
    op.create_index("ix_jobs_line", "jobs", ["state", "lane", "needs", "not_before"], unique=False)
