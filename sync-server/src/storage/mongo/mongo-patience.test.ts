import { inTime, reviveWhenStuck } from '@kith/schema/in-time';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { testDatabases } from '../../../../scripts/services/test/test-services.ts';

const databases = testDatabases();

interface Insides {
  readonly topology: { readonly s: { readonly servers: ReadonlyMap<string, Server> } };
}
interface Server {
  readonly pool: { readonly connections: Iterable<Connection> };
  readonly monitor: { readonly connection: Connection; requestCheck(): void };
}
interface Connection {
  readonly socket: { destroy(): void };
}
/** The connections as they are in the moment in which they end, before the driver is told. */
const serverOf = (client: MongoClient): Server => {
  const [server] = (client as unknown as Insides).topology.s.servers.values();
  if (server === undefined) throw new Error('not connected');
  return server;
};

test('[STO-11] a command on a connection that ends at that moment fails in time, and the next one is answered', async () => {
  const { url, name } = databases.create();
  const client = new MongoClient(url);
  const notes = inTime(client.db(name).collection('notes'), 300);
  await notes.insertOne({ text: 'here' });
  for (const { socket } of serverOf(client).pool.connections) socket.destroy();
  await expect(notes.find().sort({ text: 1 }).toArray()).rejects.toThrow('has not answered for 300 ms');
  expect(await notes.find().sort({ text: 1 }).toArray()).toHaveLength(1);
  await client.close();
});

test('[STO-11] a client that looks for its server for ever is connected anew, with what was made from it', async () => {
  const { url, name } = databases.create();
  const client = new MongoClient(url, { serverMonitoringMode: 'poll', heartbeatFrequencyMS: 500 });
  const stop = reviveWhenStuck(client, 1_000);
  const notes = client.db(name).collection('notes');
  await notes.insertOne({ text: 'here' });
  const { monitor } = serverOf(client);
  client.once('serverHeartbeatStarted', () => monitor.connection.socket.destroy());
  const isNew = () => serverOf(client).monitor !== monitor;
  await expect.poll(isNew, { timeout: 20_000 }).toBe(true);
  await expect.poll(() => notes.countDocuments().catch(() => 0)).toBe(1);
  stop();
  await client.close();
});
