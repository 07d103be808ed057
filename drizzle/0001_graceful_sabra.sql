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
ALTER TABLE "archived_files" ADD CONSTRAINT "archived_files_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archives" ADD CONSTRAINT "archives_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archives" ADD CONSTRAINT "archives_place_id_archive_places_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."archive_places"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "archive_places_one" ON "archive_places" USING btree ("organization_id") WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "archives_list" ON "archives" USING btree ("organization_id","archived_at" DESC NULLS LAST);