import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SnsDouble, startSnsDouble } from "#lib/adapters/testing/sns-double.ts";
import { startTwilioDouble, type TwilioDouble } from "#lib/adapters/testing/twilio-double.ts";
import { smsContract, smsWith } from "#lib/ports/sms.contract.ts";
import type { SmsMessage } from "#lib/ports/sms.ts";
import { outboxSms } from "./outbox-sms.ts";
import { snsSms } from "./sns-sms.ts";
import { twilioSms } from "./twilio-sms.ts";

smsContract("outbox", async () => {
  const saved: SmsMessage[] = [];
  const sms = outboxSms(async (message) => void saved.push(message));
  return { sms, received: () => saved.map(({ to, text }) => ({ to, text })) };
});

smsContract("twilio", async () => {
  const double = await startTwilioDouble();
  const sms = twilioSms({ ...double, apiUrl: double.url });
  return { sms, received: () => double.messages, close: double.close };
});

smsContract("sns", async () => {
  const double = await startSnsDouble();
  const sms = snsSms({ ...double.access, senderId: "Whereof" });
  return { sms, received: () => double.messages.map(({ to, text }) => ({ to, text })), close: double.close };
});

describe("twilio", () => {
  let double: TwilioDouble;
  beforeAll(async () => {
    double = await startTwilioDouble();
  });
  afterAll(() => double.close());
  const sender = (changes: Partial<Parameters<typeof twilioSms>[0]> = {}) =>
    twilioSms({ ...double, apiUrl: double.url, timeoutMs: 500, ...changes });

  test.each([
    [21610, "sms/refused"],
    [21614, "sms/refused"],
    [30001, "sms/unavailable"],
  ])("a number it answers with %i is %s", async (code, refusal) => {
    double.block("+15125550199", code);
    await expect(sender().send(smsWith({ to: "+15125550199" }))).rejects.toMatchObject({ code: refusal });
  });

  test("a wrong token, an unknown sender, silence and an answer that is none: it may work later", async () => {
    const tries = [sender({ authToken: "0".repeat(32) }), sender({ from: "+15005550001" })];
    for (const sms of tries)
      await expect(sms.send(smsWith())).rejects.toMatchObject({ code: "sms/unavailable" });
    for (const fault of [
      "hang",
      "break",
      { status: 500 },
      { status: 429 },
      { status: 200, body: {} },
    ] as const) {
      double.fail(fault);
      await expect(sender().send(smsWith())).rejects.toMatchObject({ code: "sms/unavailable" });
    }
    await sender({ from: `MG${"a".repeat(32)}` }).send(smsWith());
  });

  test("no error repeats the token, the number or the text", async () => {
    double.block("+15125550142", 21610);
    const error = await sender()
      .send(smsWith({ to: "+15125550142", text: "654321 is your code" }))
      .catch((error: Error) => error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/5125550142|654321/);
    expect(String(error)).not.toContain(double.authToken);
  });
});

describe("sns", () => {
  let double: SnsDouble;
  beforeAll(async () => {
    double = await startSnsDouble();
  });
  afterAll(() => double.close());

  test("goes out as transactional", async () => {
    await snsSms({ ...double.access, senderId: null }).send(smsWith());
    expect(double.messages.at(-1)).toMatchObject({ type: "Transactional" });
  });

  test.each([
    [400, "OptedOut", "sms/refused"],
    [400, "InvalidParameter", "sms/refused"],
    [400, "Throttled", "sms/unavailable"],
    [500, "InternalError", "sms/unavailable"],
    [403, "AuthorizationError", "sms/unavailable"],
  ])("%i %s is %s", async (status, code, refusal) => {
    double.fail(status, code);
    const sent = snsSms({ ...double.access, senderId: null }).send(smsWith());
    await expect(sent).rejects.toMatchObject({ code: refusal });
  });

  test("a signature by another secret, or for another region, is not taken", async () => {
    for (const changed of [{ secretAccessKey: "another" }, { region: "us-east-1" }]) {
      const sent = snsSms({ ...double.access, senderId: null, ...changed }).send(smsWith());
      await expect(sent).rejects.toMatchObject({ code: "sms/unavailable" });
    }
  });
});
