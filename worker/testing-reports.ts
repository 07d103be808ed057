/** A mail as it left, and where its reports go. */
export interface SentMail {
  readonly returnPath: string;
  readonly to: string;
  readonly messageId: string;
}

const lines = (...all: readonly string[]): string => `${all.join("\r\n")}\r\n`;

/** As Postfix 3 writes it when the other side says that there is no such mailbox. */
export const postfixReport = ({ returnPath, to, messageId }: SentMail): string =>
  lines(
    ...[
      "Return-Path: <>",
      "Received: by mx.example.com (Postfix)",
      "\tid 4XyZ1s0Bzz; Sat, 21 Nov 2026 09:14:02 +0000 (UTC)",
    ],
    ...[
      "Date: Sat, 21 Nov 2026 09:14:02 +0000 (UTC)",
      "From: MAILER-DAEMON@mx.example.com (Mail Delivery System)",
    ],
    ...["Subject: Undelivered Mail Returned to Sender", `To: ${returnPath}`, "Auto-Submitted: auto-replied"],
    ...["MIME-Version: 1.0", "Content-Type: multipart/report; report-type=delivery-status;"],
    ...[`\tboundary="4XyZ1r5Qzz.1795252442/mx.example.com"`, "Content-Transfer-Encoding: 8bit"],
    ...[
      "Message-Id: <20261121091402.4XyZ1s0Bzz@mx.example.com>",
      "",
      "This is a MIME-encapsulated message.",
      "",
    ],
    ...["--4XyZ1r5Qzz.1795252442/mx.example.com", "Content-Description: Notification"],
    ...["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", ""],
    ...[
      "This is the mail system at host mx.example.com.",
      "",
      `<${to}>: host mail.other.example said: 550 5.1.1`,
      "",
    ],
    ...["--4XyZ1r5Qzz.1795252442/mx.example.com", "Content-Description: Delivery report"],
    ...[
      "Content-Type: message/delivery-status",
      "",
      "Reporting-MTA: dns; mx.example.com",
      "X-Postfix-Queue-ID: 4XyZ1r5Qzz",
    ],
    ...[`X-Postfix-Sender: rfc822; ${returnPath}`, "Arrival-Date: Sat, 21 Nov 2026 09:14:01 +0000 (UTC)", ""],
    ...[
      `Final-Recipient: rfc822; ${to}`,
      `Original-Recipient: rfc822;${to}`,
      "Action: failed",
      "Status: 5.1.1",
    ],
    ...[
      "Remote-MTA: dns; mail.other.example",
      `Diagnostic-Code: smtp; 550 5.1.1 <${to}>: Recipient address rejected: User`,
    ],
    ...["    unknown in virtual mailbox table", ""],
    ...["--4XyZ1r5Qzz.1795252442/mx.example.com", "Content-Description: Undelivered Message Headers"],
    ...[
      "Content-Type: text/rfc822-headers",
      "Content-Transfer-Encoding: 8bit",
      "",
      `Return-Path: <${returnPath}>`,
    ],
    ...["From: Whereof <sign@example.com>", `To: <${to}>`, `Message-ID: ${messageId}`, ""],
    "--4XyZ1r5Qzz.1795252442/mx.example.com--",
  );

