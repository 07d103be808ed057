import { randomBytes } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { integer, sequence } from "#lib/pki/core/asn1/der.ts";
import { at, DAY_MS, NOON, testRoot, testWorld, type World } from "#lib/pki/core/testing.ts";
import { createTimestampToken } from "#lib/pki/core/timestamps/create-timestamp.ts";
import { encodeImprint, parseTimestampRequest } from "#lib/pki/core/timestamps/timestamp-request.ts";
import { type TrustAnchor, trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { foreignTimestamps } from "./embedded-timestamps.ts";

let world: World;
beforeAll(async () => {
  world = await testWorld();
});

const MINUTE_MS = 60_000;
const random = (length: number) => new Uint8Array(randomBytes(length));

/** An authority whose clock is off. */
const stamp = (offMs: number, anchors: readonly TrustAnchor[] | null) =>
  foreignTimestamps(
    { random, now: () => NOON },
    {
      name: "another",
      async post(request) {
        const { certificateDer, key } = world.tsa;
        const authority = { certificateDer, chain: [], key, policy: "1.2.3", accuracySeconds: 1 };
        const { imprint, nonceDer, wantsCertificates } = parseTimestampRequest(request);
        const asked = { imprintDer: encodeImprint("sha256", imprint.value), nonceDer, wantsCertificates };
        const token = await createTimestampToken(asked, authority, random(16), at(offMs));
        return sequence(sequence(integer(0)), token);
      },
    },
    anchors,
  ).token(random(32));

test("a time that is not now is no time-stamp", async () => {
  for (const off of [-4 * MINUTE_MS, 0, 4 * MINUTE_MS]) expect((await stamp(off, null))[0]).toBe(0x30);
  for (const off of [-6 * MINUTE_MS, 6 * MINUTE_MS, -7 * DAY_MS])
    await expect(stamp(off, null), String(off)).rejects.toMatchObject({
      code: "timestamps/untrusted",
      message: expect.stringContaining("asked at 2026-11-20T12:00:00.000Z"),
    });
});

test("where its root is known, nobody else stamps in its place", async () => {
  expect((await stamp(0, [trustAnchorOf(world.root.certificateDer)]))[0]).toBe(0x30);
  const other = await testRoot(undefined, "Other Root");
  await expect(stamp(0, [trustAnchorOf(other.certificateDer)])).rejects.toMatchObject({
    code: "timestamps/untrusted",
    message: expect.stringContaining("leads to none of the trust anchors"),
  });
});
