/** Proxies between a client and a server that cut, delay and slice what goes through them: Toxiproxy, started on demand. [SRV-5] */
import { type Machine, thisMachine } from './machine.ts';
import { freePort } from './ports.ts';
import type { Service, ServiceSource } from './service.ts';
import { startServiceProcess } from './service-process.ts';
import { type Toxic, toxicToBody } from './toxic.ts';
import { createToxiproxyApi, type ToxiproxyApi } from './toxiproxy-api.ts';

export interface FaultProxies extends Service {
  /**
   * A proxy in front of the server that `url` names, of any scheme, with one host and a port. A client that learns
   * further hosts from the server (replica sets, clusters) goes past it.
   */
  createProxy(url: string): Promise<FaultProxy>;
}

export interface FaultProxy {
  /** The server's URL, through the proxy. */
  readonly url: string;
  /** Holds for open connections and for new ones, until it is removed. */
  add(toxic: Toxic): Promise<{ remove(): Promise<void> }>;
  /** Closes every connection and refuses new ones, until `mend`. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

const VERSION = 'v2.12.0';
const TOXIPROXY = {
  name: 'toxiproxy',
  from: { package: 'github.com/Shopify/toxiproxy/v2/cmd/server', version: VERSION },
};

/** @throws Error that says what to do when it cannot be had */
export const findFaultProxies = async (machine: Machine = thisMachine()): Promise<ServiceSource<FaultProxies>> => {
  const program = await machine.build(TOXIPROXY);
  if (program === null)
    throw new Error('no fault proxy could be had: install Go 1.24 or newer, which builds Toxiproxy');
  return { name: `Toxiproxy ${VERSION.slice(1)}`, start: () => start(program) };
};

export const startFaultProxies = async (machine?: Machine): Promise<FaultProxies> =>
  (await findFaultProxies(machine)).start();

const start = async (command: string): Promise<FaultProxies> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process = await startServiceProcess({
    name: 'Toxiproxy',
    command,
    args: () => ['-host', '127.0.0.1', '-port', `${port}`],
    env: { LOG_LEVEL: 'error' },
    answers: async () => (await fetch(`${url}/version`)).ok,
  });
  const api = createToxiproxyApi(url);
  let made = 0;
  return {
    url,
    process,
    stop: process.close,
    createProxy: (upstream) => createFaultProxy(api, `proxy-${made++}`, upstream),
  };
};

const createFaultProxy = async (api: ToxiproxyApi, name: string, upstream: string): Promise<FaultProxy> => {
  const through = new URL(upstream);
  const server = through.host;
  through.host = `127.0.0.1:${await freePort()}`;
  await api.createProxy(name, through.host, server);
  let added = 0;
  return {
    url: through.href,
    add: async (toxic) => {
      const body = toxicToBody(`toxic-${added++}`, toxic);
      await api.addToxic(name, body);
      return { remove: () => api.removeToxic(name, body.name) };
    },
    cut: () => api.enableProxy(name, false),
    mend: () => api.enableProxy(name, true),
    close: () => api.deleteProxy(name),
  };
};
