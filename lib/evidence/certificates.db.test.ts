import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes, sha256, sourceOf, toHex, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { type EnvelopeView, getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { shareEnvelope } from "#lib/envelopes/share-envelope.ts";
import { type CertificateId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { findSignatures } from "#lib/pdf/changes/found-signature.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import { inFolder, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { openssl, pem } from "#lib/pki/core/testing.ts";
import { issueSealCertificate } from "#lib/pki/issue-certificate.ts";
import { publishedRoot } from "#lib/pki/published.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { CERTIFICATE_FORMS } from "./certificate-file.ts";
import { type Download, download } from "./download.ts";
import { downloadCertificate } from "./download-certificate.ts";
import { downloadCertificateIndex } from "./download-certificate-index.ts";
import { getCertificate } from "./get-certificate.ts";
import { inspectBrought } from "./inspect-certificates.ts";
import { revisionFiles } from "./revision-files.ts";

const product = testProduct({ runsJobs: true });

let organization: Awaited<ReturnType<ReturnType<typeof product>["newOrganization"]>>;
let owner: Context;
let envelopeId: EnvelopeId;
let envelope: EnvelopeView;
let signerId: CertificateId;
let sealId: CertificateId;

beforeAll(async () => {
  organization = await product().newOrganization();
  owner = await organization.member("owner");
  ({ envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }], "parallel"));
  await sign(await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz")));
  await until(owner, envelopeId, ({ state }) => state === "completed");
  envelope = await getEnvelope(owner, { envelopeId });
  signerId = envelope.certificates.find(({ kind }) => kind === "signer")!.id;
  sealId = envelope.certificates.find(({ kind }) => kind === "seal")!.id;
}, 180_000);

const bytesOf = async ({ bytes }: Download) => new Uint8Array(await new Response(bytes).arrayBuffer());
const chainOf = async (id: EnvelopeId | null) =>
  (await readChain(owner, id)).entries.filter(({ type }) => type === "evidence.downloaded");

describe("a certificate of the index", () => {
  test("is told with its chain and what it signed", async () => {
    const { view, chain, signed, may } = await getCertificate(owner, { certificateId: signerId });
    expect(view.headline.words).toMatch(
      /^Issued to Ana Ruiz by Whereof Issuing Authority \w+ for signing documents, valid until .* It was not revoked\. It is one of ours\.$/,
    );
    expect(chain).toMatchObject({ endsAt: "trusted", findings: [] });
    expect(chain.links).toHaveLength(3);
    const revisions = await revisionFiles(owner, { envelopeId, documentId: envelope.documents[0]!.id });
    const own = revisions.find(({ name }) => name === `revision-${signed[0]!.revision}-signed.pdf`)!;
    const bytes = new Uint8Array(await new Response(own.bytes).arrayBuffer());
    expect(signed.map(({ sha256, kind }) => [sha256, kind])).toEqual([[toHex(sha256(bytes)), "signed"]]);
    expect(may.download).toBe(true);
  });

  test("has one name, from wherever and whenever it is downloaded", async () => {
    const { admin } = product();
    const [{ settings }] = (await admin`select settings::text from organizations
      where organization_id = ${organization.id}`) as unknown as [{ settings: string }];
    await admin`update organizations set settings = jsonb_set(settings, '{fileNamePattern}',
      '"{title} {kind} {name} {date}"') where organization_id = ${organization.id}`;
    await admin`update envelopes set ended_at = ended_at + interval '3 days' where id = ${envelopeId}`;
    for (const certificateId of [signerId, sealId])
      for (const form of ["der", "pem"] as const) {
        const wanted = { kind: "certificate", certificateId, form } as const;
        const names = [
          (await download(owner, { envelopeId, wanted })).fileName,
          (await downloadCertificate(owner, { certificateId, form })).fileName,
        ];
        expect(names[0]).toContain(new Date().toISOString().slice(0, 4));
        expect(names[0]).toBe(names[1]);
      }
    await admin`update envelopes set ended_at = ended_at - interval '3 days' where id = ${envelopeId}`;
    await admin`update organizations set settings = ${settings}::text::jsonb
      where organization_id = ${organization.id}`;
  });

  test("of a signer is for those who see the envelope, a seal for every member, and each sees only their own", async () => {
    const stranger = await organization.member("sender");
    const viewer = await organization.member("viewer");
    expect(await refusalOf(getCertificate(stranger, { certificateId: signerId }))).toBe(
      "authorize/not-allowed",
    );
    // A colleague it is shared with reads what its sender reads.
    const colleague = await organization.member("sender");
    const memberId = colleague.actor.kind === "member" ? colleague.actor.memberId : "";
    await shareEnvelope(owner, { envelopeId, memberId, access: "read" });
    expect((await getCertificate(colleague, { certificateId: signerId })).signed).not.toEqual([]);
    await shareEnvelope(owner, { envelopeId, memberId, access: "none" });
    expect(await refusalOf(getCertificate(colleague, { certificateId: signerId }))).toBe(
      "authorize/not-allowed",
    );
    const seal = await getCertificate(stranger, { certificateId: sealId });
    expect([seal.signed, seal.view.headline.purpose]).toEqual([[], "sealing documents"]);
    const json = toUtf8(
      await bytesOf(await downloadCertificate(stranger, { certificateId: sealId, form: "json" })),
    );
    expect(json).not.toContain("Lease");
    expect((await getCertificate(viewer, { certificateId: signerId })).may.download).toBe(false);
    for (const form of CERTIFICATE_FORMS) {
      expect(await refusalOf(downloadCertificate(viewer, { certificateId: signerId, form }))).toBe(
        "authorize/not-allowed",
      );
      expect(await refusalOf(downloadCertificate(stranger, { certificateId: signerId, form }))).toBe(
        "authorize/not-allowed",
      );
    }
  });

  test("of another organization is not there", async () => {
    const other = await (await product().newOrganization()).member("owner");
    expect(await refusalOf(getCertificate(other, { certificateId: signerId }))).toBe("evidence/not-found");
    expect(await refusalOf(downloadCertificate(other, { certificateId: signerId, form: "der" }))).toBe(
      "evidence/not-found",
    );
  });

  test("is given in four forms that OpenSSL reads, under the same names each time, and on record", async () => {
    const before = (await chainOf(envelopeId)).length;
    const { sha256: print } = envelope.certificates.find(({ id }) => id === signerId)!;
    const names: string[] = [];
    for (const form of [...CERTIFICATE_FORMS, ...CERTIFICATE_FORMS]) {
      const file = await downloadCertificate(owner, { certificateId: signerId, form });
      names.push(file.fileName);
      const bytes = await bytesOf(file);
      expect(bytes.length).toBe(file.sizeBytes);
      expect(toUtf8(bytes)).not.toMatch(/PRIVATE KEY/);
      if (form === "der") expect(toHex(sha256(bytes))).toBe(print);
      if (form === "pem")
        expect(openssl("x509 -in c -noout -subject".split(" "), { c: bytes })).toMatch(/CN ?= ?Ana Ruiz/);
      if (form === "p7b") {
        const text = openssl("pkcs7 -inform DER -in c -print_certs -noout".split(" "), { c: bytes });
        expect(text.match(/subject=/g)).toHaveLength(3);
        expect(text).toMatch(/Ana Ruiz[\s\S]*Root|Root[\s\S]*Ana Ruiz/);
      }
      if (form === "pdf") {
        const text = inFolder((file) => run("pdftotext", ["-layout", file("c.pdf", bytes), "-"]).text);
        expect(text).toContain("Certificate of Ana Ruiz");
        expect(text).toContain("It was not revoked when it signed last");
        expect(text.replace(/\s/g, "").toLowerCase()).toContain(print);
        expect(qpdfFaults(bytes)).toBe("");
      }
      if (form === "json") {
        const told = JSON.parse(toUtf8(bytes));
        expect(told).toMatchObject({
          signer: "Ana Ruiz",
          revocation: { status: "not-revoked" },
          certificate: { fingerprints: { sha256: print } },
          signatures: [{ kind: "signed" }],
        });
        const files = { leaf: told.chain.pem[0], mid: told.chain.pem[1], root: told.chain.pem[2] };
        expect(
          openssl("verify -x509_strict -purpose any -CAfile root -untrusted mid leaf".split(" "), files),
        ).toContain("OK");
      }
    }
    expect(names.slice(0, 5)).toEqual(names.slice(5));
    expect(names[0]).toBe("Lease 12B - certificate - Ana Ruiz.cer");
    const events = (await chainOf(envelopeId)).slice(before);
    expect(events.map(({ data }) => data.file)).toEqual(names);
    const seal = await downloadCertificate(owner, { certificateId: sealId, form: "der" });
    expect((await chainOf(null)).at(-1)!.data).toMatchObject({ kind: "certificate", file: seal.fileName });
  });
});

test("the signature of a revision by itself is verified by OpenSSL over the bytes it covers", async () => {
  const { id: documentId } = envelope.documents[0]!;
  const { signed } = await getCertificate(owner, { certificateId: signerId });
  const { revision } = signed[0]!;
  const wanted = { kind: "signature", documentId, revision } as const;
  const file = await download(owner, { envelopeId, wanted });
  expect(file.fileName).toMatch(/^Lease 12B - signature - .* revision \d\.p7s$/);
  const revisions = await revisionFiles(owner, { envelopeId, documentId });
  const own = revisions.find(({ name }) => name === `revision-${revision}-signed.pdf`)!;
  const pdf = new Uint8Array(await new Response(own.bytes).arrayBuffer());
  const { byteRange } = findSignatures(PdfFile.open(sourceOf(pdf))).find(({ end }) => end === pdf.length)!;
  const [from, length, next, rest] = byteRange!;
  const covered = concatBytes([pdf.subarray(from, from + length), pdf.subarray(next, next + rest)]);
  const root = pem((await publishedRoot(product().runtime))!);
  const verify = (content: Uint8Array, sig: Uint8Array) =>
    openssl(
      "cms -verify -binary -inform DER -in sig -content pdf -CAfile root -purpose any -out x".split(" "),
      { sig, pdf: content, root },
    );
  const sig = await bytesOf(file);
  expect(verify(covered, sig)).toContain("successful");
  covered[100]! ^= 1;
  expect(() => verify(covered, sig)).toThrow(/digest|verif/i);
  expect((await chainOf(envelopeId)).at(-1)!.data).toMatchObject({ kind: "signature", file: file.fileName });
  for (const number of [1, 99])
    expect(await refusalOf(download(owner, { envelopeId, wanted: { ...wanted, revision: number } }))).toBe(
      "evidence/not-found",
    );
  const person = await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz"));
  expect(await refusalOf(download(person, { envelopeId, wanted }))).toBe("authorize/not-a-member");
});

describe("the index as CSV", () => {
  test("holds what the search finds, and nothing a spreadsheet would run", async () => {
    const { runtime, newOrganization } = product();
    const own = await newOrganization();
    const worker = createContext(runtime, { organizationId: own.id, actor: { kind: "system", job: "test" } });
    const { publicKey } = await runtime.keys.ephemeral();
    for (const organizationName of ['=HYPERLINK("http://x")', "Meadow"])
      await issueSealCertificate(worker, { organizationName, publicKey });
    const admin = await own.member("admin");
    const file = await downloadCertificateIndex(admin, { search: "" });
    const text = toUtf8(await bytesOf(file));
    expect(text.split("\r\n")).toHaveLength(4);
    expect(text).not.toMatch(/(^|,)"?[=+\-@\t]/m);
    expect(text).toContain('"valid"');
    const found = toUtf8(await bytesOf(await downloadCertificateIndex(admin, { search: "meadow" })));
    expect(found.split("\r\n")).toHaveLength(3);
    const { entries } = await readChain(admin, null);
    const { data } = entries.at(-1)!;
    expect(data).toMatchObject({ kind: "certificate-index", file: file.fileName });
    expect(JSON.stringify(entries.at(-1))).toContain("meadow");
  });

  test("goes on past one batch, and is for those who read the index and may download", async () => {
    const own = await product().newOrganization();
    const { admin, runtime } = product();
    const rows = Array.from({ length: 2_300 }, (_, index) => ({
      organization_id: own.id,
      id: uuidV7(Date.now() + index, runtime.random(10)),
      kind: "seal",
      authority_id: uuidV7(0, new Uint8Array(10)),
      serial: `${index}`,
      subject: `CN=Number ${index}`,
      issuer: "CN=x",
      sha256: "00",
      der: new Uint8Array(1),
      search_text: "x",
      not_before: new Date(),
      not_after: new Date(),
      created_at: new Date(Date.now() + (index >> 2)),
    }));
    for (let from = 0; from < rows.length; from += 500)
      await admin`insert into certificates ${admin(rows.slice(from, from + 500))}`;
    const ctx = await own.member("counsel");
    const text = toUtf8(await bytesOf(await downloadCertificateIndex(ctx, {})));
    expect(new Set(text.match(/CN=Number \d+/g)).size).toBe(2_300);
    for (const role of ["sender", "viewer"] as const)
      expect(await refusalOf(downloadCertificateIndex(await own.member(role), {}))).toBe(
        "authorize/not-allowed",
      );
  });
});

describe("a certificate that is brought", () => {
  async function* parts(...list: Uint8Array[]) {
    yield* list;
  }

  test("is read in the sandbox and told; ours is known as ours", async () => {
    const der = await bytesOf(await downloadCertificate(owner, { certificateId: signerId, form: "der" }));
    const { certificates } = await inspectBrought(owner, parts(der.subarray(0, 50), der.subarray(50)));
    expect(certificates[0]!.headline).toMatchObject({ who: "Ana Ruiz", isOurs: true });
    expect(certificates[0]!.headline.words).toContain("Whether it was revoked was not asked.");
    expect(certificates[0]!.chain.endsAt).toBe("trusted");
  });

  test("is read no further than a megabyte, and refused when it is none", async () => {
    let given = 0;
    async function* endless() {
      for (;;) yield new Uint8Array((given += 65_536) && 65_536);
    }
    expect(await refusalOf(inspectBrought(owner, endless()))).toBe("pki/too-large");
    expect(given).toBeLessThan(2 * 1024 ** 2);
    expect(await refusalOf(inspectBrought(owner, parts(new Uint8Array(9))))).toBe("pki/not-a-certificate");
  });
});
