import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { equalBytes, sha256, toHex } from "#lib/bytes.ts";
import { createContext } from "#lib/context.ts";
import { openMasterKey } from "#lib/runtime.ts";
import { askRotation } from "./ask-rotation.ts";
import { nextOf } from "./authority-plan.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { parseCrl } from "./core/revocation/crl.ts";
import { openssl, pem } from "./core/testing.ts";
import { getAuthorityRotation, listAuthorityRotations } from "./get-authority-rotations.ts";
import { issueSealCertificate } from "./issue-certificate.ts";
import { publishedCrl, publishedTrust } from "./published.ts";
import { revokeCertificate } from "./revoke-certificate.ts";
import { exportRootKey, removeRootKey, withRootKey } from "./root-key.ts";
import { type AuthorityKind, loadAuthorities } from "./store.ts";

const product = testProduct({ runsJobs: true });

async function founder() {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const actor = { kind: "system", job: "test" } as const;
  return { owner, worker: createContext(product().runtime, { organizationId: organization.id, actor }) };
}

const inUse = async (kind: AuthorityKind) =>
  nextOf(await loadAuthorities(product().runtime.database.db), kind)!;

/** What has to hold under each root by itself, for OpenSSL, with the lists that are published. */
async function verifies(der: Uint8Array, chain: readonly Uint8Array[], root: Uint8Array): Promise<string> {
  const rows = await loadAuthorities(product().runtime.database.db);
  const lists = await Promise.all(rows.map(({ id }) => publishedCrl(product().runtime, id, 0)));
  const crls = lists.flatMap((list) => (list ? [pem(list.der, "X509 CRL")] : []));
  const run = ["verify", "-x509_strict", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "chain.pem"];
  return openssl([...run, "-CRLfile", "crls.pem", "leaf.pem"], {
    ...{ "root.pem": pem(root), "leaf.pem": pem(der), "crls.pem": crls.join("") },
    "chain.pem": chain
      .filter((one) => !equalBytes(one, root))
      .map((one) => pem(one))
      .join(""),
  });
}

const owners: ReturnType<typeof founder>[] = [];
const theFounder = () => {
  owners[0] ??= founder();
  return owners[0];
};

async function newSeal() {
  const { worker } = await theFounder();
  const { publicKey } = await product().runtime.keys.ephemeral();
  return issueSealCertificate(worker, { organizationName: "Harbour", publicKey });
}

test("every authority gets a successor at once, and what the one before issued still holds", async () => {
  const { owner } = await theFounder();
  for (const kind of ["ocsp", "tsa", "issuing"] as const) {
    const before = await newSeal();
    const old = await inUse(kind);
    const rotationId = await askRotation(owner, { kind });
    await expect.poll(async () => (await inUse(kind)).id, { timeout: 10_000 }).not.toBe(old.id);
    const next = await inUse(kind);
    expect(next.subject).not.toBe(old.subject);
    const rotation = await getAuthorityRotation(owner, { rotationId });
    expect(rotation.checks.map(({ name, isGood }) => [name, isGood])).toEqual(
      ["key", "chain", "life", "usage", "signature"].map((name) => [name, true]),
    );
    expect([rotation.from.sha256, rotation.to?.sha256]).toEqual([
      old.certificateSha256,
      next.certificateSha256,
    ]);
    const [root] = (await publishedTrust(product().runtime)).roots;
    expect(await verifies(before.der, before.chain, root!)).toContain("OK");
    await expect
      .poll(async () => refusalOf(newSeal().then((seal) => verifies(seal.der, seal.chain, root!))), {
        timeout: 10_000,
      })
      .toBeUndefined();
  }
  const { entries } = await readChain(owner, null);
  expect(entries.filter(({ type }) => type === "authority.rotated").map(({ data }) => data.kind)).toEqual([
    "ocsp",
    "tsa",
    "issuing",
  ]);
});

test("a new root is vouched for by the one before: whoever knows either believes both", async () => {
  const { owner } = await theFounder();
  const before = await newSeal();
  const old = await inUse("root");
  await askRotation(owner, { kind: "root" });
  await expect.poll(async () => (await inUse("root")).id, { timeout: 10_000 }).not.toBe(old.id);
  const next = await inUse("root");
  await expect
    .poll(async () => (await publishedCrl(product().runtime, next.id, 0)) !== null, { timeout: 10_000 })
    .toBe(true);
  const after = await newSeal();
  expect(await verifies(before.der, before.chain, old.certificateDer)).toContain("OK");
  expect(await verifies(after.der, after.chain, next.certificateDer)).toContain("OK");
  const crossed = after.chain.filter((one) => !equalBytes(one, next.certificateDer));
  expect(
    crossed.some(
      (one) => parseCertificate(one).issuer.text === parseCertificate(old.certificateDer).subject.text,
    ),
  ).toBe(true);
  expect(await verifies(after.der, crossed, old.certificateDer)).toContain("OK");
  expect((await publishedTrust(product().runtime)).roots).toHaveLength(2);
});

