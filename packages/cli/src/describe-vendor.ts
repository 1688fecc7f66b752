import type { AnyLockDefinition, LockSource } from "@fenceline/core";
import { packageOf } from "./catalogue.js";
import type { Vendor } from "./vendors.js";

/** How the catalogue is written: as text for a terminal, or as Markdown. */
export interface Style {
  heading(vendor: string, systems: string): string;
  /** A line that begins an entry. */
  entry(text: string): string;
  /** A line that belongs to the entry above it. */
  detail(text: string): string;
  code(text: string): string;
}

export const plain: Style = {
  heading: (name, systems) => `${name}: ${systems}`,
  entry: (text) => `  ${text}`,
  detail: (text) => `      ${text}`,
  code: (text) => text,
};

export const markdown: Style = {
  heading: (name, systems) => `### ${systems}: \`${name}\`\n`,
  entry: (text) => `- ${text}`,
  detail: (text) => `  - ${text}`,
  code: (text) => `\`${text}\``,
};

/** What one vendor's adapter knows, for people. */
export function describeVendor(vendor: Vendor, style: Style): string {
  const definitions = Object.entries(vendor.definitions);
  const systems = [
    ...definitions.map(([, { system }]) => system),
    ...vendor.withoutLock.map((file) => file.system),
  ];
  return [
    style.heading(packageOf(vendor), [...new Set(systems)].join(", ")),
    ...definitions.flatMap(([name, definition]) => describeLock(vendor, name, definition, style)),
    ...vendor.withoutLock.flatMap(({ reason, ...source }) => [
      style.entry(`no lock: ${reason}`),
      style.detail(describePlace(source, style)),
    ]),
  ].join("\n");
}

function describeLock(vendor: Vendor, name: string, definition: AnyLockDefinition, style: Style): string[] {
  const { code } = style;
  const {
    belongsTo,
    fencing,
    formerNames = [],
    guards,
    lockDelayMs,
    nesting,
    parameters,
    perArray,
    template,
  } = definition;
  const reach =
    belongsTo === undefined ? definition.scope : `${definition.scope}, belongs to the ${belongsTo}`;
  const details = [
    ...Object.entries(parameters).map(([parameter, meaning]) => `${code(parameter)}: ${meaning}`),
    ...formerNames.map((former) => `before ${former.before}: ${code(former.template)}`),
    ...(perArray === undefined ? [] : [`per array: ${code(perArray)}`]),
    ...(definition.releases === undefined ? [] : [`releases: ${describeReleases(definition.releases)}`]),
    ...guards.map(({ method, criticalSection }) => `guards ${code(method)}: ${criticalSection}`),
    ...(nesting === undefined ? [] : [`nesting: ${nesting}`]),
    ...(fencing === undefined ? [] : [`fencing: ${fencing}`]),
    ...(lockDelayMs === undefined || lockDelayMs === 0
      ? []
      : [`rests ${lockDelayMs} ms after an unclean end`]),
    ...(definition.sources ?? []).map((source) => describePlace(source, style)),
  ];
  return [
    style.entry(`${code(`${vendor.export}.${name}`)} (${reach}): ${code(template)}`),
    ...details.map((detail) => style.detail(detail)),
  ];
}

function describeReleases({ before, since }: NonNullable<AnyLockDefinition["releases"]>): string {
  return [since && `from ${since} on`, before && `no more from ${before} on`].filter(Boolean).join(", ");
}

function describePlace(source: Omit<LockSource, "calls">, { code }: Style): string {
  const written = source.template === undefined ? "" : `, written ${code(source.template)}`;
  return `from ${source.repository} ${source.release}, ${code(source.file)}${written}`;
}
