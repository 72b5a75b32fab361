DROP INDEX CONCURRENTLY IF EXISTS "challenges_to_forget";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "challenges_to_forget" ON "challenges" USING btree ("ended_at") WHERE "challenges"."ended_at" is not null and "challenges"."to" is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "outbox_delivered_at";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "outbox_delivered_at" ON "outbox" USING btree ("delivered_at") WHERE "outbox"."delivered_at" is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "outbox_untold";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "outbox_untold" ON "outbox" USING btree ("challenge_id") WHERE "outbox"."next_at" is not null;
