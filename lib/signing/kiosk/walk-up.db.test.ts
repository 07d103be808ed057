import { expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { sourceOf, toUtf8 } from "#lib/bytes.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { createTemplate } from "#lib/envelopes/templates/create-template.ts";
import { publishTemplate } from "#lib/envelopes/templates/publish-template.ts";
import { readZip } from "#lib/evidence/core/zip/read-zip.ts";
import { download } from "#lib/evidence/download.ts";
import { listPackages } from "#lib/evidence/list-packages.ts";
import type { PackageId } from "#lib/ids.ts";
import { run } from "#lib/pdf/testing.ts";
import { attachCertificate } from "../presented/attach-certificate.ts";
import { listPresented } from "../presented/list-presented.ts";
import { recipientContext } from "../recipient-context.ts";
import { newDraft, sign, until } from "../testing.ts";
import { giveBack, handToPerson, leaveKiosk, openKiosk } from "./use-kiosk.ts";
import { listKioskSessions, registerWalkUp, startTemplateKiosk } from "./walk-up.ts";

const product = testProduct({ runsJobs: true });
const SEALED_MS = 120_000;
const PIN = "271828";

async function stand(change: (content: DraftContent) => DraftContent = (same) => same, people = ["Visitor"]) {
  const ctx = await (await product().newOrganization()).member("owner");
  const draft = await newDraft(
    ctx,
    people.map((name) => ({ name })),
  );
  const made = await createTemplate(ctx, { fromEnvelopeId: draft.envelopeId, name: "Waiver" });
  const prepared = await getDraft(ctx, made);
  const content = change(prepared.content);
  const saved = await saveDraft(ctx, { envelopeId: made.envelopeId, version: prepared.version, content });
  await publishTemplate(ctx, { templateId: made.templateId, draftVersion: saved.version });
  const visitor = { runtime: ctx.runtime, request: REQUEST };
  return { ctx, visitor, templateId: made.templateId };
}

type Stand = Awaited<ReturnType<typeof stand>>;

const start = ({ ctx, templateId }: Stand) =>
  startTemplateKiosk(ctx, { templateId, eventTitle: "Open day", pin: PIN, heldSession: "the host's cookie" });

/** Until the person's document is there, as the device itself would look. */
async function readyPerson({ visitor, ctx, templateId }: Stand, secret: string) {
  const [session] = await listKioskSessions(ctx, { templateId });
  await until(
    ctx,
    session!.visits[0]!.envelopeId,
    ({ trail }) => trail.some(({ type }) => type === "recipient.invited"),
    SEALED_MS,
  );
  const { people } = await openKiosk(visitor, secret);
  expect(people).toHaveLength(1);
  const link = await handToPerson(visitor, secret, { recipientId: people[0]!.id });
  return { person: await recipientContext(visitor, link, undefined, secret), link, name: people[0]!.name };
}

test("people walk up one after the other, and each finds nothing of the one before", async () => {
  const here = await stand();
  const secret = await start(here);
  const empty = await openKiosk(here.visitor, secret);
  expect(empty).toMatchObject({
    ...{ state: "open", title: "Open day", people: [] },
    walkUp: { templateTitle: "Waiver", asksPhone: false },
  });
  await registerWalkUp(here.visitor, secret, { name: "Ana Ruiz", email: "Ana@Example.com" });
  expect(await refusalOf(registerWalkUp(here.visitor, secret, { name: "Ben", email: "b@example.com" }))).toBe(
    "signing/kiosk-in-use",
  );
  const ana = await readyPerson(here, secret);
  expect(ana.name).toBe("Ana Ruiz");
  await sign(ana.person);
  await giveBack(here.visitor, secret, { reason: "done" });
  expect(await openKiosk(here.visitor, secret)).toEqual(empty);

  await registerWalkUp(here.visitor, secret, { name: "Ben Okafor", email: "ben@example.com" });
  const ben = await readyPerson(here, secret);
  expect(ben.name).toBe("Ben Okafor");
  // Away without signing: nothing stays open, and nothing of him is on the device.
  await giveBack(here.visitor, secret, { reason: "idle" });
  expect(await openKiosk(here.visitor, secret)).toEqual(empty);
  expect((await recipientContext(here.visitor, ben.link, undefined, secret)).actor).toMatchObject({
    hasEnded: true,
  });
  const [session] = await listKioskSessions(here.ctx, here);
  expect(session).toMatchObject({
    ...{ eventTitle: "Open day", state: "open" },
    visits: [
      { name: "Ben Okafor", signedAt: null, isVoided: true },
      { name: "Ana Ruiz", isVoided: false },
    ],
  });
  const visit = session!.visits[1]!;
  const { trail } = await until(here.ctx, visit.envelopeId, ({ state }) => state === "completed", SEALED_MS);
  const registered = trail.find(({ type }) => type === "kiosk.registered")!;
  expect(registered.data).toMatchObject({ isChecked: false, email: "ana@example.com" });
  const signed = trail.find(({ type }) => type === "recipient.signed")!;
  expect(signed.actor).toMatchObject({ method: "in-person" });
  expect(await leaveKiosk(here.visitor, secret, { pin: PIN })).toBe("the host's cookie");
  expect(await refusalOf(registerWalkUp(here.visitor, secret, { name: "C", email: "c@example.com" }))).toBe(
    "signing/kiosk-over",
  );
  const own = (await readChain(here.ctx, null)).entries.map(({ type }) => type);
  expect(own).toEqual(expect.arrayContaining(["kiosk.started", "kiosk.ended"]));

  await until(here.ctx, visit.envelopeId, ({ trail }) =>
    trail.some(({ type }) => type === "package.requested"),
  );
  // A certificate attached afterwards stands beside the signature and changes no document.
  const pem = run("openssl", [
    ...[
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      "/dev/null",
    ],
    ...["-subj", "/CN=Ana Ruiz of her own", "-days", "30"],
  ]).stdout.toString();
  const before = (await until(here.ctx, visit.envelopeId, () => true)).documents.map(({ sha256 }) => sha256);
  await attachCertificate(here.ctx, { ...visit, file: null, text: pem });
  await attachCertificate(here.ctx, { ...visit, file: null, text: pem });
  const [attached, ...more] = await listPresented(here.ctx, visit);
  expect(more).toEqual([]);
  expect(attached).toMatchObject({ signer: "Ana Ruiz", subject: "CN=Ana Ruiz of her own" });
  expect(attached!.attachedBy).not.toBeNull();
  expect(attached!.documents).toEqual(["lease.pdf"]);
  const after = await until(here.ctx, visit.envelopeId, () => true);
  expect(after.documents.map(({ sha256 }) => sha256)).toEqual(before);
  expect(after.trail.filter(({ type }) => type === "certificate.attached")).toHaveLength(1);
  // The package that was made at completion stays; another that holds the certificate is made beside it.
  await until(here.ctx, visit.envelopeId, ({ trail }) =>
    trail.some(({ type, data }) => type === "package.requested" && data.reason !== undefined),
  );
  const newer = () => listPackages(here.ctx, visit);
  for (let tries = 0; tries < 1200 && (await newer()).some(({ state }) => state !== "ready"); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const [last, first, ...others] = await newer();
  expect(others).toEqual([]);
  const listIn = async (packageId: PackageId) => {
    const wanted = { kind: "package", packageId } as const;
    const { bytes } = await download(here.ctx, { envelopeId: visit.envelopeId, wanted });
    const zip = readZip(sourceOf(new Uint8Array(await new Response(bytes).arrayBuffer())));
    const list = zip.find(({ name }) => name === "05-certificates/brought/index.json")?.source;
    return list ? JSON.parse(toUtf8(list.read(0, list.size))) : null;
  };
  expect(await listIn(first!.id)).toBeNull();
  expect(await listIn(last!.id)).toEqual([
    expect.objectContaining({
      ...{ file: "05-certificates/brought/1-ana-ruiz.pem", isAttachedLater: true, isProven: false },
      ...{ subject: "CN=Ana Ruiz of her own", sha256: attached!.sha256, event: attached!.eventId },
      documents: [expect.any(String)],
    }),
  ]);
  const unsigned = session!.visits[0]!;
  expect(await refusalOf(attachCertificate(here.ctx, { ...unsigned, file: null, text: pem }))).toBe(
    "signing/not-signed-in-person",
  );
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(attachCertificate(stranger, { ...visit, file: null, text: pem }))).toBe(
    "signing/not-found",
  );
}, 240_000);

test("what people enter is asked for again where it cannot be used, and nothing is made of it", async () => {
  const here = await stand((content) => ({
    ...content,
    recipients: content.recipients.map((role) => ({ ...role, check: "sms-code" as const })),
  }));
  const secret = await start(here);
  expect((await openKiosk(here.visitor, secret)).walkUp).toMatchObject({ asksPhone: true });
  const enter = (name: string, email: string, phone = "") =>
    refusalOf(registerWalkUp(here.visitor, secret, { name, email, phone }));
  expect(await enter("", "ana@example.com")).toBe("signing/walk-up-name");
  expect(await enter("Ana", "ana at example")).toBe("signing/walk-up-email");
  expect(await enter("Ana", "ana@gmail..com", "+1 512 555 0117")).toBe("signing/walk-up-email");
  expect(await enter("Ana", "ana@example.com", "12")).toBe("signing/walk-up-phone");
  expect(await enter("Ana \u{1F600}", "ana@example.com", "+1 512 555 0117")).toBe("signing/walk-up-refused");
  // Only the draft that the template was made of.
  expect((await listEnvelopes(here.ctx, {})).items).toMatchObject([{ title: "Lease 12B", state: "draft" }]);
  expect(await refusalOf(registerWalkUp(here.visitor, "nonsense", { name: "A", email: "a@b.co" }))).toBe(
    "signing/not-found",
  );
});

test("a stand takes one open role, whose turn is first and who can show what is asked", async () => {
  const two = await stand((same) => same, ["Visitor", "Guide"]);
  expect(await refusalOf(start(two))).toBe("signing/kiosk-roles");
  const named = await stand(
    (content) => ({
      ...content,
      recipients: content.recipients.map((role, index) =>
        index === 1 ? { ...role, name: "Gil Guide", email: "gil@example.com" } : role,
      ),
    }),
    ["Visitor", "Guide"],
  );
  expect(await start(named)).toHaveLength(43);
  const sso = await stand((content) => ({
    ...content,
    recipients: content.recipients.map((role) => ({ ...role, check: "access-code" as const })),
  }));
  expect(await refusalOf(start(sso))).toBe("signing/kiosk-check");
  const other = await (await product().newOrganization()).member("owner");
  const input = { templateId: named.templateId, eventTitle: "", pin: PIN, heldSession: null };
  expect(await refusalOf(startTemplateKiosk(other, input))).toBe("envelopes/template-not-found");
  expect(await refusalOf(startTemplateKiosk(named.ctx, { ...input, pin: "123456" }))).toBe(
    "signing/kiosk-pin-easy",
  );
});
