import { beforeAll, describe, expect, test } from "vitest";
import { type TestProduct, testProduct } from "#db/testing.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { type Context, createContext, inTransaction, type WorkerContext } from "#lib/context.ts";
import { pageImage } from "#lib/envelopes/page-image.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { sent } from "#lib/signing/testing.ts";
import { REPORT_COLUMNS, REPORT_KINDS, type RunnableReport } from "../core/reports/report-content.ts";
import { completed, readyPackage } from "../testing-package.ts";
import { collectReport } from "./collect-report.ts";

const product = testProduct({ runsJobs: true });
const today = new Date().toISOString().slice(0, 10);
const period = { from: today, to: today };

describe("a report from the records", () => {
  let organization: Awaited<ReturnType<TestProduct["newOrganization"]>>;
  let system: WorkerContext;
  let envelopeId: EnvelopeId;
  let memberId: string;
  let reader: Context;
  const admin = () => product().admin;
  const report = async (kind: RunnableReport) => {
    const content = await collectReport(system, kind, period);
    for (const { cells } of content.rows) expect(cells).toHaveLength(REPORT_COLUMNS[kind].length);
    const numbers = Object.fromEntries(content.numbers.map(({ key, value }) => [key, value]));
    return { ...content, numbers, texts: content.rows.map(({ cells }) => cells.join(" | ")) };
  };

  beforeAll(async () => {
    organization = await product().newOrganization();
    const owner = await organization.member("owner");
    reader = owner;
    memberId = owner.actor.kind === "member" ? owner.actor.memberId : "";
    const actor = { kind: "system", job: "test" } as const;
    system = createContext(product().runtime, { organizationId: organization.id, actor });
    envelopeId = await completed(owner);
    await readyPackage(owner, envelopeId);
  }, 180_000);

  test("on signing counts each act, and every row leads to its event", async () => {
    const { numbers, rows, texts } = await report("signing");
    const signers = Number((await admin()`select count(*) from recipients where role = 'signer'`)[0]!.count);
    expect(numbers).toMatchObject({ sent: 1, signed: signers, completed: 1, declined: 0, voided: 0 });
    expect(texts.some((text) => text.includes("Signed"))).toBe(true);
    for (const { address } of rows) expect(address).toMatch(/^\/audit\/events\/evt_/);
  });

  test("on authentication lists how people showed who they are, by class", async () => {
    const before = await report("authentication");
    expect(before.numbers["by-link"]).toBe(before.numbers.acts);
    expect(before.texts[0]).toMatch(/^none chosen \| the link alone/);
    const classId = await newClass("Loans", "a lender's rules");
    await admin()`insert into envelope_retention (organization_id, envelope_id, class_id, chosen_by, chosen_at)
      values (${organization.id}, ${envelopeId}, ${classId}, ${memberId}, now())`;
    expect((await report("authentication")).texts[0]).toMatch(/^Loans \|/);
  });

  test("on authentication names every way there is, each as it is, and none as the link", async () => {
    const stranger = await product().newOrganization();
    const actor = { kind: "system", job: "test" } as const;
    const theirs = createContext(product().runtime, { organizationId: stranger.id, actor });
    const ways: Record<string, readonly string[]> = {
      "by-unrecorded": [],
      "by-in-person": ["in-person"],
      "by-hosted-link": ["hosted-link"],
      "by-link": ["link"],
      "by-email-code": ["in-person", "email-code"],
      "by-access-code": ["link", "access-code"],
      "by-sms-code": ["link", "sms-code", "email-code"],
      "by-authenticator": ["link", "authenticator"],
      "by-passkey": ["link", "email-code", "passkey"],
      "by-sso": ["link", "sso"],
      "by-identity-document": ["hosted-link", "identity-document"],
    };
    const owner = await stranger.member("owner");
    const { envelopeId: theirEnvelope } = await sent(owner, [{ name: "Ana Ruiz" }]);
    // As the sequence of the log leaves it: reports read events alone.
    for (const methods of Object.values(ways))
      await inTransaction(theirs, (ctx) =>
        appendEvent(ctx, {
          type: "recipient.approved",
          envelopeId: theirEnvelope,
          data: { authentication: { methods: [...methods] } },
        }),
      );
    const content = await collectReport(theirs, "authentication", period);
    const numbers = Object.fromEntries(content.numbers.map(({ key, value }) => [key, value]));
    expect(numbers).toEqual({
      acts: 11,
      ...Object.fromEntries(Object.keys(ways).map((key) => [key, 1])),
    });
    const told = content.rows.map(({ cells }) => cells[1]);
    expect(told.slice(0, 3)).toEqual([
      "not recorded",
      "in person, by the host’s statement alone",
      "a link given by hand, alone",
    ]);
    expect(told.filter((way) => way === "the link alone")).toHaveLength(1);
    const part11 = await collectReport(theirs, "part-11", period);
    const of = (rule: string) => part11.rows.find(({ cells }) => cells[0] === rule)!.cells;
    expect(of("§ 11.200(a)")[2]).toContain("nothing shows it");
    expect(of("§ 11.200(a)")[3]).toBe("not shown");
  });

  test("on Part 11 counts as two components only what is of two kinds", async () => {
    const stranger = await product().newOrganization();
    const actor = { kind: "system", job: "test" } as const;
    const theirs = createContext(product().runtime, { organizationId: stranger.id, actor });
    const { envelopeId: theirEnvelope } = await sent(await stranger.member("owner"), [{ name: "Ana Ruiz" }]);
    const state = async (...signed: (readonly string[])[]) => {
      for (const methods of signed)
        await inTransaction(theirs, (ctx) =>
          appendEvent(ctx, {
            type: "recipient.signed",
            envelopeId: theirEnvelope,
            data: { authentication: { methods: [...methods] } },
          }),
        );
      const { numbers, rows } = await collectReport(theirs, "part-11", period);
      const single = numbers.find(({ key }) => key === "oneComponent")!.value;
      return [single, rows.find(({ cells }) => cells[0] === "§ 11.200(a)")!.cells[3]];
    };
    expect(await state(["link", "sms-code"])).toEqual([0, "shown"]);
    expect(await state(["in-person"], ["hosted-link"], ["in-person", "email-code"])).toEqual([
      3,
      "not shown",
    ]);
  });

  test("on completeness names what is missing, first", async () => {
    // Nobody brought the pages on screen: what was looked at while preparing is no image of what was shown.
    expect((await report("completeness")).texts[0]).toContain("images of all pages");
    const [document] = await admin()`select id, jsonb_array_length(pages) as pages from documents
      where envelope_id = ${envelopeId}`;
    for (let page = 0; page < document!.pages; page++)
      await pageImage(reader, { documentId: document!.id, revision: 1, page, widthPx: 800 });
    const before = await report("completeness");
    expect(before.numbers).toEqual({ completed: 1, incomplete: 0 });
    expect(before.texts[0]).toContain("nothing");
    // As the owner of the tables: the product itself may not.
    const kept = await admin()`delete from artifacts where envelope_id = ${envelopeId} returning *`;
    expect((await report("completeness")).texts[0]).toContain("the audit trail");
    await admin()`insert into artifacts ${admin()(kept[0] as Record<string, string>)}`;
    expect((await report("completeness")).numbers.incomplete).toBe(0);
    // One signer's certificate and one page's image are enough to lack.
    const [certificate] =
      await admin()`select id, recipient_id from certificates where envelope_id = ${envelopeId} and kind = 'signer' limit 1`;
    await admin()`update certificates set recipient_id = null where id = ${certificate!.id}`;
    expect((await report("completeness")).texts[0]).toContain("the certificate of a signer");
    await admin()`update certificates set recipient_id = ${certificate!.recipient_id} where id = ${certificate!.id}`;
    await admin()`delete from page_images where document_id = ${document!.id} and revision >= 1 and page = 0`;
    expect((await report("completeness")).texts[0]).toContain("images of all pages");
  });

  test("on the archive lists what is overdue, then what came late", async () => {
    expect((await report("late-archive")).numbers).toEqual({
      overdue: 0,
      archivedLate: 0,
      archivedInTime: 0,
    });
    await admin()`update envelopes set ended_at = now() - interval '45 days' where id = ${envelopeId}`;
    const overdue = await report("late-archive");
    expect(overdue.numbers.overdue).toBe(1);
    expect(overdue.texts[0]).toMatch(/not yet \| 45 \| waits$/);
    await admin()`insert into archive_places (organization_id, id, region, bucket, key_prefix, access_key_id,
        sealed_secret, created_by, created_at, tried_at, refusal)
      values (${organization.id}, '01920000-0000-7000-8000-000000000001', 'us-east-1', 'vault', '', 'AKID', '\\x00',
        ${memberId}, now(), now(), 'archive/unavailable')`;
    await admin()`insert into archives (organization_id, envelope_id, place_id, tried_at, tries, archived_at)
      values (${organization.id}, ${envelopeId}, '01920000-0000-7000-8000-000000000001', now(), 0, now())`;
    const late = await report("late-archive");
    expect(late.numbers).toEqual({ overdue: 0, archivedLate: 1, archivedInTime: 0 });
    await admin()`update envelopes set ended_at = now() where id = ${envelopeId}`;
  });

  test("on connectors puts those that refuse first, with the code", async () => {
    const { numbers, texts } = await report("connectors");
    expect(numbers.refusing).toBeGreaterThanOrEqual(1);
    expect(texts[0]).toMatch(/^Archive \| vault \| .* \| archive\/unavailable$/);
  });

  test("on health records finds classes by their words, not by parts of words", async () => {
    await newClass("Alpha", "phillips curve");
    expect((await report("health")).rows).toEqual([]);
    const classId = await newClass("Patients", "BAA with Mercy Clinic of 2026");
    await admin()`update envelope_retention set class_id = ${classId} where envelope_id = ${envelopeId}`;
    const { numbers, texts, rows } = await report("health");
    expect(numbers).toEqual({
      ...{ healthAgreements: 0, healthClasses: 1, healthRecords: 1 },
      ...{ healthMarked: 0, healthHeld: 0 },
    });
    expect(texts[0]).toContain("BAA with Mercy Clinic of 2026 | 1");
    expect(rows[1]!.address).toMatch(/^\/envelopes\/env_/);
  });

  test("on health records tells agreements by the day, and counts what is marked once", async () => {
    const agreement = (
      id: number,
      signedOn: string,
      endsOn: string | null,
      endedBy: string | null,
    ) => admin()`
      insert into business_agreements (organization_id, id, covered_entity, business_associate, signed_on, ends_on,
        file_key, file_name, sha256, size_bytes, recorded_by, recorded_at, ended_by, ended_at)
      values (${organization.id}, ${`01920000-0000-7000-8000-0000000000a${id}`}, 'Mercy Clinic', 'Bright Notes', ${signedOn},
        ${endsOn}, ${`key-${id}`}, ${`baa-${id}.pdf`}, ${"ab".repeat(32)}, 10, ${memberId}, now(), ${endedBy},
        ${endedBy === null ? null : new Date()})`;
    await agreement(1, "2025-01-01", null, null);
    await agreement(2, "2024-01-01", "2024-12-31", null);
    await agreement(3, "2025-01-01", null, memberId);
    await agreement(4, "2999-01-01", null, null);
    await admin()`update documents set holds_health = true where envelope_id = ${envelopeId}`;
    const { numbers, texts } = await report("health");
    expect(numbers).toMatchObject({ healthAgreements: 1, healthRecords: 1, healthMarked: 1 });
    const of = (file: string) => texts.find((text) => text.includes(file))!;
    expect(of("baa-1.pdf")).toContain("from 2025-01-01: counts");
    expect(of("baa-2.pdf")).toContain("until 2024-12-31: has ended");
    expect(of("baa-3.pdf")).toContain("taken off the record");
    expect(of("baa-4.pdf")).toContain("does not count yet");
    expect(texts.at(-1)).toContain("Patients; marked as health data (PHI)");
    await admin()`update envelope_retention set class_id = (select id from retention_classes
      where organization_id = ${organization.id} and name = 'Alpha') where envelope_id = ${envelopeId}`;
    expect((await report("health")).numbers).toMatchObject({ healthRecords: 1, healthMarked: 1 });
  });

  test("on 21 CFR Part 11 says what is not shown, and claims nothing else", async () => {
    const { numbers, texts } = await report("part-11");
    expect(numbers.oneComponent).toBe(numbers.signed);
    const of = (rule: string) => texts.find((text) => text.startsWith(rule))!;
    expect(of("§ 11.200(a)")).toMatch(/not shown$/);
    expect(of("§ 11.50")).toMatch(/meaning .* was stated, shown and printed for 0 of them.*not shown$/);
    expect(of("§ 11.10(e)")).toMatch(/was not made yet.*not shown$/);
    expect(of("§ 11.70")).toMatch(/not shown$/);
    expect(of("§ 11.10(g)")).toMatch(/never.*not shown$/);
    expect(of("§ 11.10(d)")).toMatch(/\| shown$/);
    await admin()`insert into quality_checks (organization_id, envelope_id, findings, checked_at)
      values (${organization.id}, ${envelopeId}, '["document-gone"]', now())`;
    expect((await report("part-11")).texts.find((text) => text.startsWith("§ 11.70"))).toMatch(/not shown$/);
  });

  test("on custody says which step is awaited, and since when", async () => {
    expect((await report("custody")).rows).toEqual([]);
    const [key] =
      await admin()`select id from signing_keys where organization_id = ${organization.id} limit 1`;
    await admin()`insert into key_exports (organization_id, id, signing_key_id, reason, purpose, format,
        runbook_version, runbook_sha256, destination, contract, requested_by, recipient_id, requested_at,
        approved_by_it, approved_by_legal, approved_at, built_at, taken_at)
      values (${organization.id}, '01920000-0000-7000-8000-000000000002', ${key!.id}, 'migration',
        'Signing moves to the new data centre', 'pfx-chain', 1, ${"0".repeat(64)}, 'Vault at Example', 'DPA 7',
        ${memberId}, ${memberId}, now() - interval '9 days', '01920000-0000-7000-8000-000000000006',
        '01920000-0000-7000-8000-000000000007', now() - interval '8 days', now() - interval '8 days',
        now() - interval '5 days')`;
    const { numbers, texts } = await report("custody");
    expect(numbers).toEqual({ openCustody: 1, unreceived: 1, reviewOverdue: 0 });
    expect(texts[0]).toMatch(/^Vault at Example \| DPA 7 \| confirmation that it arrived \| .* \| 5$/);
    await admin()`update key_exports set received_at = now() - interval '1 day', destroyed_at = now(),
      review_due_at = now() + interval '29 days'`;
    expect((await report("custody")).numbers).toEqual({ openCustody: 1, unreceived: 0, reviewOverdue: 0 });
    await admin()`update key_exports set reviewed_at = now()`;
    expect((await report("custody")).rows).toEqual([]);
  });

  test("on restore drills tells backups that were never tried from those that held", async () => {
    for (const [number, drilled, checks] of [
      [3, null, null],
      [4, new Date(), [{ code: "opens", isGood: true }]],
      [5, new Date(), [{ code: "opens", isGood: false }]],
    ] as const)
      await admin()`insert into key_backups (organization_id, id, file_key, sha256, size_bytes, wrapped_keys, other_keys,
          created_at, destroy_at, drilled_at, drilled_by, checks)
        values (${organization.id}, ${`01920000-0000-7000-8000-00000000000${number}`}, 'a', 'b', 1, 1, 0, now(),
          now() + interval '1 year', ${drilled}, ${drilled && "Olivia"}, ${checks && admin().json(checks)})`;
    const { numbers, texts } = await report("restore-drills");
    expect(numbers).toMatchObject({ backups: 3, undrilled: 1 });
    for (const state of ["never tried", "restored and held", "did not hold"])
      expect(texts.some((text) => text.endsWith(state))).toBe(true);
  });

  test("tells nothing of another organization", async () => {
    const stranger = await product().newOrganization();
    const actor = { kind: "system", job: "test" } as const;
    const theirs = createContext(product().runtime, { organizationId: stranger.id, actor });
    const shared = new Set(["part-11", "connectors", "keys", "access", "qualification"]);
    for (const kind of REPORT_KINDS) {
      const { rows } = await collectReport(theirs, kind, period);
      if (!shared.has(kind)) expect([kind, rows]).toEqual([kind, []]);
      const text = JSON.stringify(rows);
      for (const secret of ["Lease 12B", "vault", "Mercy", "Vault at Example"])
        expect(text).not.toContain(secret);
    }
  });

  async function newClass(name: string, basis: string): Promise<string> {
    const [row] =
      await admin()`insert into retention_classes (organization_id, id, name, trigger, years, basis, created_at)
      values (${organization.id}, gen_random_uuid(), ${name}, 'completion', 6, ${basis}, now()) returning id`;
    return row!.id as string;
  }
});