test("the root's key goes into a file that OpenSSL opens, and is needed from there on", async () => {
  const { owner, worker } = await theFounder();
  const { runtime } = product();
  const masterKey = await openMasterKey(runtime.config);
  const { bytes, passphrase } = await exportRootKey(worker, masterKey);
  const recorded = async () =>
    (await readChain(owner, null)).entries.flatMap(({ type, data }) =>
      type.startsWith("root-key.") ? [[type, data.fileSha256]] : [],
    );
  const exported = ["root-key.exported", toHex(sha256(bytes))];
  expect(await recorded()).toEqual([exported]);
  expect(await refusalOf(exportRootKey(worker, masterKey))).toBe("pki/root-exported");
  expect(passphrase).toMatch(/^([A-Z2-9]{5}-){5}[A-Z2-9]$/);
  const text = openssl(["pkcs12", "-in", "root.p12", "-info", "-nokeys", "-passin", `pass:${passphrase}`], {
    "root.p12": bytes,
  });
  expect(text).toContain("PBES2, PBKDF2, AES-256-CBC");
  const wrong = { file: bytes, passphrase: "WRONG" };
  expect(await refusalOf(removeRootKey(worker, wrong))).toBe("pki/wrong-password");
  await removeRootKey(worker, { file: bytes, passphrase });
  expect(await recorded()).toEqual([exported, ["root-key.removed", exported[1]]]);
  const root = await inUse("root");
  expect(root.keyRemovedAt).not.toBeNull();
  expect(await product().admin`select 1 from sealed_keys where id = ${root.keyId}`).toHaveLength(0);
  const left = parseCrl((await publishedCrl(runtime, root.id, 0))!.der);
  expect(left.nextUpdate!.getTime() - left.thisUpdate.getTime()).toBe(400 * 86_400_000);

  const seal = await newSeal();
  expect(await verifies(seal.der, seal.chain, root.certificateDer)).toContain("OK");
  expect(await refusalOf(askRotation(owner, { kind: "tsa" }))).toBe("pki/key-away");
  const tsa = await inUse("tsa");
  const target = { authorityId: tsa.id };
  expect(await refusalOf(revokeCertificate(owner, { target, reason: "superseded" }))).toBe("pki/key-away");

  expect(await refusalOf(withRootKey(worker, { ...wrong, purpose: "tsa" }))).toBe("pki/wrong-password");
  await withRootKey(worker, { file: bytes, passphrase, purpose: "tsa" });
  expect((await inUse("tsa")).id).not.toBe(tsa.id);
  await revokeCertificate(owner, { target, reason: "superseded" });
  await withRootKey(worker, { file: bytes, passphrase, purpose: "list" });
  const list = openssl(["crl", "-in", "crl.pem", "-noout", "-text", "-CAfile", "root.pem"], {
    "crl.pem": pem((await publishedCrl(runtime, root.id, 0))!.der, "X509 CRL"),
    "root.pem": pem(root.certificateDer),
  });
  expect(list).toContain("verify OK");
  expect(list.toLowerCase()).toContain(parseCertificate(tsa.certificateDer).serialHex);
  await withRootKey(worker, { file: bytes, passphrase, purpose: "root" });
  expect((await inUse("root")).keyRemovedAt).toBeNull();
  const after = await newSeal();
  expect(await verifies(after.der, after.chain, (await inUse("root")).certificateDer)).toContain("OK");
});

test("authorities are rotated by those who look after keys where the installation was set up", async () => {
  await theFounder();
  const stranger = await product().newOrganization();
  const other = await stranger.member("owner");
  expect(await refusalOf(askRotation(other, { kind: "tsa" }))).toBe("pki/not-the-founder");
  expect(await listAuthorityRotations(other)).toEqual([]);
  expect(await refusalOf(askRotation(await stranger.member("counsel"), { kind: "tsa" }))).toBe(
    "authorize/not-allowed",
  );
});
