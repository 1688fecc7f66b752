/** What an operator asks one member, through etcd's JSON gateway; rejects with what etcd answers. */
export async function askMember<T>(
  endpoint: string,
  method: string,
  body: object = {},
  timeoutMs = 5_000,
): Promise<T> {
  const response = await fetch(`${endpoint}/v3/${method}`, {
    method: "POST",
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Keys and values as the gateway wants them. */
export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
