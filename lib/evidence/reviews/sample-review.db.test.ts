import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { getReport } from "../reports/list-reports.ts";
import { completed } from "../testing-package.ts";
import { closeSample, decideSample, getSample, openSample } from "./sample-review.ts";

const product = testProduct({ runsJobs: true });

test("chance picks completed envelopes, machine and reviewer look at each, and the record is sealed", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const counsel = await organization.member("counsel");
  expect(await refusalOf(openSample(counsel, {}))).toBe("evidence/sample-empty");
  const envelopes = [await completed(owner), await completed(owner), await completed(owner)];
  const [row] = await product().admin`select file_key from artifacts where envelope_id = ${envelopes[1]!}`;
  rmSync(path.join(product().folder, "files", row!.file_key as string));

  const reviewId = await openSample(counsel, { size: 50 });
  expect(await refusalOf(openSample(owner, {}))).toBe("evidence/review-open");
  const first = (await getSample(counsel)).open!;
  expect(first).toMatchObject({ id: reviewId, outOf: 3 });
  expect(first.items.map(({ envelopeId }) => envelopeId).toSorted()).toEqual(envelopes.toSorted());
  const looked = async () => (await getSample(counsel)).open!.items;
  for (let tries = 0; tries < 300 && (await looked()).some(({ findings }) => !findings); tries++)
    await pause(100);
  const found = new Map((await looked()).map(({ envelopeId, findings }) => [envelopeId, findings]));
  expect(found.get(envelopes[1]!)).toEqual(["trail-gone"]);
  expect(found.get(envelopes[0]!)).toEqual([]);

  const judge = (envelopeId: string, decision: "holds" | "fails", note = "") =>
    decideSample(counsel, { reviewId, envelopeId, decision, note });
  expect(await refusalOf(judge(envelopes[1]!, "fails"))).toBe("evidence/sample-note-missing");
  expect(await refusalOf(closeSample(counsel, { reviewId }))).toBe("evidence/review-undecided");
  await judge(envelopes[0]!, "holds");
  await judge(envelopes[1]!, "fails", "The audit trail is not there");
  await judge(envelopes[2]!, "holds");
  const stranger = await (await product().newOrganization()).member("counsel");
  expect(await refusalOf(closeSample(stranger, { reviewId }))).toBe("evidence/not-found");
  expect(await refusalOf(openSample(await organization.member("viewer"), {}))).toBe("authorize/not-allowed");
  await closeSample(counsel, { reviewId });
  expect(await refusalOf(judge(envelopes[0]!, "fails", "late"))).toBe("evidence/review-closed");

  const [closed] = (await getSample(counsel)).closed;
  for (let tries = 0; tries < 300; tries++) {
    const { content } = await getReport(counsel, { reportId: closed!.reportId });
    if (content) {
      const numbers = Object.fromEntries(content.numbers.map(({ key, value }) => [key, value]));
      expect(numbers).toEqual({ sampled: 3, population: 3, sampleFails: 1, machineFails: 1 });
      expect(content.rows.some(({ cells }) => cells.includes("The audit trail is not there"))).toBe(true);
      break;
    }
    await pause(100);
  }
  const { entries } = await readChain(counsel, envelopes[1]!);
  expect(entries.at(-1)).toMatchObject({ type: "sample-review.decided", data: { decision: "fails" } });
  expect((await getSample(counsel)).open).toBeNull();
}, 180_000);
