"""A tenant gets the template of its industry, moves to a newer version when it likes, and is held to its frameworks."""

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import httpx2
from fastapi import FastAPI

from specloom.ai.embedded_analyse import EmbeddedAnalyst
from specloom.ai.industries import compose_all
from specloom.core.runtime import Runtime
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from specloom.crud.industry import publish, template_id
from specloom.services.identity import industry
from specloom.vocabulary.identity import AiTone, Industry, Jurisdiction
from specloom.vocabulary.industry import IndustryContent
from specloom.workers.tools import Tools
from tests.factories.analyses import analysis, ask_for_analysis, tools_with
from tests.factories.documents import work
from tests.factories.identity import Member, add_member, sign_up

API = "/api/v1"
BANK = {
    "industry": "banking",
    "jurisdiction": "eu",
    "company_size": "enterprise",
    "compliance_requirements": ["House rule 7"],
    "regulatory_frameworks": ["gdpr"],
}
SPECIFICATION = """# Wallet

## Accounts

The wallet must open an account within 2 minutes. The wallet must show the balance of each account.
The wallet must refuse a payment above the limit. A customer can change their address in their profile.
The wallet must send a receipt for each payment. The wallet must round amounts to the cent.
The wallet must confirm each payment with a second factor. The wallet must list payments of the last 90 days.
The wallet must block a card within 60 seconds of a report. The wallet must convert currencies at the daily rate.

## Data

On a customer's request the wallet must erase their personal data within 30 days.
"""


async def _work(client: httpx2.AsyncClient, runtime: Runtime, member: Member, tools: Tools, job_type: str) -> str:
    """Does the tenant's newest job of a type."""
    answer = await client.get(f"{API}/jobs", params={"job_type": job_type, "limit": 1}, headers=member.headers)
    job = answer.json()["items"][0]
    assert await work(runtime, tools, member, job["id"]) == "completed"
    return cast("str", job["id"])


async def _tenant(client: httpx2.AsyncClient, member: Member) -> dict[str, Any]:
    answer = await client.get(f"{API}/tenants/{member.tenant_id}", headers=member.headers)
    return cast("dict[str, Any]", answer.json())


async def _bring_in(runtime: Runtime, contents: list[IndustryContent]) -> None:
    async with runtime.uow(TenantContext(GLOBAL_TENANT_ID)) as uow:
        await uow.session.run_sync(lambda session: publish(session.connection(), contents))


async def test_everybody_reads_the_industry_templates(client: httpx2.AsyncClient) -> None:
    viewer = await add_member(client, await sign_up(client), "viewer")
    query = {"industry": "healthcare", "jurisdiction": "us"}
    (found,) = (await client.get(f"{API}/industry-templates", params=query, headers=viewer.headers)).json()["items"]
    assert found["id"] == str(template_id(Industry.HEALTHCARE, Jurisdiction.US))
    assert {"HIPAA", "HITECH", "21 CFR Part 11"} <= set(found["compliance_frameworks"])
    assert "Patient" in found["domain_objects"]
    assert {"analysis", "conversation", "vision_definition"} <= set(found["ai_prompts"])
    all_ = (await client.get(f"{API}/industry-templates", params={"limit": 200}, headers=viewer.headers)).json()
    assert len(all_["items"]) == len(Industry) * len(Jurisdiction)
    assert all(len(each["name"]) <= 100 and len(each["description"]) <= 500 for each in all_["items"])
    one = f"{API}/industry-templates/{found['id']}"
    assert (await client.get(one, headers=viewer.headers)).json() == found
    versions = (await client.get(f"{one}/versions", headers=viewer.headers)).json()["items"]
    assert versions[-1]["number"] == 1
    missing = await client.get(f"{API}/industry-templates/{UUID(int=1)}", headers=viewer.headers)
    assert missing.json()["error"]["code"] == "industry_template_not_found"


