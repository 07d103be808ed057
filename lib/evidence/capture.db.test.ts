import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { listPresented } from "#lib/signing/presented/list-presented.ts";
import { presentCertificate } from "#lib/signing/presented/present-certificate.ts";
import { linkFor, newDraft, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { addCaptureRule, listCaptureRules, removeCaptureRule } from "./capture/change-rules.ts";
import { downloadPresented } from "./capture/download-presented.ts";
import { downloadCertificate } from "./download-certificate.ts";
import { getCertificate } from "./get-certificate.ts";

const product = testProduct({ runsJobs: true });
const folder = mkdtempSync(path.join(tmpdir(), "whereof-brought-"));
afterAll(() => rmSync(folder, { recursive: true }));
const newOwner = async () => (await product().newOrganization()).member("owner");

async function begun(owner: Context) {
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
  return { envelopeId, ana: await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz")) };
}

async function completed(owner: Context, envelopeId: EnvelopeId) {
  await until(owner, envelopeId, ({ state }) => state === "completed", 60_000);
  const { certificates } = await getEnvelope(owner, { envelopeId });
  const { id: certificateId } = certificates.find(({ kind }) => kind === "signer")!;
  const { entries } = await readChain(owner, envelopeId);
  const events = entries.filter(({ type }) => type.startsWith("certificate."));
  return { certificateId, events, details: await getCertificate(owner, { certificateId }) };
}

const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

function ownCertificate(name: string): Uint8Array {
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
    "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.pem`); // biome-ignore format: one command
  return new Uint8Array(readFileSync(path.join(folder, `${name}.pem`)));
}

test("without rules a signer's certificate is captured, with the fields and bytes it stands for", async () => {
  const owner = await newOwner();
  const { envelopeId, ana } = await begun(owner);
  await sign(ana);
  const { certificateId, events, details } = await completed(owner, envelopeId);
  expect(details.capture).toMatchObject({ isCaptured: true, ruleName: null, reason: null });
  const [{ type, data }] = events as [(typeof events)[number]];
  expect(type).toBe("certificate.captured");
  expect(data).toMatchObject({
    certificate: certificateId,
    sha256: details.view.fingerprints.sha256.replaceAll(/[\s:]/g, "").toLowerCase(),
  });
  const [signed] = details.signed;
  expect(data.signed).toEqual([
    { document: signed!.documentId, revision: signed!.revision, sha256: signed!.sha256 },
  ]);
  expect(data.fields).toHaveLength(3);
  const names = await Promise.all(
    [1, 2].map(() => downloadCertificate(owner, { certificateId, form: "der" })),
  );
  expect(names[0]!.fileName).toBe(names[1]!.fileName);
}, 180_000);

test("with rules it is captured when one holds, and skipped with the reason when none does", async () => {
  const owner = await newOwner();
  const rent = { about: "field", label: "Rent", operator: "at-least", value: "1000" } as const;
  await addCaptureRule(owner, { name: "Large leases", combine: "all", conditions: [rent] });
  const withRent = async (value: string) => {
    const draft = await newDraft(owner, [{ name: "Ana Ruiz" }]);
    const { envelopeId } = draft;
    await product()
      .admin`update fields set label = 'Rent' where envelope_id = ${envelopeId} and type = 'text'`;
    await sendEnvelope(owner, draft);
    await sign(await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz")), value);
    return completed(owner, envelopeId);
  };
  const large = await withRent("1,250");
  expect(large.details.capture).toMatchObject({ isCaptured: true, ruleName: "Large leases" });
  const small = await withRent("900");
  const reason = "Large leases: the field “Rent” is not at least “1000”";
  expect(small.details.capture).toMatchObject({ isCaptured: false, reason });
  expect(small.events.map(({ type }) => type)).toEqual(["certificate.capture-skipped"]);
  expect(small.events[0]!.data).toMatchObject({ reason });
  expect(JSON.stringify(small.events)).not.toContain("900");

  const [rule] = await listCaptureRules(owner);
  await removeCaptureRule(owner, { ruleId: rule!.id });
  expect(await refusalOf(removeCaptureRule(owner, { ruleId: rule!.id }))).toBe("evidence/rule-not-found");
  const bad = (change: object) =>
    refusalOf(addCaptureRule(owner, { name: "x", combine: "all", conditions: [rent], ...change }));
  for (const change of [
    { name: " " },
    { conditions: [] },
    { conditions: [{ ...rent, label: "" }] },
    { conditions: [{ ...rent, value: "" }] },
  ])
    expect(await bad(change)).toBe("evidence/rule-unreadable");
  const counsel = await (await product().newOrganization()).member("counsel");
  expect(await refusalOf(addCaptureRule(counsel, { name: "x", combine: "all", conditions: [rent] }))).toBe(
    "authorize/not-allowed",
  );
}, 180_000);

test("a certificate that a signer brings along is kept with its event and fields, and says it was not proven", async () => {
  const owner = await newOwner();
  const { envelopeId, ana } = await begun(owner);
  const pem = ownCertificate("ana");
  const said = await presentCertificate(ana, { file: null, text: Buffer.from(pem).toString() });
  const listed = openssl("x509", "-in", "ana.pem", "-noout", "-fingerprint", "-sha256").toString();
  expect(said.sha256).toBe(listed.split("=")[1]!.trim().replaceAll(":", "").toLowerCase());
  await presentCertificate(ana, { file: pem, text: "" });
  const present = (file: Uint8Array) => refusalOf(presentCertificate(ana, { file, text: "" }));
  expect(await present(new Uint8Array(readFileSync(path.join(folder, "ana.key"))))).toBe("pki/holds-a-key");
  expect(await present(Buffer.from("no certificate at all"))).toBe("pki/not-a-certificate");
  expect(await present(new Uint8Array(70_000))).toBe("pki/too-large");
  expect(await refusalOf(presentCertificate(ana, { file: null, text: " " }))).toBe(
    "signing/certificate-missing",
  );
  const late = { ...ana, now: () => new Date(Date.now() + 40 * 86_400_000) };
  expect(await refusalOf(presentCertificate(late, { file: pem, text: "" }))).toBe(
    "signing/certificate-ended",
  );
  for (const name of ["b", "c", "d", "e"]) expect(await present(ownCertificate(name))).toBeUndefined();
  expect(await present(ownCertificate("f"))).toBe("signing/certificates-too-many");
  expect(await refusalOf(presentCertificate(owner, { file: pem, text: "" }))).toBe(
    "authorize/not-a-recipient",
  );

  const { entries } = await readChain(owner, envelopeId);
  const events = entries.filter(({ type }) => type === "certificate.presented");
  expect(events).toHaveLength(5);
  expect(events[0]!.data).toMatchObject({
    sha256: said.sha256,
    isProven: false,
    fields: [expect.any(String)],
  });
  const rows = await product().admin`select sha256, event_id from presented_certificates order by at`;
  expect(rows[0]).toMatchObject({ sha256: said.sha256, event_id: events[0]!.id });
  const [first] = await listPresented(owner, { envelopeId });
  expect(first).toMatchObject({
    signer: "Ana Ruiz",
    sha256: said.sha256,
    subject: "CN=ana",
    eventId: events[0]!.id,
  });
  const stranger = await newOwner();
  expect(await refusalOf(listPresented(stranger, { envelopeId }))).toBe("signing/not-found");
  const wanted = { envelopeId, presentedId: first!.id };
  expect(await refusalOf(downloadPresented(stranger, wanted))).toBe("signing/not-found");
  const { bytes, fileName } = await downloadPresented(owner, wanted);
  expect(await new Response(bytes).text()).toBe(Buffer.from(pem).toString());
  expect(fileName).toMatch(/^Lease 12B - brought certificate - Ana Ruiz\.pem$/);
  expect(toHex(pem)).not.toContain(toHex(Buffer.from("PRIVATE")));
}, 180_000);
