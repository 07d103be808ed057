import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { keepLog } from "#lib/audit/sign-checkpoint.ts";
import { sha256, sourceOf, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { pageImage } from "#lib/envelopes/page-image.ts";
import type { DisputeId, EnvelopeId, RecipientId } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { recordView } from "#lib/signing/record-view.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { readZip } from "../core/zip/read-zip.ts";
import { download } from "../download.ts";
import { packageBytes, readyPackage } from "../testing-package.ts";
import { validatedByUs } from "../testing-sealed.ts";
import { listDisputeFiles } from "./list-dispute-files.ts";
import { requestDisputeFile } from "./request-dispute-file.ts";

const product = testProduct({ runsJobs: true });

let organization: Awaited<ReturnType<ReturnType<typeof product>["newOrganization"]>>;
let owner: Context;
let envelopeId: EnvelopeId;
let ana: RecipientId;
let ben: RecipientId;
let pdf: Uint8Array;

async function fileOf(ctx: Context, id: DisputeId): Promise<Uint8Array> {
  for (let tries = 0; tries < 1200; tries++) {
    const found = (await listDisputeFiles(ctx, { envelopeId })).find((one) => one.id === id);
    if (found?.isReady) {
      const { bytes } = await download(ctx, { envelopeId, wanted: { kind: "dispute", disputeId: id } });
      return new Uint8Array(await new Response(bytes).arrayBuffer());
    }
    await pause(50);
  }
  throw new Error("the dispute file does not get ready");
}

const REASON = "Says she never saw it";

beforeAll(async () => {
  organization = await product().newOrganization();
  owner = await organization.member("owner");
  const people = [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }, { name: "Cy Copy", role: "copy" }] as const;
  ({ envelopeId } = await sent(owner, people, "parallel"));
  for (const name of ["Ana Ruiz", "Ben Okafor"]) {
    const person = await personWith(owner, await linkFor(owner, envelopeId, name));
    const { documents } = await openCeremony(person);
    const { id: documentId, revision, sha256 } = documents[0]!;
    for (const page of [0, 1]) await pageImage(person, { documentId, revision, page, widthPx: 800 });
    await recordView(person, { documentId, sha256, pages: [0, 1] });
    await sign(person);
  }
  const { recipients } = await until(owner, envelopeId, ({ state }) => state === "completed");
  [ana, ben] = ["Ana Ruiz", "Ben Okafor"].map((name) => recipients.find((one) => one.name === name)!.id) as [
    RecipientId,
    RecipientId,
  ];
  await keepLog({ ...product().runtime, now: () => new Date(Date.now() + 7_200_000) });
  const order = { envelopeId, recipientId: ana, reason: REASON, matter: "Miller v. Harbour" };
  pdf = await fileOf(owner, await requestDisputeFile(owner, order));
  if (process.env.KEEP_DISPUTE) {
    mkdirSync(process.env.KEEP_DISPUTE, { recursive: true });
    writeFileSync(`${process.env.KEEP_DISPUTE}/dispute.pdf`, pdf);
  }
}, 180_000);

const look = (program: string, args: (file: string) => string[]) =>
  inFolder((file) => run(program, args(file("a.pdf", pdf))));

describe("the file on one contested signer", () => {
  test("is one PDF that three programs read, sealed and unchanged", async () => {
    expect(look("qpdf", (file) => ["--check", file]).text).toContain("No syntax or stream encoding errors");
    const seen = look("pdfsig", (file) => [file]).text;
    expect(seen).toContain("Signature is Valid.");
    expect(seen).not.toContain("Signature is Invalid");
    expect(look("mutool", (file) => ["info", file]).text).toMatch(/Pages: [3-9]/);
    const report = await validatedByUs(product().runtime, pdf);
    expect(report).toMatchObject({ verdict: "passed" });
    expect(report.signatures.map(({ level }) => level)).toContain("B-LTA");
  });

  test("answers in plain words, with entries, hashes, certificate and time-stamp", async () => {
    const text = look("pdftotext", (file) => ["-layout", file, "-"]).text;
    const said = text.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ");
    expect(said).toContain("How the name of Ana Ruiz came into “Lease 12B”");
    expect(said).toContain(`${REASON}`);
    expect(said).toMatch(
      /somebody who had opened the link made for Ana Ruiz and sent to ana\.ruiz@example\.com chose “Finish”/,
    );
    expect(said).toMatch(/lease\.pdf: checked on .* the signature is intact/);
    expect(said).toContain("not revoked, by an OCSP response of");
    expect(said).toMatch(/All \d+ entries of the chain hold/);
    expect(said).toMatch(/leaf \d+ of the installation’s log, under the checkpoint of \d+ leaves/);
    expect(said).toContain("Passed (TOTAL-PASSED, B-LTA)");
    const { certificates, documents } = await getEnvelope(owner, { envelopeId });
    const own = certificates.find(({ subject }) => subject.includes("Ana Ruiz"))!;
    const digits = text.replace(/\s+/g, "");
    expect(digits).toContain(own.sha256);
    expect(digits).toContain(documents[0]!.sha256);
    for (const heading of [
      "5. What was agreed to",
      "6. What was on screen",
      "9. What this record cannot show",
    ])
      expect(said).toContain(heading);
  });

  test("tells of this person only what is theirs", async () => {
    const text = look("pdftotext", (file) => ["-layout", file, "-"]).text;
    const { entries } = await readChain(owner, envelopeId);
    const others = entries.filter(({ actor }) => actor.id === ben);
    expect(others.length).toBeGreaterThan(3);
    for (const { hash } of others) expect(text.replaceAll(" ", "")).not.toContain(hash.slice(0, 8));
    const consent = entries.find(({ type, actor }) => type === "consent.given" && actor.id === ana)!;
    expect(text.replaceAll(" ", "")).toContain(consent.hash.slice(0, 8));
  });

  test("says which pages were on screen, by the hashes of their images", async () => {
    const digits = look("pdftotext", (file) => ["-layout", file, "-"]).text.replace(/\s+/g, "");
    const images = await product().admin`select sha256, page, revision from page_images
      where organization_id = ${organization.id} and revision >= 1 order by revision, page`;
    expect(images.length).toBeGreaterThan(0);
    const { entries } = await readChain(owner, envelopeId);
    const seen = entries.filter(({ type, actor }) => type === "document.viewed" && actor.id === ana);
    expect(seen.length).toBeGreaterThan(0);
    for (const { data } of seen)
      for (const { sha256, revision } of images)
        if (revision === data.revision) expect(digits).toContain((sha256 as string).slice(0, 16));
  });

  test("carries the chain, which comes out byte for byte", async () => {
    const lines = inFolder((file) => {
      const out = file("events.jsonl");
      run("pdfdetach", ["-save", "1", "-o", out, file("a.pdf", pdf)]);
      return run("cat", [out]).text;
    });
    const { entries } = await readChain(owner, envelopeId);
    const hashes = lines
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { hash: string }).hash);
    expect(entries.map(({ hash }) => hash).slice(0, hashes.length)).toEqual(hashes);
    expect(entries[hashes.length - 1]!.type).toBe("dispute.requested");
  });
});