async def test_a_tenant_begins_with_its_template_and_moves_when_it_likes(
    client: httpx2.AsyncClient, runtime: Runtime
) -> None:
    tools = tools_with(runtime, EmbeddedAnalyst().analyse)
    admin = await sign_up(client, tenant={"business_context": BANK})
    url = f"{API}/tenants/{admin.tenant_id}"
    assert (await _tenant(client, admin))["industry_template_id"] is None, "the job has not run yet"
    await _work(client, runtime, admin, tools, "initialise_tenant")
    begun = await _tenant(client, admin)
    assert begun["industry_template_id"] == str(template_id(Industry.BANKING, Jurisdiction.EU))
    named = begun["business_context"]["regulatory_frameworks"]
    assert named[0] == "gdpr", "what the tenant named stays as it was written, and is not named twice"
    assert {"DORA", "PSD2", "AMLD"} <= set(named)
    assert "GDPR" not in named

    # The packs change: the tenant stays where it is until an admin moves it.
    contents = compose_all()
    place = next(i for i, each in enumerate(contents) if (each.industry, each.jurisdiction) == ("banking", "eu"))
    newer = [each for each in contents[place].compliance_frameworks if each != "PSD2"]
    contents[place] = replace(contents[place], compliance_frameworks=[*newer, "PSR and PSD3"])
    kept = dict(begun["business_context"], regulatory_frameworks=[each for each in named if each != "DORA"])
    answer = await client.patch(url, json={"business_context": kept}, headers=admin.headers)
    assert answer.status_code == 200
    await _bring_in(runtime, contents)
    try:
        await _work(client, runtime, admin, tools, "initialise_tenant")
        stayed = await _tenant(client, admin)
        assert stayed["industry_template_version_id"] == begun["industry_template_version_id"]
        moved = (await client.post(f"{url}/industry-template", json={}, headers=admin.headers)).json()
        assert moved["industry_template_version_id"] != begun["industry_template_version_id"]
        now = moved["business_context"]["regulatory_frameworks"]
        assert ("PSR and PSD3" in now, "PSD2" in now, "DORA" in now) == (True, False, False)
        back = await client.post(f"{url}/industry-template", json={"version": 1}, headers=admin.headers)
        assert back.json()["industry_template_version_id"] == begun["industry_template_version_id"]
        unknown = await client.post(f"{url}/industry-template", json={"version": 99}, headers=admin.headers)
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "industry_template_version_not_found")
    finally:
        await _bring_in(runtime, compose_all())

    # Another business: what the old template brought goes, what the tenant named stays.
    shop = dict(back.json()["business_context"], industry="retail")
    await client.patch(url, json={"business_context": shop}, headers=admin.headers)
    await _work(client, runtime, admin, tools, "initialise_tenant")
    sold = await _tenant(client, admin)
    assert sold["industry_template_id"] == str(template_id(Industry.RETAIL, Jurisdiction.EU))
    named = sold["business_context"]["regulatory_frameworks"]
    assert ("gdpr" in named, "AMLD" in named, "Consumer Rights Directive" in named) == (True, False, True)
    without = await client.patch(url, json={"business_context": None}, headers=admin.headers)
    assert without.json()["industry_template_id"] is None
    refused = await client.post(f"{url}/industry-template", json={}, headers=admin.headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_business_context")


async def test_analyses_are_held_against_the_frameworks_of_the_tenant(
    client: httpx2.AsyncClient, runtime: Runtime, app: FastAPI
) -> None:
    tools = tools_with(runtime, EmbeddedAnalyst().analyse)
    admin = await sign_up(client, tenant={"business_context": BANK})
    await _work(client, runtime, admin, tools, "initialise_tenant")
    settings = {"settings": {"ai_tone": "technical"}}
    await client.patch(f"{API}/tenants/{admin.tenant_id}", json=settings, headers=admin.headers)
    async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
        guidance = await industry.guidance(uow)
    assert (guidance.tone, guidance.compliance_focus) == (AiTone.TECHNICAL, True)
    told = guidance.instructions("analysis")
    assert "industry banking, jurisdiction eu" in told
    assert guidance.prompts["analysis"] in told
    assert "Beneficial owner" in told
    assert "House rule 7" in told

    asked = await ask_for_analysis(client, admin, requirements_text=SPECIFICATION)
    waiting = await client.get(f"{API}/analyses/{asked['event_id']}/compliance", headers=admin.headers)
    assert (waiting.status_code, waiting.json()["error"]["code"]) == (409, "analysis_not_completed")
    assert await work(runtime, tools, admin, asked["job"]["id"]) == "completed"
    found = await analysis(client, admin, asked["event_id"])
    assert found["industry_template_version_id"] == str(guidance.version_id)
    assert any("House rule 7" in note for note in found["analysis"]["notes"]), "what is not known is said"

    answer = await client.get(f"{API}/analyses/{asked['event_id']}/compliance", headers=admin.headers)
    checks = {each["check_id"]: each for each in answer.json()["checks"]}
    erasure = checks["gdpr.erasure"]
    assert (erasure["status"], erasure["reference"]) == ("covered", "GDPR Art. 17")
    (citation,) = erasure["citations"]
    assert SPECIFICATION[citation["start"] : citation["end"]] == citation["quote"]
    assert "erase their personal data" in citation["quote"]
    requirements = {each["id"]: each for each in found["identified_requirements"]}
    assert requirements[erasure["requirement_ids"][0]]["citation"]["quote"] == citation["quote"]
    assert checks["psd2.strong_authentication"]["status"] == "covered"
    assert checks["psd2.complaints"]["status"] == "absent"
    assert checks["psd2.complaints"]["example"]
    wanted = [each for gap in found["analysis"]["gaps"] if gap["reason"] == "compliance" for each in gap["checks"]]
    assert {"check_id": "dora.continuity", "framework": "DORA", "reference": "DORA Art. 11"} in wanted
    assert {checks[each["check_id"]]["status"] for each in wanted} == {"absent"}

    # Who does not care for compliance hears nothing of it.
    off = {"settings": {"compliance_focus": False}}
    await client.patch(f"{API}/tenants/{admin.tenant_id}", json=off, headers=admin.headers)
    again = await ask_for_analysis(client, admin, requirements_text=SPECIFICATION)
    assert await work(runtime, tools, admin, again["job"]["id"]) == "completed"
    quiet = await analysis(client, admin, again["event_id"])
    assert "compliance" not in {gap["reason"] for gap in quiet["analysis"]["gaps"]}
    none = await client.get(f"{API}/analyses/{again['event_id']}/compliance", headers=admin.headers)
    assert none.json()["checks"] == []
