/** How many messages clients have sent to a member, streams included, as it counts them itself. */
export async function countRequests(endpoint: string): Promise<number> {
  const metrics = await (await fetch(`${endpoint}/metrics`)).text();
  const counts = metrics.matchAll(/^grpc_server_msg_received_total\{.*\} (\S+)$/gm);
  return [...counts].reduce((total, [, count]) => total + Number(count), 0);
}
