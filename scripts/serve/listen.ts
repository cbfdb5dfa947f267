/** Opens the port. What can go wrong is named for the person who started Kith. [RUN-3] */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { err, ok, type Result } from '@kith/schema/result';
import { findPortHolder, portTakenMessage } from './port-holder.ts';

export interface ListenError {
  readonly type: 'cannot-listen';
  readonly message: string;
}

/** Gives the port, which is the system's choice when 0 was asked for. */
export const listen = async (
  server: Server,
  port: number,
  host: string | undefined,
): Promise<Result<number, ListenError>> => {
  try {
    server.listen({ port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
    return ok((server.address() as AddressInfo).port);
  } catch (error) {
    return err({ type: 'cannot-listen', message: messageOf(error as NodeJS.ErrnoException, port, host) });
  }
};

const messageOf = (error: NodeJS.ErrnoException, port: number, host: string | undefined): string => {
  if (error.code === 'EADDRINUSE') return portTakenMessage(port, findPortHolder(port));
  if (error.code === 'EACCES')
    return `Port ${port} is for the administrator only. Choose one from 1024: PORT=3000 npm start`;
  if (error.code === 'EADDRNOTAVAIL')
    return `HOST=${host} is no address of this machine. Leave HOST out to use all of them.`;
  return `Port ${port} cannot be opened: ${error.message}`;
};