test("that it was asked for, built and downloaded stands in the trail", async () => {
  const { entries } = await readChain(owner, envelopeId);
  expect(entries.find(({ type }) => type === "dispute.requested")).toMatchObject({
    data: { recipient: ana, reason: REASON, matter: "Miller v. Harbour" },
  });
  expect(entries.find(({ type }) => type === "dispute.built")!.data.recipient).toBe(ana);
  expect(entries.findLast(({ type }) => type === "evidence.downloaded")!.data.kind).toBe("dispute");
});

describe("is refused", () => {
  test("for who signs nothing, for somebody else's recipient, and before completion", async () => {
    const { recipients } = await getEnvelope(owner, { envelopeId });
    const copy = recipients.find(({ role }) => role === "copy")!.id;
    expect(await refusalOf(requestDisputeFile(owner, { envelopeId, recipientId: copy }))).toBe(
      "evidence/not-signed",
    );
    const other = await sent(owner, [{ name: "Dee Stranger" }]);
    const recipientId = other.content.recipients[0]!.id;
    expect(await refusalOf(requestDisputeFile(owner, { envelopeId, recipientId }))).toBe(
      "evidence/not-found",
    );
    expect(await refusalOf(requestDisputeFile(owner, { envelopeId: other.envelopeId, recipientId }))).toBe(
      "evidence/not-complete",
    );
  });

  test("to viewers, other senders and other organizations; counsel gets it", async () => {
    const order = { envelopeId, recipientId: ana };
    for (const role of ["viewer", "sender"] as const)
      expect(await refusalOf(requestDisputeFile(await organization.member(role), order)), role).toBe(
        "authorize/not-allowed",
      );
    const stranger = await (await product().newOrganization()).member("owner");
    expect(await refusalOf(requestDisputeFile(stranger, order))).toBe("evidence/not-found");
    const [known] = await listDisputeFiles(owner, { envelopeId });
    const wanted = { kind: "dispute", disputeId: known!.id } as const;
    expect(await refusalOf(download(stranger, { envelopeId, wanted }))).toBe("evidence/not-found");
    const person = await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz"));
    expect(await refusalOf(download(person, { envelopeId, wanted }))).toMatch(/^authorize\//);
    const counsel = await organization.member("counsel");
    expect((await fileOf(counsel, await requestDisputeFile(counsel, order))).length).toBeGreaterThan(10_000);
  });
});

test("comes together with the newest full package, each as it is by itself", async () => {
  const known = (await listDisputeFiles(owner, { envelopeId })).find(({ isReady }) => isReady)!;
  await readyPackage(owner, envelopeId);
  const wanted = { kind: "dispute-bundle", disputeId: known.id } as const;
  const bytesOf = async () => {
    const { bytes, fileName, contentType } = await download(owner, { envelopeId, wanted });
    expect([fileName.endsWith(".zip"), contentType]).toEqual([true, "application/zip"]);
    return new Uint8Array(await new Response(bytes).arrayBuffer());
  };
  const zip = await bytesOf();
  expect(await bytesOf()).toEqual(zip);
  const said = inFolder((file) => {
    const folder = path.dirname(file("bundle.zip", zip));
    run("unzip", ["-q", path.join(folder, "bundle.zip"), "-d", folder]);
    return run("bash", ["-c", `cd ${folder} && sha256sum --check SHA256SUMS && ls`]).text;
  });
  expect(said).toMatch(/^dispute-file\.pdf: OK$/m);
  expect(said).toMatch(/^evidence-package\.zip: OK$/m);
  expect(said).toContain("README.txt");
  const parts = new Map(
    readZip(sourceOf(zip)).map(({ name, source }) => [name, source.read(0, source.size)]),
  );
  expect(toHex(sha256(parts.get("dispute-file.pdf")!))).toBe(known.sha256);
  expect(parts.get("evidence-package.zip")).toEqual(await packageBytes(owner, envelopeId));
  const { entries } = await readChain(owner, envelopeId);
  expect(entries.filter(({ data }) => data.kind === "dispute-bundle").map(({ type }) => type)).toEqual([
    ...["evidence.downloaded", "evidence.downloaded"],
  ]);
  const person = await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz"));
  expect(await refusalOf(download(person, { envelopeId, wanted }))).toBe("authorize/not-a-member");
});
