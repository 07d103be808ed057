CREATE TABLE "archive_places" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"endpoint" text,
	"region" text NOT NULL,
	"bucket" text NOT NULL,
	"key_prefix" text NOT NULL,
	"access_key_id" text NOT NULL,
	"sealed_secret" "bytea" NOT NULL,
	"lock_mode" text,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"tried_at" timestamp with time zone,
	"refusal" text,
	"removed_at" timestamp with time zone,
	CONSTRAINT "archive_places_lock_mode" CHECK ("archive_places"."lock_mode" in ('governance', 'compliance'))
);
--> statement-breakpoint
CREATE TABLE "archived_files" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"name" text NOT NULL,
	"object_key" text NOT NULL,
	"version_id" text,
	"sha256" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"stored_at" timestamp with time zone NOT NULL,
	CONSTRAINT "archived_files_envelope_id_name_pk" PRIMARY KEY("envelope_id","name"),
	CONSTRAINT "archived_files_sha256" CHECK ("archived_files"."sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "archives" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"place_id" uuid NOT NULL,
	"tried_at" timestamp with time zone NOT NULL,
	"tries" integer NOT NULL,
	"refusal" text,
	"archived_at" timestamp with time zone,
	"locked_until" timestamp with time zone,
	"is_held" boolean DEFAULT false NOT NULL,
	"checked_at" timestamp with time zone,
	"finding" text,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "record_seals" (
	"organization_id" uuid NOT NULL,
	"table_name" text NOT NULL,
	"row_key" text NOT NULL,
	"envelope_id" uuid,
	"row_sha256" "bytea" NOT NULL,
	"event_id" uuid NOT NULL,
	CONSTRAINT "record_seals_organization_id_table_name_row_key_pk" PRIMARY KEY("organization_id","table_name","row_key"),
	CONSTRAINT "record_seals_hash_size" CHECK (octet_length("record_seals"."row_sha256") = 32)
);
--> statement-breakpoint
CREATE TABLE "records_pending" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "records_pending_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"table_name" text NOT NULL,
	"row_key" text NOT NULL,
	"envelope_id" uuid,
	"queued_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "archived_files" ADD CONSTRAINT "archived_files_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archives" ADD CONSTRAINT "archives_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archives" ADD CONSTRAINT "archives_place_id_archive_places_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."archive_places"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "record_seals" ADD CONSTRAINT "record_seals_event_id_audit_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."audit_events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "archive_places_one" ON "archive_places" USING btree ("organization_id") WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "archives_list" ON "archives" USING btree ("organization_id","archived_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "record_seals_event" ON "record_seals" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "records_pending_organization" ON "records_pending" USING btree ("organization_id","position");