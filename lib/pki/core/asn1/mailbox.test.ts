import { expect, test } from "vitest";
import { mailboxOf } from "./mailbox.ts";

test("a domain that is read the short way is what a URL makes of it", () => {
  const plain = ["example.com", "mail.example.co.uk", "a-b.c9.io", "1a.de", "localhost", "x.a1"];
  const odd = [
    "ab--cd.com",
    "1.2.3.4",
    "0x7f.1",
    "example.0x1",
    "example.1",
    "256.256.256.256.com",
    "xn--nxasmq6b.com",
  ];
  const mixed = [
    "EXAMPLE.com",
    "exämple.de",
    "xn--.com",
    "xn--a.com",
    "例え.jp",
    "a..b",
    "-a.com",
    "a-.com",
    "a.b.",
    "a_b.com",
  ];
  for (const domain of [...plain, ...odd, ...mixed, `${"a".repeat(64)}.com`, `${"a".repeat(63)}.com`]) {
    const url = URL.canParse(`http://${domain}/`) ? new URL(`http://${domain}/`).hostname : null;
    const isDomain =
      url !== null &&
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/.test(url);
    expect([domain, mailboxOf(`ana@${domain}`)?.domain ?? null]).toEqual([domain, isDomain ? url : null]);
  }
});

test("an address of 254 octets is one, and of 255 is none, in ASCII and beyond", () => {
  const label = "b".repeat(61);
  const domain = [label, label, label].join(".");
  const letters = 254 - domain.length - 1;
  expect(mailboxOf(`${"a".repeat(letters)}@${domain}`)).not.toBeNull();
  expect(mailboxOf(`${"a".repeat(letters + 1)}@${domain}`)).toBeNull();
  expect(mailboxOf(`${"a".repeat(letters - 2)}ü@${domain}`)).not.toBeNull();
  expect(mailboxOf(`${"a".repeat(letters - 1)}ü@${domain}`)).toBeNull();
});
