CREATE TABLE "field_files" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"field_id" uuid NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"sha256" text NOT NULL,
	"file_key" text NOT NULL,
	"pixels_key" text,
	"width_px" integer,
	"height_px" integer,
	"added_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "fields" DROP CONSTRAINT "fields_type";--> statement-breakpoint
ALTER TABLE "envelopes" ADD COLUMN "rules" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "field_values" ADD COLUMN "sealed_key" text;--> statement-breakpoint
ALTER TABLE "field_values" ADD COLUMN "sealed_sha256" text;--> statement-breakpoint
ALTER TABLE "fields" ADD COLUMN "settings" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "field_files" ADD CONSTRAINT "field_files_field_id_fields_id_fk" FOREIGN KEY ("field_id") REFERENCES "public"."fields"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "field_files_envelope" ON "field_files" USING btree ("envelope_id");--> statement-breakpoint
ALTER TABLE "fields" ADD CONSTRAINT "fields_type" CHECK ("fields"."type" in (
        'signature', 'initials', 'stamp', 'date', 'name', 'forename', 'surname', 'title', 'company',
        'text', 'cells', 'day', 'number', 'amount', 'email', 'phone', 'ssn', 'ein', 'zip',
        'pattern', 'checkbox', 'radio', 'dropdown', 'attachment', 'image', 'payment', 'formula',
        'link', 'note', 'approve', 'decline'));