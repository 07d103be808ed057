import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { expect, test } from "vitest";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { parseFingerprint, sshKey } from "./ssh-key.ts";

const hasOpenSsh = run("sh", ["-c", "command -v ssh-keygen"]).status === 0;
if (!hasOpenSsh) console.warn("SSH keys are not shown to OpenSSH: apt-get install openssh-client");

test.skipIf(!hasOpenSsh)("OpenSSH reads the key, and finds the public one in it", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d } = privateKey.export({ format: "jwk" });
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  const bytes = (value: string | undefined) => new Uint8Array(Buffer.from(value!, "base64url"));
  const key = sshKey(bytes(d), bytes(x), new Uint8Array(randomBytes(4)), "whereof of Nordwind");
  inFolder((file) => {
    const name = file("key", Buffer.from(key.privateText));
    chmodSync(name, 0o600);
    expect(run("ssh-keygen", ["-y", "-f", name]).stdout.toString().trim()).toBe(key.publicLine);
    const listed = run("ssh-keygen", ["-l", "-f", file("key.pub", Buffer.from(key.publicLine))]).stdout;
    expect(parseFingerprint(listed.toString())).toMatch(/^SHA256:[\w+/]{43}$/);
  });
});

test("a fingerprint is found as people paste it, and nothing else passes for one", () => {
  const hash = "uNiVztksCsDhcc0u9e8BrwcQ4oYwz5VFpyYsWnVsTMc";
  for (const typed of [`SHA256:${hash}`, hash, `256 SHA256:${hash} root@host (ED25519)`, ` SHA256:${hash}= `])
    expect(parseFingerprint(typed)).toBe(`SHA256:${hash}`);
  for (const typed of ["", "MD5:43:51:43:a1", hash.slice(1), `${hash}x`])
    expect(parseFingerprint(typed)).toBeNull();
});
