import { createHash } from "node:crypto";
import { lookup } from "node:dns/promises";
import type { Client, SFTPWrapper } from "ssh2";
import { isNamedHost, isPublicAddress } from "#lib/adapters/web/egress.ts";
import { equalBytes, fromUtf8 } from "#lib/bytes.ts";
import { type SftpPlace, type SftpSender, sftpError } from "#lib/ports/sftp.ts";

const READY_MS = 20_000;
const WORK_MS = 120_000;

// What ssh2 offers besides is older: SHA-1, CBC, groups of 1024 bits.
const ALGORITHMS = {
  kex: ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384"],
  cipher: ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr"],
  serverHostKey: [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "rsa-sha2-512",
    "rsa-sha2-256",
  ],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
} as const;

/**
 * SFTP by the package ssh2, which is loaded at the first use: it is optional.
 *
 * @param hosts in private networks that are reached all the same, as `PRIVATE_HOSTS` lists them.
 */
export function sshSftp(hosts: readonly string[] = []): SftpSender {
  return {
    send: (place, name, bytes) =>
      connected(place, hosts, async (sftp) => {
        const path = `${folderOf(place)}${name}`;
        await write(sftp, path, bytes);
        await rename(sftp, `${path}.part`, path);
      }),
    tryOut: (place, name) =>
      connected(place, hosts, async (sftp) => {
        const path = `${folderOf(place)}${name}`;
        await write(sftp, path, fromUtf8("Whereof was here and has left again.\n"));
        await done((callback) => sftp.unlink(`${path}.part`, callback));
      }),
  };
}

const folderOf = ({ folder }: SftpPlace): string => (folder === "" ? "" : `${folder.replace(/\/+$/, "")}/`);

async function connected(
  place: SftpPlace,
  hosts: readonly string[],
  work: (sftp: SFTPWrapper) => Promise<void>,
): Promise<void> {
  const client = await newClient();
  const address = await addressOf(place, hosts);
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, refuse) => {
      timer = setTimeout(() => refuse(sftpError("unavailable", "it takes too long")), WORK_MS);
    });
    const doing = open(client, place, address).then(work);
    await Promise.race([doing, late]);
  } finally {
    clearTimeout(timer);
    client.end();
  }
}

async function newClient(): Promise<Client> {
  try {
    const { default: ssh2 } = await import("ssh2");
    return new ssh2.Client();
  } catch (cause) {
    throw sftpError("not-installed", "the package ssh2 is not installed", { cause });
  }
}

/** A name is resolved once, and the connection goes to that address. */
async function addressOf({ host, port }: SftpPlace, hosts: readonly string[]): Promise<string> {
  const found = await lookup(host, { all: true }).catch((cause: unknown) => {
    throw sftpError("unavailable", `${host} has no address`, { cause });
  });
  const open = found.find(({ address }) => isNamedHost(hosts, host, port) || isPublicAddress(address));
  if (!open) throw sftpError("not-public", `${host} is not on the public internet`);
  return open.address;
}

function open(client: Client, place: SftpPlace, address: string): Promise<SFTPWrapper> {
  const { port, user: username, hostKey, clientKey: privateKey } = place;
  return new Promise((resolve, refuse) => {
    let isOtherKey = false;
    client.on("error", (cause: Error & { level?: string }) => {
      if (isOtherKey) return refuse(sftpError("host-key-differs", `${place.host} shows another key`));
      const isLogIn = cause.level === "client-authentication";
      refuse(sftpError(isLogIn ? "log-in-refused" : "unavailable", `${place.host}: ${cause.message}`));
    });
    client.on("close", () => refuse(sftpError("unavailable", `${place.host}: the connection ended`)));
    client.on("ready", () =>
      client.sftp((error, sftp) =>
        error ? refuse(sftpError("not-written", `${place.host} has no SFTP`)) : resolve(sftp),
      ),
    );
    client.connect({
      ...{ host: address, port, username, privateKey, readyTimeout: READY_MS },
      algorithms: { ...ALGORITHMS } as never,
      hostVerifier: (key: Buffer) => {
        isOtherKey = fingerprintOf(key) !== hostKey;
        return !isOtherKey;
      },
    });
  });
}

/** As ssh-keygen -l writes it. @param key in SSH's wire form */
const fingerprintOf = (key: Uint8Array): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

/** Writes `path`.part anew and compares what can be read from there. */
async function write(sftp: SFTPWrapper, path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  await done((callback) =>
    sftp.writeFile(part, Buffer.from(bytes), { flag: "w", mode: 0o600 }, (error) => callback(error)),
  );
  const read = await new Promise<Uint8Array>((resolve, refuse) =>
    sftp.readFile(part, (error, data) => (error ? refuse(notWritten(error)) : resolve(data))),
  );
  if (!equalBytes(new Uint8Array(read), bytes))
    throw sftpError("not-whole", "what can be read is not what was written");
}

/** Refused when the name is taken (draft-ietf-secsh-filexfer-02 §6.5). */
const rename = (sftp: SFTPWrapper, from: string, to: string) =>
  done((callback) => sftp.rename(from, to, callback));

const done = (work: (callback: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, refuse) => work((error) => (error ? refuse(notWritten(error)) : resolve())));

const notWritten = (cause: Error) => sftpError("not-written", cause.message, { cause });
