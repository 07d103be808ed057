import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import type { Context, Role } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { pageImage } from "#lib/envelopes/page-image.ts";
import { shareEnvelope } from "#lib/envelopes/share-envelope.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { CertificateId, DocumentId, EnvelopeId } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { giveReason } from "./access/give-reason.ts";
import { download, type Wanted } from "./download.ts";
import { downloadMany } from "./download-many.ts";
import { revisionFiles } from "./revision-files.ts";

const product = testProduct({ runsJobs: true });

interface Envelope {
  readonly id: EnvelopeId;
  readonly wanted: Readonly<Record<"current" | "original" | "trail" | "events" | "der" | "pem", Wanted>>;
  readonly tokens: readonly string[];
}

let organization: Awaited<ReturnType<ReturnType<typeof product>["newOrganization"]>>;
let owner: Context;
let done: Envelope;
let underWay: Envelope;

async function newEnvelope(isCompleted: boolean): Promise<Envelope> {
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  const tokens = [
    await linkFor(owner, envelopeId, "Ana Ruiz"),
    await linkFor(owner, envelopeId, "Ben Okafor"),
  ];
  await sign(await personWith(owner, tokens[0]!));
  if (isCompleted) await sign(await personWith(owner, tokens[1]!));
  await until(owner, envelopeId, ({ recipients, state }) =>
    isCompleted ? state === "completed" : recipients[0]!.isDone,
  );
  const { documents, certificates } = await getEnvelope(owner, { envelopeId });
  const documentId = documents[0]!.id as DocumentId;
  const certificateId = certificates.find(({ subject }) => subject.includes("Ana Ruiz"))!.id as CertificateId;
  const wanted = {
    current: { kind: "document", documentId, variant: "current" },
    original: { kind: "document", documentId, variant: "original" },
    trail: { kind: "audit-trail" },
    events: { kind: "events" },
    der: { kind: "certificate", certificateId, form: "der" },
    pem: { kind: "certificate", certificateId, form: "pem" },
  } as const;
  return { id: envelopeId, wanted, tokens };
}

beforeAll(async () => {
  organization = await product().newOrganization();
  owner = await organization.member("owner");
  [done, underWay] = await Promise.all([newEnvelope(true), newEnvelope(false)]);
}, 180_000);

const fetchFrom = async (ctx: Context, { id }: Envelope, wanted: Wanted) => {
  const { bytes, ...facts } = await download(ctx, { envelopeId: id, wanted });
  return { ...facts, bytes: new Uint8Array(await new Response(bytes).arrayBuffer()) };
};
const KINDS = ["current", "original", "trail", "events", "der", "pem"] as const;
const downloads = async ({ id }: Envelope) =>
  (await readChain(owner, id)).entries.filter(({ type }) => type === "evidence.downloaded");

describe("a member", () => {
  test.for(["owner", "admin", "counsel"] as const)(
    "who is %s gets everything, and that is on record",
    async (role) => {
      const ctx = await organization.member(role);
      for (const kind of KINDS) {
        const before = (await downloads(done)).length;
        const file = await fetchFrom(ctx, done, done.wanted[kind]);
        expect(file.bytes.length, kind).toBe(file.sizeBytes);
        expect(file.fileName).toMatch(/^Lease 12B[\w .-]*\.(pdf|jsonl|cer|pem)$/);
        const events = await downloads(done);
        expect(events).toHaveLength(before + 1);
        expect(events.at(-1)).toMatchObject({
          actor: { kind: "member", role },
          data: { kind: done.wanted[kind].kind },
        });
      }
    },
  );

  test.for(["viewer", "sender"] as Role[])(
    "who is %s and did not send it gets nothing, on no record",
    async (role) => {
      const ctx = await organization.member(role);
      const before = await downloads(done);
      for (const kind of KINDS)
        expect(await refusalOf(fetchFrom(ctx, done, done.wanted[kind])), kind).toBe("authorize/not-allowed");
      const documentId = (done.wanted.current as { documentId: DocumentId }).documentId;
      expect(await refusalOf(revisionFiles(ctx, { envelopeId: done.id, documentId }))).toBe(
        "authorize/not-allowed",
      );
      expect(await downloads(done)).toEqual(before);
    },
  );

  test("gets exactly what was kept: the upload as it came, the document as it was sealed", async () => {
    const original = await fetchFrom(owner, done, done.wanted.original);
    expect(toHex(sha256(original.bytes))).toBe(toHex(sha256(contract())));
    const { documents } = await getEnvelope(owner, { envelopeId: done.id });
    const current = await fetchFrom(owner, done, done.wanted.current);
    expect(toHex(sha256(current.bytes))).toBe(documents[0]!.sha256);
    const documentId = documents[0]!.id;
    const revisions = await revisionFiles(owner, { envelopeId: done.id, documentId });
    const last = new Uint8Array(await new Response(revisions.at(-1)!.bytes).arrayBuffer());
    for (const { bytes } of revisions.slice(0, -1)) await bytes.cancel();
    expect(toHex(sha256(last))).toBe(documents[0]!.sha256);
  });

  test("gets a certificate that OpenSSL reads, in both forms the same", async () => {
    const [der, pem] = [
      await fetchFrom(owner, done, done.wanted.der),
      await fetchFrom(owner, done, done.wanted.pem),
    ];
    const fingerprint = (form: string, bytes: Uint8Array) =>
      inFolder((file) =>
        run("openssl", [
          "x509",
          "-inform",
          form,
          "-in",
          file("a.cer", bytes),
          "-noout",
          "-subject",
          "-fingerprint",
        ]),
      ).text;
    expect(fingerprint("DER", der.bytes)).toContain("Ana Ruiz");
    expect(fingerprint("PEM", pem.bytes)).toBe(fingerprint("DER", der.bytes));
  });

  test("asks in vain for what is of another envelope, or not there yet", async () => {
    for (const kind of ["current", "original", "der", "pem"] as const)
      expect(await refusalOf(fetchFrom(owner, done, underWay.wanted[kind])), kind).toBe("evidence/not-found");
    expect(await refusalOf(fetchFrom(owner, underWay, underWay.wanted.trail))).toBe("evidence/not-complete");
  });
});

