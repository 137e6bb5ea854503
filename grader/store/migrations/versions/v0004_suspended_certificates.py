"""How often a certificate was suspended or reinstated.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add it; none of those that are there was suspended."""
    op.add_column("certificates", sa.Column("turns", sa.Integer(), nullable=False, server_default="0"))
