import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { toHex } from "#lib/bytes.ts";
import { createContext, type WorkerContext } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import { answerOcsp } from "./answer-ocsp.ts";
import { ensureAuthorities, openAuthority } from "./authorities.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { ocspError } from "./core/revocation/create-ocsp-response.ts";
import { parseCrl } from "./core/revocation/crl.ts";
import {
  certIdFor,
  certIdOf,
  createOcspRequest,
  parseOcspPath,
  parseOcspRequest,
} from "./core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "./core/revocation/ocsp-response.ts";
import { openssl, opensslMakes, pem } from "./core/testing.ts";
import { issueSealCertificate } from "./issue-certificate.ts";
import { publishCrl } from "./publish-crl.ts";
import { publishedCertificate, publishedCrl, publishedOcsp, publishedRoot } from "./published.ts";
import { revokeCertificate } from "./revoke-certificate.ts";
import { loadAuthorities } from "./store.ts";

const product = testProduct({ runsJobs: true });

const workerOf = (organizationId: OrganizationId): WorkerContext =>
  createContext(product().runtime, { organizationId, actor: { kind: "system", job: "test" } });

/** The founder comes first; the others are anybody. */
let founder: ReturnType<ReturnType<typeof product>["newOrganization"]> | null = null;
const founders = () => {
  founder ??= product().newOrganization();
  return founder;
};

async function newSeal() {
  const organization = await founders();
  const { publicKey } = await product().runtime.keys.ephemeral();
  const worker = workerOf(organization.id);
  const { id, der, chain } = await issueSealCertificate(worker, { organizationName: "Harbour", publicKey });
  const [issuing, root] = chain;
  const certificate = parseCertificate(der);
  return { organization, id, der, certificate, issuing: issuing!, root: root! };
}

type Seal = Awaited<ReturnType<typeof newSeal>>;

const authorityIdIn = ({ certificate }: Seal) => /pki\/([0-9a-f-]{36})/.exec(certificate.crlUrls[0]!)![1]!;
const partitionIn = ({ certificate }: Seal) => Number(/-(\d+)\.crl$/.exec(certificate.crlUrls[0]!)?.[1] ?? 0);

/** Asked by OpenSSL, answered by us, judged by OpenSSL. */
async function askWithOpenssl(seal: Seal, nonce: boolean): Promise<string> {
  const files = {
    "seal.pem": pem(seal.der),
    "issuing.pem": pem(seal.issuing),
    "root.pem": pem(seal.root),
  };
  const about = ["-issuer", "issuing.pem", "-cert", "seal.pem", nonce ? "-nonce" : "-no_nonce"];
  const asked = opensslMakes("ask.der", ["ocsp", ...about, "-reqout", "ask.der"], files);
  const { der } = await publishedOcsp(product().runtime, parseOcspRequest(asked));
  // Without it OpenSSL would add a nonce to the request it reads.
  const trust = ["-no_nonce", "-CAfile", "root.pem", "-verify_other", "issuing.pem", "-reqin", "ask.der"];
  return openssl(["ocsp", "-issuer", "issuing.pem", "-cert", "seal.pem", ...trust, "-respin", "answer.der"], {
    ...files,
    "ask.der": asked,
    "answer.der": der,
  });
}

async function verifyWithOpenssl(seal: Seal): Promise<string> {
  const { runtime } = product();
  const [rootRow] = (await loadAuthorities(runtime.database.db)).filter(({ kind }) => kind === "root");
  const own = await publishedCrl(runtime, authorityIdIn(seal), partitionIn(seal));
  const above = await publishedCrl(runtime, rootRow!.id, 0);
  const crls = pem(own!.der, "X509 CRL") + pem(above!.der, "X509 CRL");
  const run = [
    "verify",
    "-x509_strict",
    "-crl_check_all",
    "-CAfile",
    "root.pem",
    "-untrusted",
    "issuing.pem",
  ];
  try {
    return openssl([...run, "-CRLfile", "crls.pem", "seal.pem"], {
      ...{ "seal.pem": pem(seal.der), "issuing.pem": pem(seal.issuing), "root.pem": pem(seal.root) },
      "crls.pem": crls,
    });
  } catch (error) {
    return (error as Error).message;
  }
}

