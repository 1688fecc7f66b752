import type { AnyLockDefinition, LockSource } from "@fenceline/core";
import type { Vendor } from "./vendors.js";

/** A lock as it stands in one source file, with all that its definition says; or a file that holds no lock. */
export interface CatalogueRow {
  readonly package: string;
  readonly system: string;
  /** The definition, as a program writes it: `huawei.mapping`. `null` for a file without a lock. */
  readonly export: string | null;
  readonly scope: AnyLockDefinition["scope"] | "none";
  readonly template: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly guards: AnyLockDefinition["guards"];
  readonly formerNames?: AnyLockDefinition["formerNames"];
  readonly perArray?: string | undefined;
  readonly releases?: AnyLockDefinition["releases"];
  readonly nesting?: string | undefined;
  readonly belongsTo?: AnyLockDefinition["belongsTo"];
  readonly fencing?: string | undefined;
  readonly lockDelayMs?: number | undefined;
  /** Why there is no lock in the file, although documentation lists it. */
  readonly reason?: string | undefined;
  readonly source: Omit<LockSource, "calls"> & { readonly calls?: readonly string[] | undefined };
}

/** All that the adapters of some vendors know: a row for each place where a lock was read. */
export function catalogue(vendors: readonly Vendor[]): CatalogueRow[] {
  return vendors.flatMap((vendor) => [
    ...Object.entries(vendor.definitions).flatMap(([name, definition]) =>
      (definition.sources ?? []).map((source) => lockRow(vendor, name, definition, source)),
    ),
    ...vendor.withoutLock.map(
      ({ system, reason, ...source }): CatalogueRow => ({
        package: packageOf(vendor),
        system,
        export: null,
        scope: "none",
        template: null,
        parameters: {},
        guards: [],
        reason,
        source,
      }),
    ),
  ]);
}

export function packageOf(vendor: Vendor): string {
  return `@fenceline/adapter-${vendor.name}`;
}

function lockRow(
  vendor: Vendor,
  name: string,
  definition: AnyLockDefinition,
  source: LockSource,
): CatalogueRow {
  const { sources: _, globalName: __, names: ___, ...facts } = { ...definition };
  return { package: packageOf(vendor), export: `${vendor.export}.${name}`, ...facts, source };
}
