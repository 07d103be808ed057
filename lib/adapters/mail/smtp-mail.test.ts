import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { mailContract, type ReceivedMail } from "#lib/ports/mail.contract.ts";
import type { MailMessage } from "#lib/ports/mail.ts";
import { localhostCertificate } from "../testing/certificate.ts";
import { parseMime } from "../testing/mime.ts";
import { type SmtpMailSettings, smtpMail } from "./smtp-mail.ts";

const tls = localhostCertificate();
const login = { user: "whereof", password: "pass-secret" };

/** An SMTP server that demands TLS and a log-in, and keeps what it was given. */
async function startServer(options: SMTPServerOptions = {}) {
  const received: { recipients: string[]; raw: string; isSecure: boolean }[] = [];
  const server = new SMTPServer({
    ...tls,
    onAuth({ username, password }, _, done) {
      const isKnown = username === login.user && password === login.password;
      done(isKnown ? null : new Error("who are you?"), { user: username });
    },
    onData(stream, session, done) {
      Array.fromAsync(stream).then((pieces) => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        received.push({
          recipients,
          raw: Buffer.concat(pieces).toString("latin1"),
          isSecure: session.secure,
        });
        done();
      }, done);
    },
    ...options,
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const settings: SmtpMailSettings = {
    host: "localhost",
    port: (server.server.address() as AddressInfo).port,
    security: "starttls",
    from: "Whereof <sign@sender.example>",
    trustedCertificate: tls.cert,
    ...login,
  };
  return { settings, received, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

function asReceived({ recipients, raw }: { recipients: string[]; raw: string }): ReceivedMail {
  const { headers, parts } = parseMime(raw);
  const bodyOf = (type: string) =>
    parts.find((part) => part.type === type && !part.filename)?.content.toString();
  const to = headers.get("to")!;
  return {
    id: /^<(.+)@sender\.example>$/.exec(headers.get("message-id")!)![1]!,
    recipients,
    toName: to.replace(/ ?<[^<]*>$/, "").replace(/^"(.*)"$/, "$1"),
    subject: headers.get("subject")!,
    html: bodyOf("text/html")!,
    text: bodyOf("text/plain")!,
    attachments: parts.flatMap(({ filename, type, content }) =>
      filename ? [{ filename, contentType: type, content }] : [],
    ),
  };
}

mailContract("SMTP", async () => {
  const { settings, received, close } = await startServer();
  return { mail: smtpMail(settings), received: () => received.map(asReceived), close };
});

describe("mail over SMTP", () => {
  const message: MailMessage = {
    id: "0199f3a0",
    organizationId: "1",
    to: { name: "Ada", address: "ada@example.com" },
    subject: "Please sign",
    html: "<p>Please sign</p>",
    text: "Please sign",
  };
  const refused = { kind: "invalid", code: "mail/refused" };
  const unavailable = { kind: "unavailable", code: "mail/unavailable" };
  let closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closing.map((close) => close()));
    closing = [];
  });
  const serving = async (options?: SMTPServerOptions) => {
    const server = await startServer(options);
    closing.push(server.close);
    return server;
  };
  const answering = (responseCode: number) =>
    Object.assign(new Error(`no, ada@example.com: ${responseCode}`), { responseCode });

  test("goes encrypted, with its id and sender, and says that a machine wrote it", async () => {
    const { settings, received } = await serving();
    await smtpMail(settings).send(message);
    expect(received).toMatchObject([{ isSecure: true, recipients: ["ada@example.com"] }]);
    const { headers } = parseMime(received[0]!.raw);
    expect(headers.get("message-id")).toBe("<0199f3a0@sender.example>");
    expect(headers.get("from")).toBe("Whereof <sign@sender.example>");
    expect(headers.get("auto-submitted")).toBe("auto-generated");
  });

  test("speaks TLS from the start where told so", async () => {
    const { settings, received } = await serving({ secure: true });
    await smtpMail({ ...settings, security: "tls" }).send(message);
    expect(received).toMatchObject([{ isSecure: true }]);
  });

  test("does not go where STARTTLS is missing", async () => {
    const { settings, received } = await serving({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    await expect(smtpMail(settings).send(message)).rejects.toMatchObject(unavailable);
    expect(received).toEqual([]);
  });

  test("does not go to a server whose certificate nobody vouches for", async () => {
    const { settings, received } = await serving();
    const mail = smtpMail({ ...settings, trustedCertificate: null });
    await expect(mail.send(message)).rejects.toMatchObject(unavailable);
    expect(received).toEqual([]);
  });

  test("goes unencrypted to this machine only", async () => {
    const { settings, received } = await serving({ hideSTARTTLS: true, authOptional: true });
    const open = { ...settings, security: "none", user: null, password: null } as const;
    await smtpMail(open).send(message);
    expect(received).toMatchObject([{ isSecure: false }]);
    expect(() => smtpMail({ ...open, host: "mail.example.com" })).toThrow(RangeError);
  });

  test.for([
    [550, refused],
    [552, refused],
    [554, refused],
    [450, unavailable],
    [421, unavailable],
    [530, unavailable],
  ] as const)(
    "answered %i at any step is refused for good only where trying again cannot help",
    async ([code, expected]) => {
      for (const step of ["onMailFrom", "onRcptTo"] as const) {
        const { settings } = await serving({
          [step]: (_: unknown, __: unknown, done: (e: Error) => void) => done(answering(code)),
        });
        await expect(smtpMail(settings).send(message)).rejects.toMatchObject(expected);
      }
      const { settings } = await serving({
        onData(stream, _, done) {
          stream.resume().on("end", () => done(answering(code)));
        },
      });
      await expect(smtpMail(settings).send(message)).rejects.toMatchObject(expected);
    },
  );

  test("is unavailable with a wrong password, which the refusal does not tell", async () => {
    const { settings } = await serving();
    const refusal = await smtpMail({ ...settings, password: "wrong-secret" })
      .send(message)
      .catch((error) => error);
    expect(refusal).toMatchObject(unavailable);
    expect(inspect(refusal, { depth: 9, showHidden: true })).not.toMatch(/secret/);
  });

  test("is unavailable where nobody listens, hangs up or says nothing", async () => {
    const { settings } = await serving();
    const nobody = smtpMail({ ...settings, port: 9 });
    await expect(nobody.send(message)).rejects.toMatchObject(unavailable);

    const sockets = new Set<Socket>();
    for (const behave of [
      (socket: Socket) => socket.destroy(),
      (socket: Socket) => void sockets.add(socket),
    ]) {
      const server = createServer(behave).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const mail = smtpMail({ ...settings, host: "127.0.0.1", port, timeoutMs: 300 });
      await expect(mail.send(message)).rejects.toMatchObject(unavailable);
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  test("needs a sender's address", () => {
    const settings = { host: "localhost", port: 25, security: "starttls", from: "Whereof" } as const;
    expect(() => smtpMail(settings)).toThrow(RangeError);
  });
});
