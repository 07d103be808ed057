import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noSshBecause, type SshServer, sshServer } from "#lib/adapters/testing/ssh-server.ts";
import type { SftpPlace } from "#lib/ports/sftp.ts";
import { sshSftp } from "./ssh-sftp.ts";

if (noSshBecause) console.warn(`SFTP is not tested against OpenSSH: ${noSshBecause}`);

describe.skipIf(noSshBecause)("with OpenSSH's own server", () => {
  let server: SshServer;
  let place: SftpPlace;
  const sender = sshSftp(["127.0.0.1"]);
  const bytes = new Uint8Array(200_000).map((_, index) => index % 251);
  beforeAll(async () => {
    server = await sshServer();
    const name = path.join(server.folder, "../client");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", name]);
    server.authorize(readFileSync(`${name}.pub`, "utf8").trim());
    const { port, user, folder, hostKey } = server;
    place = { host: "127.0.0.1", port, user, folder, hostKey, clientKey: readFileSync(name, "utf8") };
  });
  afterAll(() => server.close());
  const codeOf = (work: Promise<void>) =>
    work.then(
      () => null,
      (error: { code?: string }) => error.code,
    );

  test("a file arrives whole under its name, and is never put over another", async () => {
    await sender.send(place, "key.pfx", bytes);
    expect(server.files()).toEqual(["key.pfx"]);
    expect(server.read("key.pfx")).toEqual(bytes);
    expect(await codeOf(sender.send(place, "key.pfx", bytes.slice(1)))).toBe("sftp/not-written");
    expect(server.read("key.pfx")).toEqual(bytes);
    for (const name of server.files()) rmSync(path.join(server.folder, name));
  });

  test("trying it out leaves nothing behind", async () => {
    await sender.tryOut(place, "try.txt");
    expect(server.files()).toEqual([]);
  });

  test("a folder that is not there, and a key that may not log in, are told apart", async () => {
    const elsewhere = { ...place, folder: path.join(server.folder, "nowhere") };
    expect(await codeOf(sender.send(elsewhere, "key.pfx", bytes))).toBe("sftp/not-written");
    const name = path.join(server.folder, "../stranger");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", name]);
    const stranger = { ...place, clientKey: readFileSync(name, "utf8") };
    expect(await codeOf(sender.send(stranger, "key.pfx", bytes))).toBe("sftp/log-in-refused");
    expect(server.files()).toEqual([]);
  });

  test("nobody listens there, and a private network is not asked unless the operator named it", async () => {
    expect(await codeOf(sender.send({ ...place, port: 9 }, "key.pfx", bytes))).toBe("sftp/unavailable");
    expect(await codeOf(sshSftp().send(place, "key.pfx", bytes))).toBe("sftp/not-public");
    expect(await codeOf(sshSftp([`127.0.0.1:${place.port + 1}`]).send(place, "key.pfx", bytes))).toBe(
      "sftp/not-public",
    );
  });

  test("a server with another key than the pinned one gets nothing, not even a log-in", async () => {
    await server.changeHostKey();
    expect(await codeOf(sender.send(place, "key.pfx", bytes))).toBe("sftp/host-key-differs");
    expect(server.files()).toEqual([]);
    writeFileSync(path.join(server.folder, "../authorized"), "");
  });
});