test("OpenSSL finds a certificate good, and revoked as soon as it is", async () => {
  const { runtime } = product();
  const seal = await newSeal();
  expect(await askWithOpenssl(seal, true)).toMatch(/Response verify OK[\s\S]*seal\.pem: good/);
  expect(await askWithOpenssl(seal, false)).toMatch(/Response verify OK[\s\S]*seal\.pem: good/);
  expect(await verifyWithOpenssl(seal)).toContain("seal.pem: OK");

  const ctx = await seal.organization.member("admin");
  const invalidSince = new Date(Date.now() - 3_600_000);
  const target = { certificateId: seal.id };
  await revokeCertificate(ctx, { target, reason: "keyCompromise", note: "Laptop stolen", invalidSince });
  for (const nonce of [true, false]) {
    const said = await askWithOpenssl(seal, nonce);
    expect(said).toMatch(/Response verify OK[\s\S]*seal\.pem: revoked/);
    expect(said).toContain("keyCompromise");
  }
  await expect.poll(() => verifyWithOpenssl(seal), { timeout: 10_000 }).toContain("certificate revoked");
  const list = await publishedCrl(runtime, authorityIdIn(seal), partitionIn(seal));
  const text = openssl(["crl", "-in", "crl.pem", "-noout", "-text", "-CAfile", "issuing.pem"], {
    "crl.pem": pem(list!.der, "X509 CRL"),
    "issuing.pem": pem(seal.issuing),
  });
  expect(text).toContain("verify OK");
  expect(text).toContain("Key Compromise");
  expect(text).toContain("Invalidity Date");
  expect(await refusalOf(revokeCertificate(ctx, { target, reason: "superseded" }))).toBe(
    "pki/already-revoked",
  );
  const { entries: events } = await readChain(ctx, null);
  expect(events.at(-1)).toMatchObject({
    type: "certificate.revoked",
    data: { reason: "keyCompromise", serial: seal.certificate.serialHex },
  });
});

