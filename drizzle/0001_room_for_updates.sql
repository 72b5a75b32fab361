-- Room on each page for the next version of a row, so that an update that moves no index entry stays on its page:
-- a wrong guess, a charged counter, a reserved slot.
ALTER TABLE "challenges" SET (fillfactor = 80);--> statement-breakpoint
ALTER TABLE "counters" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "idempotency" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "reach" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "pace" SET (fillfactor = 10);
