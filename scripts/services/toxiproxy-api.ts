/** Toxiproxy's HTTP interface, as far as faults need it. */
import * as v from 'valibot';

export interface ToxiproxyApi {
  createProxy(name: string, listen: string, upstream: string): Promise<void>;
  /** Disabling closes every connection and refuses new ones. */
  enableProxy(name: string, isEnabled: boolean): Promise<void>;
  deleteProxy(name: string): Promise<void>;
  addToxic(proxy: string, toxic: ToxicBody): Promise<void>;
  removeToxic(proxy: string, toxic: string): Promise<void>;
}

export interface ToxicBody {
  readonly name: string;
  readonly type: string;
  readonly stream: 'upstream' | 'downstream';
  readonly attributes: Readonly<Record<string, number>>;
}

const ProxyAnswer = v.object({ name: v.string(), listen: v.string(), enabled: v.boolean() });
const ToxicAnswer = v.object({ name: v.string(), type: v.string() });

/** Every method rejects with what Toxiproxy says when it refuses, and when it answers something else than expected. */
export const createToxiproxyApi = (url: string): ToxiproxyApi => {
  const ask = async (method: string, path: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${url}/proxies${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Toxiproxy answered ${method} ${path} with ${response.status}: ${text}`);
    return text;
  };
  return {
    createProxy: async (name, listen, upstream) =>
      void v.parse(ProxyAnswer, JSON.parse(await ask('POST', '', { name, listen, upstream, enabled: true }))),
    enableProxy: async (name, enabled) =>
      void v.parse(ProxyAnswer, JSON.parse(await ask('PATCH', `/${name}`, { enabled }))),
    deleteProxy: async (name) => void (await ask('DELETE', `/${name}`)),
    addToxic: async (proxy, toxic) =>
      void v.parse(ToxicAnswer, JSON.parse(await ask('POST', `/${proxy}/toxics`, toxic))),
    removeToxic: async (proxy, toxic) => void (await ask('DELETE', `/${proxy}/toxics/${toxic}`)),
  };
};
