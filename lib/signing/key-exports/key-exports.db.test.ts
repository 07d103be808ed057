import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { allowKeyExport } from "#lib/identity/change-organization.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { PKCS12_RANDOM_BYTES, writePkcs12 } from "#lib/pki/core/pkcs12/write-pkcs12.ts";
import { opensslMakes, pem, testSigner, testWorld } from "#lib/pki/core/testing.ts";
import { buildKeyExport, requireWhole } from "./build-key-export.ts";
import { approveKeyExport, refuseKeyExport } from "./decide-key-export.ts";
import { destroyKeyExports, reviewKeyExport } from "./end-key-export.ts";
import { getKeyExport, listKeyExports } from "./get-key-exports.ts";
import { recordHandOver } from "./hand-over-key.ts";
import { listPassphrases, showPassphrase } from "./passphrase-vault.ts";
import { requestKeyExport } from "./request-key-export.ts";
import { signCustodyLine } from "./sign-line.ts";
import { confirmKeyExport, takeKeyExport } from "./take-key-export.ts";
import { exportOffice, memberOf, PASSWORD } from "./testing-exports.ts";

const product = testProduct({ runsJobs: true });
async function approved() {
  const people = await exportOffice(product());
  const exportId = await requestKeyExport(people.asker, people.request);
  await approveKeyExport(people.it, { exportId, side: "it", password: PASSWORD });
  await approveKeyExport(people.legal, { exportId, side: "legal", password: PASSWORD });
  const stateOf = async (ctx: Context) => (await getKeyExport(ctx, { exportId })).state;
  await expect.poll(() => stateOf(people.owner), { timeout: 20_000 }).toBe("ready");
  return { ...people, exportId, stateOf, own: { exportId, password: PASSWORD } };
}

const laterBy = (ctx: Context, ms: number): Context => {
  const now = () => new Date(Date.now() + ms);
  return { ...ctx, now };
};
const HOUR_MS = 3_600_000;

const custodyName = ({ actor }: Context) => (actor as { name: string }).name;

