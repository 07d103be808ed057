import { customType, timestamp } from "drizzle-orm/pg-core";

/** Raw bytes; a plain Uint8Array on our side. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
  fromDriver: (value) => new Uint8Array(value),
  toDriver: (value) => Buffer.from(value),
});

/** A point in time with time zone, to the microsecond in the database and the millisecond here. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
