import { expect, test } from "vitest";
import { sealForConversion, sealForImport } from "#components/keys/seal-for-import.ts";
import { refusalOf, testProduct } from "#db/testing.ts";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";
import { readPkcs12 } from "#lib/pki/core/pkcs12/read-pkcs12.ts";
import { keyPem } from "#lib/pki/core/pkcs12/testing.ts";
import { openssl, pem, testRoot } from "#lib/pki/core/testing.ts";
import { convertSealed, importSealed, newImportKey } from "./import-sealed.ts";

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

test("a key file is written otherwise without being readable on its way, and OpenSSL opens what comes back", async () => {
  const admin = await newAdmin();
  const root = await testRoot();
  const file = fromUtf8(keyPem(root) + pem(root.certificateDer));
  const newPassword = "cleft cam synod lacy yr wok stubborn onyx plaza quiet";
  const key = await newImportKey(admin);
  const sealed = await sealForConversion(key, { file, password: "", newPassword });
  const sent = JSON.stringify(sealed);
  for (const secret of [file.subarray(0, 60), file.subarray(60, 120), fromUtf8(newPassword)])
    expect(sent).not.toContain(toBase64(secret).slice(0, 40));
  const { file: pfx, fileName } = await convertSealed(admin, { ...sealed, to: "pfx", chosen: null });
  expect(fileName).toBe("converted.pfx");
  expect((await readPkcs12(pfx, newPassword)).keys).toHaveLength(1);
  expect(
    openssl(["pkcs12", "-in", "f", "-passin", `pass:${newPassword}`, "-nokeys", "-info"], { f: pfx }),
  ).toMatch(/PBES2, PBKDF2, AES-256-CBC/);
  const again = convertSealed(admin, { ...sealed, to: "pfx", chosen: null });
  expect(await refusalOf(again)).toBe("signing/seal-import-key-gone");
  const mixed = await sealForConversion(await newImportKey(admin), { file, password: "", newPassword });
  const swapped = { ...mixed, newPassword: mixed.password, to: "pfx", chosen: null } as const;
  expect(await refusalOf(convertSealed(admin, swapped))).toBe("signing/seal-import-not-sealed");
  const weak = await sealForConversion(await newImportKey(admin), {
    file,
    password: "",
    newPassword: "short",
  });
  expect(await refusalOf(convertSealed(admin, { ...weak, to: "pem", chosen: null }))).toBe(
    "signing/passphrase-too-weak",
  );
});
