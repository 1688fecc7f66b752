import { UsageError } from "./command.js";
import { type Vendor, vendors } from "./vendors.js";

/** The vendor of that name; the package's whole name and the name of its export do as well. */
export function findVendor(name: string): Vendor {
  const short = name.replace(/^@fenceline\/adapter-/, "");
  const found = vendors.find((vendor) => vendor.name === short || vendor.export === short);
  if (found !== undefined) return found;
  const known = vendors.map((vendor) => vendor.name).join(", ");
  throw new UsageError(`there is no adapter "${name}"; there are ${known}`);
}
