import sharp from "sharp";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { changeOrganization } from "#lib/identity/change-organization.ts";
import type { MarkLimit } from "#lib/identity/core/mark-methods.ts";
import { adoptMarks } from "./adopt-mark.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { keepMarks } from "./saved-marks/keep-marks.ts";
import { linkFor, newDraft, personWith } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const owner = async () => (await product().newOrganization()).member("owner");

/** Somebody who has agreed to sign an envelope that takes signatures made in these ways. */
async function agreed(ctx: Context, markLimit: MarkLimit): Promise<Context> {
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const saved = await saveDraft(ctx, { ...draft, content: { ...draft.content, markLimit } });
  await sendEnvelope(ctx, { envelopeId: draft.envelopeId, version: saved.version });
  const person = await personWith(ctx, await linkFor(ctx, draft.envelopeId, "Ana Ruiz"));
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  return person;
}

const TYPED = { type: "typed", text: "Ana Ruiz", style: "flowing" } as const;
const WAVE = [[0.1, 0.3, 0.5, 0.7, 0.9].map((x, at) => ({ x, y: at % 2 === 0 ? 0.2 : 0.8 }))];
const DRAWN = { type: "drawn", strokes: WAVE, aspect: 3 } as const;
const uploaded = async () => {
  const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, at) => (at % 9 < 3 ? 0x20 : 0xff));
  const png = await sharp(data, { raw: { width: 40, height: 20, channels: 3 } })
    .png()
    .toBuffer();
  return { type: "uploaded", picture: png.toString("base64") } as const;
};
type Mark = Parameters<typeof adoptMarks>[1]["signature"];
const adopt = (person: Context, signature: Mark) => adoptMarks(person, { signature, initials: null });

test("what the sender left out is not offered and refused, and typing never is", async () => {
  const ctx = await owner();
  const limited = await agreed(ctx, "no-upload");
  expect((await openCeremony(limited)).markMethods).toEqual(["type", "draw"]);
  expect(await refusalOf(adopt(limited, await uploaded()))).toBe("signing/mark-method-off");
  await adopt(limited, DRAWN);
  const typing = await agreed(ctx, "type");
  expect((await openCeremony(typing)).markMethods).toEqual(["type"]);
  expect(await refusalOf(adopt(typing, DRAWN))).toBe("signing/mark-method-off");
  await adopt(typing, TYPED);
  if (typing.actor.kind !== "recipient") throw new Error("a recipient signs");
  const { entries } = await readChain(ctx, typing.actor.envelopeId);
  expect(entries.find(({ type }) => type === "envelope.sent")!.data.markLimit).toBe("type");
  expect(entries.filter(({ type }) => type === "mark.adopted")).toHaveLength(1);
});

test("what the organization left out no sender brings back, and a mark kept before is not offered", async () => {
  const ctx = await owner();
  const before = await agreed(ctx, "any");
  await adopt(before, await uploaded());
  await keepMarks(before);
  await changeOrganization(ctx, {
    ...{ paper: "a4", fileNamePattern: "{title} - {kind}", printsMarginId: false, markLimit: "no-upload" },
  });
  const person = await agreed(ctx, "no-draw");
  const view = await openCeremony(person);
  expect(view.markMethods).toEqual(["type"]);
  expect(view.kept).toBeNull();
  for (const mark of [DRAWN, await uploaded(), { type: "kept" } as const])
    expect(await refusalOf(adopt(person, mark))).toBe("signing/mark-method-off");
  await adopt(person, TYPED);
});