test("a key goes out to its recipient once, and every hand it passes is on record", async () => {
  const { asker, legal, owner, system, exportId, stateOf, own } = await approved();
  expect(await refusalOf(showPassphrase(asker, own))).toBe("signing/passphrase-not-yours");
  expect(await refusalOf(showPassphrase(owner, own))).toBe("signing/passphrase-not-yours");
  expect(await listPassphrases(owner)).toEqual([]);
  expect(await listPassphrases(legal)).toMatchObject([{ exportId, state: "ready", maySee: true }]);
  const passphrase = await showPassphrase(legal, own);
  expect(passphrase).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(await refusalOf(showPassphrase(legal, own))).toBe("signing/export-passphrase-shown");
  expect(await listPassphrases(legal)).toMatchObject([{ state: "shown", maySee: false }]);

  const taken = await takeKeyExport(asker, own);
  const pfx = concatBytes(await Array.fromAsync(taken.bytes));
  expect(await refusalOf(takeKeyExport(asker, own))).toBe("signing/export-already-taken");
  inFolder((file) => {
    const out = run("openssl", [
      "pkcs12",
      "-in",
      file("key.pfx", pfx),
      "-passin",
      `pass:${passphrase}`,
      "-nodes",
    ]);
    expect(out.status).toBe(0);
    const text = out.stdout.toString();
    expect(text).toContain("BEGIN PRIVATE KEY");
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
    const info = run("openssl", [
      "pkcs12",
      "-in",
      file("key.pfx", pfx),
      "-passin",
      `pass:${passphrase}`,
      "-info",
      "-noout",
    ]);
    expect(info.text).toMatch(/PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256/);
    const wrong = run("openssl", ["pkcs12", "-in", file("key.pfx", pfx), "-passin", "pass:wrong", "-nodes"]);
    expect(wrong.status).not.toBe(0);
  });

  const built = (await readChain(owner, null)).entries.find(({ type }) => type === "key-export.built")!;
  expect(built.data.checked).toEqual([
    "opens with its passphrase",
    "stays shut without and with another",
    "holds the certificate's key",
  ]);

  const sha256 = createHash("sha256").update(pfx).digest("hex");
  expect(await refusalOf(confirmKeyExport(asker, { exportId, sha256: sha256.replace(/^./, "x") }))).toBe(
    "signing/export-hash-differs",
  );
  expect(await refusalOf(confirmKeyExport(legal, { exportId, sha256 }))).toBe("signing/export-not-recipient");
  await confirmKeyExport(asker, { exportId, sha256: sha256.toUpperCase() });
  await destroyKeyExports(system);
  const day = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 10);
  const handed = {
    ...{ exportId, releasedBy: "Ada of IT", receivedBy: "Vault keeper in Delft", happenedOn: day(0) },
    ...{ storedAt: "Safe 4, bag 118", channel: "by hand", purpose: "Loading into the HSM", sha256 },
  };
  expect(await refusalOf(recordHandOver(legal, handed))).toBe("signing/export-not-recipient");
  const refusals = [
    [{ happenedOn: day(48 * HOUR_MS) }, "hand-over-day"],
    [{ happenedOn: day(-48 * HOUR_MS) }, "hand-over-day"],
    [{ storedAt: "  " }, "export-text-missing"],
    [{ sha256: "0".repeat(64) }, "export-hash-differs"],
  ] as const;
  for (const [change, code] of refusals)
    expect(await refusalOf(recordHandOver(asker, { ...handed, ...change }))).toBe(`signing/${code}`);
  await recordHandOver(asker, handed);
  await recordHandOver(asker, { ...handed, action: "open", storedAt: "On the desk", sha256: "" });
  await recordHandOver(owner, { ...handed, storedAt: "HSM slot 3", receivedBy: "HSM", sha256: "" });
  const { toSign } = await getKeyExport(asker, { exportId });
  const line = { exportId, ...toSign.find(({ sequence }) => sequence === 3)!, password: PASSWORD };
  expect(line.side).toBe("received");
  expect(await refusalOf(signCustodyLine(legal, line))).toBe("signing/export-line-not-yours");
  expect(await refusalOf(signCustodyLine(asker, { ...line, password: "wrong" }))).toBe(
    "identity/current-password-wrong",
  );
  await signCustodyLine(asker, line);
  expect(await refusalOf(signCustodyLine(asker, line))).toBe("signing/export-line-signed");
  expect((await getKeyExport(owner, { exportId })).signatures).toMatchObject([
    { sequence: 3, side: "received", name: custodyName(asker) },
  ]);
  expect(await refusalOf(reviewKeyExport(asker, { exportId, note: "It is there." }))).toBe(
    "signing/export-own-request",
  );
  await reviewKeyExport(legal, { exportId, note: "Loaded into the HSM on 2 December; ticket 4411." });
  expect(await stateOf(owner)).toBe("reviewed");

  const { custody, custodyBrokenAt } = await getKeyExport(owner, { exportId });
  expect(custodyBrokenAt).toBeNull();
  expect(custody.map(({ action, isWhole }) => [action, isWhole])).toEqual([
    ["export", true],
    ["transfer", null],
    ["receive", false],
    ["receive", true],
    ["destroy", null],
    ["hand-over", false],
    ["hand-over", true],
    ["open", null],
    ["hand-over", null],
    ["review", null],
  ]);
  // What arrived wrong stays on record, and who looks after keys is told.
  expect(custody[2]).toMatchObject({ foundSha256: sha256.replace(/^./, "x") });
  expect(custody[5]).toMatchObject({ foundSha256: "0".repeat(64), to: "Safe 4, bag 118" });
  expect(custody[0]!.item).toMatchObject({ class: expect.stringContaining("PKCS#12"), madeBy: "Whereof" });
  const told = () => product().admin`select to_address from outbox_mails
    where organization_id = ${owner.organizationId} and subject like 'Another file arrived%'`;
  await expect.poll(async () => (await told()).length, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(
    [6, 8].map((line) => custody[line]!).map(({ from, to, happenedOn }) => [from, to, happenedOn]),
  ).toEqual([
    ["HSM of the new data center", "Safe 4, bag 118", day(0)],
    ["Safe 4, bag 118", "HSM slot 3", day(0)],
  ]);
  const [row] = await product().admin`select e.file_key, v.file_key as passphrase_key from key_exports e
    join vault_passphrases v on v.export_id = e.id where e.id = ${exportId}`;
  for (const key of [row!.file_key, row!.passphrase_key])
    expect(await refusalOf(product().runtime.files.open(key as string))).toBe("files/not-found");
  const recorded = JSON.stringify(await product().admin`select * from audit_events, audit_openings`);
  for (const secret of [passphrase, PASSWORD]) expect(recorded).not.toContain(secret);
  expect(recorded).toContain("key-export.mismatched");

  await product().admin`update custody_records set body = replace(body, 'MSA', 'NDA') where sequence = 1`;
  expect((await getKeyExport(owner, { exportId })).custodyBrokenAt).toBe(1);
});

