import sharp from "sharp";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { adoptMarks } from "../adopt-mark.ts";
import { giveConsent } from "../give-consent.ts";
import { openCeremony } from "../open-ceremony.ts";
import { addressOf, linkFor, personWith, sent, until } from "../testing.ts";
import { forgetMarks, keepMarks } from "./keep-marks.ts";
import { forgetOwnMarks, listOwnMarks } from "./own-marks.ts";

const product = testProduct({ runsJobs: true });
const owner = async () => (await product().newOrganization()).member("owner");

async function agreed(ctx: Context, name = "Ana Ruiz"): Promise<Context> {
  const { envelopeId } = await sent(ctx, [{ name }]);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, name));
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  return person;
}

const TYPED = { type: "typed", text: "Ana Ruiz", style: "flowing" } as const;
const KEPT = { type: "kept" } as const;
/** Ink on white, large enough to be seen. */
const PICTURE = async () => {
  const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, at) => (at % 9 < 3 ? 0x20 : 0xff));
  const png = await sharp(data, { raw: { width: 40, height: 20, channels: 3 } })
    .png()
    .toBuffer();
  return png.toString("base64");
};

test("a kept signature is there for the next document of the same organization, and for nobody else", async () => {
  const ctx = await owner();
  const first = await agreed(ctx);
  expect(await refusalOf(keepMarks(first))).toBe("signing/mark-missing");
  const { signature } = await adoptMarks(first, { signature: TYPED, initials: null });
  await keepMarks(first);

  const next = await agreed(ctx);
  const view = await openCeremony(next);
  expect(view.kept?.hasInitials).toBe(false);
  expect(view.marks.signature).toBeNull();
  expect((await adoptMarks(next, { signature: KEPT, initials: null })).signature).toBe(signature);
  if (next.actor.kind !== "recipient") throw new Error("a recipient signs");
  const { trail } = await until(ctx, next.actor.envelopeId, () => true);
  const adopted = trail.find(({ type }) => type === "mark.adopted");
  expect(adopted?.data).toMatchObject({ method: "typed", keptSince: expect.any(String) });

  expect((await openCeremony(await agreed(ctx, "Ben Okafor"))).kept).toBeNull();
  expect((await openCeremony(await agreed(await owner()))).kept).toBeNull();
  expect(
    await refusalOf(adoptMarks(await agreed(ctx, "Cy Clerk"), { signature: KEPT, initials: null })),
  ).toBe("signing/mark-missing");
});

test("what is kept is replaced by the next and gone when removed, its file too", async () => {
  const ctx = await owner();
  const person = await agreed(ctx);
  await adoptMarks(person, { signature: TYPED, initials: { ...TYPED, text: "AR" } });
  await keepMarks(person);
  expect((await openCeremony(person)).kept?.hasInitials).toBe(true);
  const keysOf = async () =>
    (
      await product()
        .admin`select file_key, removed_at from saved_marks where organization_id = ${ctx.organizationId}`
    ).map(({ file_key, removed_at }) => ({ key: file_key as string, isGone: removed_at !== null }));
  const before = await keysOf();

  await adoptMarks(person, { signature: { type: "uploaded", picture: await PICTURE() }, initials: null });
  await keepMarks(person);
  const next = await agreed(ctx);
  const { kept } = await openCeremony(next);
  expect(kept?.signature).toContain("image");
  await adoptMarks(next, { signature: KEPT, initials: null });
  for (const { key } of before) await expect(ctx.runtime.files.open(key)).rejects.toThrow();

  await forgetMarks(next);
  await forgetMarks(next);
  expect((await openCeremony(next)).kept).toBeNull();
  expect((await keysOf()).every(({ isGone }) => isGone)).toBe(true);
});

test("a member sees on their own page what they kept, and removes it there", async () => {
  const ctx = await owner();
  const person = await agreed(ctx);
  await adoptMarks(person, { signature: TYPED, initials: null });
  await keepMarks(person);
  const actor = ctx.actor as Extract<Context["actor"], { kind: "member" }>;
  const ana: Context = { ...ctx, actor: { ...actor, email: addressOf("Ana Ruiz") } };
  const [kept] = await listOwnMarks(ana);
  expect(kept).toMatchObject({ kind: "signature", svg: expect.stringContaining("<svg") });
  expect(await listOwnMarks(ctx)).toEqual([]);
  await forgetOwnMarks(ctx);
  expect(await listOwnMarks(ana)).toHaveLength(1);
  await forgetOwnMarks(ana);
  expect(await listOwnMarks(ana)).toEqual([]);
  expect((await openCeremony(person)).kept).toBeNull();
});
