import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { createOrganization } from "#lib/identity/create-organization.ts";
import { openSession, readSession } from "#lib/identity/session.ts";
import { signIn } from "#lib/identity/sign-in.ts";
import { completed, readyPackage } from "./testing-package.ts";

const product = testProduct({ runsJobs: true });

test("a member is known by how their session began", async () => {
  const { runtime } = product();
  const request = { ip: "198.51.100.9", userAgent: "a browser" };
  const [email, password] = ["nora@example.com", "velvet otter climbs"];
  await createOrganization(
    { runtime, request },
    { organizationName: "Harbour", name: "Nora", email, password },
  );
  const token = await signIn({ runtime, request }, { email, password });
  const { sessionId } = await openSession({ runtime, request }, { token, purposes: ["session"] });
  const { ctx } = (await readSession(runtime, sessionId, request))!;
  const { entries } = await readChain(ctx, null);
  expect(entries.map(({ type, actor }) => `${type} ${actor.method}`)).toEqual([
    "organization.created set-up",
    "session.started password",
  ]);
  expect(ctx.actor).toMatchObject({ kind: "member", method: "password" });
});

test("every event of an envelope says when, who, how they were known, from where, and of which version", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const envelopeId = await completed(owner);
  await readyPackage(owner, envelopeId);
  const { entries } = await readChain(owner, envelopeId);
  const bodies = await product()
    .admin`select body from audit_events where chain_id = ${envelopeId} order by sequence`;
  const [document] = await product().admin`select d.id, max(r.number)::int as newest from documents d
    join document_revisions r on r.document_id = d.id where d.envelope_id = ${envelopeId} group by d.id`;
  const seen: number[] = [];
  for (const [position, { sequence, type, actor, documents }] of entries.entries()) {
    const said = JSON.parse(bodies[position]!.body as string) as { at: string };
    expect(said.at, type).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(typeof actor.kind, type).toBe("string");
    // The tests' own look into the outbox comes from no browser.
    if (actor.kind !== "system" && type !== "outbox.opened")
      expect([type, actor], type).toEqual([
        type,
        expect.objectContaining({
          method: expect.stringMatching(/^[a-z-]+$/),
          ip: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
          userAgent: expect.stringMatching(/./),
        }),
      ]);
    const revision = documents[document!.id as string];
    // Before the document is there, nothing can be said of it.
    if (revision === undefined) expect(sequence, type).toBeLessThan(2);
    else seen.push(revision);
  }
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(new Set(seen).size).toBeGreaterThan(3);
  expect(seen.at(-1)).toBe(document!.newest);
  const signed = entries.findLast(({ type }) => type === "signature.made")!;
  expect(signed.documents[document!.id as string]).toBe(signed.data.revision);
}, 180_000);