test("of many who ask at once, whoever asks after a revocation is told of it, and who asks amiss fails alone", async () => {
  const [seal, other] = [await newSeal(), await newSeal()];
  const { runtime } = product();
  const issuing = parseCertificate(seal.issuing);
  const ask = async (certId: Uint8Array) => {
    const request = parseOcspRequest(createOcspRequest(certId, runtime.random(16)));
    return parseOcspResponse(await answerOcsp(runtime, request));
  };
  const unknown = certIdFor(toHex(runtime.random(15)), issuing);
  const stop = { isOver: false };
  const answers: { readonly askedAt: number; readonly kind: string }[] = [];
  const asking = Array.from({ length: 16 }, async () => {
    while (!stop.isOver) {
      const askedAt = performance.now();
      const { singles } = await ask(certIdOf(seal.certificate, issuing));
      answers.push({ askedAt, kind: singles[0]!.status.kind });
    }
  });
  const beside = Array.from({ length: 4 }, async () => {
    while (!stop.isOver) {
      expect((await ask(certIdOf(other.certificate, issuing))).singles[0]!.status.kind).toBe("good");
      const request = parseOcspRequest(createOcspRequest(unknown, runtime.random(16)));
      expect(await answerOcsp(runtime, request)).toEqual(ocspError("unauthorized"));
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const owner = await seal.organization.member("owner");
  await revokeCertificate(owner, {
    target: { certificateId: seal.id },
    reason: "superseded",
    note: "Replaced",
  });
  const revokedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 200));
  stop.isOver = true;
  await Promise.all([...asking, ...beside]);
  const after = answers.filter(({ askedAt }) => askedAt > revokedAt);
  expect(answers.some(({ kind }) => kind === "good")).toBe(true);
  expect(after.length).toBeGreaterThan(0);
  expect(after.every(({ kind }) => kind === "revoked")).toBe(true);
}, 60_000);

test("an answer kept from before the revocation is not handed out after it", async () => {
  const { runtime } = product();
  const seal = await newSeal();
  const request = parseOcspRequest(
    createOcspRequest(certIdOf(seal.certificate, parseCertificate(seal.issuing)), null),
  );
  const first = await publishedOcsp(runtime, request);
  const second = await publishedOcsp(runtime, request);
  expect(second.der).toEqual(first.der);
  expect(second.thisUpdate).not.toBeNull();
  const ctx = await seal.organization.member("owner");
  await revokeCertificate(ctx, { target: { certificateId: seal.id }, reason: "superseded" });
  const after = parseOcspResponse((await publishedOcsp(runtime, request)).der);
  expect(after.singles[0]!.status).toMatchObject({ kind: "revoked", reason: "superseded" });
});

test("who asks by other hashes gets an answer by those hashes", async () => {
  const seal = await newSeal();
  for (const digest of ["sha1", "sha256", "sha1"] as const) {
    const certId = certIdOf(seal.certificate, parseCertificate(seal.issuing), digest);
    const { der } = await publishedOcsp(product().runtime, parseOcspRequest(createOcspRequest(certId, null)));
    expect(toHex(parseOcspResponse(der).singles[0]!.certId.der)).toBe(toHex(certId));
  }
});

test("a nonce is repeated; one that is too long or empty makes the request malformed", async () => {
  const seal = await newSeal();
  const certId = certIdOf(seal.certificate, parseCertificate(seal.issuing));
  for (const length of [1, 32, 128]) {
    const request = parseOcspRequest(createOcspRequest(certId, new Uint8Array(length).fill(7)));
    const { der, nextUpdate } = await publishedOcsp(product().runtime, request);
    expect(parseOcspResponse(der).nonce).toEqual(request.nonce);
    expect(nextUpdate).toBeNull();
  }
  for (const length of [0, 129])
    expect(() => parseOcspRequest(createOcspRequest(certId, new Uint8Array(length)))).toThrow("nonce");
});

test("a request in the path of a GET is read as OpenSSL would send it", async () => {
  const seal = await newSeal();
  const der = createOcspRequest(certIdOf(seal.certificate, parseCertificate(seal.issuing)), null);
  const path = encodeURIComponent(Buffer.from(der).toString("base64"));
  const { der: answer } = await publishedOcsp(product().runtime, parseOcspPath(path));
  expect(parseOcspResponse(answer).singles[0]!.status.kind).toBe("good");
});

test("nobody but its authority speaks of a certificate", async () => {
  const seal = await newSeal();
  const root = parseCertificate(seal.root);
  const issuing = parseCertificate(seal.issuing);
  for (const certId of [
    certIdOf(seal.certificate, root),
    certIdOf({ serialDer: new Uint8Array([2, 1, 5]) }, issuing),
  ]) {
    const { der } = await publishedOcsp(product().runtime, parseOcspRequest(createOcspRequest(certId, null)));
    expect(() => parseOcspResponse(der)).toThrow("unauthorized");
  }
});

test("a serial number that was set aside and never signed is not said to be good", async () => {
  const { runtime, admin } = product();
  const seal = await newSeal();
  const serial = toHex(runtime.random(15)).replace(/^./, "4");
  await admin`insert into issued_serials (authority_id, serial, profile, intended_at, not_after)
    values (${authorityIdIn(seal)}, ${serial}, 'seal', now(), now() + interval '1 year')`;
  const ask = createOcspRequest(certIdFor(serial, parseCertificate(seal.issuing)), null);
  expect((await publishedOcsp(runtime, parseOcspRequest(ask))).der).toEqual(ocspError("unauthorized"));
});

test("beyond 10,000 certificates a list has parts, each named in its own certificates", async () => {
  const { runtime, admin } = product();
  const before = await newSeal();
  const authorityId = authorityIdIn(before);
  await admin`update authorities set serials_reserved = 10000 where id = ${authorityId}`;
  const later: Seal[] = [];
  // What is left of the block that was set aside before still belongs to the first part.
  while (later.length < 60 && (later.length === 0 || partitionIn(later.at(-1)!) === 0))
    later.push(await newSeal());
  const inPart = later.at(-1)!;
  expect(inPart.certificate.crlUrls[0]).toMatch(new RegExp(`/pki/${authorityId}-1\\.crl$`));
  const ctx = await inPart.organization.member("owner");
  await revokeCertificate(ctx, { target: { certificateId: inPart.id }, reason: "superseded" });
  await expect.poll(() => verifyWithOpenssl(inPart), { timeout: 10_000 }).toContain("certificate revoked");
  const part = await publishedCrl(runtime, authorityId, 1);
  expect(parseCrl(part!.der).scope).toMatchObject({ urls: inPart.certificate.crlUrls, isPartial: false });
  const text = openssl(["crl", "-in", "crl.pem", "-noout", "-text"], {
    "crl.pem": pem(part!.der, "X509 CRL"),
  });
  expect(text).toMatch(/X509v3 Issuing Distribution Point: critical/);
  expect(text).not.toContain("Only Some Reasons");
  const rows = await loadAuthorities(runtime.database.db);
  await publishCrl(runtime, await openAuthority(runtime, rows, rows.find(({ id }) => id === authorityId)!), {
    since: new Date(Date.now() - 1),
  });
  expect(await verifyWithOpenssl(before)).toContain("seal.pem: OK");
});

test("an issuing authority that is revoked is in the root's list and has a successor", async () => {
  const { runtime } = product();
  const seal = await newSeal();
  const ctx = await (await founders()).member("owner");
  const authorityId = authorityIdIn(seal);
  await revokeCertificate(ctx, { target: { authorityId }, reason: "cessationOfOperation" });
  await expect.poll(() => verifyWithOpenssl(seal), { timeout: 10_000 }).toContain("certificate revoked");
  const next = await newSeal();
  expect(authorityIdIn(next)).not.toBe(authorityId);
  expect(await verifyWithOpenssl(next)).toContain("seal.pem: OK");
  expect(await publishedCertificate(runtime, authorityId)).toEqual(seal.issuing);
  expect(await askWithOpenssl(next, true)).toContain("seal.pem: good");
});

test("a root is above revocation, and authorities are the founder's", async () => {
  const seal = await newSeal();
  const rows = await loadAuthorities(product().runtime.database.db);
  const root = rows.find(({ kind }) => kind === "root")!;
  const owner = await (await founders()).member("owner");
  const stranger = await (await product().newOrganization()).member("owner");
  const sender = await (await founders()).member("sender");
  const revoke = (ctx: typeof owner, target: Parameters<typeof revokeCertificate>[1]["target"]) =>
    refusalOf(revokeCertificate(ctx, { target, reason: "superseded" }));
  expect(await revoke(owner, { authorityId: root.id })).toBe("pki/not-revocable");
  expect(await revoke(stranger, { authorityId: authorityIdIn(seal) })).toBe("pki/not-the-founder");
  expect(await revoke(stranger, { certificateId: seal.id })).toBe("pki/not-found");
  expect(await revoke(sender, { certificateId: seal.id })).toBe("authorize/not-allowed");
  expect(await publishedRoot(product().runtime)).toEqual(root.certificateDer);
  await ensureAuthorities(product().runtime);
});
