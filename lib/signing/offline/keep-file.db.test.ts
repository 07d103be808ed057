import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import type { FieldFileId } from "#lib/ids.ts";
import { listAnswers } from "../list-answers.ts";
import { openCeremony } from "../open-ceremony.ts";
import { linkFor, personWith, sent, until } from "../testing.ts";
import { keepFile } from "./keep-file.ts";
import { listKits } from "./list-kits.ts";
import { syncKit } from "./sync-kit.ts";
import { deviceOf, signOffline, type TestDevice } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const SEALED_MS = 120_000;
const PROOF = fromUtf8("%PDF-1.4\nproof of income");
const HASH = toHex(sha256(PROOF));
const NAME = "Proof of income.pdf";

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function asked() {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz", attaches: "Proof" }]);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const { fields } = await openCeremony(person);
  const fieldId = fields.find(({ type }) => type === "attachment")!.id;
  return { ctx, envelopeId, person, fieldId };
}
type Asked = Awaited<ReturnType<typeof asked>>;

/** Signs without a network, with a file given before Finish. */
async function signGiving(
  { person, fieldId }: Asked,
  device: TestDevice,
  given = { name: NAME, sha256: HASH },
) {
  await signOffline(person, device, "As agreed", undefined, () => {
    device.act({ type: "attach", fieldId, ...given, sizeBytes: PROOF.length });
  });
}

const send = ({ person, fieldId }: Asked, device: TestDevice, bytes: Uint8Array = PROOF, name = NAME) =>
  keepFile(person, { kitId: device.kit.id, fieldId, name }, streamOf(bytes));

const trailOf = async ({ ctx, envelopeId }: Asked) => (await until(ctx, envelopeId, () => true)).trail;

test("a file given without a network stands in its field after the sync, and is sealed with the rest", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signGiving(of, device);
  expect(device.kit.blocks.fieldIds).toEqual([]);
  expect(await send(of, device)).toEqual({ sha256: HASH });
  // Sent again, once in between and eight times at once, it is there once.
  await Promise.all(Array.from({ length: 8 }, () => send(of, device)));
  const answer = await syncKit(of.person, device.batch());
  expect(answer).toMatchObject({ state: "done", refused: [] });
  await send(of, device);
  const { trail } = await until(of.ctx, of.envelopeId, ({ state }) => state === "completed", SEALED_MS);
  const ofType = (type: string) => trail.filter((entry) => entry.type === type);
  expect(ofType("offline-file.received").map(({ data }) => data.sha256)).toEqual([HASH]);
  const [attached, ...more] = ofType("file.attached");
  expect(more).toEqual([]);
  expect(attached!.data).toMatchObject({ file: NAME, sha256: HASH, sizeBytes: PROOF.length });
  expect((attached!.actor as { offline?: object }).offline).toMatchObject({ kit: device.kit.id });
  const captured = ofType("offline-act.captured").find(({ data }) => data.act === "attach")!;
  expect(captured.data).toMatchObject({ outcome: "applied" });
  const [file] = (await listAnswers(of.ctx, of)).flatMap((one) => (one.file ? [one.file] : []));
  expect(file).toMatchObject({ name: NAME, sha256: HASH });
  expect((await listKits(of.ctx, of))[0]!.files).toEqual([]);
});

test("withdrawn meanwhile: the file is kept for the sender and stands in no field", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  await signGiving(of, device);
  await voidEnvelope(of.ctx, { envelopeId: of.envelopeId, reason: "Wrong lease" });
  await send(of, device);
  expect(await syncKit(of.person, device.batch())).toMatchObject({ state: "kept", reason: "voided" });
  const trail = await trailOf(of);
  expect(trail.filter(({ type }) => type === "file.attached")).toEqual([]);
  const [kit] = await listKits(of.ctx, of);
  expect(kit!.files).toMatchObject([{ name: NAME, sizeBytes: PROOF.length }]);
  const wanted = { kind: "attachment", fileId: kit!.files[0]!.id as FieldFileId } as const;
  const { bytes } = await download(of.ctx, { envelopeId: of.envelopeId, wanted });
  expect(new Uint8Array(await new Response(bytes).arrayBuffer())).toEqual(PROOF);
  const other = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(download(other, { envelopeId: of.envelopeId, wanted }))).toMatch(/not-found/);
});

test("an act whose file never came, or another one, stays out and Finish with it", async () => {
  for (const other of [null, fromUtf8("%PDF-1.4\nanother")]) {
    const of = await asked();
    const device = await deviceOf(of.person);
    await signGiving(of, device);
    if (other) await send(of, device, other);
    const { refused, state } = await syncKit(of.person, device.batch());
    expect(state).toBe("open");
    expect(refused.map(({ act, code }) => [act, code])).toEqual([
      ["attach", "signing/offline-file-missing"],
      ["finish", "signing/offline-act-before"],
    ]);
  }
});

test("what is no file of that field, too large, too much or somebody else's is refused and not kept", async () => {
  const of = await asked();
  const device = await deviceOf(of.person);
  expect(await refusalOf(send(of, device, fromUtf8("MZ\u0090")))).toBe("signing/file-disguised");
  expect(await refusalOf(send(of, device, new Uint8Array()))).toBe("signing/file-empty");
  const large = new Uint8Array(10 * 1024 * 1024 + 1);
  large.set(PROOF);
  expect(await refusalOf(send(of, device, large))).toBe("signing/file-too-large");
  const whole = large.slice(0, 10 * 1024 * 1024);
  await send(of, device, whole, "1.pdf");
  await send(of, device, whole, "2.pdf");
  expect(await refusalOf(send(of, device, whole, "3.pdf"))).toBe("signing/offline-too-much");
  const stranger = await asked();
  const theirs = keepFile(
    stranger.person,
    { kitId: device.kit.id, fieldId: of.fieldId, name: NAME },
    streamOf(PROOF),
  );
  expect(await refusalOf(theirs)).toBe("signing/offline-kit-unknown");
  const { fields } = await openCeremony(of.person);
  const fieldId = fields.find(({ type }) => type === "text")!.id;
  expect(await refusalOf(send({ ...of, fieldId }, device))).toBe("signing/field-not-yours");
  const received = (await trailOf(of)).filter(({ type }) => type === "offline-file.received");
  expect(received).toHaveLength(2);
});
