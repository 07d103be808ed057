CREATE TABLE "sample_review_items" (
	"organization_id" uuid NOT NULL,
	"review_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"findings" jsonb,
	"decision" text,
	"note" text,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	CONSTRAINT "sample_review_items_review_id_envelope_id_pk" PRIMARY KEY("review_id","envelope_id"),
	CONSTRAINT "sample_review_items_decision" CHECK ("sample_review_items"."decision" in ('holds', 'fails'))
);
--> statement-breakpoint
CREATE TABLE "sample_reviews" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"opened_by" uuid NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"out_of" integer NOT NULL,
	"closed_by" uuid,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "sample_review_items" ADD CONSTRAINT "sample_review_items_review_id_sample_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."sample_reviews"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sample_reviews_one" ON "sample_reviews" USING btree ("organization_id") WHERE closed_at is null;