import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { changeContact } from "#lib/signing/consent/change-contact.ts";
import { withdrawConsent } from "#lib/signing/consent/withdraw-consent.ts";
import { linkFor, personWith, sent, sign } from "#lib/signing/testing.ts";
import { exportLedger } from "./export-ledger.ts";
import { readPerson, searchLedger } from "./read-ledger.ts";

const product = testProduct({ runsJobs: true });

test("the ledger says of a person what they agreed to, when, under which words and how, and what they took back", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const counsel = await organization.member("counsel");
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }, { name: "Ben =cmd()" }], "parallel");
  for (const name of ["Ana Ruiz", "Ben =cmd()"])
    await sign(await personWith(owner, await linkFor(owner, envelopeId, name)));
  const ana = await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz"));
  await changeContact(ana, { contact: "=HYPERLINK(1)" });
  await withdrawConsent(ana, { reason: "Paper from now on" });

  expect((await searchLedger(counsel, { search: "" })).map(({ name }) => name)).toEqual([
    "Ana Ruiz",
    "Ben =cmd()",
  ]);
  const [found] = await searchLedger(counsel, { search: "ANA.ruiz@" });
  expect(found).toMatchObject({ email: "ana.ruiz@example.com", lastKind: "withdrawn" });
  expect(await searchLedger(counsel, { search: "%" })).toEqual([]);
  const { entries } = await readPerson(counsel, { key: found!.key });
  expect(entries.map(({ kind }) => kind)).toEqual(["withdrawn", "contact-changed", "given"]);
  expect(entries.at(-1)).toMatchObject({
    ...{ mode: "business", version: "business-1", locale: "en", demonstration: null, title: "Lease 12B" },
    noticeSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });

  const { bytes, fileName } = await exportLedger(counsel);
  const csv = await new Response(bytes).text();
  expect(fileName).toMatch(/^consents \d{4}-\d\d-\d\d\.csv$/);
  expect(csv.split("\r\n")).toHaveLength(1 + 4 + 1);
  expect(csv).toContain(`"'=HYPERLINK(1)"`);
  const taken = (await readChain(counsel, null)).entries.at(-1)!;
  expect(taken).toMatchObject({ type: "evidence.downloaded", data: { kind: "consent-ledger" } });
});

test("nobody else reads it, and no other organization's", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
  await sign(await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz")));
  const [person] = await searchLedger(owner, { search: "" });
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await searchLedger(stranger, { search: "" })).toEqual([]);
  expect(await refusalOf(readPerson(stranger, { key: person!.key }))).toBe("evidence/not-found");
  expect(await refusalOf(readPerson(owner, { key: "x" }))).toBe("evidence/not-found");
  for (const role of ["admin", "sender", "viewer"] as const)
    expect(await refusalOf(searchLedger(await organization.member(role), { search: "" }))).toBe(
      "authorize/not-allowed",
    );
});
