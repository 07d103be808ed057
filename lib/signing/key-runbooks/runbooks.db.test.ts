import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { getKeyExport } from "../key-exports/get-key-exports.ts";
import { requestKeyExport } from "../key-exports/request-key-export.ts";
import { exportOffice, memberOf } from "../key-exports/testing-exports.ts";
import { compareRunbooks, listRunbooks, publishRunbook } from "./runbooks.ts";

const product = testProduct();

test("a runbook grows by versions, each stays as it was, and a request follows and names the newest", async () => {
  const { owner, asker, it, legal, person, request } = await exportOffice(product());
  const version = (memberIds: string[], steps: string, note = "") =>
    publishRunbook(owner, { kind: "export", memberIds, transfer: "SFTP", steps, note });
  const everybody = [owner, asker, it, legal].map(memberOf);
  expect(await version(everybody, "Compare the SHA-256\nSeal the bag", "First drill")).toBe(2);
  const exportId = await requestKeyExport(asker, request);
  expect(await getKeyExport(owner, { exportId })).toMatchObject({ runbookVersion: 2 });
  const { versions, mayPublish } = await listRunbooks(legal);
  expect(versions.export.map((one) => [one.version, one.note, one.people.length])).toEqual([
    [2, "First drill", 4],
    [1, "", 4],
  ]);
  expect([versions.import, mayPublish]).toEqual([[], false]);
  const asked = (await readChain(owner, null)).entries.findLast(
    ({ type }) => type === "key-export.requested",
  );
  expect(asked!.data.runbook).toEqual({ version: 2, sha256: versions.export[0]!.sha256 });

  const compared = await compareRunbooks(legal, { kind: "export", before: 1, after: 2 });
  const changed = compared
    .filter(({ change }) => change !== "same")
    .map(({ change, text }) => [change, text]);
  expect(changed).toContainEqual(["added", "Seal the bag"]);
  expect(changed).toContainEqual(["removed", "Load into the HSM"]);
  expect(await refusalOf(compareRunbooks(legal, { kind: "export", before: 1, after: 9 }))).toBe(
    "signing/runbook-not-found",
  );

  const { system } = await exportOffice(product());
  await expect(
    system.runtime.database.db.transaction(async (transaction) => {
      await transaction.execute(`select set_config('app.organization_id', '${system.organizationId}', true)`);
      await transaction.execute("update key_runbooks set transfer = 'by pigeon'");
    }),
  ).rejects.toThrow();
  expect(await refusalOf(version([], "Compare"))).toBe("signing/runbook-people-missing");
  expect(await refusalOf(version([memberOf(await person("sender"))], "Compare"))).toBe(
    "signing/runbook-people-missing",
  );
  expect(await refusalOf(version(everybody, "  "))).toBe("signing/runbook-text-missing");
  expect(await refusalOf(version(everybody, "x\n".repeat(400).trim()))).toBe("signing/runbook-too-long");
  expect(
    await refusalOf(
      publishRunbook(legal, { kind: "export", memberIds: everybody, transfer: "a", steps: "b" }),
    ),
  ).toBe("authorize/not-allowed");
});

test("without a runbook that names everybody no key is asked for", async () => {
  const { owner, asker, it, request } = await exportOffice(product());
  const named = [owner, asker, it].map(memberOf);
  await publishRunbook(owner, { kind: "export", memberIds: named, transfer: "SFTP", steps: "Compare" });
  expect(await refusalOf(requestKeyExport(asker, request))).toBe("signing/runbook-not-named");
  const toIt = { ...request, passphraseReaders: [memberOf(it)] };
  expect(await refusalOf(requestKeyExport(asker, toIt))).toBeUndefined();
  const { admin } = product();
  await admin`update key_exports set refused_at = now(), refusal = 'test' where refused_at is null`;
  await admin`delete from key_runbooks where organization_id = ${owner.organizationId}`;
  expect(await refusalOf(requestKeyExport(asker, toIt))).toBe("signing/runbook-missing");
});
