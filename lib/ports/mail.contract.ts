import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MailMessage, MailSender } from "./mail.ts";

/** A message as it arrived. */
export interface ReceivedMail {
  readonly id: string;
  readonly recipients: readonly string[];
  readonly toName: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly { filename: string; contentType: string; content: Uint8Array }[];
}

export interface MailUnderTest {
  readonly mail: MailSender;
  received(): readonly ReceivedMail[];
  close?(): Promise<void>;
}

/** What every MailSender does. */
export function mailContract(name: string, make: () => Promise<MailUnderTest>): void {
  describe(`mail: ${name}`, () => {
    let sender: MailUnderTest;
    let messages = 0;
    const messageWith = (changes: Partial<MailMessage>): MailMessage => ({
      id: `message-${++messages}`,
      organizationId: "0199f3a0-0000-7000-8000-000000000000",
      to: { name: "Ada Lovelace", address: "ada@example.com" },
      subject: "Please sign",
      html: "<p>Please sign</p>",
      text: "Please sign",
      ...changes,
    });
    const arrived = async (message: MailMessage) => {
      await sender.mail.send(message);
      return sender.received().find(({ id }) => id === message.id)!;
    };

    beforeAll(async () => {
      sender = await make();
    });
    afterAll(async () => {
      await sender?.close?.();
    });

    test("brings names, words and files in any script", async () => {
      const content = Uint8Array.from({ length: 10_000 }, (_, index) => index);
      const message = messageWith({
        to: { name: "Әсел Öztürk 王", address: "asel@example.com" },
        subject: "Şartname ve sözleşme, 契約書, العقد: lütfen imzalayın, teşekkürler, iyi çalışmalar dileriz",
        html: `<p dir="rtl">يرجى التوقيع</p>${"<p>Grüße</p>".repeat(200)}`,
        text: "يرجى التوقيع\nsecond line",
        attachments: [
          { filename: "Sözleşme 契約.pdf", contentType: "application/pdf", content },
          { filename: "proof.json", contentType: "application/json", content: Buffer.from("{}") },
        ],
      });
      const received = await arrived(message);
      const { id, subject, html, text } = message;
      expect({ ...received, text: received.text.trim().replaceAll("\r\n", "\n") }).toMatchObject({
        id,
        subject,
        html,
        text,
        recipients: ["asel@example.com"],
        toName: "Әсел Öztürk 王",
      });
      const found = received.attachments.map((part) => ({ ...part, content: Buffer.from(part.content) }));
      expect(found).toEqual(
        message.attachments!.map((part) => ({ ...part, content: Buffer.from(part.content) })),
      );
    });

    test("keeps every header on its line", async () => {
      const received = await arrived(
        messageWith({
          to: { name: 'Ada\r\nBcc: eve@example.com\r\n" <eve@example.com>', address: "ada@example.com" },
          subject: "Hello\r\nBcc: eve@example.com\n\nYou won\u2028a\0prize",
          attachments: [
            { filename: 'a"\r\nX-Evil: 1.pdf', contentType: "application/pdf", content: new Uint8Array(1) },
          ],
        }),
      );
      expect(received.recipients).toEqual(["ada@example.com"]);
      expect(received.subject).toBe("Hello Bcc: eve@example.com You won a prize");
      expect(received.toName).not.toMatch(/[\r\n]/);
      expect(received.attachments[0]!.filename).not.toMatch(/[\r\n]/);
    });

    test.for([
      "",
      "ada",
      "@example.com",
      "ada@",
      "ada@example.com, eve@example.com",
      "ada@example.com\r\nRCPT TO:<eve@example.com>",
      "<ada@example.com>",
      "ada@eve@example.com",
      `${"a".repeat(250)}@example.com`,
    ])("refuses %j for an address", async (address) => {
      const refused = sender.mail.send(messageWith({ to: { name: "Ada", address } }));
      await expect(refused).rejects.toMatchObject({ kind: "invalid", code: "mail/refused" });
    });

    test("refuses more than servers take", async () => {
      const content = new Uint8Array(20 << 20);
      const attachments = [{ filename: "large.pdf", contentType: "application/pdf", content }];
      await expect(sender.mail.send(messageWith({ attachments }))).rejects.toMatchObject({
        code: "mail/refused",
      });
    });

    test("takes an id or a content type that would break a header for a caller's bug", async () => {
      await expect(sender.mail.send(messageWith({ id: "a\r\nb" }))).rejects.toThrow(RangeError);
      const attachments = [{ filename: "a", contentType: "text/html\r\nX: 1", content: new Uint8Array(1) }];
      await expect(sender.mail.send(messageWith({ attachments }))).rejects.toThrow(RangeError);
    });
  });
}