describe("a recipient", () => {
  test("keeps, once all have signed, the document, the trail and certificates, and no more", async () => {
    const ben = await personWith(owner, done.tokens[1]!);
    const before = (await downloads(done)).length;
    for (const kind of ["current", "trail", "der", "pem"] as const) {
      const file = await fetchFrom(ben, done, done.wanted[kind]);
      expect(file.bytes.length).toBe(file.sizeBytes);
    }
    for (const kind of ["original", "events"] as const)
      expect(await refusalOf(fetchFrom(ben, done, done.wanted[kind])), kind).toBe("authorize/not-a-member");
    const events = (await downloads(done)).slice(before);
    expect(events).toHaveLength(4);
    for (const { actor, data } of events) {
      expect(actor).toMatchObject({ kind: "recipient" });
      expect(data.recipient).toBe(actor.id);
    }
  });

  test("keeps, before that, what they are asked to sign", async () => {
    const ben = await personWith(owner, underWay.tokens[1]!);
    const { bytes } = await fetchFrom(ben, underWay, underWay.wanted.current);
    expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe("%PDF-");
    for (const kind of ["trail", "der", "pem"] as const)
      expect(await refusalOf(fetchFrom(ben, underWay, underWay.wanted[kind])), kind).toBe(
        "evidence/not-complete",
      );
    for (const kind of ["original", "events"] as const)
      expect(await refusalOf(fetchFrom(ben, underWay, underWay.wanted[kind])), kind).toBe(
        "authorize/not-a-member",
      );
  });

  test("reaches nothing of another envelope, by whichever id", async () => {
    const ben = await personWith(owner, done.tokens[1]!);
    for (const kind of KINDS)
      expect(await refusalOf(fetchFrom(ben, underWay, underWay.wanted[kind])), kind).toBe(
        "authorize/link-ended",
      );
    for (const kind of ["current", "der"] as const)
      expect(await refusalOf(fetchFrom(ben, done, underWay.wanted[kind])), kind).toBe("evidence/not-found");
    const { documentId } = underWay.wanted.current as { documentId: DocumentId };
    const place = { documentId, revision: 1, page: 0, widthPx: 800 as const };
    expect(await refusalOf(pageImage(ben, place))).toBe("authorize/link-ended");
    const draft = {
      ...place,
      documentId: (done.wanted.current as { documentId: DocumentId }).documentId,
      revision: -1,
    };
    expect(await refusalOf(pageImage(ben, draft))).toBe("authorize/link-ended");
  });

  test("gets nothing more by the link they signed with a day after completion", async () => {
    const { runtime } = product();
    const later = { ...runtime, now: () => new Date(Date.now() + 25 * 3_600_000) };
    const ben = await personWith({ ...owner, runtime: later } as Context, done.tokens[1]!);
    expect(ben.actor).toMatchObject({ hasEnded: true });
    for (const kind of KINDS)
      expect(await refusalOf(fetchFrom(ben, done, done.wanted[kind])), kind).toBe("authorize/link-ended");
  });

  test("who had finished before it was withdrawn reads on, VOID on every page and no signature in it", async () => {
    const voided = await newEnvelope(false);
    const { documentId } = voided.wanted.current as { documentId: DocumentId };
    const place = { documentId, revision: 1, page: 0, widthPx: 800 as const };
    const pixels = async (ctx: Context) =>
      new Uint8Array(await new Response((await pageImage(ctx, place)).stream).arrayBuffer());
    const before = await pixels(owner);
    await voidEnvelope(owner, { envelopeId: voided.id, reason: "Wrong price" });
    const ana = await personWith(owner, voided.tokens[0]!);
    const view = await openCeremony(ana);
    expect(view).toMatchObject({ status: "voided", documents: [{ id: documentId }], fields: [] });
    const copy = await fetchFrom(ana, voided, voided.wanted.current);
    expect(copy.fileName).toContain("void");
    const check = inFolder((file) => {
      const saved = file("copy.pdf", copy.bytes);
      return [
        run("qpdf", ["--check", saved]),
        run("pdftotext", [saved, "-"]),
        run("pdfsig", [saved]),
        run("pdfinfo", [saved]),
      ];
    });
    const pages = Number(/Pages:\s+(\d+)/.exec(check[3]!.text)![1]);
    expect(check[0]!.text).toContain("No syntax or stream encoding errors");
    expect(check[1]!.text.match(/VOID - withdrawn by the sender/g)).toHaveLength(pages);
    expect(check[1]!.text.match(/^VOID$/gm)).toHaveLength(pages);
    expect(check[2]!.text).toContain("does not contain any signatures");
    expect(toHex(sha256(await pixels(ana)))).not.toBe(toHex(sha256(before)));
    // The evidence itself is as it was, for the sender alone.
    const kept = await fetchFrom(owner, voided, voided.wanted.current);
    const { documents } = await getEnvelope(owner, { envelopeId: voided.id });
    expect(toHex(sha256(kept.bytes))).toBe(documents[0]!.sha256);
    for (const kind of ["trail", "der", "pem"] as const)
      expect(await refusalOf(fetchFrom(ana, voided, voided.wanted[kind])), kind).toBe(
        "evidence/not-complete",
      );
    const { runtime } = product();
    const later = { ...runtime, now: () => new Date(Date.now() + 91 * 86_400_000) };
    const late = await personWith({ ...owner, runtime: later } as Context, voided.tokens[0]!);
    expect(await refusalOf(fetchFrom(late, voided, voided.wanted.current))).toBe("authorize/link-ended");
  });

  test("gets nothing of what was withdrawn before they finished", async () => {
    const voided = await newEnvelope(false);
    const early = await personWith(owner, voided.tokens[1]!);
    await voidEnvelope(owner, { envelopeId: voided.id, reason: "Wrong price" });
    expect(await refusalOf(fetchFrom(early, voided, voided.wanted.current))).toBe("evidence/not-complete");
    const late = await personWith(owner, voided.tokens[1]!);
    expect(await refusalOf(fetchFrom(late, voided, voided.wanted.current))).toBe("authorize/link-ended");
  });
});

