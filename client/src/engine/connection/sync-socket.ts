/**
 * Hocuspocus' socket, made to forget: frames written while it is closed are dropped, because every document says anew
 * what it has when the socket opens. Without this each offline change would be kept and sent twice. [CON-2]
 */
import { HocuspocusProviderWebsocket } from '@hocuspocus/provider';

const OPEN = 1;

export class SyncSocket extends HocuspocusProviderWebsocket {
  override send(message: unknown): void {
    if (this.webSocket?.readyState === OPEN) super.send(message);
  }

  /** Ends a socket that may be half open, without waiting for its close, and connects anew. */
  reopen(): void {
    if (this.webSocket !== null) this.onClose({ event: { code: 4408, reason: 'forced' } as CloseEvent });
    void this.connect();
  }
}
