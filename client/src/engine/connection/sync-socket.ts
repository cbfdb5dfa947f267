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

  /** Ends the socket without waiting for its close, which may never come, and stays closed. */
  cut(): void {
    this.shouldConnect = false;
    this.stopConnectionAttempt();
    this.clearReconnectTimeout();
    this.cancelWebsocketRetry?.();
    if (this.webSocket !== null) this.onClose({ event: { code: 4408, reason: 'forced' } as CloseEvent });
  }

  /** Ends a socket that may be half open, and connects anew. */
  reopen(): void {
    this.cut();
    void this.connect();
  }
}
