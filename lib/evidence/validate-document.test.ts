import { beforeAll, expect, test } from "vitest";
import { testSeal, testSigner, testWorld, type World } from "#lib/pki/core/testing.ts";
import { checked, faultsIn, type Signers, sealedDocument } from "./core/validation/testing.ts";

let world: World;
let signers: Signers;
let sealed: Uint8Array;

beforeAll(async () => {
  world = await testWorld();
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  signers = { seal: await testSeal(world.issuing), first, second };
  sealed = await sealedDocument(world, signers);
});

test("a sealed contract passes, every signature at B-LTA", () => {
  const report = checked(sealed, world);
  expect(faultsIn(report)).toEqual([]);
  expect(report).toMatchObject({
    verdict: "passed",
    exitCode: 0,
    summary: "This file is exactly what was signed.",
    findings: [],
  });
  expect(report.signatures.map(({ kind, level, verdict }) => [kind, level, verdict])).toEqual([
    ["certification", "B-LTA", "passed"],
    ["signature", "B-LTA", "passed"],
    ["signature", "B-LTA", "passed"],
    ["signature", "B-LTA", "passed"],
    ["timestamp", null, "passed"],
  ]);
});