/** As Exchange Online writes it: its part in base64, its words in HTML, the whole mail returned. */
export const exchangeReport = ({ to, messageId }: SentMail): string => {
  const status = lines(
    ...[
      "Reporting-MTA: dns;AM0PR03MB1234.eurprd03.prod.outlook.com",
      "Received-From-MTA: dns;mx.example.com",
    ],
    ...[
      "Arrival-Date: Sat, 21 Nov 2026 09:14:05 +0000",
      "",
      `Final-Recipient: rfc822;${to}`,
      "Action: failed",
    ],
    ...[
      "Status: 5.2.2",
      "Diagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException",
    ],
    ...["X-Display-Name: Ana Ruiz"],
  );
  return lines(
    ...["From: Microsoft Outlook", " <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@other.example>"],
    ...[
      "Date: Sat, 21 Nov 2026 09:14:06 +0000",
      "Content-Type: multipart/report; report-type=delivery-status;",
    ],
    ...[
      '\tboundary="0fe9fd2d-8e2b-4a4d-8b4a-b1d2b0b7a5b7"',
      "X-MS-Exchange-Message-Is-Ndr:",
      "Subject: Undeliverable",
    ],
    ...["Auto-Submitted: auto-replied", "MIME-Version: 1.0", "", "--0fe9fd2d-8e2b-4a4d-8b4a-b1d2b0b7a5b7"],
    ...['Content-Type: multipart/alternative; differences=Content-Type; boundary="c2b3"', "", "--c2b3"],
    ...['Content-Type: text/plain; charset="us-ascii"', "", "Your message couldn't be delivered.", "--c2b3"],
    ...[
      'Content-Type: text/html; charset="us-ascii"',
      "",
      "<html><body>Mailbox full</body></html>",
      "--c2b3--",
      "",
    ],
    ...["--0fe9fd2d-8e2b-4a4d-8b4a-b1d2b0b7a5b7", "Content-Type: message/delivery-status"],
    ...[
      "Content-Transfer-Encoding: base64",
      "",
      Buffer.from(status).toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
    ],
    ...["--0fe9fd2d-8e2b-4a4d-8b4a-b1d2b0b7a5b7", "Content-Type: message/rfc822", ""],
    ...[
      "From: Whereof <sign@example.com>",
      `To: ${to}`,
      "Message-ID:",
      ` ${messageId}`,
      "Subject: x",
      "",
      "Please sign",
    ],
    "--0fe9fd2d-8e2b-4a4d-8b4a-b1d2b0b7a5b7--",
  );
};

/** As Gmail writes it; delayed first, failed after a few days. */
export const gmailReport = (
  { to, messageId }: SentMail,
  action: "failed" | "delayed",
  status = action === "failed" ? "5.1.1" : "4.4.1",
): string =>
  lines(
    ...["From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Auto-Submitted: auto-replied"],
    ...["Subject: Delivery Status Notification (Failure)", "MIME-Version: 1.0"],
    ...['Content-Type: multipart/report; boundary="000000000000a1b2"; report-type=delivery-status', ""],
    ...[
      "--000000000000a1b2",
      'Content-Type: multipart/related; boundary="000000000000c3d4"',
      "",
      "--000000000000c3d4",
    ],
    ...['Content-Type: text/plain; charset="UTF-8"', "Content-Transfer-Encoding: quoted-printable", ""],
    ...["** Die Adresse wurde nicht gefunden **", "", "--000000000000c3d4--", "--000000000000a1b2"],
    ...[
      "Content-Type: message/delivery-status",
      "",
      "Reporting-MTA: dns; googlemail.com",
      `X-Original-Message-ID: ${messageId}`,
    ],
    ...[
      "Arrival-Date: Sat, 21 Nov 2026 01:14:05 -0800 (PST)",
      "",
      `Final-Recipient: rfc822; ${to}`,
      `Action: ${action}`,
    ],
    ...[
      `Status: ${status}`,
      "Diagnostic-Code: smtp; The email account that you tried to reach does not exist.",
    ],
    ...[
      "Last-Attempt-Date: Sat, 21 Nov 2026 01:14:06 -0800 (PST)",
      "",
      "--000000000000a1b2",
      "Content-Type: message/rfc822",
      "",
    ],
    ...[`Message-ID: ${messageId}`, "Subject: x", "", "x", "--000000000000a1b2--"],
  );

/** What a person's mailbox answers by itself: no report. */
export const vacationAnswer = ({ to }: SentMail): string =>
  lines(
    ...[`From: <${to}>`, "Subject: Out of office", "Auto-Submitted: auto-replied", "MIME-Version: 1.0"],
    ...[
      'Content-Type: text/plain; charset="utf-8"',
      "",
      "Action: failed",
      "Status: 5.1.1",
      "I am away until Monday.",
    ],
  );
