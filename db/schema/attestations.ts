import { sql } from "drizzle-orm";
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { Attestation } from "#lib/envelopes/core/attestation.ts";
import type { ClassStep } from "#lib/envelopes/core/class-steps.ts";
import type { EnvelopeId, OrganizationId, RecipientId } from "#lib/ids.ts";
import { recipients } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** What a witness or a notary states: of a notary, the entry of the journal. */
export const attestations = pgTable(
  "attestations",
  {
    organizationId: organizationId(),
    recipientId: uuid("recipient_id").$type<RecipientId>().primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    entry: jsonb("entry").$type<Attestation>().notNull(),
    savedAt: instant("saved_at").notNull(),
    /** It stands as it is from then on: the person has signed it. */
    madeAt: instant("made_at"),
    /** As it is printed in the document. */
    block: text("block").notNull().default(""),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }),
    index("attestations_envelope").on(table.envelopeId),
    index("attestations_made").on(table.organizationId, table.madeAt),
  ],
);

/** What envelopes of a class are not sent without. */
export const requiredSteps = pgTable(
  "required_steps",
  {
    organizationId: organizationId(),
    classId: uuid("class_id").notNull(),
    step: text("step").$type<ClassStep>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.classId, table.step] }),
    check(
      "required_steps_step",
      sql`${table.step} in ('witness', 'notary', 'consumer', 'agreement', 'counsel')`,
    ),
  ],
);