describe("one flipped bit", () => {
  const keysOf = async (id: EnvelopeId, kind: string) => {
    const { admin } = product();
    const rows = await (kind === "audit-trail"
      ? admin`select file_key from artifacts where envelope_id = ${id}`
      : admin`select r.file_key from document_revisions r join documents d on d.id = r.document_id
          where d.envelope_id = ${id} and r.kind = ${kind}`);
    return rows[0]!.file_key as string;
  };
  const pathOf = (key: string) => path.join(product().folder, "files", key);

  /** Runs with one bit of a stored file flipped, at a fraction of its length. */
  async function flipped<T>(key: string, at: number, work: () => Promise<T>): Promise<T> {
    const kept = readFileSync(pathOf(key));
    const changed = Buffer.from(kept);
    const position = Math.min(kept.length - 1, Math.floor(kept.length * at));
    changed[position]! ^= 1;
    writeFileSync(pathOf(key), changed);
    try {
      return await work();
    } finally {
      writeFileSync(pathOf(key), kept);
    }
  }

  test.for([
    ["original", "original"],
    ["prepared", "current"],
    ["certified", "current"],
    ["signed", "current"],
    ["sealed", "current"],
    ["time-stamped", "current"],
    ["audit-trail", "trail"],
  ] as const)("in what is kept as %s is a refusal of the download of %s", async ([kind, wanted]) => {
    const key = await keysOf(done.id, kind);
    for (const at of [0.001, 0.2, 0.5, 0.8, 1])
      expect(
        await flipped(key, at, () => refusalOf(fetchFrom(owner, done, done.wanted[wanted]))),
        `at ${at}`,
      ).toBe("files/damaged");
    expect(await refusalOf(fetchFrom(owner, done, done.wanted[wanted]))).toBeUndefined();
  });

  test("in a page's image is a refusal", async () => {
    const { documentId } = done.wanted.current as { documentId: DocumentId };
    const place = { documentId, revision: 1, page: 0, widthPx: 800 as const };
    const look = async () => new Response((await pageImage(owner, place)).stream).arrayBuffer();
    await look();
    const [row] = await product().admin`select file_key from page_images
      where document_id = ${documentId} and revision = 1 and page = 0 and width_px = 800`;
    for (const at of [0.001, 0.5, 1])
      expect(await flipped(row!.file_key as string, at, () => refusalOf(look()))).toBe("files/damaged");
  });

  test("in a document under way keeps it from being completed, and the envelope says why", async () => {
    const envelope = await newEnvelope(false);
    const key = await keysOf(envelope.id, "prepared");
    await flipped(key, 0.5, async () => {
      await sign(await personWith(owner, envelope.tokens[1]!));
      const waits = await until(owner, envelope.id, ({ waitingFor }) => waitingFor !== null);
      expect(waits.waitingFor).toBe("files/damaged");
      expect(waits.state).not.toBe("completed");
      expect(waits.hasAuditTrail).toBe(false);
    });
    await until(owner, envelope.id, ({ state }) => state === "completed", 60_000);
  });
});

