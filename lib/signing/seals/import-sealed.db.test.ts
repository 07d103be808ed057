import { expect, test } from "vitest";
import { sealForImport } from "#components/keys/seal-for-import.ts";
import { refusalOf, testProduct } from "#db/testing.ts";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";
import { importSealed, newImportKey } from "./import-sealed.ts";

const product = testProduct({ runsJobs: false });
const given = { file: fromUtf8("no key file at all"), password: "a password" };
const newAdmin = async () => (await product().newOrganization()).member("admin");

test("what the browser encrypted is opened once, by whom the key was made for, for five minutes", async () => {
  const admin = await newAdmin();
  const key = await newImportKey(admin);
  const sealed = await sealForImport(key, given);
  expect(JSON.stringify(sealed)).not.toContain(toBase64(given.file).slice(0, 12));
  const other = await newAdmin();
  const gone = "signing/seal-import-key-gone";
  expect(await refusalOf(importSealed(other, { ...sealed, chosen: null }))).toBe(gone);
  // It was opened: only what is in it is no key.
  expect(await refusalOf(importSealed(admin, { ...sealed, chosen: null }))).toMatch(/^pki\//);
  expect(await refusalOf(importSealed(admin, { ...sealed, chosen: null }))).toBe(gone);

  const late = await sealForImport(await newImportKey(admin), given);
  const later = { ...admin, now: () => new Date(Date.now() + 6 * 60_000) };
  expect(await refusalOf(importSealed(later, { ...late, chosen: null }))).toBe(gone);
});

test("what was changed on its way, or mixed with another's, opens nothing", async () => {
  const admin = await newAdmin();
  const notSealed = "signing/seal-import-not-sealed";
  const swapped = await sealForImport(await newImportKey(admin), given);
  const mixed = { ...swapped, file: swapped.password, chosen: null };
  expect(await refusalOf(importSealed(admin, mixed))).toBe(notSealed);
  const plain = { keyId: (await newImportKey(admin)).keyId, browserKey: swapped.browserKey };
  const clear = { nonce: swapped.file.nonce, box: toBase64(given.file) };
  expect(await refusalOf(importSealed(admin, { ...plain, file: clear, password: clear, chosen: null }))).toBe(
    notSealed,
  );
});

test("of a one-time key the database holds nothing that opens it, and nothing once it was used", async () => {
  const organization = await product().newOrganization();
  const admin = await organization.member("admin");
  await newImportKey(admin);
  await newImportKey(admin);
  const rows = await product()
    .admin`select sealed from import_keys where organization_id = ${organization.id}`;
  expect(rows).toHaveLength(1);
  expect(Buffer.from(rows[0]!.sealed).includes(Buffer.from("2a8648ce3d0301", "hex"))).toBe(false);
  expect(await refusalOf(newImportKey(await organization.member("counsel")))).toBe("authorize/not-allowed");
});
