import { base64, type Gateway } from "./gateway.js";
import type { AuthOptions } from "./start-options.js";

/**
 * Switches authentication on: root, and a user whose one role reads and writes the keys under the prefix. That
 * is all a client with locks needs: leases need no right of their own.
 */
export async function enableAuth(gateway: Gateway, auth: AuthOptions, rootPassword: string): Promise<void> {
  const { user, password, prefix = "" } = auth;
  const role = `${user}-role`;
  await gateway.call("auth/user/add", { name: "root", password: rootPassword });
  await gateway.call("auth/role/add", { name: "root" });
  await gateway.call("auth/user/grant", { user: "root", role: "root" });
  await gateway.call("auth/role/add", { name: role });
  await gateway.call("auth/role/grant", { name: role, perm: { permType: "READWRITE", ...rangeOf(prefix) } });
  await gateway.call("auth/user/add", { name: user, password });
  await gateway.call("auth/user/grant", { user, role });
  await gateway.call("auth/enable", {});
}

/** The token that the gateway takes for a user. */
export async function authenticate(gateway: Gateway, name: string, password: string): Promise<string> {
  const { token } = await gateway.call<{ token: string }>("auth/authenticate", { name, password });
  return token;
}

/** All keys that begin with `prefix`: from it to the next key that does not. */
function rangeOf(prefix: string): { readonly key: string; readonly range_end: string } {
  if (prefix === "") return { key: base64("\0"), range_end: base64("\0") };
  const end = Buffer.from(prefix);
  // UTF-8 has no byte 0xff, so the last one can always be raised.
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return { key: base64(prefix), range_end: end.toString("base64") };
}
