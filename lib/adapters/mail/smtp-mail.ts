import { createTransport } from "nodemailer";
import { isLoopback } from "#lib/loopback.ts";
import { type MailSender, mailError } from "#lib/ports/mail.ts";
import { sendable } from "./sendable.ts";

export interface SmtpMailSettings {
  readonly host: string;
  readonly port: number;
  /** `starttls` demands it, `tls` speaks TLS from the start, `none` is for a relay on this machine only. */
  readonly security: "starttls" | "tls" | "none";
  readonly user?: string | null;
  readonly password?: string | null;
  /** Sender of every message: `Whereof <sign@example.com>`. */
  readonly from: string;
  /** Certificate, PEM, that the server's must lead to, where the public authorities do not know it. */
  readonly trustedCertificate?: string | null;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
/** They refuse how we came, not what we bring: no or wrong log-in, no TLS, commands out of order. */
const REFUSES_SESSION = new Set([503, 530, 534, 535, 538]);

/** Sends through an SMTP server, one connection a message. Throws RangeError where a password would go unprotected. */
export function smtpMail(settings: SmtpMailSettings): MailSender {
  const { host, port, security, user, password, from, trustedCertificate, timeoutMs = TIMEOUT_MS } = settings;
  if (security === "none" && !isLoopback(host)) {
    throw new RangeError(`mail to ${host} needs TLS: only a server on this machine may go without`);
  }
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(user && { auth: { user, pass: password ?? "" } }),
    tls: { minVersion: "TLSv1.2", ...(trustedCertificate && { ca: trustedCertificate }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1];
  if (!domain) throw new RangeError("mail needs a sender's address");

  return {
    name: "smtp",
    async send(message) {
      const { id, to, returnTo, subject, html, text, attachments = [] } = sendable(message);
      try {
        await transport.sendMail({
          messageId: `<${id}@${domain}>`,
          from,
          to: { ...to },
          ...(returnTo && { envelope: { from: returnTo, to: to.address } }),
          subject,
          html,
          text,
          attachments: attachments.map(({ content, ...part }) => ({
            ...part,
            content: Buffer.from(content),
          })),
          headers: { "Auto-Submitted": "auto-generated" },
          signal: AbortSignal.timeout(timeoutMs),
        });
      } catch (error) {
        throw toRefusal(id, error as SmtpError);
      }
    },
  };
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
}

function toRefusal(id: string, { name, code = name, command = "", responseCode }: SmtpError) {
  // What the server wrote may quote the message, so only its code is passed on.
  const cause = new Error(`${code} ${command} ${responseCode ?? ""}`.trim());
  const isAboutMessage = code === "EENVELOPE" || code === "EMESSAGE";
  const isForGood = responseCode === undefined || (responseCode >= 500 && !REFUSES_SESSION.has(responseCode));
  return isAboutMessage && isForGood
    ? mailError("refused", `the server will not take message ${id}`, { cause })
    : mailError("unavailable", `message ${id} could not be handed over now`, { cause });
}
