import "server-only";
import { notFound } from "next/navigation";
import { isRefusal } from "#lib/errors.ts";

/** Loads what a page shows; what is not there, or not for this person, is a page that is not found. */
export async function answerPage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isRefusal(error) && (error.kind === "not-found" || error.kind === "forbidden")) notFound();
    throw error;
  }
}