test("nobody approves alone, for themselves or for another office, or without their password", async () => {
  const { owner, asker, it, legal, person, request } = await exportOffice(product());
  const exportId = await requestKeyExport(asker, request);
  const say = (ctx: Context, side: "it" | "legal", password = PASSWORD) =>
    refusalOf(approveKeyExport(ctx, { exportId, side, password }));
  expect(await say(asker, "it")).toBe("signing/export-own-request");
  expect(await say(it, "legal")).toBe("authorize/not-allowed");
  expect(await say(legal, "it")).toBe("authorize/not-allowed");
  expect(await say(await person("sender"), "it")).toBe("authorize/not-allowed");
  expect(await say(it, "it", "wrong")).toBe("identity/current-password-wrong");
  expect(await say(it, "it")).toBeUndefined();
  expect(await say(owner, "it")).toBe("signing/export-already-approved");
  expect(await refusalOf(requestKeyExport(it, request))).toBe("signing/export-key-taken");
  const late = laterBy(legal, 25 * HOUR_MS);
  expect(await say(late, "legal")).toBe("signing/export-expired");
  expect(await refusalOf(takeKeyExport(asker, { exportId, password: PASSWORD }))).toBe(
    "signing/export-not-ready",
  );
  await refuseKeyExport(legal, { exportId, reason: "The contract has ended." });
  expect(await say(legal, "legal")).toBe("signing/export-closed");
  expect(await refusalOf(requestKeyExport(asker, request))).toBeUndefined();
});

test("no key is packed for a request that the audit log does not bear out, however its row reads", async () => {
  const people = await exportOffice(product());
  const { asker, it, legal, owner, system, request } = people;
  const { admin } = product();
  const forged = async (approvals: readonly ("it" | "legal")[], change = "") => {
    const exportId = await requestKeyExport(asker, request);
    for (const side of approvals)
      await approveKeyExport(side === "it" ? it : legal, { exportId, side, password: PASSWORD });
    await admin.unsafe(`update key_exports set approved_at = now() ${change} where id = '${exportId}'`);
    await buildKeyExport(system, { exportId });
    const { state, refusal, sha256 } = await getKeyExport(owner, { exportId });
    expect([state, sha256]).toEqual(["refused", null]);
    return refusal;
  };
  const ids = { it: memberOf(it), legal: memberOf(legal), owner: memberOf(owner) };
  const both = `, approved_by_it = '${ids.it}', approved_by_legal = '${ids.legal}'`;
  await expect(forged([])).rejects.toThrow("key_exports_approved");
  await admin`delete from vault_passphrases`;
  await admin`delete from key_exports where approved_at is null and refused_at is null`;
  expect(await forged([], both)).toBe("not approved for it");
  expect(await forged(["it"], both)).toBe("not approved for legal");
  expect(await forged(["it"], `${both}, recipient_id = '${ids.owner}'`)).toBe("it was asked for otherwise");
  expect(await forged(["legal"], `, approved_by_it = '${ids.owner}'`)).toBe("not approved for it");

  const exportId = await requestKeyExport(asker, request);
  await approveKeyExport(it, { exportId, side: "it", password: PASSWORD });
  await allowKeyExport(owner, { isAllowed: false, password: PASSWORD });
  await approveKeyExport(legal, { exportId, side: "legal", password: PASSWORD });
  const read = () => getKeyExport(owner, { exportId });
  await expect.poll(async () => (await read()).state, { timeout: 20_000 }).toBe("refused");
  expect((await read()).refusal).toBe("handing out keys is switched off");
});

