import { appendFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { checkQuality, listQualityChecks } from "./check-quality.ts";
import { completedLongAgo, office } from "./testing.ts";

const product = testProduct({ runsJobs: true });

test("ninety days on, envelopes are looked at again once, and what does not hold is found", async () => {
  const { owner, sender, system, organization } = await office(product());
  const envelopes = [];
  for (const name of ["Ana Ruiz", "Ben Okafor", "Cleo Park"])
    envelopes.push(await completedLongAgo(product(), sender, 0, name));
  const [good, changed, gone] = envelopes.map(({ id }) => id) as [EnvelopeId, EnvelopeId, EnvelopeId];
  await product().admin`update envelopes set ended_at = now() - interval '80 days'`;
  expect(await checkQuality(system)).toBe(0);
  await product().admin`update envelopes set ended_at = now() - interval '91 days'`;
  expect((await listQualityChecks(owner)).late.count).toBe(0);
  // One that nobody looked at for a year is not passed over.
  await product().admin`update envelopes set ended_at = now() - interval '400 days' where id = ${good}`;
  expect((await listQualityChecks(owner)).late).toMatchObject({
    count: 1,
    envelopes: [{ envelopeId: good }],
  });

  // What a disk does over the months: bytes that are others, and a file that is not there.
  const filesOf = (id: EnvelopeId) => {
    const folder = path.join(product().folder, "files/org", organization.id, "envelopes", id);
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name));
  };
  appendFileSync(filesOf(changed).find((name) => /certified-.*tail\.enc$/.test(name))!, "x");
  rmSync(filesOf(gone).find((name) => /audit-trail-.*pdf\.enc$/.test(name))!);

  expect(await checkQuality(system)).toBe(3);
  expect(await checkQuality(system)).toBe(0);
  const view = await listQualityChecks(owner);
  expect(view).toMatchObject({ all: 3, failed: 2, late: { count: 0, envelopes: [] } });
  const findings = new Map(view.checks.map((check) => [check.envelopeId, check.findings]));
  expect(findings.get(good)).toEqual([]);
  expect(findings.get(changed)).toEqual(["document-gone"]);
  expect(findings.get(gone)).toEqual(["trail-gone"]);
  expect(view.checks.at(-1)!.envelopeId).toBe(good);
  const { entries } = await readChain(owner, changed);
  expect(entries.at(-1)).toMatchObject({
    type: "quality.checked",
    data: { holds: false, findings: ["document-gone"] },
  });
  expect(await refusalOf(listQualityChecks(sender))).toBe("authorize/not-allowed");
}, 240_000);
