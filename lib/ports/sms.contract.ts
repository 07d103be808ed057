import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SmsMessage, SmsSender } from "./sms.ts";

export interface SmsUnderTest {
  readonly sms: SmsSender;
  received(): readonly { readonly to: string; readonly text: string }[];
  close?(): Promise<void>;
}

let messages = 0;
export const smsWith = (changes: Partial<SmsMessage> = {}): SmsMessage => ({
  id: `message-${++messages}`,
  organizationId: "0199f3a0-0000-7000-8000-000000000000",
  to: "+15125550117",
  text: "123456 is your code",
  ...changes,
});

/** What every SmsSender does. */
export function smsContract(name: string, make: () => Promise<SmsUnderTest>): void {
  describe(`sms: ${name}`, () => {
    let sender: SmsUnderTest;
    beforeAll(async () => {
      sender = await make();
    });
    afterAll(async () => {
      await sender?.close?.();
    });

    test("brings words in any script to their number, sign by sign", async () => {
      const text = "123456 & 100% “sure” + ümlaut 契約 العقد ❤️ ~*()'!\n@sign.example.com #123456";
      await sender.sms.send(smsWith({ to: "+4915112345678", text }));
      expect(sender.received().at(-1)).toEqual({ to: "+4915112345678", text });
    });

    test("what is no number is refused before anybody is asked", async () => {
      const before = sender.received().length;
      for (const to of ["5125550117", "+1 512", "+0123456789", "ana@example.com", ""])
        await expect(sender.sms.send(smsWith({ to }))).rejects.toMatchObject({ code: "sms/refused" });
      expect(sender.received()).toHaveLength(before);
    });
  });
}