test("one person in two offices counts once", async () => {
  const { asker, it, request } = await exportOffice(product());
  const exportId = await requestKeyExport(asker, request);
  await approveKeyExport(it, { exportId, side: "it", password: PASSWORD });
  await product().admin`update members set role = 'counsel' where id = ${memberOf(it)}`;
  const asCounsel = { ...it, actor: { ...it.actor, role: "counsel" } } as Context;
  expect(await refusalOf(approveKeyExport(asCounsel, { exportId, side: "legal", password: PASSWORD }))).toBe(
    "signing/export-same-person",
  );
});

test("what nobody takes in a day is destroyed, and asked for anew", async () => {
  const { asker, legal, system, own, exportId, stateOf, request } = await approved();
  const late = laterBy(asker, 25 * HOUR_MS);
  expect(await stateOf(late)).toBe("expired");
  expect(await refusalOf(takeKeyExport(late, own))).toBe("signing/export-expired");
  expect(await refusalOf(showPassphrase(laterBy(legal, 25 * HOUR_MS), own))).toBe("signing/export-expired");
  await destroyKeyExports({ ...system, now: late.now });
  expect(await stateOf(late)).toBe("destroyed");
  expect((await getKeyExport(asker, { exportId })).custody.at(-1)).toMatchObject({
    action: "destroy",
    purpose: "not taken in a day",
  });
  expect(await refusalOf(requestKeyExport(asker, request))).toBeUndefined();
});

test("a file that opens without its passphrase is not whole", async () => {
  const { certificateDer, key } = await testSigner((await testWorld()).issuing);
  const pkcs8 = new Uint8Array(key.keyObject.export({ type: "pkcs8", format: "der" }));
  const packed = async (password: string) =>
    writePkcs12({
      ...{ key: { pkcs8 }, certificates: [certificateDer], friendlyName: "seal", password },
      ...{ random: product().runtime.random(PKCS12_RANDOM_BYTES), iterations: 2_000 },
    });
  const given = "0123-4567";
  expect(await refusalOf(requireWhole(await packed(given), given, certificateDer))).toBeUndefined();
  const k = key.keyObject.export({ type: "pkcs8", format: "pem" }).toString();
  const files = { k, c: pem(certificateDer) };
  const open = opensslMakes("o", "pkcs12 -export -inkey k -in c -passout pass: -out o".split(" "), files);
  expect(await refusalOf(requireWhole(open, "", certificateDer))).toBe("signing/export-not-whole");
  const other = (await testSigner((await testWorld()).issuing)).certificateDer;
  expect(await refusalOf(requireWhole(await packed(given), given, other))).toBe("signing/export-not-whole");
});

test("what was taken stays open until its arrival is confirmed with a hash that is not shown", async () => {
  const { asker, legal, owner, system, own, exportId, stateOf, request } = await approved();
  const pfx = concatBytes(await Array.fromAsync((await takeKeyExport(asker, own)).bytes));
  const late = laterBy(asker, 25 * HOUR_MS);
  await destroyKeyExports({ ...system, now: late.now });
  expect(await stateOf(late)).toBe("taken");
  expect(await refusalOf(showPassphrase(laterBy(legal, 25 * HOUR_MS), own))).toBe("signing/export-expired");
  expect(await refusalOf(requestKeyExport(late, request))).toBe("signing/export-key-taken");

  const sha256 = createHash("sha256").update(pfx).digest("hex");
  const shownTo = async (ctx: Context) => JSON.stringify(await getKeyExport(ctx, { exportId }));
  expect(await shownTo(owner)).toContain(sha256);
  expect(await shownTo(asker)).not.toContain(sha256);
  await confirmKeyExport(late, { exportId, sha256 });
  expect(await stateOf(late)).toBe("received");
  expect(await shownTo(asker)).toContain(sha256);
  expect(await refusalOf(requestKeyExport(late, request))).toBeUndefined();
});

test("a secret goes over an encrypted connection or stays on this machine", async () => {
  const { asker, legal, own } = await approved();
  const from = (ctx: Context, ip: string, isEncrypted: boolean): Context => ({
    ...ctx,
    request: { ip, userAgent: "test", isEncrypted },
  });
  const far = from(asker, "203.0.113.9", false);
  expect(await refusalOf(takeKeyExport(far, own))).toBe("signing/export-not-encrypted");
  expect(await refusalOf(showPassphrase(from(legal, "203.0.113.9", false), own))).toBe(
    "signing/export-not-encrypted",
  );
  await showPassphrase(from(legal, "203.0.113.9", true), own);
  await takeKeyExport(from(asker, "203.0.113.9", true), own);
});

