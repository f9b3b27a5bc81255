"""Industry templates and their versions; tenants and analyses that stand on one; news of a subscription's end.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from specloom.ai.industries import compose_all
from specloom.core.migrating import choice, link, moments, owner
from specloom.core.row_security import protect
from specloom.core.tenancy import GLOBAL_TENANT_ID
from specloom.crud.industry import publication

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TOUCH_OWN_ACCESS = (
    "CREATE TRIGGER touch_own_access BEFORE UPDATE OF {} ON tenants FOR EACH ROW EXECUTE FUNCTION touch_own_access()"
)


def upgrade() -> None:
    op.create_table(
        "industry_templates",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "industry",
            choice(
                "industry",
                *("banking", "healthcare", "insurance", "fintech", "government", "retail", "manufacturing"),
            ),
            nullable=False,
        ),
        sa.Column("jurisdiction", choice("jurisdiction", "canada", "us", "eu", "uk", "australia"), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("current_version", sa.BigInteger(), server_default="1", nullable=False),
        *moments(),
        owner("industry_templates"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_industry_templates")),
        sa.UniqueConstraint(
            "tenant_id",
            "industry",
            "jurisdiction",
            name=op.f("uq_industry_templates_tenant_id_industry_jurisdiction"),
        ),
    )
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "industry_template_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("template_data", json, nullable=False),
        sa.Column("ai_prompts", json, nullable=False),
        sa.Column("domain_objects", json, nullable=False),
        sa.Column("integration_patterns", json, nullable=False),
        sa.Column("compliance_frameworks", json, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        *moments(),
        link("industry_template_versions", "template_id", "industry_templates"),
        owner("industry_template_versions"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_industry_template_versions")),
        sa.UniqueConstraint(
            "tenant_id",
            "template_id",
            "number",
            name=op.f("uq_industry_template_versions_tenant_id_template_id_number"),
        ),
    )
    for content in compose_all():
        for statement in publication(content, number=1):
            op.execute(statement)
    protect("industry_templates", shared=True)
    protect("industry_template_versions", shared=True)

    op.add_column("tenants", sa.Column("industry_template_version_id", sa.Uuid(), nullable=True))
    op.execute("DROP TRIGGER touch_own_access ON tenants")
    op.execute(TOUCH_OWN_ACCESS.format("status, subscription_expires"))

    op.add_column(
        "analyses",
        sa.Column("industry_template_tenant_id", sa.Uuid(), server_default=str(GLOBAL_TENANT_ID), nullable=False),
    )
    op.add_column("analyses", sa.Column("industry_template_version_id", sa.Uuid(), nullable=True))
    op.add_column(
        "analyses",
        sa.Column("compliance", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_analyses_industry_template_tenant_id"),
        "analyses",
        f"industry_template_tenant_id IN (tenant_id, '{GLOBAL_TENANT_ID}'::uuid)",
    )
    op.create_foreign_key(
        "fk_analyses_industry_template_version",
        "analyses",
        "industry_template_versions",
        ["industry_template_tenant_id", "industry_template_version_id"],
        ["tenant_id", "id"],
    )


def downgrade() -> None:
    op.drop_constraint("fk_analyses_industry_template_version", "analyses", type_="foreignkey")
    op.drop_constraint(op.f("ck_analyses_industry_template_tenant_id"), "analyses", type_="check")
    op.drop_column("analyses", "compliance")
    op.drop_column("analyses", "industry_template_version_id")
    op.drop_column("analyses", "industry_template_tenant_id")
    op.execute("DROP TRIGGER touch_own_access ON tenants")
    op.execute(TOUCH_OWN_ACCESS.format("status"))
    op.drop_column("tenants", "industry_template_version_id")
    op.drop_table("industry_template_versions")
    op.drop_table("industry_templates")
