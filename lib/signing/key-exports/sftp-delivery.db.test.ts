import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { noSshBecause, type SshServer, sshServer } from "#lib/adapters/testing/ssh-server.ts";
import { recordOf, strangersRead } from "#lib/evidence/testing-records.ts";
import { addSftpPlace, askSftpTrial, listSftpPlaces, removeSftpPlace } from "../sftp-places/add-place.ts";
import { approveKeyExport } from "./decide-key-export.ts";
import { askDelivery } from "./deliver-key-export.ts";
import { destroyKeyExports, reviewKeyExport } from "./end-key-export.ts";
import { getKeyExport } from "./get-key-exports.ts";
import { showPassphrase } from "./passphrase-vault.ts";
import { remindKeyExports } from "./remind-exports.ts";
import { requestKeyExport } from "./request-key-export.ts";
import { confirmKeyExport, takeKeyExport } from "./take-key-export.ts";
import { exportOffice, memberOf, PASSWORD } from "./testing-exports.ts";

if (noSshBecause) console.warn(`SFTP delivery is not tested: ${noSshBecause}`);

describe.skipIf(noSshBecause)("over SFTP", () => {
  let server: SshServer;
  const product = testProduct({
    runsJobs: true,
    settings: async () => {
      server = await sshServer();
      return { PRIVATE_HOSTS: `127.0.0.1:${server.port}` };
    },
  });
  afterAll(() => server?.close());
  const place = () => ({
    ...{ name: "Vault of Delft", host: "127.0.0.1", port: server.port, userName: server.user },
    ...{ folder: server.folder, fingerprint: `256 ${server.hostKey} host (ED25519)` },
  });

  async function asked() {
    const people = await exportOffice(product());
    const { asker, it, legal } = people;
    const sftpPlaceId = await addSftpPlace(asker, place());
    const request = { ...people.request, sftpPlaceId };
    const exportId = await requestKeyExport(asker, request);
    const approve = async () => {
      await approveKeyExport(it, { exportId, side: "it", password: PASSWORD });
      await approveKeyExport(legal, { exportId, side: "legal", password: PASSWORD });
    };
    const stateOf = async () => (await getKeyExport(asker, { exportId })).state;
    const refusal = async () => (await getKeyExport(asker, { exportId })).delivery?.refusal;
    return { ...people, exportId, sftpPlaceId, approve, stateOf, refusal };
  }

  test("a packed key is brought to its pinned server, confirmed, and its custody sealed", async () => {
    const { asker, legal, owner, system, exportId, sftpPlaceId, approve, stateOf, refusal } = await asked();
    const [listed] = await listSftpPlaces(owner);
    expect(listed!.hostKey).toBe(server.hostKey);
    await approve();
    await expect.poll(refusal, { timeout: 20_000 }).toBe("sftp/log-in-refused");
    expect(server.files()).toEqual([]);

    await askSftpTrial(asker, { placeId: sftpPlaceId });
    const tried = async () => (await listSftpPlaces(owner))[0];
    await expect.poll(tried, { timeout: 20_000 }).toMatchObject({ refusal: "sftp/log-in-refused" });
    server.authorize(listed!.publicLine);
    await askSftpTrial(asker, { placeId: sftpPlaceId });
    await expect.poll(tried, { timeout: 20_000 }).toMatchObject({ refusal: null, triedAt: expect.any(Date) });
    expect(server.files()).toEqual([]);

    await askDelivery(asker, { exportId });
    await expect.poll(stateOf, { timeout: 20_000 }).toBe("taken");
    const [file] = server.files();
    expect(file).toBe(`seal-key-${exportId.slice(-8)}.pfx`);
    const sha256 = createHash("sha256").update(server.read(file!)).digest("hex");
    const own = { exportId, password: PASSWORD };
    expect(await refusalOf(takeKeyExport(asker, own))).toBe("signing/export-by-sftp");
    expect(await showPassphrase(legal, own)).toMatch(/^[\w-]{39}$/);
    const late = (days: number) => ({ ...system, now: () => new Date(Date.now() + days * 86_400_000) });
    await remindKeyExports(late(2));
    await confirmKeyExport(asker, { exportId, sha256 });
    await destroyKeyExports(system);
    await remindKeyExports(late(29));
    await remindKeyExports(late(31));
    await remindKeyExports(late(32));
    const reminders = await product().admin`
      select body::json->>'type' as type from audit_events
      where organization_id = ${system.organizationId} and body like '%key-export.re%'
        and (body like '%review-due%' or body like '%receipt-overdue%') order by sequence`;
    expect(reminders.map(({ type }) => type)).toEqual([
      "key-export.receipt-overdue",
      "key-export.review-due",
    ]);
    await reviewKeyExport(legal, { exportId, note: "In the vault; the file is gone." });
    await remindKeyExports(late(40));

    const { text, attached } = strangersRead(
      await recordOf(legal, { kind: "custody", subjectId: exportId }, 5),
    );
    for (const words of [
      "Chain of custody",
      "Handed over",
      "Vault of Delft",
      "SFTP",
      "In the vault",
      "All 5 entries hold",
    ])
      expect(text).toContain(words);
    expect(text.replaceAll(/\s/g, "")).toContain(server.hostKey.replaceAll(/\s/g, ""));
    expect(attached).toMatchObject({ view: { sha256, custodyBrokenAt: null } });
    const recorded = JSON.stringify(await product().admin`select body from audit_events`);
    expect(recorded).not.toContain("OPENSSH PRIVATE");
  }, 180_000);

  test("a server with another key gets nothing, and the page says so", async () => {
    const { asker, exportId, sftpPlaceId, approve, refusal, stateOf } = await asked();
    server.authorize((await listSftpPlaces(asker))[0]!.publicLine);
    const before = server.files().length;
    await server.changeHostKey();
    await approve();
    await expect.poll(refusal, { timeout: 20_000 }).toBe("sftp/host-key-differs");
    expect(server.files()).toHaveLength(before);
    expect(await stateOf()).toBe("ready");
    await removeSftpPlace(asker, { placeId: sftpPlaceId });
    expect(await listSftpPlaces(asker)).toEqual([]);
    expect((await getKeyExport(asker, { exportId })).may.deliver).toBe(true);
  }, 180_000);

  test("a server is added with what names it, by those who may ask for keys", async () => {
    const { asker, legal, request } = await exportOffice(product());
    const refused = (change: object) => refusalOf(addSftpPlace(asker, { ...place(), ...change }));
    expect(await refused({ host: "-oProxyCommand=x" })).toBe("signing/sftp-host-unreadable");
    expect(await refused({ host: "a/b" })).toBe("signing/sftp-host-unreadable");
    expect(await refused({ port: 70_000 })).toBe("signing/sftp-host-unreadable");
    expect(await refused({ userName: "a b" })).toBe("signing/sftp-host-unreadable");
    expect(await refused({ fingerprint: "MD5:aa:bb" })).toBe("signing/sftp-fingerprint-unreadable");
    expect(await refused({ name: "" })).toBe("signing/export-text-missing");
    expect(await refusalOf(addSftpPlace(legal, place()))).toBe("authorize/not-allowed");
    const other = await exportOffice(product());
    const sftpPlaceId = await addSftpPlace(other.asker, place());
    expect(await refusalOf(requestKeyExport(asker, { ...request, sftpPlaceId }))).toBe(
      "signing/sftp-place-unknown",
    );
    await removeSftpPlace(other.asker, { placeId: sftpPlaceId });
    expect(await refusalOf(requestKeyExport(other.asker, { ...other.request, sftpPlaceId }))).toBe(
      "signing/sftp-place-unknown",
    );
    expect(memberOf(asker)).not.toBe(memberOf(legal));
  });
});