test("a request says why, in which format, and who sees the passphrase: never who gets the file", async () => {
  const { owner, asker, legal, person, request, it } = await exportOffice(product());
  const refusalFor = (change: object) => refusalOf(requestKeyExport(asker, { ...request, ...change }));
  expect(await refusalFor({ purpose: " " })).toBe("signing/export-text-missing");
  expect(await refusalFor({ passphraseReaders: [] })).toBe("signing/passphrase-readers-missing");
  expect(await refusalFor({ passphraseReaders: [memberOf(asker), memberOf(legal)] })).toBe(
    "signing/passphrase-with-file",
  );
  expect(await refusalFor({ passphraseReaders: [memberOf(await person("sender"))] })).toBe(
    "signing/passphrase-reader-unknown",
  );
  await expect(requestKeyExport(asker, { ...request, format: "pem" as never })).rejects.toThrow();
  const exportId = await requestKeyExport(asker, { ...request, format: "pfx-certificate" });
  const { admin } = product();
  for (const change of ["format = 'pem'", "purpose = ' '", "reason = 'curiosity'"])
    await expect(admin.unsafe(`update key_exports set ${change} where id = '${exportId}'`)).rejects.toThrow(
      "key_exports_",
    );
  await expect(
    admin`update vault_passphrases set readers = ${admin.json([memberOf(asker)])} where export_id = ${exportId}`,
  ).rejects.toThrow("vault_passphrases_apart");
  const asked = (await readChain(owner, null)).entries.findLast(
    ({ type }) => type === "key-export.requested",
  );
  expect(asked!.data).toMatchObject({
    ...{ reason: "migration", purpose: request.purpose, format: "pfx-certificate" },
    ...{ destination: request.destination, recipient: memberOf(asker), passphraseReaders: [memberOf(legal)] },
  });
  await approveKeyExport(it, { exportId, side: "it", password: PASSWORD });
  await approveKeyExport(legal, { exportId, side: "legal", password: PASSWORD });
  const own = { exportId, password: PASSWORD };
  const stateOf = async () => (await getKeyExport(owner, { exportId })).state;
  await expect.poll(stateOf, { timeout: 20_000 }).toBe("ready");
  const pfx = concatBytes(await Array.fromAsync((await takeKeyExport(asker, own)).bytes));
  const passphrase = await showPassphrase(legal, own);
  inFolder((file) => {
    const args = ["pkcs12", "-in", file("key.pfx", pfx), "-passin", `pass:${passphrase}`, "-nodes"];
    const text = run("openssl", args).stdout.toString();
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  });
});

test("is off until an owner switches it on; a key elsewhere never leaves", async () => {
  const { owner, asker, legal, request, person } = await exportOffice(product());
  expect(await refusalOf(requestKeyExport(legal, request))).toBe("authorize/not-allowed");
  expect(await refusalOf(listKeyExports(await person("sender")))).toBe("authorize/not-allowed");
  const outsider = memberOf(await (await product().newOrganization()).member("owner"));
  for (const recipientId of [memberOf(await person("viewer")), outsider])
    expect(await refusalOf(requestKeyExport(asker, { ...request, recipientId }))).toBe(
      "signing/export-recipient-unknown",
    );
  expect(await refusalOf(requestKeyExport(asker, { ...request, contract: " " }))).toBe(
    "signing/export-text-missing",
  );
  await product().admin`update signing_keys set provider = 'pkcs11' where id = ${request.signingKeyId}`;
  expect(await refusalOf(requestKeyExport(asker, request))).toBe("signing/export-key-fixed");
  await allowKeyExport(owner, { isAllowed: false, password: PASSWORD });
  expect(await refusalOf(requestKeyExport(asker, request))).toBe("signing/export-off");
  expect(await refusalOf(allowKeyExport(asker, { isAllowed: true, password: PASSWORD }))).toBe(
    "authorize/not-allowed",
  );
});