describe("several at a time", () => {
  const take = async (ctx: Context, ...ids: EnvelopeId[]) => {
    const { bytes, ...facts } = await downloadMany(ctx, { envelopeIds: ids });
    return { ...facts, bytes: new Uint8Array(await new Response(bytes).arrayBuffer()) };
  };

  test("come as one ZIP with a folder for each, every file as it is kept, on record in each", async () => {
    const before = (await downloads(done)).length;
    const zip = await take(owner, done.id, underWay.id, done.id);
    expect(zip).toMatchObject({ contentType: "application/zip", sizeBytes: null });
    const listed = inFolder((file) => {
      const folder = path.dirname(file("all.zip", zip.bytes));
      run("unzip", ["-q", "-d", folder, file("all.zip")]);
      const found = run("find", [folder, "-name", "*.pdf"]).text.trim().split("\n");
      return found.map((name) => ({
        name: path.relative(folder, name),
        sha256: toHex(sha256(new Uint8Array(readFileSync(name)))),
      }));
    });
    const { documents, shortId } = await getEnvelope(owner, { envelopeId: done.id });
    expect(listed).toHaveLength(3);
    const ours = listed.filter(({ name }) => name.startsWith(`${shortId} Lease 12B/`));
    expect(ours).toHaveLength(2);
    expect(ours.map((one) => one.sha256)).toContain(documents[0]!.sha256);
    const trail = await fetchFrom(owner, done, done.wanted.trail);
    expect(ours.map((one) => one.sha256)).toContain(toHex(sha256(trail.bytes)));
    const events = await downloads(done);
    expect(events.length).toBe(before + 2);
    expect(events.at(-2)!.data).toMatchObject({ kind: "several" });
  });

  test("are given to nobody who may not have one of them, on no record", async () => {
    const before = await downloads(done);
    for (const role of ["viewer", "sender"] as const)
      expect(await refusalOf(take(await organization.member(role), done.id))).toBe("authorize/not-allowed");
    const colleague = await organization.member("sender");
    const { actor } = colleague;
    await shareEnvelope(owner, {
      envelopeId: underWay.id,
      memberId: actor.kind === "member" ? actor.memberId : "",
      access: "read",
    });
    expect((await take(colleague, underWay.id)).bytes.length).toBeGreaterThan(1_000);
    expect(await refusalOf(take(colleague, underWay.id, done.id))).toBe("authorize/not-allowed");
    const stranger = await (await product().newOrganization()).member("owner");
    expect(await refusalOf(take(stranger, done.id))).toBe("evidence/not-found");
    expect(await downloads(done)).toEqual(before);
  });

  test("are given for one reason, where the organization asks for one", async () => {
    const { admin } = product();
    const ask = (what: string) =>
      admin`update organizations set settings = settings || ${`{"asksReasonFor": [${what}]}`}::text::jsonb
        where organization_id = ${organization.id}`;
    const counsel = await organization.member("counsel");
    await ask('"download"');
    try {
      expect(await refusalOf(take(counsel, done.id))).toBe("identity/reason-required");
      await giveReason(counsel, { purpose: "download", envelopeId: null, reason: "matter 2026-17" });
      await take(counsel, done.id);
    } finally {
      await ask("");
    }
    expect((await downloads(done)).at(-1)!.data).toMatchObject({ kind: "several", reason: "matter 2026-17" });
  });
});
